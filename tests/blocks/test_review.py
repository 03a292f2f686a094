"""The daily review as Slack takes it: any size, any text, its buttons where they belong, a text twin."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.blocks.review import review
from bot.dialogs import review as dialog
from bot.domain.permissions import Act
from bot.domain.reviews import Part, Review, Stand
from bot.services.reviewing import MOST_ROWS, MOST_WAITING, PAGE
from tests.blocks import slack_rules
from tests.blocks.review_samples import of, page, row
from tests.blocks.samples import ANA, JUN, LATER, MARIA, NOON, POLICY

LONG = "Überlänge <!channel> *bold* _it_ `x` :tada: &amp; <@U0OMAR> " * 12


def blocks_of(found: Review, kind: str) -> list[dict[str, Any]]:
    return [one for one in review(found, POLICY).blocks if one["type"] == kind]


def words_in(found: Review) -> str:
    return str(review(found, POLICY).blocks)


@pytest.mark.parametrize("text", ["", LONG, "\u202eabc \u05d0\u05d1 =1+1"])
@pytest.mark.parametrize("count", [1, 3, MOST_ROWS])
def test_slack_takes_it_at_any_size_with_any_text(count: int, text: str) -> None:
    due = [row(n, part=Part.OWNED if n % 2 else Part.CREATED, text=text) for n in range(count)]
    waiting = [row(100 + n, Stand.WAITING, Part.WAITING, text) for n in range(MOST_WAITING)]
    leave = {"of": JUN.ref, "away_until": date(2026, 12, 1), "late_since": NOON, "missed": (NOON, NOON)}
    for found in (of(*due, *waiting, rest=88), of(*due, *waiting, rest=88, **leave)):
        drawn = review(found, POLICY)
        assert slack_rules.problems(slack_rules.MESSAGE, drawn.blocks) == []
        assert 0 < len(drawn.text) <= 4_000
        assert "<!channel>" not in drawn.text
    shown = page(PAGE, 99, PAGE, *(row(n, text=text) for n in range(PAGE)))
    assert slack_rules.view_problems(dialog.view(shown, POLICY)) == []


def test_a_row_says_what_is_owed_what_was_added_and_whom_to_phone() -> None:
    found = of(row(1))
    said = words_in(found)
    assert "*00001001 · Printer on fire*" in said
    assert "You owe" in said
    assert "Phone: +1 555 0100 (Linda Berg)" in said
    assert "7 earlier changes; Jun Sato wrote a public comment; Jun Sato took the case." in said
    assert "Jun Sato: Have you tried water?" in said
    (acts,) = blocks_of(found, "actions")
    (case,) = [one for one in blocks_of(found, "section") if one["block_id"] == "case.1"]
    assert case["accessory"]["placeholder"]["text"] == "Snooze until"
    assert [one["text"]["text"] for one in acts["elements"]] == [
        "Reviewed",
        "Comment or log a call",
        "Waiting",
        "Hand over",
        "Close",
        "Show",
    ]
    spoken = review(found, POLICY).text
    assert spoken.startswith("Your review: 1 case. Cases I own: 00001001, Printer on fire: You owe")
    assert "Phone: +1 555 0100" in spoken


def test_only_what_its_reader_may_do_has_a_button() -> None:
    (acts,) = blocks_of(of(row(1, acts=frozenset({Act.COMMENT}))), "actions")
    assert [one["action_id"] for one in acts["elements"]] == ["review.done", "case.comment", "case.page"]


@pytest.mark.parametrize(
    ("stand", "more", "said"),
    [
        (Stand.REVIEWED, {}, "· reviewed"),
        (Stand.SNOOZED, {"snoozed_until": NOON}, "· snoozed until 23 Nov"),
        (Stand.CLOSED, {}, "· closed"),
        (Stand.ELSEWHERE, {}, "· now with Ana Lima"),
    ],
)
def test_what_is_answered_is_one_line_and_nothing_can_be_pressed(
    stand: Stand, more: dict[str, Any], said: str
) -> None:
    found = of(row(1, stand, **more))
    assert f"✓ 00001001 · Printer on fire {said}" in words_in(found)
    assert blocks_of(found, "actions") == []
    assert review(found).text.startswith("Your review: all reviewed.")


def test_the_day_of_a_snooze_is_that_of_its_reader() -> None:
    """A day begins in Kolkata while it is still the day before in UTC."""
    begins = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
    found = of(row(1, Stand.SNOOZED, snoozed_until=begins))
    there = replace(found, reader=replace(found.reader, timezone="Asia/Kolkata"))
    assert "snoozed until 25 Nov" in words_in(there)
    assert "snoozed until 25 Nov" in review(there).text


def test_waiting_cases_stand_apart_without_buttons() -> None:
    found = of(row(1), row(2, Stand.WAITING, Part.OWNED))
    assert len(blocks_of(found, "actions")) == 1
    assert "Waiting for others: nothing is owed" in words_in(found)
    assert "00001002" in words_in(found)


def test_it_says_that_it_is_late_and_what_it_stands_for() -> None:
    assert "Late: it was due <!date^" in words_in(of(row(1), late_since=LATER))
    assert "It stands for the missed one before it, too" in words_in(of(row(1), missed=(NOON,)))
    assert "It stands for 2 missed ones before it, too" in words_in(of(row(1), missed=(NOON, NOON)))


def test_a_deputy_reads_whose_it_is() -> None:
    found = replace(of(row(1), of=MARIA.ref, away_until=date(2026, 12, 1)), reader=JUN)
    said = words_in(found)
    assert "For Maria Keller, who is away: 1 case" in said
    assert "They are away until 1 Dec 2026" in said
    assert "They own" in said
    assert "Ana Lima owes" in said
    assert "You stand in for Maria Keller" in said


def test_more_than_fits_is_behind_a_button() -> None:
    found = of(row(1), rest=99)
    (more,) = [one["accessory"] for one in blocks_of(found, "section") if one["block_id"] == "rest"]
    assert (more["text"]["text"], more["value"]) == ("Show all 100", f"{ANA.id}.0")


def test_the_window_turns_at_both_ends() -> None:
    def turns(start: int, total: int) -> list[str]:
        made = dialog.view(page(start, total, PAGE, row(1)))["blocks"][-1]
        return [one["text"]["text"] for one in made["elements"]] if made["block_id"] == "turn" else []

    assert turns(0, 5) == []
    assert turns(0, 40) == ["On"]
    assert turns(15, 40) == ["Back", "On"]
    assert turns(30, 31) == ["Back"]
    empty = dialog.view(page(0, 0, PAGE))
    assert "Nothing is due." in str(empty)
    assert dialog.place_in(empty["private_metadata"]) == (ANA.id, 0)
