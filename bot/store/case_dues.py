"""Due times that follow from the story of a case: kept equal to what its clocks say, never made sooner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from bot.domain.clocks import Timing
from bot.domain.due import DueKind
from bot.domain.ids import CaseId
from bot.domain.people import TeamKind, Viewer
from bot.domain.rules import OF_CASES
from bot.store.cases import visible
from bot.store.schema import IS_DUE, IS_OPEN, cases, due_times, team_members, teams
from bot.store.work import Work

KINDS = [kind.value for kind in OF_CASES]
BATCH = 500

LIMITS = frozenset({DueKind.FIRST_COMMENT, DueKind.CUSTOMER_CALL})
"""Due times at which nothing ends: what is owed is owed on, and reports say that a limit is passed."""

OVER = "over"
"""What the detail of a passed limit says once nothing is owed any more."""

Key = tuple[str, str, datetime]
"""Kind, which reminder, and what it is counted from: the same again is the same thing."""


@dataclass(frozen=True, kw_only=True)
class StoredDue:
    """A due time of a rule as it is kept. `done_at` says that it has been acted upon."""

    id: int
    kind: DueKind
    at: datetime
    began: datetime
    detail: str
    policy_revision: int | None
    done_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What the clocks of a case have come to: the instants that count, and which moved, before and after.

    `due` are limits and closings, from when they count to when they are due.
    """

    due: Mapping[DueKind, tuple[datetime, datetime]]
    moved: Mapping[DueKind, tuple[datetime, datetime]]


def settle(work: Work, case_id: CaseId, timings: Iterable[Timing], *, quiet: bool = False) -> Settled:
    """Make what waits of a case equal to its clocks.

    What counts from the same moment never comes sooner than it was set, and what was done is not done again
    (domain.md 3). With `quiet`, what would have been due already is not begun.
    """
    known = {_key(one): one for one in _kept(work, case_id)}
    wanted: set[Key] = set()
    due: dict[DueKind, tuple[datetime, datetime]] = {}
    moved: dict[DueKind, tuple[datetime, datetime]] = {}
    for timing in timings:
        for stage in timing.stages:
            key = (stage.kind.value, str(stage.number or ""), timing.began)
            if stage.at is None:
                continue  # it is paused
            wanted.add(key)
            there = known.get(key)
            is_limit = stage is timing.stages[-1]
            past = stage.at <= work.now and (quiet or not is_limit)
            if is_limit:
                due[stage.kind] = timing.began, stage.at if there is None else max(stage.at, there.at)
            if there is None and not past:
                _insert(work, case_id, key, stage.at)
            elif there is not None and there.done_at is None:
                if stage.at > there.at:
                    moved[stage.kind] = there.at, stage.at
                _move(work, there, max(stage.at, there.at))
    gone = [one.id for key, one in known.items() if key not in wanted and one.done_at is None]
    if gone:
        work.connection.execute(delete(due_times).where(due_times.c.id.in_(gone)))
    for key, one in known.items():
        if one.kind in LIMITS and one.done_at is not None:
            _mark(work, one.id, one.detail, "" if key in wanted else OVER)
    return Settled(due=due, moved=moved)


def _key(one: StoredDue) -> Key:
    return one.kind.value, "" if one.detail == OVER else one.detail, one.began


def _mark(work: Work, due_id: int, before: str, after: str) -> None:
    if before != after:
        work.connection.execute(update(due_times).where(due_times.c.id == due_id).values(detail=after))


def not_passed(work: Work, due_id: int) -> None:
    """A limit's time came when nothing was owed any more."""
    mine = (due_times.c.id == due_id) & (due_times.c.workspace_id == work.workspace_id)
    work.connection.execute(update(due_times).where(mine).values(detail=OVER))


def drop_all(work: Work, case_id: CaseId) -> None:
    """Nothing of the rules waits for a case any more."""
    mine = (due_times.c.workspace_id == work.workspace_id) & (due_times.c.case_id == case_id)
    work.connection.execute(delete(due_times).where(mine, due_times.c.kind.in_(KINDS), IS_DUE))


def _kept(work: Work, case_id: CaseId) -> list[StoredDue]:
    mine = (due_times.c.workspace_id == work.workspace_id) & (due_times.c.case_id == case_id)
    rows = work.connection.execute(select(due_times).where(mine, due_times.c.kind.in_(KINDS)))
    return [_stored(row) for row in rows]


def dues_of_case(connection: Connection, viewer: Viewer, case_id: CaseId) -> tuple[StoredDue, ...]:
    """What the rules have set for a case, done or not, in order of time; for staff alone."""
    if not viewer.is_staff:
        return ()
    rows = connection.execute(
        select(due_times)
        .join(cases, cases.c.id == due_times.c.case_id)
        .where(visible(viewer), due_times.c.case_id == case_id, due_times.c.kind.in_(KINDS))
        .order_by(due_times.c.due_at, due_times.c.id)
    )
    return tuple(_stored(row) for row in rows)


def cases_to_recount(work: Work, revision: int, after: int) -> list[CaseId]:
    """Open cases that were not counted under this revision, a batch by id from behind `after`.

    Those of Integrations are counted whatever the revision: calendars count too, and what had no due time
    under the old rules may have one now. Theirs is what stands in their queue, and what one of them owns.
    """
    waiting = (
        select(due_times.c.case_id)
        .where(due_times.c.workspace_id == work.workspace_id, due_times.c.kind.in_(KINDS), IS_DUE)
        .where(due_times.c.policy_revision.is_distinct_from(revision))
    )
    theirs = select(teams.c.id).where(
        teams.c.workspace_id == work.workspace_id, teams.c.kind == TeamKind.INTEGRATIONS.value
    )
    members = select(team_members.c.person_id).where(team_members.c.team_id.in_(theirs))
    concerned = cases.c.id.in_(waiting) | cases.c.team_id.in_(theirs) | cases.c.owner_id.in_(members)
    found = work.connection.execute(
        select(cases.c.id)
        .where(cases.c.workspace_id == work.workspace_id, IS_OPEN, cases.c.id > after, concerned)
        .order_by(cases.c.id)
        .limit(BATCH)
    )
    return [CaseId(one) for one in found.scalars()]


def _insert(work: Work, case_id: CaseId, key: Key, at: datetime) -> None:
    kind, detail, began = key
    row = {
        "workspace_id": work.workspace_id,
        "kind": kind,
        "case_id": case_id,
        "due_at": at,
        "policy_revision": work.stamp.policy_revision,
        "set_at": work.now,
        "detail": detail,
        "began_at": began,
    }
    work.connection.execute(insert(due_times), row)


def _move(work: Work, there: StoredDue, at: datetime) -> None:
    if at == there.at and there.policy_revision == work.stamp.policy_revision:
        return
    values = {"due_at": at, "policy_revision": work.stamp.policy_revision}
    work.connection.execute(update(due_times).where(due_times.c.id == there.id).values(**values))


def _stored(row: object) -> StoredDue:
    found = row._mapping  # type: ignore[attr-defined]
    return StoredDue(
        id=found["id"],
        kind=DueKind(found["kind"]),
        at=found["due_at"],
        began=found["began_at"],
        detail=found["detail"],
        policy_revision=found["policy_revision"],
        done_at=found["done_at"],
    )
