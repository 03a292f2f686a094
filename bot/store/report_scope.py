"""Which cases a report is about, and what of them wants a look, as SQL; the reads of reports share it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, false, or_, select

from bot.domain.people import Viewer
from bot.domain.reports import Scope
from bot.domain.search import Search
from bot.store.cases import visible
from bot.store.schema import IS_OPEN, IS_OWED, IS_PASSED, call_backs, cases, due_times
from bot.store.search import Named, condition, values


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which cases, of what time: `at` is when the report was claimed, `since` when the last one was.

    `search` and its names stand for `scope.search`; `untouched_*` are the instants before which a case's
    last event lies when it counts as untouched, at those two times.
    """

    scope: Scope
    at: datetime
    since: datetime
    untouched_at: datetime
    untouched_since: datetime
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


def past_limit(viewer: Viewer, at: datetime) -> Any:
    """Whether something is owed since then: the first answer (T0), a manager's call (T13), the first comment
    of Integrations (T1) or a call to the customer (T2).
    """
    unanswered = and_(cases.c.first_answered_at.is_(None), cases.c.escalation_opens_at <= at)
    calls = select(call_backs.c.case_id).where(
        call_backs.c.workspace_id == viewer.workspace_id, IS_OWED, call_backs.c.due_at <= at
    )
    limits = select(due_times.c.case_id).where(
        due_times.c.workspace_id == viewer.workspace_id, IS_PASSED, due_times.c.due_at <= at
    )
    # Lists that are made once: few cases are in them, and a look for each case would cost as much as it all.
    return or_(unanswered, cases.c.id.in_(calls), cases.c.id.in_(limits))
