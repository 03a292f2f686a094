"""The Web API refuses what Slack refuses, by the same names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from bot.sandbox.api.dispatch import METHODS
from bot.sandbox.scopes import METHOD_SCOPES
from tests.sandbox.conftest import manifest_without, modal, section, text, web

HOME = {"type": "home", "blocks": [section("Hello")]}
POST = {"channel": "C0CASES", "text": "x"}


async def refused(sandbox: Sandbox, method: str, **args: Any) -> dict[str, Any]:
    """The answer to a call that must fail."""
    with pytest.raises(SlackApiError) as caught:
        await web(sandbox).api_call(method, json=args)
    answer: dict[str, Any] = caught.value.response.data  # type: ignore[assignment]
    return answer


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "#nowhere", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "C0RANDOM", "text": "x"}, "not_in_channel"),
        ("chat.postMessage", {"channel": "C0CASES"}, "no_text"),
        ("chat.postMessage", {"channel": "C0CASES", "text": ""}, "no_text"),
        ("chat.postMessage", {"channel": "C0CASES", "text": "x" * 40_001}, "msg_too_long"),
        ("chat.postMessage", POST | {"blocks": [{"type": "divider"}] * 51}, "too_many_blocks"),
        ("chat.postMessage", POST | {"blocks": [section("")]}, "invalid_blocks"),
        ("chat.postMessage", POST | {"blocks": {"type": "section"}}, "invalid_blocks_format"),
        ("chat.postMessage", POST | {"thread_ts": "1.0"}, "thread_not_found"),
        ("chat.postMessage", POST | {"metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
        ("chat.update", {"channel": "C0CASES", "ts": "1.0", "text": "x"}, "message_not_found"),
        ("chat.postEphemeral", POST | {"user": "U0NOBODY"}, "user_not_found"),
        ("chat.postEphemeral", POST | {"user": "U0SAM"}, "user_not_in_channel"),
        ("chat.getPermalink", {"channel": "C0CASES", "message_ts": "1.0"}, "message_not_found"),
        ("conversations.open", {}, "users_list_not_supplied"),
        ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
        ("conversations.open", {"users": "U0ANA,U0BEN"}, "missing_scope"),
        ("conversations.info", {"channel": "C0NOWHERE"}, "channel_not_found"),
        ("conversations.history", {"channel": "C0RANDOM"}, "not_in_channel"),
        ("conversations.history", {"channel": "C0CASES", "cursor": "?"}, "invalid_cursor"),
        ("conversations.history", {"channel": "C0CASES", "limit": 1001}, "invalid_limit"),
        ("conversations.replies", {"channel": "C0CASES", "ts": "1.0"}, "thread_not_found"),
        ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
        ("views.open", {"trigger_id": "1.2.3", "view": modal()}, "invalid_trigger_id"),
        ("views.open", {"view": modal()}, "invalid_arguments"),
        ("views.open", {"trigger_id": "1.2.3", "view": modal(title=text("t" * 25))}, "invalid_arguments"),
        ("views.open", {"trigger_id": "1.2.3", "view": HOME}, "invalid_arguments"),
        ("views.update", {"view_id": "V0GONE", "view": modal()}, "not_found"),
        ("views.publish", {"user_id": "U0NOBODY", "view": HOME}, "user_not_found"),
        ("views.publish", {"user_id": "U0ANA", "view": HOME, "hash": "1.a"}, "hash_conflict"),
        ("reactions.add", {"name": "eyes"}, "unknown_method"),
    ],
)
async def test_a_call_is_refused_by_slacks_name(
    sandbox: Sandbox, method: str, args: dict[str, Any], error: str
) -> None:
    answer = await refused(sandbox, method, **args)
    assert answer["error"] == error
    assert sandbox.requests[-1].response["error"] == error


async def test_an_unknown_method_is_complained_about(sandbox: Sandbox) -> None:
    await refused(sandbox, "reactions.add", name="eyes")
    assert sandbox.complaints == ["the bot called reactions.add, which the sandbox does not know"]


async def test_an_argument_that_nobody_reads_is_complained_about(sandbox: Sandbox) -> None:
    await web(sandbox).chat_postMessage(channel="C0CASES", text="x", link_names=True)
    assert "link_names" in sandbox.complaints[0]


async def test_invalid_blocks_are_explained(sandbox: Sandbox) -> None:
    answer = await refused(
        sandbox, "chat.postMessage", channel="C0CASES", text="x", blocks=[section("x" * 3001)]
    )
    where = "[json-pointer:/blocks/0/text/text]"
    assert answer["response_metadata"]["messages"] == [f"[ERROR] must be less than 3001 characters {where}"]
    assert answer["errors"] == [f"must be less than 3001 characters {where}"]
    assert "invalid blocks" in sandbox.complaints[0]


async def test_blocks_without_a_text_are_taken_and_complained_about(sandbox: Sandbox) -> None:
    await web(sandbox).api_call("chat.postMessage", json={"channel": "C0CASES", "blocks": [section("x")]})
    assert "no top-level text" in sandbox.complaints[0]


# Tokens and scopes


@pytest.mark.parametrize(
    ("token", "error"),
    [("", "not_authed"), ("xoxb-wrong", "invalid_auth"), ("app", "not_allowed_token_type")],
)
async def test_a_token_is_checked(sandbox: Sandbox, token: str, error: str) -> None:
    given = sandbox.app_token if token == "app" else token
    headers = {"Authorization": f"Bearer {given}"} if given else {}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{sandbox.api_url}auth.test", headers=headers) as response,
    ):
        assert await response.json() == {"ok": False, "error": error}


async def test_a_bot_token_opens_no_socket(sandbox: Sandbox) -> None:
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await web(sandbox).apps_connections_open(app_token=sandbox.bot_token)


def test_every_method_has_its_row_in_the_scope_table() -> None:
    assert set(METHODS) == set(METHOD_SCOPES)


PUBLIC = {"channel": "C0CLOUD"}
DM = {"channel": "D0ANA"}
SCOPES: list[tuple[str, dict[str, Any], str]] = [
    ("chat.postMessage", POST, "chat:write"),
    ("chat.update", POST | {"ts": "1.0"}, "chat:write"),
    ("chat.postEphemeral", POST | {"user": "U0ANA"}, "chat:write"),
    ("conversations.open", {"users": "U0ANA"}, "im:write"),
    ("conversations.info", PUBLIC, "channels:read"),
    ("conversations.info", {"channel": "C0INTEGR"}, "groups:read"),
    ("conversations.info", DM, "im:read"),
    ("conversations.history", PUBLIC, "channels:history"),
    ("conversations.history", {"channel": "C0INTEGR"}, "groups:history"),
    ("conversations.history", DM, "im:history"),
    ("conversations.replies", PUBLIC | {"ts": "1.0"}, "channels:history"),
    ("users.info", {"user": "U0ANA"}, "users:read"),
    ("users.list", {}, "users:read"),
    ("files.getUploadURLExternal", {"filename": "a.csv", "length": 3}, "files:write"),
    ("files.completeUploadExternal", {"files": [{"id": "F1"}]}, "files:write"),
]


@pytest.mark.parametrize(("method", "args", "scope"), SCOPES)
async def test_a_method_needs_its_scope(
    tmp_path: Path, method: str, args: dict[str, Any], scope: str
) -> None:
    async with Sandbox(manifest_without(tmp_path, scope)) as sandbox:
        sandbox.workspace.dm("U0ANA")
        answer = await refused(sandbox, method, **args)
        assert (answer["error"], answer["needed"]) == ("missing_scope", scope)
        assert scope not in answer["provided"].split(",")
        assert scope in sandbox.complaints[0]


async def test_an_address_is_shown_only_with_its_scope(sandbox: Sandbox) -> None:
    answer = await web(sandbox).users_info(user="U0ANA")
    assert "email" not in answer["user"]["profile"]
    assert answer["user"]["tz"] == "Europe/Lisbon"


async def test_a_private_channel_without_the_bot_does_not_exist(sandbox: Sandbox) -> None:
    sandbox.workspace.channels["C0INTEGR"].members.discard(sandbox.bot_user_id)
    for method in ("conversations.info", "conversations.history"):
        assert (await refused(sandbox, method, channel="C0INTEGR"))["error"] == "channel_not_found"
    answer = await refused(sandbox, "chat.postMessage", channel="integrations", text="x")
    assert answer["error"] == "channel_not_found"


# What works


async def test_a_message_is_posted_to_an_id_a_name_and_a_person(sandbox: Sandbox) -> None:
    client = web(sandbox)
    for name in ("C0CASES", "support-cases", "#support-cases"):
        assert (await client.chat_postMessage(channel=name, text="x"))["channel"] == "C0CASES"
    posted = await client.chat_postMessage(channel="U0ANA", text="psst")
    opened = await client.conversations_open(users="U0ANA")
    assert posted["channel"] == opened["channel"]["id"]
    assert [message.text for message in sandbox.act_as("ana").dms] == ["psst"]
    assert not sandbox.act_as("ben").sees("psst")


async def test_only_its_own_messages_may_be_changed(sandbox: Sandbox) -> None:
    said = await sandbox.act_as("ana").says("mine", channel="support-cases")
    answer = await refused(sandbox, "chat.update", channel="C0CASES", ts=said.ts, text="yours")
    assert answer["error"] == "cant_update_message"


async def test_an_update_without_blocks_keeps_them_and_an_empty_list_drops_them(sandbox: Sandbox) -> None:
    client = web(sandbox)
    ts = (await client.chat_postMessage(channel="C0CASES", text="a", blocks=[section("block")]))["ts"]
    [message] = sandbox.act_as("ana").messages("support-cases")
    await client.chat_update(channel="C0CASES", ts=ts, text="b")
    assert message.all_text == "b\nblock"
    await client.chat_update(channel="C0CASES", ts=ts, text="c", blocks=[])
    assert message.all_text == "c"


async def test_history_is_paged_newest_first_and_without_replies(sandbox: Sandbox) -> None:
    client = web(sandbox)
    posted = [
        (await client.chat_postMessage(channel="C0CASES", text=f"m{index}"))["ts"] for index in range(5)
    ]
    await client.chat_postMessage(channel="C0CASES", text="reply", thread_ts=posted[4])
    first = await client.conversations_history(channel="C0CASES", limit=2)
    assert [message["text"] for message in first["messages"]] == ["m4", "m3"]
    assert first["messages"][0]["reply_count"] == 1
    assert first["has_more"]
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_history(channel="C0CASES", limit=3, cursor=cursor)
    assert [message["text"] for message in second["messages"]] == ["m2", "m1", "m0"]
    assert not second["has_more"]
    between = await client.conversations_history(
        channel="C0CASES", oldest=posted[1], latest=posted[3], inclusive=True
    )
    assert [message["text"] for message in between["messages"]] == ["m3", "m2", "m1"]
    outside = await client.conversations_history(channel="C0CASES", oldest=posted[3])
    assert [message["text"] for message in outside["messages"]] == ["m4"]


async def test_replies_come_with_their_root(sandbox: Sandbox) -> None:
    client = web(sandbox)
    root = (await client.chat_postMessage(channel="C0CASES", text="root"))["ts"]
    for index in range(3):
        await client.chat_postMessage(channel="C0CASES", text=f"r{index}", thread_ts=root)
    first = await client.conversations_replies(channel="C0CASES", ts=root, limit=3)
    assert [message["text"] for message in first["messages"]] == ["root", "r0", "r1"]
    rest = await client.conversations_replies(
        channel="C0CASES", ts=root, limit=3, cursor=first["response_metadata"]["next_cursor"]
    )
    assert [message["text"] for message in rest["messages"]] == ["root", "r2"]
    assert rest["messages"][1]["parent_user_id"] == sandbox.bot_user_id


async def test_a_reply_to_a_reply_lands_in_the_thread_and_is_complained_about(sandbox: Sandbox) -> None:
    client = web(sandbox)
    root = (await client.chat_postMessage(channel="C0CASES", text="root"))["ts"]
    reply = (await client.chat_postMessage(channel="C0CASES", text="r", thread_ts=root))["ts"]
    await client.chat_postMessage(channel="C0CASES", text="deeper", thread_ts=reply)
    [message] = sandbox.act_as("ana").messages("support-cases")
    assert [one.text for one in message.replies] == ["r", "deeper"]
    assert "not the root" in sandbox.complaints[0]


async def test_metadata_is_told_only_when_asked_for(sandbox: Sandbox) -> None:
    client = web(sandbox)
    metadata = {"event_type": "case_card", "event_payload": {"row": 7}}
    await client.chat_postMessage(channel="C0CASES", text="x", metadata=metadata)
    plain = await client.conversations_history(channel="C0CASES")
    assert "metadata" not in plain["messages"][0]
    full = await client.conversations_history(channel="C0CASES", include_all_metadata=True)
    assert full["messages"][0]["metadata"] == metadata


async def test_a_permalink_leads_to_the_page(sandbox: Sandbox) -> None:
    client = web(sandbox)
    ts = (await client.chat_postMessage(channel="C0CASES", text="x"))["ts"]
    link = (await client.chat_getPermalink(channel="C0CASES", message_ts=ts))["permalink"]
    assert link == f"{sandbox.page_url}archives/C0CASES/p{ts.replace('.', '')}"
    async with aiohttp.ClientSession() as session, session.get(link, allow_redirects=False) as response:
        assert response.headers["Location"] == f"/?channel=C0CASES&ts={ts}"


async def test_people_are_listed_by_pages(sandbox: Sandbox) -> None:
    names: list[str] = []
    async for page in await web(sandbox).users_list(limit=6):
        names += [member["name"] for member in page["members"]]
    assert len(names) == len(set(names)) == 15
    assert {"ana", "omar", "sam", "tiny", "slackbot"} <= set(names)


async def test_forms_and_json_are_both_read(sandbox: Sandbox) -> None:
    client: AsyncWebClient = web(sandbox)
    blocks = '[{"type": "divider"}]'
    await client.api_call("chat.postMessage", data={"channel": "C0CASES", "text": "x", "blocks": blocks})
    [message] = sandbox.act_as("ana").messages("support-cases")
    assert [block["type"] for block in message.blocks] == ["divider"]
    assert sandbox.complaints == []


async def test_no_token_is_recorded(sandbox: Sandbox) -> None:
    await web(sandbox).api_call("auth.test", data={"token": sandbox.bot_token})
    assert sandbox.bot_token not in repr(sandbox.requests)


async def test_pings_are_recorded_when_a_post_would_notify(sandbox: Sandbox) -> None:
    client = web(sandbox)
    await client.chat_postMessage(channel="C0CASES", text="quiet &lt;!channel&gt; &lt;@U0BEN&gt;")
    assert sandbox.pings == []
    await client.chat_postMessage(
        channel="C0CASES", text="<@U0BEN>", blocks=[section("<@U0BEN> and <!channel>")]
    )
    assert [who for _, who in sandbox.pings] == ["U0BEN", "channel"]


async def test_a_test_may_reach_into_the_wire(sandbox: Sandbox) -> None:
    moments: list[tuple[str, str]] = []

    async def slow_down(moment: str, method: str, _: dict[str, Any]) -> dict[str, Any] | None:
        moments.append((moment, method))
        return {"ok": False, "error": "ratelimited", "retry_after": 7} if moment == "before" else None

    sandbox.interfere = slow_down
    with pytest.raises(SlackApiError) as caught:
        await web(sandbox).chat_postMessage(channel="C0CASES", text="x")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "7"
    assert moments == [("before", "chat.postMessage")]
    assert sandbox.act_as("ana").messages("support-cases") == []


@pytest.mark.parametrize("body", ["{", "[]"])
async def test_a_body_that_is_no_json_object_is_refused(sandbox: Sandbox, body: str) -> None:
    headers = {"Authorization": f"Bearer {sandbox.bot_token}", "Content-Type": "application/json"}
    address = f"{sandbox.api_url}auth.test"
    async with (
        aiohttp.ClientSession() as session,
        session.post(address, data=body, headers=headers) as response,
    ):
        assert await response.json() == {"ok": False, "error": "invalid_json"}


async def test_the_bot_is_told_of_the_channels_that_it_is_in_page_by_page(sandbox: Sandbox) -> None:
    asked = {"types": "public_channel,private_channel", "exclude_archived": "true", "limit": "1"}
    found: list[str] = []
    cursor = ""
    while True:
        answer = await web(sandbox).api_call("users.conversations", params=asked | {"cursor": cursor})
        found += [channel["name"] for channel in answer["channels"]]
        cursor = answer["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert "support-cases" in found
    assert "random" not in found, "the bot is not in it"
    assert (await refused(sandbox, "users.conversations", types="everything"))["error"] == "invalid_types"
