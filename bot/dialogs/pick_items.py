"""The window in which items are picked for a cancel or a return; `handlers.order_acts` shows it.

A page of lines has a quantity each, says how many there can be and why not more, and keeps what was picked
on other pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import slackblocks as sb

from bot.blocks import inputs, kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.blocks.names_orders import REQUEST_NAMES
from bot.dialogs import asked_acts, forms
from bot.dialogs.asked_acts import About
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.commerce.acts import CancelItems, MoveUnits, ReturnItems, Units
from bot.domain.commerce.documents import UNKNOWN_REASON
from bot.domain.commerce.quantities import UnitAct
from bot.domain.commerce.removal import Item, ShippingRule
from bot.domain.commerce.requests import LineCan, OrderStanding, RequestKind
from bot.domain.policy import Choice
from bot.domain.shop.money import grouped
from bot.domain.shop.orders import OrderLine

CALLBACK_ID = "order.pick"
TURN, ALL = "order.pick.turn", "order.pick.all"

LINES = 15
"""Lines on a page: an input each, and small print for those that nothing can be done with."""

MOST_TO_CHOOSE = 25
"""More units than that are typed: nobody scrolls through them."""

LONGEST_REASON = 75
_NOTHING = "nothing of it is left."

PICKED = (RequestKind.CANCEL, RequestKind.RETURN, RequestKind.RELEASE)
"""The acts that begin with items picked."""

RULE, SHARE, STAY, SOME = "rule", "share", "stay", "some"
_USUAL: Mapping[ShippingRule, str] = {
    ShippingRule.WHOLE_GROUP: "As usual: it goes when nothing is left to deliver",
    ShippingRule.SHARE: "As usual: each item takes its part of it",
    ShippingRule.NEVER: "As usual: all of it stays",
}
"""What the team's flow says of the delivery charge where nobody says anything else."""
_SHIP = (
    Choice(value=SHARE, label="Each item takes its part of it"),
    Choice(value=STAY, label="All of it stays"),
    Choice(value=SOME, label="Only the lines chosen below take theirs"),
)
_DECISION: Mapping[str, bool | None] = {RULE: None, SHARE: True, STAY: False}


@dataclass(frozen=True, kw_only=True)
class Picking:
    """What is picked so far, and what is in sight."""

    kind: RequestKind
    start: int = 0
    picked: Mapping[int, int]


def view(
    standing: OrderStanding,
    about: About,
    picking: Picking,
    reasons: Sequence[str],
    typed: Fields | None = None,
    said: str | None = None,
    *,
    shipping: ShippingRule = ShippingRule.WHOLE_GROUP,
) -> View:
    """The window; `typed` is what its fields held before, `said` a sentence on top (raw text).

    `shipping` is what becomes of the delivery charge where nothing else is chosen.
    """
    able = [(line, can) for line, can in lines_of(standing) if most(can, picking.kind)]
    page = able[picking.start : picking.start + LINES]
    blocks: list[sb.Block] = [*forms.banner(said), kit.small("about", kit.plain(_about(standing)))]
    if not picking.picked and len(able) == 1 and most(able[0][1], picking.kind) == 1:
        picking = replace(picking, picked={able[0][0].line_no: 1})  # there is nothing else to pick
    for line, can in page:
        blocks.append(_quantity(standing, picking, line, can))
    blocks += _rest(standing, picking.kind) if picking.start == 0 else []
    blocks += _turning(len(able), picking)
    if picking.kind is not RequestKind.RELEASE:
        chosen = forms.kept(typed, "reason", "")
        choices = [Choice(value=one[:LONGEST_REASON], label=one) for one in reasons or (UNKNOWN_REASON,)]
        label = "Why does the customer want it?"
        blocks.append(inputs.select("reason", label, choices, initial=chosen or None))
        blocks += _shipping(standing, able, typed, shipping)
    metadata = asked_acts.written(
        about, kind=picking.kind.value, start=picking.start, picked=asked_acts.units(picking.picked)
    )
    return kit.modal(
        REQUEST_NAMES[picking.kind],
        blocks,
        callback_id=CALLBACK_ID,
        submit="Show what it does",
        close="Close",
        metadata=metadata,
    )


