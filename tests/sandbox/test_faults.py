"""Faults on demand: each strikes as its plan says, and leaves nothing behind when it is switched off."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.sandbox import EVERY_CHANNEL, FaultPlan, Sandbox
from bot.sandbox.faults import SWITCHES
from tests.sandbox.conftest import TinyApp, raw_bot, web


async def posts(sandbox: Sandbox, times: int) -> list[int | str]:
    """What becomes of so many posts: 200, another status, or "cut"; all in different channels' buckets."""
    found: list[int | str] = []
    headers = {"Authorization": f"Bearer {sandbox.bot_token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for number in range(times):
            body = {"channel": "C0CASES", "text": f"post {number}"}
            try:
                async with session.post(f"{sandbox.api_url}chat.postMessage", json=body) as response:
                    await response.read()
                    found.append(response.status)
            except aiohttp.ClientError:
                found.append("cut")
    return found


def there(sandbox: Sandbox) -> int:
    return len(sandbox.act_as("omar").messages("support-cases"))


async def test_nothing_is_on_at_first(sandbox: Sandbox) -> None:
    assert sandbox.faults.plan == FaultPlan()
    assert await posts(sandbox, 20) == [200] * 20


async def test_a_server_error_comes_before_or_after_the_effect(sandbox: Sandbox) -> None:
    sandbox.faults.use(FaultPlan(server_errors=1))
    assert await posts(sandbox, 30) == [500] * 30
    assert 5 < there(sandbox) < 25
    assert sandbox.faults.struck["server_errors"] == 30


async def test_a_lost_answer_comes_after_the_effect(sandbox: Sandbox) -> None:
    sandbox.faults.use(FaultPlan(lost_answers=0.5))
    found = await posts(sandbox, 20)
    assert {200, "cut"} == set(found)
    assert found.count("cut") == sandbox.faults.struck["lost_answers"]
    assert there(sandbox) == 20


async def test_equal_plans_strike_alike_and_another_seed_otherwise(sandbox: Sandbox) -> None:
    found = []
    for seed in (1, 1, 2):
        sandbox.faults.use(FaultPlan(seed=seed, server_errors=0.5))
        found.append(await posts(sandbox, 20))
    assert found[0] == found[1] != found[2]


async def test_an_answer_may_be_slow(sandbox: Sandbox) -> None:
    sandbox.faults.use(FaultPlan(slow_answers=1, slowness=10, hurry=100))
    began = time.monotonic()
    assert await posts(sandbox, 1) == [200]
    assert time.monotonic() - began >= 0.1


async def test_too_many_calls_are_told_when_to_come_back(sandbox: Sandbox) -> None:
    sandbox.faults.turn("limits")
    assert await posts(sandbox, 7) == [200] * 5 + [429] * 2
    with pytest.raises(SlackApiError) as caught:
        await web(sandbox).chat_postMessage(channel="C0CASES", text="one more")
    assert caught.value.response.headers["Retry-After"] == "1"
    assert caught.value.response["error"] == "ratelimited"
    sandbox.faults.turn("limits", on=False)
    assert await posts(sandbox, 10) == [200] * 10


async def test_the_hidden_cap_is_for_all_channels(sandbox: Sandbox) -> None:
    sandbox.faults.use(FaultPlan(limits=True, workspace_cap=60, workspace_burst=3))
    assert await posts(sandbox, 4) == [200, 200, 200, 429]


async def test_a_bot_that_is_removed_hears_and_says_nothing_until_it_is_back(sandbox: Sandbox) -> None:
    async with raw_bot(sandbox) as bot:
        sandbox.faults.use(FaultPlan(not_in_channel=frozenset({"general", "support-cases"})))
        for channel, error in (("C0GENERAL", "not_in_channel"), ("C0CASES", "channel_not_found")):
            with pytest.raises(SlackApiError, match=error):  # what is private is not even known outside
                await web(sandbox).chat_postMessage(channel=channel, text="x")
        await web(sandbox).chat_postMessage(channel="C0LEVELTWO", text="x")
        await sandbox.settled()
        bot.envelopes.clear()
        await sandbox.act_as("ana").says("where are you?", channel="support-cases")
        assert bot.envelopes == []
        sandbox.faults.clear()
        await web(sandbox).chat_postMessage(channel="C0CASES", text="x")
        await sandbox.act_as("ana").says("there you are", channel="support-cases")
        await sandbox.settled()
        assert len(bot.envelopes) == 2


async def test_nobody_brings_the_bot_where_it_never_was(sandbox: Sandbox) -> None:
    sandbox.faults.use(FaultPlan(not_in_channel=frozenset({EVERY_CHANNEL})))
    sandbox.faults.clear()
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await web(sandbox).chat_postMessage(channel="C0RANDOM", text="x")


async def test_a_scope_that_is_taken_away_is_missed_and_is_no_mistake_of_the_bot(sandbox: Sandbox) -> None:
    sandbox.faults.turn("removed_scopes")
    with pytest.raises(SlackApiError) as caught:
        await web(sandbox).chat_postMessage(channel="C0CASES", text="x")
    assert (caught.value.response["error"], caught.value.response["needed"]) == (
        "missing_scope",
        "chat:write",
    )
    sandbox.faults.turn("removed_scopes", on=False)
    await web(sandbox).chat_postMessage(channel="C0CASES", text="x")
    assert sandbox.complaints == []


async def test_without_their_scope_events_do_not_come(sandbox: Sandbox) -> None:
    async with raw_bot(sandbox) as bot:
        sandbox.faults.use(FaultPlan(removed_scopes=frozenset({"groups:history"})))
        await sandbox.act_as("ana").says("psst", channel="support-cases")
        assert bot.envelopes == []


async def test_an_acknowledged_event_may_come_again(sandbox: Sandbox) -> None:
    sandbox.faults.use(FaultPlan(duplicates=1))
    async with raw_bot(sandbox) as bot:
        await sandbox.act_as("ana").says("once", channel="support-cases")
        await sandbox.settled()
        first, second = bot.envelopes
    assert first["payload"]["event_id"] == second["payload"]["event_id"]
    assert (first["retry_attempt"], second["retry_attempt"]) == (0, 1)


async def test_commands_and_clicks_never_come_twice(sandbox: Sandbox) -> None:
    sandbox.faults.use(FaultPlan(duplicates=1, late=1))
    async with raw_bot(sandbox) as bot:
        await sandbox.act_as("ana").runs("/do")
        await sandbox.settled()
        assert len(bot.envelopes) == 1


async def test_a_late_event_comes_after_what_was_said_later(sandbox: Sandbox) -> None:
    ana = sandbox.act_as("ana")
    async with raw_bot(sandbox) as bot:
        sandbox.faults.use(FaultPlan(late=1, lateness=0.05))
        await ana.says("first", channel="support-cases")
        sandbox.faults.clear()
        await ana.says("second", channel="support-cases")
        await sandbox.settled()
        texts = [one["payload"]["event"]["text"] for one in bot.envelopes]
    assert texts == ["second", "first"]


async def test_a_socket_that_breaks_fails_the_act_and_is_replaced(sandbox: Sandbox, app: TinyApp) -> None:
    taken: list[Any] = []

    async def take(ack: Any, body: dict[str, Any]) -> None:
        taken.append(body)
        await ack("done")

    app.bolt.command("/do")(take)
    ana = sandbox.act_as("ana")
    sandbox.faults.use(FaultPlan(dropped_sockets=1))
    await ana.runs("/do")
    assert ana.failure == "operation_timeout"
    assert ana.sentence
    sandbox.faults.clear()
    await sandbox.bot_connected()
    await ana.runs("/do")
    assert ana.reply == "done"
    assert 1 <= len(taken) <= 2
    assert sandbox.complaints == []


async def test_sockets_are_replaced_in_mid_work(sandbox: Sandbox, app: TinyApp) -> None:
    ana = sandbox.act_as("ana")
    sandbox.faults.use(FaultPlan(refreshed_sockets=0.5))
    for number in range(10):
        await ana.says(f"message {number}", channel="support-cases")
    sandbox.faults.clear()
    await sandbox.bot_connected()
    await sandbox.settled()
    assert sandbox.faults.struck["refreshed_sockets"] > 1
    assert {event["text"] for event in app.seen} == {f"message {number}" for number in range(10)}
    assert sandbox.complaints == []


async def test_an_event_whose_socket_broke_comes_again(sandbox: Sandbox, app: TinyApp) -> None:
    sandbox.faults.use(FaultPlan(dropped_sockets=1))
    saying = asyncio.create_task(sandbox.act_as("ana").says("still there?", channel="support-cases"))
    while not sandbox.faults.struck["dropped_sockets"]:  # noqa: ASYNC110  the fault makes no news
        await asyncio.sleep(0.01)
    sandbox.faults.clear()
    await saying
    await sandbox.settled()
    assert "still there?" in [event["text"] for event in app.seen]


async def test_an_unknown_fault_cannot_be_switched(sandbox: Sandbox) -> None:
    with pytest.raises(KeyError):
        sandbox.faults.turn("gremlins")


async def test_every_switch_turns_on_and_off_again(sandbox: Sandbox) -> None:
    for switch in SWITCHES:
        sandbox.faults.turn(switch.name)
        assert sandbox.faults.is_on(switch.name)
        assert [one["name"] for one in sandbox.faults.to_json() if one["on"]] == [switch.name]
        sandbox.faults.turn(switch.name, on=False)
    assert sandbox.faults.plan == FaultPlan()
