"""The file of stories: what is in it, and how its faults are told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.policy import Policy
from bot.trial.stories import Story, WrongStories, load, span

SOUND = """
[[case]]
age = "3d 4h"
by = "linda"
account = "Cloud Nine Shoes"
title = "A title"
severity = 2
kind = "problem"
impact = "none"
description = "What happened."
"""


def told(tmp_path: Path, policy: Policy, text: str) -> list[str]:
    """What is wrong with a file of this text."""
    path = tmp_path / "stories.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WrongStories) as wrong:
        load(policy, path)
    assert str(wrong.value).startswith("The stories cannot be told:")
    return wrong.value.found


def with_step(step: str) -> str:
    return f"{SOUND}steps = [{{ {step} }}]\n"


def test_there_are_about_forty_cases_from_forty_five_days_to_twenty_minutes_old(
    stories: tuple[Story, ...],
) -> None:
    ages = [story.age for story in stories]
    assert 38 <= len(stories) <= 50
    assert timedelta(days=43) < max(ages) <= timedelta(days=45)
    assert min(ages) <= timedelta(minutes=20)


def test_conversations_are_short_and_long_public_and_internal(stories: tuple[Story, ...]) -> None:
    comments = [[step for step in story.steps if step.act == "comment"] for story in stories]
    assert max(map(len, comments)) >= 8
    assert any(not each for each in comments)
    audiences = [step.facts.get("audience", "default") for each in comments for step in each]
    assert min(audiences.count("public"), audiences.count("default")) > 20


def test_titles_try_what_a_title_can_be(stories: tuple[Story, ...]) -> None:
    titles = [story.opening.title for story in stories]
    assert len(set(titles)) == len(titles)
    assert max(map(len, titles)) > 150
    assert any("📱" in title for title in titles)
    assert any("\u0600" < title[0] < "\u06ff" for title in titles)
    assert any({"&", "<", ">"} <= set(title) for title in titles)


def test_a_sound_file_is_read(tmp_path: Path, policy: Policy) -> None:
    path = tmp_path / "stories.toml"
    path.write_text(with_step('after = "1h 5m", by = "ana", does = "take"'), encoding="utf-8")
    [story] = load(policy, path)
    assert (story.age, story.steps[0].after) == (timedelta(days=3, hours=4), timedelta(minutes=65))
    assert story.opening.contact.name == "Linda Berg"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('by = "linda"', 'by = "lina"'), '"lina" is no person'),
        (('by = "linda"', 'by = "sam"'), '"sam" is no person'),
        (('by = "linda"', 'by = "viktor"'), "viktor opens cases of Harbour Optics only"),
        (("severity = 2", 'severity = 2\nteam = "Level two"'), "cannot choose a team"),
        (("severity = 2", "severity = 5"), "5 is no severity; those are 1, 2, 3, 4"),
        (('kind = "problem"', 'kind = "wish"'), '"wish" is no kind'),
        (('impact = "none"', 'impact = "huge"'), '"huge" is no impact'),
        (('account = "Cloud Nine Shoes"', 'account = "Nine"'), '"Nine" is no account'),
        (('age = "3d 4h"', 'age = "3 days"'), '"3 days" is no age'),
        (('age = "3d 4h"', 'age = "46d"'), "nothing is older than 45 days"),
        (('title = "A title"', 'title = " "'), "the title is empty"),
        (('title = "A title"\n', ""), "it has no title"),
        (("severity = 2", "severity = 2\nurgent = true"), "urgent has no place here"),
        (("severity = 2", "severity = 2\ncontact = 7"), "the contact is neither a person nor"),
        (("[[case]]", "[[story]]"), '"story" is nothing that stories have'),
        (("[[case]]", "[[case"), "is not TOML"),
    ],
)
def test_a_fault_of_an_opening_is_told(
    tmp_path: Path, policy: Policy, change: tuple[str, str], sentence: str
) -> None:
    assert sentence in " ".join(told(tmp_path, policy, SOUND.replace(*change)))


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ('after = "1h", by = "ana", does = "dance"', 'step 1: "dance" is no act; those are take'),
        ('after = "1h", by = "anna", does = "take"', 'step 1: "anna" is no person'),
        ('after = "1h", does = "take"', "step 1: it has no by"),
        ('after = "soon", by = "ana", does = "take"', 'step 1: "soon" is no time'),
        ('after = "4d", by = "ana", does = "take"', "lies in the future"),
        ('after = "1h", by = "ana", does = "comment"', "step 1: it has no text"),
        ('after = "1h", by = "ana", does = "comment", text = ""', "the text is empty"),
        ('after = "1h", by = "ana", does = "comment", text = "x", audience = "all"', '"all" is no audience'),
        ('after = "1h", by = "ana", does = "assign", to = "nobody"', '"nobody" is no person'),
        ('after = "1h", by = "ana", does = "status", to = "done"', '"done" is no status'),
        ('after = "1h", by = "ana", does = "close", resolution = "gone"', '"gone" is no resolution'),
        ('after = "1h", by = "ana", does = "edit"', "it changes nothing"),
        ('after = "1h", by = "ana", does = "take", text = "mine"', "text has no place here"),
    ],
)
def test_a_fault_of_a_step_is_told(tmp_path: Path, policy: Policy, step: str, sentence: str) -> None:
    [fault] = told(tmp_path, policy, with_step(step))
    assert fault.startswith('case 1, "A title": ')
    assert sentence in fault


def test_steps_come_in_the_order_of_time(tmp_path: Path, policy: Policy) -> None:
    take, say = (
        '{ after = "2h", by = "ana", does = "take" }',
        '{ after = "1h", by = "ana", does = "comment", text = "x" }',
    )
    [fault] = told(tmp_path, policy, f"{SOUND}steps = [{take}, {say}]\n")
    assert fault.endswith("step 2: it comes before the step above it")


def test_all_faults_are_told_at_once(tmp_path: Path, policy: Policy) -> None:
    wrong = SOUND.replace("severity = 2", "severity = 9").replace('"linda"', '"lina"')
    assert len(told(tmp_path, policy, wrong + wrong)) == 4


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("20m", 20), ("3h", 180), ("2d", 2880), ("1d 2h 5m", 1565), ("", None), ("2 hours", None), (5, None)],
)
def test_spans_are_written_in_days_hours_and_minutes(text: object, minutes: int | None) -> None:
    assert span(text) == (None if minutes is None else timedelta(minutes=minutes))
