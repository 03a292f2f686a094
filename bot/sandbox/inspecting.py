"""The page's inspector and its switches: `/ui/traffic` and `/ui/faults`."""

from __future__ import annotations

from aiohttp import web

from bot.sandbox.faults import Faults
from bot.sandbox.traffic import Traffic

_NO_CACHE = {"Cache-Control": "no-store"}


class InspectorApi:
    """Shows what goes over the wire, and switches faults."""

    def __init__(self, traffic: Traffic, faults: Faults) -> None:
        self._traffic = traffic
        self._faults = faults

    def add_routes(self, app: web.Application) -> None:
        """Put the endpoints on the application."""
        app.router.add_get("/ui/traffic", self._get_traffic)
        app.router.add_get("/ui/faults", self._get_faults)
        app.router.add_post("/ui/faults", self._post_faults)

    async def _get_traffic(self, request: web.Request) -> web.Response:
        """`?after=n`: {entries: [{n, at, direction, kind or method, summary, ok, ms, detail}]}."""
        after = request.query.get("after", "0")
        entries = self._traffic.after(int(after) if after.isdecimal() else 0)
        return web.json_response({"entries": entries}, headers=_NO_CACHE)

    async def _get_faults(self, _: web.Request) -> web.Response:
        """{faults: [{name, label, meaning, on}]}."""
        return web.json_response({"faults": self._faults.to_json()}, headers=_NO_CACHE)

    async def _post_faults(self, request: web.Request) -> web.Response:
        """Takes {name, on}; answers as the reading does, with ok."""
        try:
            body = await request.json()
            self._faults.turn(str(body["name"]), bool(body["on"]))
        except (KeyError, TypeError, ValueError):
            refusal = {"ok": False, "error": "invalid_arguments", "sentence": "There is no such fault."}
            return web.json_response(refusal, status=400, headers=_NO_CACHE)
        return web.json_response({"ok": True, "faults": self._faults.to_json()}, headers=_NO_CACHE)
