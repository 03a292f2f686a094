"""An act made ready to be shown: the order read, the flow that holds, the rehearsal, and what it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.commerce.acts import (
    DEFAULT_TERMS,
    CancelItems,
    MoveReturn,
    OrderAct,
    ReceiveGoods,
    ReturnItems,
    Terms,
)
from bot.domain.commerce.flows import REASON, Flow, FlowFacts, FlowStep, StepKind, missing, path
from bot.domain.commerce.port import Capability, needed
from bot.domain.commerce.rehearsal import Rehearsal, rehearse
from bot.domain.commerce.requests import (
    RIGHT_FOR,
    Hold,
    OrderAsk,
    Request,
    RequestKind,
    RequestState,
    Shown,
    kind_of,
)
from bot.domain.ids import OrderRequestId, SlackUserId
from bot.domain.people import Person, PersonRef, Viewer
from bot.domain.permissions import Act, obstacle, require
from bot.domain.refusals import Reason, Refusal
from bot.domain.shop.money import Money
from bot.services import order_flows, order_rights
from bot.services.desk import Desk
from bot.services.order_leading import PLAIN
from bot.services.order_shop import Reading, read_order, shop_of
from bot.store import order_holds
from bot.store.work import Connection

CALLED = {
    Capability.CANCEL: "cancel items",
    Capability.RETURNS: "take items back",
    Capability.CREDIT_MEMOS: "write credit memos",
    Capability.REFUND: "refund",
    Capability.MANUAL_REFUND: "refund by hand",
    Capability.RELEASE: "release what is allocated",
    Capability.REVERSE: "reverse an authorisation",
    Capability.FULFILMENT: "allocate and fulfil",
}
"""What a shop may lack, as a refusal names it."""


@dataclass(frozen=True, kw_only=True)
class Ready:
    """What an act is rehearsed with: whoever asks, what was asked for on its order before, its flow."""

    person: Person
    kind: RequestKind
    ask: OrderAsk
    flow: Flow | None
    terms: Terms
    earlier: tuple[Request, ...]
    parent: Request | None
    held: Hold | None


async def ready(desk: Desk, by: SlackUserId, ask: OrderAsk) -> Ready:
    """Who asks, by which flow; they need not be who may do it. Raises NOT_YOUR_ROLE, SHOP_CANNOT."""
    kind = kind_of(ask.act)

    def query(connection: Connection, viewer: Viewer) -> Ready:
        require(Act.REHEARSE_ORDER_ACT, viewer.person)
        return _ready(desk, connection, viewer.person, kind, ask)

    found = await desk.read(query, by)
    check_offered(desk, found.ask.act)
    return found


def check_offered(desk: Desk, act: OrderAct) -> None:
    """Raise SHOP_CANNOT where the shop cannot do it: nothing is faked."""
    if not shop_of(desk).capabilities().offers(act):
        raise Refusal(Reason.SHOP_CANNOT, {"value": CALLED.get(needed(act), needed(act).value)})


def _ready(desk: Desk, connection: Connection, person: Person, kind: RequestKind, ask: OrderAsk) -> Ready:
    earlier = order_rights.earlier_of(connection, desk, ask.order_number)
    parent = _parent(earlier, ask)
    flow = order_flows.flow_for(desk, connection, kind)
    terms = flow.terms if flow else DEFAULT_TERMS
    if isinstance(ask.act, ReceiveGoods | MoveReturn):
        led_by = parent.flow if parent is not None else None
        found = led_by or order_flows.flow_for(desk, connection, RequestKind.RETURN)
        terms = found.terms if found else DEFAULT_TERMS
    ask = _under(ask, parent) if parent is not None else replace(ask, parent=None)
    ask = replace(ask, said={**_reason(ask.act), **ask.said})
    return Ready(
        person=person,
        kind=kind,
        ask=ask,
        flow=flow,
        terms=terms,
        earlier=earlier,
        parent=parent,
        held=hold_of(connection, desk, ask.order_number, earlier),
    )


def _reason(act: OrderAct) -> dict[str, str]:
    """Why the customer wants it, where all items have the same reason: steps may ask for it."""
    reasons = {one.reason for one in act.items} if isinstance(act, CancelItems | ReturnItems) else set()
    return {REASON: reasons.pop()} if len(reasons) == 1 else {}


def _parent(earlier: Sequence[Request], ask: OrderAsk) -> Request | None:
    """The request whose flow waits for these goods."""
    number = ask.act.number if isinstance(ask.act, ReceiveGoods | MoveReturn) else ""
    waiting = (one for one in earlier if one.state is RequestState.WAITS_FOR_GOODS)
    return next((one for one in waiting if number and one.return_number == number), None)


def _under(ask: OrderAsk, parent: Request) -> OrderAsk:
    """The same as a part of the flow that waits for it: its own step writes the memo."""
    act = ask.act
    if isinstance(act, ReceiveGoods):
        act = replace(act, with_memo=not (parent.flow is not None and parent.flow.has_memo))
    return replace(ask, act=act, parent=parent.id, case_id=ask.case_id or parent.case_id)


def hold_of(
    connection: Connection, desk: Desk, order_number: str, requests: Sequence[Request]
) -> Hold | None:
    """Why an order may not be acted on now."""
    row = order_holds.held(connection, desk.workspace_id, order_number)
    if row is None:
        return None
    by = next((one.asked_by for one in requests if one.id == row.request_id), None)
    return Hold(request_id=row.request_id, by=by, since=row.since, doubtful=row.doubtful)


async def reading_for(desk: Desk, made: Ready, *, without: OrderRequestId | None = None) -> Reading:
    """The order of an act, read now. Raises NO_SUCH_ORDER, SHOP_AWAY."""
    ask = made.ask
    found = await read_order(desk, made.person.ref, ask.order_number, case_id=ask.case_id, without=without)
    if found is None:
        raise Refusal(Reason.NO_SUCH_ORDER)
    return found


def is_above(desk: Desk, made: Ready, rehearsal: Rehearsal) -> bool:
    """Whether a second person has to agree. What was agreed for a return covers the goods of it."""
    if made.parent is not None and rehearsal.at_stake <= made.parent.at_stake:
        return False
    stake = Money(minor=rehearsal.at_stake, currency=rehearsal.currency)
    return order_rights.is_above_limit(desk, made.earlier, made.kind, made.person, stake)


def steps_for(made: Ready, rehearsal: Rehearsal, above: bool) -> tuple[FlowStep, ...]:
    """All steps that would be gone through."""
    stake = Money(minor=rehearsal.at_stake, currency=rehearsal.currency)
    return path(made.flow or PLAIN, FlowFacts(at_stake=stake, above_limit=above, said=made.ask.said))


async def shown(desk: Desk, made: Ready, reading: Reading) -> Shown:
    """The rehearsal with what comes of it. Raises ActRefused."""
    rehearsal = rehearse(reading.books, made.ask.act, made.terms)
    above = is_above(desk, made, rehearsal)
    steps = steps_for(made, rehearsal, above)
    before = _before_submit(steps)
    needs = any(one.kind is StepKind.APPROVAL for one in steps)
    approvers = await _approvers(desk, made, rehearsal) if needs else ()
    assert made.person.role is not None  # the right was asked for
    return Shown(
        ask=made.ask,
        rehearsal=rehearsal,
        flow=made.flow,
        steps=steps,
        asks=tuple(one for one in before if one.kind in (StepKind.FORM, StepKind.MESSAGE)),
        missing=tuple(
            field for one in before if one.kind is StepKind.FORM for field in missing(one, made.ask.said)
        ),
        needs_approval=needs,
        limit=desk.policy.money.alone(RIGHT_FOR[made.kind], made.person.role, rehearsal.currency),
        approvers=approvers,
        held=made.held,
        only_shown=obstacle(RIGHT_FOR[made.kind], made.person),
    )


def _before_submit(steps: Sequence[FlowStep]) -> tuple[FlowStep, ...]:
    found = list[FlowStep]()
    for one in steps:
        if one.kind is StepKind.SUBMIT:
            break
        found.append(one)
    return tuple(found)


async def _approvers(desk: Desk, made: Ready, rehearsal: Rehearsal) -> tuple[PersonRef, ...]:
    request = new_request(desk, made, rehearsal, above=True)

    def query(connection: Connection, viewer: Viewer) -> tuple[PersonRef, ...]:
        whole = replace(request, hands=tuple(hands_of(connection, desk, made)))
        return tuple(one.ref for one in order_rights.who_may_approve(connection, desk, whole))

    return await desk.store.read(query, Viewer(made.person))


def hands_of(connection: Connection, desk: Desk, made: Ready) -> list[PersonRef]:
    """Who had a part in it, and for whom its asker stands in."""
    found = order_rights.hands_in(made.earlier, made.kind, made.ask.act, made.ask.parent)
    found += order_rights.stood_in_for(connection, desk, made.person)
    return list({one.id: one for one in found if one.id != made.person.id}.values())


def new_request(desk: Desk, made: Ready, rehearsal: Rehearsal, *, above: bool) -> Request:
    """The request to be, before it has a number."""
    ask = made.ask
    return Request(
        id=OrderRequestId(0),
        kind=made.kind,
        state=RequestState.UNDER_WAY,
        order_number=ask.order_number,
        currency=rehearsal.currency,
        act=ask.act,
        terms=made.terms,
        at_stake=rehearsal.at_stake,
        token=rehearsal.token,
        asked_by=made.person.ref,
        asked_at=desk.clock.now(),
        on_behalf_of=ask.on_behalf_of,
        case_id=ask.case_id,
        parent=ask.parent,
        flow=made.flow,
        said=ask.said,
        return_number=getattr(ask.act, "number", ""),
        needs_approval=above,
    )
