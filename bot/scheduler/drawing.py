"""Carries out one row of the outbox: reads what it is about now, draws it, and says it to Slack."""

from __future__ import annotations

import logging
from dataclasses import replace

from bot.blocks import home as home_blocks
from bot.blocks import notices, words
from bot.blocks.case_card import card, thread_comment
from bot.blocks.kit import Message, marked_section, message
from bot.blocks.notices import notice
from bot.domain.cases import Case, Comment
from bot.domain.ids import CaseId, ChannelId, MessageTs
from bot.domain.pages import Notice
from bot.domain.people import Person, Role, Viewer, channel_viewer
from bot.services import people as people_service
from bot.services import reading
from bot.services.desk import Desk
from bot.slack.client import Posted, SlackClient
from bot.slack.faults import SlackBusy, SlackRefused, SlackUnsure
from bot.store import cases, dead_letters, people, records
from bot.store.outbox import Kind, OutboxRow
from bot.store.work import Connection

log = logging.getLogger(__name__)

GONE = frozenset({"message_not_found", "cant_update_message"})
"""A card that somebody deleted: it is posted anew."""

NO_LOOKING_UP = frozenset({"channel_not_found", "missing_scope"})
"""Why a message that was perhaps sent cannot be looked up, today or ever."""

LINK_TRIES = 5
"""How often a card's row goes out again only because its link is not known."""


class NothingToSay(Exception):
    """What the row is about is not there (any more), or not for its reader: it is dropped, not retried."""


