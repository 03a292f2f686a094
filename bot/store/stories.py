"""The story of a case, as its clocks need it: from its history and the ticks beside its comments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, exists, select

from bot.domain.cases import Case, ChangeKind
from bot.domain.clocks import Happening, Story
from bot.domain.commands import Audience
from bot.domain.escalation import first_answer_owed
from bot.domain.ids import CommentId, PersonId
from bot.domain.lifecycle import Status
from bot.domain.outcomes import Outcome
from bot.domain.people import Role, TeamKind, Viewer
from bot.domain.rules import OF_CASES
from bot.store.cases import visible
from bot.store.records import readable
from bot.store.schema import (
    IS_DUE,
    cases,
    comment_outcomes,
    due_times,
    history,
    people,
    review_rows,
    team_members,
    teams,
)
from bot.store.work import Work

_NO_WORD = (ChangeKind.COMMENT_EDITED.value, ChangeKind.COMMENT_DELETED.value)
"""Rows that name a comment and are none."""

_KINDS = [kind.value for kind in OF_CASES]

_CUSTOMER_SIDE = (Role.COMMUNITY.value, Role.DSC.value)


class Concerned(NamedTuple):
    """Whether a rule counts anything of a case but T0, and whether somebody's daily review shows it."""

    by_rules: bool
    by_reviews: bool


def concerned(work: Work, case: Case) -> Concerned:
    """What has to follow a change of a case; in one trip, because every change asks."""
    theirs = exists().where(teams.c.id == case.team_id, teams.c.kind == TeamKind.INTEGRATIONS.value)
    member = exists().where(
        team_members.c.person_id == (case.owner_id or 0),
        team_members.c.team_id == teams.c.id,
        teams.c.kind == TeamKind.INTEGRATIONS.value,
    )
    ticked = exists().where(comment_outcomes.c.case_id == case.id)
    waits = exists().where(due_times.c.case_id == case.id, due_times.c.kind.in_(_KINDS), IS_DUE)
    shown = exists().where(review_rows.c.case_id == case.id)
    found = work.connection.execute(select((theirs | member | ticked | waits), shown)).one()
    return Concerned(bool(found[0]), bool(found[1]))


def story_of(connection: Connection, viewer: Viewer, case: Case, *, office_clock: bool = False) -> Story:
    """All that the clocks of a case hang on; a viewer who may not see it gets the story of nothing.

    Who is of Integrations, and who is a customer, is as it is now.
    """
    members = _integrations(connection, viewer)
    queue = connection.execute(
        select(teams.c.id).where(
            teams.c.workspace_id == viewer.workspace_id,
            teams.c.id == case.team_id,
            teams.c.kind == TeamKind.INTEGRATIONS.value,
        )
    ).first()
    mine = visible(viewer) & readable(viewer, history.c.audience) & (history.c.case_id == case.id)
    rows = connection.execute(
        select(history, people.c.role.label("role"))
        .select_from(history.join(cases, cases.c.id == history.c.case_id))
        .outerjoin(people, people.c.id == history.c.actor_id)
        .where(mine)
        .order_by(history.c.at, history.c.id)
    ).all()
    ticks = _ticks(connection, viewer, case)
    return Story(
        created_at=case.created_at,
        status=case.status,
        happenings=tuple(_joined((row.call_key, _happening(row, members, ticks)) for row in rows)),
        of_integrations=queue is not None,
        with_integrations=queue is not None or case.owner_id in members,
        office_clock=office_clock,
        first_answer_owed=first_answer_owed(case),
    )


def _integrations(connection: Connection, viewer: Viewer) -> frozenset[PersonId]:
    found = connection.execute(
        select(team_members.c.person_id)
        .join(teams, teams.c.id == team_members.c.team_id)
        .where(teams.c.workspace_id == viewer.workspace_id, teams.c.kind == TeamKind.INTEGRATIONS.value)
    ).scalars()
    return frozenset(PersonId(one) for one in found)


def _ticks(connection: Connection, viewer: Viewer, case: Case) -> dict[CommentId, frozenset[Outcome]]:
    rows = connection.execute(
        select(comment_outcomes.c.comment_id, comment_outcomes.c.outcome)
        .join(cases, cases.c.id == comment_outcomes.c.case_id)
        .where(visible(viewer), comment_outcomes.c.case_id == case.id)
    )
    found: dict[CommentId, frozenset[Outcome]] = {}
    for row in rows:
        one = CommentId(row.comment_id)
        found[one] = found.get(one, frozenset()) | {Outcome(row.outcome)}
    return found


def _happening(
    row: Row[Any], members: frozenset[PersonId], ticks: dict[CommentId, frozenset[Outcome]]
) -> Happening:
    comment = row.comment_id if row.kind not in _NO_WORD else None
    status = row.changes.get("status", (None, None))[1]
    return Happening(
        at=row.at,
        author_id=PersonId(row.actor_id) if row.actor_id is not None else None,
        by_customer=row.role in _CUSTOMER_SIDE,
        by_integrations=row.actor_id in members,
        is_comment=comment is not None,
        is_public=comment is not None and row.audience == Audience.PUBLIC.value,
        outcomes=ticks.get(CommentId(comment), frozenset()) if comment is not None else frozenset(),
        status=Status(status) if status in set(Status) else None,
        new_owner="owner" in row.changes,
    )


def _joined(found: Iterable[tuple[str | None, Happening]]) -> Iterable[Happening]:
    """One act may write two rows, of one call: an internal comment, and in public what it changed."""
    before: Happening | None = None
    key: str | None = None
    for call_key, one in found:
        if (
            before is not None
            and call_key == key
            and (before.at, before.author_id) == (one.at, one.author_id)
        ):
            before = replace(
                before,
                is_comment=before.is_comment or one.is_comment,
                is_public=before.is_public or one.is_public,
                outcomes=before.outcomes | one.outcomes,
                status=one.status or before.status,
                new_owner=before.new_owner or one.new_owner,
            )
            continue
        if before is not None:
            yield before
        before, key = one, call_key
    if before is not None:
        yield before
