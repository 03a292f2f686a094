"""`/desk health`: an administrator sees what is wrong, repairs it, and decides about what was given up."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.flows.conftest import Workplace


def refuses(workplace: Workplace, word: str) -> None:
    """Slack finds every message malformed that holds a word."""

    async def hook(moment: str, method: str, args: dict[str, Any]) -> Any:
        wrong = (moment, method) == ("before", "chat.postMessage") and word in str(args)
        return {"ok": False, "error": "invalid_blocks"} if wrong else None

    workplace.sandbox.interfere = hook


async def letters(workplace: Workplace, *texts: str) -> None:
    """Comments on a case whose thread Slack will not take."""
    ana = workplace.person("ana")
    number = await workplace.case_of("ana")
    await workplace.settled()
    refuses(workplace, "Wrong")
    for text in texts:
        await ana.runs(f"/case comment {number}")
        await ana.submits(text=text)
        await workplace.settled()


async def test_a_desk_that_is_well_says_so(workplace: Workplace) -> None:
    omar = workplace.person("omar")
    await workplace.settled()
    await omar.runs("/desk health")
    assert omar.modal is not None
    assert "All is well." in omar.modal.text
    assert "13 scopes" in omar.modal.text


@pytest.mark.parametrize("who", ["ana", "maria", "linda", "sam"])
async def test_nobody_but_administrators_sees_it(workplace: Workplace, who: str) -> None:
    person = workplace.person(who)
    await person.runs("/desk health")
    assert person.modal is None
    wanted = "not set up here yet" if who == "sam" else "Only administrators may look after the desk's health"
    assert wanted in person.reply


async def test_an_administrator_is_told_of_a_dead_letter_and_retries_it(workplace: Workplace) -> None:
    omar = workplace.person("omar")
    await letters(workplace, "Wrong, says Slack.")
    [told] = omar.dms
    assert "1 message could not be delivered." in told.all_text
    await omar.clicks("Look at them", on=told)
    assert omar.modal is not None
    assert "Comment in a thread of case 00001001" in omar.modal.text
    assert "Slack finds the message malformed." in omar.modal.text

    await omar.clicks("Retry")
    assert "1 message is on the way again." in omar.modal.text
    await workplace.settled()
    await omar.clicks("Look again")
    assert "1 message was given up." in omar.modal.text, "it failed again, and says so"

    workplace.sandbox.interfere = None
    await omar.clicks("Retry")
    await workplace.settled()
    await omar.clicks("Look again")
    assert "All is well." in omar.modal.text
    assert len((await workplace.card("00001001")).replies) == 1


async def test_a_letter_is_discarded_and_two_who_are_at_it_hear_of_each_other(workplace: Workplace) -> None:
    omar = workplace.person("omar")
    await letters(workplace, "Wrong, says Slack.")
    await omar.runs("/desk health")
    assert omar.modal is not None
    await omar.clicks("Discard")
    assert "Discarded. It will never be sent" in omar.modal.text
    workplace.sandbox.interfere = None
    await workplace.settled()
    assert (await workplace.card("00001001")).replies == []


async def test_all_letters_are_retried_at_once_and_stand_in_order(workplace: Workplace) -> None:
    omar = workplace.person("omar")
    await letters(workplace, "Wrong one.", "Wrong two.", "Wrong three.")
    assert len(omar.dms) == 1, "a digest, and not one for each"
    workplace.sandbox.interfere = None
    await omar.runs("/desk health")
    assert omar.modal is not None
    await omar.clicks("Retry all")
    assert "3 messages are on the way again." in omar.modal.text
    assert "Slack finds the message malformed" not in omar.modal.text, "that is over until it fails again"
    replies = [one.all_text for one in (await workplace.card("00001001")).replies]
    assert [word in text for word, text in zip(("one", "two", "three"), replies, strict=True)] == [True] * 3


async def test_a_channel_that_the_bot_was_thrown_out_of_is_named_and_tried_again_when_asked(
    workplace: Workplace,
) -> None:
    omar = workplace.person("omar")
    await workplace.settled()
    channel = workplace.sandbox.workspace.channels["C0CASES"]
    channel.members.remove(workplace.sandbox.bot_user_id)
    channel.is_private = False
    await workplace.case_of("ana")
    await workplace.settled()
    await omar.runs("/desk health")
    assert omar.modal is not None
    assert "Caseline is not in that channel. Type /invite @Caseline in that channel" in omar.modal.text
    channel.members.add(workplace.sandbox.bot_user_id)
    await omar.clicks("Try again now")
    assert "It is being tried." in omar.modal.text
    await workplace.settled()
    await omar.clicks("Look again")
    assert "All is well." in omar.modal.text


async def test_a_scope_that_is_missing_is_named_with_what_it_switches_off(workplace: Workplace) -> None:
    omar = workplace.person("omar")
    await workplace.settled()
    workplace.sandbox.manifest.withdrawn.add("im:history")
    await omar.runs("/desk health")
    assert omar.modal is not None
    assert "The scope im:history is missing." in omar.modal.text.replace("`", "")
    assert "a crash may double one" in omar.modal.text


async def test_a_slack_that_does_not_say_who_we_are_keeps_no_window_waiting(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.health.PATIENCE", 0.05)
    go_on = asyncio.Event()

    async def hook(moment: str, method: str, _: dict[str, Any]) -> None:
        if (moment, method) == ("before", "auth.test"):
            await go_on.wait()

    workplace.sandbox.interfere = hook
    omar = workplace.person("omar")
    await omar.runs("/desk health")
    go_on.set()
    assert omar.modal is not None
    assert "Slack takes long to answer." in omar.modal.text
