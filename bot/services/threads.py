"""A thread becomes a case: which case it is, what is read of it page by page, and what is said about that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.cases import Case
from bot.domain.commands import Audience
from bot.domain.ids import CaseId, CaseNumber, ChannelId, CommentId, SlackUserId
from bot.domain.people import Person, Viewer, channel_viewer
from bot.domain.permissions import Act, require
from bot.domain.refusals import Reason, Refusal
from bot.domain.spoken import as_typed, users_in
from bot.domain.talk import Message
from bot.domain.threads import DELETED, ELSEWHERE, NO_AUTHOR, NO_TEXT, ODD, ThreadPlace, thread_place
from bot.services import files
from bot.services import talk as talking
from bot.services.desk import Desk
from bot.store import cases, people, talk
from bot.store import threads as store
from bot.store.outbox import announce
from bot.store.threads import Reading
from bot.store.work import Connection, Work


async def case_of(desk: Desk, by: SlackUserId, place: ThreadPlace) -> CaseId | None:
    """The case that a thread is already. Raises THREAD_HAS_CASE where the asker may not see it."""

    def query(connection: Connection, viewer: Viewer) -> CaseId | None:
        found = talk.whereabouts(connection, desk.workspace_id, place.channel, None, place.ts)
        if found is not None and cases.by_id(connection, viewer, found.case_id) is None:
            raise Refusal(Reason.THREAD_HAS_CASE)
        return found.case_id if found else None

    return await desk.read(query, by)


def begin(work: Work, viewer: Viewer, case: Case, place: ThreadPlace) -> None:
    """Make a thread a new case's, to be read afterwards. Raises THREAD_HAS_CASE."""
    there = talk.whereabouts(work.connection, work.workspace_id, place.channel, None, place.ts)
    if there is not None or not store.insert_thread(work, case.id, place):
        there = there or talk.whereabouts(work.connection, work.workspace_id, place.channel, None, place.ts)
        former = cases.by_id(work.connection, viewer, there.case_id) if there else None
        raise Refusal(Reason.THREAD_HAS_CASE, {"number": former.number if former else None})
    announce(work, talking.reading(case))


async def prefill(desk: Desk, first: Message | None) -> dict[str, Any]:
    """What the open form begins with, from a thread's first message: the fields of `OpenForm` by name."""
    if first is None:
        return {}

    def query(connection: Connection) -> dict[str, Any]:
        text = as_typed(
            first.said.text, people.names(connection, desk.workspace_id, users_in(first.said.text))
        )
        author = people.find_person(connection, desk.workspace_id, first.author)
        return {
            "title": next((line.strip() for line in text.splitlines() if line.strip()), ""),
            "description": text.strip(),
            "account_id": author.account_id if author else None,
        }

    return await desk.store.look(query)


async def text_of(desk: Desk, message: Message) -> str:
    """A message as its writer saw it."""
    return str((await prefill(desk, message)).get("description", ""))


async def adder(desk: Desk, by: SlackUserId) -> Person:
    """Who wants to add a message to a case. Raises NOT_SET_UP."""

    def query(connection: Connection, viewer: Viewer) -> Person:
        require(Act.COMMENT, viewer.person)
        return viewer.person

    return await desk.read(query, by)


async def numbered(desk: Desk, by: SlackUserId, number: int) -> CaseId:
    """The case of a number, as the asker may see it. Raises NO_SUCH_CASE."""

    def query(connection: Connection, viewer: Viewer) -> CaseId:
        case = cases.by_number(connection, viewer, CaseNumber(number))
        if case is None:
            raise Refusal(Reason.NO_SUCH_CASE, {"number": number})
        return case.id

    return await desk.read(query, by)


async def reading_of(desk: Desk, case_id: CaseId) -> Reading | None:
    """How far the thread of a case is read."""
    return await desk.store.look(lambda connection: store.reading_of(connection, case_id))


async def settle_audience(desk: Desk, case_id: CaseId, members: Sequence[str]) -> None:
    """Who is in the channel decides who reads what is said in it: the account's people, or staff alone."""

    def unit(work: Work) -> None:
        case = _case(work, case_id)
        public = bool(store.customers_of(work, case).intersection(members))
        store.set_thread(work, case_id, audience=(Audience.PUBLIC if public else Audience.INTERNAL).value)

    await desk.write(unit)


