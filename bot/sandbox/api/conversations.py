"""conversations.*: opening direct messages, looking channels up, history and replies."""

from __future__ import annotations

import base64
import binascii

from bot.sandbox.api.call import ApiError, Call
from bot.sandbox.records import Channel, Json, Message
from bot.sandbox.scopes import METHOD_SCOPES
from bot.sandbox.workspace import BOT_USER


def open_dm(call: Call) -> Json:
    """conversations.open: the direct message with one person; the bot opens no groups."""
    users = str(call.args.get("users") or "")
    if not users:
        raise ApiError("users_list_not_supplied")
    if "," in users:
        call.need("mpim:write")
        raise ApiError("method_not_supported_for_channel_type")
    member = call.parts.workspace.members.get(users)
    if member is None:
        raise ApiError("user_not_found")
    if member.is_bot:
        raise ApiError("cannot_dm_bot")
    channel = call.parts.workspace.dm(member.id)
    body: Json = {"id": channel.id}
    if call.flag("return_im"):
        body = _shape(channel)
    return {"no_op": False, "already_open": False, "channel": body}


def info(call: Call) -> Json:
    """conversations.info: public channels also from outside."""
    return {"channel": _shape(call.conversation(must_be_member=False))}


def members(call: Call) -> Json:
    """conversations.members: who is in it; of a public channel also from outside."""
    found = sorted(call.conversation(must_be_member=False).members)
    start = _start(str(call.args.get("cursor") or ""))
    following = start + call.number("limit", 100, 1, 999)
    cursor = base64.b64encode(f"channel:{following}".encode()).decode() if following < len(found) else ""
    return {"members": found[start:following], "response_metadata": {"next_cursor": cursor}}


_KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im"}


def of_the_bot(call: Call) -> Json:
    """users.conversations: what the bot is in, of the kinds that `types` names, with a cursor."""
    scopes = METHOD_SCOPES[call.method].by_kind or {}
    kinds = set()
    for name in str(call.args.get("types") or "public_channel").split(","):
        kind = _KINDS.get(name.strip())
        if kind is None:
            raise ApiError("invalid_types")
        call.need(scopes[kind])
        kinds.add(kind)
    mine = [
        one for one in call.parts.workspace.channels.values() if one.kind in kinds and BOT_USER in one.members
    ]
    start = _start(str(call.args.get("cursor") or ""))
    following = start + call.number("limit", 100, 1, 999)
    cursor = base64.b64encode(f"channel:{following}".encode()).decode() if following < len(mine) else ""
    return {
        "channels": [_shape(channel) for channel in mine[start:following]],
        "response_metadata": {"next_cursor": cursor},
    }


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("channel:"))
    except (binascii.Error, ValueError):
        raise ApiError("invalid_cursor") from None


def history(call: Call) -> Json:
    """conversations.history: the main list, newest first."""
    channel = call.conversation()
    found = _within(call, call.parts.workspace.roots(channel.id))
    found.reverse()
    limit = call.number("limit", 100, 1, 999)
    cursor = _cursor(call)
    if cursor:
        found = [message for message in found if message.ts <= cursor]
    page, rest = found[:limit], found[limit:]
    return _page(call, page, rest)


def replies(call: Call) -> Json:
    """conversations.replies: the root of the thread, then its replies, oldest first."""
    channel = call.conversation()
    ts = str(call.required("ts"))
    root = call.parts.workspace.message(channel.id, ts)
    if root is None:
        raise ApiError("thread_not_found")
    found = _within(call, call.parts.workspace.replies(channel.id, ts))
    limit = call.number("limit", 1000, 1, 1000)
    cursor = _cursor(call)
    if cursor:
        found = [message for message in found if message.ts >= cursor]
    # The root comes with every page and counts.
    page, rest = found[: max(limit - 1, 1)], found[max(limit - 1, 1) :]
    return _page(call, [root, *page], rest)


def _within(call: Call, messages: list[Message]) -> list[Message]:
    oldest = str(call.args.get("oldest") or "0")
    latest = str(call.args.get("latest") or "")
    inclusive = call.flag("inclusive")
    first, last = _instant(oldest), _instant(latest) if latest else float("inf")
    return [
        message
        for message in messages
        if first < float(message.ts) < last or (inclusive and float(message.ts) in (first, last))
    ]


def _instant(ts: str) -> float:
    try:
        return float(ts)
    except ValueError:
        raise ApiError("invalid_ts_oldest") from None


def _cursor(call: Call) -> str:
    given = str(call.args.get("cursor") or "")
    if not given:
        return ""
    try:
        kind, _, ts = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise ApiError("invalid_cursor") from None
    if kind != "next_ts":
        raise ApiError("invalid_cursor")
    return ts


def _page(call: Call, page: list[Message], rest: list[Message]) -> Json:
    with_metadata = call.flag("include_all_metadata")
    body: Json = {
        "messages": [call.parts.payloads.message(message, with_metadata) for message in page],
        "has_more": bool(rest),
    }
    if rest:
        cursor = base64.b64encode(f"next_ts:{rest[0].ts}".encode()).decode()
        body["response_metadata"] = {"next_cursor": cursor}
    return body


def _shape(channel: Channel) -> Json:
    if channel.im_with is not None:
        return {"id": channel.id, "is_im": True, "user": channel.im_with, "is_archived": False}
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_archived": False,
        "is_general": channel.name == "general",
        "is_member": BOT_USER in channel.members,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(channel.members),
    }
