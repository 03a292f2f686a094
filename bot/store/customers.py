"""Customers with what they have, read through a viewer's eyes; and customers written by hand."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Integer, Row, Select, bindparam, func, insert, select, update

from bot.domain.contacts import email_key
from bot.domain.entitlement import site_key
from bot.domain.ids import AccountId, CustomerId, OrderId, SiteId
from bot.domain.pages import CaseRow
from bot.domain.people import SuccessPlan, Viewer
from bot.domain.permissions import Act, Reach, allowed
from bot.domain.refusals import Reason, Refusal
from bot.domain.shop.customers import (
    MOST_ORDERS,
    Address,
    AddressKind,
    Customer,
    CustomerFacts,
    CustomerStanding,
    Site,
)
from bot.domain.shop.money import Money
from bot.domain.shop.orders import OrderRow, OrderStatus
from bot.domain.verdict import CallerKind
from bot.store.carts import cart_rows, seen
from bot.store.cases import eyes, reach_of, visible_to
from bot.store.lists import LINE, line, with_names
from bot.store.planning import beside
from bot.store.schema import IS_OPEN, accounts, cases
from bot.store.schema_shop import customers, licensed_sites, orders
from bot.store.work import Work

MOST_SITES = 50
MOST_CASES = 20


def by_id(connection: Connection, viewer: Viewer, customer_id: CustomerId) -> Customer | None:
    """One customer whole; None for who may not read customers."""
    if not allowed(Act.READ_CUSTOMERS, viewer.person):
        return None
    asked = {"workspace": viewer.workspace_id, "customer": customer_id}
    row = connection.execute(_WHOLE_BY_ID, asked).first()
    return _customer(row) if row else None


def by_number(connection: Connection, viewer: Viewer, number: str) -> Customer | None:
    """The customer whom the shop calls so."""
    return _one(connection, viewer, customers.c.number == number.strip())


def of_account(connection: Connection, viewer: Viewer, account_id: AccountId) -> Customer | None:
    """The customer that an account's cases are of: of several the first that there was."""
    mine = seen(viewer, by_index=False) & (customers.c.account_id == account_id)
    ids = select(func.min(customers.c.id)).where(mine)
    return _one(connection, viewer, customers.c.id == ids.scalar_subquery())


def names_of(connection: Connection, viewer: Viewer, ids: Collection[CustomerId]) -> dict[CustomerId, str]:
    """What some customers are called now, by their company where they have one."""
    if not allowed(Act.READ_CUSTOMERS, viewer.person):
        return {}
    called = func.coalesce(func.nullif(customers.c.company, ""), customers.c.name).label("called")
    rows = connection.execute(select(customers.c.id, called).where(seen(viewer), customers.c.id.in_(ids)))
    return {CustomerId(row.id): row.called for row in rows}


def _one(connection: Connection, viewer: Viewer, which: Any) -> Customer | None:
    row = connection.execute(_WHOLE.where(seen(viewer), which)).first()
    return _customer(row) if row else None


def standing(connection: Connection, viewer: Viewer, customer_id: CustomerId) -> CustomerStanding | None:
    """All that a call or a page needs of a customer; None for who may not read customers, or none is so."""
    customer = by_id(connection, viewer, customer_id)
    if customer is None:
        return None
    asked = {"workspace": viewer.workspace_id, "customer": customer_id}
    found = connection.execute(_ORDERS, asked | {"size": MOST_ORDERS}).all()
    return CustomerStanding(
        customer=customer,
        sites=tuple(_site(row) for row in connection.execute(_SITES, asked)),
        orders=tuple(order_row(row) for row in found),
        total_orders=len(found)
        if len(found) < MOST_ORDERS
        else connection.execute(_COUNT, asked).scalar_one(),
        carts=cart_rows(connection, viewer, customer_id),
        cases=_open_cases(connection, viewer, customer.account_id),
    )


def sites_of(connection: Connection, viewer: Viewer, customer_id: CustomerId) -> tuple[Site, ...]:
    """The licensed sites of a customer, by name."""
    mine = seen(viewer, licensed_sites, by_index=False) & (licensed_sites.c.customer_id == customer_id)
    rows = connection.execute(select(licensed_sites).where(mine).order_by(licensed_sites.c.site_key))
    return tuple(_site(row) for row in rows)


def _open_cases(connection: Connection, viewer: Viewer, account_id: AccountId | None) -> tuple[CaseRow, ...]:
    if account_id is None:
        return ()
    rows = connection.execute(_OPEN_CASES[reach_of(viewer)], eyes(viewer) | {"account": account_id}).all()
    return tuple(line(row, for_staff=viewer.is_staff) for row in rows)


# --- statements that are built once -------------------------------------------------------------------------

_WHOLE = select(customers, accounts.c.name.label("account_name")).outerjoin(
    accounts, accounts.c.id == customers.c.account_id
)
_WHOLE_BY_ID = _WHOLE.where(
    customers.c.workspace_id == bindparam("workspace"), customers.c.id == bindparam("customer")
)
_OF_CUSTOMER = orders.c.customer_id == bindparam("customer")

ORDER_ROW = (
    orders.c.id,
    orders.c.number,
    orders.c.customer_id,
    customers.c.name.label("customer_name"),
    orders.c.site,
    orders.c.ordered_at,
    orders.c.status,
    orders.c.currency,
    orders.c.grand_total,
    orders.c.is_void,
    orders.c.in_return,
    orders.c.returned,
    orders.c.is_suspended,
)


