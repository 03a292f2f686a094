"""Every kind of payload with every kind of reply: the person gets it, or is told under a reference."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import get_args

import pytest

from bot.blocks import words
from bot.domain.policy import Choice
from bot.domain.refusals import Reason, Refusal
from bot.handlers import front
from bot.handlers.call import Payload
from bot.handlers.delivering import WAYS, NoWay
from bot.handlers.reply import Errors, Nothing, Open, Options, Publish, Redraw, Refresh, Replace, Reply, Say
from bot.handlers.targets import NoNumber
from bot.sandbox.responses import ResponseError
from bot.store.faults import DatabaseAway, StillSaving
from tests.handlers.conftest import Stage, message, page, window

DUMB = (Payload.CLOSED, Payload.HOME_OPENED, Payload.SUGGESTION)
"""Nothing can be said to somebody who closed a window; Home that cannot be drawn stays as it was."""

REPLIES: dict[type[Reply], Reply] = {
    Nothing: Nothing(),
    Say: Say(message("Well done.")),
    Open: Open(window("Opened")),
    Replace: Replace(window("Replaced")),
    Refresh: Refresh(window("Refreshed")),
    Redraw: Redraw(message("Redrawn.")),
    Errors: Errors({"second": "Not like this."}),
    Publish: Publish(page("Published")),
    Options: Options((Choice(value="1", label="Cloud Nine"),)),
}


@pytest.fixture(autouse=True)
def _told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong with a message is told at its last chance; here the first is the last."""
    monkeypatch.setattr(front, "LAST_RETRY", 0)


def nothing(stage: Stage) -> bool:
    seen = ("Well done.", "Opened", "Replaced", "Refreshed", "Published", "Redrawn.", "Something broke")
    return not any(stage.ana.sees(text) for text in seen) and stage.ana.errors == {}


def said(stage: Stage) -> bool:
    return stage.ana.sees("Well done.") and not stage.ben.sees("Well done.")


def opened(stage: Stage) -> bool:
    return stage.ana.modals[-1].title == "Opened"


def replaced(stage: Stage) -> bool:
    titles = [modal.title for modal in stage.ana.modals]
    return titles in (["Replaced"], ["Base", "Replaced"])


def refreshed(stage: Stage) -> bool:
    return [modal.title for modal in stage.ana.modals] == ["Refreshed"]


def redrawn(stage: Stage) -> bool:
    return stage.ana.sees("Redrawn.")


def refused(stage: Stage) -> bool:
    kept = stage.ana.modals[-1].values["second"]["value"]["value"]
    return stage.ana.errors == {"second": "Not like this."} and kept == "What Ana typed"


def published(stage: Stage) -> bool:
    return stage.ana.home is not None and "Published" in stage.ana.home.text


def offered(stage: Stage) -> bool:
    return [one["text"]["text"] for one in stage.offered or ()] == ["Cloud Nine"]


SEEN: dict[type[Reply], Callable[[Stage], bool]] = {
    Nothing: nothing,
    Say: said,
    Open: opened,
    Replace: replaced,
    Refresh: refreshed,
    Redraw: redrawn,
    Errors: refused,
    Publish: published,
    Options: offered,
}


def reference_in(text: str) -> str:
    found = re.search(r"tell an administrator: ([0-9a-f]{6})\.", text)
    assert found is not None, f"no reference in {text!r}"
    return found[1]


def told(stage: Stage) -> str:
    """All that stands before Ana now."""
    ana = stage.ana
    texts = [*ana.errors.values(), *(modal.text for modal in ana.modals)]
    texts += [one.all_text for one in (*ana.ephemerals, *ana.dms[-1:])]
    return "\n".join(texts)


def test_the_table_knows_every_payload_and_every_reply() -> None:
    assert {payload for payload, _ in WAYS} == set(Payload)
    assert {reply for _, reply in WAYS} == set(get_args(Reply)) == set(REPLIES)
    for payload in Payload:
        assert (payload, Nothing) in WAYS


