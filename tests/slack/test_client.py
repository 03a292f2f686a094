"""The client against a server that misbehaves in every way that Slack and the network can."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import LOOK_BACK, PAGES, READING, Posted, SlackClient
from bot.slack.faults import LOST_TRIGGER, TRANSIENT, SlackBusy, SlackRefused, SlackUnsure
from bot.slack.methods import METHODS
from bot.slack.pacing import Pacer

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

BLOCKS = [{"type": "divider"}]


class Server:
    """Answers every request as the test says, and keeps what was asked."""

    def __init__(self) -> None:
        self.answer: Answer = saying({"ok": True})
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.verbs: list[str] = []
        self.url = ""
        self.let_go = asyncio.Event()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        given = json.loads(body) if request.content_type == "application/json" and body else {}
        self.asked.append((request.path.removeprefix("/api/"), {**request.query, **given}))
        self.verbs.append(request.method)
        return await self.answer(request)


def saying(body: Any, status: int = 200, **headers: str) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.json_response(body, status=status, headers=named)

    return answer


def failing_with_a_page(status: int) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(text="<html>Bad gateway</html>", content_type="text/html", status=status)

    return answer


async def broken_json(_: web.Request) -> web.StreamResponse:
    """A gateway has cut Slack's answer and sends it as if it were whole."""
    return web.Response(text='{"ok": true, "chan', content_type="application/json")


async def dropping(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def cut_short(request: web.Request) -> web.StreamResponse:
    """The head of an answer, and then the line is cut."""
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "500"})
    await response.prepare(request)
    await response.write(b'{"ok": true, ')
    assert request.transport is not None
    request.transport.close()
    return response


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", server.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield server
    server.let_go.set()
    await runner.cleanup()


class Watch:
    def __init__(self) -> None:
        self.at = 0.0

    async def sleep(self, seconds: float) -> None:
        self.at += seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
async def slack(server: Server, watch: Watch) -> AsyncIterator[SlackClient]:
    pacer = Pacer(enabled=False, now=lambda: watch.at, sleep=watch.sleep)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.5)) as session:
        web_client = AsyncWebClient(
            token="xoxb-1", base_url=f"{server.url}api/", session=session, retry_handlers=[]
        )
        yield SlackClient(web_client, pacer)


def posts(slack: SlackClient) -> Awaitable[Posted]:
    return slack.post("C1", "Hello", BLOCKS, "token-1")


# What went wrong, sorted by what may be done about it


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (saying({"ok": False, "error": "not_in_channel"}), SlackRefused),
        (saying({"ok": False, "error": "internal_error"}), SlackRefused),
        (saying({"ok": False}), SlackRefused),
        (saying({"ok": False, "error": "ratelimited"}, 429, Retry_After="7"), SlackBusy),
        (saying({"ok": False, "error": "ratelimited"}, 429), SlackBusy),
        (saying({"ok": False, "error": "service_unavailable"}, 503), SlackUnsure),
        (saying({"ok": False}, 500), SlackUnsure),
        (failing_with_a_page(502), SlackUnsure),
        (failing_with_a_page(200), SlackUnsure),
        (broken_json, SlackUnsure),
        (dropping, SlackUnsure),
        (cut_short, SlackUnsure),
    ],
    ids=[
        "refused", "internal error", "refused without a name", "busy", "busy without a time", "unavailable",
        "broken", "a gateway's page", "a page instead of an answer", "broken JSON", "dropped", "cut short",
    ],
)  # fmt: skip
async def test_every_trouble_has_one_of_three_names_and_is_asked_once(
    server: Server, slack: SlackClient, answer: Answer, fault: type[Exception]
) -> None:
    server.answer = answer
    with pytest.raises(fault) as caught:
        await posts(slack)
    assert type(caught.value) is fault
    assert "chat.postMessage" in str(caught.value)
    assert len(server.asked) == 1, "all retries belong to the outbox"


async def test_an_answer_that_does_not_come_in_time_leaves_us_unsure(
    server: Server, slack: SlackClient
) -> None:
    async def silent(_: web.Request) -> web.StreamResponse:
        await server.let_go.wait()
        return web.Response()

    server.answer = silent
    with pytest.raises(SlackUnsure):
        await posts(slack)
    assert len(server.asked) == 1


async def test_a_slack_that_cannot_be_reached_leaves_us_unsure(slack: SlackClient) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))  # bound and not listening: the connection is refused
        slack.web.base_url = f"http://127.0.0.1:{reserved.getsockname()[1]}/"
        with pytest.raises(SlackUnsure):
            await posts(slack)


async def test_the_seconds_that_slack_asks_for_are_kept_by_all_later_calls(
    server: Server, slack: SlackClient, watch: Watch
) -> None:
    server.answer = saying({"ok": False, "error": "ratelimited"}, 429, Retry_After="7")
    with pytest.raises(SlackBusy) as busy:
        await posts(slack)
    assert busy.value.seconds == 7
    server.answer = saying({"ok": True, "channel": "C1", "ts": "1.1"})
    watch.at = 4
    with pytest.raises(SlackBusy) as busy:
        await posts(slack)
    assert busy.value.seconds == 3
    assert len(server.asked) == 1
    watch.at = 6
    await posts(slack)
    assert watch.at == 7, "the last second is waited for"


async def test_a_busy_slack_that_names_no_time_is_left_alone_for_half_a_minute(
    server: Server, slack: SlackClient
) -> None:
    server.answer = saying({"ok": False, "error": "ratelimited"}, 429)
    with pytest.raises(SlackBusy) as busy:
        await posts(slack)
    assert busy.value.seconds == 30


