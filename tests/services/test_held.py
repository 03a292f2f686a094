"""What is held until an office opens: what rules did at night, warnings, reminders of who is on leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

from bot.domain.calendars import same_hours
from bot.domain.commands import CloseCase, ReopenCase
from bot.domain.due import DueKind
from bot.domain.lifecycle import Status
from bot.domain.notify import Preference
from bot.domain.outcomes import Outcome
from bot.domain.team_calendars import TeamCalendar
from bot.services import calendars, cases, notify, reports, reviewing
from bot.services.plans import all_plans
from bot.store.people import find_person
from tests.factories import NOON
from tests.services.conftest import OMAR, Office
from tests.services.test_timed import (
    ANA,
    BEN,
    INES,
    LINDA,
    MARIA,
    LaterClock,
    always_open,
    history,
    later,
    on_duty,
    says,
    waiting,
)

DAY = 24


async def ticked(office: Office, hours: float, *ticks: Outcome) -> int:
    """A case of Linda's that Ana owns and has ticked so many hours after Monday noon."""
    office.desk = replace(office.desk, clock=LaterClock(hours))
    case = await office.opened(severity=4)
    await cases.take(office.desk, case.id, ANA, office.key())
    await says(office, case, ANA, *ticks)
    return case.id


async def status(office: Office, case_id: int) -> Status:
    return (await office.case(case_id)).status  # type: ignore[arg-type]


async def test_what_a_rule_closes_at_night_is_told_when_the_office_opens(office: Office) -> None:
    """Ticked on Monday at 14:00 and closed a day later, when the office has closed at 13:00."""
    case_id = await ticked(office, 2, Outcome.SPOKE)
    assert ("closes_soon", ANA) in await later(office, 22)
    await always_closed_after(office, 13)
    assert [one for one in await later(office, 26) if one[0] == "notice"] == []
    assert await status(office, case_id) is Status.CLOSED
    assert await later(office, 44.9) == []
    assert sorted(await later(office, 45)) == [("digest", ANA), ("digest", LINDA)]


async def always_closed_after(office: Office, hour: int) -> None:
    """From now on the desk closes earlier."""
    form = await calendars.calendar_form(office.desk, OMAR, None)
    hours = {
        day: replace(one, closes=one.closes.replace(hour=hour)) for day, one in form.calendar.hours.items()
    }
    await calendars.set_calendar(office.desk, replace(form.calendar, hours=hours), OMAR, office.key())


async def test_after_the_bot_was_away_a_case_closes_no_sooner_than_its_warning_says(office: Office) -> None:
    await always_open(office)
    case_id = await ticked(office, 0, Outcome.LEFT_MESSAGE)
    assert ("closes_soon", ANA) in await later(office, 60)  # twelve hours late, with the closing itself
    assert await status(office, case_id) is Status.WORKING
    await later(office, 63.9)
    assert await status(office, case_id) is Status.WORKING
    await later(office, 64)
    assert await status(office, case_id) is Status.CLOSED


async def test_a_reminder_that_was_held_goes_to_the_deputy_of_who_is_on_leave_by_then(
    office: Office,
) -> None:
    """Asked on Monday at 21:00; what is reminded of on Tuesday at 21:00 waits for Wednesday morning."""
    await notify.choose(office.desk, Preference(review_hour=16), ANA, office.key())
    await calendars.add_absence(
        office.desk, ANA, date(2026, 11, 25), date(2026, 11, 27), BEN, OMAR, office.key()
    )
    await ticked(office, 9, Outcome.CALL_BACK_REQUESTED)
    told = [*await later(office, 28), *await later(office, 33)]
    assert [one for one in told if one[0] == "customer_call"] == []
    assert ("customer_call", BEN) in await later(office, 45)


async def test_what_a_deputys_review_says_no_reminder_of_the_same_morning_says_too(office: Office) -> None:
    leave = date(2026, 11, 25), date(2026, 11, 27)
    await calendars.add_absence(office.desk, ANA, *leave, BEN, OMAR, office.key())
    case_id = await ticked(office, 9, Outcome.CALL_BACK_REQUESTED)
    await later(office, 33)
    assert ("customer_call", BEN) not in await later(office, 45)
    ben = await office.desk.store.look(lambda c: find_person(c, office.desk.workspace_id, BEN))
    ana = await office.desk.store.look(lambda c: find_person(c, office.desk.workspace_id, ANA))
    assert ben is not None
    assert ana is not None
    page = await reviewing.page(office.desk, BEN, ana.id)
    assert case_id in [row.case.id for row in page.review.rows]


