"""The front: the only place that answers Slack. It makes the Call, finds the handler, delivers and acks.

One Bolt listener for each kind of payload leads here; nothing escapes from here, because a listener that
raises leaves the person with a time-out instead of a sentence. The one exception is a message: nobody waits
for its answer and Slack brings it again, so what could not be saved is left unacknowledged.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.blocks import words
from bot.domain.refusals import Refusal
from bot.handlers.call import (
    Call,
    Payload,
    button_call,
    closed_call,
    command_call,
    event_call,
    submission_call,
)
from bot.handlers.delivering import Acknowledgement, Rest, deliver, is_in_the_ack
from bot.handlers.reply import Errors, LeftToSlack, Nothing, Reply, said
from bot.handlers.routes import ROUTES, Handler, Routes
from bot.handlers.targets import NoNumber
from bot.services.desk import Desk
from bot.slack.client import SlackClient
from bot.store.faults import DatabaseAway, StillSaving

log = logging.getLogger(__name__)

ANY = re.compile(r".*", re.DOTALL)

REST_SECONDS = 0.4
"""How long an acknowledgement waits for what is said on its own; it goes on without it."""

LAST_RETRY = 3
"""How often Slack brings an event again. What is left unacknowledged then is lost."""


class Front:
    """Answers every payload, once. `calls_in_flight` is what a clean stop, and a test, waits for."""

    def __init__(self, slack: SlackClient, routes: Routes = ROUTES) -> None:
        self._slack = slack
        self._routes = routes
        self._desk: Desk | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._rests: set[asyncio.Task[None]] = set()
        self.calls_in_flight = 0

    def open(self, desk: Desk) -> None:
        """Begin to serve a desk; Slack is only listened to after this."""
        self._desk = desk

    async def idle(self) -> None:
        """Wait until no call is being answered and nothing is being said behind an acknowledgement."""
        await self._idle.wait()

    def register(self, app: AsyncApp) -> None:
        """Hang the five listeners into Bolt; what they do stands in `ROUTES`."""
        app.command(ANY)(self._listener(command_call))
        app.action(ANY)(self._listener(button_call))
        app.view_submission(ANY)(self._listener(submission_call))
        app.view_closed(ANY)(self._listener(closed_call))
        app.event(ANY)(self._listener(event_call))
        app.error(_note)

    def _listener(self, read: Callable[[Mapping[str, Any]], Call | None]) -> Callable[..., Awaitable[None]]:
        async def listener(ack: AsyncAck, request: AsyncBoltRequest) -> None:
            self._begin()
            try:
                await ack(**await self._answer(read, request.body, _is_last(request)))
            finally:
                self._end()

        return listener

    def _begin(self) -> None:
        self.calls_in_flight += 1
        self._idle.clear()

    def _end(self) -> None:
        self.calls_in_flight -= 1
        if self.calls_in_flight == 0:
            self._idle.set()

    async def _answer(
        self, read: Callable[[Mapping[str, Any]], Call | None], body: Mapping[str, Any], is_last: bool
    ) -> Acknowledgement:
        """What to acknowledge with. A fault of ours becomes a sentence with a reference.

        Raises LeftToSlack alone, for a message that Slack will bring again; its key makes that harmless.
        """
        call: Call | None = None
        try:
            call = read(body)
            if call is None:
                return {}
            handler = self._handler_of(call)
            if handler is None:
                return {}
            return await self._deliver(call, await self._handle(handler, call))
        except LeftToSlack as waiting:
            if is_last:
                log.info("a message is not waited for any longer: %s", waiting)
                return {}
            raise
        except Exception as fault:
            reference = secrets.token_hex(3)
            log.exception("fault %s in %s", reference, call.route if call else "an unreadable payload")
            if call is not None and call.payload is Payload.MESSAGE and not is_last:
                raise LeftToSlack(f"fault {reference}") from fault
            return await self._admit(call, reference)

    async def _deliver(self, call: Call, reply: Reply) -> Acknowledgement:
        """Bring a reply to the person. What needs no trigger holds up no acknowledgement for long."""
        assert self._desk is not None
        delivered = await deliver(self._desk, self._slack, call, reply)
        if delivered.rest is not None:
            await self._go_on(call, delivered.rest)
        return delivered.ack

    async def _go_on(self, call: Call, rest: Rest) -> None:
        """Say the rest in a task of its own, which `idle` waits for, and give it a moment to be first."""

        async def say() -> None:
            self._begin()
            try:
                await rest()
            except Exception:
                log.exception("an answer to %s did not reach its person", call.route)
            finally:
                self._end()

        task = asyncio.create_task(say(), name=f"rest of {call.route}")
        self._rests.add(task)
        task.add_done_callback(self._rests.discard)
        await asyncio.wait({task}, timeout=REST_SECONDS)

    def _handler_of(self, call: Call) -> Handler | None:
        named = self._routes.get((call.payload, call.route))
        return named or self._routes.get((call.payload, _family(call)))

    async def _handle(self, handler: Handler, call: Call) -> Reply:
        assert self._desk is not None, "Slack is only listened to once a desk is open"
        try:
            return await handler(self._desk, call)
        except NoNumber:
            sentence = words.number_missing(call.route)
            return _said(call, sentence, sentence)
        except Refusal as refusal:
            return _said(call, words.plain(refusal, "UTC"), words.mrkdwn(refusal))
        except StillSaving:
            if call.payload is Payload.MESSAGE:
                raise  # there is nothing to press again
            return _said(call, words.still_saving(), words.still_saving())
        except DatabaseAway as away:
            log.error("%s could not be done: %s", call.route, away)
            if call.payload is Payload.MESSAGE:
                raise
            return _said(call, words.database_away(), words.database_away())

    async def _admit(self, call: Call | None, reference: str) -> Acknowledgement:
        """Tell the person that the fault is ours; if even that fails, there is only the log."""
        if call is None:
            return {}
        sentence = words.our_fault(reference)
        reply = _said(call, sentence, sentence)
        if is_in_the_ack(call, reply):
            return await self._deliver(call, reply)
        # A window that failed may have taken all the time there was: no acknowledgement waits for another.
        await self._go_on(call, partial(self._say, call, reply))
        return {}

    async def _say(self, call: Call, reply: Reply) -> None:
        assert self._desk is not None
        delivered = await deliver(self._desk, self._slack, call, reply)
        if delivered.rest is not None:
            await delivered.rest()


def _is_last(request: AsyncBoltRequest) -> bool:
    """Whether Slack brings an event for the last time."""
    [retry] = request.headers.get("x-slack-retry-num") or ["0"]
    return retry.isdigit() and int(retry) >= LAST_RETRY


async def _note(error: Exception) -> None:
    """What Bolt asks about whatever left a listener; without an answer of ours it logs the event's text."""
    if isinstance(error, LeftToSlack):
        log.warning("a message is left to Slack, which brings it again: %s", error)
    else:
        log.error("a listener failed", exc_info=error)


def _family(call: Call) -> str:
    """The route of a whole family: any word of a command that no route names."""
    return f"{call.route.partition(' ')[0]} *" if call.payload is Payload.COMMAND else call.route


def _said(call: Call, plain: str, mrkdwn: str) -> Reply:
    """A sentence for the person. In a form it stands at the first input, so that nothing typed is lost."""
    if call.payload is Payload.SUBMISSION and call.view is not None and call.view.first_input is not None:
        return Errors({call.view.first_input: plain})
    if call.payload in (Payload.CLOSED, Payload.HOME_OPENED):
        return Nothing()
    return said(plain, mrkdwn)
