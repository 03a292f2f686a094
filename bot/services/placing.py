"""A cart placed as an order for its customer: rehearsed, within limits, decided about by a second person.

`cart_sending` asks the shop once that is committed.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain import placing as rules
from bot.domain.commerce.port import Capability
from bot.domain.ids import CallKey, CartId, PlacingId, SlackUserId
from bot.domain.people import Person, Role, Viewer
from bot.domain.permissions import Act, allowed, require
from bot.domain.placing import DecidePlacing, PlaceCart, Placing, PlacingRehearsal, PlacingState
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.domain.shop.carts import Cart
from bot.services.cart_sending import leave_receipt, record, send, telling
from bot.services.desk import Desk, actor
from bot.services.order_rights import as_person, stood_in_for
from bot.store import carts, people, sessions
from bot.store import placings as store
from bot.store.outbox import announce
from bot.store.work import Connection, Work


async def rehearse(desk: Desk, by: SlackUserId, cart_id: CartId) -> PlacingRehearsal:
    """What placing a cart comes to for the asker. Raises NOT_YOUR_ROLE, NO_SUCH_CART."""
    can = Capability.PLACE_CART in desk.shop.capabilities().can

    def query(connection: Connection, viewer: Viewer) -> PlacingRehearsal:
        person = viewer.person
        require(Act.REHEARSE_ORDER_ACT, person)
        cart = _known(carts.cart(connection, viewer, cart_id))
        newest = _with_others(connection, desk, store.newest(connection, viewer, cart_id))
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
        sent.clear()
        person = actor(work, by)
        require(Act.PLACE_CART, person)
        viewer = Viewer(person)
        cart = _known(carts.cart(work.connection, viewer, command.cart_id))
        if not cart.lines:
            raise Refusal(Reason.CART_EMPTY)
        if cart.version != command.version or cart.placed_as:
            raise Refusal(Reason.CART_CHANGED)
        before = store.newest(work.connection, viewer, cart.id)
        if before is not None and before.placed(cart):
            raise _under_way(before)
        alone = rules.alone(person, cart, desk.policy.money)
        state = PlacingState.SENDING if alone else PlacingState.WAITS
        helped = sessions.on_behalf_of(work.connection, person.id, cart.customer_id) is not None
        made = store.begin(work, cart, person.id, state, for_customer=helped)
        if made is None:
            raise _under_way(store.newest(work.connection, viewer, cart.id))
        record(work, "cart_placing", person, cart.customer_id)
        if alone:
            sent.append(made)
        else:
            waits = _ask_approvers(desk, work, viewer, made)
            leave_receipt(work, waits, cart.number, "cart_wanted", person)
        return Receipt(customer_id=cart.customer_id)

    await desk.write(unit, key)
    for one in sent:
        await send(desk, one)


def _under_way(other: Placing | None) -> Refusal:
    if other is None:
        return Refusal(Reason.CART_CHANGED)
    return Refusal(Reason.CART_UNDER_WAY, {"by": other.asked_by.name, "at": other.asked_at})


def _with_others(connection: Connection, desk: Desk, placing: Placing | None) -> Placing | None:
    """With all who may not decide about it, as the rule of four eyes wants to know them."""
    if placing is None or placing.state is not PlacingState.WAITS:
        return placing
    asker = placing.asked_by
    away = stood_in_for(connection, desk, asker, placing.asked_at)
    others = people.people_by_ids(connection, [one.id for one in away])
    customer = as_person(connection, desk.workspace_id, asker, placing.customer_id)
    return replace(placing, others=(*others, *customer))


def _ask_approvers(desk: Desk, work: Work, viewer: Viewer, placing_id: PlacingId) -> Placing:
    """Everybody who may decide is told; the first one's word counts."""
    placing = _with_others(work.connection, desk, store.by_id(work.connection, viewer, placing_id))
    assert placing is not None  # it has just been written
    leaders = [
        one
        for role in (Role.MANAGER, Role.ADMINISTRATOR)
        for one in people.people_of_role(work.connection, work.workspace_id, role)
    ]
    announce(work, *(telling(one, placing_id) for one in rules.approvers(placing, leaders)))
    return placing


async def decide(desk: Desk, command: DecidePlacing, by: SlackUserId, key: CallKey) -> None:
    """A second person approves or refuses; approved, it goes to the shop.

    Raises NOT_YOUR_ROLE, NO_SUCH_PLACING, ALREADY_DECIDED, OWN_PLACING, CART_CHANGED, EMPTY_TEXT.
    """
    sent: list[PlacingId] = []

    def unit(work: Work) -> Receipt:
        sent.clear()
        person = actor(work, by)
        require(Act.APPROVE, person)
        viewer = Viewer(person)
        placing = _with_others(
            work.connection, desk, store.by_id(work.connection, viewer, command.placing_id)
        )
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
        record(work, how, person, placing.customer_id)
        leave_receipt(work, placing, cart.number, how, person)
        if command.approve:
            sent.append(placing.id)
        else:
            announce(work, telling(placing.asked_by, placing.id))
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


async def told(desk: Desk, person: Person, placing_id: PlacingId) -> tuple[Placing, Cart] | None:
    """What a row of the outbox tells, read now through its reader's eyes."""

    def query(connection: Connection, viewer: Viewer) -> tuple[Placing, Cart] | None:
        placing = _with_others(connection, desk, store.by_id(connection, viewer, placing_id))
        cart = carts.cart(connection, viewer, placing.cart_id) if placing else None
        if placing is None or cart is None:
            return None
        for_them = person.id == placing.asked_by.id or placing.no_approval(person) is None
        return (placing, cart) if for_them else None

    return await desk.store.read(query, Viewer(person))
