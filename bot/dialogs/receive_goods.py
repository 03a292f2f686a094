"""The window in which goods of a return are received: accepted, rejected with a reason, or lost.

`handlers.order_acts` shows it. Lines stand on one page each ten, because each has three fields.
"""

from __future__ import annotations

from collections.abc import Sequence

import slackblocks as sb

from bot.blocks import inputs, kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import asked_acts, forms
from bot.dialogs.asked_acts import About
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.commerce.acts import Goods, ReceiveGoods
from bot.domain.commerce.documents import ReturnLine, ReturnOrder
from bot.domain.commerce.requests import OrderStanding
from bot.domain.policy import Choice

CALLBACK_ID = "order.receive"
CHOOSE = "order.receive.choose"

LINES = 20
LONGEST_WHY = 100
_LOST = Choice(value="lost", label="What did not come is waited for no longer")


def choose(standing: OrderStanding, about: About) -> View:
    """Which return it is about, where goods of several are awaited."""
    blocks: list[sb.Block] = [
        kit.section("which", f"{len(standing.waiting)} returns wait for goods. Choose one.")
    ]
    for one in standing.waiting[:40]:
        open_ = sum(line.open for line in one.lines)
        button = kit.button("Receive", CHOOSE, one.number, label=f"Receive goods of return {one.number}")
        told = f"Return {texts.inline(one.number, 40)}: {open_} units are awaited"
        blocks.append(kit.section(f"return.{one.number}", told, button))
    return kit.modal(
        "Receive goods", blocks, callback_id="order.receive.list", metadata=asked_acts.written(about)
    )


def view(
    standing: OrderStanding,
    back: ReturnOrder,
    about: About,
    typed: Fields | None = None,
    said: str | None = None,
) -> View:
    """The window for one return; `typed` is what its fields held before."""
    names = {one.line_no: one.name for one in standing.books.order.lines}
    waited = _awaited(back)
    blocks: list[sb.Block] = [
        *forms.banner(said),
        kit.small("about", kit.plain(f"Return {texts.inline(back.number, 40)}")),
    ]
    for line in waited[:LINES]:
        blocks += _line(line, names.get(line.line_no, ""), typed)
    if len(waited) > LINES:
        told = f"And {len(waited) - LINES} more lines: receive these first, then press Receive goods again."
        blocks.append(kit.small("more", told))
    if len(waited) <= LINES:
        ticked = typed.get("lost") if typed else None
        hint = "Those units stay the customer's, and nothing is owed for them."
        initial = ticked if isinstance(ticked, tuple) else ()
        blocks.append(inputs.boxes("lost", "The rest", [_LOST], initial=initial, hint=hint))
    return kit.modal(
        "Receive goods",
        blocks,
        callback_id=CALLBACK_ID,
        submit="Show what it does",
        close="Cancel",
        metadata=asked_acts.written(about, back=back.number),
    )


def return_in(metadata: str) -> str:
    """The number of the return that the window is about; empty where it says none."""
    found = asked_acts.held(metadata).get("back")
    return found if isinstance(found, str) else ""


def read(metadata: str, fields: Fields) -> ReceiveGoods | FieldErrors:
    """The act that the window asks for, or what is wrong with its fields.

    Whether it writes the memo at once is for the service to say: a flow may have a step of its own for that.
    """
    errors, goods = dict[str, str](), list[Goods]()
    for block_id in fields:
        if not block_id.startswith("accepted."):
            continue
        line_no = int(block_id.removeprefix("accepted."))
        counts = [_count(fields, f"{what}.{line_no}") for what in ("accepted", "rejected")]
        accepted, rejected = counts
        if accepted is None or rejected is None:
            wrong = "accepted" if accepted is None else "rejected"
            errors[f"{wrong}.{line_no}"] = "Write how many units, in digits, or leave it empty."
            continue
        why = forms.text_in(fields, f"why.{line_no}")
        if rejected and not why:
            errors[f"why.{line_no}"] = "Units are rejected here, so say why: the customer will ask."
        if accepted or rejected:
            goods.append(Goods(line_no=line_no, accepted=accepted, rejected=rejected, rejection=why))
    lost = fields.get("lost") == (_LOST.value,)
    if not goods and not lost and not errors:
        first = next((one for one in fields if one.startswith("accepted.")), "lost")
        errors[first] = "Nothing came back yet. Say how many units were accepted or rejected."
    if errors:
        return FieldErrors(errors=errors)
    return ReceiveGoods(number=return_in(metadata), goods=tuple(goods), rest_is_lost=lost)


def _awaited(back: ReturnOrder) -> Sequence[ReturnLine]:
    return [one for one in back.lines if one.open]


def _line(line: ReturnLine, name: str, typed: Fields | None) -> list[sb.Block]:
    number = line.line_no
    told = f"{number}. {texts.inline(name, 60)}: {line.open} awaited. Reason: {texts.inline(line.reason, 60)}"
    return [
        kit.section(f"line.{number}", told),
        _quantity(f"accepted.{number}", f"Line {number}: accepted", line.open, typed, str(line.open)),
        _quantity(f"rejected.{number}", f"Line {number}: rejected", line.open, typed, ""),
        inputs.text(
            f"why.{number}",
            f"Line {number}: why rejected",
            initial=forms.kept(typed, f"why.{number}", ""),
            limit=LONGEST_WHY,
            optional=True,
        ),
    ]


def _quantity(block_id: str, label: str, most: int, typed: Fields | None, otherwise: str) -> sb.Block:
    initial = forms.kept(typed, block_id, otherwise)
    return inputs.text(block_id, label, initial=initial, limit=9, optional=True, hint=f"At most {most}.")


def _count(fields: Fields, block_id: str) -> int | None:
    """What a field counts; nothing is none, and None is what is no number."""
    text = forms.text_in(fields, block_id)
    if not text:
        return 0
    return int(text) if text.isascii() and text.isdecimal() else None
