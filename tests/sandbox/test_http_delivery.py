"""Signed HTTP: what the sandbox posts, and what it makes of the answers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from bot.sandbox import Sandbox
from tests.sandbox.conftest import MANIFEST
from tests.transport import HOST, free_port

Json = dict[str, Any]


@dataclass
class Listener:
    """A bot that is nothing but a port: it notes what is posted, and answers as the test says."""

    sandbox: Sandbox
    bodies: list[str] = field(default_factory=list)
    headers: list[Json] = field(default_factory=list)
    answer: Callable[[], web.Response] = web.Response

    async def take(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.text())
        self.headers.append(dict(request.headers))
        return self.answer()

    async def look(self, request: web.Request) -> web.Response:
        return web.Response()


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    port = free_port()
    async with Sandbox(MANIFEST, request_url=f"http://{HOST}:{port}/slack/events") as sandbox:
        there = Listener(sandbox)
        app = web.Application()
        app.router.add_post("/slack/events", there.take)
        app.router.add_get("/slack/events", there.look)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, HOST, port).start()
        await sandbox.bot_connected()
        yield there
        await runner.cleanup()


async def test_a_command_is_a_signed_form_and_its_answer_is_shown(listener: Listener) -> None:
    ana = listener.sandbox.act_as("ana")
    listener.answer = lambda: web.json_response({"text": "Done."})
    await ana.runs("/do it")
    assert ana.reply == "Done."
    form = dict(parse_qsl(listener.bodies[0]))
    assert (form["command"], form["text"], form["user_id"]) == ("/do", "it", ana.id)
    verifier = SignatureVerifier(listener.sandbox.signing_secret)
    assert verifier.is_valid_request(listener.bodies[0], listener.headers[0])
    assert listener.headers[0]["Content-Type"] == "application/x-www-form-urlencoded"
    assert listener.sandbox.complaints == []


async def test_an_answer_in_plain_words_is_shown_too(listener: Listener) -> None:
    listener.answer = lambda: web.Response(text="Done.")
    await listener.sandbox.act_as("ana").runs("/do")
    assert listener.sandbox.act_as("ana").reply == "Done."


async def test_an_event_is_json_and_what_is_not_taken_comes_three_times_more(listener: Listener) -> None:
    listener.answer = lambda: web.Response(status=503)
    ana = listener.sandbox.act_as("ana")
    await ana.says("hello", channel="support-cases")
    await listener.sandbox.settled()
    assert len(listener.bodies) == 4
    assert len({json.loads(body)["event_id"] for body in listener.bodies}) == 1
    told = [(one.get("X-Slack-Retry-Num"), one.get("X-Slack-Retry-Reason")) for one in listener.headers]
    assert told == [(None, None), *((str(number), "http_error") for number in (1, 2, 3))]


async def test_an_event_that_is_taken_at_the_second_attempt_does_not_come_again(listener: Listener) -> None:
    answers = [web.Response(), web.Response(status=503)]
    listener.answer = lambda: answers.pop()
    await listener.sandbox.act_as("ana").says("hello", channel="support-cases")
    await listener.sandbox.settled()
    assert len(listener.bodies) == 2


async def test_a_late_answer_is_no_answer_and_the_retry_says_so(listener: Listener) -> None:
    listener.sandbox.sockets.ack_seconds = 0.0
    await listener.sandbox.act_as("ana").says("hello", channel="support-cases")
    listener.sandbox.sockets.ack_seconds = 3.0
    await listener.sandbox.settled()
    assert listener.headers[-1]["X-Slack-Retry-Reason"] == "http_timeout"
    assert "not acked" in listener.sandbox.complaints[0]


async def test_where_nobody_listens_a_command_cannot_be_dispatched() -> None:
    address = f"http://{HOST}:{free_port()}/slack/events"
    async with Sandbox(MANIFEST, request_url=address) as sandbox:
        await sandbox.act_as("ana").runs("/do")
        assert sandbox.act_as("ana").failure == "dispatch_failed"
        with pytest.raises(TimeoutError):
            await sandbox.bot_connected(0.05)
