"""When the phones are open: managers and administrators set it up, pages and cards ask what to say of it."""

from __future__ import annotations

from datetime import datetime

from bot.domain.cases import Case
from bot.domain.commands import Audience
from bot.domain.due import DueKind, DueTime
from bot.domain.ids import CallKey, SlackUserId, TeamId
from bot.domain.people import Person, Team, Viewer, channel_viewer
from bot.domain.permissions import Act, require
from bot.domain.phones import DEFAULT_HOURS, PhoneAnswer, PhoneForm, PhoneHours, PhoneList, phones
from bot.domain.policy import choice_of
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.services.calendars import calendar_for
from bot.services.changes import differences
from bot.services.desk import Desk, actor
from bot.services.look import look_again
from bot.store import cases, people, records
from bot.store import phones as store
from bot.store.due import due_at, set_due
from bot.store.escalation import escalated
from bot.store.outbox import Announcement, Kind, announce
from bot.store.work import Connection, Work

ANY_OTHER_SEVERITY = 2
"""What is asked about where there is no case: severity 1 is always answered, the others are alike."""


def answer(
    connection: Connection,
    viewer: Viewer,
    desk: Desk,
    *,
    zone: str,
    team_id: TeamId | None = None,
    severity: int = ANY_OTHER_SEVERITY,
) -> PhoneAnswer | None:
    """What to say of the phones, for a query that reads a page; None while there is no number to call.

    `zone`, the account's, counts where the hours name none.
    """
    hours = store.hours_for(connection, viewer, team_id)
    if not hours.numbers:
        return None
    now = desk.clock.now()
    holidays = calendar_for(connection, viewer, team_id, zone, now).holidays
    return phones(hours, severity, now, zone or "UTC", holidays)


def verdict_of(connection: Connection, viewer: Viewer, desk: Desk, *, zone: str) -> PhoneAnswer:
    """Whether the phones are open for all but severity 1 (T14); it needs no number: somebody is calling."""
    hours, now = store.hours_for(connection, viewer, None), desk.clock.now()
    holidays = calendar_for(connection, viewer, None, zone, now).holidays
    return phones(hours, ANY_OTHER_SEVERITY, now, zone or "UTC", holidays)


def for_case(connection: Connection, viewer: Viewer, desk: Desk, case: Case) -> PhoneAnswer | None:
    """When to call about a case, in its account's zone; nobody calls about a closed one."""
    if case.is_closed:
        return None
    account = people.find_account(connection, viewer, case.account_id)
    zone = account.timezone if account else case.timezone
    return answer(connection, viewer, desk, zone=zone, team_id=case.team_id, severity=case.severity)


async def on_card(desk: Desk, case: Case) -> PhoneAnswer | None:
    """What the card of an escalated case says of the phones (T14); it is drawn again when that turns."""
    if case.escalation.at is None or case.is_closed:
        return None
    eyes = channel_viewer(desk.workspace_id)

    def query(connection: Connection, viewer: Viewer) -> tuple[PhoneAnswer | None, datetime | None]:
        waits = due_at(connection, desk.workspace_id, DueKind.PHONES_TURN, case_id=case.id)
        return for_case(connection, viewer, desk, case), waits

    told, waits = await desk.store.read(query, eyes)
    turns = (told.until or told.opens) if told is not None else None
    if turns is not None and turns != waits:
        await desk.write(lambda work: set_due(work, DueKind.PHONES_TURN, turns, case_id=case.id))
    return told


def turn(desk: Desk, work: Work, due: DueTime) -> None:
    """The phones have opened or closed: the card says so, if its case is still escalated."""
    assert due.case_id is not None
    case = cases.by_id(work.connection, channel_viewer(work.workspace_id), due.case_id)
    if case is not None:
        _draw_again(work, case)


def _draw_again(work: Work, case: Case) -> None:
    if case.escalation.at is not None and not case.is_closed and case.card_place is not None:
        announce(work, Announcement(kind=Kind.CARD, conversation=case.card_place, case_id=case.id))


def _draw_all_again(work: Work) -> None:
    """Other hours: what the cards of escalated cases say of the phones is not true any more."""
    eyes = channel_viewer(work.workspace_id)
    for case_id in escalated(work):
        case = cases.by_id(work.connection, eyes, case_id)
        if case is not None:
            _draw_again(work, case)


