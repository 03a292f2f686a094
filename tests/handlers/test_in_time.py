"""An acknowledgement comes in time, whatever Slack keeps us waiting for; what is left to say comes after."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from bot.blocks import words
from bot.handlers import delivering, front
from bot.handlers.call import Payload
from bot.handlers.reply import Open, Publish, Say, said
from tests.handlers.conftest import Stage, message, page, window

SAYING = ("response_url", "conversations.open", "chat.postEphemeral", "chat.postMessage")


@pytest.fixture
def slow(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """A Slack that answers nothing that is said until the event is set; windows are given up soon."""
    go_on = asyncio.Event()

    async def hook(moment: str, method: str, _: dict[str, Any]) -> None:
        if moment == "before" and method in (*SAYING, "views.push", "views.open", "views.publish"):
            await go_on.wait()

    stage.sandbox.interfere = hook
    monkeypatch.setattr(delivering, "VIEW_SECONDS", 0.1)
    monkeypatch.setattr(front, "REST_SECONDS", 0.05)
    return go_on


async def test_a_command_whose_window_comes_too_late_is_told_in_its_own_answer(
    stage: Stage, slow: asyncio.Event
) -> None:
    stage.answer = Open(window("Opened"))
    await stage.acts(Payload.COMMAND)
    assert words.lost_trigger() in stage.ana.reply
    slow.set()


@pytest.mark.parametrize(
    ("payload", "expected"),
    [(Payload.HOME_BUTTON, words.lost_trigger()), (Payload.MESSAGE, "Well done.")],
)
async def test_what_is_said_directly_is_said_after_the_acknowledgement(
    stage: Stage, slow: asyncio.Event, payload: Payload, expected: str
) -> None:
    if payload is Payload.HOME_BUTTON:
        slow.set()
        stage.answer = Publish(page("Before"))
        await stage.ana.opens_home()
        slow.clear()
    stage.answer = Say(message("Well done.")) if payload is Payload.MESSAGE else Open(window("Opened"))
    begun = time.monotonic()
    if payload is Payload.MESSAGE:
        await stage.acts(payload)
    else:
        await stage.ana.clicks("Do")
    assert stage.ana.failure == ""
    assert time.monotonic() - begun < 2.5
    assert not stage.ana.sees(expected)
    slow.set()
    await stage.sandbox.settled()
    assert stage.ana.sees(expected)


async def test_home_that_slack_has_no_time_for_is_published_by_the_outbox(stage: Stage) -> None:
    answers: list[Any] = [{"ok": False, "error": "ratelimited", "retry_after": 1}]

    async def busy(moment: str, method: str, _: dict[str, Any]) -> Any:
        return answers.pop() if (moment, method) == ("before", "views.publish") and answers else None

    stage.sandbox.interfere = busy
    stage.answer = Publish(page("Published"))
    await stage.sandbox.act_as("omar").opens_home()
    assert stage.sandbox.act_as("omar").failure == ""
    await stage.sandbox.settled()
    assert stage.sandbox.act_as("omar").home is not None
    assert answers == []


async def test_a_stop_waits_for_what_is_still_being_said(stage: Stage, slow: asyncio.Event) -> None:
    stage.answer = Say(message("Well done."))
    await stage.acts(Payload.MESSAGE)
    settling = asyncio.create_task(stage.sandbox.settled())
    done, _ = await asyncio.wait({settling}, timeout=0.2)
    assert not done, "something is still being said"
    slow.set()
    await settling
    assert stage.ana.sees("Well done.")


def test_a_sentence_in_a_window_is_escaped_once() -> None:
    reply = said("R&D <x>")
    [block] = delivering._notice(reply)["blocks"]
    assert block["text"]["text"] == "R&amp;D &lt;x&gt;"
    assert reply.message.text == "R&amp;D &lt;x&gt;"
