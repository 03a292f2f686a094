"""What the outbox sends of the shop: acts on orders, fraud, carts, and files; `drawing` calls it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.scheduler.about import NothingToSay, person_of
from bot.scheduler.exporting import send_export, send_finance
from bot.scheduler.ordering import ordering, tell_live
from bot.scheduler.personal import delete_report, erase, send_report, tell_of_cart
from bot.scheduler.posting import post
from bot.scheduler.queueing import fraud_word, send_reviews
from bot.services.desk import Desk
from bot.slack.client import SlackClient
from bot.store.order_messages import LIVE
from bot.store.outbox import Kind, OutboxRow

DirectMessage = Callable[[Desk, SlackClient, Person], Awaitable[str]]

_FILES = {Kind.EXPORT: send_export, Kind.REVIEW_EXPORT: send_reviews, Kind.FINANCE: send_finance}
_ORDERS = frozenset({Kind.ORDER_APPROVAL, Kind.ORDER_DECIDED, Kind.ORDER_SETTLED, Kind.ORDER_IN_DOUBT})
_FRAUD = frozenset({Kind.FRAUD_PROPOSED, Kind.FRAUD_SETTLED})
_PERSONAL = {Kind.PERSONAL_DATA: send_report, Kind.CART_PLACING: tell_of_cart, Kind.ERASURE: erase}

OF_SHOP = _ORDERS | _FRAUD | _FILES.keys() | _PERSONAL.keys() | {Kind.PERSONAL_GONE}


async def carry_out_of_shop(desk: Desk, slack: SlackClient, row: OutboxRow, direct: DirectMessage) -> None:
    """Do what a row of `OF_SHOP` asks for. Raises the client's errors, and NothingToSay."""
    if row.kind is Kind.PERSONAL_GONE:
        await delete_report(desk, slack, row)
    elif row.kind in _PERSONAL:
        await _PERSONAL[row.kind](desk, slack, row, person_of, direct)
    elif row.kind in _FILES:
        await _file(desk, slack, row, direct)
    else:
        await _word(desk, slack, row, direct)


async def _file(desk: Desk, slack: SlackClient, row: OutboxRow, direct: DirectMessage) -> None:
    person = await person_of(desk, row)
    try:
        await _FILES[row.kind](desk, slack, row, person, await direct(desk, slack, person))
    except Refusal as refusal:
        raise NothingToSay(f"they may not export any more: {refusal}") from refusal


async def _word(desk: Desk, slack: SlackClient, row: OutboxRow, direct: DirectMessage) -> None:
    reader = await person_of(desk, row) if row.person_id is not None else None
    if row.kind in LIVE and reader is not None:
        await tell_live(desk, slack, row, reader, direct)
        return
    if row.kind in _FRAUD and reader is not None:
        drawn = await fraud_word(desk, row, reader)
    else:
        drawn = await ordering(desk, row, reader)
    channel = await direct(desk, slack, reader) if reader is not None else row.conversation
    await post(slack, row, channel, drawn)
