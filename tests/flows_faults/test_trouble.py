"""Trouble on the way to a person: what is lost, late or broken ends in a sentence, never in silence."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.app import Bot
from bot.blocks import words
from bot.sandbox import Person
from bot.store.work import Work
from tests.flows.conftest import Workplace, bot_for, open_case, sends
from tests.flows_faults.test_twice import NUMBER, history, resolution

SECRET = "zanzibar"
"""A word that people write in these tests, and that no line of the log may hold."""


def heard(person: Person) -> str:
    """All that was said to her, by whatever way."""
    texts = [*(one.all_text for one in (*person.ephemerals, *person.dms)), *person.errors.values()]
    return "\n".join([*texts, *(modal.text for modal in person.modals)])


# Triggers and windows that are lost


@pytest.mark.parametrize("line", ["/case open", "/case show 1001", "/case list", "/case close 1001"])
async def test_a_command_whose_trigger_is_lost_asks_to_press_again(workplace: Workplace, line: str) -> None:
    ana = workplace.person("ana")
    await open_case(ana)
    ana.reloads()
    await ana.runs(line, lost_trigger=True)
    assert ana.failure == ""
    assert words.lost_trigger() in ana.reply
    await ana.runs(line)
    assert ana.modal is not None


@pytest.mark.parametrize("button", ["Comment", "Set status", "Close case", "More..."])
async def test_a_button_of_a_card_whose_trigger_is_lost_asks_to_press_again(
    workplace: Workplace, button: str
) -> None:
    ana, ben = workplace.person("ana"), workplace.person("ben")
    await open_case(ana)
    ana.reloads()
    card = await workplace.card(NUMBER)
    await ana.clicks(button, on=card, lost_trigger=True)
    assert ana.failure == ""
    assert words.lost_trigger() in ana.reply
    assert not ben.sees(words.lost_trigger())


async def test_take_needs_no_trigger(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await open_case(ana)
    card = await workplace.card(NUMBER)
    await ana.clicks("Take", on=card, lost_trigger=True)
    await workplace.settled()
    assert "Owner: Ana Lima" in card.all_text


async def test_a_button_of_home_whose_trigger_is_lost_asks_to_press_again(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await ana.opens_home()
    await ana.clicks("Open a case", lost_trigger=True)
    assert ana.failure == ""
    assert words.lost_trigger() in heard(ana)


async def test_a_button_of_a_window_whose_trigger_is_lost_asks_to_press_again(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await open_case(ana)
    await ana.runs("/case show 1001")
    for button in ("Comment", "History"):
        await ana.clicks(button, lost_trigger=True)
        assert ana.failure == ""
        assert words.lost_trigger() in ana.dms[-1].all_text
    assert len(ana.modals) == 1


async def test_a_refusal_whose_trigger_is_lost_is_still_said(workplace: Workplace) -> None:
    chloe = workplace.person("chloe")
    await open_case(workplace.person("ana"))
    await chloe.runs("/case show 1001")
    await workplace.person("ana").clicks("Close case", on=await workplace.card(NUMBER))
    await workplace.person("ana").submits(resolution=resolution(workplace.person("ana")))
    await chloe.clicks("Assign", lost_trigger=True)
    assert "was closed by" in heard(chloe)


async def test_a_window_that_was_closed_before_its_answer_came_says_so(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    for number in range(12):
        await open_case(ana, title=f"Case {number}")
    await ana.runs("/case list created")
    await ana.clicks("Older", then_closes=True)
    assert ana.failure == ""
    assert words.window_closed() in heard(ana)


async def test_who_takes_and_closes_the_page_has_taken_and_is_told_of_the_window(
    workplace: Workplace,
) -> None:
    ana = workplace.person("ana")
    await open_case(ana)
    await ana.runs("/case show 1001")
    await ana.clicks("Take", then_closes=True)
    await workplace.settled()
    assert "Owner: Ana Lima" in (await workplace.card(NUMBER)).all_text
    assert "Nothing has changed" not in heard(ana), "something has"


async def test_a_page_below_that_is_gone_does_not_undo_what_was_submitted(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await open_case(ana)
    await ana.runs("/case show 1001")
    await ana.clicks("Comment")
    below = ana.modals[0].id
    workplace.sandbox.interfere = _forgets(below)
    await ana.submits(text="Said all the same.")
    assert ana.failure == ""
    assert len((await workplace.card(NUMBER)).replies) == 1


def _forgets(view_id: str) -> Any:
    async def hook(moment: str, method: str, args: dict[str, Any]) -> Any:
        gone = (moment, method, args.get("view_id")) == ("before", "views.update", view_id)
        return {"ok": False, "error": "not_found"} if gone else None

    return hook


# Slack's own trouble


@pytest.mark.parametrize(
    "answer",
    [
        {"ok": False, "error": "internal_error"},
        {"ok": False, "error": "ratelimited", "retry_after": 30},
        ConnectionError("the line is cut"),
    ],
    ids=["internal error", "busy", "cut"],
)
@pytest.mark.parametrize("way", ["command", "card", "home", "page"])
async def test_a_window_that_slack_fails_to_open_is_a_sentence_with_a_reference(
    workplace: Workplace, way: str, answer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    ana = workplace.person("ana")
    await open_case(ana)
    ana.reloads()
    card = await workplace.card(NUMBER)
    if way == "home":
        await ana.opens_home()
    if way == "page":
        await ana.runs("/case show 1001")
    workplace.sandbox.interfere = _fails(("views.open", "views.push"), answer)
    match way:
        case "command":
            await ana.runs("/case open")
        case "card":
            await ana.clicks("Comment", on=card)
        case "home":
            await ana.clicks("Open a case")
        case "page":
            await ana.clicks("Comment")
    workplace.sandbox.interfere = None
    assert ana.failure == ""
    found = re.search(r"tell an administrator: ([0-9a-f]{6})", heard(ana))
    assert found is not None, heard(ana)
    assert f"fault {found[1]}" in caplog.text


def _fails(methods: tuple[str, ...], answer: Any) -> Any:
    async def hook(moment: str, method: str, _: dict[str, Any]) -> Any:
        if moment != "before" or method not in methods:
            return None
        if isinstance(answer, Exception):
            raise answer
        return answer

    return hook


async def test_a_slack_that_takes_too_long_to_open_a_window_is_not_waited_for(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.handlers.delivering.VIEW_SECONDS", 0.05)
    go_on = asyncio.Event()

    async def hook(moment: str, method: str, _: dict[str, Any]) -> None:
        if (moment, method) == ("before", "views.open"):
            await go_on.wait()

    workplace.sandbox.interfere = hook
    ana = workplace.person("ana")
    await ana.runs("/case open")
    go_on.set()
    assert ana.failure == ""
    assert words.lost_trigger() in ana.reply


@pytest.mark.parametrize(
    "answer",
    [
        {"ok": False, "error": "internal_error"},
        {"ok": False, "error": "ratelimited", "retry_after": 0},
        ConnectionError("the line is cut"),
    ],
    ids=["internal error", "busy", "cut"],
)
async def test_a_refusal_that_slack_does_not_take_at_once_is_said_again(
    workplace: Workplace, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.handlers.delivering.SAID_AGAIN", (0.01,) * 4)
    sandbox = workplace.sandbox
    team = await workplace.team_in("general")
    card = await workplace.card(await workplace.case_of("ana", team_id=team), channel="general")
    fails = _fails(("chat.postEphemeral", "conversations.open"), answer)
    tries = 0

    async def hook(moment: str, method: str, args: dict[str, Any]) -> Any:
        nonlocal tries
        tries += moment == "before"
        return await fails(moment, method, args) if tries <= 4 else None

    sandbox.interfere = hook
    sam = workplace.person("sam")
    await sam.says("May I?", channel="general", thread=card)
    await workplace.settled()
    sandbox.interfere = None
    assert "Your reply is not in the case" in heard(sam)


# A busy database


@contextlib.asynccontextmanager
async def busy_database(bot: Bot) -> AsyncIterator[None]:
    """Somebody's long change keeps the writer, until the block ends."""
    begun, go_on = threading.Event(), threading.Event()

    def slow(work: Work) -> None:
        begun.set()
        go_on.wait(20)

    writing = asyncio.create_task(bot.desk.write(slow))
    await asyncio.to_thread(begun.wait, 20)
    try:
        yield
    finally:
        go_on.set()
        await writing


