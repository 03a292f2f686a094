"""Who is on duty: weekly and dated shifts, nights, leave, deputies, the days on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.domain.ids import PersonId, SlackUserId
from bot.domain.people import PersonRef
from bot.domain.rosters import Absence, Roster, Shift, next_change, on_duty

LISBON = "Europe/Lisbon"
WEEKDAYS, ALL = frozenset(range(5)), frozenset(range(7))


def who(number: int, name: str) -> PersonRef:
    return PersonRef(id=PersonId(number), slack_user_id=SlackUserId(f"U{number}"), name=name)


ANA, BEN, EVA = who(1, "Ana"), who(2, "Ben"), who(3, "Eva")
DAYS = Shift(id=1, person=ANA, weekdays=WEEKDAYS, begins=time(9), ends=time(17))
NIGHTS = Shift(id=2, person=BEN, weekdays=ALL, begins=time(17), ends=time(9))
XMAS = Shift(
    id=3,
    person=EVA,
    weekdays=ALL,
    begins=time(0),
    ends=time(0),
    first=date(2026, 12, 24),
    last=date(2026, 12, 26),
)
AWAY = Absence(person=ANA, first=date(2026, 11, 25), last=date(2026, 11, 27), deputy=EVA)
EVA_TOO = Absence(person=EVA, first=date(2026, 11, 26), last=date(2026, 11, 26))
ROSTER = Roster(shifts=(DAYS, NIGHTS, XMAS), absences=(AWAY, EVA_TOO), zones={ANA.id: LISBON, EVA.id: LISBON})


def at(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(LISBON), fold=fold).astimezone(UTC)


CASES: list[tuple[str, str | None, str | None, str | None]] = [
    # now, who, until, instead of whom; Monday is 2026-11-23
    ("2026-11-23 08:59", "Ben", "2026-11-23 09:00", None),
    ("2026-11-23 09:00", "Ana", "2026-11-23 17:00", None),
    ("2026-11-25 12:00", "Eva", "2026-11-25 17:00", "Ana"),
    ("2026-12-02 12:00", "Ana", "2026-12-02 17:00", None),
    ("2026-11-26 12:00", None, None, None),  # Ana is away, and so is Eva, who stands in
    ("2026-11-26 18:00", "Ben", "2026-11-27 09:00", None),
    ("2026-11-28 12:00", None, None, None),  # Saturday noon: nobody's shift
    ("2026-12-23 23:30", "Ben", "2026-12-24 00:00", None),  # what is dated comes first
    ("2026-12-24 10:00", "Eva", "2026-12-27 00:00", None),
    ("2026-12-27 00:00", "Ben", "2026-12-27 09:00", None),
    ("2026-03-28 23:00", "Ben", "2026-03-29 09:00", None),  # an hour is skipped that night
    ("2026-10-24 23:00", "Ben", "2026-10-25 09:00", None),  # and here one comes twice
]


@pytest.mark.parametrize(("now", "name", "until", "instead"), CASES)
def test_who_is_on_duty_and_until_when(
    now: str, name: str | None, until: str | None, instead: str | None
) -> None:
    duty = on_duty(ROSTER, LISBON, at(now))
    assert (duty.person.name if duty else None) == name
    assert (duty.until if duty else None) == (at(until) if until else None)
    assert (duty.instead_of.name if duty and duty.instead_of else None) == instead


def test_leave_counts_by_the_date_of_who_is_away() -> None:
    """It is Friday noon in Lisbon, and Saturday already where Ana lives."""
    away = Absence(person=ANA, first=date(2026, 11, 27), last=date(2026, 11, 27), deputy=BEN)
    roster = Roster(shifts=(DAYS,), absences=(away,), zones={ANA.id: "Pacific/Kiritimati"})
    duty = on_duty(roster, LISBON, at("2026-11-27 12:00"))
    assert duty is not None
    assert duty.person == ANA


def test_somebody_else_may_be_on_duty_when_a_shift_begins_or_ends() -> None:
    assert next_change(ROSTER, LISBON, at("2026-11-23 08:00")) == at("2026-11-23 09:00")
    assert next_change(ROSTER, LISBON, at("2026-11-23 09:00")) == at("2026-11-23 17:00")
    assert next_change(Roster(), LISBON, at("2026-11-23 09:00")) is None


@pytest.mark.parametrize(
    ("now", "turns"),
    [
        ("2026-11-24 23:00", "2026-11-25 00:00"),  # Ana's leave begins, in Ben's shift
        ("2026-11-25 18:00", "2026-11-26 00:00"),  # Eva's, who stands in for her
        ("2026-11-26 18:00", "2026-11-27 00:00"),  # Eva is back
        ("2026-11-27 18:00", "2026-11-28 00:00"),  # and Ana
        ("2026-11-28 18:00", "2026-11-29 09:00"),
    ],
)
def test_somebody_else_may_be_on_duty_when_leave_begins_or_ends_in_a_shift(now: str, turns: str) -> None:
    roster = Roster(shifts=(DAYS, NIGHTS), absences=ROSTER.absences, zones=ROSTER.zones)
    assert next_change(roster, LISBON, at(now)) == at(turns)


def test_a_shift_is_as_long_as_its_person_is_there() -> None:
    day = date(2026, 11, 25)
    nights = Absence(person=BEN, first=day, last=day, deputy=EVA)
    roster = Roster(shifts=(NIGHTS,), absences=(nights,), zones={BEN.id: LISBON, EVA.id: LISBON})
    for now, name, until in (
        ("2026-11-24 18:00", "Ben", "2026-11-25 00:00"),
        ("2026-11-25 01:00", "Eva", "2026-11-25 09:00"),
        ("2026-11-25 18:00", "Eva", "2026-11-26 00:00"),
    ):
        duty = on_duty(roster, LISBON, at(now))
        assert duty is not None
        assert (duty.person.name, duty.until) == (name, at(until))


def test_leave_of_who_is_on_no_roster_changes_nobodys_duty() -> None:
    roster = Roster(shifts=(NIGHTS,), absences=ROSTER.absences, zones=ROSTER.zones)
    assert next_change(roster, LISBON, at("2026-11-24 23:00")) == at("2026-11-25 09:00")


def test_whoever_is_on_duty_at_any_hour_is_so_without_an_end() -> None:
    always = Roster(shifts=(Shift(person=ANA, weekdays=ALL, begins=time(0), ends=time(0)),))
    duty = on_duty(always, LISBON, at("2026-11-23 09:00"))
    assert duty is not None
    assert duty.until is None