def lines_of(standing: OrderStanding) -> list[tuple[OrderLine, LineCan]]:
    """The product lines with what can be done with each."""
    can = {one.line_no: one for one in standing.lines}
    return [(one, can[one.line_no]) for one in standing.books.order.products if one.line_no in can]


def most(can: LineCan, kind: RequestKind) -> int:
    """How many units of a line an act may take."""
    return {RequestKind.CANCEL: can.cancel, RequestKind.RELEASE: can.release}.get(kind, can.give_back)


def picking_of(metadata: str) -> Picking:
    """What the window shows and what was picked before. Raises ValueError."""
    held = asked_acts.held(metadata)
    kind = held.get("kind")
    if kind not in {one.value for one in PICKED}:
        raise ValueError("private_metadata holds no act")
    start = held.get("start")
    return Picking(
        kind=RequestKind(kind),
        start=start if type(start) is int and start >= 0 else 0,
        picked=asked_acts.read_units(held.get("picked")),
    )


def merged(picking: Picking, fields: Fields) -> dict[int, int] | FieldErrors:
    """What is picked, with what this page says now; a sentence at each field that holds no quantity."""
    picked, errors = dict(picking.picked), dict[str, str]()
    for block_id, held in fields.items():
        if not block_id.startswith("line."):
            continue
        line_no = int(block_id.removeprefix("line."))
        text = held.strip() if isinstance(held, str) else ""
        if text in ("", forms.NONE):
            picked.pop(line_no, None)
        elif text.isascii() and text.isdecimal() and len(text) < 10:
            picked[line_no] = int(text)
            if not picked[line_no]:
                del picked[line_no]
        else:
            errors[block_id] = "Write how many units, in digits, or leave it empty."
    return FieldErrors(errors=errors) if errors else dict(sorted(picked.items()))


def everything(standing: OrderStanding, kind: RequestKind) -> dict[int, int]:
    """All that can be."""
    return {line.line_no: most(can, kind) for line, can in lines_of(standing) if most(can, kind)}


def read(picking: Picking, fields: Fields) -> CancelItems | ReturnItems | MoveUnits | FieldErrors:
    """The act that the window asks for, or what is wrong with its fields."""
    picked = merged(picking, fields)
    if isinstance(picked, FieldErrors):
        return picked
    if not picked:
        first = next((one for one in fields if one.startswith("line.")), "reason")
        return FieldErrors(errors={first: "Nothing is picked. Say how many units of at least one line."})
    if picking.kind is RequestKind.RELEASE:
        units = tuple(Units(line_no=line_no, quantity=count) for line_no, count in picked.items())
        return MoveUnits(act=UnitAct.RELEASE, units=units)
    reason = forms.choice_in(fields, "reason")
    if reason is None:
        return FieldErrors(errors={"reason": "The reason is missing. Choose one; Unknown is one too."})
    ship = forms.choice_in(fields, "ship") or RULE
    chosen = fields.get("ship.lines")
    some = {int(one) for one in chosen if one.isdecimal()} if isinstance(chosen, tuple) else set()
    items = tuple(
        Item(
            line_no=line_no,
            quantity=count,
            reason=reason,
            ship=line_no in some if ship == SOME else _DECISION.get(ship),
        )
        for line_no, count in picked.items()
    )
    return CancelItems(items=items) if picking.kind is RequestKind.CANCEL else ReturnItems(items=items)


def _about(standing: OrderStanding) -> str:
    order = standing.books.order
    total = order.money(standing.books.totals.grand)
    return f"Order {texts.inline(order.number, 40)} · {texts.inline(order.customer_name, 60)} · now {total}"


def _quantity(standing: OrderStanding, picking: Picking, line: OrderLine, can: LineCan) -> sb.Block:
    here, amount = most(can, picking.kind), picking.picked.get(line.line_no, 0)
    each = grouped(line.unit_price, standing.books.currency)
    sku = f" ({texts.inline(line.sku, 20)})" if line.sku else ""
    label = f"{line.line_no}. {texts.inline(line.name, 60)}{sku}, {each} each"
    hint = (
        f"{here} of {line.ordered} can be {_word(picking.kind)}. {_why_not(line, can, picking.kind)}".strip()
    )
    block_id = f"line.{line.line_no}"
    if here > MOST_TO_CHOOSE:
        return inputs.text(
            block_id, label, initial=str(amount) if amount else "", limit=9, optional=True, hint=hint
        )
    choices = [
        Choice(value=forms.NONE, label="None"),
        *(Choice(value=str(count), label=str(count)) for count in range(1, here + 1)),
    ]
    if amount > here:  # the order has changed: what was picked stays in sight, and is refused in figures
        choices.append(Choice(value=str(amount), label=f"{amount}: more than there are"))
    initial = str(amount) if amount else forms.NONE
    return inputs.select(block_id, label, choices, initial=initial, hint=hint)


