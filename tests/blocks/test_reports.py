"""Reports as Slack takes them: in its limits at any size, no text with effect, a twin of all as text."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.blocks.kit import Message
from bot.blocks.report import _texts, bars, notes, plainly, report
from bot.domain.refusals import Reason, Refusal
from bot.domain.reports import Changes, OwnerLine
from bot.sandbox import blockkit
from tests.blocks import report_samples as samples
from tests.blocks.samples import ANA, NOON

LONG = "Überlänge <!channel> *bold* _it_ `x` :tada: &amp; " * 12
SIDEWAYS = "\u202eabc \u05d0\u05d1 <@U0OMAR> =1+1"


def block(message: Message, kind: str) -> list[dict[str, Any]]:
    return [one for one in message.blocks if one["type"] == kind]


@pytest.mark.parametrize("text", ["Printer on fire", LONG, SIDEWAYS, " "])
@pytest.mark.parametrize(("cases", "owners"), [(0, 1), (1, 1), (100, 7), (2_000, 25), (40_000, 400)])
def test_slack_takes_it_at_any_size_with_any_text(cases: int, owners: int, text: str) -> None:
    for parts in (1, 3, 12):
        what = samples.report(*(samples.part(cases, owners, text, f"Team {n}") for n in range(parts)))
        for drawn in (report(what), plainly(what)):
            assert blockkit.message_problems(drawn.blocks) == []
            assert len(drawn.blocks) <= 50
            assert 0 < len(drawn.text) <= 4_000
            assert "<!channel>" not in drawn.text
            assert "<!channel>" not in str(block(drawn, "section"))
            assert "<@U0OMAR>" not in str(block(drawn, "section"))


def test_the_chart_has_a_bar_for_each_owner_and_a_series_for_each_age() -> None:
    (chart,) = block(report(samples.report(samples.part(12, 3))), "data_visualization")
    names = chart["chart"]["axis_config"]["categories"]
    assert names == ["Printer on fire 1", "Printer on fire 2", "Nobody's"]
    ages = [one["name"] for one in chart["chart"]["series"]]
    assert ages == ["under 3 days", "3-7 days", "8-14 days", "15-30 days"]


def test_an_age_has_its_colour_in_every_chart() -> None:
    part = replace(samples.part(1, 1), owners=(OwnerLine(owner=ANA.ref, by_age=(0, 0, 2, 0, 0)),))
    (chart,) = block(report(samples.report(part)), "data_visualization")
    series = chart["chart"]["series"]
    assert [one["name"] for one in series] == ["under 3 days", "3-7 days", "8-14 days"]
    assert [one["data"][0]["value"] for one in series] == [0, 0, 2]


def test_beyond_twenty_owners_those_with_fewest_cases_share_a_bar() -> None:
    lines = [OwnerLine(owner=None, by_age=(number, 0, 0, 0, 0)) for number in range(1, 41)]
    found = bars(lines)
    assert len(found) == 20
    assert found[-1] == ("21 others", (sum(range(1, 22)), 0, 0, 0, 0))


def test_the_table_says_which_case_is_untouched_by_the_days_that_it_shows() -> None:
    part = samples.part(20, 1)
    for row in part.rows:
        days = int(_texts(row, part)[4])
        assert ("untouched" in notes(row, part)) == (days >= 7)
    assert {int(_texts(row, part)[4]) for row in part.rows} >= {6, 7}


def test_the_foot_says_what_is_left_out_and_whose_idea_it_was() -> None:
    what = samples.report(samples.part(2_000, 25))
    assert "100 of 2,000 shown, of each owner the most pressing." in str(report(what).blocks)
    assert "Comes without any set-up" in str(report(what).blocks)


def test_the_text_twin_says_all_that_the_blocks_say() -> None:
    text = report(samples.report(samples.part(2, 2))).text
    assert text.startswith("Integrations: 2 open cases. 2 new · 2 closed")
    assert "Printer on fire 1: 1 open case" in text
    assert "Nobody's: 1 open case" in text
    assert "New: 00001001 Printer on fire" in text


def test_it_says_why_it_is_not_the_usual_one() -> None:
    part = samples.part(1)
    late = samples.report(part, late_since=NOON, missed=(NOON - timedelta(days=4),))
    assert "Late: it was due" in str(report(late).blocks)
    assert "It also stands for 1 missed before" in report(late).text
    assert "Holidays brought two reports onto this day" in report(samples.report(part, met=True)).text
    assert "A holiday moved it to this day." in report(samples.report(part, moved=True)).text
    assert "Ana sent it by hand." in report(samples.report(part, asked_by="Ana")).text


def test_a_quiet_part_is_one_line_beside_a_loud_one() -> None:
    quiet = replace(samples.part(3, name="Level two"), changes=Changes())
    drawn = report(samples.report(quiet, samples.part(3)))
    assert drawn.blocks[0]["text"]["text"] == "Level two: 3 open cases, nothing has changed."
    alone = report(samples.report(quiet))
    assert len(alone.blocks) == 1
    assert alone.text == "Level two: 3 open cases, nothing has changed."


def test_a_search_that_works_no_more_is_said_and_not_hidden() -> None:
    refusal = Refusal(Reason.NOTHING_OF_THIS_NAME, {"filter": "owner", "value": "Zoe"})
    broken = replace(samples.part(0, 1), trouble=refusal, set_up_by=ANA.ref)
    drawn = report(samples.report(broken))
    assert "No owner is called Zoe" in str(drawn.blocks)
    assert "its search does not work any more" in drawn.text
