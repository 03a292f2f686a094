"""The only place where the parts are put together: `build` makes a Bot, which starts, serves and stops."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from dataclasses import replace
from pathlib import Path

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock, TravellingClock
from bot.config import Settings, load_policy
from bot.domain.health import Pacing, Vitals
from bot.domain.ids import WorkspaceId, is_channel_id
from bot.handlers.front import Front
from bot.handlers.routes import ROUTES, Routes
from bot.scheduler.control import ControlSocket
from bot.scheduler.delivery import Delivery
from bot.scheduler.metronome import Metronome
from bot.services.desk import Desk
from bot.services.people import ensure_desk
from bot.slack.client import Identity, SlackClient
from bot.slack.faults import TRANSIENT, CannotServe, SlackBusy, SlackRefused, SlackUnsure
from bot.slack.pacing import Pacer
from bot.store.migrate import upgrade
from bot.store.store import Store

log = logging.getLogger(__name__)

SLACK_SECONDS = 10
"""How long we wait for an answer of the Web API."""

WAIT_FOR_SLACK = 5.0
"""Seconds between two attempts to reach Slack at the start."""

DRAIN_SECONDS = 3.0
LAST_ACK_SECONDS = 0.05


class Bot:
    """A desk at work: Slack on one side, the database on the other. Made by `build`."""

    def __init__(
        self, settings: Settings, clock: Clock, pacer: Pacer, control: Path | None, routes: Routes
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.pacer = pacer
        self.store = Store(settings.database_url)
        self._control_path = control
        self._routes = routes
        self._ways_out = contextlib.AsyncExitStack()
        self._desk: Desk | None = None

    @property
    def desk(self) -> Desk:
        """The desk that is being served. Only there after `start`."""
        assert self._desk is not None, "the bot has not been started"
        return self._desk

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then end cleanly."""
        asked_to_stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, asked_to_stop.set)
        starting = asyncio.create_task(self.start())
        stopping = asyncio.create_task(asked_to_stop.wait())
        try:
            await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
                await stopping
        finally:
            starting.cancel()
            stopping.cancel()
            await asyncio.gather(starting, stopping, return_exceptions=True)
            await self.stop()

    async def start(self) -> None:
        """Upgrade the database, meet Slack, open the desk, and only then listen."""
        await asyncio.to_thread(upgrade, self.settings.database_url)
        self.store.start()
        self._ways_out.push_async_callback(self.store.stop)
        web = await self._web_client()
        slack = SlackClient(web, self.pacer)
        identity = await _meet(slack)
        self._desk = desk = await self._open_desk(identity, await _cases_channel(slack, self.settings))
        metronome = Metronome(desk)
        self._desk = desk = replace(desk, vitals=self._vitals(slack, metronome))
        front = Front(slack, self._routes)
        front.open(desk)
        delivery = Delivery(desk, slack)
        self.store.on_write(delivery.wake)
        delivery.start()
        self._ways_out.push_async_callback(delivery.stop)
        await metronome.catch_up()
        metronome.start()
        self._ways_out.push_async_callback(metronome.stop)
        await self._serve_control(front, delivery, metronome)
        await self._listen(web, identity, front)
        await _warn_of_missing_channel(slack, desk)
        log.info("serving the workspace %s", identity.team_id)

    async def stop(self) -> None:
        """Stop listening, finish what is under way, close everything."""
        await self._ways_out.aclose()

    async def _web_client(self) -> AsyncWebClient:
        session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SLACK_SECONDS))
        self._ways_out.push_async_callback(session.close)
        # All retries belong to the outbox: the client's own would post twice after a lost answer.
        return AsyncWebClient(
            token=self.settings.slack_bot_token.get_secret_value(),
            base_url=self.settings.slack_api_url,
            session=session,
            retry_handlers=[],
        )

    async def _open_desk(self, identity: Identity, cases_channel: str) -> Desk:
        policy, digest = load_policy(self.settings.policy)
        desk = Desk(
            store=self.store,
            clock=self.clock,
            workspace_id=WorkspaceId(identity.team_id),
            policy=policy,
            policy_revision=0,
            cases_channel=cases_channel,
        )
        return replace(desk, policy_revision=await ensure_desk(desk, self.settings.admins, digest))

    def _vitals(self, slack: SlackClient, metronome: Metronome) -> Vitals:
        """What `/desk health` asks the running bot itself."""
        pacer = self.pacer
        return Vitals(
            way="Socket Mode",
            ask_slack=lambda: slack.standing(self.clock.real_now),
            pacing=lambda: Pacing(per_minute=pacer.messages_per_minute, slowed_for=pacer.slowed_for),
            late_jobs=metronome.late,
        )

    async def _serve_control(self, front: Front, delivery: Delivery, metronome: Metronome) -> None:
        if self._control_path is None:
            return
        assert isinstance(self.clock, TravellingClock), "only a clock that travels can be moved"

        async def quiet() -> bool:
            return front.calls_in_flight == 0 and await delivery.quiet()

        control = ControlSocket(
            self._control_path, self.clock, tick=metronome.tick, next_due=metronome.next_due, quiet=quiet
        )
        await control.start()
        self._ways_out.push_async_callback(control.stop)

    async def _listen(self, web: AsyncWebClient, identity: Identity, front: Front) -> None:
        app = _bolt_app(self.settings, identity)
        front.register(app)
        app_token = self.settings.slack_app_token.get_secret_value()
        handler = AsyncSocketModeHandler(app, app_token, web_client=web)
        self._ways_out.push_async_callback(handler.close_async)
        self._ways_out.push_async_callback(_drain, front, handler)
        # Asked for here, because `connect` would ask again for ever with a token that is refused.
        handler.client.wss_uri = await _socket_address(handler)
        await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt has no type for it


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    pacer: Pacer | None = None,
    control: Path | None = None,
    routes: Routes = ROUTES,
) -> Bot:
    """A bot for these settings. `control`, a socket's path, is for trials and tests, whose clock travels;
    `routes` are other than the desk's only in tests of the front.
    """
    return Bot(settings, clock or Clock(), pacer or Pacer(cap=settings.messages_per_minute), control, routes)


