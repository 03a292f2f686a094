"""The page's inspector: what went over the wire, and the switches for faults."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Sandbox
from bot.sandbox.faults import SWITCHES
from tests.sandbox.conftest import TinyApp, web


@pytest.fixture
async def page(sandbox: Sandbox) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(sandbox.page_url) as session:
        yield session


async def reads(page: aiohttp.ClientSession, path: str) -> Any:
    async with page.get(path) as response:
        assert response.status == 200
        return await response.json()


async def test_calls_and_deliveries_are_listed_in_order(
    sandbox: Sandbox, app: TinyApp, page: aiohttp.ClientSession
) -> None:
    await sandbox.act_as("ana").says("hello there", channel="support-cases")
    start = (await reads(page, "/ui/traffic"))["entries"][-1]["n"]
    await app.client.chat_postMessage(channel="C0CASES", text="x" * 1000)
    await sandbox.settled()
    call, echo = (await reads(page, f"/ui/traffic?after={start}"))["entries"]
    assert call["n"] == start + 1
    assert (call["direction"], call["method"], call["ok"]) == ("from_bot", "chat.postMessage", True)
    assert call["summary"].startswith("C0CASES · xxx")
    assert len(call["detail"]["request"]["text"]) < 300
    assert call["detail"]["answer"]["ok"]
    assert (echo["direction"], echo["kind"]) == ("to_bot", "message")
    assert echo["ms"] >= 0
    assert abs(echo["at"] - call["at"]) < 60


async def test_a_refused_call_is_seen_as_one(sandbox: Sandbox, page: aiohttp.ClientSession) -> None:
    with pytest.raises(Exception, match="channel_not_found"):
        await web(sandbox).chat_postMessage(channel="C0NOWHERE", text="x")
    (entry,) = (await reads(page, "/ui/traffic"))["entries"]
    assert not entry["ok"]
    assert "channel_not_found" in entry["summary"]


async def test_the_inspector_never_shows_a_token(sandbox: Sandbox, page: aiohttp.ClientSession) -> None:
    await web(sandbox).auth_test()
    await web(sandbox).apps_connections_open(app_token=sandbox.app_token)
    told = str(await reads(page, "/ui/traffic"))
    assert sandbox.bot_token not in told
    assert sandbox.app_token not in told


async def test_each_exchange_is_news_for_an_open_page(sandbox: Sandbox, page: aiohttp.ClientSession) -> None:
    async with page.ws_connect("/ui/live?as=U0ANA") as live:
        await reads(page, "/ui/snapshot?as=U0ANA")
        await web(sandbox).auth_test()
        news = await live.receive_json()
    assert news["type"] == "traffic"
    assert news["entry"]["method"] == "auth.test"


async def test_all_faults_are_off_until_they_are_switched_on(page: aiohttp.ClientSession) -> None:
    faults = (await reads(page, "/ui/faults"))["faults"]
    assert [one["name"] for one in faults] == [one.name for one in SWITCHES]
    assert not any(one["on"] for one in faults)
    assert all(one["label"] and one["meaning"] for one in faults)
    async with page.post("/ui/faults", json={"name": "limits", "on": True}) as response:
        answer = await response.json()
    assert answer["ok"]
    assert [one["name"] for one in answer["faults"] if one["on"]] == ["limits"]
    assert [one for one in (await reads(page, "/ui/faults"))["faults"] if one["on"]]


@pytest.mark.parametrize("body", [{"name": "gremlins", "on": True}, {"on": True}, ["limits"], "x"])
async def test_an_unknown_fault_is_refused_in_words(page: aiohttp.ClientSession, body: Any) -> None:
    async with page.post("/ui/faults", json=body) as response:
        answer = await response.json()
    assert response.status == 400
    assert answer["sentence"]
