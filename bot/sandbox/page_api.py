"""The browser page's endpoints `/ui/...`, its files and its live feed; they call `acts.py`."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import WSMsgType, web

from bot.clock import ClockWouldGoBack
from bot.sandbox.acts import Place, Use
from bot.sandbox.records import Channel, Json, Member, Message
from bot.sandbox.submissions import Outcome
from bot.sandbox.travel import TravelStuckError
from bot.sandbox.workspace import BOT_USER

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox

PAGE = Path(__file__).parent / "page"
_NO_CACHE = {"Cache-Control": "no-cache, no-store, must-revalidate"}
_PLACEHOLDER = "The sandbox is running. Its page has not been built into this copy.\n"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PageApi:
    """The page's endpoints of one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._acts = sandbox.acts
        self._workspace = sandbox.workspace

    def add_routes(self, app: web.Application) -> None:
        """Put all endpoints on the application."""
        app.router.add_get("/", self._index)
        app.router.add_get("/archives/{channel}/{message}", self._permalink)
        app.router.add_get("/page/{path:.+}", self._static)
        app.router.add_get("/ui/live", self._live)
        for name in ("snapshot", "messages", "home", "modals"):
            app.router.add_get(f"/ui/{name}", _json(getattr(self, f"_get_{name}")))
        for name in (
            "say",
            "command",
            "action",
            "suggest",
            "submit",
            "close",
            "home",
            "read",
            "travel",
            "reload",
            "shortcut",
            "global_shortcut",
            "edit",
            "delete",
            "react",
            "upload",
        ):
            app.router.add_post(f"/ui/{name}", _json(getattr(self, f"_post_{name}")))

    # Files

    async def _index(self, _: web.Request) -> web.StreamResponse:
        return _file(PAGE / "index.html") or web.Response(text=_PLACEHOLDER, headers=_NO_CACHE)

    async def _static(self, request: web.Request) -> web.StreamResponse:
        path = (PAGE / request.match_info["path"]).resolve()
        found = _file(path) if path.is_relative_to(PAGE.resolve()) else None
        if found is None:
            raise web.HTTPNotFound
        return found

    async def _permalink(self, request: web.Request) -> web.StreamResponse:
        digits = request.match_info["message"].removeprefix("p")
        ts = f"{digits[:-6]}.{digits[-6:]}"
        query = {"channel": request.match_info["channel"], "ts": ts}
        if "thread_ts" in request.query:
            query["thread"] = request.query["thread_ts"]
        raise web.HTTPFound(f"/?{urlencode(query)}")

    # Reading

    async def _get_snapshot(self, request: web.Request) -> Json:
        me = self._me(request.query.get("as", ""))
        workspace, clock = self._workspace, self._sandbox.clock
        bot = workspace.members[BOT_USER]
        dm = workspace.dm(me.id)
        return {
            "team": {"name": workspace.team["name"]},
            "me": _shown(me),
            "clock": {"now": clock.now().timestamp(), "offset": clock.offset.total_seconds()},
            "bot": {"id": bot.id, "name": bot.real_name, "online": self._sandbox.sockets.online},
            "people": [_shown(member) for member in workspace.members.values()],
            "channels": [
                self._channel(channel, me)
                for channel in workspace.channels.values()
                if channel.im_with is None and workspace.visible(channel, me.id)
            ],
            "dms": [
                {
                    "id": dm.id,
                    "user": bot.id,
                    "unread": workspace.unread(me.id, dm.id),
                    "read_only": not self._sandbox.manifest.may_write_to_bot,
                }
            ],
            "commands": [
                {"command": one.name, "usage_hint": one.usage_hint, "description": one.description}
                for one in self._sandbox.manifest.commands.values()
            ],
            "shortcuts": [asdict(one) for one in self._sandbox.manifest.shortcuts],
            "home": {"published": self._sandbox.views.home(me.id) is not None},
        }

    def _channel(self, channel: Channel, me: Member) -> Json:
        return {
            "id": channel.id,
            "name": channel.name,
            "is_private": channel.is_private,
            "topic": channel.topic,
            "is_member": me.id in channel.members,
            "unread": self._workspace.unread(me.id, channel.id) if me.id in channel.members else 0,
        }

    async def _get_messages(self, request: web.Request) -> Json:
        query, workspace = request.query, self._workspace
        me = self._me(query.get("as", ""))
        channel = self._open(query.get("channel", ""), me)
        thread = query.get("thread")
        whispered = [one for one in workspace.ephemerals(me.id) if one.channel == channel.id]
        if thread is None:
            found = workspace.roots(channel.id) + [one for one in whispered if not one.is_reply]
        else:
            root = workspace.message(channel.id, thread)
            found = [] if root is None else [root]
            found += workspace.replies(channel.id, thread)
            found += [one for one in whispered if one.thread_ts == thread]
        before = query.get("before")
        found = sorted(
            (one for one in found if before is None or one.ts < before), key=lambda message: message.ts
        )
        limit = int(query.get("limit", "100"))
        return {
            "messages": [workspace.shown(one) for one in found[-limit:]],
            "has_more": len(found) > limit,
        }

    async def _get_home(self, request: web.Request) -> Json:
        me = self._me(request.query.get("as", ""))
        view = self._sandbox.views.home(me.id)
        return {"view": None if view is None else self._sandbox.views.payload(view)}

    async def _get_modals(self, request: web.Request) -> Json:
        me = self._me(request.query.get("as", ""))
        views = self._sandbox.views
        return {"stack": [views.payload(view) for view in views.stack(me.id)]}

    # Acting

    async def _post_say(self, request: web.Request) -> Json:
        body = await request.json()
        me = self._me(body.get("as", ""))
        channel = self._open(body.get("channel", ""), me)
        outcome, message = await self._acts.say(me, channel, body["text"], body.get("thread_ts"))
        return outcome.to_json() | ({} if message is None else {"ts": message.ts})

    async def _post_command(self, request: web.Request) -> Json:
        body = await request.json()
        me = self._me(body.get("as", ""))
        channel = self._open(body.get("channel", ""), me)
        return (await self._acts.command(me, channel, body["command"], body.get("text", ""))).to_json()

    async def _post_action(self, request: web.Request) -> Json:
        body = await request.json()
        at = body["container"]
        place = Place(
            type=at["type"],
            channel=at.get("channel") or "",
            ts=at.get("ts") or "",
            view_id=at.get("view_id") or "",
        )
        use = Use(
            block_id=body["block_id"],
            action_id=body["action_id"],
            value=body.get("value") or {},
            state=body.get("state") or {},
        )
        return (await self._acts.action(self._me(body.get("as", "")), place, use)).to_json()

    async def _post_suggest(self, request: web.Request) -> Json:
        body = await request.json()
        me = self._me(body.get("as", ""))
        ids = (body["view_id"], body["block_id"], body["action_id"])
        outcome, options = await self._acts.suggest(me, *ids, str(body.get("value") or ""))
        return outcome.to_json() | {"options": options}

    async def _post_submit(self, request: web.Request) -> Json:
        body = await request.json()
        me = self._me(body.get("as", ""))
        return (await self._acts.submit(me, body["view_id"], body.get("values") or {})).to_json()

    async def _post_close(self, request: web.Request) -> Json:
        body = await request.json()
        me = self._me(body.get("as", ""))
        typed = body.get("values") or {}
        return (await self._acts.close(me, body["view_id"], bool(body.get("all")), typed)).to_json()

    async def _post_home(self, request: web.Request) -> Json:
        body = await request.json()
        return (await self._acts.open_home(self._me(body.get("as", "")))).to_json()

    async def _post_read(self, request: web.Request) -> Json:
        body = await request.json()
        me = self._me(body.get("as", ""))
        return self._acts.read(me, self._open(body.get("channel", ""), me)).to_json()

    async def _post_reload(self, request: web.Request) -> Json:
        body = await request.json()
        return self._acts.reload(self._me(body.get("as", ""))).to_json()

    async def _post_global_shortcut(self, request: web.Request) -> Json:
        body = await request.json()
        me = self._me(body.get("as", ""))
        return (await self._acts.global_shortcut(me, str(body["callback_id"]))).to_json()

    async def _post_shortcut(self, request: web.Request) -> Json:
        me, message, body = await self._message(request)
        return (await self._acts.shortcut(me, str(body["callback_id"]), message)).to_json()

    async def _post_edit(self, request: web.Request) -> Json:
        me, message, body = await self._message(request)
        return (await self._acts.edit(me, message, str(body["text"]))).to_json()

    async def _post_delete(self, request: web.Request) -> Json:
        me, message, _ = await self._message(request)
        return (await self._acts.delete(me, message)).to_json()

    async def _post_react(self, request: web.Request) -> Json:
        me, message, body = await self._message(request)
        return (await self._acts.react(me, message, str(body["emoji"]))).to_json()

    async def _message(self, request: web.Request) -> tuple[Member, Message, Json]:
        """Who acts on which message, and the rest of what the page sent."""
        body = await request.json()
        me = self._me(body.get("as", ""))
        message = self._acts.message_for(me, str(body["channel"]), str(body["ts"]))
        if message is None:
            raise _RefusedError("message_not_found", "This message is gone.")
        return me, message, body

    async def _post_upload(self, request: web.Request) -> Json:
        body = await request.json()
        me = self._me(body.get("as", ""))
        content = base64.b64decode(str(body["content"]), validate=True)
        return {"ok": True, "file": self._workspace.upload(me.id, str(body["name"]), content)}

    async def _post_travel(self, request: web.Request) -> Json:
        body = await request.json()
        me = self._me(body.get("as", ""))
        to = destination(str(body.get("to")), self._sandbox.clock.now(), ZoneInfo(me.tz))
        if to is None:
            return Outcome.refuse("invalid_arguments", "Travel to an hour, a morning or a Monday.").to_json()
        try:
            await self._sandbox.travel(to)
        except (ClockWouldGoBack, TravelStuckError, OSError) as error:
            return Outcome.refuse("travel_failed", f"The clock stopped on the way: {error}.").to_json()
        return Outcome(outcome="travelled").to_json() | {"now": self._sandbox.clock.now().timestamp()}

    # Live

    async def _live(self, request: web.Request) -> web.StreamResponse:
        me = self._me(request.query.get("as", ""))
        socket = web.WebSocketResponse(timeout=1, heartbeat=30)
        await socket.prepare(request)
        queue = self._sandbox.live.open(me.id)
        sender = asyncio.create_task(_send(socket, queue))
        try:
            async for message in socket:
                if message.type == WSMsgType.ERROR:
                    break
        finally:
            self._sandbox.live.close(me.id, queue)
            sender.cancel()
            with suppress(asyncio.CancelledError):
                await sender
        return socket

    # Helpers

    def _me(self, user: str) -> Member:
        member = self._workspace.person(user)
        if member is None or member.is_bot:
            raise _RefusedError("user_not_found", "Nobody here has this name.")
        return member

    def _open(self, key: str, me: Member) -> Channel:
        channel = self._workspace.channels.get(key)
        if channel is None or not self._workspace.visible(channel, me.id):
            raise _RefusedError("channel_not_found", "This channel is not here.")
        return channel


