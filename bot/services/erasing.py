"""Erasing a customer on request: rehearsed, typed twice, carried out behind it step by step, for good.

What goes and what stays stands in `docs/personal-data.md`. `scheduler.personal` carries it out, so that a bot
that dies in the middle leaves the rest to the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from bot.domain.commands import Audience
from bot.domain.erasing import EraseCustomer, ErasureRehearsal, is_back
from bot.domain.ids import CallKey, CustomerId, SlackUserId
from bot.domain.people import Person, Role, Viewer, channel_viewer
from bot.domain.permissions import Act, require
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.domain.shop.customers import Customer
from bot.services import personal_data
from bot.services.announcing import home_of
from bot.services.desk import Desk, actor
from bot.store import customers, people, records, set_up
from bot.store import erasing as store
from bot.store.outbox import Announcement, Kind, announce, new_token
from bot.store.work import Connection, Work


async def rehearse(desk: Desk, by: SlackUserId, customer_id: CustomerId) -> ErasureRehearsal:
    """What would go, and what stays and why. Raises NOT_YOUR_ROLE, NO_SUCH_CUSTOMER."""

    def query(connection: Connection, viewer: Viewer) -> ErasureRehearsal:
        require(Act.ERASE_CUSTOMER, viewer.person)
        customer = customers.by_id(connection, viewer, customer_id)
        if customer is None:
            raise Refusal(Reason.NO_SUCH_CUSTOMER)
        before = _before(connection, viewer, customer)
        goes, stays, shares = store.counted(connection, viewer, customer_id)
        return ErasureRehearsal(
            customer=customer,
            goes=goes,
            stays=stays,
            shares_account=shares,
            done=before is not None and before.done_at is not None,
            under_way=before is not None
            and before.done_at is None
            and not store.is_given_up(connection, before),
        )

    return await desk.read(query, by)


def _before(connection: Connection, viewer: Viewer, customer: Customer) -> store.Erasure | None:
    """The erasure that holds for a customer; none where they came back since."""
    found = store.of_customer(connection, viewer, customer.id)
    return None if found is not None and _is_over(found, customer) else found


def _is_over(before: store.Erasure, customer: Customer) -> bool:
    return before.done_at is not None and is_back(customer)


async def erase(desk: Desk, command: EraseCustomer, by: SlackUserId, key: CallKey) -> Receipt:
    """Erase a customer; it begins when this returns, and cannot be taken back.

    Raises NOT_YOUR_ROLE, NO_SUCH_CUSTOMER, NOT_TYPED, EMPTY_TEXT without a reason, ERASED_ALREADY.
    """

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.ERASE_CUSTOMER, person)
        viewer = Viewer(person)
        customer = customers.by_id(work.connection, viewer, command.customer_id)
        if customer is None:
            raise Refusal(Reason.NO_SUCH_CUSTOMER)
        if command.typed.strip() != customer.number:
            raise Refusal(Reason.NOT_TYPED, {"value": customer.number})
        if not command.reason.strip():
            raise Refusal(Reason.EMPTY_TEXT)
        before, token = store.of_customer(work.connection, viewer, customer.id), new_token()
        if before is None:
            store.begin(work, customer.id, person.id, command.reason.strip(), token)
        elif _is_over(before, customer):
            store.begin_again(work, before, person.id, command.reason.strip(), token)
        elif store.is_given_up(work.connection, before):
            store.take_up(work, before, token)
        else:
            raise Refusal(Reason.ERASED_ALREADY)
        announce(
            work,
            Announcement(
                kind=Kind.ERASURE, conversation=person.slack_user_id, person_id=person.id, token=token
            ),
        )
        return Receipt(customer_id=customer.id)

    return await desk.write(unit, key)


async def go_on(desk: Desk, token: str) -> bool:
    """The next step of an erasure, in a transaction of its own; False when all is done."""

    def unit(work: Work) -> bool:
        more = store.step(work, token)
        if not more:
            _end(work, token)
        return more

    return await desk.write(unit)


def _end(work: Work, token: str) -> None:
    """Written down once: who asked for it, and that it is done."""
    done = store.held(work, token)
    if done is None or done.counts:
        return
    store.count(work, token)
    asker: Person | None = people.person_by_id(work.connection, done.asked_by_id)
    records.insert_history(
        work,
        "customer_erased",
        actor_id=asker.id if asker else None,
        audience=Audience.INTERNAL,
        changes={},
        customer_id=done.customer_id,
    )
    personal_data.look_again(work)
    announce(work, *_homes(work, done.customer_id))


def _homes(work: Work, customer_id: CustomerId) -> Iterator[Announcement]:
    """Slack shows a Home as it was last published, names and all: they are published anew.

    Those of staff, whose lists, sessions and calls may name the customer, and of the people of their account.
    """
    connection, eyes = work.connection, channel_viewer(work.workspace_id)
    erased = customers.by_id(connection, eyes, customer_id)
    account_id = erased.account_id if erased is not None else None
    staff = (people.people_of_role(connection, work.workspace_id, role) for role in Role if role.is_staff)
    theirs = set_up.people_of_account(connection, eyes, account_id) if account_id is not None else ()
    for person in (*chain.from_iterable(staff), *theirs):
        if person.ref.is_slack_user:
            yield home_of(person)
