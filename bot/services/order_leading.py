"""A request being led by this bot: its lease on the order, what it writes under it, and where it pauses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.domain.commerce.flows import Flow, FlowFacts, FlowKind, FlowStep, StepKind, Told, When
from bot.domain.commerce.port import Ask, Write
from bot.domain.commerce.requests import Request, RequestState
from bot.services.desk import Desk
from bot.services.order_shop import READ_SECONDS, WRITE_SECONDS
from bot.services.order_telling import tell_asker, tell_of_doubt
from bot.store import order_holds, order_messages, order_requests
from bot.store.order_holds import Lease
from bot.store.outbox import Kind
from bot.store.work import Connection, Unit, Work

R = TypeVar("R")

LEASE = timedelta(seconds=30)
"""How long an order stays ours, in real time, when nothing is heard of us. A call to a shop ends before."""

PLAIN = Flow(
    kind=FlowKind.CANCEL,
    version=1,
    title="",
    reasons=(),
    steps=(
        FlowStep(id="preview", kind=StepKind.PREVIEW, title="What will change"),
        FlowStep(id="limit", kind=StepKind.APPROVAL, title="A manager agrees", when=When.ABOVE_LIMIT),
        FlowStep(id="submit", kind=StepKind.SUBMIT, title="Do it"),
        FlowStep(id="tell", kind=StepKind.NOTIFY, title="Tell", to=(Told.CREATOR, Told.OWNER)),
    ),
)
"""The steps of an act that no team has a flow for."""


TOLD_OTHERWISE = frozenset({RequestState.AWAITS_APPROVAL, RequestState.FOR_A_PERSON})
"""States of which more people than whoever asked are told, or others."""


class LostLease(Exception):
    """Another bot leads this request now: this one stops without a word."""


@dataclass(eq=False)
class Leading:
    """A request that this bot leads. `watched`: whoever asked is waiting, and is not told besides."""

    desk: Desk
    lease: Lease
    watched: bool = False

    async def keep(self, unit: Unit[R], until: datetime | None = None, doubtful: bool | None = None) -> R:
        """Run a unit while the order is still ours, and keep it ours. Raises LostLease."""

        def run(work: Work) -> R:
            ends = until or work.stamp.real_now + LEASE
            if not order_holds.keeps(work, self.lease, ends, doubtful=doubtful):
                raise LostLease
            return unit(work)

        return await self.desk.store.write(run, self.desk.stamp())

    async def look(self, query: Callable[[Connection], R]) -> R:
        """Read for the desk itself: what it shows of it is read through its readers' eyes."""
        return await self.desk.store.look(query)

    async def request(self) -> Request | None:
        """The request as it stands now."""
        workspace_id, request_id = self.desk.workspace_id, self.lease.request_id
        return await self.look(lambda c: order_requests.itself(c, workspace_id, request_id))

    async def park(self, request: Request, state: RequestState, **changes: Any) -> None:
        """Let the order go: the request waits in this state, or has ended. Whoever asked hears of it once."""

        def unit(work: Work) -> None:
            self.parked(work, request, state, **changes)

        await self.keep(unit)

    async def stop(self, request: Request, trouble: str) -> bool:
        """Something of it is done and the rest cannot be: the order is free, and a person has to look."""

        def unit(work: Work) -> None:
            tell_of_doubt(work, self.parked(work, request, RequestState.FOR_A_PERSON, trouble=trouble))

        await self.keep(unit)
        return False

    def parked(
        self,
        work: Work,
        request: Request,
        state: RequestState,
        *,
        look_at: datetime | None = None,
        **changes: Any,
    ) -> Request:
        """The same within a transaction that does more."""
        after = replace(request, state=state, **changes)
        save(work, after, look_at=look_at)
        order_holds.let_go(work, self.lease)
        if state is not request.state and state not in TOLD_OTHERWISE and not self.watched:
            tell_asker(work, Kind.ORDER_SETTLED, after)
        return after

    async def mark(self, request: Request, step: FlowStep, **changes: Any) -> None:
        """A step is done."""

        def unit(work: Work) -> None:
            done = (*request.done, step.id)
            save(work, replace(request, done=done, state=RequestState.UNDER_WAY, **changes))

        await self.keep(unit)


def save(work: Work, request: Request, *, look_at: datetime | None = None) -> None:
    """Keep a request as it is now, in the messages about it too. Raises LostLease where it was changed."""
    if not order_requests.save(work, request, look_at=look_at):
        raise LostLease
    order_messages.keep_up(work, request)


def flow_of(request: Request) -> Flow:
    """The steps of a request: those of its team's flow, or the plain ones."""
    return request.flow or PLAIN


def facts_of(request: Request) -> FlowFacts:
    """What decides which steps a request goes through."""
    return FlowFacts(at_stake=request.stake, above_limit=request.needs_approval, said=request.said)


def is_submitted(request: Request) -> bool:
    """Whether the act itself is done: from then on "nothing was done" would be a lie."""
    submit = next((one for one in flow_of(request).steps if one.kind is StepKind.SUBMIT), None)
    return submit is not None and submit.id in request.done


def write_for(request: Request, key: str, version: str) -> Write:
    """What a shop is told of who asks, for whom, and by which flow."""
    return Write(
        by=request.asked_by,
        case_id=request.case_id,
        seconds=WRITE_SECONDS,
        key=key,
        version=version,
        on_behalf_of=request.on_behalf_of,
        flow=request.flow.stamp if request.flow else "",
    )


def ask_for(request: Request) -> Ask:
    """The same where something is only asked."""
    return Ask(by=request.asked_by, case_id=request.case_id, seconds=READ_SECONDS)