@pytest.mark.parametrize("payload", Payload)
async def test_every_reply_reaches_the_person_or_is_a_mistake_with_a_reference(
    stage: Stage, payload: Payload, caplog: pytest.LogCaptureFixture
) -> None:
    for kind, reply in REPLIES.items():
        cell = f"{payload.value} x {kind.__name__}"
        caplog.clear()
        stage.answer = reply
        await stage.acts(payload)
        assert stage.ana.failure == "", cell
        if (payload, kind) in WAYS:
            assert SEEN[kind](stage), f"{cell}: {told(stage)}"
            assert "fault" not in caplog.text, cell
        else:
            assert NoWay.__name__ in caplog.text, cell
            if payload not in DUMB:
                assert reference_in(told(stage)) in caplog.text, cell


@pytest.mark.parametrize("payload", Payload)
async def test_a_fault_of_ours_is_told_with_a_reference_that_is_in_the_log(
    stage: Stage, payload: Payload, caplog: pytest.LogCaptureFixture
) -> None:
    stage.answer = ZeroDivisionError("by a handler")
    await stage.acts(payload)
    assert stage.ana.failure == ""
    assert "ZeroDivisionError: by a handler" in caplog.text
    if payload in DUMB:
        return
    assert f"fault {reference_in(told(stage))} in" in caplog.text
    assert "What Ana" not in caplog.text


ANSWERED = sorted(set(Payload) - set(DUMB))
NOT_SET_UP = Refusal(Reason.NOT_SET_UP), "Ask an administrator to add you with /desk people."
AWAY = DatabaseAway("The database cannot be reached."), words.database_away()
BUSY = StillSaving(), words.still_saving()  # a message has nothing to press again: see test_messages.py


@pytest.mark.parametrize(
    ("payload", "obstacle", "sentence"),
    [
        *((payload, *NOT_SET_UP) for payload in ANSWERED),
        *((payload, *BUSY) for payload in ANSWERED if payload is not Payload.MESSAGE),
        *((payload, *AWAY) for payload in ANSWERED if payload is not Payload.MESSAGE),
    ],
)
async def test_what_stands_in_the_way_is_said_in_words(
    stage: Stage, payload: Payload, obstacle: Exception, sentence: str, caplog: pytest.LogCaptureFixture
) -> None:
    stage.answer = obstacle
    await stage.acts(payload)
    assert stage.ana.failure == ""
    assert sentence in told(stage)
    assert "fault" not in caplog.text


async def test_a_command_without_its_number_is_asked_for_it(stage: Stage) -> None:
    stage.answer = NoNumber()
    await stage.acts(Payload.COMMAND)
    assert "Which case? Type its number behind the command, like /case do 1001." in stage.ana.reply


async def test_a_notice_that_no_fourth_window_can_show_is_said_directly(stage: Stage) -> None:
    await stage.ana.runs("/case window")
    await stage.ana.clicks("Push")
    await stage.ana.clicks("Push")
    stage.answer = Say(message("Well done."))
    await stage.ana.clicks("Do")
    assert len(stage.ana.modals) == 3
    assert ["Well done." in one.all_text for one in stage.ana.dms] == [True]


async def test_a_fourth_window_becomes_a_fault_that_is_told(stage: Stage) -> None:
    await stage.ana.runs("/case window")
    await stage.ana.clicks("Push")
    await stage.ana.clicks("Push")
    await stage.ana.clicks("Push")
    assert stage.ana.failure == ""
    assert reference_in(told(stage))


async def test_a_used_up_response_url_turns_into_a_direct_message(stage: Stage) -> None:
    stage.answer = Say(message("Well done."))
    stage.sandbox.responses.post = _used_up  # type: ignore[method-assign]
    await stage.acts(Payload.MESSAGE_BUTTON)
    assert ["Well done." in one.all_text for one in stage.ana.dms] == [True]
    stage.sandbox.complaints.clear()


def _used_up(key: str, body: object) -> None:
    raise ResponseError("used_url")


async def test_what_nobody_has_a_route_for_is_acknowledged_and_no_more(stage: Stage) -> None:
    await stage.ana.runs("/desk nonsense")
    assert stage.ana.failure == ""
    assert stage.calls == []


async def test_what_bots_and_slack_itself_write_is_no_call(stage: Stage) -> None:
    root = stage.post()
    stage.sandbox.speech.post("C0CASES", {"text": "an echo"}, thread_ts=root.ts)
    await stage.ana.says("not in a thread", channel="support-cases")
    await stage.sandbox.settled()
    assert stage.calls == []
