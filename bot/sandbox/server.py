"""The sandbox as a whole: wires its parts and serves them on 127.0.0.1; tests and the trial start it."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import datetime, timedelta
from pathlib import Path

from aiohttp import web

from bot.clock import TravellingClock
from bot.sandbox.acts import Acts
from bot.sandbox.api import WebApi
from bot.sandbox.api.call import Parts
from bot.sandbox.api.dispatch import Interference, answered
from bot.sandbox.driver import Message, Person
from bot.sandbox.events import Events
from bot.sandbox.faults import Fate, Faults
from bot.sandbox.http_delivery import HttpDelivery
from bot.sandbox.inspecting import InspectorApi
from bot.sandbox.journal import Delivery, Journal, Request
from bot.sandbox.live import Live
from bot.sandbox.mail_api import MailApi
from bot.sandbox.manifest import read_manifest
from bot.sandbox.page_api import PageApi
from bot.sandbox.payloads import Payloads
from bot.sandbox.post import PostOffice
from bot.sandbox.responses import ResponseError, Responses
from bot.sandbox.seed import SEED, Seed
from bot.sandbox.sockets import Sockets
from bot.sandbox.speech import Speech
from bot.sandbox.state import State
from bot.sandbox.submissions import Submissions
from bot.sandbox.traffic import Traffic
from bot.sandbox.travel import Control, travel
from bot.sandbox.triggers import Triggers
from bot.sandbox.views import Views
from bot.sandbox.workspace import APP, BOT, BOT_USER, Workspace

_LARGEST_BODY = 4 * 1024 * 1024
RESPONSE_URL = "response_url"
_A_MOMENT = timedelta(seconds=1)


class Sandbox:
    """One local Slack workspace with one app installed; also an async context manager."""

    def __init__(
        self,
        manifest: Path = Path("manifest.yml"),
        state: Path | str = ":memory:",
        seed: Seed | None = None,
        port: int = 0,
        clock: TravellingClock | None = None,
        request_url: str | None = None,
        mail: bool = False,
    ) -> None:
        """Build it without starting it. Port 0 picks a free one; `seed` counts for a new state file only.

        With `request_url` the bot is told by signed HTTP, without it by Socket Mode. With `mail` there is a
        post office, which takes the bot's e-mail and brings it answers.
        """
        self.control: Path | None = None
        self._port = port
        self.request_url = request_url
        self._state = State(state)
        self.clock = self._restored(clock)
        self.journal = Journal()
        self.live = Live()
        self.manifest = read_manifest(manifest)
        self.workspace = Workspace(self._state, seed or SEED, self.manifest, self.clock, self.live)
        secrets = self.workspace.secrets
        self.bot_token, self.app_token = secrets["bot_token"], secrets["app_token"]
        self.signing_secret = secrets["signing_secret"]
        self.team_id: str = self.workspace.team["id"]
        self.bot_user_id = BOT_USER
        self.post = PostOffice(self._state, self.live, self.clock) if mail else None
        self._wire()
        self._bringing: asyncio.Task[None] | None = None
        self._people: dict[str, Person] = {}
        self._runner: web.AppRunner | None = None
        self._traveling = asyncio.Lock()

    def _restored(self, clock: TravellingClock | None) -> TravellingClock:
        kept = self._state.get("meta", "offset")
        offset = None if kept is None else timedelta(seconds=kept)
        if clock is None:
            return TravellingClock(offset or timedelta())
        if offset is not None and offset > clock.offset:
            clock.travel(offset)
        return clock

    def _wire(self) -> None:
        journal, workspace = self.journal, self.workspace
        self.payloads = Payloads(workspace)
        self.traffic = Traffic(self.live)
        self.faults = Faults(workspace, self.manifest, self._faults_changed)
        parts = (journal, self.live, APP, self.traffic, self.faults)
        self.sockets = Sockets(*parts)
        if self.request_url is not None:
            self.sockets = HttpDelivery(self.request_url, self.signing_secret, *parts)
        self.sockets.on_connected = self._bot_joined
        self.events = Events(workspace, self.payloads, self.sockets, self.manifest, self.clock, self.faults)
        self.speech = Speech(workspace, self.events, self.payloads, journal)
        self.responses = Responses(workspace, self.speech)
        self.triggers = Triggers(self.team_id)
        self.views = Views(self._state, self.live, self.team_id, APP, BOT)
        self.parts = Parts(
            workspace=workspace,
            views=self.views,
            sockets=self.sockets,
            payloads=self.payloads,
            speech=self.speech,
            triggers=self.triggers,
            journal=journal,
            manifest=self.manifest,
            faults=self.faults,
            traffic=self.traffic,
        )
        self._api = WebApi(self.parts, self.bot_token, self.app_token)
        self.acts = Acts(
            workspace=workspace,
            views=self.views,
            sockets=self.sockets,
            events=self.events,
            payloads=self.payloads,
            speech=self.speech,
            responses=self.responses,
            triggers=self.triggers,
            manifest=self.manifest,
            submissions=Submissions(self.views, journal),
        )

    # Starting and stopping

    async def start(self) -> None:
        """Listen. Raises OSError if the port is taken."""
        app = web.Application(client_max_size=_LARGEST_BODY)
        app.router.add_route("*", "/api/{method}", self._api.handle)
        app.router.add_get("/socket", self.sockets.handle)
        app.router.add_post("/response/{key:.+}", self._respond)
        PageApi(self).add_routes(app)
        InspectorApi(self.traffic, self.faults).add_routes(app)
        MailApi(self.post).add_routes(app)
        if self.post is not None:
            await self.post.start()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.parts.base_url = self.page_url
        self.responses.base = f"{self.page_url}response/"

    async def stop(self) -> None:
        """Hang up, stop listening and close the state. Stopping twice is harmless."""
        if self._runner is not None:
            await self.events.stop()
            if self._bringing is not None:
                self._bringing.cancel()
                await asyncio.gather(self._bringing, return_exceptions=True)
            await self.sockets.close()
            if self.post is not None:
                await self.post.stop()
            await self._runner.cleanup()
            self._runner = None
        self._state.close()

    async def __aenter__(self) -> Sandbox:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    # Addresses

    @property
    def page_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/"

    @property
    def api_url(self) -> str:
        return f"{self.page_url}api/"

    # What happened

    @property
    def requests(self) -> list[Request]:
        """Every Web API call so far, with its arguments and answer."""
        return self.journal.requests

    @property
    def deliveries(self) -> list[Delivery]:
        """Every envelope sent to the bot, with its ack."""
        return self.journal.deliveries

    @property
    def complaints(self) -> list[str]:
        """What the bot did that Slack would refuse, ignore or show as a failure. Tests assert it is empty."""
        return self.journal.complaints

    @property
    def pings(self) -> list[tuple[Message, str]]:
        """Whom the bot's posts notified: user ids, and channel, here or everyone."""
        return [(Message(self.workspace, message), who) for message, who in self.journal.pings]

    @property
    def interfere(self) -> Interference | None:
        """A test's hand on the wire: see `WebApi.interfere`."""
        return self._api.interfere

    @interfere.setter
    def interfere(self, hook: Interference | None) -> None:
        self._api.interfere = hook

    # The bot

    async def bot_connected(self, timeout: float = 10) -> None:  # noqa: ASYNC109 - tests read better
        """Wait until a Socket Mode connection is up, and its clock is right. Raises TimeoutError."""
        await self.sockets.connected(timeout)
        if self._bringing is not None:
            await self._bringing

    async def refresh_sockets(self) -> None:
        """Ask the bot to replace its connections, as Slack does every few hours; returns when it has."""
        await self.sockets.refresh()

    async def settled(self) -> None:
        """Wait until every event has been taken and the bot says that it has nothing left to do."""
        control = self._control()
        while True:
            await self.events.quiet()
            before = len(self.journal.requests)
            if control is not None:
                await control.settled()
            if not self.events.busy and before == len(self.journal.requests):
                return

    async def travel(self, to: datetime) -> None:
        """Move business time forward to `to` (aware), from due to due. Raises `ClockWouldGoBack`."""
        async with self._traveling:
            await travel(to, self.clock, self._control(), self._set_offset, self.settled)

    async def arrive(self) -> None:
        """End a start in the past: travel to wall time, and leave no offset. Raises `ClockWouldGoBack`."""
        if self.clock.offset < -_A_MOMENT:
            await self.travel(self.clock.real_now())
        async with self._traveling:  # what is left is the time that the travel itself took
            self._set_offset(timedelta())
            control = self._control()
            if control is not None:
                await control.travel(timedelta())

    def act_as(self, who: str) -> Person:
        """The person of this handle or id. Their state is kept: it is the same object each time."""
        member = self.workspace.person(who)
        if member is None or member.is_bot:
            raise KeyError(f"nobody here is called {who}")
        if member.id not in self._people:
            self._people[member.id] = Person(self, member)
        return self._people[member.id]

    def _control(self) -> Control | None:
        return None if self.control is None else Control(self.control)

    def _set_offset(self, offset: timedelta) -> None:
        self.clock.travel(offset)
        self._state.put("meta", "offset", offset.total_seconds())
        self.live.tell_all("clock", now=self.clock.now().timestamp(), offset=offset.total_seconds())

    def _faults_changed(self) -> None:
        self.live.tell_all("faults", faults=self.faults.to_json())

    def _bot_joined(self) -> None:
        control = self._control()
        if control is not None and self.clock.offset:
            self._bringing = asyncio.create_task(self._bring_along(control))

    async def _bring_along(self, control: Control) -> None:
        """A bot that has just come up learns what time it is here."""
        try:
            await control.travel(self.clock.offset)
        except (OSError, RuntimeError) as error:
            self.journal.complain(f"the bot could not be told the time: {error}")

    async def _respond(self, request: web.Request) -> web.Response:
        at, began = time.time(), time.monotonic()
        text = await request.text()
        fate = self.faults.fate(RESPONSE_URL)
        refused = "" if fate is Fate.ERROR_BEFORE else self._said(request.match_info["key"], text)
        await self.faults.answer_slowly(RESPONSE_URL)
        answer = {"ok": not refused, **({"error": refused} if refused else {})}
        done = Request(method=RESPONSE_URL, args={"text": text}, response=answer, fault=fate.value)
        self.traffic.note(done, at, time.monotonic() - began)
        if fate is not Fate.ANSWERED:
            return answered(request, done)
        if refused:
            return web.json_response(answer, status=404 if refused.endswith("url") else 400)
        return web.Response(text="ok")

    def _said(self, key: str, text: str) -> str:
        """Say what was posted to a response URL. Returns "" or Slack's name for what is wrong."""
        try:
            self.responses.post(key, json.loads(text))
        except (AttributeError, ValueError):
            return "invalid_payload"
        except ResponseError as error:
            self.journal.complain(f"a response URL answered {error}")
            return str(error)
        return ""
