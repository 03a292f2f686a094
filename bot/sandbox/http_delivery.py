"""Signed HTTP: envelopes are posted to the bot's request URL; `server.py` uses it where it has one."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.sandbox.journal import Delivery
from bot.sandbox.records import Json
from bot.sandbox.sockets import Sockets

MOST_RETRIES = 3
"""How often Slack brings an event again. Its waits of up to five minutes are left out: tests sit here."""

LOOK_AGAIN = 0.02


class HttpDelivery(Sockets):
    """In place of sockets: the same envelopes, acknowledged by the body of the response."""

    def __init__(self, request_url: str, signing_secret: str, *parts: Any) -> None:
        super().__init__(*parts)
        self._url = request_url
        self._secret = signing_secret.encode()
        self._session: aiohttp.ClientSession | None = None
        self._why: dict[str, str] = {}

    @property
    def online(self) -> bool:
        return self._up.is_set()

    async def connected(self, within: float) -> None:
        """Wait until something listens at the request URL. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while not await self._answers():  # noqa: ASYNC110 - a process elsewhere sets no event
                await asyncio.sleep(LOOK_AGAIN)
        if not self._up.is_set():
            self._joined()

    async def _answers(self) -> bool:
        try:
            async with self._client().get(self._url, params={"ssl_check": "1"}) as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False

    async def deliver(
        self, kind: str, payload: Json, *, accepts_response: bool, retry_attempt: int = 0
    ) -> Delivery:
        """Post one envelope. An event that is brought again is brought up to three times."""
        event = str(payload.get("event_id", ""))
        while True:
            delivery = await super().deliver(
                kind, payload, accepts_response=accepts_response, retry_attempt=retry_attempt
            )
            if not delivery.failure or not 0 < retry_attempt < MOST_RETRIES:
                break
            retry_attempt += 1
            await asyncio.sleep(LOOK_AGAIN)
        if event and not delivery.failure:
            self._why.pop(event, None)
        return delivery

    async def _exchange(self, envelope: Json, delivery: Delivery) -> Json | None:
        content_type, body = _body(str(envelope["type"]), envelope["payload"])
        headers = {"Content-Type": content_type, **self.signature(body)}
        event = str(envelope["payload"].get("event_id", ""))
        if envelope.get("retry_attempt"):
            headers["X-Slack-Retry-Num"] = str(envelope["retry_attempt"])
            headers["X-Slack-Retry-Reason"] = self._why.get(event, "http_timeout")
        self._why[event] = "http_timeout"  # unless it is found out to be something else
        try:
            async with self._client().post(self._url, data=body, headers=headers) as response:
                answer = await response.text()
        except aiohttp.ClientError:
            self._why[event], delivery.failure = "connection_failed", "dispatch_failed"
            self._up.clear()
            return None
        self._up.set()
        if response.status != 200:
            self._why[event], delivery.failure = "http_error", "dispatch_failed"
            return None
        return _acknowledgement(answer, response.content_type)

    def signature(self, body: bytes) -> dict[str, str]:
        """The headers that prove to the bot that a request is Slack's."""
        stamp = str(int(time.time()))
        told = f"v0:{stamp}:".encode() + body
        return {
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": "v0=" + hmac.new(self._secret, told, hashlib.sha256).hexdigest(),
        }

    async def refresh(self, within: float = 10.0) -> None:
        """There is no connection to replace."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session


def _body(kind: str, payload: Json) -> tuple[str, bytes]:
    """Events are JSON, commands a form, and the rest JSON in a form's field."""
    if kind == "events_api":
        return "application/json", json.dumps(payload).encode()
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return "application/x-www-form-urlencoded", urlencode(form).encode()


def _acknowledgement(answer: str, content_type: str) -> Json:
    if not answer:
        return {}
    if content_type != "application/json":
        return {"text": answer}
    found = json.loads(answer)
    return found if isinstance(found, dict) else {"text": answer}
