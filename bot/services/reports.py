"""Reports: managers set them up and send them by hand, staff subscribe to their own part."""

from __future__ import annotations

from bot.domain.commands import Audience as Readers
from bot.domain.ids import CallKey, PersonId, SlackUserId
from bot.domain.pages import Entity
from bot.domain.people import Person, Viewer, channel_viewer
from bot.domain.permissions import Act, allowed, require
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.domain.reports import Audience, PlanNow, ReportForm, ReportKind, ReportsPage, SetUpReport
from bot.domain.search import ME, parse
from bot.services import finding
from bot.services.bots import name_of_bot
from bot.services.changes import differences
from bot.services.desk import Desk, actor
from bot.services.look import look_again
from bot.services.plans import own_plan, read_plans
from bot.services.slots import announce_report
from bot.store import people, queries, records, slots
from bot.store import reports as store
from bot.store.outbox import new_token
from bot.store.slots import Claim, Kind
from bot.store.work import Connection, Work


async def page(desk: Desk, by: SlackUserId, start: int | None = None) -> ReportsPage:
    """`/case reports`. Raises NOT_SET_UP or NOT_YOUR_ROLE."""
    now = desk.clock.now()

    def query(connection: Connection, viewer: Viewer) -> ReportsPage:
        person = viewer.person
        require(Act.SUBSCRIBE_TO_REPORT, person)
        every = read_plans(desk, connection, viewer, now)
        may_send = allowed(Act.SET_UP_REPORT, person)
        since = store.subscribers(connection, desk.workspace_id).get(person.id)
        rows, newer, older = slots.ledger(connection, viewer, start)
        return ReportsPage(
            person=person,
            now=now,
            plans=tuple(one for one in every if may_send or _concerns(one, person)),
            is_subscribed=since is not None,
            own_next=own_plan(desk, connection, person, since, now).next_at,
            rows=rows,
            names={one.plan.job: one.plan.name for one in every},
            may_send=may_send,
            newer=newer,
            older=older,
        )

    return await desk.read(query, by)


def _concerns(one: PlanNow, person: Person) -> bool:
    """Whether somebody gets a report, or it is their own team's."""
    gets = any(audience.person_id == person.id for audience in one.audiences)
    return gets or any(team.id == one.plan.scope.team_id for team in person.teams)


async def plan_list(desk: Desk, by: SlackUserId) -> tuple[PlanNow, ...]:
    """`/desk reports`: every report, also those that are off. Raises NOT_YOUR_ROLE."""

    def query(connection: Connection, viewer: Viewer) -> tuple[PlanNow, ...]:
        require(Act.SET_UP_REPORT, viewer.person)
        return read_plans(desk, connection, viewer, desk.clock.now())

    return await desk.read(query, by)


async def form(desk: Desk, by: SlackUserId, job: str, kind: ReportKind = ReportKind.CASES) -> ReportForm:
    """A report to change, or a new one of a kind (an empty `job`). NOT_YOUR_ROLE or NO_SUCH_REPORT."""

    def query(connection: Connection, viewer: Viewer) -> ReportForm:
        require(Act.SET_UP_REPORT, viewer.person)
        found = None
        if job:
            found = _plan(desk, connection, viewer, job)
        return ReportForm(
            person=viewer.person,
            now=found,
            teams=people.list_teams(connection, viewer),
            searches=tuple(
                (one.id, one.name, one.text)
                for one in queries.queries(connection, viewer)
                if one.entity is Entity.CASES
            ),
            kind=found.plan.kind if found else kind,
        )

    return await desk.read(query, by)


def _plan(desk: Desk, connection: Connection, viewer: Viewer, job: str) -> PlanNow:
    every = read_plans(desk, connection, viewer, desk.clock.now())
    found = next((one for one in every if one.plan.job == job), None)
    if found is None:
        raise Refusal(Reason.NO_SUCH_REPORT)
    return found


