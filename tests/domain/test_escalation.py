"""When a case may be escalated: plan, severity and zones, when clocks change, severity, reopening, policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import cases, escalation
from bot.domain.cases import Case
from bot.domain.commands import Audience
from bot.domain.people import Person, Role, SuccessPlan
from bot.domain.permissions import Act
from bot.domain.refusals import Reason, Refusal
from bot.domain.windows import Escalation, Windows, read_windows
from tests.factories import CLOUD_NINE, INTEGRATIONS, LEVEL_TWO, NOON, case, person

WINDOWS = Windows()
ANA = person("Ana", Role.AGENT, LEVEL_TWO)
INES = person("Ines", Role.AGENT, INTEGRATIONS)
LINDA = person("Linda", Role.DSC, account=CLOUD_NINE)

HOURS = {
    ("Premier", 1): 1,
    ("Premier", 2): 2,
    ("Premier", 3): 4,
    ("Premier", 4): 8,
    ("Premier+", 1): 1,
    ("Premier+", 2): 2,
    ("Premier+", 3): 4,
    ("Premier+", 4): 8,
    ("Standard", 1): 48,
    ("Standard", 2): 48,
    ("Standard", 3): 48,
    ("Standard", 4): 48,
}
"""T11 and T12, by hand."""

LOCAL: list[tuple[str, str, dict[int, str]]] = [
    # zone, created there, and when it opens there after 1, 2, 4, 8 and 48 hours
    (
        "UTC",
        "2026-11-23 12:00",
        {
            1: "2026-11-23 13:00",
            2: "2026-11-23 14:00",
            4: "2026-11-23 16:00",
            8: "2026-11-23 20:00",
            48: "2026-11-25 12:00",
        },
    ),
    # Friday evening: a weekend is no pause.
    (
        "Asia/Tokyo",
        "2026-11-27 20:30",
        {
            1: "2026-11-27 21:30",
            2: "2026-11-27 22:30",
            4: "2026-11-28 00:30",
            8: "2026-11-28 04:30",
            48: "2026-11-29 20:30",
        },
    ),
    # New Year's Eve, half an hour's zone.
    (
        "Asia/Kolkata",
        "2026-12-31 23:15",
        {
            1: "2027-01-01 00:15",
            2: "2027-01-01 01:15",
            4: "2027-01-01 03:15",
            8: "2027-01-01 07:15",
            48: "2027-01-02 23:15",
        },
    ),
    # Clocks go forward at 02:00: the hour that is missing is not waited for.
    (
        "America/Los_Angeles",
        "2026-03-08 00:30",
        {
            1: "2026-03-08 01:30",
            2: "2026-03-08 03:30",
            4: "2026-03-08 05:30",
            8: "2026-03-08 09:30",
            48: "2026-03-10 01:30",
        },
    ),
    # Clocks go back at 02:00: the hour that comes twice is waited for twice.
    (
        "America/Los_Angeles",
        "2026-11-01 00:30",
        {
            1: "2026-11-01 01:30",
            2: "2026-11-01 01:30",
            4: "2026-11-01 03:30",
            8: "2026-11-01 07:30",
            48: "2026-11-02 23:30",
        },
    ),
    # In Europe at 01:00 UTC.
    (
        "Europe/Lisbon",
        "2026-03-29 00:45",
        {
            1: "2026-03-29 02:45",
            2: "2026-03-29 03:45",
            4: "2026-03-29 05:45",
            8: "2026-03-29 09:45",
            48: "2026-03-31 01:45",
        },
    ),
    (
        "Europe/Berlin",
        "2026-10-25 01:59",
        {
            1: "2026-10-25 02:59",
            2: "2026-10-25 02:59",
            4: "2026-10-25 04:59",
            8: "2026-10-25 08:59",
            48: "2026-10-27 00:59",
        },
    ),
    # By half an hour.
    (
        "Australia/Lord_Howe",
        "2026-10-04 01:15",
        {
            1: "2026-10-04 02:45",
            2: "2026-10-04 03:45",
            4: "2026-10-04 05:45",
            8: "2026-10-04 09:45",
            48: "2026-10-06 01:45",
        },
    ),
]


def _at(text: str, zone: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(("zone", "created", "opens"), LOCAL, ids=[f"{one[0]} {one[1]}" for one in LOCAL])
@pytest.mark.parametrize(("plan", "severity"), list(product(SuccessPlan, (1, 2, 3, 4))))
def test_escalate_opens_after_the_hours_of_plan_and_severity_whatever_the_clocks_do(
    plan: SuccessPlan, severity: int, zone: str, created: str, opens: dict[int, str]
) -> None:
    hours = HOURS[plan.value, severity]
    at = WINDOWS.opens_at(_at(created, zone), plan, severity)
    assert at - _at(created, zone) == timedelta(hours=hours)
    assert at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M") == opens[hours]


def opened(plan: SuccessPlan = SuccessPlan.PREMIER, severity: int = 2, **values: object) -> Case:
    """A case that was opened at noon and waits for its hour."""
    made = replace(case(LINDA, **values), plan=plan, severity=severity)
    return escalation.rebased(made, plan, WINDOWS, NOON)


def hour(count: float) -> datetime:
    return NOON + timedelta(hours=count)


CHANGES: list[tuple[SuccessPlan, int, int, float, float]] = [
    # plan, severity before and after, hours until it changes, and the hour at which it opens then
    (SuccessPlan.PREMIER, 4, 3, 1, 4),
    (SuccessPlan.PREMIER, 4, 1, 0.5, 1),
    (SuccessPlan.PREMIER, 4, 2, 3, 2),  # in the past: at once
    (SuccessPlan.PREMIER, 2, 4, 1, 8),  # milder: later
    (SuccessPlan.PREMIER, 2, 4, 2, 2),  # at the minute it is shown, and never hidden
    (SuccessPlan.PREMIER, 1, 4, 30, 1),
    (SuccessPlan.PREMIER_PLUS, 3, 1, 2, 1),
    (SuccessPlan.STANDARD, 4, 1, 5, 48),  # one window for all
    (SuccessPlan.STANDARD, 1, 4, 50, 48),
]


@pytest.mark.parametrize(("plan", "before", "after", "changed", "opens"), CHANGES)
def test_a_change_of_severity_counts_from_creation_and_hides_nothing(
    plan: SuccessPlan, before: int, after: int, changed: float, opens: float
) -> None:
    the_case = replace(opened(plan, before), severity=after)
    moved = escalation.rebased(the_case, plan, WINDOWS, hour(changed))
    assert moved.escalation.opens_at == hour(opens)
    assert moved.escalation.is_open(hour(changed)) == (opens <= changed)


@given(
    st.lists(st.tuples(st.floats(0, 60), st.integers(1, 4), st.sampled_from(SuccessPlan)), max_size=12),
)
def test_once_shown_it_is_never_hidden_whatever_happens(
    changes: list[tuple[float, int, SuccessPlan]],
) -> None:
    the_case, shown = opened(), False
    for at, severity, plan in sorted(changes, key=lambda one: one[0]):
        now = hour(at)
        shown = shown or the_case.escalation.is_open(now)
        the_case = escalation.rebased(replace(the_case, severity=severity), plan, WINDOWS, now)
        the_case = escalation.under_new_policy(replace(the_case, plan=plan), WINDOWS, now)
        if shown:
            assert the_case.escalation.is_open(now)


def test_closing_and_reopening_leave_the_hour_where_it_was() -> None:
    the_case = opened()
    closed = cases.closed(the_case, ANA, "solved", hour(1))
    again = cases.reopened(closed, hour(1.5))
    assert again.escalation.opens_at == hour(2)
    assert escalation.obstacle(Act.ESCALATE, again, hour(2)) is None


def test_a_new_policy_moves_what_waits_later_but_never_sooner_than_announced() -> None:
    waiting = opened()  # announced: 14:00
    longer, shorter = Windows(premier=(3, 3, 4, 8)), Windows(premier=(1, 1, 4, 8))
    assert escalation.under_new_policy(waiting, longer, hour(1)).escalation.opens_at == hour(3)
    assert escalation.under_new_policy(waiting, shorter, hour(1)).escalation.opens_at == hour(2)
    assert escalation.under_new_policy(waiting, longer, hour(2)).escalation.opens_at == hour(2)


def _escalated(**more: object) -> Case:
    flagged = Escalation(opens_at=hour(2), at=hour(3), by=LINDA.ref, reason="worse", **more)  # type: ignore[arg-type]
    return replace(opened(), escalation=flagged)


CLOSED = cases.closed(opened(), ANA, "solved", hour(1))
OWED = _escalated(call_back_due=hour(51))
ALLOWED: list[tuple[str, Case, float, set[Act]]] = [
    ("waiting", opened(), 1.99, {Act.TELL_ME_THEN, Act.ASK_TO_EXPEDITE}),
    ("at the minute", opened(), 2, {Act.ESCALATE}),
    ("escalated", _escalated(), 4, {Act.REQUEST_CALL_BACK}),
    ("call owed", OWED, 4, {Act.FINISH_CALL_BACK}),
    ("closed", CLOSED, 4, set()),
    ("no hour was counted", case(LINDA), 0, {Act.ESCALATE}),
]


@pytest.mark.parametrize(
    ("the_case", "at", "wanted"), [row[1:] for row in ALLOWED], ids=[row[0] for row in ALLOWED]
)
def test_what_the_state_of_a_case_allows(the_case: Case, at: float, wanted: set[Act]) -> None:
    allowed = {act for act in escalation.ACTS if escalation.obstacle(act, the_case, hour(at)) is None}
    assert allowed == wanted


REFUSALS: list[tuple[Act, Case, float, Reason, datetime | None]] = [
    (Act.ESCALATE, opened(), 1, Reason.ESCALATION_NOT_YET, hour(2)),
    (Act.TELL_ME_THEN, opened(), 2, Reason.ESCALATION_IS_OPEN, None),
    (Act.ASK_TO_EXPEDITE, opened(), 3, Reason.ESCALATION_IS_OPEN, None),
    (Act.REQUEST_CALL_BACK, opened(), 3, Reason.NOT_ESCALATED, None),
    (Act.FINISH_CALL_BACK, opened(), 3, Reason.NO_CALL_BACK, None),
    (Act.ESCALATE, _escalated(), 4, Reason.ALREADY_ESCALATED, hour(3)),
    (Act.TELL_ME_THEN, _escalated(), 4, Reason.ALREADY_ESCALATED, hour(3)),
    (Act.REQUEST_CALL_BACK, OWED, 4, Reason.CALL_BACK_ASKED, hour(51)),
    (Act.ESCALATE, CLOSED, 4, Reason.ALREADY_CLOSED, hour(1)),
]


@pytest.mark.parametrize(("act", "the_case", "at", "reason", "told"), REFUSALS)
def test_what_is_not_allowed_is_refused_with_the_hour_that_matters(
    act: Act, the_case: Case, at: float, reason: Reason, told: datetime | None
) -> None:
    refusal = escalation.obstacle(act, the_case, hour(at))
    assert refusal is not None
    assert refusal.reason is reason
    assert refusal.facts.get("at") == told


def test_escalating_sets_a_flag_and_no_state() -> None:
    waiting = replace(opened(), status=cases.Status.WAITING)
    flagged = escalation.escalated(waiting, LINDA, "worse", hour(3))
    assert flagged.status is cases.Status.WAITING
    standing = flagged.escalation
    assert (standing.at, standing.by, standing.reason) == (hour(3), LINDA.ref, "worse")


def test_asking_to_expedite_rests_for_a_while() -> None:
    slow = opened(SuccessPlan.STANDARD)
    asked = escalation.expedited(slow, WINDOWS, hour(1))
    with pytest.raises(Refusal) as refused:
        escalation.expedited(asked, WINDOWS, hour(4.9))
    assert refused.value.facts["at"] == hour(5)
    assert escalation.expedited(asked, WINDOWS, hour(5)).escalation.expedite_asked_at == hour(5)


def test_asking_to_expedite_is_public_but_for_those_who_may_not() -> None:
    assert escalation.expedite_audience(LINDA) is Audience.PUBLIC
    assert escalation.expedite_audience(ANA) is Audience.PUBLIC
    assert escalation.expedite_audience(INES) is Audience.INTERNAL


def test_a_managers_call_is_owed_from_its_request_with_reminders_before() -> None:
    asked = escalation.call_back_asked(_escalated(), WINDOWS, hour(5))
    assert asked.escalation.call_back_due == hour(53)
    reminders, at = [], WINDOWS.next_reminder(hour(5))
    while at is not None:
        reminders.append(at)
        at = WINDOWS.next_reminder(hour(5), at)
    assert reminders == [hour(29), hour(49), hour(53)]
    assert escalation.called_back(asked, hour(6)).escalation.call_back_due is None
    assert cases.closed(asked, ANA, "solved", hour(6)).escalation.call_back_due is None


@pytest.mark.parametrize(
    ("plan", "severity", "owned", "wanted"),
    [
        (SuccessPlan.PREMIER, 1, False, True),
        (SuccessPlan.PREMIER_PLUS, 1, False, True),
        (SuccessPlan.PREMIER, 1, True, False),
        (SuccessPlan.PREMIER, 2, False, False),
        (SuccessPlan.STANDARD, 1, False, False),
    ],
)
def test_a_critical_case_of_premier_always_wants_a_named_person(
    plan: SuccessPlan, severity: int, owned: bool, wanted: bool
) -> None:
    the_case = opened(plan, severity, owner=ANA.ref if owned else None)
    assert escalation.wants_a_named_person(the_case) is wanted


UNSOUND: list[tuple[object, str]] = [
    ([], "escalation is no table of hours."),
    ({"gold": [1, 2, 4, 8]}, "escalation.gold is no setting of it"),
    ({"premier": [1, 2, 4]}, "escalation.premier must have 4 entries"),
    ({"premier": [1, 2, 4, 0]}, "escalation.premier must be a list of hours above 0"),
    ({"standard": [48, 24, 48, 48]}, "escalation.standard must not go down"),
    ({"standard": 48}, "escalation.standard must be a list of hours"),
    ({"premier": [True, 2, 4, 8]}, "escalation.premier must be a list of hours"),
    ({"premier": ["1", 2, 4, 8]}, "escalation.premier must be a list of hours"),
    ({"premier": [1, 2, 4, 99999]}, "each at most 2160."),
    ({"call_back": -1}, "escalation.call_back must be a number of hours above 0"),
    ({"call_back": 24}, "escalation.call_back_reminders must lie before escalation.call_back."),
    ({"call_back_reminders": [44, 24]}, "escalation.call_back_reminders must go up"),
]


@pytest.mark.parametrize(("raw", "fault"), UNSOUND)
def test_windows_that_no_desk_could_mean_are_told(raw: object, fault: str) -> None:
    _, faults = read_windows(raw)
    assert len(faults) == 1
    assert fault in faults[0]


def test_a_desk_may_have_other_hours_and_leave_the_rest() -> None:
    windows, faults = read_windows({"premier": [0.5, 1, 2, 4], "call_back_reminders": []})
    assert faults == []
    assert windows == Windows(premier=(0.5, 1, 2, 4), call_back_reminders=())
    assert windows.next_reminder(NOON) == hour(48)


@pytest.mark.parametrize(
    ("who", "knows"),
    [
        (ANA, True),
        (INES, True),
        (LINDA, True),  # she asked
        (person("Raj", Role.DSC, account=CLOUD_NINE), False),
        (person("Tess", Role.COMMUNITY, account=CLOUD_NINE), False),
    ],
)
def test_number_and_hour_of_a_call_are_between_who_asked_and_staff(who: Person, knows: bool) -> None:
    assert escalation.knows_how_to_call(who, LINDA.id) is knows