async def test_a_change_that_waits_too_long_says_so_and_pressing_again_is_safe(
    workplace: Workplace,
) -> None:
    workplace.sandbox.sockets.ack_seconds = 10  # a loaded machine is no failure of the bot
    ana = workplace.person("ana")
    await open_case(ana)
    ana.reloads()
    await workplace.settled()
    await ana.runs("/case comment 1001")
    async with busy_database(workplace.bot):
        await ana.submits(text="Said once.")
        assert ana.errors == {"text": words.still_saving()}
    assert ana.modal is not None
    assert ana.modal.values["text"]["value"]["value"] == "Said once."
    await ana.submits()
    assert ana.errors == {}
    await workplace.settled()
    assert len((await workplace.card(NUMBER)).replies) == 1
    assert len(await history(workplace)) == 3  # opened, commented, and so Working


async def test_what_is_changed_in_a_window_whose_first_content_was_saved_is_not_lost(
    workplace: Workplace,
) -> None:
    ana = workplace.person("ana")
    await open_case(ana)
    ana.reloads()
    await ana.runs("/case comment 1001")
    workplace.sandbox.sockets.ack_seconds = 0.2
    async with busy_database(workplace.bot):
        await ana.submits(text="Said first.")
        assert ana.failure != ""  # for her it looks as if nothing had come of it
    await workplace.settled()
    workplace.sandbox.complaints.clear()  # that the acknowledgement was late
    workplace.sandbox.sockets.ack_seconds = 20
    await ana.submits(text="Said first. And more.")
    assert ana.errors == {
        "text": "What you sent first is saved as case 00001001; what you changed since is not. "
        "Copy it, then look again."
    }
    assert ana.modal is not None
    assert ana.modal.values["text"]["value"]["value"] == "Said first. And more."
    await ana.submits(text="Said first.")  # the same as before: the first receipt
    assert ana.errors == {}
    await workplace.settled()
    assert len((await workplace.card(NUMBER)).replies) == 1


