"""The form of a new case for a customer whom somebody has before them: account, contact, order or cart."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.commands import Contact
from bot.domain.ids import AccountId, CallKey, SlackUserId
from bot.domain.pages import OpenForm
from bot.domain.people import Viewer
from bot.domain.permissions import Act, require
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.domain.sessions import Opened
from bot.domain.shop.customers import Customer
from bot.services import reading
from bot.services.customers import account_for
from bot.services.desk import Desk, actor
from bot.store import customers, people, sessions, ties
from bot.store.work import Connection, Work


async def form(desk: Desk, by: SlackUserId, about: Opened, key: CallKey) -> OpenForm:
    """The form, filled in. A customer without an account gets theirs, as in a call.

    Raises NOT_YOUR_ROLE, NO_SUCH_CUSTOMER.
    """
    customer = await _customer(desk, by, about)
    account_id = customer.account_id or await _made(desk, by, customer, key)
    drawn = await reading.open_form(desk, by, account_id=account_id)
    thing_key = _key(about)

    def query(connection: Connection, viewer: Viewer) -> OpenForm:
        thing = ties.one_of(connection, viewer, account_id, thing_key) if thing_key else None
        own = people.find_account(connection, viewer, account_id)
        listed = {one.id for one in drawn.accounts}
        more = (own,) if own is not None and own.id not in listed else ()
        return replace(
            drawn,
            accounts=(*more, *drawn.accounts),
            thing=thing,
            contact=Contact(name=customer.name, email=customer.email, phone=customer.phone),
        )

    return await desk.read(query, by)


async def _customer(desk: Desk, by: SlackUserId, about: Opened) -> Customer:
    def query(connection: Connection, viewer: Viewer) -> Customer:
        require(Act.READ_CUSTOMERS, viewer.person)
        require(Act.OPEN_CASE, viewer.person)
        whose = sessions.known(connection, viewer, about).customer_id
        found = customers.by_id(connection, viewer, whose) if whose is not None else None
        if found is None:
            raise Refusal(Reason.NO_SUCH_CUSTOMER)
        return found

    return await desk.read(query, by)


async def _made(desk: Desk, by: SlackUserId, customer: Customer, key: CallKey) -> AccountId:
    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.OPEN_CASE, person)
        return Receipt(account_id=account_for(work, person, customer.id))

    made = await desk.write(unit, key)
    assert made.account_id is not None
    return made.account_id


def _key(about: Opened) -> str:
    """The key of `shop.ties.Tieable`, as the select of the form carries it."""
    if about.order_id is not None:
        return f"order.{about.order_id}"
    return f"cart.{about.cart_id}" if about.cart_id is not None else ""
