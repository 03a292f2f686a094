"""The reports of the desk as they count now: calendars, who gets them, when next; `slots`, `reports` ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.calendars import Calendar
from bot.domain.ids import PersonId, TeamId
from bot.domain.people import Person, Role, Viewer, channel_viewer
from bot.domain.reports import MONDAY_AND_THURSDAY, Audience, Plan, PlanNow, ReportKind, Scope, own_job
from bot.domain.slots import next_due
from bot.domain.team_calendars import personal
from bot.services.calendars import Calendars, effective, set_up_for
from bot.services.desk import Desk
from bot.store import call_week, people, phones, reports
from bot.store.calendars import all_calendars
from bot.store.work import Connection

UNKNOWN_ZONE = "UTC"


def all_plans(desk: Desk, connection: Connection, now: datetime) -> tuple[PlanNow, ...]:
    """Every report that is on, and everybody's own part; for the machinery, which shows nobody anything."""
    managers = people.people_of_role(connection, desk.workspace_id, Role.MANAGER)
    every = all_calendars(connection, channel_viewer(desk.workspace_id))
    first = call_week.first_call_at(connection, desk.workspace_id)
    found = [
        _since_calls(plan_now(desk, connection, plan, managers, now, every), first)
        for plan in reports.plans(connection, desk.workspace_id)
        if plan.is_on
    ]
    owners = reports.subscribers(connection, desk.workspace_id)
    persons = people.people_by_ids(connection, list(owners))
    own = (own_plan(desk, connection, one, owners[one.id], now, every) for one in persons if one.is_staff)
    return (*found, *own)


def _since_calls(one: PlanNow, first: datetime | None) -> PlanNow:
    """A report of calls is owed from the first call on: a desk without phones hears nothing of it."""
    plan = one.plan
    if plan.kind is not ReportKind.CALLS:
        return one
    since = max((at for at in (plan.since, first) if at is not None), default=None)
    return replace(one, plan=replace(plan, since=since), has_begun=first is not None)


def plan_now(
    desk: Desk,
    connection: Connection,
    plan: Plan,
    managers: tuple[Person, ...],
    now: datetime,
    every: Calendars | None = None,
) -> PlanNow:
    """What a plan means at this moment; `every` calendar, where they are known already."""
    calendar = calendar_of(desk, connection, plan.scope.team_id, now, every)
    return PlanNow(
        plan=plan,
        calendar=calendar,
        audiences=_audiences(desk, plan, managers),
        next_at=_next(plan, calendar, now),
    )


def own_plan(
    desk: Desk,
    connection: Connection,
    person: Person,
    since: datetime | None,
    now: datetime,
    every: Calendars | None = None,
) -> PlanNow:
    """Somebody's own part: what they own or created, on the days of their team and their own clocks."""
    plan = Plan(
        job=own_job(person.id),
        name="Your cases",
        scope=Scope(own_of=person.id),
        rhythm=MONDAY_AND_THURSDAY,
        to_managers=False,
        people=(person.ref,),
        since=since,
    )
    team_id = person.teams[0].id if person.teams else None
    every = every or all_calendars(connection, channel_viewer(desk.workspace_id))
    calendar = set_up_for(every, team_id)
    days = personal(effective(calendar, person.timezone, now), person)
    to = Audience(place=person.slack_user_id, person_id=person.id)
    return PlanNow(plan=plan, calendar=days, audiences=(to,), next_at=_next(plan, days, now))


def _next(plan: Plan, calendar: Calendar, now: datetime) -> datetime | None:
    found = next_due(plan.rhythm, now, calendar) if plan.is_on else None
    return found.at if found else None


def calendar_of(
    desk: Desk,
    connection: Connection,
    team_id: TeamId | None,
    now: datetime,
    every: Calendars | None = None,
) -> Calendar:
    """When a team works. Where no calendar names a zone: that of its phones, else where most of it live."""
    eyes = channel_viewer(desk.workspace_id)
    calendar = set_up_for(every or all_calendars(connection, eyes), team_id)
    zone = calendar.zone or phones.hours_for(connection, eyes, team_id).zone
    zone = zone or reports.common_zone(connection, desk.workspace_id, team_id) or ""
    zone = zone or reports.common_zone(connection, desk.workspace_id, None) or UNKNOWN_ZONE
    return effective(calendar, zone, now)


def _audiences(desk: Desk, plan: Plan, managers: tuple[Person, ...]) -> tuple[Audience, ...]:
    """The channel, the managers of the team, and whoever was named, each once.

    A team's usual report goes where its cards go. Managers of no team look after all of them.
    """
    is_usual = plan.id is None and plan.kind is ReportKind.CASES
    place = plan.channel or (desk.cases_channel or "" if is_usual else "")
    found = [Audience(place=place)] if place else []
    theirs = [one for one in managers if plan.to_managers and _manages(one, plan.scope.team_id)]
    persons = {one.id: one.slack_user_id for one in (*(m.ref for m in theirs), *plan.people)}
    return (*found, *(Audience(place=slack, person_id=one) for one, slack in persons.items()))


def _manages(manager: Person, team_id: TeamId | None) -> bool:
    return team_id is None or not manager.teams or any(team.id == team_id for team in manager.teams)


def plan_of(desk: Desk, connection: Connection, job: str) -> Plan | None:
    """The plan of a job; None for one that is not there any more. For machinery: it shows nobody anything."""
    if job.startswith(own_job(PersonId(0))[:-1]):
        found = people.person_by_id(connection, PersonId(int(job.rpartition(".")[2])))
        return own_plan(desk, connection, found, None, desk.clock.now()).plan if found else None
    return next((one for one in reports.plans(connection, desk.workspace_id) if one.job == job), None)


def read_plans(desk: Desk, connection: Connection, viewer: Viewer, now: datetime) -> tuple[PlanNow, ...]:
    """Every report, also those that are off, for who sets them up; for others those that they get."""
    managers = people.people_of_role(connection, viewer.workspace_id, Role.MANAGER)
    first = call_week.first_call_at(connection, viewer.workspace_id)
    found = [
        plan_now(desk, connection, plan, managers, now)
        for plan in reports.plans(connection, viewer.workspace_id)
    ]
    return tuple(replace(one, has_begun=_since_calls(one, first).has_begun) for one in found)


def without_search(plan: Plan) -> Plan:
    """The same of what support staff have created."""
    return replace(plan, scope=replace(plan.scope, search=""), search_name="")