def _bolt_app(settings: Settings, identity: Identity) -> AsyncApp:
    """Bolt with the authorisation that was fetched at the start, so that no call waits for `auth.test`."""
    # All calls go through `SlackClient`; Bolt's own client has no token and makes none.
    unused = AsyncWebClient(base_url=settings.slack_api_url, retry_handlers=[])
    known = AuthorizeResult(
        enterprise_id=None,
        team_id=identity.team_id,
        bot_id=identity.bot_id,
        bot_user_id=identity.bot_user_id,
        bot_token=settings.slack_bot_token.get_secret_value(),
    )

    async def authorize(**_: object) -> AuthorizeResult:
        return known

    return AsyncApp(
        client=unused,
        authorize=authorize,
        request_verification_enabled=False,  # Socket Mode: the connection itself is authorised
        process_before_response=True,  # the reply is the acknowledgement (performance.md)
    )


async def _meet(slack: SlackClient) -> Identity:
    """Who we are, from Slack. Waits while Slack cannot be reached; a token that it refuses is an error."""
    while True:
        try:
            return await slack.identity()
        except (SlackUnsure, SlackBusy) as trouble:
            log.warning("Slack cannot be reached yet (%s); trying again in %g s", trouble, WAIT_FOR_SLACK)
        except SlackRefused as refused:
            if not refused.temporary:
                raise CannotServe(
                    f"Slack refuses the bot token ({refused.error}). Copy the Bot User OAuth Token from "
                    "your app's page, OAuth & Permissions, into SLACK_BOT_TOKEN, then start again."
                ) from refused
            log.warning("Slack is not ready (%s); trying again in %g s", refused, WAIT_FOR_SLACK)
        await asyncio.sleep(WAIT_FOR_SLACK)


async def _socket_address(handler: AsyncSocketModeHandler) -> str | None:
    """Where to connect; None while Slack has trouble, which `connect` waits for."""
    try:
        return await handler.client.issue_new_wss_url()
    except SlackApiError as refused:
        error = refused.response.get("error")
        if error is None or error in TRANSIENT:
            return None
        raise CannotServe(
            f"Slack refuses the app token ({error}). Make an app-level token with connections:write on "
            "your app's page, Basic Information, put it into SLACK_APP_TOKEN, then start again."
        ) from refused
    except (aiohttp.ClientError, TimeoutError, OSError) as trouble:
        log.warning("Slack gives no socket yet (%s); trying again", trouble)
        return None


async def _drain(front: Front, handler: AsyncSocketModeHandler) -> None:
    """Take nothing new, and give the calls in flight a moment to be answered over the socket they came by."""
    handler.client.socket_mode_request_listeners.clear()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(front.idle(), DRAIN_SECONDS)
    await asyncio.sleep(LAST_ACK_SECONDS)  # Bolt sends the acknowledgement after the listener has ended


async def _cases_channel(slack: SlackClient, settings: Settings) -> str:
    """The channel of the settings by its id: a name may change, and nothing can be looked up by it.

    A name that is not found stays a name, by which cards can still be posted to a public channel.
    """
    name = settings.cases_channel
    if is_channel_id(name):
        return name
    try:
        found = await slack.channel_named(name)
    except (SlackRefused, SlackBusy, SlackUnsure) as trouble:
        log.error("the cases channel #%s could not be looked up: %s", name, trouble)
        return name
    if found is None:
        log.error("Caseline is in no channel #%s and cannot post cards: /invite @Caseline there", name)
    return found or name


async def _warn_of_missing_channel(slack: SlackClient, desk: Desk) -> None:
    """Say at once, in the log, where case cards could not be posted."""
    channel = desk.cases_channel
    if channel is None or not is_channel_id(channel):
        return
    try:
        if not await slack.is_member(channel):
            log.error("Caseline is not in %s and cannot post cards: /invite @Caseline there", channel)
    except (SlackRefused, SlackBusy, SlackUnsure) as trouble:
        log.error("the cases channel %s could not be checked: %s", channel, trouble)
