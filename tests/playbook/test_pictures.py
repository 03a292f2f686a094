"""Pictures of scripts: everything is in them, nothing lies on anything else, and a path can be followed."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from bot.domain.playbook.layout import WIDTH, Box, Layout, lay_out
from bot.domain.playbook.script import Playbook, Script, StepKind
from bot.domain.playbook.walk import at
from bot.playbook_file import parse_playbook
from bot.playbook_picture import in_words, mermaid, path_of, svg
from tests.playbook.conftest import changed
from tests.playbook.test_walk import KNOWN, walk

SCRIPTS = ("phone", "triage")


def script_of(playbook: Playbook, name: str) -> Script:
    return next(one for one in playbook.scripts if one.name == name)


def _overlap(one: Box, other: Box) -> bool:
    apart = one.left + WIDTH <= other.left or other.left + WIDTH <= one.left
    return not (apart or one.top + one.height <= other.top or other.top + other.height <= one.top)


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_step_has_its_box_and_every_answer_its_row(playbook: Playbook, name: str) -> None:
    script = script_of(playbook, name)
    layout = lay_out(playbook, script)
    assert {box.step for box in layout.boxes} == {one for one in script.steps if one.kind is not StepKind.END}
    for box in layout.boxes:
        assert tuple(row.answer for row in box.rows) == box.step.answers


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_box_lies_on_another_and_all_lie_in_the_picture(playbook: Playbook, name: str) -> None:
    layout = lay_out(playbook, script_of(playbook, name))
    boxes = layout.boxes
    assert not [(one, other) for one in boxes for other in boxes if one is not other and _overlap(one, other)]
    assert all(box.right <= layout.width and box.top + box.height <= layout.height for box in boxes)
    corners = [corner for line in layout.lines for corner in line.corners]
    assert all(0 < x < layout.width and 0 < y < layout.height for x, y in corners)


def _crossed(layout: Layout) -> list[str]:
    """Lines that run through a box, which is where nobody could follow them."""
    found = list[str]()
    for line in layout.lines:
        for (x, y), (to_x, to_y) in zip(line.corners, line.corners[1:], strict=False):
            for box in layout.boxes:
                within_x = min(x, to_x) < box.right and max(x, to_x) > box.left
                within_y = min(y, to_y) < box.top + box.height and max(y, to_y) > box.top
                if within_x and within_y:
                    found.append(f"{line.step} to {line.target} through {box.step.id}")
    return found


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_line_runs_through_a_box(playbook: Playbook, name: str) -> None:
    assert _crossed(lay_out(playbook, script_of(playbook, name))) == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_line_or_a_remark_says_where_each_answer_leads(playbook: Playbook, name: str) -> None:
    script = script_of(playbook, name)
    layout = lay_out(playbook, script)
    lines = {(line.step, line.answer): line.target for line in layout.lines}
    for box in layout.boxes:
        for row in box.rows:
            told = " ".join(row.remarks)
            target = lines.get((box.step.id, row.answer.value))
            assert target == row.answer.go or "ends: " in told or "back to" in told


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_svg_is_sound_xml_with_a_title_and_a_description(playbook: Playbook, name: str) -> None:
    script = script_of(playbook, name)
    root = ElementTree.fromstring(svg(playbook, script))  # noqa: S314 - our own
    space = "{http://www.w3.org/2000/svg}"
    assert root.findtext(f"{space}title") == script.title
    assert root.findtext(f"{space}desc") == in_words(script, ())
    shown = " ".join(one.text or "" for one in root.iter(f"{space}text"))
    for step in script.steps:
        assert all(word in shown for word in step.title.split()) or step.kind is StepKind.END


def test_a_path_is_marked_by_thick_lines_ticks_and_numbers_and_told_in_words(playbook: Playbook) -> None:
    place = at(playbook.phone, walk(playbook, *KNOWN, "praise_or_blame", "go_on", "product"))
    taken = path_of(place)
    picture = svg(playbook, playbook.phone, taken)
    assert picture.count("✓ ") == len([one for one in taken if one[1] and one[1] != "praise_or_blame"])
    assert picture.count('stroke-width="4"') == 6
    assert picture.count('class="badge"') == len(taken)
    words = in_words(playbook.phone, taken)
    assert words.startswith("Greet and identify Look it up. Find the account This is the account.")
    assert words.endswith("Then: Send how they get help.")


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ('start = "greet"', 'start = "hello"', "Greet and identify"),  # it cannot be told where it begins
        ('start = "greet"', 'start = "end_sent"', "Phone"),
        ('go = "find", needs_any = ["site"', 'go = "finds", needs_any = ["site"', "no such step: finds"),
        ('go = "return"', 'go = "live"', "to: Support comes with it"),
    ],
)
def test_a_playbook_with_faults_is_drawn_too(old: str, new: str, shown: str) -> None:
    playbook = parse_playbook(changed("phone.toml", old, new))
    assert shown in svg(playbook, playbook.phone)
    assert "flowchart LR" in mermaid(playbook, playbook.phone)


def test_what_people_wrote_cannot_break_out_of_the_picture(playbook: Playbook) -> None:
    bad = 'a "</text><script>" & #b'
    steps = tuple(replace(step, title=bad, say=bad) for step in playbook.phone.steps)
    script = replace(playbook.phone, title=bad, steps=steps)
    root = ElementTree.fromstring(svg(playbook, script))  # noqa: S314 - our own
    assert not [one for one in root.iter() if one.tag.endswith("script")]
    flow = mermaid(playbook, script)
    assert '"P0: a #quot;#lt;/text#gt;#lt;script#gt;#quot; & #35;b"' in flow


def test_mermaid_has_every_step_and_answer_and_thick_lines_for_a_path(playbook: Playbook) -> None:
    flow = mermaid(playbook, playbook.triage)
    answers = [answer for step in playbook.triage.steps for answer in step.answers]
    assert flow.count(" -->|") == len(answers)
    assert "classDef" not in flow
    taken = path_of(at(playbook.phone, walk(playbook, *KNOWN)))
    marked = mermaid(playbook, playbook.phone, taken)
    assert "linkStyle 0," in marked
    assert marked.count(" taken\n") == 1
