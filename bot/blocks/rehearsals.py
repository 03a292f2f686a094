"""A rehearsed act as blocks: before and after by line, totals, documents, money, what to know; pure.

Windows show it before an act is done, messages before it is approved. What comes off is shown positive.
"""

from __future__ import annotations

from collections.abc import Sequence

import slackblocks as sb

from bot.blocks import kit, words_orders
from bot.blocks import text as texts
from bot.blocks.names_orders import DOCUMENT_NAMES, SOURCE_NAMES
from bot.domain.commerce.acts import RefundMoney, ReturnItems
from bot.domain.commerce.amounts import Amounts
from bot.domain.commerce.flows import FlowStep
from bot.domain.commerce.rehearsal import DocumentToBe, LineShown, Rehearsal
from bot.domain.shop.money import Money, grouped
from bot.domain.shop.orders import OrderTotals

LINES_IN_A_BLOCK = 8
LINES_IN_A_MESSAGE = 40
FEW_LINES = 12
"""More of them stand below: nobody scrolls past a hundred lines to what it comes to."""
LONGEST_NAME = 60


def blocks(shown: Rehearsal, *, most: int = 200) -> list[sb.Block]:
    """All of a rehearsal; `most` lines of it, for a message has half the room of a window."""
    made: list[sb.Block] = [kit.rich("rehearsed", [[kit.bold(headline(shown))]])]
    made += _payback(shown)
    if len(shown.lines) <= FEW_LINES:
        made += _lines(shown, most)
    made += _totals(shown)
    made += documents("documents", shown.documents, shown.currency, "Documents that will arise")
    made += _money(shown)
    made += _cautions(shown)
    if len(shown.lines) > FEW_LINES:
        made += _lines(shown, most)
    return made


def headline(shown: Rehearsal) -> str:
    """What it comes to, in a sentence; raw text."""
    if isinstance(shown.act, RefundMoney):
        return f"{_said(shown, shown.act.amount)} is paid back."
    if isinstance(shown.act, ReturnItems):
        return f"Nothing comes off yet. {_said(shown, shown.on_receipt)} will, once all of it is accepted."
    if shown.comes_off < 0:
        return f"{_said(shown, -shown.comes_off)} comes on top."
    if shown.comes_off:
        return f"{_said(shown, shown.comes_off)} comes off the order."
    return "Nothing comes off the order."


def _payback(shown: Rehearsal) -> list[sb.Block]:
    """For what money goes back, and by which payment: whoever agrees to it decides by that."""
    act = shown.act
    if not isinstance(act, RefundMoney):
        return []
    source = f"credit memo {act.memo}" if act.memo else SOURCE_NAMES[act.source]
    lines: list[list[kit.Part]] = [[kit.bold("Paid back: "), texts.inline(source, 60)]]
    if act.payment:
        lines.append([kit.bold("By payment: "), texts.inline(act.payment, 60)])
    return [kit.rich("payback", lines)]


def documents(
    block_id: str, made: Sequence[DocumentToBe], currency: str, title: str = "Documents"
) -> list[sb.Block]:
    """The documents that arise or arose, by their numbers."""
    if not made:
        return []
    told = [f"*{title}*", *(f"• {texts.marked(document(one, currency))}" for one in made)]
    return [kit.marked_section(block_id, texts.first("\n".join(told), 2900))]


def document(one: DocumentToBe, currency: str) -> str:
    """A document in a few words, raw text: its amount is what comes off or goes back."""
    amount = f": {Money(minor=one.amount, currency=currency)}" if one.amount else ""
    return f"{DOCUMENT_NAMES[one.kind]} {texts.inline(one.number, 40)}{amount}"


def figures(shown: Rehearsal) -> tuple[int, int, int]:
    """What a window keeps of a rehearsal, to say later what became of it: at stake, total, refundable."""
    return shown.at_stake, shown.totals_before.grand, shown.funds_before.can_be_refunded


def differences(before: Sequence[int], fresh: Rehearsal) -> str:
    """What is another than it was shown under those figures, in a sentence; raw text."""
    names = (
        "{then} at stake became {now}",
        "the order comes to {now}, not {then}",
        "{now} can be refunded, not {then}",
    )
    told = [
        name.format(then=_said(fresh, then), now=_said(fresh, now))
        for name, then, now in zip(names, before, figures(fresh), strict=False)
        if then != now
    ]
    return "; ".join(told) or "the amounts are the same, but quantities or documents are others"