def _word(kind: RequestKind) -> str:
    return {RequestKind.CANCEL: "cancelled", RequestKind.RELEASE: "released"}.get(kind, "returned")


def _why_not(line: OrderLine, can: LineCan, kind: RequestKind) -> str:
    """What became of the units that cannot be taken, in figures; raw text."""
    told = []
    if kind is RequestKind.RELEASE:
        told += [f"{line.fulfilled} fulfilled already"] if line.fulfilled else []
    elif kind is RequestKind.CANCEL:
        waiting = line.allocated - line.fulfilled
        told += [f"{waiting} allocated: to be released first"] if waiting else []
        told += [f"{line.fulfilled} fulfilled: to be returned instead"] if line.fulfilled else []
    else:
        unsent = line.net_ordered - line.fulfilled
        told += [f"{unsent} not fulfilled yet"] if unsent else []
        under_way = line.return_initiated - line.returned
        told += [f"{under_way} on the way back"] if under_way else []
        told += [f"{line.returned} returned"] if line.returned else []
    told += [f"{line.canceled} cancelled"] if line.canceled else []
    return f"{', '.join(told)}." if told else ""


def _rest(standing: OrderStanding, kind: RequestKind) -> list[sb.Block]:
    """The lines of which nothing can be taken, and why; the first of them."""
    none = [(line, can) for line, can in lines_of(standing) if not most(can, kind)]
    if not none:
        return []
    told = [
        f"{line.line_no}. {texts.inline(line.name, 40)}: {_why_not(line, can, kind) or _NOTHING}"
        for line, can in none[:LINES]
    ]
    if len(none) > LINES:
        told.append(f"And {len(none) - LINES} more lines.")
    return [
        kit.small("rest", kit.plain(texts.first("\n".join(["Cannot be " + _word(kind) + ":", *told]), 2500)))
    ]


def _turning(count: int, picking: Picking) -> list[sb.Block]:
    made: list[sb.Element] = [kit.button("All that can be", ALL, "all", label="Pick all that can be")]
    if count > LINES:
        pages = [
            (str(start), f"Lines {start + 1}-{min(start + LINES, count)} of {count}", "")
            for start in range(0, count, LINES)
        ][:100]
        made.append(kit.menu(TURN, "Other lines", pages, chosen=str(picking.start)))
    picked = sum(picking.picked.values())
    elsewhere = (
        f"{picked} units of {len(picking.picked)} lines are picked." if picked and count > LINES else ""
    )
    return [
        sb.ActionsBlock(elements=made, block_id="turn"),
        *([kit.small("picked", elsewhere)] if elsewhere else []),
    ]


def _shipping(
    standing: OrderStanding,
    able: Sequence[tuple[OrderLine, LineCan]],
    typed: Fields | None,
    rule: ShippingRule,
) -> list[sb.Block]:
    """What becomes of the delivery charge, by item; nothing where there is none."""
    if not standing.books.order.charges:
        return []
    charged = sum(
        now.amounts.owed(standing.books.tax_type)
        for now in standing.books.lines.values()
        if now.line in standing.books.order.charges
    )
    hint = f"{standing.books.order.money(charged)} is charged for the delivery now."
    initial = forms.kept(typed, "ship", RULE) or RULE
    ways = (
        Choice(value=RULE, label=_USUAL[rule]),
        *(one for one in _SHIP if one.value != SOME or len(able) > 1),
    )
    made: list[sb.Block] = [inputs.select("ship", "Delivery charge", ways, initial=initial, hint=hint)]
    if len(able) > 1:
        choices = [
            Choice(value=str(line.line_no), label=f"{line.line_no}. {texts.inline(line.name, 50)}")
            for line, _ in able
        ]
        before = typed.get("ship.lines") if typed else None
        ticked = before if isinstance(before, tuple) else ()
        made.append(inputs.many("ship.lines", "Lines that take theirs", choices, initial=ticked))
    return made
