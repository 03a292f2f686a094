"""The endpoints that the browser page lives on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Sandbox
from tests.sandbox.conftest import RawBot, actions, button, field, modal, raw_bot, section, web

Json = dict[str, Any]


class Page:
    """A page that is open as one person."""

    def __init__(self, session: aiohttp.ClientSession, me: str) -> None:
        self.session = session
        self.me = me

    async def get(self, name: str, **query: str) -> Json:
        async with self.session.get(f"/ui/{name}", params={"as": self.me, **query}) as response:
            body: Json = await response.json()
            return body

    async def post(self, name: str, **body: Any) -> Json:
        async with self.session.post(f"/ui/{name}", json={"as": self.me, **body}) as response:
            answer: Json = await response.json()
            return answer


@pytest.fixture
async def page(sandbox: Sandbox) -> AsyncIterator[Page]:
    async with aiohttp.ClientSession(sandbox.page_url) as session:
        yield Page(session, "U0ANA")


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[RawBot]:
    async with raw_bot(sandbox) as raw:
        yield raw


async def test_a_snapshot_shows_what_this_person_may_see(sandbox: Sandbox, page: Page) -> None:
    shown = await page.get("snapshot")
    assert shown["team"] == {"name": "Northwind Support"}
    assert shown["me"]["handle"] == "ana"
    assert shown["bot"] == {"id": sandbox.bot_user_id, "name": "Tiny", "online": False}
    assert shown["clock"]["offset"] == 0
    channels = {channel["name"]: channel for channel in shown["channels"]}
    assert "integrations" not in channels
    assert channels["harbour-optics"]["is_member"]
    assert [(dm["user"], dm["read_only"]) for dm in shown["dms"]] == [(sandbox.bot_user_id, False)]
    assert [command["command"] for command in shown["commands"]] == ["/do", "/raw"]
    assert shown["home"] == {"published": False}


async def test_messages_are_listed_with_their_threads_and_ephemerals(sandbox: Sandbox, page: Page) -> None:
    client = web(sandbox)
    root = (await client.chat_postMessage(channel="C0CASES", text="root"))["ts"]
    await client.chat_postMessage(channel="C0CASES", text="reply", thread_ts=root)
    await client.chat_postEphemeral(channel="C0CASES", user="U0ANA", text="psst")
    main = (await page.get("messages", channel="C0CASES"))["messages"]
    assert [message["text"] for message in main] == ["root", "psst"]
    assert (main[0]["reply_count"], main[1]["ephemeral"]) == (1, True)
    thread = (await page.get("messages", channel="C0CASES", thread=root))["messages"]
    assert [message["text"] for message in thread] == ["root", "reply"]
    last = await page.get("messages", channel="C0CASES", limit="1")
    assert ([message["text"] for message in last["messages"]], last["has_more"]) == (["psst"], True)
    others = await Page(page.session, "U0BEN").get("messages", channel="C0CASES")
    assert [message["text"] for message in others["messages"]] == ["root"]


async def test_a_private_channel_is_closed_to_others(page: Page) -> None:
    assert (await page.get("messages", channel="C0INTEGR"))["error"] == "channel_not_found"
    assert (await Page(page.session, "U0GHOST").get("snapshot"))["error"] == "user_not_found"


async def test_a_person_works_through_the_page(sandbox: Sandbox, page: Page, bot: RawBot) -> None:
    said = await page.post("say", channel="C0CASES", text="hello")
    assert said["ok"]
    reply = await page.post("say", channel="C0CASES", text="again", thread_ts=said["ts"])
    assert reply["ok"]
    bot.answer = lambda _: {"text": "Yes?"}
    assert (await page.post("command", channel="C0CASES", command="/do", text="x"))["outcome"] == "answered"
    failed = await page.post("command", channel="C0CASES", command="/foo", text="")
    assert failed["sentence"] == "/foo is not a valid command."
    bot.answer = lambda _: {}
    assert (await page.post("read", channel="C0CASES"))["ok"]
    assert (await page.post("reload"))["ok"]
    assert sandbox.act_as("ana").ephemerals == []


async def test_a_modal_is_worked_through_the_page(sandbox: Sandbox, page: Page, bot: RawBot) -> None:
    view = modal(field("title", "Title"), actions(button("Go", "go")))
    trigger = sandbox.triggers.issue("U0ANA")
    await web(sandbox).views_open(trigger_id=trigger, view=view)
    [shown] = (await page.get("modals"))["stack"]
    refused = await page.post("submit", view_id=shown["id"], values={})
    assert (refused["ok"], refused["outcome"]) == (True, "errors")
    assert "title" in refused["errors"]
    values = {"title": {"value": {"type": "plain_text_input", "value": "typed"}}}
    clicked = await page.post(
        "action",
        container={"type": "modal", "view_id": shown["id"]},
        block_id="row",
        action_id="go",
        state=values,
    )
    assert clicked["ok"]
    assert bot.envelopes[0]["payload"]["view"]["state"]["values"]["title"] == values["title"]
    assert (await page.get("modals"))["stack"][0]["state"]["values"]["title"] == values["title"]
    assert (await page.post("submit", view_id=shown["id"], values=values))["outcome"] == "closed"
    gone = await page.post("close", view_id=shown["id"])
    assert (gone["ok"], gone["error"]) == (False, "not_found")


async def test_home_and_messages_are_clicked_through_the_page(
    sandbox: Sandbox, page: Page, bot: RawBot
) -> None:
    client = web(sandbox)
    assert (await page.get("home")) == {"view": None}
    assert (await page.post("home"))["ok"]
    await client.views_publish(
        user_id="U0ANA", view={"type": "home", "blocks": [actions(button("More", "more"))]}
    )
    assert (await page.get("home"))["view"]["type"] == "home"
    assert (await page.post("action", container={"type": "home"}, block_id="row", action_id="more"))["ok"]
    ts = (await client.chat_postMessage(channel="C0CASES", text="x", blocks=[actions(button("Go", "go"))]))[
        "ts"
    ]
    place = {"type": "message", "channel": "C0CASES", "ts": ts}
    assert (await page.post("action", container=place, block_id="row", action_id="go"))["ok"]
    missing = await page.post("action", container=place, block_id="row", action_id="other")
    assert missing["error"] == "not_found"


async def test_the_page_travels(sandbox: Sandbox, page: Page) -> None:
    before = sandbox.clock.now()
    assert (await page.post("travel", to="hour"))["ok"]
    assert 3590 < (sandbox.clock.now() - before).total_seconds() < 3610
    assert not (await page.post("travel", to="christmas"))["ok"]


async def test_an_odd_request_is_refused_in_words(page: Page) -> None:
    assert (await page.post("say", channel="C0CASES"))["error"] == "invalid_arguments"


async def test_news_come_by_themselves(sandbox: Sandbox, page: Page) -> None:
    client = web(sandbox)

    class Live:
        async def receive_json(self) -> Any:
            while (news := await socket.receive_json())["type"] == "traffic":
                pass  # each call itself, for the inspector
            return news

    live = Live()
    async with page.session.ws_connect("/ui/live?as=U0ANA") as socket:
        await page.get("snapshot")
        ts = (await client.chat_postMessage(channel="C0CASES", text="x"))["ts"]
        first = await live.receive_json()
        assert (first["type"], first["message"]["text"]) == ("message", "x")
        assert await live.receive_json() == {"type": "unread", "channel": "C0CASES", "unread": 1}
        await client.chat_update(channel="C0CASES", ts=ts, text="y")
        assert (await live.receive_json())["type"] == "message_changed"
        await client.chat_postEphemeral(channel="C0CASES", user="U0ANA", text="psst")
        assert (await live.receive_json())["type"] == "ephemeral"
        await client.chat_postEphemeral(channel="C0CASES", user="U0BEN", text="not for her")
        await client.chat_postMessage(channel="U0BEN", text="nor this")
        await client.views_publish(user_id="U0ANA", view={"type": "home", "blocks": [section("x")]})
        assert (await live.receive_json())["type"] == "home"
        await client.views_open(trigger_id=sandbox.triggers.issue("U0ANA"), view=modal())
        assert (await live.receive_json())["type"] == "modals"
        await page.post("travel", to="hour")
        assert (await live.receive_json())["type"] == "clock"


async def test_the_front_page_is_there_and_not_cached(page: Page) -> None:
    async with page.session.get("/") as response:
        assert response.status == 200
        assert "no-cache" in response.headers["Cache-Control"]
    async with page.session.get("/page/../server.py") as response:
        assert response.status == 404
    async with page.session.get("/page/%2e%2e/server.py") as response:
        assert response.status == 404
