"""The only place where the parts are put together: `build` makes a Bot, which starts, serves and stops."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import signal
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock, TravellingClock
from bot.commerce import later
from bot.config import Settings
from bot.domain.audiences import TAKE_BACK
from bot.domain.files import MEGABYTE, FileRules
from bot.domain.health import Pacing, Pulse
from bot.domain.ids import SlackUserId, WorkspaceId, is_channel_id
from bot.domain.web_forms import Links
from bot.handlers.front import Front
from bot.handlers.routes import ROUTES, Routes
from bot.metrics import Metrics
from bot.policy_file import load_policy
from bot.scheduler.control import ControlSocket
from bot.scheduler.delivery import Delivery
from bot.scheduler.mailing import Post
from bot.scheduler.metronome import Metronome
from bot.scheduler.order_sweeping import OrderSweeping
from bot.services.desk import Desk
from bot.services.inbox import learn_addresses
from bot.services.people import ensure_desk
from bot.services.policies import refresh
from bot.slack.client import Identity, SlackClient
from bot.slack.faults import CannotServe, SlackBusy, SlackRefused, SlackUnsure
from bot.slack.looking import file_content, first_message
from bot.slack.pacing import Pacer
from bot.store.blobs import Blobs
from bot.store.migrate import upgrade
from bot.store.store import Store
from bot.web.forms import FormPages
from bot.web.probes import Probes
from bot.web.rates import networks
from bot.web.server import WebServer
from bot.web.signing import Signatures

if TYPE_CHECKING:
    from bot.scheduler.mail_in import MailIn

log = logging.getLogger(__name__)

SLACK_SECONDS = 10
"""How long we wait for an answer of the Web API."""

WAIT_FOR_SLACK = 5.0
"""Seconds between two attempts to reach Slack at the start."""

STOP_SECONDS = 3.5
"""How long a clean end may take: whoever asked for it waits five, and a busy machine takes one to exit."""

SENDING_SECONDS = 0.8
"""How much of that the outbox may have: what it is sending is looked up by the next start."""

DRAIN_SECONDS = 2.2
"""How much of that the calls in flight may have: a window takes two at most."""

LAST_ACK_SECONDS = 0.05


class Bot:
    """A desk at work: Slack on one side, the database on the other. Made by `build`."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        pacer: Pacer,
        control: Path | None,
        routes: Routes,
        take_back: timedelta = TAKE_BACK,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.pacer = pacer
        self.store = Store(settings.database_url)
        self.probes = Probes(store=self.store, metrics=Metrics())
        self._control_path = control
        self._routes = routes
        self._take_back = take_back
        self._ways_out = contextlib.AsyncExitStack()
        self._desk: Desk | None = None
        self._server: WebServer | None = None
        self._forms: FormPages | None = None
        self._stop_by = math.inf
        self.mail_in: MailIn | None = None
        self._metronome: Metronome | None = None

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
        """Open the port, upgrade the database, meet Slack, open the desk, and only then listen to people."""
        await self._open_port()
        await asyncio.to_thread(upgrade, self.settings.database_url)
        self.store.start()
        self._ways_out.push_async_callback(self.store.stop)
        web = await self._web_client()
        slack = SlackClient(web, self.pacer, self.probes.metrics.slack_busy)
        identity = await _meet(slack)
        self._desk = desk = await self._open_desk(identity, await _cases_channel(slack, self.settings))
        peek = partial(first_message, slack)
        self._desk = desk = replace(
            desk, pulse=self._pulse(slack), peek=peek, fetch=partial(file_content, slack)
        )
        self._metronome = metronome = Metronome(desk)
        front = Front(slack, self._routes, self.probes.metrics)
        front.open(desk)
        delivery = Delivery(desk, slack, await self._post(desk))
        self.store.on_write(delivery.wake)
        delivery.start()
        self._ways_out.push_async_callback(
            self._in_time, lambda left: delivery.stop(min(left, SENDING_SECONDS))
        )
        self._read_mail(desk)
        await metronome.catch_up()
        metronome.start()
        self._ways_out.push_async_callback(self._in_time, lambda _: metronome.stop())
        sweeping = OrderSweeping(desk, metronome)
        sweeping.start()
        self._ways_out.push_async_callback(self._in_time, sweeping.stop)
        await self._serve_control(front, delivery, sweeping)
        self.probes.desk, self.probes.delivery, self.probes.metronome = desk, delivery, metronome
        if self._forms is not None:
            self._forms.open(desk)
            self._ways_out.callback(self._forms.close)
        await self._listen(web, identity, front)
        self._ways_out.callback(asyncio.create_task(later.open_soon(desk.shop)).cancel)
        await _warn_of_missing_channel(slack, desk)
        log.info("serving the workspace %s", identity.team_id)

    async def _post(self, desk: Desk) -> Post | None:
        """How e-mail is sent, where it is; what that takes is loaded nowhere else."""
        if not self.settings.mail_on:
            return None
        from bot.mail.smtp import SmtpPost

        await learn_addresses(desk)
        carrier = SmtpPost(self.settings, self.clock)
        return Post(carrier=carrier, answers=self.settings.imap_host is not None)

    def _read_mail(self, desk: Desk) -> None:
        if self.settings.imap_host is None:
            return
        from bot.mail.imap import Mailbox
        from bot.scheduler.mail_in import MailIn

        self.mail_in = mail_in = MailIn(desk, Mailbox(self.settings))
        mail_in.start()
        self._ways_out.push_async_callback(self._in_time, lambda _: mail_in.stop())

    async def stop(self) -> None:
        """Stop listening, finish what is under way, close everything; what is late is let go."""
        self._stop_by = asyncio.get_running_loop().time() + STOP_SECONDS
        await self._ways_out.aclose()

    async def _in_time(self, ending: Callable[[float], Awaitable[None]]) -> None:
        """Give a part what is left of the time to end; it is told how much that is."""
        left = max(self._stop_by - asyncio.get_running_loop().time(), 0.1)
        try:
            await asyncio.wait_for(ending(left), left + LAST_ACK_SECONDS)
        except TimeoutError:
            log.warning("a part of the bot did not end in time and is let go")

    async def _open_port(self) -> None:
        """First of all, so that a probe sees a bot that waits for Slack or for its database."""
        settings = self.settings
        if settings.port is None:
            return
        signatures = None
        if settings.by_signed_http:
            assert settings.slack_signing_secret is not None, "the settings see to that"
            signatures = Signatures(settings.slack_signing_secret.get_secret_value(), self.clock)
        if settings.public_url is not None:
            self._forms = FormPages(networks(settings.proxies))
        self._server = WebServer(settings.host, settings.port, self.probes, signatures, self._forms)
        self._ways_out.push_async_callback(self._server.stop)
        try:
            await self._server.start()
        except OSError as error:
            raise CannotServe(
                f"Port {settings.port} cannot be opened on {settings.host}: {error.strerror}. "
                "Set PORT to another one, or end what uses it."
            ) from error

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
        workspace_id = WorkspaceId(identity.team_id)
        desk = Desk(
            store=self.store,
            clock=self.clock,
            workspace_id=workspace_id,
            shop=later.embedded(self.store, self.clock, workspace_id),
            policy=policy,
            policy_revision=0,
            cases_channel=cases_channel,
            take_back=self._take_back,
            bot_user=SlackUserId(identity.bot_user_id),
            emoji=self.settings.emoji,
            file_rules=FileRules(
                keep=self.settings.files == "keep", largest=self.settings.largest_file * MEGABYTE
            ),
            blobs=Blobs(self.settings.data / "files"),
            email_ready=self.settings.mail_on,
            forms=_links(self.settings),
        )
        await ensure_desk(desk, self.settings.admins, digest)
        await refresh(desk)
        return desk

    def _pulse(self, slack: SlackClient) -> Pulse:
        """What `/desk health` asks the running bot itself."""
        pacer = self.pacer
        return Pulse(
            way="signed HTTP" if self.settings.by_signed_http else "Socket Mode",
            ask_slack=lambda: slack.standing(self.clock.real_now),
            pacing=lambda: Pacing(per_minute=pacer.messages_per_minute, slowed_for=pacer.slowed_for),
            late_jobs=lambda: self._metronome.late() if self._metronome is not None else [],
            mailbox_trouble=lambda: self.mail_in.trouble if self.mail_in is not None else None,
        )

    async def _serve_control(self, front: Front, delivery: Delivery, time: OrderSweeping) -> None:
        if self._control_path is None:
            return
        assert isinstance(self.clock, TravellingClock), "only a clock that travels can be moved"

        async def quiet() -> bool:
            busy = self.desk.doing.busy
            return front.calls_in_flight == 0 and not busy and await delivery.quiet()

        control = ControlSocket(
            self._control_path, self.clock, tick=time.tick, next_due=time.next_due, quiet=quiet
        )
        await control.start()
        self._ways_out.push_async_callback(control.stop)

    async def _listen(self, web: AsyncWebClient, identity: Identity, front: Front) -> None:
        if self.settings.by_signed_http:
            assert self._server is not None, "the settings see to that"
            self._ways_out.push_async_callback(self._drain, front, self._server.close)
            self._server.open(front)
            self.probes.connected = lambda: True  # Slack comes to us: to know who we are is all there is
            return
        from bot.handlers.socket_mode import SocketMode  # it brings Bolt along, for Socket Mode alone

        socket = SocketMode(self.settings, web, identity, front)
        self._ways_out.push_async_callback(self._in_time, lambda _: socket.stop())
        self._ways_out.push_async_callback(self._drain, front, socket.close)
        self.probes.connected = lambda: socket.connected
        await socket.connect()

    async def _drain(self, front: Front, close: Callable[[], Awaitable[None]]) -> None:
        """Take nothing new, and give the calls in flight a moment to be answered by the way they came."""
        await close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(front.idle(), DRAIN_SECONDS)
        await asyncio.sleep(LAST_ACK_SECONDS)  # the acknowledgement is sent after the front has given it


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    pacer: Pacer | None = None,
    control: Path | None = None,
    routes: Routes = ROUTES,
    take_back: timedelta = TAKE_BACK,
) -> Bot:
    """A bot for these settings. `control`, a socket's path, is for trials and tests, whose clock travels;
    `routes` are other than the desk's only in tests of the front, and public comments wait for another time
    than `TAKE_BACK` only where nobody would take them back.
    """
    pacer = pacer or Pacer(cap=settings.messages_per_minute)
    return Bot(settings, clock or Clock(), pacer, control, routes, take_back)


def _links(settings: Settings) -> Links | None:
    """How links to the form are made, where it is served."""
    if settings.public_url is None:
        return None
    assert settings.form_secret is not None, "the settings see to that"
    secret = settings.form_secret.get_secret_value().encode()
    return Links(root=settings.public_url, secret=secret, lifetime=timedelta(days=settings.form_days))


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
