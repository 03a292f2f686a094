"""Who a customer is in the tables, where no column says it: their cases, calls, e-mails and people.

Reports of personal data and erasures ask it. A case is theirs where its account is theirs alone, where it is
about an order or cart of theirs, came from a call or form of theirs, or names their address as its contact.
Where several customers share an account, what only the account says is nobody's alone and stays out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, false, func, or_, select

from bot.domain.contacts import email_key
from bot.domain.ids import AccountId, CustomerId
from bot.domain.people import Role, Viewer
from bot.store.carts import seen
from bot.store.schema import (
    access_requests,
    account_contacts,
    accounts,
    canned_mails,
    cases,
    form_links,
    mails,
    people,
    phone_calls,
    received_mails,
)
from bot.store.schema_requests import order_requests
from bot.store.schema_shop import carts, case_ties, customers, orders

CHUNK = 400

Ids = Mapping[str, Sequence[int]]
"""The ids of rows that are known to be the customer's, by table."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A customer as their rows are looked for. `alone`: no other customer has their account."""

    id: CustomerId
    workspace_id: str
    account_id: AccountId | None
    alone: bool
    email_key: str


def subject(connection: Connection, viewer: Viewer, customer_id: CustomerId) -> Subject | None:
    """Who is meant; None for who may not read customers, or where there is none."""
    row = connection.execute(
        select(customers).where(seen(viewer, customers), customers.c.id == customer_id)
    ).first()
    if row is None:
        return None
    others = select(customers.c.id).where(
        customers.c.account_id == row.account_id, customers.c.id != customer_id
    )
    alone = row.account_id is not None and connection.execute(others.limit(1)).first() is None
    return Subject(
        id=customer_id,
        workspace_id=row.workspace_id,
        account_id=row.account_id,
        alone=alone,
        email_key=email_key(row.email),
    )


def found_by_rule(connection: Connection, one: Subject, table: Table, ids: Ids) -> list[int]:
    """The ids of the customer's rows in a table that no column leads to, in their order."""
    mine = _RULES[table.name](one, ids)
    asked = select(table.c.id).where(table.c.workspace_id == one.workspace_id, mine).order_by(table.c.id)
    return list(connection.execute(asked).scalars())


def some_of(column: Any, ids: Sequence[int]) -> Any:
    """Whether a column is one of so many; a database takes only so many in one list."""
    if not ids:
        return false()
    return or_(*(column.in_(ids[start : start + CHUNK]) for start in range(0, len(ids), CHUNK)))


def _customers(one: Subject, ids: Ids) -> Any:
    return customers.c.id == one.id


def _accounts(one: Subject, ids: Ids) -> Any:
    return accounts.c.id == one.account_id


def _people(one: Subject, ids: Ids) -> Any:
    """People of the customer's side: staff may have any address."""
    customers_side = people.c.role.is_(None) | people.c.role.in_([Role.COMMUNITY.value, Role.DSC.value])
    return customers_side & (_has(people.c.email, one) | _account(people.c.account_id, one))


def _account_contacts(one: Subject, ids: Ids) -> Any:
    mine = account_contacts.c.email_key == one.email_key if one.email_key else false()
    return mine | _account(account_contacts.c.account_id, one)


def _access_requests(one: Subject, ids: Ids) -> Any:
    return _has(access_requests.c.who_email, one) | _account(access_requests.c.account_id, one)


def _cases(one: Subject, ids: Ids) -> Any:
    called = select(phone_calls.c.case_id).where(phone_calls.c.customer_id == one.id)
    linked = select(form_links.c.case_id).where(form_links.c.customer_id == one.id)
    asked = select(form_links.c.asks_about_id).where(form_links.c.customer_id == one.id)
    theirs = select(orders.c.id).where(orders.c.customer_id == one.id)
    put = select(carts.c.id).where(carts.c.customer_id == one.id)
    tied = select(case_ties.c.case_id).where(case_ties.c.order_id.in_(theirs) | case_ties.c.cart_id.in_(put))
    came = [cases.c.id.in_(ids_) for ids_ in (called, linked, asked, tied)]
    return or_(_account(cases.c.account_id, one), _has(cases.c.contact_email, one), *came)


def _order_requests(one: Subject, ids: Ids) -> Any:
    """They know their orders by the shop's numbers."""
    numbers = select(orders.c.number).where(orders.c.customer_id == one.id)
    return order_requests.c.order_number.in_(numbers)


def _phone_calls(one: Subject, ids: Ids) -> Any:
    return (phone_calls.c.customer_id == one.id) | some_of(phone_calls.c.case_id, ids["cases"])


def _mails(one: Subject, ids: Ids) -> Any:
    """What went to the customer: what staff was told of the case is told to staff."""
    to_them = mails.c.person_id.is_(None) | some_of(mails.c.person_id, ids["people"])
    return _has(mails.c.address, one) | (some_of(mails.c.case_id, ids["cases"]) & to_them)


def _received_mails(one: Subject, ids: Ids) -> Any:
    return _has(received_mails.c.sender, one) | some_of(received_mails.c.case_id, ids["cases"])


def _canned_mails(one: Subject, ids: Ids) -> Any:
    return _has(canned_mails.c.address, one) | some_of(canned_mails.c.call_id, ids["phone_calls"])


def _has(address: Any, one: Subject) -> Any:
    return func.lower(address) == one.email_key if one.email_key else false()


def _account(column: Any, one: Subject) -> Any:
    return column == one.account_id if one.alone else false()


_RULES: dict[str, Any] = {
    "customers": _customers,
    "accounts": _accounts,
    "people": _people,
    "account_contacts": _account_contacts,
    "access_requests": _access_requests,
    "cases": _cases,
    "order_requests": _order_requests,
    "phone_calls": _phone_calls,
    "mails": _mails,
    "received_mails": _received_mails,
    "canned_mails": _canned_mails,
}
