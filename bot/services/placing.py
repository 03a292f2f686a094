"""A cart placed as an order for its customer: rehearsed, within limits, once, by way of the shop.

What is asked of the shop stands committed before it is asked, under a key of its own. Where no answer comes
it is *unknown*, and looking again asks under the same key, or reads the cart: it is never guessed.
"""

from __future__ import annotations

import asyncio
import logging

from bot.domain import placing as rules
from bot.domain.commands import Audience
from bot.domain.commerce.port import (
    Ask,
    Capability,
    Changed,
    Declined,
    Done,
    NoAnswer,
    NotOffered,
    NotSent,
    Promise,
    Write,
)
from bot.domain.ids import CallKey, CartId, CustomerId, PlacingId, SlackUserId
from bot.domain.people import Person, Role, Viewer, channel_viewer
from bot.domain.permissions import Act, allowed, require
from bot.domain.placing import DecidePlacing, PlaceCart, Placing, PlacingRehearsal, PlacingState
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.domain.shop.carts import Cart
from bot.services import tied_receipts
from bot.services.desk import Desk, actor
from bot.store import carts, customers, people, records, sessions
from bot.store import placings as store
from bot.store.outbox import Announcement, Kind, announce
from bot.store.work import Connection, Work

log = logging.getLogger(__name__)

PATIENCE = 1.5
"""Seconds of real time that a window waits for the shop; then it is unknown until somebody looks."""


async def rehearse(desk: Desk, by: SlackUserId, cart_id: CartId) -> PlacingRehearsal:
    """What placing a cart comes to for the asker. Raises NOT_YOUR_ROLE, NO_SUCH_CART."""
    can = Capability.PLACE_CART in desk.shop.capabilities().can

    def query(connection: Connection, viewer: Viewer) -> PlacingRehearsal:
        person = viewer.person
        require(Act.REHEARSE_ORDER_ACT, person)
        cart = _known(carts.cart(connection, viewer, cart_id))
        newest = store.newest(connection, viewer, cart_id)
        session = sessions.current(connection, viewer, desk.clock.now())
        waits = newest is not None and newest.state is PlacingState.WAITS
        why_not = newest.no_approval(person) if waits and newest is not None else None
        role = person.role
        return PlacingRehearsal(
            cart=cart,
            assisted=session is not None
            and session.assisted
            and session.opened.customer_id == cart.customer_id,
            alone=rules.alone(person, cart, desk.policy.money),
            limit=desk.policy.money.alone(Act.PLACE_CART, role, cart.currency) if role else None,
            can=can,
            may_place=allowed(Act.PLACE_CART, person),
            placing=newest,
            may_decide=waits and why_not is None,
            why_not=why_not,
        )

    return await desk.read(query, by)


def _known(cart: Cart | None) -> Cart:
    if cart is None:
        raise Refusal(Reason.NO_SUCH_CART)
    return cart


async def place(desk: Desk, command: PlaceCart, by: SlackUserId, key: CallKey) -> None:
    """Place a cart, or ask a second person where it is above the placer's limit.

    Raises NOT_YOUR_ROLE, TAKEN_FROM_YOUR_TEAM, NO_SUCH_CART, CART_EMPTY, CART_CHANGED, CART_UNDER_WAY,
    CARTS_NOT_PLACED. What came of it is read by `rehearse`.
    """
    if Capability.PLACE_CART not in desk.shop.capabilities().can:
        raise Refusal(Reason.CARTS_NOT_PLACED)
    sent: list[PlacingId] = []

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.PLACE_CART, person)
        viewer = Viewer(person)
        cart = _known(carts.cart(work.connection, viewer, command.cart_id))
        if not cart.lines:
            raise Refusal(Reason.CART_EMPTY)
        if cart.version != command.version or cart.placed_as:
            raise Refusal(Reason.CART_CHANGED)
        alone = rules.alone(person, cart, desk.policy.money)
        state = PlacingState.SENDING if alone else PlacingState.WAITS
        helped = sessions.on_behalf_of(work.connection, person.id, cart.customer_id) is not None
        made = store.begin(work, cart, person.id, state, for_customer=helped)
        if made is None:
            raise _under_way(store.newest(work.connection, viewer, cart.id))
        _record(work, "cart_placing", person, cart.customer_id)
        if alone:
            sent.append(made)
        else:
            waits = _ask_approvers(work, viewer, made)
            _leave_receipt(work, waits, cart.number, "cart_wanted", person)
        return Receipt(customer_id=cart.customer_id)

    await desk.write(unit, key)
    for one in sent:
        await send(desk, one)


