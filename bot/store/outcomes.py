"""What came of talks with customers, ticked beside comments; read with the comments and by timed rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from bot.domain.ids import CaseId, CommentId, PersonId
from bot.domain.outcomes import Outcome, in_order
from bot.domain.people import Viewer
from bot.store.cases import visible
from bot.store.schema import cases, comment_outcomes
from bot.store.work import Work


def insert_outcomes(
    work: Work, case_id: CaseId, comment_id: CommentId, author_id: PersonId, outcomes: Collection[Outcome]
) -> None:
    """Keep the ticks of a new comment."""
    if not outcomes:
        return
    row = {
        "workspace_id": work.workspace_id,
        "comment_id": comment_id,
        "case_id": case_id,
        "author_id": author_id,
        "at": work.now,
    }
    work.connection.execute(insert(comment_outcomes), [{**row, "outcome": one.value} for one in outcomes])


def outcomes_of(
    connection: Connection, viewer: Viewer, comment_ids: Collection[CommentId]
) -> dict[CommentId, tuple[Outcome, ...]]:
    """The ticks by comment, of comments that a read through this viewer's eyes has found."""
    if not comment_ids:
        return {}
    mine = comment_outcomes.c.workspace_id == viewer.workspace_id
    rows = connection.execute(
        select(comment_outcomes.c.comment_id, comment_outcomes.c.outcome).where(
            mine, comment_outcomes.c.comment_id.in_(comment_ids)
        )
    )
    found: dict[CommentId, set[Outcome]] = {}
    for row in rows:
        found.setdefault(CommentId(row.comment_id), set()).add(Outcome(row.outcome))
    return {comment_id: in_order(ticks) for comment_id, ticks in found.items()}


def latest_outcomes(connection: Connection, viewer: Viewer, case_id: CaseId) -> Mapping[Outcome, datetime]:
    """When each outcome was last ticked on a case: what the timed rules count from."""
    rows = connection.execute(
        select(comment_outcomes.c.outcome, func.max(comment_outcomes.c.at).label("at"))
        .join(cases, cases.c.id == comment_outcomes.c.case_id)
        .where(visible(viewer), comment_outcomes.c.case_id == case_id)
        .group_by(comment_outcomes.c.outcome)
    )
    return {Outcome(row.outcome): row.at for row in rows}
