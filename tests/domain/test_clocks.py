"""The clocks of a case (T1, T2, T5, T6, T8): what they count from, what stops them, each counted minute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendars import Calendar
from bot.domain.clocks import (
    WAITING,
    Happening,
    Pause,
    Story,
    Timing,
    advance,
    entries,
    timings,
    total,
    waited,
)
from bot.domain.due import DueKind
from bot.domain.ids import PersonId
from bot.domain.lifecycle import Status
from bot.domain.limits import Limits
from bot.domain.outcomes import Outcome
from bot.domain.rules import OF_CASES, RULES, RuleId
from bot.scheduler.due import ACTIONS
from tests.domain.test_calendars import calendars

UTC_CALENDAR = Calendar()
MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
INES = PersonId(7)


def h(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def said(hours: float, *outcomes: Outcome, public: bool = False, **more: object) -> Happening:
    """A comment of staff."""
    facts = {"is_comment": True, "is_public": public, "outcomes": frozenset(outcomes), "author_id": INES}
    return Happening(at=h(hours), **{**facts, **more})  # type: ignore[arg-type]


def became(hours: float, status: Status) -> Happening:
    return Happening(at=h(hours), author_id=INES, status=status)


def customer(hours: float) -> Happening:
    return Happening(at=h(hours), by_customer=True, is_comment=True, is_public=True)


def story(*happenings: Happening, status: Status = Status.WORKING, integrations: bool = True) -> Story:
    return Story(
        created_at=MONDAY,
        status=status,
        happenings=happenings,
        of_integrations=integrations,
        with_integrations=integrations,
    )


LEFT, SPOKE, CALL, ANSWERED = (
    Outcome.LEFT_MESSAGE,
    Outcome.SPOKE,
    Outcome.CALL_BACK_REQUESTED,
    Outcome.CUSTOMER_ANSWERED,
)
BY_INES = {"by_integrations": True}

TOLD: list[tuple[str, Story, dict[RuleId, datetime | None]]] = [
    ("T1 runs from the opening", story(), {RuleId.T1: h(48)}),
    ("a comment of another team does not end T1", story(said(1)), {RuleId.T1: h(48)}),
    ("a comment of Integrations ends T1", story(said(1, **BY_INES)), {}),
    ("T1 is for cases of Integrations", story(integrations=False), {}),
    (
        "T1 stands still while it waits",
        story(became(2, Status.WAITING), status=Status.WAITING),
        {RuleId.T1: None},
    ),
    (
        "T1 goes on for what was left of it",  # 2 h + 10 h waited: 48 h + 10 h
        story(became(2, Status.WAITING), became(12, Status.WORKING)),
        {RuleId.T1: h(58)},
    ),
    (
        "T2 runs from the request and not from the case",
        story(said(5, CALL), integrations=False),
        {RuleId.T2: h(53)},
    ),
    (
        "a second request does not move T2",
        story(said(5, CALL), said(9, CALL), integrations=False),
        {RuleId.T2: h(53)},
    ),
    (
        "who left a message has called",
        story(said(5, CALL), said(9, LEFT), integrations=False),
        {RuleId.T5: h(57)},
    ),
    ("T5 closes 48 hours after the tick", story(said(5, LEFT), integrations=False), {RuleId.T5: h(53)}),
    ("a new comment takes T5 back", story(said(5, LEFT), said(6), integrations=False), {}),
    ("the customer takes T5 back", story(said(5, LEFT), customer(6), integrations=False), {}),
    (
        "another owner takes T5 back",
        story(said(5, LEFT), Happening(at=h(6), new_owner=True), integrations=False),
        {},
    ),
    (
        "an edit of the case leaves T5 alone",
        story(said(5, LEFT), Happening(at=h(6)), integrations=False),
        {RuleId.T5: h(53)},
    ),
    ("T6 closes 24 hours after the tick", story(said(5, SPOKE), integrations=False), {RuleId.T6: h(29)}),
    ("a closed case has no clocks", story(said(5, LEFT), status=Status.CLOSED), {}),
    (
        "T8 needs two attempts on different days",
        story(said(1, public=True, **BY_INES), said(3, public=True)),
        {},
    ),
    (
        "T8 counts 21 days of the calendar from the first of them",  # Monday the 23rd + 21 days
        story(said(1, public=True, **BY_INES), said(30, public=True)),
        {RuleId.T8: datetime(2026, 12, 14, tzinfo=UTC)},
    ),
    (
        "T8 counts on while it waits",
        story(
            said(1, public=True, **BY_INES),
            said(30, public=True),
            became(31, Status.WAITING),
            status=Status.WAITING,
        ),
        {RuleId.T8: datetime(2026, 12, 14, tzinfo=UTC)},
    ),
    (
        "any answer begins T8 anew",
        story(
            said(1, public=True, **BY_INES), said(30, public=True), said(31, ANSWERED), said(50, public=True)
        ),
        {},
    ),
    (
        "internal comments are no attempts",
        story(said(1, **BY_INES), said(30), said(60)),
        {},
    ),
]


@pytest.mark.parametrize(("name", "told", "due"), TOLD, ids=[one[0] for one in TOLD])
def test_what_runs_on_a_case_and_until_when(
    name: str, told: Story, due: dict[RuleId, datetime | None]
) -> None:
    assert {one.rule: one.due for one in timings(told, Limits(), UTC_CALENDAR)} == due


def only(told: Story, rule: RuleId) -> Timing:
    return next(one for one in timings(told, Limits(), UTC_CALENDAR) if one.rule is rule)


REMINDERS: list[tuple[Story, RuleId, list[tuple[DueKind, float]]]] = [
    (story(), RuleId.T1, [(DueKind.FIRST_COMMENT_SOON, 36), (DueKind.FIRST_COMMENT, 48)]),
    (
        story(said(5, CALL, **BY_INES)),
        RuleId.T2,
        [(DueKind.CUSTOMER_CALL_SOON, 29), (DueKind.CUSTOMER_CALL_SOON, 49), (DueKind.CUSTOMER_CALL, 53)],
    ),
    (
        story(said(5, LEFT, **BY_INES)),
        RuleId.T5,
        [(DueKind.LEFT_MESSAGE_SOON, 49), (DueKind.LEFT_MESSAGE, 53)],
    ),
    (story(said(5, SPOKE, **BY_INES)), RuleId.T6, [(DueKind.SPOKE_SOON, 25), (DueKind.SPOKE, 29)]),
]


@pytest.mark.parametrize(("told", "rule", "stages"), REMINDERS)
def test_each_rule_reminds_before_its_time(
    told: Story, rule: RuleId, stages: list[tuple[DueKind, float]]
) -> None:
    found = only(told, rule)
    assert [(one.kind, one.at) for one in found.stages] == [(kind, h(hours)) for kind, hours in stages]
    assert len({(one.kind, one.number) for one in found.stages}) == len(stages)


def test_a_team_may_count_the_first_comment_in_office_hours() -> None:
    """Monday noon: 5 h that day, 8 h each until Friday (32 h), 8 h on Monday: 45 h. Three more on Tuesday."""
    calendar = Calendar()
    told = replace(story(), office_clock=True)
    found = next(one for one in timings(told, Limits(), calendar) if one.rule is RuleId.T1)
    assert found.due == datetime(2026, 12, 1, 12, tzinfo=UTC)


def test_every_due_time_of_the_table_has_its_act() -> None:
    assert {kind for rule in RULES for kind in rule.kinds} <= set(ACTIONS)
    assert {one.kind for told, _, _ in REMINDERS for one in only(told, _rule(told)).stages} <= set(OF_CASES)


def _rule(told: Story) -> RuleId:
    return timings(told, Limits(), UTC_CALENDAR)[0].rule


MINUTES = timedelta(minutes=15)


def slowly(begins: datetime, ends: datetime, pauses: Sequence[Pause], calendar: Calendar | None) -> timedelta:
    """The ledger's sum by another way: every quarter of an hour asked for itself."""
    counted, at = timedelta(), begins
    while at < ends:
        waits = any(start <= at and (end is None or at < end) for start, end in pauses)
        if not waits and (calendar is None or _in_office(calendar, at)):
            counted += MINUTES
        at += MINUTES
    return counted


