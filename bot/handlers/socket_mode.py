"""Socket Mode: our connection to Slack. Bolt hands what comes over it to the front; `app.py` wires it."""

from __future__ import annotations

import logging
import re

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Settings
from bot.handlers.front import Front
from bot.handlers.reply import LeftToSlack
from bot.slack.client import Identity
from bot.slack.faults import TRANSIENT, CannotServe

log = logging.getLogger(__name__)

PING_SECONDS = 2.0
"""How often a connection is tried: one that broke without a word makes the bot deaf for as long."""

ANY = re.compile(r".*", re.DOTALL)


class SocketMode:
    """The connection of one bot. `close` takes nothing new, `stop` hangs up."""

    def __init__(self, settings: Settings, web: AsyncWebClient, identity: Identity, front: Front) -> None:
        app = _bolt_app(settings, identity)
        _hang(front, app)
        assert settings.slack_app_token is not None, "without an app token Slack comes by signed HTTP"
        token = settings.slack_app_token.get_secret_value()
        self._handler = AsyncSocketModeHandler(app, token, web_client=web, ping_interval=PING_SECONDS)

    async def connect(self) -> None:
        """Raises CannotServe where Slack refuses the app token; waits while Slack has trouble."""
        # Asked for here, because `connect` would ask again for ever with a token that is refused.
        self._handler.client.wss_uri = await _socket_address(self._handler)
        await self._handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt has no type for it

    @property
    def connected(self) -> bool:
        """Whether the connection is up; the library makes a new one when it is not."""
        session = self._handler.client.current_session
        return session is not None and not session.closed

    async def close(self) -> None:
        """Take nothing new; what is under way is still acknowledged."""
        self._handler.client.socket_mode_request_listeners.clear()

    async def stop(self) -> None:
        """Hang up."""
        await self._handler.close_async()  # type: ignore[no-untyped-call]  # Bolt has no type for it


def _hang(front: Front, app: AsyncApp) -> None:
    """Hang one listener for each kind of payload into Bolt; what they do stands in `ROUTES`."""

    async def listener(ack: AsyncAck, request: AsyncBoltRequest) -> None:
        [retry] = request.headers.get("x-slack-retry-num") or ["0"]
        await ack(**await front.take(request.body, retry))

    for hang in (
        app.command,
        app.action,
        app.shortcut,
        app.view_submission,
        app.view_closed,
        app.event,
        app.options,
    ):
        hang(ANY)(listener)
    app.error(_note)


async def _note(error: Exception) -> None:
    """What Bolt asks about whatever left a listener; without an answer of ours it logs the event's text."""
    if not isinstance(error, LeftToSlack):  # which is logged where the call has its reference
        log.error("a listener failed", exc_info=error)


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
        name="Caseline",  # or else Bolt looks for one through the source of all modules on the stack
        client=unused,
        authorize=authorize,
        request_verification_enabled=False,  # Socket Mode: the connection itself is authorised
        process_before_response=True,  # the reply is the acknowledgement (performance.md)
    )


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