async def phone_list(desk: Desk, by: SlackUserId) -> PhoneList:
    """The desk's hours and each team's. Raises NOT_YOUR_ROLE."""

    def query(connection: Connection, viewer: Viewer) -> PhoneList:
        require(Act.SET_UP_CALENDAR, viewer.person)
        return PhoneList(
            teams=people.list_teams(connection, viewer), hours=store.all_hours(connection, viewer)
        )

    return await desk.read(query, by)


async def phone_form(desk: Desk, by: SlackUserId, team_id: TeamId | None) -> PhoneForm:
    """The hours of a team, or of the desk (None). Raises NOT_YOUR_ROLE or NO_SUCH_TEAM."""

    def query(connection: Connection, viewer: Viewer) -> PhoneForm:
        require(Act.SET_UP_CALENDAR, viewer.person)
        team = _team(connection, viewer, team_id)
        every = store.all_hours(connection, viewer)
        shown = every.get(team_id) or every.get(None) or DEFAULT_HOURS
        return PhoneForm(policy=desk.policy, team=team, hours=shown, is_own=team_id in every)

    return await desk.read(query, by)


async def set_hours(desk: Desk, hours: PhoneHours, by: SlackUserId, key: CallKey) -> Receipt:
    """Keep hours for `hours.team_id`. Raises NOT_YOUR_ROLE, SET_UP_MEANWHILE, NOTHING_CHANGED and its kin."""

    def unit(work: Work) -> Receipt:
        manager, before = _before(work, by, hours.team_id)
        own = before.zone if before else ""
        if hours.zone and hours.zone != own and choice_of(desk.policy.time_zones, hours.zone) is None:
            raise Refusal(Reason.NO_SUCH_CHOICE, {"field": "timezone"})
        store.save_hours(work, hours)
        _draw_all_again(work)
        look_again(work)  # they say in which zone a team lives
        _record(work, manager, before, hours)
        return Receipt(team_id=hours.team_id)

    return await desk.write(unit, key)


async def use_desks_hours(
    desk: Desk, team_id: TeamId, version: int, by: SlackUserId, key: CallKey
) -> Receipt:
    """Let the desk's hours count for a team again. Raises what `set_hours` raises."""

    def unit(work: Work) -> Receipt:
        manager, before = _before(work, by, team_id)
        if before is None:
            raise Refusal(Reason.NOTHING_CHANGED)
        store.drop_hours(work, team_id, version)
        _draw_all_again(work)
        look_again(work)
        _record(work, manager, before, PhoneHours(team_id=team_id, weekdays=frozenset()))
        return Receipt(team_id=team_id)

    return await desk.write(unit, key)


def _before(work: Work, by: SlackUserId, team_id: TeamId | None) -> tuple[Person, PhoneHours | None]:
    manager = actor(work, by)
    require(Act.SET_UP_CALENDAR, manager)
    _team(work.connection, Viewer(manager), team_id)
    return manager, store.all_hours(work.connection, Viewer(manager)).get(team_id)


def _team(connection: Connection, viewer: Viewer, team_id: TeamId | None) -> Team | None:
    if team_id is None:
        return None
    team = people.find_team(connection, viewer, team_id)
    if team is None:
        raise Refusal(Reason.NO_SUCH_TEAM)
    return team


def _record(work: Work, manager: Person, before: PhoneHours | None, after: PhoneHours) -> None:
    changes = differences(_told(before) if before else {}, _told(after))
    if not changes:
        raise Refusal(Reason.NOTHING_CHANGED)
    records.insert_history(
        work,
        "phones_set_up",
        actor_id=manager.id,
        audience=Audience.INTERNAL,
        changes=changes,
        team_id=after.team_id,
    )


def _told(hours: PhoneHours) -> dict[str, object]:
    return {
        "numbers": ", ".join(hours.numbers),
        "weekdays": "".join(str(day) for day in sorted(hours.weekdays)),
        "hours": f"{hours.opens:%H:%M}-{hours.closes:%H:%M}",
        "timezone": hours.zone,
    }