def _under_way(other: Placing | None) -> Refusal:
    if other is None:
        return Refusal(Reason.CART_CHANGED)
    return Refusal(Reason.CART_UNDER_WAY, {"by": other.asked_by.name, "at": other.asked_at})


def _ask_approvers(work: Work, viewer: Viewer, placing_id: PlacingId) -> Placing:
    """Everybody who may decide is told; the first one's word counts."""
    placing = store.by_id(work.connection, viewer, placing_id)
    assert placing is not None  # it has just been written
    leaders = [
        one
        for role in (Role.MANAGER, Role.ADMINISTRATOR)
        for one in people.people_of_role(work.connection, work.workspace_id, role)
    ]
    announce(work, *(_telling(one, placing_id) for one in rules.approvers(placing, leaders)))
    return placing


def _telling(person: Person, placing_id: PlacingId) -> Announcement:
    """Which placing it is stands in the conversation: a row of the outbox has no other place for it."""
    return Announcement(
        kind=Kind.CART_PLACING,
        conversation=f"placing:{placing_id}:{person.slack_user_id}",
        person_id=person.id,
    )


async def decide(desk: Desk, command: DecidePlacing, by: SlackUserId, key: CallKey) -> None:
    """A second person approves or refuses; approved, it goes to the shop.

    Raises NOT_YOUR_ROLE, NO_SUCH_PLACING, ALREADY_DECIDED, OWN_PLACING, CART_CHANGED, EMPTY_TEXT.
    """
    sent: list[PlacingId] = []

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.APPROVE, person)
        viewer = Viewer(person)
        placing = store.by_id(work.connection, viewer, command.placing_id)
        if placing is None:
            raise Refusal(Reason.NO_SUCH_PLACING)
        if placing.state is not PlacingState.WAITS:
            raise Refusal(Reason.ALREADY_DECIDED)
        if placing.no_approval(person) is not None:
            raise Refusal(Reason.OWN_PLACING)
        if not command.approve and not command.reason.strip():
            raise Refusal(Reason.EMPTY_TEXT)
        cart = _known(carts.cart(work.connection, viewer, placing.cart_id))
        if command.approve and cart.version != placing.digest:
            raise Refusal(Reason.CART_CHANGED)
        said = command.reason.strip()
        if not store.decide(work, placing, person.id, approve=command.approve, said=said):
            raise Refusal(Reason.ALREADY_DECIDED)
        how = "cart_approved" if command.approve else "cart_refused"
        _record(work, how, person, placing.customer_id)
        _leave_receipt(work, placing, cart.number, how, person)
        if command.approve:
            sent.append(placing.id)
        else:
            announce(work, _telling(placing.asked_by, placing.id))
        return Receipt(customer_id=placing.customer_id)

    await desk.write(unit, key)
    for one in sent:
        await send(desk, one)


async def look_again(desk: Desk, by: SlackUserId, placing_id: PlacingId) -> CartId:
    """Ask what became of one that nobody knows about; its cart. Raises NOT_YOUR_ROLE, NO_SUCH_PLACING."""

    def query(connection: Connection, viewer: Viewer) -> Placing:
        require(Act.PLACE_CART, viewer.person)
        found = store.by_id(connection, viewer, placing_id)
        if found is None:
            raise Refusal(Reason.NO_SUCH_PLACING)
        return found

    found = await desk.read(query, by)
    if found.state in (PlacingState.SENDING, PlacingState.UNKNOWN):
        await send(desk, placing_id, again=True)
    return found.cart_id


