"""Carries out one row of the outbox: reads what it is about now, draws it, and says it to Slack."""

from __future__ import annotations

import logging
from dataclasses import replace

from bot.blocks import access as access_blocks
from bot.blocks import escalation, notices, words
from bot.blocks import home as home_blocks
from bot.blocks.case_card import card, thread_comment
from bot.blocks.digest import digest
from bot.blocks.kit import Message, marked_section, message
from bot.blocks.notices import notice
from bot.domain.cases import Case, ChangeKind
from bot.domain.ids import CaseId, ChannelId, MessageTs
from bot.domain.mail import is_in_slack
from bot.domain.pages import CasePage, Notice
from bot.domain.people import Person, Role, Viewer, channel_viewer
from bot.domain.permissions import Act, allowed
from bot.domain.refusals import Refusal
from bot.scheduler.about import GONE, NothingToSay, is_worth_another_try
from bot.scheduler.about import case_of as _case
from bot.scheduler.about import comment_of as _comment
from bot.scheduler.about import person_of as _person
from bot.scheduler.calling import call_window, calling
from bot.scheduler.capturing import read_thread
from bot.scheduler.fetching import fetch_files
from bot.scheduler.picturing import carry_out_pictures
from bot.scheduler.posting import post as _post
from bot.scheduler.recognising import recognise
from bot.scheduler.reporting import carry_out_report
from bot.scheduler.reviewing import carry_out_review
from bot.scheduler.sharing import share_files
from bot.scheduler.shop_sending import OF_SHOP, carry_out_of_shop
from bot.scheduler.telling import given_back, running, telling
from bot.services import access as access_service
from bot.services import digests, phones, reading, ties
from bot.services import home as home_service
from bot.services import people as people_service
from bot.services.desk import Desk
from bot.slack.client import Posted, SlackClient
from bot.slack.faults import SlackBusy, SlackRefused, SlackUnsure
from bot.store import access, cases, dead_letters, held, notify, own_comments, people, records
from bot.store.escalation import call_back_owed
from bot.store.outbox import Kind, OutboxRow
from bot.store.work import Connection

log = logging.getLogger(__name__)


