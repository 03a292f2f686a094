"""Two people at one case: each sees that the other has a form open before they click."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox import Person
from tests.flows.conftest import Workplace


def _warning(person: Person) -> str:
    assert person.modal is not None, person.reply
    return next((line for line in person.modal.text.split("\n") if "Being edited by" in line), "")


@pytest.mark.parametrize("word", ["edit", "status", "close"])
async def test_who_has_a_form_open_is_told_to_the_next_one(workplace: Workplace, word: str) -> None:
    maria, omar = workplace.people("maria omar")
    await workplace.case_of("linda", owner="maria")
    await maria.runs("/case edit 1001")
    assert _warning(maria) == ""
    await omar.runs(f"/case {word} 1001")
    assert "@maria" in _warning(omar)
    assert "Talk to them before you save." in _warning(omar)
    omar.reloads()
    await omar.runs("/case show 1001")
    assert "@maria" in _warning(omar)  # before any click
    await maria.closes()
    omar.reloads()
    await omar.runs(f"/case {word} 1001")
    assert _warning(omar) == ""
    await maria.runs("/case comment 1001")
    assert _warning(maria) == ""  # a comment is in nobody's way


async def test_what_is_saved_is_edited_no_more_and_a_lost_window_is_forgotten(workplace: Workplace) -> None:
    maria, omar = workplace.people("maria omar")
    await workplace.case_of("linda", owner="maria")
    await maria.runs("/case edit 1001")
    await maria.submits(title="Other words")
    await omar.runs("/case edit 1001")
    assert _warning(omar) == ""
    omar.reloads()  # nobody hears of it
    await maria.runs("/case edit 1001")
    assert "@omar" in _warning(maria)
    await maria.closes()
    await workplace.sandbox.travel(workplace.sandbox.clock.now() + timedelta(minutes=16))
    await maria.runs("/case edit 1001")
    assert _warning(maria) == ""


async def test_who_saves_too_late_keeps_the_text_and_sees_what_changed(workplace: Workplace) -> None:
    maria, omar = workplace.people("maria omar")
    await workplace.case_of("linda", owner="maria", title="Slow pages", severity=3)
    await maria.runs("/case edit 1001")
    await omar.runs("/case edit 1001")
    assert "@maria" in _warning(omar)
    await maria.submits(severity="1")
    await omar.submits(title="Slow pages since noon")
    assert omar.modal is not None
    assert "Somebody changed case 00001001 meanwhile" in omar.modal.text
    assert omar.modal.values["title"]["value"]["value"] == "Slow pages since noon"
    await omar.submits()
    omar.reloads()
    await omar.runs("/case show 1001")
    assert omar.modal is not None
    assert "Slow pages since noon" in omar.modal.text
    assert "Severity: 1" in omar.modal.text  # Maria's stays


async def test_a_form_that_may_not_be_opened_marks_nothing(workplace: Workplace) -> None:
    ben, maria, viktor = workplace.people("ben maria viktor")
    await workplace.case_of("linda", owner="maria")
    await viktor.runs("/case edit 1001")
    await ben.runs("/case close 1001")
    await maria.runs("/case edit 1001")
    assert _warning(maria) == ""
