"""Which reports there are, as managers have set them up, and who gets their own part; `services.reports`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from bot.domain.call_week import CALLS_JOB
from bot.domain.ids import PersonId, ReportId, SlackUserId, TeamId, WorkspaceId
from bot.domain.people import PersonRef, Role, Team, TeamKind
from bot.domain.refusals import Reason, Refusal
from bot.domain.reports import Plan, ReportKind, Scope, SetUpReport, plan_job, team_job, usual_calls
from bot.domain.slots import Rhythm
from bot.store.at_once import insert_new
from bot.store.schema import people, report_readers, report_subscriptions, reports, team_members, teams
from bot.store.work import Work


def plans(connection: Connection, workspace_id: WorkspaceId) -> tuple[Plan, ...]:
    """Every report of the desk: each team's and that of calls, set up or usual, then what was added."""
    by_team = {team.id: team for team in _teams(connection, workspace_id)}
    rows = connection.execute(_REPORTS.where(reports.c.workspace_id == workspace_id)).all()
    readers = _readers(connection, workspace_id)
    usual = {row.usual_of_id: row for row in rows if row.usual_of_id is not None}
    found = [
        _plan(usual[team.id], team, readers) if team.id in usual else _usual(team)
        for team in by_team.values()
    ]
    calls = next((_plan(row, None, readers) for row in rows if row.usual_kind is not None), usual_calls())
    added = [row for row in rows if row.usual_of_id is None and row.usual_kind is None]
    more = [_plan(row, by_team.get(row.team_id), readers) for row in added]
    return (*found, calls, *sorted(more, key=lambda plan: plan.name.casefold()))


def _usual(team: Team) -> Plan:
    """What a team gets without any set-up; where its cards go is where the report goes."""
    return Plan(
        job=team_job(team.id),
        name=team.name,
        scope=Scope(team_id=team.id),
        team=team,
        channel=team.channel or "",
    )


_REPORTS = select(reports, people.c.slack_user_id.label("by_slack"), people.c.name.label("by_name")).join(
    people, people.c.id == reports.c.set_up_by_id
)


def _plan(row: Row[Any], team: Team | None, readers: dict[int, list[PersonRef]]) -> Plan:
    team_id = TeamId(row.team_id) if row.team_id is not None else None
    return Plan(
        job=_job(row),
        id=ReportId(row.id),
        name=row.name,
        kind=ReportKind(row.kind),
        scope=Scope(team_id=team_id, search=row.search),
        rhythm=Rhythm(weekdays=frozenset(int(day) for day in row.weekdays), hour=row.hour),
        team=team,
        channel=row.channel,
        to_managers=row.to_managers,
        people=tuple(readers.get(row.id, ())),
        search_name=row.search_name,
        is_on=row.is_on,
        set_up_by=PersonRef(
            id=PersonId(row.set_up_by_id), slack_user_id=SlackUserId(row.by_slack), name=row.by_name
        ),
        since=row.set_up_at,
        version=row.version,
    )


def _job(row: Row[Any]) -> str:
    if row.usual_kind is not None:
        return CALLS_JOB
    return team_job(TeamId(row.usual_of_id)) if row.usual_of_id else plan_job(ReportId(row.id))


def _readers(connection: Connection, workspace_id: WorkspaceId) -> dict[int, list[PersonRef]]:
    asked = (
        select(report_readers.c.report_id, people.c.id, people.c.slack_user_id, people.c.name)
        .join(people, people.c.id == report_readers.c.person_id)
        .where(report_readers.c.workspace_id == workspace_id)
        .order_by(people.c.name)
    )
    found: dict[int, list[PersonRef]] = {}
    for row in connection.execute(asked):
        ref = PersonRef(id=PersonId(row.id), slack_user_id=SlackUserId(row.slack_user_id), name=row.name)
        found.setdefault(row.report_id, []).append(ref)
    return found


def _teams(connection: Connection, workspace_id: WorkspaceId) -> tuple[Team, ...]:
    asked = select(teams).where(teams.c.workspace_id == workspace_id).order_by(teams.c.name)
    return tuple(
        Team(id=TeamId(row.id), name=row.name, kind=TeamKind(row.kind), channel=row.channel or None)
        for row in connection.execute(asked)
    )