async def carry_out(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    """Do what a row asks for of Slack. Raises the client's errors, and NothingToSay."""
    match row.kind:
        case Kind.CARD:
            await _card(desk, slack, row)
        case Kind.THREAD_COMMENT:
            await _thread_comment(desk, slack, row)
        case Kind.NOTICE:
            await _notice(desk, slack, row)
        case Kind.COMMENT_EDIT:
            await _comment_edit(desk, slack, row)
        case Kind.DIGEST:
            await _digest(desk, slack, row)
        case Kind.HOME:
            await _home(desk, slack, row)
        case Kind.PROFILE:
            await _profile(desk, slack, row)
        case Kind.ACCESS:
            await _access(desk, slack, row)
        case Kind.ACCESS_REMINDER:
            await _access_reminder(desk, slack, row)
        case Kind.PICTURE:
            await carry_out_pictures(desk, slack, row, _person, _direct_message)
        case Kind.RECOGNITION | Kind.RECOGNISED:
            await _recognition(desk, slack, row)
        case Kind.THREAD:
            await read_thread(desk, slack, row)
        case Kind.FILES:
            await fetch_files(desk, slack, row)
            await share_files(desk, slack, row)
        case Kind.UNSAID:
            await _unsaid(desk, slack, row)
        case Kind.HEALTH:
            await _health(desk, slack, row)
        case Kind.ESCALATION:
            await _escalation(desk, slack, row)
        case Kind.TO_SALES | Kind.HANDED_CALL | Kind.OVERRULE | Kind.OVERRULED:
            await _calling(desk, slack, row)
        case Kind.CALL_WINDOW:
            await call_window(desk, slack, row, await _person(desk, row))
        case Kind.REPORT | Kind.REPORT_FILE:
            await carry_out_report(desk, slack, row, _person, _direct_message)
        case Kind.REVIEW | Kind.REVIEW_NEWS | Kind.REVIEW_OVER:
            await carry_out_review(desk, slack, row, _direct_message)
        case kind if kind in OF_SHOP:
            await carry_out_of_shop(desk, slack, row, _direct_message)
        case _:  # what time has us tell of a case
            await _telling(desk, slack, row)


async def _calling(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    reader = await _person(desk, row) if row.person_id is not None else None
    drawn = await calling(desk, row, reader)
    channel = await _direct_message(desk, slack, reader) if reader is not None else row.conversation
    await _post(slack, row, channel, drawn)


async def _card(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    case = await _case(desk, row)
    drawn = await _drawn(desk, case)
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


async def _drawn(desk: Desk, case: Case) -> Message:
    phone, tie = await phones.on_card(desk, case), await ties.on_card(desk, case)
    return card(case, desk.policy, desk.clock.now(), phone, tie)


async def _post_card(desk: Desk, slack: SlackClient, row: OutboxRow, case: Case) -> Posted:
    place = case.card_channel or row.conversation
    drawn = await _drawn(desk, case)
    posted = await _post(slack, row, place, drawn)
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
        if is_worth_another_try(trouble, row):
            raise
        log.warning("a card has no link yet: %s", trouble)
        return
    await desk.write(lambda work: cases.set_card(work, case_id, channel, ts, permalink))


async def _thread_comment(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    case = await _case(desk, row)
    comment = await _comment(desk, row, channel_viewer(desk.workspace_id))
    if comment is None:
        raise NothingToSay("there is no such comment")
    said = await _post_in_thread(desk, slack, row, case, thread_comment(comment, case))
    await desk.store.write(
        lambda work: own_comments.set_posted(work, comment.id, ChannelId(said.channel), MessageTs(said.ts)),
        desk.stamp(),
        quietly=True,
    )


async def _post_in_thread(
    desk: Desk, slack: SlackClient, row: OutboxRow, case: Case, drawn: Message
) -> Posted:
    place, thread_ts = case.card_channel, case.card_ts
    if place is None or thread_ts is None:
        # The card itself was given up. A token of its own: the thread's first message must not be taken
        # for the comment.
        posted = await _post_card(desk, slack, replace(row, token=f"{row.token}.card"), case)
        place, thread_ts = ChannelId(posted.channel), MessageTs(posted.ts)
    return await _post(slack, row, place, drawn, thread_ts)


async def _escalation(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    assert row.history_id is not None
    case, history_id = await _case(desk, row), row.history_id
    found = await desk.store.read(
        lambda connection, viewer: records.history_entry(connection, viewer, history_id),
        channel_viewer(desk.workspace_id),
    )
    if found is None:
        raise NothingToSay("there is no such change")
    await _post_in_thread(desk, slack, row, case, escalation.escalated(case, found[0], desk.policy))


async def _telling(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    """A direct message that time causes; what has settled itself meanwhile is not told."""
    assert row.case_id is not None
    recipient = await _person(desk, row)
    page = await _page_for(desk, recipient, row.case_id)
    may_answer = allowed(Act.COMMENT_PUBLIC, recipient)
    drawn = telling(row.kind, page, await running(desk, recipient, page), may_answer=may_answer)
    if drawn is None:
        raise NothingToSay("it has settled itself")
    channel = await _direct_message(desk, slack, recipient)
    await _post(slack, row, channel, drawn)


async def _page_for(desk: Desk, recipient: Person, case_id: CaseId) -> CasePage:
    try:
        return await reading.case_page(desk, recipient.slack_user_id, case_id)
    except Refusal as refusal:
        raise NothingToSay("it is not for them to see") from refusal


async def _comment_edit(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    """Draw a comment in the card's thread as its author has edited it."""
    case, eyes = await _case(desk, row), channel_viewer(desk.workspace_id)
    comment = await _comment(desk, row, eyes)
    if comment is None:
        raise NothingToSay("there is no such comment")
    comment_id = comment.id
    there = await desk.store.read(lambda connection, v: own_comments.posted(connection, v, comment_id), eyes)
    if there is None:
        raise NothingToSay("the bot has not posted it: a comment is drawn as it is when it is")
    drawn = thread_comment(comment, case)
    try:
        await slack.update(*there, drawn.text, drawn.blocks)
    except SlackRefused as refused:
        if refused.error not in GONE:
            raise
        raise NothingToSay("somebody deleted the message") from refused


async def _digest(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    """Tell what waited, and forget it once it is told."""
    recipient = await _person(desk, row)
    found = await desk.store.read(digests.collected, Viewer(recipient))
    if found.items and found.digest.cases:
        channel = await _direct_message(desk, slack, recipient)
        await _post(slack, row, channel, digest(found.digest, desk.policy))
    if not found.items:
        raise NothingToSay("it is told already")
    await desk.write(lambda work: notify.end_digest(work, recipient.id, found.items))


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
    asked = entry.kind is ChangeKind.CALL_BACK_ASKED
    return Notice(
        case=case,
        entry=entry,
        recipient=viewer.person,
        comment=records.comment_by_id(connection, viewer, comment_id) if comment_id else None,
        permalink=case.permalink if viewer.is_staff else None,
        call_back=call_back_owed(connection, viewer, case.id) if asked else None,
    )


async def _direct_message(desk: Desk, slack: SlackClient, person: Person) -> str:
    if not is_in_slack(person.slack_user_id):
        raise NothingToSay("they are known by their e-mail alone")
    known = await desk.store.look(lambda connection: people.dm_channel(connection, person.id))
    if known is not None:
        return known
    channel = ChannelId(await slack.direct_message(person.slack_user_id))
    await desk.write(lambda work: people.set_dm_channel(work, person.id, channel))
    return channel


async def _home(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    person = await _person(desk, row)
    page = await home_service.home(desk, person.slack_user_id)
    await slack.publish_home(person.slack_user_id, home_blocks.home(page, desk.policy))


async def _profile(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    person = await _person(desk, row)
    profile = await slack.profile(person.slack_user_id)
    await people_service.learn_profile(desk, person.id, profile.name, profile.timezone, profile.email)


async def _recognition(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    reader = await _person(desk, row)

    async def say(drawn: Message) -> Posted:
        return await _post(slack, row, await _direct_message(desk, slack, reader), drawn)

    reason = await recognise(desk, slack, row, reader, say)
    if reason:
        raise NothingToSay(reason)


async def _unsaid(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    author = await _person(desk, row)
    found, drawn = await given_back(desk, row, author)
    await _post(slack, row, await _direct_message(desk, slack, author), drawn)
    await desk.write(lambda work: [held.give_back(work, one) for one in found])


async def _health(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    administrator = await _person(desk, row)
    dead = await desk.store.look(lambda connection: dead_letters.count_dead(connection, desk.workspace_id))
    if dead == 0 or administrator.role is not Role.ADMINISTRATOR:
        raise NothingToSay("there are no dead letters any more, or they are somebody else's to look after")
    channel = await _direct_message(desk, slack, administrator)
    await _post(slack, row, channel, notices.dead_letters(dead))


async def _access(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    """The message of a request for access: where it is already, it is brought up to date."""
    assert row.access_request_id is not None
    request_id, place = row.access_request_id, row.conversation
    reader = await _person(desk, row) if row.person_id is not None else None
    try:
        seen = await desk.store.look(lambda c: access_service.seen_by(desk, c, reader, request_id))
    except Refusal as refusal:
        raise NothingToSay("it is not theirs to see any more") from refusal
    drawn = access_blocks.message(seen)
    known = await desk.store.look(lambda connection: access.message_of(connection, request_id, place))
    if known is not None:
        try:
            await slack.update(*known, drawn.text, drawn.blocks)
        except SlackRefused as refused:
            if refused.error not in GONE:
                raise
        else:
            return
    channel = await _direct_message(desk, slack, reader) if reader is not None else place
    posted = await _post(slack, row, channel, drawn)
    there, ts = ChannelId(posted.channel), MessageTs(posted.ts)
    await desk.write(lambda work: access.set_message(work, request_id, place, there, ts))


async def _access_reminder(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    reader = await _person(desk, row) if row.person_id is not None else None
    owed = await desk.store.look(lambda connection: access_service.reminder(desk, connection, reader))
    if not owed:
        raise NothingToSay("nothing is owed any more")
    channel = await _direct_message(desk, slack, reader) if reader is not None else row.conversation
    await _post(slack, row, channel, access_blocks.reminder(owed))
