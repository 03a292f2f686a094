"""The ledger adds up: its lines make the sum, the sum is what the rule allows, days are counted as days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.asking import update_opens
from bot.domain.calendars import Calendar
from bot.domain.clocks import Happening, Pause, Story, timings
from bot.domain.ledger import Account, account_of, update_account
from bot.domain.lifecycle import Status
from bot.domain.limits import Limits
from bot.domain.outcomes import Outcome
from bot.domain.rules import RuleId
from tests.domain.test_calendars import calendars
from tests.domain.test_clocks import MONDAY, became, customer, said, story, waits

NOW = MONDAY + timedelta(days=1)


def added_up(account: Account) -> timedelta:
    """The sum of the lines, by their ends alone: what counts is all the time less what does not."""
    whole = account.entries[-1].ends - account.entries[0].begins
    skipped = [one.ends - one.begins for one in account.entries if not one.counts]
    return whole - sum(skipped, timedelta())


def test_the_ledger_of_a_case_that_waited_tells_why_it_is_due_later() -> None:
    told = story(became(2, Status.WAITING), became(12, Status.WORKING))
    (first,) = timings(told, Limits(), Calendar())
    account = account_of(first, NOW, revision=3)
    assert [(one.why, one.length / timedelta(hours=1)) for one in account.entries] == [
        ("counted", 2),
        ("waiting", 10),
        ("counted", 46),
    ]
    assert (account.counted, account.span, account.revision) == (timedelta(hours=48), account.span, 3)


def test_what_stands_still_is_told_until_now() -> None:
    told = story(became(2, Status.WAITING), status=Status.WAITING)
    (first,) = timings(told, Limits(), Calendar())
    account = account_of(first, NOW)
    assert account.due is None
    assert account.entries[-1].ends == NOW
    assert account.counted == timedelta(hours=2)


@given(pauses=waits(), calendar=st.none() | calendars())
@settings(max_examples=60, deadline=None)
def test_the_lines_of_a_clock_add_up_to_what_the_rule_allows(
    pauses: tuple[Pause, ...], calendar: Calendar | None
) -> None:
    happenings = []
    for begins, ends in pauses:
        hours = (begins - MONDAY) / timedelta(hours=1)
        happenings.append(became(hours, Status.WAITING))
        if ends is not None:
            happenings.append(became((ends - MONDAY) / timedelta(hours=1), Status.WORKING))
    status = Status.WAITING if pauses and pauses[-1][1] is None else Status.WORKING
    told = story(*happenings, status=status)
    office = calendar is not None
    told = type(told)(**{**vars(told), "office_clock": office})
    for timing in timings(told, Limits(), calendar or Calendar()):
        account = account_of(timing, MONDAY + timedelta(days=9))
        assert account.rule is RuleId.T1
        assert added_up(account) == account.counted
        assert account.due is None or account.counted == account.span


CHRISTMAS = {date(2026, 12, 25): "Christmas Day"}


def test_business_days_are_told_day_by_day_with_the_holiday_by_its_name() -> None:
    """Wednesday the 23rd is day 0: Thu | Fri is a holiday | weekend | Mon Tue."""
    began = datetime(2026, 12, 23, 12, tzinfo=UTC)
    calendar = Calendar(holidays=CHRISTMAS)
    opens = update_opens(began, calendar, 3)
    assert opens == datetime(2026, 12, 29, tzinfo=UTC)
    account = update_account(began, opens, calendar, 3, ())
    assert [(one.why, one.holiday, round(one.length / timedelta(days=1), 1)) for one in account.entries] == [
        ("day 0", "", 0.5),
        ("counted", "", 1),
        ("holiday", "Christmas Day", 1),
        ("weekend", "", 2),
        ("counted", "", 1),
    ]
    assert account.counted == timedelta(days=3)


@given(
    calendar=calendars(),
    days=st.integers(1, 12),
    hour=st.integers(0, 24 * 90),
    waited=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), max_size=3),
)
@settings(max_examples=80, deadline=None)
def test_as_many_days_are_counted_as_the_rule_asks_for(
    calendar: Calendar, days: int, hour: int, waited: list[tuple[int, int]]
) -> None:
    began = MONDAY + timedelta(hours=hour)
    pauses, at = [], began
    for after, length in waited:
        begins = at + timedelta(days=after)
        at = begins + timedelta(days=length)
        pauses.append((begins, at))
    opens = update_opens(began, calendar, days, pauses)
    account = update_account(began, opens, calendar, days, pauses)
    assert account.counted == timedelta(days=days) == timedelta(days=mornings(account, calendar) + 1)
    assert (account.entries[0].begins, account.entries[-1].ends) == (began, opens)


def mornings(account: Account, calendar: Calendar) -> int:
    """How many days begin in lines that count; the day on which it opens begins with its end."""
    zone, quarter = ZoneInfo(calendar.zone), timedelta(minutes=15)
    found = 0
    for line in account.entries:
        at = line.begins
        while line.counts and at < line.ends:
            found += (at - quarter).astimezone(zone).date() < at.astimezone(zone).date()
            at += quarter
    return found


@st.composite
def histories(draw: st.DrawFn) -> Story:
    """Anything that may happen to a case of Integrations in five weeks, in quarters of an hour."""
    what = st.sampled_from([*Outcome, None, Status.WAITING, Status.WORKING, "public", "customer", "theirs"])
    done = draw(st.lists(st.tuples(st.integers(1, 4 * 24 * 35), what), max_size=9))
    happenings: list[Happening] = []
    status = Status.WORKING
    for mark, one in sorted(done, key=lambda found: found[0]):
        match one:
            case Outcome():
                happenings.append(said(mark / 4, one))
            case Status():
                status = one
                happenings.append(became(mark / 4, one))
            case "customer":
                happenings.append(customer(mark / 4))
            case _:
                public, theirs = one == "public", one == "theirs"
                happenings.append(said(mark / 4, public=public, by_integrations=theirs))
    told = story(*happenings, status=status)
    return replace(told, first_answer_owed=MONDAY + timedelta(hours=8))


@given(told=histories(), calendar=calendars(), office=st.booleans())
@settings(max_examples=120, deadline=None)
def test_the_sum_of_every_clock_is_that_of_its_lines_whatever_happened(
    told: Story, calendar: Calendar, office: bool
) -> None:
    now = MONDAY + timedelta(days=36)
    for timing in timings(replace(told, office_clock=office), Limits(), calendar):
        account = account_of(timing, now)
        assert account.entries[0].begins == timing.began
        assert account.entries[-1].ends == (timing.due or now)
        if account.in_days:
            passed = day_of(timing.due or now, calendar) - day_of(timing.began, calendar)
            assert account.counted == timedelta(days=21) <= passed
            continue
        quarters = sum(_quarters(line.begins, line.ends) for line in account.entries if line.counts)
        assert account.counted == quarters * timedelta(minutes=15)
        assert account.due is None or account.counted == account.span


def _quarters(begins: datetime, ends: datetime) -> int:
    return len(range(int(begins.timestamp()), int(ends.timestamp()), 900))


def day_of(at: datetime, calendar: Calendar) -> date:
    return at.astimezone(ZoneInfo(calendar.zone)).date()


def test_calendar_days_count_every_day() -> None:
    told = story(said(1, public=True, by_integrations=True), said(30, public=True))
    (silence,) = timings(told, Limits(), Calendar())
    account = account_of(silence, NOW)
    assert account.in_days
    assert account.counted == timedelta(days=21)
    assert all(one.counts for one in account.entries)
