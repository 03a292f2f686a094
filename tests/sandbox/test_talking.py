"""Commands, messages, ephemerals and response URLs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.sandbox import DriverError, Sandbox
from bot.sandbox.responses import LIFETIME
from tests.sandbox.conftest import actions, button, manifest_without, raw_bot, section, web

Json = dict[str, Any]


async def respond(url: str, **body: Any) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
        return response.status, await response.text()


# Commands


async def test_a_command_arrives_as_slack_sends_it(sandbox: Sandbox) -> None:
    async with raw_bot(sandbox) as bot:
        await sandbox.act_as("ana").runs("/do tell @ben <now> #random", channel="cloud-nine")
        [envelope] = bot.envelopes
        assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
        payload = envelope["payload"]
        assert payload["text"] == "tell <@U0BEN|ben> &lt;now&gt; <#C0RANDOM|random>"
        assert (payload["user_id"], payload["user_name"]) == ("U0ANA", "ana")
        assert (payload["channel_id"], payload["channel_name"]) == ("C0CLOUD", "cloud-nine")
        assert payload["is_enterprise_install"] == "false"
        assert all(isinstance(value, str) for value in payload.values())


async def test_a_command_without_escaping_arrives_as_typed(sandbox: Sandbox) -> None:
    async with raw_bot(sandbox) as bot:
        await sandbox.act_as("ana").runs("/raw tell @ben <now>")
        assert bot.envelopes[0]["payload"]["text"] == "tell @ben <now>"


async def test_only_commands_of_the_manifest_are_commands(sandbox: Sandbox) -> None:
    async with raw_bot(sandbox) as bot:
        ana = sandbox.act_as("ana")
        await ana.runs("/foo bar")
        assert ana.reply == "/foo is not a valid command."
        assert ana.failure == "invalid_command"
        assert bot.envelopes == []


async def test_a_command_may_answer_in_the_channel(sandbox: Sandbox) -> None:
    async with raw_bot(sandbox) as bot:
        bot.answer = lambda _: {"text": "Hello all", "response_type": "in_channel"}
        await sandbox.act_as("ana").runs("/do", channel="support-cases")
        assert [message.text for message in sandbox.act_as("ben").messages("support-cases")] == ["Hello all"]


async def test_a_command_answered_with_nonsense_fails(sandbox: Sandbox) -> None:
    async with raw_bot(sandbox) as bot:
        bot.answer = lambda _: {"text": "x", "blocks": [section("")]}
        ana = sandbox.act_as("ana")
        await ana.runs("/do")
        assert ana.failure == "invalid_command_response"
        assert "invalid blocks" in sandbox.complaints[0]


# Messages


async def test_a_message_event_has_slacks_shape(sandbox: Sandbox) -> None:
    async with raw_bot(sandbox) as bot:
        ana = sandbox.act_as("ana")
        root = await ana.says("look @ben", channel="cloud-nine")
        reply = await ana.says("<b>", channel="cloud-nine", thread=root)
        first, second = (envelope["payload"] for envelope in bot.envelopes)
        assert first["type"] == "event_callback"
        assert first["event_id"] != second["event_id"]
        event = first["event"]
        assert (event["type"], event["channel_type"], event["text"]) == (
            "message",
            "channel",
            "look <@U0BEN>",
        )
        assert (event["ts"], event["user"]) == (root.ts, "U0ANA")
        assert "thread_ts" not in event
        assert second["event"]["thread_ts"] == root.ts
        assert second["event"]["parent_user_id"] == "U0ANA"
        assert second["event"]["text"] == "&lt;b&gt;"
        assert root.replies == [reply]


async def test_the_bots_own_posts_come_back_to_it(sandbox: Sandbox) -> None:
    async with raw_bot(sandbox) as bot:
        await web(sandbox).chat_postMessage(channel="C0INTEGR", text="x")
        await sandbox.settled()
        event = bot.envelopes[0]["payload"]["event"]
        assert (event["bot_id"], event["app_id"]) == ("B0CASELINE", "A0CASELINE")
        assert (event["channel_type"], event["user"]) == ("group", sandbox.bot_user_id)


async def test_events_come_only_from_where_the_bot_is(sandbox: Sandbox) -> None:
    async with raw_bot(sandbox) as bot:
        await sandbox.act_as("ana").says("hello", channel="random")
        assert bot.envelopes == []


@pytest.mark.parametrize(("scopes", "events"), [(("channels:history",), ()), ((), ("message.channels",))])
async def test_events_need_a_subscription_and_a_scope(
    tmp_path: Path, scopes: tuple[str, ...], events: tuple[str, ...]
) -> None:
    async with (
        Sandbox(manifest_without(tmp_path, *scopes, events=events)) as sandbox,
        raw_bot(sandbox) as bot,
    ):
        await sandbox.act_as("ana").says("public", channel="cloud-nine")
        await sandbox.act_as("jun").says("private", channel="integrations")
        assert [one["payload"]["event"]["text"] for one in bot.envelopes] == ["private"]


async def test_people_write_only_where_they_are(sandbox: Sandbox) -> None:
    with pytest.raises(DriverError, match="not in #cloud-nine"):
        await sandbox.act_as("sam").says("hello", channel="cloud-nine")
    with pytest.raises(DriverError, match="no channel"):
        await sandbox.act_as("sam").says("hello", channel="integrations")


async def test_unread_messages_are_counted_until_they_are_read(sandbox: Sandbox) -> None:
    ana, ben = sandbox.act_as("ana"), sandbox.act_as("ben")
    root = await ana.says("one", channel="support-cases")
    await ana.says("in the thread", channel="support-cases", thread=root)
    await web(sandbox).chat_postMessage(channel="C0CASES", text="two")
    assert (ben.unread("support-cases"), ana.unread("support-cases")) == (2, 1)
    ben.reads("support-cases")
    assert ben.unread("support-cases") == 0


# Ephemerals


async def test_an_ephemeral_is_seen_by_one_and_lost_on_reload(sandbox: Sandbox) -> None:
    client = web(sandbox)
    await client.chat_postEphemeral(channel="C0CASES", user="U0ANA", text="only you")
    ana, ben = sandbox.act_as("ana"), sandbox.act_as("ben")
    assert (ana.sees("only you"), ben.sees("only you")) == (True, False)
    assert ana.reply == "only you"
    history = await client.conversations_history(channel="C0CASES")
    assert history["messages"] == []
    ana.reloads()
    assert (ana.sees("only you"), ana.reply, ana.ephemerals) == (False, "", [])


async def test_a_click_on_an_ephemeral_carries_no_message(sandbox: Sandbox) -> None:
    async with raw_bot(sandbox) as bot:
        await web(sandbox).chat_postEphemeral(
            channel="C0CASES", user="U0ANA", text="sure?", blocks=[actions(button("Yes", "yes"))]
        )
        await sandbox.act_as("ana").clicks("Yes")
        payload = bot.envelopes[0]["payload"]
        assert payload["container"]["is_ephemeral"] is True
        assert "message" not in payload
        assert (await respond(payload["response_url"], text="Done.", replace_original=True))[0] == 200
        assert sandbox.act_as("ana").reply == "Done.\nYes"
        assert (await respond(payload["response_url"], delete_original=True))[0] == 200
        assert sandbox.act_as("ana").ephemerals == []


# Response URLs


async def response_url(sandbox: Sandbox) -> str:
    async with raw_bot(sandbox) as bot:
        await sandbox.act_as("ana").runs("/do", channel="support-cases")
        return str(bot.envelopes[0]["payload"]["response_url"])


async def test_a_response_url_works_five_times(sandbox: Sandbox) -> None:
    url = await response_url(sandbox)
    for turn in range(5):
        assert (await respond(url, text=f"answer {turn}"))[0] == 200
    status, body = await respond(url, text="one more")
    assert status == 404
    assert "used_url" in body
    assert sandbox.act_as("ana").reply == "answer 4"
    assert len(sandbox.complaints) == 1


async def test_a_response_url_lives_half_an_hour(sandbox: Sandbox) -> None:
    url = await response_url(sandbox)
    sandbox.responses.age(LIFETIME - 5)
    assert (await respond(url, text="still here"))[0] == 200
    sandbox.responses.age(6)
    status, body = await respond(url, text="gone")
    assert (status, "expired_url" in body) == (404, True)


async def test_a_response_may_be_for_all_or_refused(sandbox: Sandbox) -> None:
    url = await response_url(sandbox)
    await respond(url, text="for all", response_type="in_channel")
    assert sandbox.act_as("ben").sees("for all")
    status, body = await respond(url, blocks=[section("")], text="x")
    assert (status, "invalid_blocks" in body) == (400, True)
    status, body = await respond(url)
    assert (status, "no_text" in body) == (400, True)


async def test_a_response_may_replace_or_delete_the_message_that_was_clicked(sandbox: Sandbox) -> None:
    async with raw_bot(sandbox) as bot:
        await web(sandbox).chat_postMessage(
            channel="C0CASES", text="card", blocks=[actions(button("Go", "go"))]
        )
        [card] = sandbox.act_as("ana").messages("support-cases")
        await sandbox.act_as("ana").clicks("Go", on=card)
        await sandbox.settled()
        click = next(one for one in bot.envelopes if one["type"] == "interactive")["payload"]
        assert click["message"]["ts"] == card.ts
        await respond(click["response_url"], text="gone over", replace_original="true", blocks=[])
        assert card.all_text == "gone over"
        await respond(click["response_url"], delete_original="true")
        assert sandbox.act_as("ben").messages("support-cases") == []
        await sandbox.settled()
        subtypes = [one["payload"].get("event", {}).get("subtype") for one in bot.envelopes]
        assert subtypes == [None, None, "message_changed", "message_deleted"]
