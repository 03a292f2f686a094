"""Which cases a report is about, and what of them wants a look, as SQL; the reads of reports share it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    union,
)

from bot.domain.cases import ChangeKind
from bot.domain.ids import CaseId
from bot.domain.lifecycle import Status
from bot.domain.people import Viewer
from bot.domain.reports import Scope
from bot.domain.search import Search
from bot.store.cases import visible
from bot.store.schema import IS_OPEN, IS_OWED, IS_PASSED, call_backs, cases, due_times, history
from bot.store.search import Named, condition, values

HANDED_OVER = (ChangeKind.ASSIGNED.value, ChangeKind.ASKED.value, ChangeKind.ASKED_FOR_UPDATE.value)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which cases, of what time: `at` is when the report was claimed, `since` when the last one was.

    `search` and its names stand for `scope.search`; `untouched_*` are the instants before which a case's
    last event lies when it counts as untouched, at those two times. Days are counted on the clocks of `zone`.
    """

    scope: Scope
    at: datetime
    since: datetime
    untouched_at: datetime
    untouched_since: datetime
    zone: str = "UTC"
    search: Search | None = None
    named: Named | None = None


def of_report(dialect: str, viewer: Viewer, asked: Asked, *, by_index: bool = True) -> Any:
    """The cases of a report, open or closed, that the viewer may see at all; nobody but staff sees any."""
    if not viewer.is_staff:
        return visible(viewer) & false()
    scope, mine = asked.scope, visible(viewer, by_index=by_index)
    if scope.team_id is not None:
        mine &= cases.c.team_id == scope.team_id
    if scope.own_of is not None:
        return mine & or_(cases.c.owner_id == scope.own_of, cases.c.creator_id == scope.own_of)
    if asked.search is None or asked.named is None:
        return mine & cases.c.opened_by_staff
    return mine & condition(dialect, viewer, asked.search, asked.named)


def values_of(dialect: str, viewer: Viewer, asked: Asked) -> dict[str, Any]:
    """With what a statement over the cases of a report is run: the parameters of its search."""
    if asked.search is None or asked.named is None:
        return {}
    return values(dialect, viewer, asked.search, asked.named)


def open_of_report(dialect: str, viewer: Viewer, asked: Asked) -> Any:
    """Those of them that are open and were there when the report was claimed."""
    return and_(of_report(dialect, viewer, asked), IS_OPEN, cases.c.created_at <= asked.at)


def unanswered(at: datetime) -> Any:
    """Whether the first answer is owed since then (T0)."""
    return and_(cases.c.first_answered_at.is_(None), cases.c.escalation_opens_at <= at)


def in_default(viewer: Viewer, at: datetime) -> Any:
    """Whether something else is owed since then: a manager's call (T13), the first comment of Integrations
    (T1) or a call to the customer (T2). A list that is made once: few cases are in it.
    """
    calls = select(call_backs.c.case_id).where(
        call_backs.c.workspace_id == viewer.workspace_id, IS_OWED, call_backs.c.due_at <= at
    )
    limits = select(due_times.c.case_id).where(
        due_times.c.workspace_id == viewer.workspace_id, IS_PASSED, due_times.c.due_at <= at
    )
    return cases.c.id.in_(union(calls, limits))


def past_limit(viewer: Viewer, at: datetime) -> Any:
    """Whether anything is owed since then."""
    return or_(unanswered(at), in_default(viewer, at))


_ONE: Any = literal_column("1")
_ZERO: Any = literal_column("0")


HAS_ENDED: Any = cases.c.status.concat("") == Status.CLOSED.value
"""Closed ones, in words that tempt no database to read all of them: they are found by their times."""


def one_if(condition: Any) -> Any:
    """How many there are. In one look at each case this is done hundreds of thousands of times."""
    return func.sum(case((condition, _ONE), else_=_ZERO))


def was_handed(here: Here) -> Any:
    """Whoever hands a case over touches it: no history but of those is looked at."""
    event = exists().where(
        history.c.case_id == cases.c.id, history.c.kind.in_(HANDED_OVER), here.between(history.c.at)
    )
    return and_(cases.c.updated_at > here.asked.since, event)


def untouched(before: datetime) -> Any:
    """No event since: neither a change of the case nor anything in its history.

    That is written under the lock of its case: the newest row has the newest time.
    """
    return and_(cases.c.updated_at < before, last_event() < before)


def last_event() -> Any:
    """When the newest row of a case's history was written."""
    newest = (
        select(history.c.at).where(history.c.case_id == cases.c.id).order_by(history.c.id.desc()).limit(1)
    )
    return func.coalesce(newest.correlate(cases).scalar_subquery(), cases.c.updated_at)


class Here:
    """Whose cases of which report, and where: what all statements of one share."""

    def __init__(self, connection: Connection, viewer: Viewer, asked: Asked) -> None:
        self.viewer, self.asked = viewer, asked
        self._connection = connection
        self._dialect = connection.dialect.name
        self._values = values_of(self._dialect, viewer, asked)

    def run(self, statement: Any, **more: Any) -> Any:
        return self._connection.execute(statement, {**self._values, **more})

    def ids(self, statement: Select[Any], **more: Any) -> list[CaseId]:
        return [CaseId(one) for one in self.run(statement, **more).scalars()]

    def open(self, *columns: Any) -> Select[Any]:
        """Of the open cases."""
        return select(*columns).where(open_of_report(self._dialect, self.viewer, self.asked))

    def every(self, *columns: Any) -> Select[Any]:
        """Of all, also closed ones, where no index of everything is to be tried."""
        return select(*columns).where(of_report(self._dialect, self.viewer, self.asked, by_index=False))

    def between(self, column: Any) -> Any:
        """Since the last report."""
        return and_(column > self.asked.since, column <= self.asked.at)
