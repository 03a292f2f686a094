"""What may be done with an order, its documents and its money, as parts of its page; pure."""

from __future__ import annotations

from collections.abc import Sequence

import slackblocks as sb

from bot.blocks import kit, words
from bot.blocks import order_requests as requests
from bot.blocks import text as texts
from bot.blocks.names_orders import (
    CHANGE_NAMES,
    NOTHING_TO,
    REFUND_NAMES,
    REQUEST_NAMES,
    SOURCE_NAMES,
    STAGE_NAMES,
    STATE_NAMES,
)
from bot.dialogs.rehearse_act import held
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import Refund, RefundSource
from bot.domain.commerce.requests import Offer, OrderStanding, Request, RequestKind

ACT = "order.act"
"""What stands before the kind of an act in its button's action id; `MORE` opens the rest of them."""
MORE = "order.acts"

IN_SIGHT = (RequestKind.CANCEL, RequestKind.RETURN, RequestKind.REFUND)
MOST_DOCUMENTS = 20


def acts(standing: OrderStanding) -> list[sb.Block]:
    """Buttons for what may be done now, and in small print what keeps this person from the rest."""
    number = standing.books.order.number
    wanted = (RequestKind.RECEIVE, *IN_SIGHT) if standing.waiting else IN_SIGHT  # what is awaited comes first
    here = sorted((one for one in standing.offers if one.kind in wanted), key=lambda o: wanted.index(o.kind))
    made = [button(one.kind, number) for one in here if one.refusal is None]
    none = [one for one in IN_SIGHT if standing.offer(one) is None]
    made.append(kit.button("More...", MORE, number, label=f"More about order {number}"))
    blocks: list[sb.Block] = [*held(standing.held), kit.buttons("order.acts", *made)]
    return blocks + _why(here, none)


def button(kind: RequestKind, number: str) -> sb.Button:
    """The button for an act on an order."""
    words_ = REQUEST_NAMES[kind]
    return kit.button(words_, f"{ACT}.{kind.value}", number, label=f"{words_}: order {number}")


def more(standing: OrderStanding) -> list[sb.Block]:
    """All acts, also those that are seldom wanted, and why not the rest."""
    number = standing.books.order.number
    made = [button(one.kind, number) for one in standing.offers if one.refusal is None]
    blocks: list[sb.Block] = [*held(standing.held)]
    if made:
        blocks.append(kit.buttons("order.acts", *made))
    else:
        blocks.append(kit.section("order.none", "Nothing can be done with this order by you now."))
    return blocks + _why(standing.offers, [one for one in RequestKind if not standing.offer(one)])


def _why(offers: Sequence[Offer], none: Sequence[RequestKind]) -> list[sb.Block]:
    """Why not, a sentence each: the same one only once, with the acts that it is about."""
    told: dict[str, list[str]] = {}
    for one in offers:
        if one.refusal is not None:
            told.setdefault(words.mrkdwn(one.refusal), []).append(REQUEST_NAMES[one.kind])
        elif one.only_shown is not None:
            said = f"{words.mrkdwn(one.only_shown)} You see what it would do."
            told.setdefault(said, []).append(REQUEST_NAMES[one.kind])
    for kind in none:
        told.setdefault(NOTHING_TO[kind], []).append(REQUEST_NAMES[kind])
    if not told:
        return []
    lines = [f"{', '.join(names)}: {sentence}" for sentence, names in told.items()]
    return [kit.small("order.why", texts.first("\n".join(lines), 2500))]


def money(standing: OrderStanding) -> list[sb.Block]:
    """What is owed back and what can be refunded: over the whole order, and it says so."""
    funds, order = standing.funds, standing.books.order
    lines: list[list[kit.Part]] = [
        [kit.bold("Can be refunded, over the whole order: "), str(order.money(funds.can_be_refunded))]
    ]
    parts = (
        ("Excess funds: ", funds.excess),
        ("Open credit memos: ", funds.memos),
        ("Returned, in no memo yet: ", funds.without_memo),
        ("Owed for what was never captured: ", funds.uncovered),
        ("Authorised and not needed any more: ", funds.to_reverse),
    )
    lines += [[kit.bold(name), str(order.money(minor))] for name, minor in parts if minor]
    return [kit.divider("funds.line"), kit.rich("funds", lines)]


