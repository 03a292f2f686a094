"""A message that could not be taken is left to Slack, which brings it again; only its last chance is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.handlers import front
from bot.handlers.call import Payload
from bot.handlers.reply import LeftToSlack, Say
from bot.sandbox import Message
from bot.store.faults import StillSaving
from tests.handlers.conftest import Stage, message
from tests.handlers.test_ways import reference_in

ACK_SECONDS = 0.2


@pytest.fixture
def hurried(stage: Stage) -> Iterator[Stage]:
    """A Slack that waits but a moment for an acknowledgement, and one that notes what never came."""
    stage.sandbox.sockets.ack_seconds = ACK_SECONDS
    yield stage
    stage.sandbox.complaints.clear()


async def says(stage: Stage) -> Message:
    said = await stage.ana.says("What Ana wrote", channel="support-cases", thread=stage.post())
    await stage.sandbox.settled()
    return said


@pytest.mark.parametrize(
    "trouble", [StillSaving(), ZeroDivisionError("by a handler"), LeftToSlack("no card")]
)
async def test_a_message_that_could_not_be_taken_is_brought_again_and_nobody_is_told(
    hurried: Stage, trouble: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    hurried.first = [trouble]
    await says(hurried)
    assert [call.payload for call in hurried.calls] == [Payload.MESSAGE] * 2
    assert hurried.calls[0].key == hurried.calls[1].key
    assert hurried.ana.ephemerals == []
    assert hurried.ana.dms == []
    assert "What Ana wrote" not in caplog.text
    assert "left to Slack" in caplog.text


@pytest.mark.parametrize("trouble", [StillSaving(), ZeroDivisionError("by a handler")])
async def test_a_message_whose_last_chance_is_lost_is_told_with_a_reference(
    hurried: Stage, trouble: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(front, "LAST_RETRY", 1)
    hurried.answer = trouble
    await says(hurried)
    assert len(hurried.calls) == 2
    [told] = hurried.ana.ephemerals
    assert f"fault {reference_in(told.all_text)} in" in caplog.text


async def test_a_thread_that_never_becomes_a_cases_is_let_go_in_silence(
    hurried: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front, "LAST_RETRY", 1)
    hurried.answer = LeftToSlack("no card")
    await says(hurried)
    assert len(hurried.calls) == 2
    assert hurried.ana.ephemerals == []
    assert sum("not acked" in line for line in hurried.sandbox.complaints) == 1


async def test_a_message_that_was_answered_is_not_brought_again(hurried: Stage) -> None:
    hurried.answer = Say(message("Well done."))
    await says(hurried)
    assert len(hurried.calls) == 1
