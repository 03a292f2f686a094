"""What a daily review says to its reader, and what they answer: `scheduler.reviewing` sends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain import cases as rules
from bot.domain.cases import Case
from bot.domain.commands import SetStatus
from bot.domain.ids import CallKey, CaseId, HistoryId, PersonId, SlackUserId
from bot.domain.lifecycle import Status
from bot.domain.people import Person, PersonRef, Viewer
from bot.domain.permissions import Act, require
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.domain.reviews import (
    NOTHING,
    Part,
    Review,
    ReviewPage,
    ReviewRow,
    Snooze,
    Stand,
    Standing,
    lists,
    person_in,
    snoozed_until,
)
from bot.domain.rosters import stand_in
from bot.services import cases as case_service
from bot.services.desk import Desk, actor
from bot.services.hours import own_calendar
from bot.services.reviews import away, has_review
from bot.store import cases, people, records, slots
from bot.store import reviews as store
from bot.store.outbox import Announcement, Kind, announce
from bot.store.slots import Claimed
from bot.store.work import Connection, Work

MOST_ROWS = 12
"""Cases of a message that can be answered: three blocks each, and Slack takes fifty."""

MOST_WAITING = 5
PAGE = 15
ANSWERS = (Act.COMMENT, Act.ASSIGN, Act.CLOSE)


class NotForThem(Exception):
    """Whoever was to get it has no review (any more)."""


# What is sent.


def contents(desk: Desk, connection: Connection, viewer: Viewer, claimed: tuple[Claimed, ...]) -> Review:
    """What the message of these slots says now; without rows where nothing is due. Raises NotForThem."""
    newest = max(claimed, key=lambda one: one.due_at)
    of = _whose(connection, newest.job)
    if of is None or not has_review(viewer.person):
        raise NotForThem("they are no support staff any more")
    now = desk.clock.now()
    known = store.standings(connection, viewer, of.id)
    found = lists(known, now)
    waiting = [(one.case_id, Part.WAITING) for one in found.waiting[:MOST_WAITING]]
    due = [(one.case_id, one.part) for one in found.due[:MOST_ROWS]]
    shown = [*due, *waiting] if due else []
    is_own = of.id == viewer.person_id
    leave = None if is_own else away(connection, of, now)[1]
    return Review(
        reader=viewer.person,
        now=now,
        rows=_rows(desk, connection, viewer, shown, known),
        rest=len(found.due) - len(due),
        of=None if is_own else of.ref,
        away_until=leave.last if leave is not None else None,
        late_since=newest.due_at if newest.late else None,
        missed=tuple(sorted(one.due_at for one in claimed if one is not newest)),
    )


def as_it_stands(desk: Desk, connection: Connection, viewer: Viewer, token: str) -> Review | None:
    """The same message as its cases stand now; None once there is a newer one."""
    claimed = slots.of_token(connection, token)
    there = store.rows_of(connection, viewer, token)
    of = _whose(connection, claimed[0].job) if claimed else None
    if of is None or not there:
        return None
    now, is_own = desk.clock.now(), of.id == viewer.person_id
    known = store.standings(connection, viewer, of.id)
    ids = {case_id for case_id, _ in there}
    return Review(
        reader=viewer.person,
        now=now,
        rows=_rows(desk, connection, viewer, there, known),
        rest=sum(one.case_id not in ids for one in lists(known, now).due),
        of=None if is_own else of.ref,
    )


def before(connection: Connection, token: str) -> tuple[tuple[str, str], PersonRef | None] | None:
    """Where the review before this one stands, and for whom its reader stood in; None: there was none."""
    place, claimed = slots.message_before(connection, token), slots.of_token(connection, token)
    of = _whose(connection, claimed[0].job) if claimed else None
    if place is None or of is None:
        return None
    return place, None if of.id == claimed[0].person_id else of.ref


def _whose(connection: Connection, job: str) -> Person | None:
    person_id = person_in(job)
    return people.person_by_id(connection, person_id) if person_id is not None else None


def _rows(
    desk: Desk,
    connection: Connection,
    viewer: Viewer,
    shown: Sequence[tuple[CaseId, Part]],
    known: Sequence[Standing],
) -> tuple[ReviewRow, ...]:
    """Whole cases, in the order of `shown`, each with what was added and what may be done."""
    now = desk.clock.now()
    by_id = {one.case_id: one for one in known}
    found = cases.by_ids(connection, viewer, [case_id for case_id, _ in shown])
    due = {one for one in found if one in by_id and by_id[one].is_due(now)}
    news = records.added(connection, viewer, {one: by_id[one].seen_to or NOTHING for one in due})
    creators = _creators(connection, [found[one] for one in due])
    rows = []
    for case_id, part in shown:
        case, standing = found.get(case_id), by_id.get(case_id)
        if case is None:
            continue
        stand = _stand(case, standing, now, is_due=case_id in due)
        entries, count, said = news.get(case_id, ((), 0, None))
        rows.append(
            ReviewRow(
                case=case,
                part=standing.part if standing is not None and stand is not Stand.WAITING else part,
                stand=stand,
                drawn_to=standing.changed_to if standing is not None else NOTHING,
                seen_at=standing.seen_at if standing is not None else None,
                added=entries,
                added_count=count,
                said=records.comment_by_id(connection, viewer, said) if said is not None else None,
                is_first=standing is not None and standing.seen_to is None,
                is_back=standing is not None and standing.is_back(now),
                snoozed_until=standing.snoozed_until if standing is not None else None,
                acts=_acts(case, viewer.person, creators) if case_id in due else frozenset(),
            )
        )
    return tuple(rows)


def _stand(case: Case, standing: Standing | None, now: datetime, *, is_due: bool) -> Stand:
    if standing is None:
        return Stand.CLOSED if case.is_closed else Stand.ELSEWHERE
    if is_due:
        return Stand.DUE
    if standing.waits:
        return Stand.WAITING
    return Stand.SNOOZED if standing.is_snoozed(now) else Stand.REVIEWED


def _creators(connection: Connection, found: Sequence[Case]) -> Mapping[PersonId, Person]:
    ids = list({one.creator.id for one in found})
    return {one.id: one for one in people.people_by_ids(connection, ids)} if ids else {}


def _acts(case: Case, person: Person, creators: Mapping[PersonId, Person]) -> frozenset[Act]:
    """What of the answers this person may give; to set the status stands for Waiting."""
    found = {act for act in ANSWERS if _allows(act, case, person, creators[case.creator.id])}
    if Status.WAITING in rules.reachable(case, person) and _allows(
        Act.SET_STATUS, case, person, creators[case.creator.id]
    ):
        found.add(Act.SET_STATUS)
    return frozenset(found)


def _allows(act: Act, case: Case, person: Person, creator: Person) -> bool:
    try:
        rules.check(act, case, person)
        if act is Act.CLOSE:
            rules.check_may_close(case, creator, person)
    except Refusal:
        return False
    return True


# What its reader sees on demand.


async def shown_in(desk: Desk, by: SlackUserId, channel: str, ts: str) -> Review | None:
    """The review that somebody pressed a button in, as it stands now; None for one that is not the newest."""

    def query(connection: Connection, viewer: Viewer) -> Review | None:
        for token in store.tokens_of(connection, viewer):
            if slots.sent_to(connection, token) == (channel, ts):
                return as_it_stands(desk, connection, viewer, token)
        return None

    return await desk.read(query, by)


async def page(desk: Desk, by: SlackUserId, of_id: PersonId | None = None, start: int = 0) -> ReviewPage:
    """All that is due from `start` on: one's own, or of whom one stands in for. Raises NOT_YOUR_ROLE."""
    now = desk.clock.now()

    def query(connection: Connection, viewer: Viewer) -> ReviewPage:
        require(Act.REVIEW_CASES, viewer.person)
        of = _of(desk, connection, viewer, of_id)
        known = store.standings(connection, viewer, of.id)
        due = lists(known, now).due
        first = max(min(start, (len(due) - 1) // PAGE * PAGE), 0)
        shown = [(one.case_id, one.part) for one in due[first : first + PAGE]]
        review = Review(
            reader=viewer.person,
            now=now,
            rows=_rows(desk, connection, viewer, shown, known),
            rest=len(due) - len(shown),
            of=None if of.id == viewer.person_id else of,
        )
        return ReviewPage(review=review, start=first, total=len(due), size=PAGE, of_id=of.id)

    return await desk.read(query, by)


def _of(desk: Desk, connection: Connection, viewer: Viewer, of_id: PersonId | None) -> PersonRef:
    """Whose review somebody may look into: that of a person on leave is their deputy's."""
    if of_id is None or of_id == viewer.person_id:
        return viewer.person.ref
    found = people.person_by_id(connection, of_id)
    if found is None or found.workspace_id != viewer.workspace_id:
        return viewer.person.ref
    roster, _ = away(connection, found, desk.clock.now())
    instead = stand_in(roster, found.ref, desk.clock.now())
    return found.ref if instead is not None and instead.id == viewer.person_id else viewer.person.ref


# Answers.


async def answer(
    desk: Desk,
    case_id: CaseId,
    drawn_to: HistoryId,
    by: SlackUserId,
    key: CallKey,
    snooze: Snooze | None = None,
) -> Receipt:
    """Looked at, as far as it was shown; with `snooze` it is not due before that day, whatever happens.

    Raises NOT_YOUR_ROLE or NO_SUCH_CASE.
    """

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.REVIEW_CASES, person)
        viewer = Viewer(person)
        if cases.by_id(work.connection, viewer, case_id) is None:
            raise Refusal(Reason.NO_SUCH_CASE)
        until = None
        if snooze is not None:
            until = snoozed_until(snooze, own_calendar(work.connection, person, work.now), work.now)
        seen_to = min(drawn_to, store.newest_row(work.connection, viewer, case_id))
        store.answer(work, person.id, case_id, seen_to, until)
        return Receipt(case_id=case_id)

    return await desk.write(unit, key)


async def bring_up_to_date(desk: Desk, by: SlackUserId) -> None:
    """What somebody has answered elsewhere is seen in their newest message too. Raises NOT_YOUR_ROLE."""

    def unit(work: Work) -> None:
        person = actor(work, by)
        require(Act.REVIEW_CASES, person)
        announce(work, Announcement(kind=Kind.REVIEW_NEWS, conversation=by, person_id=person.id))

    await desk.write(unit)


async def wait(desk: Desk, case_id: CaseId, version: int, by: SlackUserId, key: CallKey) -> Receipt:
    """Waits for information from outside (T4). Raises what setting a status raises."""
    command = SetStatus(case_id=case_id, version=version, status=Status.WAITING)
    return await case_service.set_status(desk, command, by, key)


def shown_cases(review: Review) -> list[tuple[CaseId, Part]]:
    """Which cases a message shows, and where."""
    return [(row.case.id, row.part) for row in review.rows]
