"""The calls of a week, put together from what the database counted: lengths, steps, messages, the file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.call_week import (
    CALL_COLUMNS,
    LEFT_OPEN,
    CallCount,
    CallLine,
    CallsTold,
    MessageCount,
    call_cells,
    median,
    named,
    told,
)
from bot.domain.ids import CaseNumber, PhoneCallId
from bot.domain.mail import MailState
from bot.domain.phone_calls import HUNG_UP


@pytest.mark.parametrize(
    ("lengths", "middle"),
    [
        ([], None),
        ([(40, 1)], 40),
        ([(10, 1), (20, 1)], 15),  # (10 + 20) / 2
        ([(10, 1), (21, 1)], 15),  # 15.5, cut
        ([(300, 1), (10, 2)], 10),  # 10, 10, 300
        ([(10, 2), (300, 2)], 155),  # (10 + 300) / 2
        ([(60, 3), (61, 1), (7000, 1)], 60),  # 60, 60, 60, 61, 7000
        ([(5, 1000), (9, 1001)], 9),
    ],
)
def test_the_median_of_lengths_that_come_with_their_counts(
    lengths: list[tuple[int, int]], middle: int | None
) -> None:
    assert median(lengths) == middle


def call(outcome: str, calls: int, seconds: int | None = 60, step: str = "") -> CallCount:
    return CallCount(outcome=outcome, calls=calls, seconds=seconds, step=step)


def mails(message: str, state: MailState, count: int) -> MessageCount:
    return MessageCount(message=message, state=state, mails=count)


WEEK = told(
    [
        call("sent", 3, 60),
        call("sent", 1, 600),
        call("to_sales", 1, 30),
        call(HUNG_UP, 1, 5, "greet"),
        call(HUNG_UP, 2, 9, "orders"),
        call(LEFT_OPEN, 2, None, "greet"),
    ],
    [call("to_level_two", 2, 50), call("asked_for_more", 1, 40)],
    [
        mails("open_case", MailState.SENT, 3),
        mails("open_case", MailState.RETURNED, 1),
        mails("request_key", MailState.WAITING, 5),
        mails("report_bug", MailState.NEEDLESS, 1),
    ],
    12,
)


def test_outcomes_come_most_frequent_first_with_their_lengths() -> None:
    lines = [(one.outcome, one.calls, one.median, one.longest) for one in WEEK.outcomes]
    assert lines == [
        ("sent", 4, 60, 600),
        (HUNG_UP, 3, 9, 9),  # 5, 9, 9
        (LEFT_OPEN, 2, None, None),
        ("to_sales", 1, 30, 30),
    ]
    # 5, 9, 9, 30, 60, 60, 60, 600: (30 + 60) / 2; those that were left open have no length
    assert (WEEK.every.calls, WEEK.every.median, WEEK.every.longest) == (10, 45, 600)


def test_steps_at_which_people_stop_count_who_hung_up_and_what_was_left_open() -> None:
    steps = [(one.step, one.calls, one.hung_up, one.left_open) for one in WEEK.stopped]
    assert steps == [("greet", 3, 1, 2), ("orders", 2, 2, 0)]


def test_messages_count_what_came_back_and_leave_out_what_was_needless() -> None:
    sent = [(one.message, one.sent, one.came_back) for one in WEEK.messages]
    assert sent == [("request_key", 5, 0), ("open_case", 4, 1)]


def test_triage_is_told_apart_from_calls() -> None:
    assert [(one.outcome, one.calls) for one in WEEK.triaged] == [("to_level_two", 2), ("asked_for_more", 1)]
    assert WEEK.before == 12


def test_what_the_playbook_has_no_title_for_keeps_its_name() -> None:
    shown = named(WEEK, {"greet": "Greet and identify"}, {"open_case": "How to open a case"})
    assert [one.title for one in shown.stopped] == ["Greet and identify", "orders"]
    assert [one.title for one in shown.messages] == ["request_key", "How to open a case"]


def test_a_week_without_calls_is_empty() -> None:
    assert told([], [], [], 0) == CallsTold()


def test_a_call_stands_in_a_file_under_its_columns_and_starts_no_formula() -> None:
    line = CallLine(
        id=PhoneCallId(7),
        began_at=datetime(2026, 11, 23, 8, 0, 5, tzinfo=UTC),
        ended_at=None,
        seconds=None,
        outcome=LEFT_OPEN,
        step="greet",
        step_number=1,
        owner="=Chloe",
        customer="+Lima",
        verdict="none",
        messages="open_case; request_key",
        case_number=CaseNumber(42),
    )
    cells = dict(zip(CALL_COLUMNS, call_cells(line), strict=True))
    assert cells["began_at"] == "2026-11-23 08:00:05 UTC"
    assert (cells["ended_at"], cells["seconds"]) == ("", "")
    assert (cells["taken_by"], cells["customer"]) == ("'=Chloe", "'+Lima")
    assert cells["case"] == "00000042"
