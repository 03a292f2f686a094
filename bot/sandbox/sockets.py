"""Socket Mode: connections, envelopes out and acks in; `acts.py` and `events.py` deliver through it."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import WSMsgType, web

from bot.sandbox.faults import Faults
from bot.sandbox.journal import Delivery, Journal
from bot.sandbox.live import Live
from bot.sandbox.records import Json
from bot.sandbox.traffic import Traffic

ACK_SECONDS = 3.0
MOST_CONNECTIONS = 10
TICKET_SECONDS = 30.0


@dataclass(eq=False)
class Connection:
    """One WebSocket of the bot. A draining one gets no envelopes while another is up."""

    socket: web.WebSocketResponse
    name: str
    draining: bool = False
    transport: asyncio.BaseTransport | None = None

    def cut(self) -> None:
        """Break it, without a word."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()


class Sockets:
    """The connections of one sandbox."""

    def __init__(self, journal: Journal, live: Live, app_id: str, traffic: Traffic, faults: Faults) -> None:
        self._journal = journal
        self._live = live
        self._app_id = app_id
        self._traffic = traffic
        self._faults = faults
        self._tickets: dict[str, float] = {}
        self._connections: list[Connection] = []
        self._pending: dict[str, asyncio.Future[Json]] = {}
        self._known: set[str] = set()
        self._spoiled: set[str] = set()
        self._turn = 0
        self._up = asyncio.Event()
        self._refreshing = False
        self._asked: asyncio.Task[None] | None = None
        self.ack_seconds = ACK_SECONDS
        """How long the bot has; tests of what comes too late make it shorter."""
        self.on_connected: Callable[[], None] = lambda: None

    @property
    def online(self) -> bool:
        return bool(self._connections)

    def issue_ticket(self) -> str | None:
        """A ticket for one connection, or None if there are too many already."""
        if len(self._connections) >= MOST_CONNECTIONS:
            return None
        ticket = secrets.token_urlsafe(16)
        self._tickets[ticket] = time.monotonic()
        return ticket

    async def connected(self, within: float) -> None:
        """Wait until the bot holds a connection. Raises TimeoutError."""
        async with asyncio.timeout(within):
            await self._up.wait()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The WebSocket endpoint: `GET /socket?ticket=...`."""
        born = self._tickets.pop(request.query.get("ticket", ""), None)
        if born is None or time.monotonic() - born > TICKET_SECONDS:
            raise web.HTTPUnauthorized(text="ticket invalid or used")
        socket = web.WebSocketResponse(timeout=1, heartbeat=30)
        await socket.prepare(request)
        name = f"applink-{secrets.token_hex(4)}"
        connection = Connection(socket, name, transport=request.transport)
        self._connections.append(connection)
        try:
            await socket.send_str(json.dumps(self._hello(connection)))
            self._joined()
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    self._acked(message.data)
        finally:
            self._left(connection)
        return socket

    async def deliver(
        self, kind: str, payload: Json, *, accepts_response: bool, retry_attempt: int = 0
    ) -> Delivery:
        """Send one envelope to one connection and wait for its ack, at most three seconds."""
        at, began = time.time(), time.monotonic()
        delivery = Delivery(type=kind, payload=payload, retry_attempt=retry_attempt)
        self._journal.deliveries.append(delivery)
        delivery.envelope_id = "-".join(secrets.token_hex(size) for size in (4, 2, 2, 2, 6))
        envelope: Json = {
            "envelope_id": delivery.envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": accepts_response,
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry_attempt, "retry_reason": "timeout" if retry_attempt else ""}
        try:
            async with asyncio.timeout(self.ack_seconds):
                delivery.ack = await self._exchange(envelope, delivery)
        except TimeoutError:
            delivery.failure = "operation_timeout"
        finally:
            self._pending.pop(delivery.envelope_id, None)
        self._traffic.note(delivery, at, time.monotonic() - began)
        if delivery.failure == "operation_timeout" and not delivery.fault:
            self._journal.complain(f"{_named(delivery)} was not acked within {self.ack_seconds:g} s")
        if delivery.ack and not accepts_response:
            self._journal.complain(f"the ack of {_named(delivery)} has a body, which Slack ignores")
        return delivery

    async def _exchange(self, envelope: Json, delivery: Delivery) -> Json | None:
        if self._connections and not self._refreshing and self._faults.strikes("refreshed_sockets"):
            self._asked = asyncio.create_task(self._ask_to_refresh())
        connection = await self._next()
        if connection is None:
            delivery.failure = "dispatch_failed"
            return None
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._pending[envelope["envelope_id"]] = future
        self._known.add(envelope["envelope_id"])
        dropped = self._faults.strikes("dropped_sockets")
        delivery.fault = "the connection broke" if dropped else ""
        try:
            if not dropped or self._faults.either("dropped_sockets"):
                await connection.socket.send_str(json.dumps(envelope))
            if dropped:
                self._spoiled.add(envelope["envelope_id"])
                connection.cut()
        except ConnectionError:
            delivery.failure = "dispatch_failed"
            return None
        try:
            return await future
        except ConnectionResetError:
            delivery.failure = "operation_timeout"
            if envelope["type"] == "events_api":  # which Slack brings again: a bot may end at any moment
                delivery.fault = delivery.fault or "the connection closed"
            return None

    async def _next(self) -> Connection | None:
        """The connection whose turn it is; while sockets are being refreshed, wait for the new one."""
        if self._refreshing:
            await self._up.wait()  # what came to the old one now would be lost with it
        fresh = [one for one in self._connections if not one.draining] or self._connections
        if not fresh:
            return None
        self._turn += 1
        return fresh[self._turn % len(fresh)]

    async def refresh(self, within: float = 10.0) -> None:
        """Ask the bot to replace its connections, and wait until one new one is up."""
        old = list(self._connections)
        self._refreshing = True
        self._up.clear()
        try:
            for connection in old:
                connection.draining = True
                await connection.socket.send_str(json.dumps(_disconnect("refresh_requested", connection)))
            await self.connected(within)
        finally:
            self._refreshing = False

    async def _ask_to_refresh(self) -> None:
        with suppress(TimeoutError, ConnectionError):  # a bot that is gone cannot follow
            await self.refresh()

    async def close(self) -> None:
        """Drop every connection, as at the end of a sandbox."""
        if self._asked is not None:
            self._asked.cancel()
        for connection in list(self._connections):
            await connection.socket.close(code=1001, drain=False)

    def _hello(self, connection: Connection) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._connections),
            "connection_info": {"app_id": self._app_id},
            "debug_info": {
                "host": connection.name,
                "build_number": 1,
                "approximate_connection_time": 18060,
            },
        }

    def _joined(self) -> None:
        self._up.set()
        self._live.tell_all("bot", online=True)
        self.on_connected()

    def _left(self, connection: Connection) -> None:
        self._connections.remove(connection)
        if self._connections:
            return
        if not self._refreshing:
            self._up.clear()
        self._live.tell_all("bot", online=False)
        if connection.draining:
            return  # The new connection may still bring the ack.
        for future in self._pending.values():
            if not future.done():
                future.set_exception(ConnectionResetError())

    def _acked(self, data: str) -> None:
        body: Json = json.loads(data)
        key = body.get("envelope_id", "")
        future = self._pending.get(key)
        if future is not None and not future.done():
            future.set_result(body.get("payload") or {})
        elif key in self._spoiled:
            return  # the bot acknowledges over its next connection, and cannot know better
        elif key in self._known:
            self._journal.complain(f"a late or second ack came for envelope {key}")
        else:
            self._journal.complain(f"an ack came for an unknown envelope {key!r}")


def _named(delivery: Delivery) -> str:
    payload = delivery.payload
    inner = payload.get("event", payload)
    return str(inner.get("command") or inner.get("type") or delivery.type)


def _disconnect(reason: str, connection: Connection) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": connection.name}}