# The log


async def test_the_log_holds_no_text_that_people_wrote(
    workplace: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    ana, ben, linda = (workplace.person(who) for who in ("ana", "ben", "linda"))
    await open_case(linda, title=f"{SECRET} title", description=f"{SECRET} text", account="Cloud Nine")
    card = await workplace.card(NUMBER)
    await ana.says(f"{SECRET} reply", channel="support-cases", thread=card)
    await ben.runs(f"/case comment 1001 {SECRET}")
    await ben.submits(text=f"{SECRET} comment")
    await ana.runs(f"/case {SECRET}")
    workplace.sandbox.interfere = _fails(("views.open", "chat.update"), ConnectionError("the line is cut"))
    await ana.runs(f"/case open {SECRET}")
    await ben.runs("/case show 1001")
    workplace.sandbox.interfere = None
    await _breaks_the_database(workplace, ben)
    ours = [line for line in caplog.records if not line.name.startswith("sandbox")]
    formatter = logging.Formatter()
    told = "\n".join(formatter.format(line) for line in ours)
    assert "IntegrityError" in told, "the database was to fail while it saved a comment"
    assert told.count("fault ") >= 3
    assert SECRET not in told


async def _breaks_the_database(workplace: Workplace, person: Person) -> None:
    """The comment of a form cannot be saved: the database refuses it with an error of its own."""
    refuse = "CREATE TRIGGER refuse BEFORE INSERT ON comments BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    await workplace.bot.desk.write(lambda work: work.connection.exec_driver_sql(refuse) and None)
    await person.runs("/case comment 1001")
    await person.submits(text=f"{SECRET} lost comment")
    assert "tell an administrator" in person.errors["text"]


# A bot that ends and starts again


async def test_what_slack_refused_until_the_bot_ended_is_sent_by_the_next_one(
    workplace: Workplace, tmp_path: Path
) -> None:
    sandbox, ana = workplace.sandbox, workplace.person("ana")
    await workplace.settled()
    sandbox.interfere = _fails(("chat.postMessage",), {"ok": False, "error": "service_unavailable"})
    await open_case(workplace.person("linda"), account="Cloud Nine")
    await ana.runs("/case comment 1001")
    await ana.submits(text="We look at it.", audience="public")
    await sends(ana)
    await workplace.bot.stop()
    assert workplace.person("omar").messages("support-cases") == []
    sandbox.interfere = None
    again = bot_for(sandbox, tmp_path, workplace.bot.settings.database_url)
    await again.start()
    try:
        await sandbox.bot_connected()
        card = await workplace.card(NUMBER)
        assert len(card.replies) == 1
        assert len(workplace.person("linda").dms) == 1
        await ana.clicks("Take", on=card)
        await workplace.settled()
        assert "Owner: Ana Lima" in card.all_text
    finally:
        await again.stop()
        sandbox.control = None  # nobody is left to ask whether all is settled
