"""The front: the only place that answers Slack. It makes the Call, finds the handler, delivers and acks.

Socket Mode and signed HTTP both lead here; nothing escapes from here, because whoever raises leaves the
person with a time-out instead of a sentence. The one exception is a message: nobody waits
for its answer and Slack brings it again, so what could not be saved is left unacknowledged.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot import logs
from bot.blocks import usage, words
from bot.domain.refusals import Refusal
from bot.handlers import viewing, zones
from bot.handlers.call import Call, Payload
from bot.handlers.delivering import Acknowledgement, Rest, deliver, insist, is_in_the_ack
from bot.handlers.payloads import read_call, unreadable_call
from bot.handlers.people import greeted
from bot.handlers.reply import Errors, LeftToSlack, Nothing, Open, Options, Reply, said
from bot.handlers.routes import ROUTES, Handler, Routes
from bot.handlers.targets import NoNumber
from bot.handlers.wire import Unreadable
from bot.metrics import Metrics, Result
from bot.services.desk import Desk
from bot.slack.client import SlackClient
from bot.store.faults import DatabaseAway, StillSaving

log = logging.getLogger(__name__)

REST_SECONDS = 0.4
"""How long an acknowledgement waits for what is said on its own; it goes on without it."""

LAST_RETRY = 3
"""How often Slack brings an event again. What is left unacknowledged then is lost."""


UNKNOWN = "unknown"
"""What the log and the metrics call every route that is not in the table: its name may be anything."""


@dataclass(kw_only=True)
class _Answering:
    """What is known of a call while it is answered, for the log and the metrics."""

    reference: str
    is_last: bool
    payload: str = "other"
    route: str = UNKNOWN
    result: Result = Result.IGNORED


class Front:
    """Answers every payload, once. `calls_in_flight` is what a clean stop, and a test, waits for."""

    def __init__(self, slack: SlackClient, routes: Routes = ROUTES, metrics: Metrics | None = None) -> None:
        self._slack = slack
        self._routes = routes
        self._metrics = metrics or Metrics()
        self._desk: Desk | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._rests: set[asyncio.Task[None]] = set()
        self.calls_in_flight = 0
        self._metrics.calls_in_flight.set_function(lambda: self.calls_in_flight)

    def open(self, desk: Desk) -> None:
        """Begin to serve a desk; Slack is only listened to after this."""
        self._desk = desk

    async def idle(self) -> None:
        """Wait until no call is being answered and nothing is being said behind an acknowledgement."""
        await self._idle.wait()

    async def take(self, body: Mapping[str, Any], retry: str = "0") -> Acknowledgement:
        """Answer one payload; what is returned is the body of its acknowledgement, {} is an empty one.

        `retry` is Slack's count of how often it brings an event again. Raises LeftToSlack alone, for a
        message that Slack will bring again; its key makes that harmless.
        """
        begun = time.perf_counter()
        is_last = retry.isdecimal() and int(retry[:4]) >= LAST_RETRY
        self._begin()
        with logs.of_a_call() as reference:
            answering = _Answering(reference=reference, is_last=is_last)
            try:
                return await self._answer(body, answering)
            except LeftToSlack as waiting:
                answering.result = Result.LEFT
                log.warning("a message is left to Slack, which brings it again: %s", waiting)
                raise
            finally:
                self._end()
                seconds = time.perf_counter() - begun
                self._metrics.answered(answering.payload, answering.route, answering.result, seconds)

    def _begin(self) -> None:
        self.calls_in_flight += 1
        self._idle.clear()

    def _end(self) -> None:
        self.calls_in_flight -= 1
        if self.calls_in_flight == 0:
            self._idle.set()

    async def _answer(self, body: Mapping[str, Any], answering: _Answering) -> Acknowledgement:
        """What to acknowledge with. A fault of ours becomes a sentence with a reference."""
        call: Call | None = None
        try:
            call = read_call(body)
            if call is None:
                return {}
            answering.payload = call.payload.value
            handler = self._find(call, answering)
            if handler is None:
                return await self._say_unknown(call)
            answering.result = Result.DONE
            return await self._deliver(call, await self._handle(handler, call, answering))
        except LeftToSlack as waiting:
            if answering.is_last:
                log.info("a message is not waited for any longer: %s", waiting)
                answering.result = Result.IGNORED
                return {}
            raise
        except Unreadable as wild:
            log.warning("an unreadable payload: %s", wild)
            answering.result = Result.UNREADABLE
            return await self._admit(unreadable_call(body), words.unreadable(answering.reference))
        except Exception as fault:
            answering.result = Result.FAULT
            return await self._own_up(call, answering, fault)

    async def _own_up(self, call: Call | None, answering: _Answering, fault: Exception) -> Acknowledgement:
        """Log a fault of ours, and tell the person; a message that nothing is lost of is left to Slack."""
        log.error(
            "fault %s in %s %s", answering.reference, answering.payload, answering.route, exc_info=fault
        )
        if call is not None and call.payload is Payload.MESSAGE and not answering.is_last:
            raise LeftToSlack(f"fault {answering.reference}") from fault
        return await self._admit(call, words.our_fault(answering.reference))

    async def _say_unknown(self, call: Call) -> Acknowledgement:
        """Something that no route answers: a button or a form of another version, pressed now."""
        if call.payload is Payload.CLOSED:
            return {}
        log.info("no route for this %s", call.payload.value)
        return await self._admit(call, words.unknown_route())

    async def _deliver(self, call: Call, reply: Reply) -> Acknowledgement:
        """Bring a reply to the person. What needs no trigger holds up no acknowledgement for long."""
        assert self._desk is not None
        delivered = await deliver(self._desk, self._slack, call, reply)
        if delivered.rest is not None:
            await self._go_on(call, delivered.rest)
        if isinstance(reply, Open) and reply.after is not None:
            self._behind(reply.after)
        return delivered.ack

    def _behind(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do something that nobody waits for, but `idle`."""

        async def do() -> None:
            try:
                await work()
            except Exception:
                log.exception("what was to be done behind an answer failed")
            finally:
                self._end()

        self._begin()
        task = asyncio.create_task(do(), name="behind an answer")
        self._rests.add(task)
        task.add_done_callback(self._rests.discard)

    async def _go_on(self, call: Call, rest: Rest) -> None:
        """Say the rest in a task of its own, which `idle` waits for, and give it a moment to be first."""

        async def say() -> None:
            self._begin()
            try:
                await insist(rest)
            except Exception:
                log.exception("an answer did not reach its person")
            finally:
                self._end()

        task = asyncio.create_task(say(), name="rest of a call")
        self._rests.add(task)
        task.add_done_callback(self._rests.discard)
        await asyncio.wait({task}, timeout=REST_SECONDS)

    def _find(self, call: Call, answering: _Answering) -> Handler | None:
        for route in (call.route, _family(call)):
            handler = self._routes.get((call.payload, route))
            if handler is not None:
                answering.route = route
                return handler
        return None

    async def _handle(self, handler: Handler, call: Call, answering: _Answering) -> Reply:
        assert self._desk is not None, "Slack is only listened to once a desk is open"
        try:
            if call.view is not None and call.view.viewing is not None:
                reply = await viewing.answered(self._desk, call, handler)
            else:
                reply = await handler(self._desk, call)
        except NoNumber:
            sentence = usage.number_missing(call.route)
            answering.result = Result.REFUSED
            return _said(call, sentence, sentence)
        except Refusal as caught:
            refusal = await greeted(self._desk, call, caught)
            answering.result = Result.REFUSED
            return _said(call, await zones.plain(self._desk, call, refusal), words.mrkdwn(refusal))
        except StillSaving:
            answering.result = Result.BUSY
            if call.payload is Payload.MESSAGE:
                raise  # there is nothing to press again
            return _said(call, words.still_saving(), words.still_saving())
        except DatabaseAway as away:
            answering.result = Result.AWAY
            log.error("%s could not be done: %s", call.route, away)
            if call.payload is Payload.MESSAGE:
                raise
            return _said(call, words.database_away(), words.database_away())
        if isinstance(reply, Errors):
            answering.result = Result.REFUSED
        return reply

    async def _admit(self, call: Call | None, sentence: str) -> Acknowledgement:
        """Tell the person what went wrong; if even that fails, there is only the log."""
        if call is None:
            return {}
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


def _family(call: Call) -> str:
    """The route of a whole family: any word of a command that no route names."""
    return f"{call.route.partition(' ')[0]} *" if call.payload is Payload.COMMAND else call.route


def _said(call: Call, plain: str, mrkdwn: str) -> Reply:
    """A sentence for the person. In a form it stands at the first input, so that nothing typed is lost."""
    if call.payload is Payload.SUBMISSION and call.view is not None and call.view.first_input is not None:
        return Errors({call.view.first_input: plain})
    if call.payload in (Payload.CLOSED, Payload.HOME_OPENED):
        return Nothing()
    if call.payload is Payload.SUGGESTION:
        return Options(())  # a select has no place for a sentence; sending the form has
    return said(plain, mrkdwn)
