"""`/desk calendar`: office hours and holidays, who is on duty, whose leave is noted; for managers."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.calendars import is_business_day
from bot.domain.ids import TeamId
from bot.domain.people import channel_viewer
from bot.sandbox import Person
from bot.services.calendars import calendar_for
from tests.flows.conftest import LEVEL_TWO, Workplace, held

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def holidays(workplace: Workplace, team_id: TeamId | None) -> dict[str, str]:
    """The days off of a team's calendar, as it counts."""
    desk = workplace.bot.desk
    eyes = channel_viewer(desk.workspace_id)
    found = await desk.store.look(lambda c: calendar_for(c, eyes, team_id, "UTC", NOW))
    assert all(not is_business_day(found, day) for day in found.holidays)
    return {day.isoformat(): name for day, name in found.holidays.items()}


async def opens(person: Person, button: str) -> None:
    await person.runs("/desk calendar")
    assert person.modal is not None, person.reply
    await person.clicks(button)
    assert person.modal is not None


async def test_a_team_has_a_calendar_of_its_own_until_it_takes_the_desks_again(workplace: Workplace) -> None:
    maria = workplace.person("maria")
    await opens(maria, "Edit the desk")
    await maria.submits(country="PT", timezone="Europe/Lisbon", own="2026-12-24 Christmas Eve")
    assert maria.modal is not None
    assert "The calendar is saved." in maria.modal.text
    told = "Monday to Friday, 09:00-17:00, Europe/Lisbon, holidays of PT, 1 day off of its own"
    assert f"The desk: {told}" in maria.modal.text
    assert (await holidays(workplace, LEVEL_TWO))["2026-12-24"] == "Christmas Eve"

    await maria.clicks("Edit Level two")
    assert held(maria, "own") == "2026-12-24 Christmas Eve"  # begins as the desk's
    await maria.submits(country="US", region="CA", own="", worked="2026-11-26", others="Fri 09:00-13:00")
    assert "Monday to Thursday, 09:00-17:00; Friday, 09:00-13:00" in maria.modal.text
    theirs = await holidays(workplace, LEVEL_TWO)
    assert theirs["2027-01-01"] == "New Year's Day"
    assert "2026-11-26" not in theirs  # Thanksgiving, which they work

    await maria.clicks("Edit Level two")
    await maria.submits(options=["desks_own"])
    assert "Level two: as the desk" in maria.modal.text
    assert "2026-12-24" in await holidays(workplace, LEVEL_TWO)


async def test_what_is_no_day_and_no_region_is_told_at_its_field(workplace: Workplace) -> None:
    maria = workplace.person("maria")
    await opens(maria, "Edit the desk")
    await maria.submits(own="Christmas", others="Fri noon", worked="2026-13-01", weekdays=[])
    assert set(maria.errors) == {"own", "others", "worked", "weekdays"}
    await maria.submits(own="", others="", worked="", weekdays=["0"], country="PT", region="ZZ")
    assert "no such region" in maria.errors["region"]


async def test_who_is_on_duty_is_a_shift_away(workplace: Workplace) -> None:
    omar, ana = workplace.people("omar ana")
    await opens(omar, "Roster of Level two")
    await omar.clicks("Add a shift")
    await omar.submits(person=ana.id, weekdays=list("0123456"), opens="00:00", closes="00:00")
    assert omar.modal is not None
    assert "every day, the whole day" in omar.modal.text
    assert "On duty: @ana" in omar.modal.text
    await omar.clicks("Remove")
    assert "On duty: nobody by roster" in omar.modal.text
    await omar.closes(everything=True)

    await opens(omar, "Managers on duty")
    await omar.clicks("Add a shift")
    await omar.submits(person=ana.id)
    assert "is no manager" in omar.errors["person"]


async def test_leave_is_noted_with_who_stands_in_and_never_twice(workplace: Workplace) -> None:
    maria, ana, ben, linda = workplace.people("maria ana ben linda")
    days = {"first": "2099-12-24", "last": "2099-12-31"}
    await opens(maria, "Note leave")
    await maria.submits(person=linda.id, **days)
    assert "person" in maria.errors  # a customer's contact
    await maria.submits(person=ana.id, deputy=ana.id, **days)
    assert "stands in for themselves" in maria.errors["deputy"]
    await maria.submits(person=ana.id, deputy=ben.id, **days)
    assert maria.modal is not None
    assert "24 Dec 2099 to 31 Dec 2099" in maria.modal.text
    assert "stands in" in maria.modal.text
    await maria.clicks("Note leave")
    await maria.submits(person=ana.id, first="2099-12-31", last="2099-12-31")
    assert "is away on some of these days already" in maria.errors["first"]
    await maria.closes()
    await maria.clicks("Remove")
    assert "24 Dec 2099" not in maria.modal.text
