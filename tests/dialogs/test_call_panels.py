"""Small things of a call's window: where a sentence is broken between a box's label and the line below it."""

from __future__ import annotations

import pytest

from bot.dialogs.call_panels import LONGEST_BOX, _two_lines


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
