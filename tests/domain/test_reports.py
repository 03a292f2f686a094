"""What a report's file says of a case, and how many owners are read at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendars import Calendar, offsets
from bot.domain.exports import LONGEST_CELL, REPORT_COLUMNS, report_cells
from bot.domain.ids import PersonId, SlackUserId
from bot.domain.people import PersonRef
from bot.domain.reports import (
    UNTOUCHED_DAYS,
    FileLine,
    OwnerLine,
    batches,
    days_ago,
    rows_for_each,
    untouched_before,
)

OPENED, CHANGED, LINK = "2026-11-01 08:00:00 UTC", "2026-11-02 08:00:00 UTC", "https://shop.example/1"


def line(owner: str = "Ana", title: str = "Till", account: str = "Cloud Nine") -> FileLine:
    return (owner, "00000042", title, account, 2, "working", OPENED, CHANGED, 21, 20, "", "yes", LINK, 3, 7)


def test_a_case_stands_in_a_file_under_its_columns() -> None:
    cells = dict(zip(REPORT_COLUMNS, report_cells(line()), strict=True))
    assert cells == {
        "owner": "Ana",
        "number": "00000042",
        "title": "Till",
        "account": "Cloud Nine",
        "severity": 2,
        "status": "working",
        "opened_at": OPENED,
        "changed_at": CHANGED,
        "days_open": 21,
        "days_quiet": 20,
        "escalated": "",
        "past_a_limit": "yes",
        "link": LINK,
    }


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "'=1", "\r1"])
def test_what_people_typed_is_no_formula_in_a_file(typed: str) -> None:
    cells = report_cells(line(owner=typed, title=typed, account=typed))
    assert (cells[0], cells[2], cells[3]) == (f"'{typed}",) * 3


@pytest.mark.parametrize("typed", ["", "1=1", " x", "'tis", "Ünal"])
def test_what_is_no_formula_stands_as_it_was_typed(typed: str) -> None:
    cells = report_cells(line(owner=typed, title=typed, account=typed))
    assert (cells[0], cells[2], cells[3]) == (typed,) * 3


def test_a_title_that_no_cell_takes_is_cut_and_says_so() -> None:
    title = report_cells(line(title="x" * (LONGEST_CELL + 1)))[2]
    assert str(title).endswith(f"(cut; {LONGEST_CELL + 1} characters in the case)")


@pytest.mark.parametrize(
    ("totals", "size", "read"),
    [
        ((), 10, []),
        ((4, 4, 4), 10, [(4, 4), (4,)]),
        ((30, 4, 6), 10, [(30,), (4, 6)]),
        ((4, 30, 6), 10, [(4,), (30,), (6,)]),
        ((4, 4, None), 10, [(4, 4), (None,)]),
        ((None,), 10, [(None,)]),
    ],
)
def test_owners_are_read_together_as_far_as_a_page_reaches_and_nobodys_cases_alone(
    totals: tuple[int | None, ...], size: int, read: list[tuple[int | None, ...]]
) -> None:
    somebody = PersonRef(id=PersonId(1), slack_user_id=SlackUserId("U0ANA"), name="Ana")
    owners = [
        OwnerLine(owner=somebody if total else None, by_age=(total or 1, 0, 0, 0, 0)) for total in totals
    ]
    found = [tuple(one.total if one.owner else None for one in batch) for batch in batches(owners, size)]
    assert found == read


@pytest.mark.parametrize(
    ("totals", "most", "each"),
    [((1, 1), 100, 100), ((200, 200), 100, 50), ((500, 2, 2), 100, 96), ((9,) * 300, 100, 1)],
)
def test_each_owner_has_a_fair_share_of_the_table(totals: tuple[int, ...], most: int, each: int) -> None:
    lines = [OwnerLine(owner=None, by_age=(total,)) for total in totals]
    assert rows_for_each(lines, most) == each


ZONES = ("UTC", "Europe/London", "America/Los_Angeles", "Australia/Lord_Howe", "Asia/Kolkata")
INSTANTS = st.integers(0, 730 * 24 * 60).map(
    lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(now=INSTANTS, before=st.timedeltas(timedelta(), timedelta(days=30)), zone=st.sampled_from(ZONES))
def test_untouched_and_the_days_that_a_case_is_quiet_are_one_count(
    now: datetime, before: timedelta, zone: str
) -> None:
    touched = now - before
    is_untouched = touched < untouched_before(Calendar(zone=zone), now)
    assert is_untouched == (days_ago(touched, now, zone) >= UNTOUCHED_DAYS)


@given(now=INSTANTS, before=st.timedeltas(timedelta(), timedelta(days=700)), zone=st.sampled_from(ZONES))
def test_the_offsets_of_a_zone_say_what_its_clocks_said(now: datetime, before: timedelta, zone: str) -> None:
    at = now - before
    offset = next(offset for since, offset in offsets(zone, now) if since <= at)
    assert offset == at.astimezone(ZoneInfo(zone)).utcoffset()