def common_zone(connection: Connection, workspace_id: WorkspaceId, team_id: TeamId | None) -> str | None:
    """The zone that most people of a team live in, of all staff without one; None where nobody is."""
    staff = [role.value for role in Role if role.is_staff]
    asked = (
        select(people.c.timezone)
        .where(people.c.workspace_id == workspace_id, people.c.role.in_(staff))
        .group_by(people.c.timezone)
        .order_by(func.count().desc(), people.c.timezone)
        .limit(1)
    )
    if team_id is not None:
        asked = asked.join(team_members, team_members.c.person_id == people.c.id)
        asked = asked.where(team_members.c.team_id == team_id)
    found: str | None = connection.execute(asked).scalar_one_or_none()
    return found


def customers_among(
    connection: Connection, workspace_id: WorkspaceId, slack_user_ids: Sequence[str]
) -> list[str]:
    """The names of customers' people among some, who decide whether a channel may be shown a report."""
    theirs = [role.value for role in Role if not role.is_staff]
    asked = select(people.c.name).where(
        people.c.workspace_id == workspace_id,
        people.c.role.in_(theirs),
        people.c.slack_user_id.in_(slack_user_ids),
    )
    return list(connection.execute(asked.order_by(people.c.name)).scalars())


def save_report(
    work: Work, command: SetUpReport, usual_of: TeamId | None, by: PersonId, readers: Sequence[PersonId]
) -> ReportId:
    """Keep a report, `command.version` being what somebody was looking at. Raises SET_UP_MEANWHILE."""
    facts = {
        "kind": command.kind.value,
        "team_id": command.team_id,
        "name": command.name,
        "weekdays": "".join(str(day) for day in sorted(command.weekdays)),
        "hour": command.hour,
        "channel": command.channel,
        "to_managers": command.to_managers,
        "search": command.search,
        "search_name": command.search_name,
        "is_on": command.is_on,
        "set_up_by_id": by,
        "set_up_at": work.now,
        "version": command.version + 1,
    }
    report_id = _write(work, command, usual_of, facts)
    mine = (report_readers.c.workspace_id == work.workspace_id) & (report_readers.c.report_id == report_id)
    work.connection.execute(delete(report_readers).where(mine))
    rows = [{"workspace_id": work.workspace_id, "report_id": report_id, "person_id": one} for one in readers]
    if rows:
        work.connection.execute(insert(report_readers), rows)
    return report_id


def _write(work: Work, command: SetUpReport, usual_of: TeamId | None, facts: dict[str, Any]) -> ReportId:
    if command.version:
        mine = (reports.c.workspace_id == work.workspace_id) & (reports.c.version == command.version)
        if command.job == CALLS_JOB:
            mine &= reports.c.usual_kind == command.kind.value
        elif usual_of is not None:
            mine &= reports.c.usual_of_id == usual_of
        else:
            mine &= reports.c.id == int(command.job.rpartition(".")[2])
        saved = update(reports).where(mine).values(**facts)
    else:
        new = insert_new(work.connection, reports)
        usual_kind = command.kind.value if command.job == CALLS_JOB else None
        saved = new.values(
            workspace_id=work.workspace_id, usual_of_id=usual_of, usual_kind=usual_kind, **facts
        )
    made = work.connection.execute(saved.returning(reports.c.id)).scalar_one_or_none()
    if made is None:
        raise Refusal(Reason.SET_UP_MEANWHILE)
    return ReportId(made)


def subscribers(connection: Connection, workspace_id: WorkspaceId) -> dict[PersonId, datetime]:
    """Who gets their own part, and since when."""
    mine = report_subscriptions.c.workspace_id == workspace_id
    return {
        PersonId(row.person_id): row.since
        for row in connection.execute(select(report_subscriptions).where(mine))
    }


def subscribe(work: Work, person_id: PersonId) -> bool:
    """Give somebody their own part from now on; False when they get it already."""
    row = insert_new(work.connection, report_subscriptions)
    done = work.connection.execute(
        row.values(workspace_id=work.workspace_id, person_id=person_id, since=work.now)
    )
    return bool(done.rowcount == 1)


def unsubscribe(work: Work, person_id: PersonId) -> bool:
    """No own part any more; False when there was none."""
    mine = report_subscriptions.c.workspace_id == work.workspace_id
    mine &= report_subscriptions.c.person_id == person_id
    return bool(work.connection.execute(delete(report_subscriptions).where(mine)).rowcount == 1)