class _RefusedError(Exception):
    """An endpoint was asked for what is not there."""

    def __init__(self, error: str, sentence: str) -> None:
        super().__init__(error)
        self.outcome = Outcome.refuse(error, sentence)


def destination(to: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Where a jump of the page leads: "hour", "morning" (next 09:00) or "monday" (next Monday 08:00)."""
    local = now.astimezone(zone)
    if to == "hour":
        return now + timedelta(hours=1)
    if to == "morning":
        there = local.replace(hour=9, minute=0, second=0, microsecond=0)
        return there if there > local else there + timedelta(days=1)
    if to == "monday":
        there = local.replace(hour=8, minute=0, second=0, microsecond=0)
        there += timedelta(days=-local.weekday() % 7)
        return there if there > local else there + timedelta(days=7)
    return None


def _json(work: Callable[[web.Request], Awaitable[Json]]) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response(await work(request), headers=_NO_CACHE)
        except _RefusedError as refused:
            return web.json_response(refused.outcome.to_json(), status=404, headers=_NO_CACHE)
        except (KeyError, TypeError, ValueError) as error:
            body = Outcome.refuse("invalid_arguments", f"The page sent something odd: {error!r}.").to_json()
            return web.json_response(body, status=400, headers=_NO_CACHE)

    return handler


def _file(path: Path) -> web.FileResponse | None:
    return web.FileResponse(path, headers=_NO_CACHE) if path.is_file() else None


async def _send(socket: web.WebSocketResponse, queue: asyncio.Queue[Json]) -> None:
    with suppress(ConnectionError):
        while True:
            await socket.send_str(json.dumps(await queue.get()))


def _shown(member: Member) -> Json:
    return {
        "id": member.id,
        "handle": member.handle,
        "name": member.real_name,
        "title": member.title,
        "tz": member.tz,
        "color": member.color,
        "is_bot": member.is_bot,
        "is_admin": member.is_admin,
    }
