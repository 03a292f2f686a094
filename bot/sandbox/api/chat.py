"""chat.*: posting, updating, ephemerals and permalinks."""

from __future__ import annotations

from typing import Any

from bot.sandbox.api.call import ApiError, Call
from bot.sandbox.records import Channel, Json, Message
from bot.sandbox.workspace import BOT_USER


def post_message(call: Call) -> Json:
    """chat.postMessage: to a channel id or name, or to a user id (their direct message)."""
    channel = _place(call)
    _accept(call)
    message = call.parts.speech.post(
        channel.id,
        call.args,
        thread_ts=_thread(call, channel),
        metadata=_metadata(call.args.get("metadata")),
    )
    return {
        "channel": channel.id,
        "ts": message.ts,
        "message": call.parts.payloads.message(message, with_metadata=True),
    }


def update(call: Call) -> Json:
    """chat.update: only the bot's own messages; blocks that are not given stay."""
    channel = call.conversation()
    message = _message(call, channel, str(call.required("ts")))
    if message.user != BOT_USER:
        raise ApiError("cant_update_message")
    _accept(call)
    call.parts.speech.edit(message, call.args)
    if call.args.get("metadata") is not None:
        message.metadata = _metadata(call.args["metadata"])
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": call.parts.payloads.message(message),
    }


def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral: to somebody who is in the conversation."""
    channel = _place(call)
    user = str(call.required("user"))
    if user not in call.parts.workspace.members:
        raise ApiError("user_not_found")
    if user not in channel.members:
        raise ApiError("user_not_in_channel")
    _accept(call)
    message = call.parts.speech.whisper(user, channel.id, call.args, _thread(call, channel))
    return {"message_ts": message.ts}


def get_permalink(call: Call) -> Json:
    """chat.getPermalink: an address of this sandbox's own page."""
    channel = call.conversation(must_be_member=False)
    message = _message(call, channel, str(call.required("message_ts")))
    link = f"{call.parts.base_url}archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def _place(call: Call) -> Channel:
    workspace = call.parts.workspace
    name = str(call.required("channel"))
    member = workspace.members.get(name)
    if member is not None:
        if member.is_bot:
            raise ApiError("cannot_dm_bot")
        return workspace.dm(member.id)
    channel = workspace.channel_named(name)
    if channel is None or (channel.is_private and BOT_USER not in channel.members):
        raise ApiError("channel_not_found")
    if BOT_USER not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def _thread(call: Call, channel: Channel) -> str | None:
    """The thread that `thread_ts` means. A reply's ts would start a thread that nobody can open."""
    ts = call.args.get("thread_ts")
    if ts is None:
        return None
    root = call.parts.workspace.message(channel.id, str(ts))
    if root is None:
        raise ApiError("thread_not_found")
    if root.is_reply:
        call.parts.journal.complain(f"{call.method}: thread_ts {ts} is a reply, not the root of a thread")
        return root.thread_ts
    return root.ts


def _accept(call: Call) -> None:
    problem = call.parts.speech.refused(call.args)
    if problem:
        messages = call.parts.speech.problems
        more: dict[str, Any] = {}
        if messages:
            more = {
                "errors": [message.removeprefix("[ERROR] ") for message in messages],
                "response_metadata": {"messages": messages},
            }
        raise ApiError(problem, **more)


def _message(call: Call, channel: Channel, ts: str) -> Message:
    message = call.parts.workspace.message(channel.id, ts)
    if message is None:
        raise ApiError("message_not_found")
    return message


def _metadata(value: object) -> Json | None:
    if value is None:
        return None
    if (
        not isinstance(value, dict)
        or not isinstance(value.get("event_type"), str)
        or not isinstance(value.get("event_payload"), dict)
    ):
        raise ApiError("invalid_metadata_format")
    return value
