"""Severity 1 of Premier follows the roster also when that is changed, not only when time passes (T15)."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from bot.domain.cases import Case
from bot.domain.ids import SlackUserId
from bot.domain.team_calendars import DEFAULT_CALENDAR
from bot.services import calendars, cases
from tests.services.conftest import Office
from tests.services.test_timed import ANA, BEN, MARIA, OMAR, later, on_duty

MINUTES = 1 / 60


async def critical(office: Office) -> Case:
    return await office.opened(ANA, team_id=office.level_two, severity=1)


async def takes_away(office: Office, who: SlackUserId) -> None:
    """The only shift of somebody in level two."""
    page = await calendars.roster_page(office.desk, OMAR, office.level_two)
    shift = next(one for one in page.roster.shifts if one.person.slack_user_id == who)
    await calendars.drop_shift(office.desk, shift.id, OMAR, office.key())


async def owner(office: Office, case: Case) -> str:
    return (await office.case(case.id)).owner_name


async def test_a_shift_that_is_made_shorter_hands_the_case_over_at_its_new_end(office: Office) -> None:
    """It is noon; Ana would be on duty until 17:00, and Ben from 17:00 on."""
    await on_duty(office, ANA, office.level_two, 9, 17)
    await on_duty(office, BEN, office.level_two, 17, 20)
    case = await critical(office)
    await later(office, 0)
    assert await owner(office, case) == "U0ANA"
    await takes_away(office, ANA)
    await on_duty(office, ANA, office.level_two, 9, 14)
    await takes_away(office, BEN)
    await on_duty(office, BEN, office.level_two, 14, 20)
    assert await later(office, 10 * MINUTES) == []  # nothing moved, nobody was told
    assert await owner(office, case) == "U0ANA"
    await later(office, 2)
    assert await owner(office, case) == "U0BEN"


async def test_who_has_no_shift_any_more_gives_the_case_to_who_has_one(office: Office) -> None:
    await on_duty(office, ANA, office.level_two, 9, 17)
    await on_duty(office, BEN, office.level_two, 9, 17)
    case = await critical(office)
    await later(office, 0)
    assert await owner(office, case) == "U0ANA"
    await takes_away(office, ANA)
    await later(office, 4 * MINUTES)
    assert await owner(office, case) == "U0ANA"  # another shift of hers may be on its way
    await later(office, 6 * MINUTES)
    assert await owner(office, case) == "U0BEN"


async def test_a_shift_in_place_of_another_takes_its_cases_at_once(office: Office) -> None:
    await on_duty(office, ANA, office.level_two, 9, 17)
    case = await critical(office)
    await later(office, 0)
    await takes_away(office, ANA)
    await on_duty(office, BEN, office.level_two, 9, 17)
    assert ("shift_ended", MARIA) not in await later(office, 1 * MINUTES)
    assert await owner(office, case) == "U0BEN"


async def test_a_manager_is_told_where_the_last_shift_is_taken_away(office: Office) -> None:
    await on_duty(office, ANA, office.level_two, 9, 17)
    case = await critical(office)
    await later(office, 0)
    await takes_away(office, ANA)
    assert ("shift_ended", MARIA) in await later(office, 6 * MINUTES)
    assert await owner(office, case) == "U0ANA"  # named as ever, until somebody else is


async def test_a_first_roster_names_somebody_for_what_nobody_has(office: Office) -> None:
    case = await critical(office)
    await later(office, 0)
    assert await owner(office, case) == ""
    await on_duty(office, BEN, office.level_two, 9, 17)
    await later(office, 1 * MINUTES)
    assert await owner(office, case) == "U0BEN"


async def test_whoever_took_it_without_a_shift_keeps_it_when_the_roster_changes(office: Office) -> None:
    case = await critical(office)
    await later(office, 0)
    await cases.take(office.desk, case.id, BEN, office.key())
    await on_duty(office, ANA, office.level_two, 9, 17)
    await later(office, 1 * MINUTES)
    await takes_away(office, ANA)
    await later(office, 10 * MINUTES)
    assert await owner(office, case) == "U0BEN"


async def test_shifts_on_other_clocks_end_at_another_hour(office: Office) -> None:
    """17:00 in Prague is 16:00 in winter's UTC, or 15:00 in summer's."""
    await on_duty(office, ANA, office.level_two, 9, 17)
    await on_duty(office, BEN, office.level_two, 17, 20)
    case = await critical(office)
    await later(office, 0)
    hours = {day: replace(one, closes=time(18)) for day, one in DEFAULT_CALENDAR.hours.items()}
    prague = replace(DEFAULT_CALENDAR, zone="Europe/Prague", hours=hours, team_id=office.level_two)
    await calendars.set_calendar(office.desk, prague, OMAR, office.key())
    await later(office, 2.9)
    assert await owner(office, case) == "U0ANA"
    await later(office, 4.1)
    assert await owner(office, case) == "U0BEN"