async def keep_page(
    desk: Desk, case_id: CaseId, page: Sequence[Message | None], *, is_first: bool, is_last: bool
) -> None:
    """Keep a page of a thread: each message once, however often it is read, and honestly counted."""

    def unit(work: Work) -> None:
        cases.hold(work, case_id)
        case, before = _case(work, case_id), store.reading_of(work.connection, case_id)
        assert before is not None  # threads are never deleted
        outcome = _keep(work, desk, case, before, page)
        counted: Counter[str] = Counter() if is_first else Counter(before.unreadable)
        counted.update({why: many for why, many in outcome.items() if why != KEPT})
        stamps = [message.ts for message in page if message is not None]
        store.set_thread(
            work,
            case_id,
            total=(0 if is_first else before.total) + sum(outcome.values()),
            captured=(0 if is_first else before.captured) + outcome[KEPT],
            unreadable=dict(counted),
            read_to=None if is_last else max(stamps, default=before.read_to),
            trouble=None,
            **({"read_at": work.now} if is_last else {}),
        )
        if is_last:
            cases.touch(work, case)
            talking.announce_card(work, case)

    await desk.write(unit)


KEPT = "kept"


def _keep(
    work: Work, desk: Desk, case: Case, before: Reading, page: Sequence[Message | None]
) -> Counter[str]:
    theirs = [message for message in page if message is None or message.author != desk.bot_user]
    known = store.comments_at(work, before.place.channel, [one.ts for one in theirs if one is not None])
    outcome: Counter[str] = Counter()
    for message in theirs:
        outcome[_keep_one(desk, work, case, before, message, known)] += 1
    return outcome


def _keep_one(
    desk: Desk,
    work: Work,
    case: Case,
    before: Reading,
    message: Message | None,
    known: Mapping[str, tuple[CommentId, CaseId]],
) -> str:
    """What became of one message: kept, or why it cannot be."""
    if message is None:
        return ODD
    if message.said.deleted_at is not None:
        return DELETED
    if not message.author:
        return NO_AUTHOR
    if not message.said.text.strip() and not message.files:
        return NO_TEXT
    if message.ts in known and known[message.ts][1] != case.id:
        return ELSEWHERE
    if message.ts in known:
        talking.know_more(work, case, known[message.ts][0], talking.spoken(work, message))
        talking.know_files(desk, work, case, known[message.ts][0], message)
        return KEPT
    author = talking.author_in(work, message)
    if author is None:
        return NO_AUTHOR
    audience = before.audience or Audience.INTERNAL
    talking.keep_message(desk, work, case, author, audience, message, talking.spoken(work, message))
    return KEPT


async def cannot_read(desk: Desk, case_id: CaseId, error: str) -> None:
    """Note why a thread cannot be read now; its card says so, once."""

    def unit(work: Work) -> None:
        store.set_thread(work, case_id, trouble=error[:80])
        talking.announce_card(work, _case(work, case_id))

    await desk.write(unit)


async def learn_link(desk: Desk, case_id: CaseId, permalink: str) -> None:
    await desk.write(lambda work: store.set_thread(work, case_id, permalink=permalink))


async def number_of(desk: Desk, case_id: CaseId) -> CaseNumber:
    """The number of a case, for our word in its thread."""
    eyes = channel_viewer(desk.workspace_id)
    case = await desk.store.read(lambda connection, viewer: cases.by_id(connection, viewer, case_id), eyes)
    assert case is not None  # cases are never deleted
    return case.number


async def noted(desk: Desk, case_id: CaseId, ts: str) -> None:
    """Our word in the thread has been said."""
    await desk.write(lambda work: store.set_thread(work, case_id, note_ts=ts))


async def place_changed(desk: Desk, channel: ChannelId) -> None:
    """Somebody, perhaps Caseline itself, came into a channel or left: its threads are looked at again."""
    found = await desk.store.look(lambda c: store.cases_in(c, desk.workspace_id, channel))
    if not found:
        return

    def unit(work: Work) -> None:
        for case_id in found:
            case = _case(work, case_id)
            again = talking.reading(case)
            files.fetch_again(work, case)
            if not store.hurry(work, again.conversation):
                announce(work, again)

    await desk.write(unit)


def _case(work: Work, case_id: CaseId) -> Case:
    case = cases.by_id(work.connection, channel_viewer(work.workspace_id), case_id)
    assert case is not None  # cases are never deleted
    return case


def place_in(value: str) -> ThreadPlace | None:
    """The thread that a button or a form carries, as `carried` wrote it."""
    channel, _, ts = value.partition("/")
    return thread_place(channel, ts)


def carried(place: ThreadPlace) -> str:
    """A thread as a button or a form carries it."""
    return f"{place.channel}/{place.ts}"