def ahead(steps: Sequence[FlowStep], title: str = "What comes then") -> list[sb.Block]:
    """The steps of the team's flow that follow, in their order."""
    if not steps:
        return []
    told = " → ".join(texts.inline(one.title, 60) for one in steps[:12])
    return [kit.small("ahead", kit.plain(texts.first(f"{title}: {told}", 1500)))]


def spoken(shown: Rehearsal) -> str:
    """The same for screen readers and notifications, raw text."""
    told = [headline(shown), *(_line(shown, one) for one in shown.lines[:10])]
    if len(shown.lines) > 10:
        told.append(f"And {len(shown.lines) - 10} more lines.")
    told.append(
        f"Total {_said(shown, shown.totals_before.grand)}, then {_said(shown, shown.totals_after.grand)}."
    )
    told += [words_orders.caution_said(one, shown.currency) for one in shown.cautions]
    return " ".join(told)


def _said(shown: Rehearsal, minor: int) -> str:
    return str(Money(minor=minor, currency=shown.currency))


def _lines(shown: Rehearsal, most: int) -> list[sb.Block]:
    made: list[sb.Block] = []
    lines = shown.lines[:most]
    for start in range(0, len(lines), LINES_IN_A_BLOCK):
        told = [_line(shown, one) for one in lines[start : start + LINES_IN_A_BLOCK]]
        made.append(kit.section(f"rehearsed.{start}", "\n".join(told)))
    if len(shown.lines) > len(lines):
        made.append(kit.small("rehearsed.more", f"And {len(shown.lines) - len(lines)} more lines."))
    return made


def _line(shown: Rehearsal, one: LineShown) -> str:
    """A line before and after, raw text: units where they move, money where it does."""
    before, after = one.before, one.after
    told = []
    for what in ("quantity", "allocated", "fulfilled", "canceled", "return_initiated", "returned"):
        was, now = getattr(before, what), getattr(after, what)
        if was != now and what != "canceled":
            told.append(f"{_COUNTS[what]} {was} → {now}")
    was, now = (_owed(shown, amounts) for amounts in (one.amounts_before, one.amounts_after))
    if was != now:
        off = was - now
        change = f"{_said(shown, off)} comes off" if off > 0 else f"{_said(shown, -off)} comes on top"
        told.append(f"{grouped(was, shown.currency)} → {grouped(now, shown.currency)}, {change}")
    name = texts.inline(before.name, LONGEST_NAME)
    return f"{before.line_no}. {name}: {'; '.join(told) or 'as before'}"


_COUNTS = {
    "quantity": "units",
    "allocated": "allocated",
    "fulfilled": "fulfilled",
    "return_initiated": "in a return",
    "returned": "returned",
}


def _owed(shown: Rehearsal, amounts: Amounts) -> int:
    gross = shown.totals_before.is_gross
    return amounts.adjusted if gross else amounts.adjusted + amounts.tax


def _totals(shown: Rehearsal) -> list[sb.Block]:
    if shown.totals_before == shown.totals_after:
        return []
    before, after = shown.totals_before, shown.totals_after
    return [kit.columns("totals", _column("Before", before, shown), _column("After", after, shown))]


def _column(title: str, totals: OrderTotals, shown: Rehearsal) -> str:
    tax = "Tax, in it" if totals.is_gross else "Tax"
    lines = [
        f"*{title}*",
        f"Products {grouped(totals.products, shown.currency)}",
        f"Delivery {grouped(totals.delivery, shown.currency)}",
        f"{tax} {grouped(totals.tax, shown.currency)}",
        f"*Total {_said(shown, totals.grand)}*",
    ]
    return "\n".join(lines)


def _money(shown: Rehearsal) -> list[sb.Block]:
    """What is owed back, before and after; it is over the whole order, and says so."""
    before, after = shown.funds_before, shown.funds_after
    parts = (
        ("Excess funds", before.excess, after.excess),
        ("Open credit memos", before.memos, after.memos),
        ("Without a memo yet", before.without_memo, after.without_memo),
        ("Can be refunded, over the whole order", before.can_be_refunded, after.can_be_refunded),
    )
    told = [
        f"{name}: {_said(shown, was)}" + (f" → {_said(shown, now)}" if was != now else "")
        for name, was, now in parts
        if was or now
    ]
    if not told:
        return []
    return [kit.rich("money", [[kit.bold("Money")], *([line] for line in told)])]


def _cautions(shown: Rehearsal) -> list[sb.Block]:
    if not shown.cautions:
        return []
    told = [f"• {words_orders.caution_said(one, shown.currency)}" for one in shown.cautions]
    return [kit.section("cautions", texts.first("\n".join(["Know before you do it:", *told]), 2900))]
