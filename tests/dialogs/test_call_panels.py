"""Small things of a call's window: where a long sentence is broken, what a head says of what is left out."""

from __future__ import annotations

import pytest

from bot.dialogs.call_panels import LONGEST_BOX, MOST_ORDERS, _part, _two_lines


@pytest.mark.parametrize(
    ("said", "label", "below"),
    [
        ("Choose the order.", "Choose the order.", ""),
        (
            "Attach a picture if you have one, and press Send. Note the number that you see then.",
            "Attach a picture if you have one, and press Send.",
            "Note the number that you see then.",
        ),
        (
            "Open the e-mail that we sent to linda@cloudnine.example, and press the link in it.",
            "Open the e-mail that we sent to linda@cloudnine.example,",
            "and press the link in it.",
        ),
        # Broken at its only comma, what is left would not fit below.
        ("So, " + "word " * 20 + "end", "So, " + "word " * 13 + "word", "word " * 6 + "end"),
        ("x" * 80, "x" * 75, "x" * 5),
    ],
)
def test_a_step_to_read_aloud_is_broken_where_one_draws_breath(said: str, label: str, below: str) -> None:
    assert _two_lines(said) == (label, below)
    assert max(map(len, (label, below))) <= LONGEST_BOX


@pytest.mark.parametrize(
    ("there", "head"),
    [
        (0, "Orders"),
        (1, "Orders"),
        (8, "Orders"),
        (9, "Orders (the newest 8 of 9)"),
        (1200, "Orders (the newest 8 of 1,200)"),
    ],
)
def test_a_head_says_when_more_orders_are_there_than_stand_below_it(there: int, head: str) -> None:
    assert f"Orders{_part(MOST_ORDERS, there, 'the newest ')}" == head
