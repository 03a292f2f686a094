"""files.info, and the addresses from which a token that may read files fetches what they hold."""

from __future__ import annotations

from aiohttp import web

from bot.sandbox.api.call import ApiError, Call, Parts
from bot.sandbox.records import Json
from bot.sandbox.workspace import BOT_USER


def info(call: Call) -> Json:
    """files.info: of files in conversations that the bot is in, and of those uploaded into its windows."""
    found = call.parts.workspace.files.get(str(call.required("file")))
    if found is None or not _shared_with_bot(call.parts, found):
        raise ApiError("file_not_found")
    return {"file": found, "comments": [], "response_metadata": {"next_cursor": ""}}


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
