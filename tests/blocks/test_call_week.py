"""The calls of a week as Slack takes them: in its limits, no text with effect, all of it in words too."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.blocks.call_week import length
from bot.blocks.report import plainly, report
from bot.domain.call_week import (
    LEFT_OPEN,
    CallsPart,
    CallsTold,
    MessageLine,
    OutcomeLine,
    StepLine,
)
from bot.domain.phone_calls import OUTCOMES
from bot.sandbox import blockkit
from tests.blocks import report_samples as samples
from tests.blocks.samples import ANA, NOON

LONG = "Überlänge <!channel> *bold* _it_ `x` :tada: &amp; " * 12


def part(calls: int = 40, text: str = "Greet and identify", lists: int = 3) -> CallsPart:
    """So many calls; `text` is everything that people typed, `lists` how many steps and messages."""
    kinds = (*OUTCOMES, LEFT_OPEN)
    lines = tuple(
        OutcomeLine(outcome=one, calls=calls // len(kinds), median=250, longest=4000) for one in kinds
    )
    told = CallsTold(
        outcomes=lines if calls else (),
        every=OutcomeLine(outcome="", calls=calls, median=250 if calls else None, longest=4000),
        stopped=tuple(StepLine(step=f"s{n}", title=text, hung_up=n, left_open=1) for n in range(lists)),
        messages=tuple(MessageLine(message=f"m{n}", title=text, sent=9, came_back=n) for n in range(lists)),
        triaged=lines[:2] if calls else (),
        before=1_200,
    )
    since = NOON - timedelta(days=7)
    return CallsPart(job="report.calls", name=text, at=NOON, since=since, zone="UTC", told=told)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, "–"), (0, "0 s"), (59, "59 s"), (60, "1 min 0 s"), (3599, "59 min 59 s"), (3661, "1 h 1 min")],
)
def test_a_length_is_said_in_hours_minutes_and_seconds(seconds: int | None, said: str) -> None:
    assert length(seconds) == said


@pytest.mark.parametrize("text", ["Greet and identify", LONG, " "])
@pytest.mark.parametrize("calls", [0, 40, 2_000_000])
def test_slack_takes_it_at_any_size_beside_other_parts(calls: int, text: str) -> None:
    mine = replace(part(calls, text, 30), is_whole=True)
    for others in (0, 3, 12):
        what = samples.report(mine, *(samples.part(100, 7, text, f"Team {n}") for n in range(others)))
        for drawn in (report(what), plainly(what)):
            assert blockkit.message_problems(drawn.blocks) == []
            assert len(drawn.blocks) <= 50
            assert 0 < len(drawn.text) <= 4_000
            sections = [one for one in drawn.blocks if one["type"] == "section"]
            assert "<!channel>" not in str(sections) + drawn.text


def test_the_text_twin_says_what_the_table_says() -> None:
    what = samples.report(replace(part(), name="Calls of the week", set_up_by=ANA.ref))
    text = report(what).text
    assert text.startswith("Calls of the week: 40 calls. 1,200 in the week before · median 4 min 10 s")
    assert "Ended before the script did: 4 calls, median 4 min 10 s, longest 1 h 6 min" in text
    assert "Left open for a day: 4 calls" in text
    assert "Where people stopped: Greet and identify: 1 (1 left open); " in text
    assert "Messages sent: Greet and identify: 9; Greet and identify: 9 (1 came back)" in text
    assert "Ana Lima set it up" in str(report(what).blocks)


def test_a_week_without_calls_is_one_line() -> None:
    quiet = replace(part(0, "Calls of the week", 0))
    drawn = report(samples.report(quiet))
    assert drawn.text == "Calls of the week: no calls. There were 1,200 in the week before."
    assert len(drawn.blocks) == 1
