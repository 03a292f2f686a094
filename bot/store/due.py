"""Due times in the database: set and taken back by services, in the transaction of what causes them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from bot.domain.due import DueKind, DueTime
from bot.domain.ids import CaseId, PersonId, WorkspaceId
from bot.store.schema import IS_DUE, due_times
from bot.store.types import UtcDateTime
from bot.store.work import Work

BATCH = 100


def set_due(
    work: Work,
    kind: DueKind,
    at: datetime,
    *,
    case_id: CaseId | None = None,
    person_id: PersonId | None = None,
    detail: str = "",
) -> None:
    """That something is to happen at `at` (aware, business time). It replaces what waits of the same."""
    drop_due(work, kind, case_id=case_id, person_id=person_id)
    insert_due(work, kind, at, case_id=case_id, person_id=person_id, detail=detail)


def insert_due(
    work: Work,
    kind: DueKind,
    at: datetime,
    *,
    case_id: CaseId | None = None,
    person_id: PersonId | None = None,
    detail: str = "",
) -> None:
    """The same where nothing of it can wait yet.

    `detail` is what is told, of a notice that is held; of a shift, whose it was (`services.shifts`).
    """
    row = {
        "workspace_id": work.workspace_id,
        "kind": kind.value,
        "case_id": case_id,
        "person_id": person_id,
        "due_at": at,
        "policy_revision": work.stamp.policy_revision,
        "set_at": work.now,
        "detail": detail,
    }
    work.connection.execute(insert(due_times), row)


def hold_notice(work: Work, at: datetime, case_id: CaseId, person_id: PersonId, detail: str) -> None:
    """Have somebody told at `at`, unless they will be told the same of the same case already."""
    same = _same(work, DueKind.HELD_NOTICE, case_id, person_id) & (due_times.c.detail == detail)
    if work.connection.execute(select(due_times.c.id).where(same, IS_DUE)).first() is None:
        insert_due(work, DueKind.HELD_NOTICE, at, case_id=case_id, person_id=person_id, detail=detail)


def told_at(
    work: Work, case_id: CaseId, detail: str, *, soon: Collection[DueKind], began: datetime
) -> datetime | None:
    """When the last of those was told this of a case, or is to be; None where nobody was.

    `soon` are the due times that told it, of a clock that began at `began`; whom that would have disturbed
    was told when their office opened.
    """
    mine = (due_times.c.workspace_id == work.workspace_id) & (due_times.c.case_id == case_id)
    held = (due_times.c.kind == DueKind.HELD_NOTICE.value) & (due_times.c.detail == detail)
    held &= due_times.c.set_at >= began
    told = due_times.c.kind.in_([one.value for one in soon]) & (due_times.c.began_at == began)
    last = func.max(func.coalesce(due_times.c.done_at, due_times.c.due_at))
    found: datetime | None = work.connection.execute(select(last).where(mine, held | told)).scalar_one()
    return found


def put_off(work: Work, due: DueTime, at: datetime) -> None:
    """What was just marked as done is to be done later."""
    mine = (due_times.c.id == due.id) & (due_times.c.workspace_id == work.workspace_id)
    work.connection.execute(update(due_times).where(mine).values(done_at=None, due_at=at))


def drop_due(
    work: Work, kind: DueKind, *, case_id: CaseId | None = None, person_id: PersonId | None = None
) -> bool:
    """Take back what waits of this kind for exactly this case and person; whether there was any."""
    same = _same(work, kind, case_id, person_id) & IS_DUE
    if case_id is None and person_id is None:
        # Nothing is held before what waits of the whole desk, and two may wait by now: who has one of them
        # under way takes it away in any case, and to wait for each other's would end for one in a deadlock.
        free = select(due_times.c.id).where(same).with_for_update(skip_locked=True)
        same = due_times.c.id.in_(free)
    return bool(work.connection.execute(delete(due_times).where(same)).rowcount)


def due_at(
    connection: Connection,
    workspace_id: WorkspaceId,
    kind: DueKind,
    *,
    case_id: CaseId | None = None,
    person_id: PersonId | None = None,
) -> datetime | None:
    """When this waits to happen; None when nothing of it waits."""
    mine = due_times.c.workspace_id == workspace_id
    mine &= (due_times.c.kind == kind.value) & _is(due_times.c.case_id, case_id)
    waiting = select(due_times.c.due_at).where(mine, _is(due_times.c.person_id, person_id), IS_DUE)
    found: datetime | None = connection.execute(waiting).scalar()
    return found


def due_now(
    connection: Connection, workspace_id: WorkspaceId, now: datetime, besides: Collection[int] = ()
) -> list[DueTime]:
    """What has become due, earliest first, but for some; at most a batch."""
    asked = _DUE.where(due_times.c.id.not_in(besides)) if besides else _DUE
    rows = connection.execute(asked, {"workspace": workspace_id, "moment": now}).all()
    return [
        DueTime(
            id=due_id,
            kind=_KINDS[kind],
            at=at,
            case_id=CaseId(case_id) if case_id is not None else None,
            person_id=PersonId(person_id) if person_id is not None else None,
            policy_revision=revision,
            began=began,
            detail=detail,
        )
        for due_id, kind, at, case_id, person_id, revision, began, detail in rows
    ]


def next_due(
    connection: Connection, workspace_id: WorkspaceId, besides: Collection[int] = ()
) -> datetime | None:
    """When the next thing is due, or was, but for some."""
    asked = _NEXT.where(due_times.c.id.not_in(besides)) if besides else _NEXT
    earliest: datetime | None = connection.execute(asked, {"workspace": workspace_id}).scalar_one()
    return earliest


def finish(work: Work, due: DueTime) -> bool:
    """Mark it as done; False when another bot has done it, or it was taken back, or moved to another time."""
    mine = (due_times.c.id == due.id) & (due_times.c.workspace_id == work.workspace_id)
    done = update(due_times).where(mine, IS_DUE).values(done_at=work.now)
    return work.connection.execute(done).rowcount == 1


_KINDS = {kind.value: kind for kind in DueKind}
_MINE = due_times.c.workspace_id == bindparam("workspace")
_DUE = (
    select(
        due_times.c.id,
        due_times.c.kind,
        due_times.c.due_at,
        due_times.c.case_id,
        due_times.c.person_id,
        due_times.c.policy_revision,
        due_times.c.began_at,
        due_times.c.detail,
    )
    .where(_MINE, IS_DUE, due_times.c.due_at <= bindparam("moment", type_=UtcDateTime))
    .order_by(due_times.c.due_at, due_times.c.id)
    .limit(BATCH)
)
_NEXT = select(func.min(due_times.c.due_at)).where(_MINE, IS_DUE)


def _same(work: Work, kind: DueKind, case_id: CaseId | None, person_id: PersonId | None) -> Any:
    mine = (due_times.c.workspace_id == work.workspace_id) & (due_times.c.kind == kind.value)
    return mine & _is(due_times.c.case_id, case_id) & _is(due_times.c.person_id, person_id)


def _is(column: Any, value: int | None) -> Any:
    return column.is_(None) if value is None else column == value
