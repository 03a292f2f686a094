"""What the outbox tells of acts on orders: the question of an approval, and what became of a request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.blocks import order_requests as blocks
from bot.blocks.kit import Message
from bot.domain.commerce.requests import RequestState
from bot.domain.ids import ChannelId, MessageTs
from bot.domain.people import Person
from bot.domain.refusals import Reason, Refusal
from bot.scheduler.about import GONE, NothingToSay
from bot.scheduler.posting import find, post
from bot.services import order_requests as service
from bot.services.desk import Desk
from bot.slack.client import SlackClient
from bot.slack.faults import SlackRefused
from bot.store import order_mails, order_messages
from bot.store import order_requests as store
from bot.store.outbox import Kind, OutboxRow

Direct = Callable[[Desk, SlackClient, Person], Awaitable[str]]


async def ordering(desk: Desk, row: OutboxRow, reader: Person | None) -> Message:
    """The message of a row, through its reader's eyes and as the request stands when it is told.

    Raises NothingToSay where it is not theirs to know, or is decided before it was asked.
    """
    request_id, workspace_id = row.order_request_id, desk.workspace_id
    if request_id is None:
        raise NothingToSay("it names no request")
    found, mails = await desk.store.look(
        lambda connection: (
            store.itself(connection, workspace_id, request_id),
            order_mails.itself(connection, workspace_id, request_id),
        )
    )
    if found is None or (reader is not None and not reader.is_staff):
        raise NothingToSay("it is not for them to see")
    if order_messages.passed_in(row) is not None:
        return blocks.passed(found)
    if row.kind is Kind.ORDER_DECIDED and blocks.is_told_anew(found):
        return blocks.decided(found)
    if row.kind is not Kind.ORDER_APPROVAL or reader is None:
        return blocks.news(found, mails)
    if found.state is not RequestState.AWAITS_APPROVAL:
        return blocks.folded(found)
    try:
        shown = await service.shown(desk, reader.slack_user_id, request_id)
    except Refusal as refusal:
        if refusal.reason is Reason.SHOP_AWAY:
            raise  # it comes again
        raise NothingToSay("it is not for them to see") from refusal
    return blocks.approval(shown)


async def tell_live(desk: Desk, slack: SlackClient, row: OutboxRow, reader: Person, direct: Direct) -> None:
    """A message with buttons: where it stands already it is drawn again, and folds.

    Raises NothingToSay where it was decided before anybody was asked, or the message that is to fold is gone.
    """
    drawn = await ordering(desk, row, reader)
    passed = order_messages.passed_in(row)
    known = passed or await desk.store.look(lambda connection: order_messages.place_of(connection, row))
    if known is None and row.maybe_sent:
        known = await _sent_before(desk, slack, row, await direct(desk, slack, reader))
    if known is not None:
        try:
            await slack.update(*known, drawn.text, drawn.blocks)
        except SlackRefused as refused:
            if refused.error not in GONE:
                raise
            if row.kind in order_messages.NEWS:
                raise NothingToSay("somebody deleted the message") from refused
        else:
            return
    if row.kind is Kind.ORDER_APPROVAL and await _is_decided(desk, row):
        raise NothingToSay("it is decided already")
    posted = await post(slack, replace(row, maybe_sent=False), await direct(desk, slack, reader), drawn)
    there, ts = ChannelId(posted.channel), MessageTs(posted.ts)
    await desk.write(lambda work: order_messages.set_place(work, row, there, ts))


async def _sent_before(
    desk: Desk, slack: SlackClient, row: OutboxRow, channel: str
) -> tuple[ChannelId, MessageTs] | None:
    """The message that an earlier attempt has posted without hearing so; it may say what is no more.

    Raises NothingToSay where it folds already.
    """
    found = await find(slack, row, channel)
    if found is None:
        return None
    there, ts = ChannelId(found.channel), MessageTs(found.ts)
    if not await desk.write(lambda work: order_messages.set_place(work, row, there, ts)):
        raise NothingToSay("newer news stand below it")
    return there, ts


async def _is_decided(desk: Desk, row: OutboxRow) -> bool:
    request_id = row.order_request_id
    assert request_id is not None
    found = await desk.store.look(lambda c: store.itself(c, desk.workspace_id, request_id))
    return found is None or found.state is not RequestState.AWAITS_APPROVAL
