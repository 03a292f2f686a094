"""The daily review in the database: what is open and what its reader has seen of it, answers, messages.

`services.reviews` and `services.reviewing` ask. Reads look through the eyes of the review's reader.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Select,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
    update,
)

from bot.domain.cases import ChangeKind
from bot.domain.ids import CaseId, HistoryId, PersonId, SlackUserId, WorkspaceId
from bot.domain.lifecycle import Status
from bot.domain.people import Person, Role, Viewer
from bot.domain.reviews import NOTHING, Part, Standing
from bot.store.at_once import insert_new
from bot.store.cases import visible
from bot.store.people import people_by_ids
from bot.store.records import readable
from bot.store.schema import (
    IS_OPEN,
    case_reviews,
    cases,
    due_times,
    history,
    notify_preferences,
    people,
    review_rows,
)
from bot.store.work import Work

NO_ANSWER = (ChangeKind.OPENED.value, ChangeKind.TAKEN.value)
"""What somebody does themselves and yet leaves to be answered: all else they do counts as an answer."""


# What is open, and what was seen of it.


def standings(connection: Connection, viewer: Viewer, of: PersonId) -> tuple[Standing, ...]:
    """Every open case that `of` owns or created, each once, as far as the viewer, who reads it, sees it.

    Who reads it for somebody else gets nothing twice: what is theirs too stands in their own review.
    """
    if not viewer.is_staff:
        return ()
    owned = _open(viewer, Part.OWNED, cases.c.owner_id == of)
    created = _open(viewer, Part.CREATED, cases.c.creator_id == of, cases.c.owner_id.is_distinct_from(of))
    if of != viewer.person_id:
        theirs = cases.c.owner_id.is_distinct_from(viewer.person_id) & (
            cases.c.creator_id != viewer.person_id
        )
        owned, created = owned.where(theirs), created.where(theirs)
    return tuple(_standing(row) for row in connection.execute(union_all(owned, created)))


def _open(viewer: Viewer, part: Part, *whose: Any) -> Select[Any]:
    """Each list by an index of its own; the history of a case by its own too."""
    mine = and_(
        case_reviews.c.workspace_id == viewer.workspace_id,
        case_reviews.c.person_id == viewer.person_id,
        case_reviews.c.case_id == cases.c.id,
    )
    of_case = history.c.case_id == cases.c.id
    by_me = history.c.actor_id == viewer.person_id
    others = or_(history.c.actor_id.is_(None), history.c.actor_id != viewer.person_id)
    seen = readable(viewer, history.c.audience)
    answered = and_(of_case, by_me, history.c.kind.not_in(NO_ANSWER))
    return (
        select(
            cases.c.id,
            cases.c.status,
            cases.c.duty_at,
            literal(part.value).label("part"),
            case_reviews.c.seen_to,
            case_reviews.c.seen_at,
            case_reviews.c.snoozed_until,
            select(func.max(history.c.id)).where(of_case, others, seen).scalar_subquery().label("changed"),
            select(func.max(history.c.id)).where(answered).scalar_subquery().label("answered"),
            select(func.max(history.c.at)).where(answered).scalar_subquery().label("answered_at"),
        )
        .select_from(cases)
        .outerjoin(case_reviews, mine)
        .where(visible(viewer), IS_OPEN, *whose)
    )


def _standing(row: Row[Any]) -> Standing:
    seen = [one for one in (row.seen_to, row.answered) if one is not None]
    at = [one for one in (row.seen_at, row.answered_at) if one is not None]
    return Standing(
        case_id=CaseId(row.id),
        status=Status(row.status),
        part=Part(row.part),
        duty_at=row.duty_at,
        changed_to=HistoryId(row.changed or NOTHING),
        seen_to=HistoryId(max(seen)) if seen else None,
        seen_at=max(at, default=None),
        snoozed_until=row.snoozed_until,
    )


# Answers.


def answer(
    work: Work,
    person_id: PersonId,
    case_id: CaseId,
    seen_to: HistoryId,
    snoozed_until: datetime | None,
) -> None:
    """Somebody has looked at a case, as far as this row of its history; it never goes back."""
    facts = {"seen_to": seen_to, "seen_at": work.now, "snoozed_until": snoozed_until}
    mine = {"workspace_id": work.workspace_id, "person_id": person_id, "case_id": case_id}
    new = insert_new(work.connection, case_reviews).values(**mine, **facts)
    if work.connection.execute(new).rowcount:
        return
    there = (
        (case_reviews.c.workspace_id == work.workspace_id)
        & (case_reviews.c.person_id == person_id)
        & (case_reviews.c.case_id == case_id)
    )
    known = case((case_reviews.c.seen_to > seen_to, case_reviews.c.seen_to), else_=seen_to)
    work.connection.execute(update(case_reviews).where(there).values(**{**facts, "seen_to": known}))


def newest_row(connection: Connection, viewer: Viewer, case_id: CaseId) -> HistoryId:
    """The newest row of a case's history that the viewer may read; 0 where there is none."""
    asked = (
        select(func.max(history.c.id))
        .select_from(history.join(cases, cases.c.id == history.c.case_id))
        .where(visible(viewer), history.c.case_id == case_id, readable(viewer, history.c.audience))
    )
    return HistoryId(connection.execute(asked).scalar_one() or NOTHING)