def open_requests(standing: OrderStanding) -> list[sb.Block]:
    """What is wanted of this order or was last done, with a button each."""
    made: list[sb.Block] = []
    for title, found in (("Open requests", standing.requests), ("Done lately", standing.recent[:3])):
        if found:
            name = title.lower().replace(" ", ".")
            made += [kit.divider(f"{name}.line"), kit.marked_section(f"{name}.head", f"*{title}*")]
            for one in found[:5]:
                made.append(_request(one))
            if len(found) > 5:
                made.append(kit.small(f"{name}.more", f"And {len(found) - 5} more."))
    return made


def _request(one: Request) -> sb.Block:
    show = kit.button("Look", requests.SHOW, str(one.id), label=f"Look at: {REQUEST_NAMES[one.kind]}")
    by = texts.inline(one.asked_by.name, 40)
    return kit.section(
        f"request.{one.id}",
        f"{REQUEST_NAMES[one.kind]}, {one.stake}: {STATE_NAMES[one.state]}. By {by}.",
        show,
    )


def documents(books: OrderBooks) -> list[sb.Block]:
    """Change orders, returns, credit memos and refunds with their states, the newest first."""
    told = [*_changes(books), *_returns(books), *_memos(books), *_refunds(books)]
    if not told:
        return []
    shown = told[:MOST_DOCUMENTS]
    blocks: list[sb.Block] = [
        kit.divider("papers.line"),
        kit.marked_section("papers.head", f"*Documents* ({len(told)})"),
        kit.section("papers", texts.first("\n".join(shown), 2900)),
    ]
    if len(told) > len(shown):
        blocks.append(kit.small("papers.more", f"And {len(told) - len(shown)} more."))
    return blocks


def _changes(books: OrderBooks) -> list[str]:
    return [
        f"Change order {one.number}: {_units(-one.quantity)} {CHANGE_NAMES[one.type]}, "
        f"{books.order.money(one.comes_off)} comes off{_flow(one.stamp.flow)}"
        for one in reversed(books.changes)
    ]


def _returns(books: OrderBooks) -> list[str]:
    told = []
    for one in reversed(books.returns):
        expected, accepted = (
            sum(getattr(line, what) for line in one.lines) for what in ("expected", "accepted")
        )
        rejected = sum(line.rejected for line in one.lines)
        more = f", {rejected} rejected" if rejected else ""
        told.append(
            f"Return {one.number}: {_units(expected)} expected, {accepted} accepted{more}; "
            f"{STAGE_NAMES[one.stage]}"
        )
    return told


def _memos(books: OrderBooks) -> list[str]:
    return [
        f"Credit memo {one.number}: {books.order.money(one.amount)} for {', '.join(one.changes)}"
        for one in reversed(books.memos)
    ]


def _refunds(books: OrderBooks) -> list[str]:
    return [
        f"Refund {one.number}: {books.order.money(one.amount)} {_source(one)}, {REFUND_NAMES[one.state]}"
        for one in reversed(books.refunds)
    ]


def _source(one: Refund) -> str:
    by_hand = one.source is RefundSource.MANUAL
    return SOURCE_NAMES[one.source] if by_hand else f"from {one.memo or SOURCE_NAMES[one.source]}"


def _units(count: int) -> str:
    return f"{count} unit{'' if count == 1 else 's'}"


def _flow(stamp: str) -> str:
    return f"; flow {texts.inline(stamp, 40)}" if stamp else ""


def spoken_totals(standing: OrderStanding) -> str:
    """What the order comes to now; raw text."""
    return str(standing.books.order.money(standing.books.totals.grand))
