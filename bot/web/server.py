"""The server on PORT: Slack's events, the form for customers, health and metrics for whoever runs the bot."""

from __future__ import annotations

import asyncio
import logging
import time

from aiohttp import web

from bot.handlers.front import Front
from bot.handlers.reply import LeftToSlack
from bot.metrics import CONTENT_TYPE
from bot.web.forms import FormPages
from bot.web.probes import OK, Probes
from bot.web.reading import NoPayload, read_payload
from bot.web.signing import Doubt, Signatures

log = logging.getLogger(__name__)

SLACK_PATH = "/slack/events"
LARGEST_BODY = 1024 * 1024
"""Bytes. A modal of 100 blocks that comes back in full takes a third of it."""

BODY_SECONDS = 3.0
"""How long a body may take to arrive: after that Slack waits no more."""

QUIET_SECONDS = 60.0
"""A reason to refuse is logged at most once in this time; the metrics count every one."""

ADVICE = {
    Doubt.FORGED: "its signature is wrong: is SLACK_SIGNING_SECRET the one of your app?",
    Doubt.STALE: "it is older than five minutes: is this machine's clock right?",
    Doubt.REPLAYED: "it came before",
}


class WebServer:
    """One port. `open` lets Slack in, where there is a signing secret; `close` lets nothing new in."""

    def __init__(
        self,
        host: str,
        port: int,
        probes: Probes,
        signatures: Signatures | None,
        forms: FormPages | None = None,
    ) -> None:
        self._host, self._port = host, port
        self._probes = probes
        self._signatures = signatures
        self._forms = forms
        self._front: Front | None = None
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._last_told: dict[str, float] = {}

    async def start(self) -> None:
        """Listen. Raises OSError where the port cannot be had."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._metrics)
        if self._signatures is not None:
            app.router.add_post(SLACK_PATH, self._slack)
            app.router.add_get(SLACK_PATH, self._ssl_check)
        if self._forms is not None:
            self._forms.add_to(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        self._site = web.TCPSite(self._runner, self._host, self._port)
        await self._site.start()

    def open(self, front: Front) -> None:
        """Take Slack's requests from now on."""
        self._front = front

    async def close(self) -> None:
        """Take nothing new; what is under way is still answered."""
        self._front = None
        if self._forms is not None:
            self._forms.close()
        if self._site is not None:
            site, self._site = self._site, None
            await site.stop()

    async def stop(self) -> None:
        """Hang up."""
        await self.close()
        if self._runner is not None:
            await self._runner.cleanup()

    # Slack

    async def _slack(self, request: web.Request) -> web.Response:
        front, signatures = self._front, self._signatures
        if front is None or signatures is None:
            return _plain(503, "Caseline is not at work just now.")
        try:
            async with asyncio.timeout(BODY_SECONDS):
                raw = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return self._refuse("too_large", "it is larger than 1 MiB", 413)
        except TimeoutError:
            return self._refuse("too_slow", "its body did not arrive in time", 408)
        if _is_ssl_check(raw):
            return web.Response()
        signature = request.headers.get("X-Slack-Signature", "")
        doubt = signatures.doubt(raw, request.headers.get("X-Slack-Request-Timestamp", ""), signature)
        if doubt is not None:
            return self._refuse(doubt.value, ADVICE[doubt], 401)
        try:
            body = read_payload(raw, request.content_type)
        except NoPayload:
            return self._refuse("no_payload", "its body is no payload of Slack's", 400)
        if body.get("type") == "url_verification":
            return web.json_response({"challenge": str(body.get("challenge", ""))})
        try:
            acknowledgement = await front.take(body, request.headers.get("X-Slack-Retry-Num", "0"))
        except LeftToSlack:
            signatures.forget(signature)
            return _plain(503, "Please bring it again.")
        if body.get("type") == "block_suggestion":
            signatures.excuse(signature)
        return web.json_response(acknowledgement) if acknowledgement else web.Response()

    def _refuse(self, reason: str, why: str, status: int) -> web.Response:
        """Count it, and say so in the log, but not as often as somebody may knock."""
        self._probes.metrics.refused(reason)
        now = time.monotonic()
        if now - self._last_told.get(reason, -QUIET_SECONDS) >= QUIET_SECONDS:
            self._last_told[reason] = now
            log.warning("a request to %s is not taken: %s", SLACK_PATH, why)
        return _plain(status, "Not taken.")

    async def _ssl_check(self, request: web.Request) -> web.Response:
        """Slack looks from time to time whether our certificate is in order, and wants nothing else."""
        if request.query.get("ssl_check") == "1":
            return web.Response()
        return _plain(405, "Slack posts its requests here.")

    # Whoever runs the bot

    async def _healthz(self, _: web.Request) -> web.Response:
        return _plain(200, OK)

    async def _readyz(self, _: web.Request) -> web.Response:
        checks = await self._probes.readiness()
        ready = all(found == OK for found in checks.values())
        return web.json_response({"ready": ready, "checks": checks}, status=200 if ready else 503)

    async def _metrics(self, _: web.Request) -> web.Response:
        await self._probes.measure()
        return web.Response(body=self._probes.metrics.shown(), headers={"Content-Type": CONTENT_TYPE})


def _is_ssl_check(raw: bytes) -> bool:
    """An unsigned form that asks for nothing but an answer; a command beside it would have to be signed."""
    return raw.startswith(b"ssl_check=1") and b"command=" not in raw and b"payload=" not in raw


def _plain(status: int, said: str) -> web.Response:
    return web.Response(status=status, text=said)
