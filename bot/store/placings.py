"""Carts that staff placed as orders, or asked to: one at a time of each; `services.placing` keeps them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, false, func, select, update

from bot.domain.ids import CartId, CustomerId, PersonId, PlacingId, WorkspaceId
from bot.domain.people import Person, Viewer
from bot.domain.permissions import Act, allowed
from bot.domain.placing import Placing, PlacingState
from bot.domain.shop.carts import Cart
from bot.domain.shop.money import Money
from bot.store.at_once import insert_new
from bot.store.people import people_by_ids
from bot.store.schema_personal import IS_PLACING, cart_placings
from bot.store.work import Work


def newest(connection: Connection, viewer: Viewer, cart_id: CartId) -> Placing | None:
    """The newest that was asked for of a cart."""
    asked = select(cart_placings).where(_visible(viewer), cart_placings.c.cart_id == cart_id)
    return _one(connection, asked.order_by(cart_placings.c.id.desc()).limit(1))


def by_id(connection: Connection, viewer: Viewer, placing_id: PlacingId) -> Placing | None:
    """One of them."""
    return _one(connection, select(cart_placings).where(_visible(viewer), cart_placings.c.id == placing_id))


def _visible(viewer: Viewer) -> Any:
    here = cart_placings.c.workspace_id == viewer.workspace_id
    return here if allowed(Act.READ_ORDERS, viewer.person) else here & false()


def _one(connection: Connection, asked: Any) -> Placing | None:
    row = connection.execute(asked).first()
    if row is None:
        return None
    ids = [PersonId(one) for one in (row.asked_by_id, row.decided_by_id) if one is not None]
    return _placing(row, {one.id: one for one in people_by_ids(connection, ids)})


def _placing(row: Row[Any], people: dict[PersonId, Person]) -> Placing:
    return Placing(
        id=PlacingId(row.id),
        cart_id=CartId(row.cart_id),
        customer_id=CustomerId(row.customer_id),
        asked_by=people[PersonId(row.asked_by_id)],
        asked_at=row.asked_at,
        for_customer=row.for_customer,
        digest=row.digest,
        amount=Money(minor=row.amount, currency=row.currency),
        state=PlacingState(row.state),
        decided_by=people.get(PersonId(row.decided_by_id)) if row.decided_by_id is not None else None,
        decided_at=row.decided_at,
        order_number=row.order_number,
        said=row.said,
    )


def begin(
    work: Work, cart: Cart, person_id: PersonId, state: PlacingState, *, for_customer: bool
) -> PlacingId | None:
    """That somebody places a cart, or asks to; None while another one is open."""
    row = {
        "workspace_id": work.workspace_id,
        "cart_id": cart.id,
        "customer_id": cart.customer_id,
        "asked_by_id": person_id,
        "asked_at": work.now,
        "for_customer": for_customer,
        "digest": cart.version,
        "amount": cart.total.minor,
        "currency": cart.currency,
        "state": state.value,
        "order_number": "",
        "said": "",
    }
    made = insert_new(work.connection, cart_placings).returning(cart_placings.c.id)
    found = work.connection.execute(made, row).scalar_one_or_none()
    return PlacingId(found) if found is not None else None


def decide(work: Work, placing: Placing, person_id: PersonId, *, approve: bool, said: str) -> bool:
    """A second person's word, if nobody was faster."""
    values: dict[str, Any] = {"decided_by_id": person_id, "decided_at": work.now, "said": said}
    values["state"] = (PlacingState.SENDING if approve else PlacingState.REFUSED).value
    if not approve:
        values["settled_at"] = work.now
    return _change(work, placing.id, (PlacingState.WAITS,), values)


def settle(work: Work, placing_id: PlacingId, state: PlacingState, number: str = "", said: str = "") -> bool:
    """What came of asking the shop, unless that is known already."""
    values: dict[str, Any] = {"state": state.value, "order_number": number, "said": said}
    if state is not PlacingState.UNKNOWN:
        values["settled_at"] = work.now
    return _change(work, placing_id, (PlacingState.SENDING, PlacingState.UNKNOWN), values)


def left(
    connection: Connection, workspace_id: WorkspaceId, before: datetime, behind: PlacingId | None = None
) -> list[PlacingId]:
    """Those that were asked of the shop before then, and of which nobody knows what came: the oldest first.

    MOST_LEFT at most; `behind` goes on behind one of them, so that many lasting ones keep no newer one back.
    """
    asked = cart_placings.c.state.in_([PlacingState.SENDING.value, PlacingState.UNKNOWN.value])
    since = func.coalesce(cart_placings.c.decided_at, cart_placings.c.asked_at) < before
    mine = (cart_placings.c.workspace_id == workspace_id) & IS_PLACING & asked & since
    if behind is not None:
        mine &= cart_placings.c.id > behind
    found = select(cart_placings.c.id).where(mine).order_by(cart_placings.c.id).limit(MOST_LEFT)
    return [PlacingId(one) for one in connection.execute(found).scalars()]


MOST_LEFT = 50


def _change(
    work: Work, placing_id: PlacingId, before: tuple[PlacingState, ...], values: dict[str, Any]
) -> bool:
    mine = (cart_placings.c.workspace_id == work.workspace_id) & (cart_placings.c.id == placing_id)
    as_seen = mine & cart_placings.c.state.in_([one.value for one in before])
    return bool(work.connection.execute(update(cart_placings).where(as_seen).values(**values)).rowcount)