async def carry_out(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    """Do what a row asks for of Slack. Raises the client's errors, and NothingToSay."""
    match row.kind:
        case Kind.CARD:
            await _card(desk, slack, row)
        case Kind.THREAD_COMMENT:
            await _thread_comment(desk, slack, row)
        case Kind.NOTICE:
            await _notice(desk, slack, row)
        case Kind.HOME:
            await _home(desk, slack, row)
        case Kind.PROFILE:
            await _profile(desk, slack, row)
        case Kind.HEALTH:
            await _health(desk, slack, row)


async def _card(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    case = await _case(desk, row)
    drawn = card(case, desk.policy)
    if case.card_channel is not None and case.card_ts is not None:
        try:
            await slack.update(case.card_channel, case.card_ts, drawn.text, drawn.blocks)
        except SlackRefused as refused:
            if refused.error not in GONE:
                raise
        else:
            if case.permalink is None:
                await _learn_link(desk, slack, row, case.id, case.card_channel, case.card_ts)
            return
    await _post_card(desk, slack, row, case)


async def _post_card(desk: Desk, slack: SlackClient, row: OutboxRow, case: Case) -> Posted:
    place = case.card_channel or row.conversation
    posted = await _post(slack, row, place, card(case, desk.policy))
    channel, ts = ChannelId(posted.channel), MessageTs(posted.ts)
    # At once: the card is seen, and a reply in its thread must find its case. The link can wait.
    await desk.write(lambda work: cases.set_card(work, case.id, channel, ts, None))
    await _learn_link(desk, slack, row, case.id, channel, ts)
    return posted


async def tell_of_missing_bot(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    """Tell who opened a case, if they are staff, that its card waits until Caseline is in the channel.

    It is no outbox row, because it is true now or never. If it fails there is the log.
    """
    try:
        case = await _case(desk, row)
        creator = await desk.store.look(lambda connection: people.person_by_id(connection, case.creator.id))
        if creator is None or not creator.is_staff:
            return
        sentence = words.not_in_channel(row.conversation)
        blocks = message(sentence, [marked_section("said", sentence)]).blocks
        await slack.tell(creator.slack_user_id, sentence, blocks)
    except (NothingToSay, SlackRefused, SlackBusy, SlackUnsure) as trouble:
        log.warning("nobody could be told that a card waits in %s: %s", row.conversation, trouble)


async def _learn_link(
    desk: Desk, slack: SlackClient, row: OutboxRow, case_id: CaseId, channel: ChannelId, ts: MessageTs
) -> None:
    """Keep where a card is, for notices; whoever draws the card asks again while that is unknown.

    Trouble that passes brings the row back, but not for ever: cards can do without.
    """
    try:
        permalink = await slack.permalink(Posted(channel=channel, ts=ts))
    except (SlackRefused, SlackBusy, SlackUnsure) as trouble:
        passes = isinstance(trouble, SlackUnsure) or (isinstance(trouble, SlackRefused) and trouble.temporary)
        if passes and row.attempts <= LINK_TRIES:
            raise
        log.warning("a card has no link yet: %s", trouble)
        return
    await desk.write(lambda work: cases.set_card(work, case_id, channel, ts, permalink))


async def _thread_comment(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    case = await _case(desk, row)
    comment = await _comment(desk, row, channel_viewer(desk.workspace_id))
    if comment is None:
        raise NothingToSay("there is no such comment")
    place, thread_ts = case.card_channel, case.card_ts
    if place is None or thread_ts is None:
        # The card itself was given up. A token of its own: the thread's first message must not be taken
        # for the comment.
        posted = await _post_card(desk, slack, replace(row, token=f"{row.token}.card"), case)
        place, thread_ts = ChannelId(posted.channel), MessageTs(posted.ts)
    await _post(slack, row, place, thread_comment(comment, case), thread_ts)


async def _notice(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    recipient = await _person(desk, row)
    what = await desk.store.read(lambda connection, viewer: told(connection, viewer, row), Viewer(recipient))
    channel = await _direct_message(desk, slack, recipient)
    await _post(slack, row, channel, notice(what, desk.policy))


def told(connection: Connection, viewer: Viewer, row: OutboxRow) -> Notice:
    """What a notice says, read through its reader's eyes: what they may not see is not told."""
    assert row.case_id is not None
    assert row.history_id is not None
    case = cases.by_id(connection, viewer, row.case_id)
    found = records.history_entry(connection, viewer, row.history_id)
    if case is None or found is None:
        raise NothingToSay("it is not for them to see")
    entry, comment_id = found
    return Notice(
        case=case,
        entry=entry,
        recipient=viewer.person,
        comment=records.comment_by_id(connection, viewer, comment_id) if comment_id else None,
        permalink=case.permalink if viewer.is_staff else None,
    )


async def _direct_message(desk: Desk, slack: SlackClient, person: Person) -> str:
    known = await desk.store.look(lambda connection: people.dm_channel(connection, person.id))
    if known is not None:
        return known
    channel = ChannelId(await slack.direct_message(person.slack_user_id))
    await desk.write(lambda work: people.set_dm_channel(work, person.id, channel))
    return channel


async def _home(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    person = await _person(desk, row)
    page = await reading.home(desk, person.slack_user_id)
    await slack.publish_home(person.slack_user_id, home_blocks.home(page, desk.policy))


async def _profile(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    person = await _person(desk, row)
    profile = await slack.profile(person.slack_user_id)
    await people_service.learn_profile(desk, person.id, profile.name, profile.timezone, profile.email)


async def _health(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    administrator = await _person(desk, row)
    dead = await desk.store.look(lambda connection: dead_letters.count_dead(connection, desk.workspace_id))
    if dead == 0 or administrator.role is not Role.ADMINISTRATOR:
        raise NothingToSay("there are no dead letters any more, or they are somebody else's to look after")
    channel = await _direct_message(desk, slack, administrator)
    await _post(slack, row, channel, notices.dead_letters(dead))


async def _post(
    slack: SlackClient, row: OutboxRow, channel: str, drawn: Message, thread_ts: str | None = None
) -> Posted:
    """Post, unless an earlier attempt that was never answered has done so already."""
    if row.maybe_sent:
        found = await _find(slack, row, channel, thread_ts)
        if found is not None:
            return found
    return await slack.post(channel, drawn.text, drawn.blocks, row.token, thread_ts)


async def _find(slack: SlackClient, row: OutboxRow, channel: str, thread_ts: str | None) -> Posted | None:
    """The message that an earlier attempt may have posted.

    A channel that is configured by name, and that no card has reached yet, cannot be looked into, nor can any
    without the scope to read it: then the message is posted again, rather twice than never.
    """
    try:
        return await slack.find(channel, row.token, thread_ts)
    except SlackRefused as refused:
        if refused.error not in NO_LOOKING_UP:
            raise
        log.warning("outbox row %d (%s) may be posted twice: %s", row.id, row.kind, refused)
        return None


async def _case(desk: Desk, row: OutboxRow) -> Case:
    assert row.case_id is not None
    case_id, eyes = row.case_id, channel_viewer(desk.workspace_id)
    case = await desk.store.read(lambda connection, viewer: cases.by_id(connection, viewer, case_id), eyes)
    if case is None:
        raise NothingToSay("there is no such case")
    return case


async def _comment(desk: Desk, row: OutboxRow, eyes: Viewer) -> Comment | None:
    assert row.comment_id is not None
    comment_id = row.comment_id
    return await desk.store.read(
        lambda connection, viewer: records.comment_by_id(connection, viewer, comment_id), eyes
    )


async def _person(desk: Desk, row: OutboxRow) -> Person:
    assert row.person_id is not None
    person_id = row.person_id
    person = await desk.store.look(lambda connection: people.person_by_id(connection, person_id))
    if person is None:
        raise NothingToSay("there is no such person")
    return person
