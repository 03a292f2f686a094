"""Takes a request to `/api/<method>` through token, scope and arguments to the method, and records it."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.sandbox.api import chat, conversations, files, people, views
from bot.sandbox.api.call import ApiError, Call, Parts
from bot.sandbox.faults import Fate
from bot.sandbox.journal import Request
from bot.sandbox.records import Json, copied
from bot.sandbox.scopes import METHOD_SCOPES, Need

_MESSAGE = {"channel", "text", "blocks", "thread_ts", "metadata", "unfurl_links", "unfurl_media"}
_PAGED = {"channel", "latest", "oldest", "inclusive", "limit", "cursor", "include_all_metadata"}
# Method -> (what answers it, the arguments that Slack reads and the sandbox honours).
METHODS: dict[str, tuple[Callable[[Call], Json], set[str]]] = {
    "apps.connections.open": (people.connections_open, set()),
    "auth.test": (people.auth_test, set()),
    "chat.getPermalink": (chat.get_permalink, {"channel", "message_ts"}),
    "chat.postEphemeral": (chat.post_ephemeral, {"channel", "user", "text", "blocks", "thread_ts"}),
    "chat.postMessage": (chat.post_message, _MESSAGE),
    "chat.update": (chat.update, {"channel", "ts", "text", "blocks", "metadata"}),
    "conversations.history": (conversations.history, _PAGED),
    "conversations.info": (conversations.info, {"channel"}),
    "conversations.members": (conversations.members, {"channel", "limit", "cursor"}),
    "conversations.open": (conversations.open_dm, {"users", "return_im"}),
    "conversations.replies": (conversations.replies, {*_PAGED, "ts"}),
    "files.completeUploadExternal": (
        files.complete_upload,
        {"files", "channel_id", "initial_comment", "thread_ts"},
    ),
    "files.delete": (files.delete, {"file"}),
    "files.getUploadURLExternal": (files.get_upload_url, {"filename", "length", "alt_txt"}),
    "files.info": (files.info, {"file"}),
    "users.conversations": (
        conversations.of_the_bot,
        {"types", "exclude_archived", "limit", "cursor"},
    ),
    "users.info": (people.info, {"user"}),
    "users.list": (people.list_all, {"limit", "cursor"}),
    "views.open": (views.open_view, {"trigger_id", "view"}),
    "views.publish": (views.publish, {"user_id", "view", "hash"}),
    "views.push": (views.push, {"trigger_id", "view"}),
    "views.update": (views.update, {"view_id", "external_id", "view", "hash"}),
}
_JSON_ARGS = ("blocks", "view", "metadata")

Interference = Callable[[str, str, Json], Awaitable[Json | None]]


class WebApi:
    """The Web API of one sandbox."""

    def __init__(self, parts: Parts, bot_token: str, app_token: str) -> None:
        self._parts = parts
        self._tokens = {bot_token: "bot", app_token: "app"}
        self.interfere: Interference | None = None
        """Tests set it: awaited with ("before" | "after", method, args); a dict it returns is the answer."""

    async def handle(self, request: web.Request) -> web.Response:
        """The endpoint `/api/{method}`, GET and POST."""
        method = request.match_info["method"]
        try:
            args = await _arguments(request)
        except (TypeError, ValueError):
            return web.json_response({"ok": False, "error": "invalid_json"})
        token = _token(request, args)
        at, began = time.time(), time.monotonic()
        done = await self._done(method, token, args)
        await self._parts.faults.answer_slowly(method)
        self._parts.journal.requests.append(done)
        self._parts.traffic.note(done, at, time.monotonic() - began)
        response = answered(request, done)
        if self._tokens.get(token) == "bot":
            response.headers["X-OAuth-Scopes"] = ",".join(sorted(self._parts.manifest.scopes))
        return response

    async def _done(self, method: str, token: str, args: Json) -> Request:
        answer = await self._interfered("before", method, args) or self._too_many(method, args)
        if answer is not None:
            return Request(method=method, args=args, response=answer)
        fate = self._parts.faults.fate(method)
        if fate is Fate.ERROR_BEFORE:
            answer = {"ok": False, "error": "http_500"}
        else:
            answer = self._answer(method, token, args)
            answer = await self._interfered("after", method, args) or answer
        return Request(method=method, args=args, response=answer, fault=fate.value)

    def _too_many(self, method: str, args: Json) -> Json | None:
        wait = self._parts.faults.busy(method, args)
        return None if wait is None else {"ok": False, "error": "ratelimited", "retry_after": wait}

    async def _interfered(self, moment: str, method: str, args: Json) -> Json | None:
        return None if self.interfere is None else await self.interfere(moment, method, args)

    def _answer(self, method: str, token: str, args: Json) -> Json:
        try:
            if method not in METHODS:
                self._parts.journal.complain(f"the bot called {method}, which the sandbox does not know")
                raise ApiError("unknown_method", req_method=method)
            work, known = METHODS[method]
            call = Call(method=method, parts=self._parts, args=copied(args))
            self._check_token(token, METHOD_SCOPES[method])
            self._check_scope(call, METHOD_SCOPES[method])
            # The SDK adds team_id on its own; a token for one workspace makes Slack ignore it.
            strangers = sorted(key for key in args if key not in known and key != "team_id")
            if strangers:
                self._parts.journal.complain(f"{method} does not take {', '.join(strangers)} in this sandbox")
            return {"ok": True} | work(call)
        except ApiError as error:
            return {"ok": False, "error": error.error, **error.more}

    def _check_token(self, token: str, need: Need) -> None:
        if not token:
            raise ApiError("not_authed")
        kind = self._tokens.get(token)
        if kind is None:
            raise ApiError("invalid_auth")
        if kind != need.holder:
            raise ApiError("not_allowed_token_type")

    def _check_scope(self, call: Call, need: Need) -> None:
        wanted = need.any_of()
        if wanted and not any(scope in self._parts.manifest.scopes for scope in wanted):
            call.need(wanted[0])


async def _arguments(request: web.Request) -> Json:
    args: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        body: Json = json.loads(await request.text() or "{}")
        return args | body
    if request.method == "POST":
        args |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    for key in _JSON_ARGS:
        if isinstance(args.get(key), str):
            args[key] = _decoded(args[key])
    return args


def _decoded(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _token(request: web.Request, args: Json) -> str:
    """Take the token out of the header or the arguments, so that it is recorded nowhere."""
    given = str(args.pop("token", "") or "")
    header = request.headers.get("Authorization", "")
    return header.removeprefix("Bearer ").strip() or given


def answered(request: web.Request, done: Request) -> web.Response:
    """The answer as it reaches the bot, or does not."""
    if done.fault == Fate.ANSWER_LOST.value and request.transport is not None:
        request.transport.abort()
    elif done.fault:
        return web.Response(status=500, text="<html><body>Internal Server Error</body></html>")
    return _response(done.response)


def _response(answer: Json) -> web.Response:
    if answer.get("error") == "ratelimited":
        headers = {"Retry-After": f"{answer.get('retry_after', 1):g}"}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
    return web.json_response(answer)