def _in_office(calendar: Calendar, at: datetime) -> bool:
    there = at.astimezone(ZoneInfo(calendar.zone))
    hours = calendar.hours.get(there.weekday())
    if hours is None or there.date() in calendar.holidays:
        return False
    return hours.opens <= there.time() < hours.closes


@st.composite
def waits(draw: st.DrawFn) -> tuple[Pause, ...]:
    """A history of Waiting, in quarters of an hour after a begin that the test adds."""
    marks = sorted(draw(st.sets(st.integers(0, 6 * 96), max_size=7)))
    there = [MONDAY + mark * MINUTES for mark in marks]
    happenings = [
        Happening(at=at, status=Status.WORKING if number % 2 else Status.WAITING)
        for number, at in enumerate(there)
    ]
    return waited(story(*happenings))


@given(pauses=waits(), calendar=st.none() | calendars(), length=st.integers(1, 8 * 96))
@settings(max_examples=80, deadline=None)
def test_the_ledger_adds_up_by_another_way(
    pauses: tuple[Pause, ...], calendar: Calendar | None, length: int
) -> None:
    ends = MONDAY + length * MINUTES
    found = entries(MONDAY, ends, pauses, calendar)
    assert (found[0].begins, found[-1].ends) == (MONDAY, ends)
    assert all(one.ends == after.begins for one, after in pairwise(found))
    assert total(found) == slowly(MONDAY, ends, pauses, calendar)


@given(pauses=waits(), calendar=st.none() | calendars(), quarters=st.integers(1, 200))
@settings(max_examples=80, deadline=None)
def test_what_is_due_is_due_when_so_much_has_been_counted(
    pauses: tuple[Pause, ...], calendar: Calendar | None, quarters: int
) -> None:
    span = quarters * MINUTES
    due = advance(MONDAY, span, pauses, calendar)
    if due is None:
        assert pauses[-1][1] is None
        assert slowly(MONDAY, pauses[-1][0], pauses, calendar) < span
        return
    assert slowly(MONDAY, due, pauses, calendar) == span
    assert slowly(MONDAY, due - MINUTES, pauses, calendar) == span - MINUTES  # and not a moment sooner


def test_waiting_is_skipped_at_any_hour() -> None:
    pauses = ((h(1), h(30)),)
    found = entries(MONDAY, h(31), pauses, Calendar())
    assert [(one.why, one.length) for one in found] == [
        ("counted", timedelta(hours=1)),
        (WAITING, timedelta(hours=29)),
        ("night", timedelta(hours=1)),
    ]