async def test_an_office_that_opens_before_the_review_keeps_reminders_for_it(office: Office) -> None:
    """It opens at eight, the review comes at nine."""
    early = same_hours(frozenset(range(5)), time(8), time(17))
    await calendars.set_calendar(office.desk, TeamCalendar(hours=early), OMAR, office.key())
    await ticked(office, 9, Outcome.CALL_BACK_REQUESTED)
    told = [*await later(office, 21), *await later(office, 33), *await later(office, 44)]
    told += await later(office, 45)
    assert [one for one in told if one[0] == "customer_call"] == []
    page = await reviewing.page(office.desk, ANA)
    assert page.total == 1


async def test_two_reminders_that_meet_at_one_opening_are_one_message(office: Office) -> None:
    """At 20 and at 26 hours nobody is there; on the next morning both would say the same."""
    await on_duty(office, INES, office.integrations)
    await office.opened(ANA, team_id=office.integrations, severity=4)
    told = [*await later(office, 36), *await later(office, 48), *await later(office, 2 * DAY)]
    assert [one for one in told if one == ("first_comment", INES)] == [("first_comment", INES)]


async def test_a_day_off_counts_anew_what_goes_by_office_hours_and_the_history_says_so(
    office: Office,
) -> None:
    form = await calendars.calendar_form(office.desk, OMAR, office.integrations)
    counted = replace(form.calendar, team_id=office.integrations, office_clock=True, version=0)
    await calendars.set_calendar(office.desk, counted, OMAR, office.key())
    await office.opened(ANA, team_id=office.integrations)
    ((_, before),) = await waiting(office, DueKind.FIRST_COMMENT)
    off = replace(counted, own={date(2026, 11, 25): "Moving house"}, version=1)
    await calendars.set_calendar(office.desk, off, OMAR, office.key())
    rows = await history(office, 0)
    ((_, after),) = await waiting(office, DueKind.FIRST_COMMENT)
    assert after == before + DAY
    (row,) = [row for row in rows if row["kind"] == "rules_changed"]
    assert set(row["changes"]) == {"T1"}


async def test_a_critical_case_that_is_reopened_is_handed_over_at_the_shifts_end_too(office: Office) -> None:
    await on_duty(office, ANA, office.level_two, 9, 17)
    await on_duty(office, BEN, office.level_two, 17, 20)
    case = await office.opened(ANA, team_id=office.level_two, severity=1)
    await later(office, 0)
    case = await office.case(case.id)
    closing = CloseCase(case_id=case.id, version=case.version, resolution="solved")
    await cases.close(office.desk, closing, MARIA, office.key())
    await later(office, 5)  # Ana's shift ends: nothing to hand over
    again = ReopenCase(case_id=case.id, version=case.version + 1, reason="no")
    await cases.reopen(office.desk, again, MARIA, office.key())
    await later(office, 5)
    assert (await office.case(case.id)).owner_name == "U0BEN"


async def test_leave_that_is_taken_back_stands_in_the_history_as_it_was(office: Office) -> None:
    first, key = date(2026, 12, 24), office.key()
    await calendars.add_absence(office.desk, ANA, first, date(2026, 12, 31), BEN, OMAR, key)
    await calendars.drop_absence(office.desk, 1, OMAR, office.key())
    noted, dropped = (await office.news())[0]
    days, deputy = "2026-12-24 to 2026-12-31", "U0BEN"
    assert noted["changes"] == {"leave": [None, days], "deputy": [None, deputy]}
    assert dropped["changes"] == {"leave": [days, None], "deputy": [deputy, None]}
    assert noted["person_id"] == dropped["person_id"]


async def test_ones_own_part_comes_on_the_office_days_of_ones_team(office: Office) -> None:
    thursday = date(2026, 11, 26)
    form = await calendars.calendar_form(office.desk, OMAR, None)
    off = replace(form.calendar, own={thursday: "A day off"}, version=0)
    await calendars.set_calendar(office.desk, off, OMAR, office.key())
    await reports.subscribe(office.desk, ANA, office.key(), wanted=True)
    plans = await office.desk.store.look(lambda c: all_plans(office.desk, c, NOON))
    (own,) = [one for one in plans if one.plan.scope.own_of is not None]
    assert own.next_at == NOON.replace(day=27, hour=8)
    assert own.next_at - NOON < timedelta(days=4)
