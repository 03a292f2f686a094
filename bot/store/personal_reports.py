"""Who asked for a report of personal data, and what became of it; `services.personal_data` keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Row,
    String,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    update,
)

from bot.domain.ids import CustomerId, PersonalReportId, PersonId, SlackUserId, WorkspaceId
from bot.domain.people import PersonRef, Viewer
from bot.domain.permissions import Act, allowed
from bot.domain.personal import PersonalReport, ReportsPage, ReportState
from bot.store.outbox import State
from bot.store.schema import erasures, outbox, people, personal_reports
from bot.store.schema_shop import customers
from bot.store.types import Id
from bot.store.work import Work

PAGE = 8


def add(work: Work, customer_id: CustomerId, person_id: PersonId, reason: str, token: str) -> None:
    """That somebody asks for one; the row of the outbox with the same token brings it."""
    row = {
        "workspace_id": work.workspace_id,
        "customer_id": customer_id,
        "asked_by_id": person_id,
        "reason": reason,
        "asked_at": work.now,
        "token": token,
        "state": ReportState.ASKED.value,
        "files": [],
        "counts": {},
    }
    work.connection.execute(insert(personal_reports), row)


_HERE = personal_reports.c.workspace_id == bindparam("workspace")
_MINE, _START = personal_reports.c.id, bindparam("start", type_=Id)
_REPORTS = (
    select(
        personal_reports,
        customers.c.name.label("customer_name"),
        customers.c.company,
        customers.c.number,
        people.c.slack_user_id,
        people.c.name.label("asker"),
        outbox.c.state.label("sending"),
    )
    .join(customers, customers.c.id == personal_reports.c.customer_id)
    .join(people, people.c.id == personal_reports.c.asked_by_id)
    .outerjoin(outbox, outbox.c.token == personal_reports.c.token)
    .where(_HERE)
)
_BY_TOKEN = _REPORTS.where(personal_reports.c.token == bindparam("token"))


# Built once for each state. It is a word of the statement, as sizes are: where PostgreSQL does not know, it
# plans for a tenth of the table.


def _here(state: ReportState | None) -> Any:
    if state is None:
        return _HERE
    return _HERE & (personal_reports.c.state == literal_column(f"'{state.value}'", String))


def _number(value: int) -> Any:
    return literal_column(str(value), Integer)


@cache
def _page(state: ReportState | None, turned: bool) -> Any:
    asked = _REPORTS.where(_here(state), _MINE <= _START) if turned else _REPORTS.where(_here(state))
    return asked.order_by(_MINE.desc()).limit(_number(PAGE + 1))


@cache
def _count(state: ReportState | None, above: bool) -> Any:
    asked = select(func.count()).select_from(personal_reports).where(_here(state))
    return asked.where(_MINE > _START) if above else asked


@cache
def _before(state: ReportState | None) -> Any:
    """Nearest first."""
    return select(_MINE).where(_here(state), _MINE > _START).order_by(_MINE).limit(_number(PAGE))


def page(
    connection: Connection,
    viewer: Viewer,
    state: ReportState | None,
    start: PersonalReportId | None,
    days: int,
) -> ReportsPage:
    """A page of those of a state (None: of all), newest first, from `start` on."""
    if not allowed(Act.REPORT_PERSONAL_DATA, viewer.person):
        return ReportsPage(reports=(), total=0, first=1, newer=None, older=None, days=days)
    given = {"workspace": viewer.workspace_id, "start": start}
    rows = connection.execute(_page(state, start is not None), given).all()
    above, newer = 0, None
    if start is not None:
        above = connection.execute(_count(state, above=True), given).scalar_one()
        before = connection.execute(_before(state), given).scalars().all()
        newer = PersonalReportId(before[-1]) if before else None
    return ReportsPage(
        reports=tuple(_report(row) for row in rows[:PAGE]),
        total=connection.execute(_count(state, above=False), given).scalar_one(),
        first=above + 1,
        newer=newer,
        older=PersonalReportId(rows[PAGE].id) if len(rows) > PAGE else None,
        days=days,
        state=state,
    )


def by_token(connection: Connection, viewer: Viewer, token: str) -> PersonalReport | None:
    """The one that a row of the outbox is to bring, or to delete."""
    if not allowed(Act.REPORT_PERSONAL_DATA, viewer.person):
        return None
    row = connection.execute(_BY_TOKEN, {"workspace": viewer.workspace_id, "token": token}).first()
    return _report(row) if row else None


def _report(row: Row[Any]) -> PersonalReport:
    return PersonalReport(
        id=PersonalReportId(row.id),
        customer_id=CustomerId(row.customer_id),
        customer=row.company or row.customer_name,
        number=row.number,
        asked_by=PersonRef(
            id=PersonId(row.asked_by_id), slack_user_id=SlackUserId(row.slack_user_id), name=row.asker
        ),
        reason=row.reason,
        asked_at=row.asked_at,
        token=row.token,
        state=ReportState(row.state),
        sent_at=row.sent_at,
        expires_at=row.expires_at,
        deleted_at=row.deleted_at,
        files=tuple(row.files),
        rows=sum(row.counts.values()),
        is_stuck=row.state == ReportState.ASKED.value and row.sending in _STUCK,
    )


_STUCK = (State.DEAD.value, State.DISCARDED.value, None)


def sent(work: Work, token: str, files: Sequence[str], counts: dict[str, int], expires_at: datetime) -> None:
    """It stands in Slack, where its files go by these ids, until `expires_at`."""
    _set(
        work,
        token,
        state=ReportState.SENT.value,
        sent_at=work.now,
        expires_at=expires_at,
        files=list(files),
        counts=counts,
    )


def is_about_erased(work: Work, token: str) -> bool:
    """Whether its customer was erased, or is being erased, since it was asked for."""
    mine = (personal_reports.c.workspace_id == work.workspace_id) & (personal_reports.c.token == token)
    since = erasures.c.asked_at >= personal_reports.c.asked_at
    both = personal_reports.join(erasures, erasures.c.customer_id == personal_reports.c.customer_id)
    asked = select(erasures.c.id).select_from(both).where(mine, since)
    return work.connection.execute(asked).first() is not None


def withdrawn(work: Work, token: str) -> None:
    """Whoever asked may not have it any more."""
    _set(work, token, state=ReportState.WITHDRAWN.value)


def _set(work: Work, token: str, **values: Any) -> None:
    mine = (personal_reports.c.workspace_id == work.workspace_id) & (personal_reports.c.token == token)
    work.connection.execute(update(personal_reports).where(mine).values(**values))


def _expiring(workspace_id: WorkspaceId) -> Any:
    in_slack = personal_reports.c.state == ReportState.SENT.value
    return (personal_reports.c.workspace_id == workspace_id) & in_slack


def expired(connection: Connection, workspace_id: WorkspaceId, now: datetime) -> list[tuple[str, list[str]]]:
    """The tokens and files of those whose time is over, oldest first."""
    asked = select(personal_reports.c.token, personal_reports.c.files)
    over = _expiring(workspace_id) & (personal_reports.c.expires_at <= now)
    return [(row.token, row.files) for row in connection.execute(asked.where(over).order_by("expires_at"))]


def next_expiry(connection: Connection, workspace_id: WorkspaceId) -> datetime | None:
    """When the next one's time is over."""
    asked = select(func.min(personal_reports.c.expires_at)).where(_expiring(workspace_id))
    found: datetime | None = connection.execute(asked).scalar_one()
    return found


def deleted(work: Work, token: str) -> None:
    """Its files are gone; that there was one stays in the log."""
    _set(work, token, state=ReportState.DELETED.value, deleted_at=work.now, files=[])


def hasten(work: Work, customer_id: CustomerId) -> bool:
    """Have the files about a customer deleted now; whether there were any."""
    mine = _expiring(work.workspace_id) & (personal_reports.c.customer_id == customer_id)
    changed = update(personal_reports).where(mine).values(expires_at=work.now)
    return bool(work.connection.execute(changed).rowcount)