# Messages.


def keep_rows(
    work: Work,
    token: str,
    reader: PersonId,
    of: PersonId,
    shown: Sequence[tuple[CaseId, Part]],
) -> None:
    """Note which cases a message shows. It is the newest of its reader: the one before is drawn no more."""
    mine = (review_rows.c.workspace_id == work.workspace_id) & (review_rows.c.person_id == reader)
    work.connection.execute(delete(review_rows).where(mine, review_rows.c.of_id == of))
    rows = [
        {
            "workspace_id": work.workspace_id,
            "token": token,
            "case_id": case_id,
            "person_id": reader,
            "of_id": of,
            "part": part.value,
            "place": place,
        }
        for place, (case_id, part) in enumerate(shown)
    ]
    if rows:
        work.connection.execute(insert(review_rows), rows)


def rows_of(connection: Connection, viewer: Viewer, token: str) -> tuple[tuple[CaseId, Part], ...]:
    """The cases of a message of the viewer's, in order; none once there is a newer one."""
    mine = (review_rows.c.workspace_id == viewer.workspace_id) & (review_rows.c.token == token)
    asked = (
        select(review_rows.c.case_id, review_rows.c.part)
        .where(mine, review_rows.c.person_id == viewer.person_id)
        .order_by(review_rows.c.place)
    )
    return tuple((CaseId(row.case_id), Part(row.part)) for row in connection.execute(asked))


def tokens_of(connection: Connection, viewer: Viewer) -> tuple[str, ...]:
    """The viewer's newest messages: their own, and of whom they stand in for."""
    mine = (review_rows.c.workspace_id == viewer.workspace_id) & (review_rows.c.person_id == viewer.person_id)
    return tuple(connection.execute(select(review_rows.c.token).where(mine).distinct()).scalars())


def readers_of(work: Work, case_id: CaseId) -> tuple[tuple[PersonId, SlackUserId], ...]:
    """Who has a case in their newest review. No viewer: it only says whose messages to draw again."""
    asked = (
        select(people.c.id, people.c.slack_user_id)
        .join(review_rows, review_rows.c.person_id == people.c.id)
        .where(review_rows.c.workspace_id == work.workspace_id, review_rows.c.case_id == case_id)
        .distinct()
        .order_by(people.c.id)
    )
    found = work.connection.execute(asked)
    return tuple((PersonId(row.id), SlackUserId(row.slack_user_id)) for row in found)


# When it comes.


def staff(connection: Connection, workspace_id: WorkspaceId) -> tuple[Person, ...]:
    """Everybody of staff, with their teams; for machinery, which shows nobody anything."""
    roles = [role.value for role in Role if role.is_staff]
    mine = (people.c.workspace_id == workspace_id) & people.c.role.in_(roles)
    ids = connection.execute(select(people.c.id).where(mine).order_by(people.c.id)).scalars().all()
    return _everybody(connection, [PersonId(one) for one in ids])


BATCH = 500


def _everybody(connection: Connection, ids: Sequence[PersonId]) -> tuple[Person, ...]:
    """People with their teams, however many."""
    return tuple(
        person
        for start in range(0, len(ids), BATCH)
        for person in people_by_ids(connection, ids[start : start + BATCH])
    )


def hours(connection: Connection, workspace_id: WorkspaceId) -> dict[PersonId, int]:
    """At which hour somebody's review comes, of those who have chosen anything."""
    asked = select(notify_preferences.c.person_id, notify_preferences.c.review_hour)
    rows = connection.execute(asked.where(notify_preferences.c.workspace_id == workspace_id))
    return {PersonId(row.person_id): row.review_hour for row in rows}


def planned(connection: Connection, workspace_id: WorkspaceId, kind: str) -> dict[PersonId, datetime]:
    """When the next review of each comes, as it is set."""
    mine = (due_times.c.workspace_id == workspace_id) & (due_times.c.kind == kind)
    asked = select(due_times.c.person_id, due_times.c.due_at).where(mine, due_times.c.done_at.is_(None))
    return {PersonId(row.person_id): row.due_at for row in connection.execute(asked)}


def plan(work: Work, kind: str, wanted: Mapping[PersonId, datetime], gone: Iterable[PersonId]) -> None:
    """Set when the reviews of some come, all at once, and take back those of who is no staff any more."""
    _forget(work, kind, [*wanted, *gone])
    rows = [
        {
            "workspace_id": work.workspace_id,
            "kind": kind,
            "person_id": person_id,
            "due_at": at,
            "policy_revision": work.stamp.policy_revision,
            "set_at": work.now,
            "detail": "",
        }
        for person_id, at in wanted.items()
    ]
    if rows:
        work.connection.execute(insert(due_times), rows)


def _forget(work: Work, kind: str, ids: Collection[PersonId]) -> None:
    every = list(ids)
    mine = (due_times.c.workspace_id == work.workspace_id) & (due_times.c.kind == kind)
    for start in range(0, len(every), BATCH):
        some = due_times.c.person_id.in_(every[start : start + BATCH])
        work.connection.execute(delete(due_times).where(mine, some, due_times.c.done_at.is_(None)))
