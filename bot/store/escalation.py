"""Escalations, manager's calls that are owed, and the cases that wait for their hour, in the database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.domain.cases import Case
from bot.domain.due import DueKind
from bot.domain.escalation import WATCHED_PLANS, CallBack, knows_how_to_call
from bot.domain.ids import AccountId, CaseId, PersonId, TeamId
from bot.domain.people import Viewer
from bot.store.cases import ref, visible
from bot.store.schema import (
    IS_DUE,
    IS_OPEN,
    IS_OWED,
    accounts,
    call_backs,
    cases,
    due_times,
    escalations,
    people,
)
from bot.store.work import Work


def insert_escalation(work: Work, case: Case) -> None:
    """Keep who escalated a case and why; when, stands in the case."""
    assert case.escalation.by is not None
    row = {
        "case_id": case.id,
        "workspace_id": work.workspace_id,
        "by_id": case.escalation.by.id,
        "reason": case.escalation.reason,
    }
    work.connection.execute(insert(escalations), row)


def insert_call_back(
    work: Work, case: Case, asked_by: PersonId, due_at: datetime, phone: str, wanted: str
) -> None:
    row = {
        "workspace_id": work.workspace_id,
        "case_id": case.id,
        "asked_by_id": asked_by,
        "asked_at": work.now,
        "due_at": due_at,
        "phone": phone,
        "wanted": wanted,
    }
    work.connection.execute(insert(call_backs), row)


def end_call_back(work: Work, case_id: CaseId, by: PersonId | None) -> None:
    """Whoever called, or closed the case (None: a rule): nothing is owed any more."""
    mine = (call_backs.c.workspace_id == work.workspace_id) & (call_backs.c.case_id == case_id)
    owed = update(call_backs).where(mine, IS_OWED)
    work.connection.execute(owed.values(ended_at=work.now, ended_by_id=by))


def call_back_owed(connection: Connection, viewer: Viewer, case_id: CaseId) -> CallBack | None:
    """The manager's call that is owed about a case, for whoever may know how to make it."""
    asked = (
        select(call_backs, people.c.name, people.c.slack_user_id)
        .join(cases, cases.c.id == call_backs.c.case_id)
        .join(people, people.c.id == call_backs.c.asked_by_id)
        .where(visible(viewer), call_backs.c.workspace_id == viewer.workspace_id)
        .where(call_backs.c.case_id == case_id, IS_OWED)
    )
    row = connection.execute(asked).first()
    if row is None or not knows_how_to_call(viewer.person, PersonId(row.asked_by_id)):
        return None
    asked_by = ref(row.asked_by_id, row.slack_user_id, row.name)
    assert asked_by is not None  # the join says so
    return CallBack(
        case_id=CaseId(row.case_id),
        asked_by=asked_by,
        asked_at=row.asked_at,
        due_at=row.due_at,
        phone=row.phone,
        wanted=row.wanted,
    )


def set_first_answer(work: Work, case_id: CaseId) -> None:
    """That staff has answered so that the customer can read it; no new version of the case."""
    mine = update(cases).where(cases.c.id == case_id, cases.c.first_answered_at.is_(None))
    work.connection.execute(mine.values(first_answered_at=work.now))


def waiting(
    work: Work, account_id: AccountId | None = None, besides_revision: int | None = None, after: int = 0
) -> list[CaseId]:
    """Cases whose escalation is still to open, a batch in order of their ids, from behind `after` on.

    Those of one account, or those that were not counted under this revision of the policy.
    """
    mine = (due_times.c.workspace_id == work.workspace_id) & (
        due_times.c.kind == DueKind.ESCALATION_OPENS.value
    )
    asked = select(due_times.c.case_id).join(cases, cases.c.id == due_times.c.case_id)
    asked = asked.where(mine, IS_DUE, cases.c.id > after)
    if account_id is not None:
        asked = asked.where(cases.c.account_id == account_id)
    if besides_revision is not None:
        asked = asked.where(due_times.c.policy_revision.is_distinct_from(besides_revision))
    found = work.connection.execute(asked.order_by(cases.c.id).limit(BATCH))
    return [CaseId(one) for one in found.scalars()]


def escalated(work: Work) -> list[CaseId]:
    """Cases that are escalated and not closed, in order of their ids."""
    mine = (cases.c.workspace_id == work.workspace_id) & cases.c.escalated_at.is_not(None)
    found = work.connection.execute(
        select(cases.c.id).where(mine, cases.c.closed_at.is_(None)).order_by(cases.c.id)
    )
    return [CaseId(one) for one in found.scalars()]


BATCH = 500


def watched_cases(work: Work, owners: Collection[PersonId]) -> list[CaseId]:
    """The cases of some owners for which the end of a shift is waited for (T15)."""
    mine = (due_times.c.workspace_id == work.workspace_id) & (due_times.c.kind == DueKind.SHIFT.value)
    asked = select(cases.c.id).join(due_times, due_times.c.case_id == cases.c.id)
    asked = asked.where(mine, IS_DUE, cases.c.owner_id.in_(owners)).order_by(cases.c.id)
    return [CaseId(one) for one in work.connection.execute(asked).scalars()]


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A case that T15 is about: when it is looked at next, and by their ids whose shifts went meanwhile."""

    case_id: CaseId
    at: datetime | None
    detail: str


def critical_cases(work: Work, team_id: TeamId | None) -> list[Watched]:
    """The open cases of a team (None: of all) that T15 is about, also where nothing is waited for."""
    mine = (cases.c.workspace_id == work.workspace_id) & IS_OPEN & (cases.c.severity == 1)
    if team_id is not None:
        mine &= cases.c.team_id == team_id
    waits = (due_times.c.case_id == cases.c.id) & (due_times.c.kind == DueKind.SHIFT.value) & IS_DUE
    rows = work.connection.execute(
        select(cases.c.id, due_times.c.due_at, due_times.c.detail)
        .join(accounts, accounts.c.id == cases.c.account_id)
        .outerjoin(due_times, waits)
        .where(mine, accounts.c.success_plan.in_([one.value for one in WATCHED_PLANS]))
        .order_by(cases.c.id)
    )
    return [Watched(case_id=CaseId(row.id), at=row.due_at, detail=row.detail or "") for row in rows]


def move_wishes(work: Work, case_id: CaseId, at: datetime) -> None:
    """Whoever wants to be told when a case may be escalated is told at another time."""
    mine = (due_times.c.case_id == case_id) & (due_times.c.kind == DueKind.TELL_ESCALATION.value)
    moved = update(due_times).where(mine, IS_DUE)
    work.connection.execute(moved.values(due_at=at, policy_revision=work.stamp.policy_revision))
