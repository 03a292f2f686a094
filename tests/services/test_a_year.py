"""A year of the desk in some seconds: no reminder outside its reader's office hours, each thing done once."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.domain.cases import Case
from bot.domain.commands import AddComment, Audience, ReopenCase
from bot.domain.ids import SlackUserId
from bot.domain.outcomes import Outcome
from bot.domain.people import channel_viewer
from bot.domain.team_calendars import personal
from bot.scheduler.due import DueTimes
from bot.services import calendars, cases, people
from bot.services.calendars import calendar_for
from bot.store import people as people_store
from bot.store.outbox import Kind
from bot.store.schema import due_times
from tests.factories import NOON
from tests.services.conftest import Office, StoppedClock
from tests.services.test_timed import ANA, BEN, INES, MARIA, OMAR

DAYS = 365
ZONES = {ANA: "Europe/Lisbon", BEN: "America/Los_Angeles", INES: "Australia/Sydney", MARIA: "Asia/Kathmandu"}
OF_RULES = {
    one.value
    for one in (
        Kind.FIRST_ANSWER,
        Kind.FIRST_COMMENT,
        Kind.CUSTOMER_CALL,
        Kind.CLOSES_SOON,
        Kind.MAY_CLOSE,
        Kind.NO_RESPONSE,
        Kind.CALL_BACK,
    )
}
TICKS = (Outcome.LEFT_MESSAGE, Outcome.SPOKE, Outcome.CALL_BACK_REQUESTED, Outcome.CUSTOMER_ANSWERED)


class YearClock(StoppedClock):
    """It stands where it is put."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at


async def in_their_zones(office: Office) -> None:
    for who, zone in ZONES.items():
        person = await office.desk.store.look(
            lambda c, one=who: people_store.find_person(c, office.desk.workspace_id, one)
        )
        assert person is not None
        await people.learn_profile(office.desk, person.id, person.name, zone)
    form = await calendars.calendar_form(office.desk, OMAR, None)
    portugal = replace(form.calendar, country="PT", zone="Europe/Lisbon", version=0)
    await calendars.set_calendar(office.desk, portugal, OMAR, office.key())


async def something_happens(office: Office, chance: random.Random, known: list[Case]) -> None:
    """A case is opened, or something is said of one."""
    if not known or chance.random() < 0.35:
        team = chance.choice((office.integrations, office.level_two))
        case = await office.opened(
            chance.choice((ANA, INES)), team_id=team, severity=chance.choice((2, 3, 4))
        )
        owner = chance.choice((ANA, BEN, INES))
        await cases.take(office.desk, case.id, owner, office.key())
        known.append(case)
        return
    case = await office.case(chance.choice(known).id)
    if case.is_closed:
        command = ReopenCase(
            case_id=case.id, version=case.version, reason="Again", audience=Audience.INTERNAL
        )
        await cases.reopen(office.desk, command, MARIA, office.key())
        return
    tick = chance.choice((None, *TICKS))
    said = AddComment(
        case_id=case.id,
        text="Hello",
        audience=chance.choice((Audience.INTERNAL, Audience.PUBLIC)),
        outcomes=(tick,) if tick else (),
    )
    await cases.comment(office.desk, said, chance.choice((ANA, BEN)), office.key())


async def offices(office: Office, now: datetime) -> dict[SlackUserId, bool]:
    """Whose office is open."""

    def query(connection: Connection) -> dict[SlackUserId, bool]:
        eyes = channel_viewer(office.desk.workspace_id)
        calendar = calendar_for(connection, eyes, None, "UTC", now)
        found = {}
        for who in (*ZONES, OMAR):
            person = people_store.find_person(connection, office.desk.workspace_id, who)
            assert person is not None
            there = now.astimezone(personal(calendar, person).there)
            nine_to_five = 9 <= there.hour < 17 and there.weekday() < 5
            found[who] = nine_to_five and there.date() not in calendar.holidays
        return found

    return await office.desk.store.look(query)


async def test_a_year_has_no_reminder_out_of_hours_and_nothing_twice(office: Office) -> None:
    clock, chance = YearClock(), random.Random(20261123)
    office.desk = replace(office.desk, clock=clock)
    await in_their_zones(office)
    due, known, told = DueTimes(office.desk), list[Case](), Counter[str]()
    next_act, end = NOON, NOON + timedelta(days=DAYS)
    await office.news()
    while clock.at < end:
        waits = await due.next_due()
        clock.at = max(clock.at, min(next_act, waits) if waits else next_act)
        if clock.at == next_act:
            await something_happens(office, chance, known)
            await office.news()
            next_act += timedelta(hours=chance.randint(20, 200))
        await due.sweep()
        _, sent = await office.news()
        reminders = [(kind, SlackUserId(to)) for kind, to, _ in sent if kind in OF_RULES]
        if reminders:
            open_now = await offices(office, clock.at)
            assert all(open_now[to] for _, to in reminders), (clock.at, reminders)
        told.update(kind for kind, _ in reminders)
    assert {"first_answer", "first_comment", "customer_call", "closes_soon", "no_response"} <= set(told)
    rows = await office.desk.store.look(
        lambda c: c.execute(
            select(due_times.c.kind, due_times.c.case_id, due_times.c.began_at, due_times.c.detail).where(
                due_times.c.began_at.is_not(None)
            )
        ).all()
    )
    assert max(Counter(map(tuple, rows)).values()) == 1