async def send(desk: Desk, placing_id: PlacingId, *, again: bool = False) -> None:
    """Ask the shop, with no transaction open, and write down what came of it.

    Asked `again` under the same key a shop that keeps to keys makes no second order; of any other the cart
    is read instead.
    """
    eyes = channel_viewer(desk.workspace_id)

    def query(connection: Connection, viewer: Viewer) -> tuple[Placing, Cart, str] | None:
        placing = store.by_id(connection, viewer, placing_id)
        cart = carts.cart(connection, viewer, placing.cart_id) if placing else None
        whose = customers.by_id(connection, viewer, placing.customer_id) if placing else None
        return (placing, cart, whose.number) if placing and cart and whose else None

    found = await desk.store.read(query, eyes)
    if found is None:
        return
    placing, cart, customer = found
    if again and Promise.KEYS not in desk.shop.capabilities().promises:
        state, number, said = await _by_reading(desk, placing, cart, customer)
    else:
        state, number, said = await _asked(desk, placing, cart)
    await desk.write(lambda work: _settled(work, placing, cart, state, number, said))


async def _asked(desk: Desk, placing: Placing, cart: Cart) -> tuple[PlacingState, str, str]:
    write = Write(
        by=placing.asked_by.ref,
        key=placing.key,
        version=placing.digest,
        seconds=PATIENCE,
        on_behalf_of=placing.customer_id if placing.for_customer else None,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            answer = await desk.shop.place_cart(write, cart.number)
    except NotSent:
        return PlacingState.DECLINED, "", "The shop could not be reached, and nothing was sent."
    except (Changed, NotOffered):
        return PlacingState.DECLINED, "", "The cart is not as it was shown."
    except (NoAnswer, TimeoutError):
        return PlacingState.UNKNOWN, "", ""
    except Exception:  # whatever a shop's adapter raises: it may or may not be done
        log.exception("placing %d has no answer", placing.id)
        return PlacingState.UNKNOWN, "", ""
    match answer:
        case Done(ref=number):
            return PlacingState.PLACED, number, ""
        case Declined(said=said):
            return PlacingState.DECLINED, "", said


async def _by_reading(
    desk: Desk, placing: Placing, cart: Cart, customer: str
) -> tuple[PlacingState, str, str]:
    """What the shop's own cart says now; a cart that is there unplaced may still be on its way."""
    ask = Ask(by=placing.asked_by.ref, seconds=PATIENCE)
    try:
        async with asyncio.timeout(PATIENCE):
            there = [one for one in await desk.shop.carts(ask, customer) if one.number == cart.number]
    except (NotSent, NoAnswer, NotOffered, TimeoutError):
        return PlacingState.UNKNOWN, "", ""
    placed = next((one.placed_as for one in there if one.placed_as), "")
    return (PlacingState.PLACED, placed, "") if placed else (PlacingState.UNKNOWN, "", "")


def _settled(work: Work, placing: Placing, cart: Cart, state: PlacingState, number: str, said: str) -> None:
    if not store.settle(work, placing.id, state, number, said[:500]):
        return
    if state is PlacingState.PLACED:
        _record(work, "cart_placed", placing.asked_by, placing.customer_id, {"order": (None, number)})
        _leave_receipt(work, placing, cart.number, "cart_placed", placing.asked_by, number)
    if placing.decided_by is not None and state is not PlacingState.UNKNOWN:
        announce(work, _telling(placing.asked_by, placing.id))


def _leave_receipt(
    work: Work, placing: Placing, cart: str, what: str, person: Person, order: str = ""
) -> None:
    """In the cases that are about the cart."""
    receipt = tied_receipts.Receipt(
        what=what,
        order=order,
        arose=tied_receipts.with_amount(f"cart {cart}", placing.amount),
        on_behalf_of=placing.customer_id if placing.for_customer else None,
    )
    about = tied_receipts.of_cart(work, placing.cart_id)
    tied_receipts.keep_in(work, about, receipt, person)


def _record(
    work: Work,
    kind: str,
    person: Person,
    customer_id: CustomerId,
    changes: dict[str, tuple[str | None, str | None]] | None = None,
) -> None:
    records.insert_history(
        work,
        kind,
        actor_id=person.id,
        audience=Audience.INTERNAL,
        changes=changes or {},
        customer_id=customer_id,
    )


async def told(desk: Desk, person: Person, placing_id: PlacingId) -> tuple[Placing, Cart] | None:
    """What a row of the outbox tells, read now through its reader's eyes."""

    def query(connection: Connection, viewer: Viewer) -> tuple[Placing, Cart] | None:
        placing = store.by_id(connection, viewer, placing_id)
        cart = carts.cart(connection, viewer, placing.cart_id) if placing else None
        return (placing, cart) if placing and cart else None

    return await desk.store.read(query, Viewer(person))
