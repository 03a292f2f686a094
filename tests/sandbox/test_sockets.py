"""Socket Mode: acks in time, too late and never; redelivery; sockets that are replaced in mid-work."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.sandbox import Sandbox
from bot.sandbox.sockets import ACK_SECONDS
from tests.sandbox.conftest import TinyApp, raw_bot, web

Json = dict[str, Any]


def silent(_: Json) -> Json | None:
    return None


async def test_slack_waits_three_seconds() -> None:
    assert ACK_SECONDS == 3.0


async def test_without_a_socket_a_command_cannot_be_dispatched(sandbox: Sandbox) -> None:
    ana = sandbox.act_as("ana")
    await ana.runs("/do")
    assert ana.failure == "dispatch_failed"
    assert ana.reply == '/do failed with the error "dispatch_failed"'


async def test_a_command_that_is_not_acked_times_out_and_never_comes_again(sandbox: Sandbox) -> None:
    sandbox.sockets.ack_seconds = 0.05
    async with raw_bot(sandbox) as bot:
        bot.answer = silent
        ana = sandbox.act_as("ana")
        await ana.runs("/do")
        assert ana.failure == "operation_timeout"
        assert ana.reply == '/do failed with the error "operation_timeout"'
        assert sandbox.complaints == ["/do was not acked within 0.05 s"]
        await bot.ack(bot.envelopes[0])
        await sandbox.settled()
        await asyncio.sleep(0.1)
        assert len(bot.envelopes) == 1
        assert "late or second ack" in sandbox.complaints[1]


async def test_an_event_that_is_not_acked_comes_again_once(sandbox: Sandbox) -> None:
    sandbox.sockets.ack_seconds = 0.05
    async with raw_bot(sandbox) as bot:
        bot.answer = silent
        await sandbox.act_as("ana").says("hello", channel="support-cases")
        await sandbox.settled()
        first, second = bot.envelopes
        assert (first["retry_attempt"], second["retry_attempt"]) == (0, 1)
        assert second["retry_reason"] == "timeout"
        assert first["payload"]["event_id"] == second["payload"]["event_id"]
        assert first["envelope_id"] != second["envelope_id"]
        await asyncio.sleep(0.12)
        assert len(bot.envelopes) == 2


async def test_an_event_is_given_up_after_three_more_attempts(sandbox: Sandbox) -> None:
    sandbox.sockets.ack_seconds = 0.05
    sandbox.events.retry_pauses = (0.0, 0.01, 0.01)
    async with raw_bot(sandbox) as bot:
        bot.answer = silent
        await sandbox.act_as("ana").says("hello", channel="support-cases")
        await sandbox.settled()
        await asyncio.sleep(0.1)
        assert [one["retry_attempt"] for one in bot.envelopes] == [0, 1, 2, 3]


async def test_an_event_waits_for_a_bot_that_comes_back(sandbox: Sandbox) -> None:
    sandbox.sockets.ack_seconds = 0.2
    await sandbox.act_as("ana").says("is anybody there", channel="support-cases")
    async with raw_bot(sandbox) as bot:
        await sandbox.settled()
        assert [one["payload"]["event"]["text"] for one in bot.envelopes] == ["is anybody there"]


async def test_an_ack_with_a_body_that_slack_ignores_is_complained_about(sandbox: Sandbox) -> None:
    async with raw_bot(sandbox) as bot:
        bot.answer = lambda _: {"text": "x"}
        await sandbox.act_as("ana").says("hello", channel="support-cases")
        assert "has a body, which Slack ignores" in sandbox.complaints[0]


async def test_an_ack_for_nothing_is_complained_about(sandbox: Sandbox) -> None:
    async with raw_bot(sandbox) as bot:
        await bot.ack({"envelope_id": "made-up"})
        await sandbox.act_as("ana").says("hello", channel="support-cases")
        assert sandbox.complaints == ["an ack came for an unknown envelope 'made-up'"]


async def test_a_bot_that_dies_in_mid_work_fails_the_command_at_once(sandbox: Sandbox) -> None:
    async with raw_bot(sandbox) as bot:
        bot.answer = silent
        ana = sandbox.act_as("ana")
        running = asyncio.create_task(ana.runs("/do"))
        await bot.received.wait()
        assert bot.socket is not None
        await bot.socket.close()
        await asyncio.wait_for(running, 1)
        assert ana.failure == "operation_timeout"
        assert not sandbox.sockets.online


async def test_each_envelope_goes_to_one_of_the_connections(sandbox: Sandbox) -> None:
    async with raw_bot(sandbox) as one, raw_bot(sandbox) as other:
        for _ in range(4):
            await sandbox.act_as("ana").runs("/do")
        assert (len(one.envelopes), len(other.envelopes)) == (2, 2)


async def test_sockets_are_replaced_in_mid_work_and_nothing_is_lost(sandbox: Sandbox, app: TinyApp) -> None:
    started, go_on = asyncio.Event(), asyncio.Event()

    @app.bolt.command("/do")
    async def do(ack: Any) -> None:
        started.set()
        await go_on.wait()
        await ack("Done.")

    ana = sandbox.act_as("ana")
    running = asyncio.create_task(ana.runs("/do"))
    await started.wait()
    await sandbox.refresh_sockets()
    go_on.set()
    await running
    assert (ana.reply, ana.failure) == ("Done.", "")
    await ana.runs("/do again")
    assert ana.reply == "Done."
    assert sandbox.complaints == []


async def test_a_socket_that_is_to_go_still_brings_its_acks(sandbox: Sandbox) -> None:
    async with raw_bot(sandbox) as old:
        old.answer = silent
        ana = sandbox.act_as("ana")
        running = asyncio.create_task(ana.runs("/do"))
        await old.received.wait()
        refreshing = asyncio.create_task(sandbox.refresh_sockets())
        async with raw_bot(sandbox) as new:
            await refreshing
            assert old.disconnects[0]["reason"] == "refresh_requested"
            await old.ack(old.envelopes[0], {"text": "from the old one"})
            await running
            assert ana.reply == "from the old one"
            await ana.runs("/do")
            assert (len(old.envelopes), len(new.envelopes)) == (1, 1)


async def test_ten_connections_are_enough(sandbox: Sandbox) -> None:
    client = web(sandbox)
    async with aiohttp.ClientSession() as session:
        sockets = []
        for _ in range(10):
            opened = await client.apps_connections_open(app_token=sandbox.app_token)
            sockets.append(await session.ws_connect(opened["url"]))
            assert (await sockets[-1].receive_json())["type"] == "hello"
        with pytest.raises(SlackApiError, match="too_many_websockets"):
            await client.apps_connections_open(app_token=sandbox.app_token)
        for socket in sockets:
            await socket.close()


async def test_a_ticket_opens_one_socket(sandbox: Sandbox) -> None:
    opened = await web(sandbox).apps_connections_open(app_token=sandbox.app_token)
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(opened["url"]) as socket:
            hello = await socket.receive_json()
            assert hello["connection_info"] == {"app_id": "A0CASELINE"}
            assert hello["num_connections"] == 1
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(opened["url"])


async def test_stopping_is_quick_with_sockets_still_open(sandbox: Sandbox) -> None:
    async with (
        raw_bot(sandbox),
        aiohttp.ClientSession(sandbox.page_url) as session,
        session.ws_connect("/ui/live?as=U0ANA"),
    ):
        await asyncio.wait_for(sandbox.stop(), 3)
