"""Sends a daily review that was claimed, once, and draws it again as its cases change; `drawing` calls it.

What was perhaps sent before a crash is looked up by the message's metadata, as with reports. A review whose
time has run into the night waits for its reader's office.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NoReturn

from bot.blocks import review as blocks
from bot.blocks.kit import Message
from bot.domain.ids import ChannelId
from bot.domain.mail import is_in_slack
from bot.domain.people import Person, PersonRef, Viewer
from bot.domain.reviews import Review, person_in
from bot.domain.slots import SlotState
from bot.scheduler.about import GONE, NothingToSay
from bot.scheduler.about import person_of as _person
from bot.scheduler.reporting import look_up
from bot.services import reviewing, reviews
from bot.services.desk import Desk
from bot.services.reviewing import NotForThem
from bot.slack.client import Posted, SlackClient
from bot.slack.faults import SlackRefused
from bot.store import people, slots
from bot.store import reviews as store
from bot.store.outbox import Announcement, Kind, OutboxRow, announce
from bot.store.slots import Claimed
from bot.store.work import Connection, Work

DirectMessage = Callable[[Desk, SlackClient, Person], Awaitable[str]]


async def carry_out_review(
    desk: Desk, slack: SlackClient, row: OutboxRow, direct_message: DirectMessage
) -> None:
    """A review, or its newest messages drawn again. Raises the client's errors, GivenUp and NothingToSay."""
    reader = await _person(desk, row)
    if row.kind is Kind.REVIEW_NEWS:
        await draw_again(desk, slack, reader)
    elif row.kind is Kind.REVIEW_OVER:
        await fold(desk, slack, reader)
    else:
        await send_review(desk, slack, row, reader, direct_message)


async def send_review(
    desk: Desk, slack: SlackClient, row: OutboxRow, reader: Person, direct_message: DirectMessage
) -> None:
    """Post the message of the slots that `row` stands for, unless it is there or has nothing to say."""
    claimed = await desk.store.look(lambda connection: slots.of_token(connection, row.token))
    if not claimed or await desk.store.look(lambda c: slots.sent_to(c, row.token)) is not None:
        raise NothingToSay("it is told already")
    found = await _contents(desk, row, reader, claimed)
    posted = None
    if row.maybe_sent:
        posted = await look_up(desk, slack, row, await direct_message(desk, slack, reader))
    if posted is None:
        await _unless_needless(desk, row, reader, found)
        posted = await _post(desk, slack, row, reader, found)
    there = posted
    await desk.write(lambda work: _settle(work, row, reader, claimed, found, there))


async def _contents(desk: Desk, row: OutboxRow, reader: Person, claimed: tuple[Claimed, ...]) -> Review:
    def query(connection: Connection, viewer: Viewer) -> Review:
        if not is_in_slack(viewer.person.slack_user_id):
            raise NotForThem("they are known by their e-mail alone")
        return reviewing.contents(desk, connection, viewer, claimed)

    try:
        return await desk.store.read(query, Viewer(reader))
    except NotForThem as reason:
        await _end(desk, row, SlotState.DROPPED, str(reason))


async def _unless_needless(desk: Desk, row: OutboxRow, reader: Person, found: Review) -> None:
    """Nothing due: no message. At night: later."""
    if not found.rows:
        await _end(desk, row, SlotState.NOTHING, "")
    now = desk.clock.now()
    if not await desk.store.look(lambda connection: reviews.may_be_told(connection, reader, now)):
        await desk.write(lambda work: reviews.hold(work, reader, row.token))
        raise NothingToSay("it waits for the office to open")


async def _end(desk: Desk, row: OutboxRow, state: SlotState, why: str) -> NoReturn:
    await desk.write(lambda work: slots.end_badly(work, row.token, state, why))
    raise NothingToSay(why or "nothing is due")


async def _post(desk: Desk, slack: SlackClient, row: OutboxRow, reader: Person, found: Review) -> Posted:
    """To the person itself where their channel is not known yet: Slack says which it is."""
    known = await desk.store.look(lambda connection: people.dm_channel(connection, reader.id))
    # Drawn aside: it takes tens of milliseconds, in which people want to be answered.
    drawn = await asyncio.to_thread(blocks.review, found, desk.policy)
    return await slack.post(known or reader.slack_user_id, drawn.text, drawn.blocks, row.token)


def _settle(
    work: Work,
    row: OutboxRow,
    reader: Person,
    claimed: tuple[Claimed, ...],
    found: Review,
    posted: Posted,
) -> None:
    states = {one.job: SlotState.LATE if one.late else SlotState.SENT for one in claimed}
    slots.settle(work, row.token, states, channel=posted.channel, ts=posted.ts, file_token=None)
    if people.dm_channel(work.connection, reader.id) is None:
        people.set_dm_channel(work, reader.id, ChannelId(posted.channel))
    of_id = person_in(claimed[0].job)
    if of_id is not None:
        store.keep_rows(work, row.token, reader.id, of_id, reviewing.shown_cases(found))
        if slots.message_before(work.connection, row.token) is not None:
            over = Announcement(kind=Kind.REVIEW_OVER, conversation=reader.slack_user_id, person_id=reader.id)
            announce(work, over)


async def draw_again(desk: Desk, slack: SlackClient, reader: Person) -> None:
    """Bring the newest reviews of somebody up to date where they stand."""

    def query(connection: Connection, viewer: Viewer) -> list[tuple[tuple[str, str], Review]]:
        tokens = store.tokens_of(connection, viewer)
        drawn = [
            (slots.sent_to(connection, one), reviewing.as_it_stands(desk, connection, viewer, one))
            for one in tokens
        ]
        return [(place, found) for place, found in drawn if place is not None and found is not None]

    there = await desk.store.read(query, Viewer(reader))
    if not there:
        raise NothingToSay("there is a newer one, or none")
    for place, found in there:
        drawn = await asyncio.to_thread(blocks.review, found, desk.policy)
        await _update(slack, place, drawn)


async def fold(desk: Desk, slack: SlackClient, reader: Person) -> None:
    """Leave a line of the reviews before the newest ones: their buttons would answer what is asked again."""

    def query(connection: Connection, viewer: Viewer) -> list[tuple[tuple[str, str], PersonRef | None]]:
        found = (reviewing.before(connection, token) for token in store.tokens_of(connection, viewer))
        return [one for one in found if one is not None]

    for place, of in await desk.store.read(query, Viewer(reader)):
        await _update(slack, place, blocks.over(of))


async def _update(slack: SlackClient, place: tuple[str, str], drawn: Message) -> None:
    try:
        await slack.update(*place, drawn.text, drawn.blocks)
    except SlackRefused as refused:
        if refused.error not in GONE:
            raise
