"""The lifecycle of a case: every status times every move, and what no walk through them can do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lifecycle import STEPS, Move, Status, after, settable
from bot.domain.people import TeamKind

NEW, OPEN, WORKING, WAITING = Status.NEW, Status.OPEN, Status.WORKING, Status.WAITING
SILENT, CLOSED, REOPENED = Status.NO_RESPONSE, Status.CLOSED, Status.REOPENED

# domain.md 2, "Case", written out: the row is the status, the columns are what happens to it.
MOVES = (Move.TAKE, Move.STAFF_COMMENT, Move.CUSTOMER_COMMENT, Move.CLOSE, Move.REOPEN)
ENDS: dict[Status, tuple[Status, ...]] = {
    #          taken    staff says customer  closed  reopened
    NEW: (OPEN, WORKING, NEW, CLOSED, NEW),
    OPEN: (OPEN, WORKING, OPEN, CLOSED, OPEN),
    WORKING: (WORKING, WORKING, WORKING, CLOSED, WORKING),
    WAITING: (WAITING, WAITING, WAITING, CLOSED, WAITING),
    SILENT: (SILENT, SILENT, WORKING, CLOSED, SILENT),
    CLOSED: (CLOSED, CLOSED, CLOSED, CLOSED, REOPENED),
    REOPENED: (REOPENED, WORKING, REOPENED, CLOSED, REOPENED),
}

# What staff may pick by hand, and from where.
BY_HAND: dict[Status, set[Status]] = {
    NEW: {OPEN, WORKING},
    OPEN: {WORKING},
    WORKING: {WAITING, SILENT},
    WAITING: {WORKING, SILENT},
    SILENT: {WORKING},
    CLOSED: set(),
    REOPENED: {WORKING},
}


@pytest.mark.parametrize(
    ("start", "move", "end"),
    [(start, move, end) for start, ends in ENDS.items() for move, end in zip(MOVES, ends, strict=True)],
)
def test_what_happens_to_a_case_changes_its_status_as_the_table_says(
    start: Status, move: Move, end: Status
) -> None:
    assert after(start, move) is end


@pytest.mark.parametrize("start", Status)
def test_the_statuses_to_pick_by_hand_are_those_of_the_table(start: Status) -> None:
    assert {step.end for step in settable(start)} == BY_HAND[start]


def test_the_tables_of_this_test_leave_no_status_and_no_move_out() -> None:
    assert set(ENDS) == set(BY_HAND) == set(Status)
    assert {*MOVES, Move.SET} == set(Move)


def test_only_integrations_say_that_nobody_responds() -> None:
    for step in STEPS:
        assert (step.only is TeamKind.INTEGRATIONS) == (step.end is SILENT), step
        assert step.move is Move.SET or step.only is None, step


def test_no_arrow_is_drawn_twice() -> None:
    arrows = [(step.start, step.move, step.end) for step in STEPS]
    assert len(arrows) == len(set(arrows))
    by_move = [(step.start, step.move) for step in STEPS if step.move is not Move.SET]
    assert len(by_move) == len(set(by_move)), "`after` would have two answers"


def test_every_status_can_be_reached_and_left() -> None:
    reached, frontier = {NEW}, [NEW]
    while frontier:
        status = frontier.pop()
        ends = {step.end for step in STEPS if step.start is status}
        assert ends - {status}, f"{status} is a dead end"
        frontier += ends - reached
        reached |= ends
    assert reached == set(Status)


@st.composite
def walks(draw: st.DrawFn) -> list[tuple[Status, Move, Status]]:
    """Some way of a case through its life: where it stood, what happened, where it stood then."""
    status, walk = NEW, list[tuple[Status, Move, Status]]()
    for move in draw(st.lists(st.sampled_from(Move), max_size=30)):
        if move is Move.SET:
            ends = sorted(step.end for step in settable(status))
            end = draw(st.sampled_from(ends)) if ends else status
        else:
            end = after(status, move)
        walk.append((status, move, end))
        status = end
    return walk


@given(walks())
def test_a_closed_case_leaves_that_status_only_by_being_reopened(
    walk: list[tuple[Status, Move, Status]],
) -> None:
    for start, move, end in walk:
        if start is CLOSED and end is not CLOSED:
            assert (move, end) == (Move.REOPEN, REOPENED)
        if end is CLOSED and start is not CLOSED:
            assert move is Move.CLOSE


@given(walks())
def test_a_case_is_reopened_only_after_it_was_closed(walk: list[tuple[Status, Move, Status]]) -> None:
    for start, _, end in walk:
        if end is REOPENED:
            assert start in (CLOSED, REOPENED)


@given(walks())
def test_whatever_happens_a_case_has_a_known_status_and_none_is_new_twice(
    walk: list[tuple[Status, Move, Status]],
) -> None:
    ends = [end for _, _, end in walk]
    assert all(isinstance(end, Status) for end in ends)
    left = next((place for place, end in enumerate(ends) if end is not NEW), len(ends))
    assert NEW not in ends[left:]
