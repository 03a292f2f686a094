"""files.*: the two calls around an upload to an address of its own."""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox.api.call import ApiError, Call
from bot.sandbox.records import Json
from bot.sandbox.uploads import LARGEST, Upload
from bot.sandbox.workspace import BOT_USER


def get_upload_url(call: Call) -> Json:
    """files.getUploadURLExternal: where to send a file of this name and length."""
    name = str(call.required("filename"))
    length = call.number("length", 0, 1, LARGEST)
    if not length:
        raise ApiError("invalid_arguments")
    upload = call.parts.uploads.begin(name, length)
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
        call.parts.speech.post(channel.id, {"text": call.args.get("initial_comment") or ""}, files=shapes)
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
