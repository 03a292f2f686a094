"""files.*: the calls around an upload, files.info, and the addresses from which files are fetched."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from bot.sandbox.api.call import ApiError, Call, Parts
from bot.sandbox.records import Json
from bot.sandbox.uploads import LARGEST, Upload
from bot.sandbox.workspace import BOT_USER

LONGEST_ALT_TEXT = 1000


def get_upload_url(call: Call) -> Json:
    """files.getUploadURLExternal: where to send a file of this name and length."""
    name = str(call.required("filename"))
    length = call.number("length", 0, 1, LARGEST)
    if not length:
        raise ApiError("invalid_arguments")
    alt_text = str(call.args.get("alt_txt") or "")
    if len(alt_text) > LONGEST_ALT_TEXT:
        raise ApiError("alt_txt_too_large")
    upload = call.parts.uploads.begin(name, length, alt_text)
    return {"upload_url": f"{call.parts.base_url}upload/{upload.key}", "file_id": upload.id}


def complete_upload(call: Call) -> Json:
    """files.completeUploadExternal: what was uploaded stands in a conversation, in one message."""
    given = call.required("files")
    wanted = _decoded(given)
    if not isinstance(wanted, list) or not wanted or not all(isinstance(one, dict) for one in wanted):
        raise ApiError("invalid_arguments")
    files = [(_uploaded(call, str(one.get("id"))), str(one.get("title") or "")) for one in wanted]
    shapes = [upload.shape(title) for upload, title in files]
    name = call.args.get("channel_id")
    if name is not None:
        channel = call.parts.workspace.channels.get(str(name))
        if channel is None:
            raise ApiError("channel_not_found")
        if BOT_USER not in channel.members:
            raise ApiError("not_in_channel")
        thread = str(call.args["thread_ts"]) if call.args.get("thread_ts") else None
        if thread is not None and call.parts.workspace.message(channel.id, thread) is None:
            raise ApiError("invalid_thread_ts")
        body = {"text": call.args.get("initial_comment") or ""}
        call.parts.speech.post(channel.id, body, thread, files=shapes)
    for upload, _ in files:
        upload.shared = True
    return {"files": shapes}


def _decoded(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    try:
        return json.loads(given)
    except ValueError:
        raise ApiError("invalid_arguments") from None


def _uploaded(call: Call, file_id: str) -> Upload:
    upload = call.parts.uploads.find(file_id)
    if upload is None or upload.content is None or upload.shared:
        call.parts.journal.complain(f"{call.method}: {file_id} was not uploaded, or is completed already")
        raise ApiError("file_not_found")
    return upload


def info(call: Call) -> Json:
    """files.info: of files in conversations that the bot is in, and of those uploaded into its windows."""
    found = call.parts.workspace.files.get(str(call.required("file")))
    if found is None or not _shared_with_bot(call.parts, found):
        raise ApiError("file_not_found")
    return {"file": found, "comments": [], "response_metadata": {"next_cursor": ""}}


def delete(call: Call) -> Json:
    """files.delete: a file that the bot has uploaded goes out of every message."""
    file_id = str(call.required("file"))
    upload = call.parts.uploads.find(file_id)
    gone = call.parts.workspace.forget_file(file_id)
    if upload is None and not gone:
        raise ApiError("file_not_found")
    call.parts.uploads.forget(file_id)
    return {}


def _shared_with_bot(parts: Parts, file: Json) -> bool:
    channels = parts.workspace.channels
    return not file["channels"] or any(BOT_USER in channels[one].members for one in file["channels"])


async def serve(parts: Parts, bot_token: str, request: web.Request) -> web.Response:
    """The content, to the bot's token. Without the scope Slack leads to a page to sign in."""
    file = parts.workspace.files.get(request.match_info["file"])
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if given != bot_token or "files:read" not in parts.manifest.scopes:
        return web.Response(status=302, headers={"Location": "/signin"})
    if file is None or not _shared_with_bot(parts, file):
        return web.Response(status=404, text="not found")
    content = parts.workspace.content(file["id"])
    return web.Response(body=content, content_type=file["mimetype"] or "application/octet-stream")
