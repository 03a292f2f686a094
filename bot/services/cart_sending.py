"""Asks the shop to make an order of a cart, once, and takes up what a bot left that died over it.

What is asked stands committed before it is asked, under a key of its own. Where no answer comes it is
*unknown*: looking again asks under the same key, or reads the cart. It is never guessed.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from bot.domain.commands import Audience
from bot.domain.commerce.port import (
    Ask,
    Changed,
    Declined,
    Done,
    NoAnswer,
    NotOffered,
    NotSent,
    Promise,
    Write,
)
from bot.domain.ids import CustomerId, PlacingId
from bot.domain.people import Person, Viewer, channel_viewer
from bot.domain.placing import Placing, PlacingState
from bot.domain.shop.carts import Cart
from bot.services import tied_receipts
from bot.services.desk import Desk
from bot.store import carts, customers, records
from bot.store import placings as store
from bot.store.outbox import Announcement, Kind, announce
from bot.store.work import Connection, Work

log = logging.getLogger(__name__)

PATIENCE = 1.5
"""Seconds of real time that a window waits for the shop; then it is unknown until somebody looks."""

LEFT_AFTER = timedelta(seconds=20)
"""Whoever asked the shop has its answer by then, or is no more."""


async def send(desk: Desk, placing_id: PlacingId, *, again: bool = False) -> None:
    """Ask the shop, with no transaction open, and write down what came of it.

    Asked `again` under the same key a shop that keeps to keys makes no second order; of any other the cart
    is read instead.
    """
    found = await _found(desk, placing_id)
    if found is None:
        return
    placing, cart, customer = found
    if again and Promise.KEYS not in desk.shop.capabilities().promises:
        state, number, said = await _by_reading(desk, placing, cart, customer)
    else:
        state, number, said = await _asked(desk, placing, cart)
    tell = placing.decided_by is not None
    await desk.write(lambda work: _settled(work, placing, cart, state, number, said, tell=tell))


async def left(desk: Desk, behind: PlacingId | None = None) -> tuple[list[PlacingId], PlacingId | None]:
    """What was asked of the shop a while ago and is not settled: its bot died, or no answer came.

    And behind which one the next look goes on; None where that was the last of them.
    """
    before, workspace_id = desk.clock.now() - LEFT_AFTER, desk.workspace_id
    found = await desk.store.look(lambda c: store.left(c, workspace_id, before, behind), brief=True)
    return found, found[-1] if len(found) == store.MOST_LEFT else None


async def take_up(desk: Desk, placing_id: PlacingId) -> None:
    """Read what became of one of those, and tell who asked; it is never asked for again unread.

    Where reading does not tell, that is told once, and a person looks again.
    """
    found = await _found(desk, placing_id)
    if found is None:
        return
    placing, cart, customer = found
    state, number, said = await _by_reading(desk, placing, cart, customer)
    await desk.write(lambda work: _settled(work, placing, cart, state, number, said, tell=True))


async def _found(desk: Desk, placing_id: PlacingId) -> tuple[Placing, Cart, str] | None:
    def query(connection: Connection, viewer: Viewer) -> tuple[Placing, Cart, str] | None:
        placing = store.by_id(connection, viewer, placing_id)
        cart = carts.cart(connection, viewer, placing.cart_id) if placing else None
        whose = customers.by_id(connection, viewer, placing.customer_id) if placing else None
        return (placing, cart, whose.number) if placing and cart and whose else None

    return await desk.store.read(query, channel_viewer(desk.workspace_id))


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
    if cart.placed_as:  # the desk's own shop, or an import that brought it
        return PlacingState.PLACED, cart.placed_as, ""
    ask = Ask(by=placing.asked_by.ref, seconds=PATIENCE)
    try:
        async with asyncio.timeout(PATIENCE):
            there = [one for one in await desk.shop.carts(ask, customer) if one.number == cart.number]
    except (NotSent, NoAnswer, NotOffered, TimeoutError):
        return PlacingState.UNKNOWN, "", ""
    placed = next((one.placed_as for one in there if one.placed_as), "")
    return (PlacingState.PLACED, placed, "") if placed else (PlacingState.UNKNOWN, "", "")


def _settled(
    work: Work, placing: Placing, cart: Cart, state: PlacingState, number: str, said: str, *, tell: bool
) -> None:
    """What is known now; `tell` whoever asked where nobody of them looks at a window, and it is news."""
    if not store.settle(work, placing.id, state, number, said[:500]):
        return
    if state is PlacingState.PLACED:
        record(work, "cart_placed", placing.asked_by, placing.customer_id, {"order": (None, number)})
        leave_receipt(work, placing, cart.number, "cart_placed", placing.asked_by, number)
    if tell and state is not placing.state:
        announce(work, telling(placing.asked_by, placing.id))


def leave_receipt(
    work: Work, placing: Placing, cart: str, what: str, person: Person, order: str = ""
) -> None:
    """Say what somebody did with a cart in the cases that are about it; `order` is what it became."""
    receipt = tied_receipts.Receipt(
        what=what,
        order=order,
        arose=tied_receipts.with_amount(f"cart {cart}", placing.amount),
        on_behalf_of=placing.customer_id if placing.for_customer else None,
    )
    about = tied_receipts.of_cart(work, placing.cart_id)
    tied_receipts.keep_in(work, about, receipt, person)


def telling(person: Person, placing_id: PlacingId) -> Announcement:
    """Which placing it is stands in the conversation: a row of the outbox has no other place for it."""
    return Announcement(
        kind=Kind.CART_PLACING,
        conversation=f"placing:{placing_id}:{person.slack_user_id}",
        person_id=person.id,
    )


def record(
    work: Work,
    kind: str,
    person: Person,
    customer_id: CustomerId,
    changes: dict[str, tuple[str | None, str | None]] | None = None,
) -> None:
    """Keep in the history of a customer what somebody did with their cart."""
    records.insert_history(
        work,
        kind,
        actor_id=person.id,
        audience=Audience.INTERNAL,
        changes=changes or {},
        customer_id=customer_id,
    )
