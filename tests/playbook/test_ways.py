"""The made-up callers of the tests come to every part of the scripts, and it is noticed where they do not."""

from __future__ import annotations

import pytest

from bot.domain.playbook.walk import at
from bot.playbook_file import sound_playbook
from tests.phone_ways import CAST, every_edge, script_named, unreached, ways
from tests.playbook.conftest import changed

EXTRA = '    { value = "other", label = "Something else", go = "send_covered", message = "open_case" },'


@pytest.mark.parametrize("name", ["phone", "triage"])
def test_somebody_comes_to_every_answer_and_to_each_end_under_each_verdict(name: str) -> None:
    script = script_named(name)
    assert unreached(script) == set()
    assert all(at(script, way.answers).is_over for way in ways(name))
    assert all(way.edges.count(edge) < 3 for way in ways(name) for edge in way.edges), "once round"


def test_everybody_of_the_cast_calls_and_writes() -> None:
    for name in ("phone", "triage"):
        assert {way.who.verdict for way in ways(name)} == {one.verdict for one in CAST}


@pytest.mark.parametrize(
    ("old", "new", "edge"),
    [
        (
            EXTRA,
            EXTRA + '\n    { value = "both", label = "Hosted and with priority", go = "send_covered", '
            'message = "open_case", only = { hosting = ["yes"], priority = ["yes"] } },',
            ("live", "both"),
        ),
        (
            'only = { caller = ["evaluator"] } },\n    { value = "product"',
            'only = { caller = ["evaluator"], verdict = ["priority"] } },\n    { value = "product"',
            ("live", "licence_key_trial"),
        ),
    ],
)
def test_a_branch_that_nobody_of_the_cast_comes_to_is_noticed(
    old: str, new: str, edge: tuple[str, str]
) -> None:
    script = sound_playbook(changed("phone.toml", old, new)).phone
    assert edge in every_edge(script)
    assert edge in unreached(script)


SHOWN_WHOLE = 30
"""Characters of a button that Slack shows on any screen; it takes more, and cuts them off."""


def test_the_labels_of_the_packaged_scripts_are_shown_whole() -> None:
    for name in ("phone", "triage"):
        script = script_named(name)
        pressed = [one for step in script.steps if step.by is None for one in step.answers]
        long = [one.label for one in (*pressed, *script.anytime) if len(one.label) > SHOWN_WHOLE]
        assert long == []