@pytest.mark.parametrize("error", ["not_in_channel", "invalid_blocks", *sorted(TRANSIENT)])
async def test_a_refusal_says_whether_it_may_pass(server: Server, slack: SlackClient, error: str) -> None:
    server.answer = saying(
        {"ok": False, "error": error, "response_metadata": {"messages": ["[ERROR] too long"]}}
    )
    with pytest.raises(SlackRefused) as refused:
        await posts(slack)
    assert refused.value.error == error
    assert refused.value.temporary is (error in TRANSIENT)
    assert str(refused.value) == f"chat.postMessage: {error} ([ERROR] too long)"


def test_a_lost_trigger_is_no_trouble_that_passes() -> None:
    assert not LOST_TRIGGER & TRANSIENT


# Response URLs


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (saying({"ok": False, "error": "expired_url"}, 404), SlackRefused),
        (saying({"ok": False}, 500), SlackRefused),
        (dropping, SlackUnsure),
    ],
)
async def test_a_response_url_that_is_used_up_or_gone_is_told_apart(
    server: Server, slack: SlackClient, answer: Answer, fault: type[Exception]
) -> None:
    server.answer = answer
    with pytest.raises(fault):
        await slack.respond(f"{server.url}response/1", "Hello", BLOCKS)
    assert len(server.asked) == 1


async def test_a_click_is_answered_to_the_clicker_and_the_card_stays(
    server: Server, slack: SlackClient
) -> None:
    server.answer = saying("ok")
    await slack.respond(f"{server.url}response/1", "Hello", BLOCKS)
    [(_, body)] = server.asked
    assert (body["response_type"], body["replace_original"]) == ("ephemeral", False)


# What is asked


async def test_a_message_is_found_again_by_its_token_and_nothing_else(
    server: Server, slack: SlackClient
) -> None:
    def message(ts: str, kind: str, token: str) -> dict[str, Any]:
        return {"ts": ts, "metadata": {"event_type": kind, "event_payload": {"token": token}}}

    history = [
        {"ts": "1.0"},
        message("2.0", "another_app", "mine"),
        message("3.0", "caseline_delivery", "other"),
        message("4.0", "caseline_delivery", "mine"),
    ]
    server.answer = saying({"ok": True, "messages": history})
    assert await slack.find("C1", "mine") == Posted(channel="C1", ts="4.0")
    assert await slack.find("C1", "nobody's", "0.9") is None
    (history_call, given), (replies_call, also) = server.asked
    assert (history_call, replies_call) == ("conversations.history", "conversations.replies")
    assert given["include_all_metadata"] in ("1", "true", "True")
    assert given["limit"] == str(LOOK_BACK)
    assert "ts" not in given
    assert also["ts"] == "0.9"
    assert server.verbs == ["GET", "GET"]


async def test_a_long_thread_is_read_on_until_the_message_is_found(
    server: Server, slack: SlackClient
) -> None:
    mine = {"event_type": "caseline_delivery", "event_payload": {"token": "mine"}}

    async def page(request: web.Request) -> web.StreamResponse:
        number = int(request.query.get("cursor", "1"))
        messages = [{"ts": f"{number}.0", **({"metadata": mine} if number == 3 else {})}]
        more = {"next_cursor": str(number + 1)}
        return web.json_response({"ok": True, "messages": messages, "response_metadata": more})

    server.answer = page
    assert await slack.find("C1", "mine", "0.9") == Posted(channel="C1", ts="3.0")
    assert len(server.asked) == 3
    assert await slack.find("C1", "nobody's") is None
    assert len(server.asked) == 3 + PAGES, "it does not read for ever"


async def test_a_channel_is_found_by_its_name_on_a_later_page(server: Server, slack: SlackClient) -> None:
    async def page(request: web.Request) -> web.StreamResponse:
        last = "cursor" in request.query
        channels = [{"id": "C2", "name": "desk"}] if last else [{"id": "C1", "name": "general"}]
        more = {"next_cursor": "" if last else "2"}
        return web.json_response({"ok": True, "channels": channels, "response_metadata": more})

    server.answer = page
    assert await slack.channel_named("desk") == "C2"
    assert await slack.channel_named("nowhere") is None
    assert len(server.asked) == 4


async def test_what_is_posted_carries_its_token_and_unfurls_nothing(
    server: Server, slack: SlackClient
) -> None:
    server.answer = saying({"ok": True, "channel": "C1", "ts": "1.1"})
    assert await posts(slack) == Posted(channel="C1", ts="1.1")
    [(_, body)] = server.asked
    assert body["metadata"]["event_payload"] == {"token": "token-1"}
    assert (body["unfurl_links"], body["unfurl_media"]) == (False, False)
    assert "thread_ts" not in body


@pytest.mark.parametrize(
    ("user", "name", "timezone"),
    [
        ({"real_name": "Ana Lima", "name": "ana", "tz": "Europe/Lisbon"}, "Ana Lima", "Europe/Lisbon"),
        ({"profile": {"display_name": "ana"}, "tz": None}, "ana", "UTC"),
        ({"name": "ana"}, "ana", "UTC"),
        ({}, "U1", "UTC"),
    ],
)
async def test_a_person_without_a_full_profile_has_a_name_all_the_same(
    server: Server, slack: SlackClient, user: dict[str, Any], name: str, timezone: str
) -> None:
    server.answer = saying({"ok": True, "user": user})
    profile = await slack.profile("U1")
    assert (profile.name, profile.timezone) == (name, timezone)


def test_only_methods_of_the_table_are_read_by_query() -> None:
    assert set(METHODS) >= READING
