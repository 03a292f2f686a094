"""What people typed, made safe to show."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks import text as texts
from tests.blocks.samples import HOSTILE
from tests.blocks.slack_rules import unescaped


def test_there_are_a_hundred_hostile_texts() -> None:
    assert len(HOSTILE) == len(set(HOSTILE)) >= 90


@given(st.text())
def test_escaping_is_undone_by_reading_entities_once(text: str) -> None:
    assert unescaped(texts.escape(text)) == text


@given(st.text(max_size=200), st.integers(min_value=2, max_value=80))
def test_a_shortened_text_fits_as_slack_measures_it(text: str, limit: int) -> None:
    shortened = texts.shorten(text, limit)
    assert texts.width(shortened) <= limit
    assert shortened == text or shortened.endswith("…")


@given(st.text(max_size=400), st.integers(min_value=10, max_value=60))
def test_a_split_text_loses_nothing(text: str, limit: int) -> None:
    pieces = texts.split(text, limit)
    assert "".join(pieces) == text
    assert all(0 < texts.width(piece) <= limit for piece in pieces)


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("ab", 2, "ab"),
        ("abc", 2, "a…"),
        ("😀😀", 3, "😀…"),  # an emoji counts twice
        ("😀😀", 4, "😀😀"),
        ("a<b", 6, "a<b"),  # a &lt; b: six
        ("a<b", 5, "a…"),  # an entity is not cut in two
        ("xe\u0301y", 3, "x…"),  # nor an accent taken from its letter
        ("x👩\u200d👧y", 6, "x…"),  # nor a family torn apart
    ],
)
def test_a_text_is_cut_between_what_people_see_as_characters(text: str, limit: int, shown: str) -> None:
    assert texts.shorten(text, limit) == shown


def test_a_long_text_is_split_after_a_line_or_a_word() -> None:
    assert texts.split("one two\nthree four", 12) == ["one two\n", "three four"]
    assert texts.split("one two three", 9) == ["one two ", "three"]


@pytest.mark.parametrize("text", HOSTILE)
def test_marked_text_keeps_no_control_character(text: str) -> None:
    marked = texts.marked(text)
    assert "<" not in marked
    assert ">" not in marked
    assert not any(mark in marked for mark in "*_~`")
    assert ":smile:" not in marked


@pytest.mark.parametrize(
    "text", ["abc \u202e drow", "\u2067flip", "\u2069stray", "שלום", "\u202a\u202c\u202b"]
)
def test_a_text_cannot_turn_the_direction_of_its_neighbours(text: str) -> None:
    shown = texts.inline(text)
    depth = 0
    for place, character in enumerate(shown):
        depth += (character in "\u2066\u2067\u2068") - (character == "\u2069")
        assert depth > 0 or place == len(shown) - 1  # never out before its end
    assert depth == 0
    assert " ".join(text.split()) in shown


def test_plain_latin_text_gets_no_invisible_characters() -> None:
    assert texts.inline("Chloé's  case\n😀") == "Chloé's case 😀"


def test_an_instant_is_shown_in_each_readers_own_zone() -> None:
    instant = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert texts.date(instant) == ("<!date^1795435200^{date_short_pretty} {time}|23 Nov 2026 12:00 UTC>")


def test_an_instant_in_plain_text_names_its_zone() -> None:
    instant = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    assert texts.spoken(instant, "Europe/Lisbon") == "1 Jul 2026 13:00 Europe/Lisbon"
    assert texts.spoken(instant, "Mars/Olympus") == "1 Jul 2026 12:00 UTC"