async def set_up(desk: Desk, command: SetUpReport, by: SlackUserId, key: CallKey) -> Receipt:
    """Keep a report as a manager wants it; it counts from now on, and no slot before that is owed.

    Raises NOT_YOUR_ROLE, SET_UP_MEANWHILE, NO_SUCH_PERSON, NOT_STAFF, ME_IN_A_CHANNEL, NOTHING_CHANGED, and
    what a search raises that has a slip.
    """

    def unit(work: Work) -> Receipt:
        manager = actor(work, by)
        require(Act.SET_UP_REPORT, manager)
        before = _plan(desk, work.connection, Viewer(manager), command.job) if command.job else None
        _check_search(work, command, manager)
        readers = [_reader(work, who) for who in command.people]
        usual_of = before.plan.scope.team_id if before and command.job.startswith("report.team.") else None
        changes = differences(_told(before) if before else {}, _told_command(command))
        if not changes:
            raise Refusal(Reason.NOTHING_CHANGED)
        store.save_report(work, command, usual_of, manager.id, [one.id for one in readers])
        records.insert_history(
            work,
            "report_set_up",
            actor_id=manager.id,
            audience=Readers.INTERNAL,
            changes=changes,
            team_id=command.team_id,
        )
        look_again(work)
        return Receipt(team_id=command.team_id)

    return await desk.write(unit, key)


def _check_search(work: Work, command: SetUpReport, manager: Person) -> None:
    """A search that finds something for every reader: no slip in it, and "me" only where it is a person."""
    if not command.search:
        return
    asked = parse(command.search, work.now, manager.timezone)
    if command.channel and ME in asked.owners:
        raise Refusal(Reason.ME_IN_A_CHANNEL)
    finding.names_in(work.connection, channel_viewer(work.workspace_id), asked)


def _reader(work: Work, who: str) -> Person:
    found = people.find_person(work.connection, work.workspace_id, SlackUserId(who))
    if found is None:
        raise Refusal(Reason.NO_SUCH_PERSON, {"slack_user_id": who})
    if not allowed(Act.SUBSCRIBE_TO_REPORT, found):
        raise Refusal(Reason.REPORTS_ARE_FOR_STAFF, {"name": found.name})
    return found


def _told(before: PlanNow) -> dict[str, object]:
    plan = before.plan
    return {
        "name": plan.name,
        "days": "".join(str(day) for day in sorted(plan.rhythm.weekdays)),
        "hour": plan.rhythm.hour,
        "channel": plan.channel,
        "managers": plan.to_managers,
        "people": ", ".join(sorted(one.slack_user_id for one in plan.people)),
        "search": plan.search_name,
        "is_on": plan.is_on,
        "team": plan.scope.team_id,
    }


def _told_command(command: SetUpReport) -> dict[str, object]:
    return {
        "name": command.name,
        "days": "".join(str(day) for day in sorted(command.weekdays)),
        "hour": command.hour,
        "channel": command.channel,
        "managers": command.to_managers,
        "people": ", ".join(sorted(command.people)),
        "search": command.search_name,
        "is_on": command.is_on,
        "team": command.team_id,
    }


async def subscribe(desk: Desk, by: SlackUserId, key: CallKey, *, wanted: bool) -> Receipt:
    """Get one's own part from now on, or no more. Raises NOT_YOUR_ROLE."""

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.SUBSCRIBE_TO_REPORT, person)
        changed = store.subscribe(work, person.id) if wanted else store.unsubscribe(work, person.id)
        if changed:
            look_again(work)
        return Receipt()

    return await desk.write(unit, key)


async def send_now(desk: Desk, job: str, by: SlackUserId, key: CallKey, *, preview: bool) -> Receipt:
    """Send a report to all who get it, or show it to who asks alone. It is a slot like any other.

    Raises NOT_YOUR_ROLE, NO_SUCH_REPORT or REPORT_FOR_NOBODY.
    """

    def unit(work: Work) -> Receipt:
        manager = actor(work, by)
        require(Act.SET_UP_REPORT, manager)
        plan = _plan(desk, work.connection, Viewer(manager), job)
        mine = Audience(place=manager.slack_user_id, person_id=manager.id)
        audiences = (mine,) if preview else plan.audiences
        if not audiences:
            raise Refusal(Reason.REPORT_FOR_NOBODY)
        for audience in audiences:
            _claim(work, job, audience, manager.id, Kind.PREVIEW if preview else Kind.ASKED)
        return Receipt()

    return await desk.write(unit, key)


def _claim(work: Work, job: str, audience: Audience, by: PersonId, kind: Kind) -> None:
    token = new_token()
    claim = Claim(
        job=job,
        period=f"{kind.value}.{token}",
        audience=audience.key,
        due_at=work.now,
        person_id=audience.person_id,
        kind=kind,
        asked_by=by,
    )
    if slots.claim(work, claim, name_of_bot(), token):
        announce_report(work, audience, token)