def order_rows() -> Select[Any]:
    """A statement that reads lines of lists of orders."""
    return select(*ORDER_ROW).join(customers, customers.c.id == orders.c.customer_id)


_ORDERS = (
    order_rows()
    .where(beside(orders.c.workspace_id) == bindparam("workspace"), _OF_CUSTOMER)
    .order_by(orders.c.ordered_at.desc(), orders.c.id.desc())
    .limit(bindparam("size", type_=Integer))
)
_COUNT = (
    select(func.count())
    .select_from(orders)
    .where(beside(orders.c.workspace_id) == bindparam("workspace"), _OF_CUSTOMER)
)
_SITES = (
    select(licensed_sites)
    .where(
        beside(licensed_sites.c.workspace_id) == bindparam("workspace"),
        licensed_sites.c.customer_id == bindparam("customer"),
    )
    .order_by(licensed_sites.c.site_key)
    .limit(MOST_SITES)
)


_OPEN_CASES = {
    reach: with_names(select(*LINE).select_from(cases))
    .where(visible_to(reach) & (cases.c.account_id == bindparam("account")) & IS_OPEN)
    .order_by(cases.c.id.desc())
    .limit(MOST_CASES)
    for reach in Reach
}


# --- writing ------------------------------------------------------------------------------------------------


def insert_customer(
    work: Work, number: str, facts: CustomerFacts, account_id: AccountId | None
) -> CustomerId:
    """Save a new customer."""
    row = {
        "workspace_id": work.workspace_id,
        "number": number,
        "account_id": account_id,
        "version": 1,
        "created_at": work.now,
        "updated_at": work.now,
        **customer_columns(facts),
    }
    return CustomerId(work.connection.execute(insert(customers).returning(customers.c.id), row).scalar_one())


def save_customer(
    work: Work, customer_id: CustomerId, version: int, facts: CustomerFacts, account_id: AccountId | None
) -> None:
    """Save a changed customer. Raises CUSTOMER_CHANGED when somebody was faster."""
    mine = (customers.c.id == customer_id) & (customers.c.version == version)
    changed = update(customers).where(customers.c.workspace_id == work.workspace_id, mine)
    values = {
        "account_id": account_id,
        "version": version + 1,
        "updated_at": work.now,
        **customer_columns(facts),
    }
    if work.connection.execute(changed.values(**values)).rowcount != 1:
        raise Refusal(Reason.CUSTOMER_CHANGED)


def set_account(work: Work, customer_id: CustomerId, account_id: AccountId) -> None:
    """Whose cases are this customer's from now on; no new version: nothing that a form holds changes."""
    mine = (customers.c.workspace_id == work.workspace_id) & (customers.c.id == customer_id)
    work.connection.execute(update(customers).where(mine).values(account_id=account_id))


def insert_site(work: Work, customer_id: CustomerId, name: str) -> None:
    """Save a site that a caller names, without a licence."""
    row = {
        "workspace_id": work.workspace_id,
        "customer_id": customer_id,
        "name": name,
        "site_key": site_key(name),
        "licence_hash": "",
        "licence_last4": "",
        "product_version": "",
        "order_number": "",
    }
    work.connection.execute(insert(licensed_sites), row)


def customer_columns(facts: CustomerFacts) -> dict[str, Any]:
    """What a customer says of themselves, as columns."""
    return {
        "name": facts.name,
        "company": facts.company,
        "email": facts.email,
        "email_key": email_key(facts.email),
        "phone": facts.phone,
        "plan": facts.plan.value,
        "timezone": facts.timezone,
        "kind": facts.kind.value,
        "eval_start": facts.eval_start,
        "addresses": [address_record(one) for one in facts.addresses],
    }


def address_record(address: Address) -> dict[str, str]:
    """An address as JSON keeps it."""
    return {name: str(value) for name, value in vars(address).items() if value}


# --- rows ---------------------------------------------------------------------------------------------------


def _customer(row: Row[Any]) -> Customer:
    return Customer(
        id=CustomerId(row.id),
        number=row.number,
        name=row.name,
        company=row.company,
        email=row.email,
        phone=row.phone,
        plan=SuccessPlan(row.plan),
        timezone=row.timezone,
        kind=CallerKind(row.kind),
        eval_start=row.eval_start,
        account_id=AccountId(row.account_id) if row.account_id is not None else None,
        account_name=row.account_name or "",
        addresses=addresses_in(row.addresses),
        version=row.version,
    )


def addresses_in(kept: list[dict[str, str]]) -> tuple[Address, ...]:
    """Addresses as JSON has them."""
    return tuple(Address(**{**one, "kind": AddressKind(one["kind"])}) for one in kept)  # type: ignore[arg-type]


def _site(row: Row[Any]) -> Site:
    return Site(
        id=SiteId(row.id),
        customer_id=CustomerId(row.customer_id),
        name=row.name,
        licence_last4=row.licence_last4,
        product_version=row.product_version,
        hosting_until=row.hosting_until,
        priority_until=row.priority_until,
        order_number=row.order_number,
    )


def order_row(row: Row[Any]) -> OrderRow:
    """A line of a list of orders."""
    return OrderRow(
        id=OrderId(row.id),
        number=row.number,
        customer_id=CustomerId(row.customer_id),
        customer_name=row.customer_name,
        site=row.site,
        ordered_at=row.ordered_at,
        status=OrderStatus(row.status),
        grand_total=Money(minor=row.grand_total, currency=row.currency),
        is_void=row.is_void,
        in_return=row.in_return,
        returned=row.returned,
        is_suspended=row.is_suspended,
    )
