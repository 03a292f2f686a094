"""Customers and orders for tests of the store, and every read of the shop asked for what they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert

from bot.domain.ids import AccountId, CartId, CustomerId, OrderId, PersonId, PlacingId
from bot.domain.people import Viewer, channel_viewer
from bot.domain.placing import PlacingState
from bot.domain.sessions import Opened, Session
from bot.domain.shop.customers import Customer, CustomerFacts
from bot.domain.shop.lookup import last_four, licence_hash
from bot.domain.shop.order_lists import OrdersAsked
from bot.domain.shop.orders import OrderStatus
from bot.domain.shop.story import StoryKind
from bot.store import (
    carts,
    customer_lists,
    customer_story,
    erasing,
    finance_files,
    licence_secret,
    lookalikes,
    order_lists,
    orders,
    personal_reports,
    personal_subject,
    placings,
    sessions,
    shop_index,
    ties,
)
from bot.store import customers as store
from bot.store.schema_documents import finance_files as file_table
from bot.store.schema_documents import return_orders
from bot.store.schema_shop import carts as cart_table
from bot.store.schema_shop import licensed_sites
from bot.store.schema_shop import orders as order_table
from bot.store.work import Work
from tests.factories import NOON, stamp

KEY = "LIMA-7QX2-99AB-4T1Z"


def make_customer(work: Work, number: str, facts: CustomerFacts, site: str = "") -> CustomerId:
    made = store.insert_customer(work, number, facts, None)
    said = shop_index.of_customer(made, facts.name, facts.company)
    if site:
        row = {
            "workspace_id": work.workspace_id,
            "customer_id": made,
            "name": site,
            "site_key": site,
            "licence_hash": licence_hash(f"{KEY}{number}", licence_secret.kept(work)),
            "licence_last4": last_four(f"{KEY}{number}"),
            "product_version": "7.1",
            "hosting_until": date(2027, 1, 31),
            "order_number": "",
        }
        work.connection.execute(insert(licensed_sites), row)
        said += shop_index.of_site(made, site)
    shop_index.mention(work, said)
    return made


def make_order(
    work: Work, customer_id: CustomerId, number: str, days: int = 0, *, void: bool = False, notes: str = ""
) -> int:
    row = {
        "workspace_id": work.workspace_id,
        "number": number,
        "number_key": number.lstrip("0").casefold(),
        "customer_id": customer_id,
        "site": "lima-coffee.example",
        "currency": "USD",
        "tax_type": "Net",
        "ordered_at": NOON - timedelta(days=days),
        "status": OrderStatus.CREATED.value,
        "is_suspended": False,
        "notes": notes,
        "deliveries": [{"number": 1, "method": "Post", "address": "Calle 1, Lima"}],
        "grand_total": 38871,
        "is_void": void,
        "in_return": 0,
        "returned": 0,
        "version": 1,
    }
    order_id: int = work.connection.execute(insert(order_table).returning(order_table.c.id), row).scalar_one()
    shop_index.mention(work, shop_index.of_notes(customer_id, notes))
    return order_id


def make_shop(work: Work, account_id: AccountId, case_id: Any) -> None:
    """The one customer, order and cart of an account, and a case that is tied to the order."""
    facts = CustomerFacts(name="Grace Chen", company="Cloud Nine", email="grace@cloud.example")
    made = make_customer(work, "C-1", facts, "cloud.example")
    store.set_account(work, made, account_id)
    order_id = make_order(work, made, "1001", 3)
    back = {"workspace_id": work.workspace_id, "order_id": order_id, "number": "1001-R1", "flow": ""}
    work.connection.execute(insert(return_orders), back | {"call_key": "", "stage": "completed"})
    file = {"workspace_id": work.workspace_id, "number": 1, "until": NOON, "made_at": NOON, "token": "token"}
    work.connection.execute(insert(file_table), file)
    cart = {
        "workspace_id": work.workspace_id,
        "number": "K-1",
        "customer_id": made,
        "site": "",
        "currency": "USD",
        "updated_at": NOON,
        "total": 100,
    }
    work.connection.execute(insert(cart_table), cart)
    row = work.connection.execute(order_table.select().where(order_table.c.id == order_id)).one()
    tied = ties.Tieable(thing=ties.Thing.ORDER, number=row.number, id=row.id, at=row.ordered_at)
    ties.save_tie(work, case_id, tied, rule="order_in_words")
    whole = carts.held_cart(work, channel_viewer(work.workspace_id), "K-1")
    assert whole is not None
    placings.begin(work, whole, PersonId(1), PlacingState.WAITS, for_customer=False)
    sessions.touch(work, PersonId(1), Opened(customer_id=made))
    erasing.begin(work, made, PersonId(1), "They asked", "1" * 32)
    personal_reports.add(work, made, PersonId(1), "They asked", "0" * 32)


ONE = CustomerId(1)
GOES_ON = Session(id=None, now=NOON, began_at=NOON, touched_at=NOON, opened=Opened(customer_id=ONE))


def _story(connection: Any, viewer: Any, world: Any) -> Any:
    """All but the cases, which others of the customer's account may read elsewhere, is for staff."""
    customer = Customer(id=ONE, number="C-1", name="Grace", account_id=world.cases[0].account_id)
    return customer_story.story(connection, viewer, customer, StoryKind.ALL).happenings


def _name(session: Session | None) -> str:
    return session.customer if session is not None else ""


READS: dict[str, Any] = {
    "customers.by_id": lambda c, v, w: store.by_id(c, v, ONE),
    "customers.by_number": lambda c, v, w: store.by_number(c, v, "C-1"),
    "customers.of_account": lambda c, v, w: store.of_account(c, v, w.cases[0].account_id),
    "customers.names_of": lambda c, v, w: store.names_of(c, v, [ONE]),
    "customers.standing": lambda c, v, w: store.standing(c, v, ONE),
    "customers.sites_of": lambda c, v, w: store.sites_of(c, v, ONE),
    "customer_story.story": _story,
    "carts.cart": lambda c, v, w: carts.cart(c, v, CartId(1)),
    "carts.cart_rows": lambda c, v, w: carts.cart_rows(c, v, ONE),
    "carts.held_cart": lambda c, v, w: carts.held_cart(Work(connection=c, stamp=stamp()), v, "K-1"),
    "finance_files.file_of": lambda c, v, w: finance_files.file_of(c, v, "token"),
    "order_lists.order_list": lambda c, v, w: order_lists.order_list(c, v, OrdersAsked()).rows,
    "order_lists.return_list": lambda c, v, w: order_lists.return_list(c, v).rows,
    "orders.summary": lambda c, v, w: orders.summary(c, v, OrderId(1)),
    "lookalikes.holder_of_site": lambda c, v, w: lookalikes.holder_of_site(c, v, "cloud.example"),
    "lookalikes.account_called": lambda c, v, w: lookalikes.account_called(c, v, "MID-Cloud Nine"),
    "ties.owned": lambda c, v, w: ties.owned(c, v, w.cases[0].account_id),
    "ties.of_customer": lambda c, v, w: ties.of_customer(c, v, w.cases[0].account_id, CustomerId(1)),
    "ties.one_of": lambda c, v, w: ties.one_of(c, v, w.cases[0].account_id, "order.1"),
    "ties.has_any": lambda c, v, w: ties.has_any(c, v),
    "ties.account_has_any": lambda c, v, w: ties.account_has_any(c, v, w.cases[0].account_id),
    "personal_subject.subject": lambda c, v, w: personal_subject.subject(c, v, ONE),
    "personal_reports.page": lambda c, v, w: personal_reports.page(c, v, None, None, 14).reports,
    "sessions.known": lambda c, v, w: sessions.known(c, v, Opened(order_id=OrderId(1))).customer_id,
    "sessions.called": lambda c, v, w: _name(sessions.called(c, v, Opened(customer_id=ONE), NOON)),
    "sessions.numbered": lambda c, v, w: (
        sessions.numbered(c, v, GOES_ON, Opened(customer_id=ONE, order_id=OrderId(1))).order_number
    ),
    "sessions.current": lambda c, v, w: sessions.current(c, Viewer(replace(v.person, id=PersonId(1))), NOON),
    "placings.newest": lambda c, v, w: placings.newest(c, v, CartId(1)),
    "placings.by_id": lambda c, v, w: placings.by_id(c, v, PlacingId(1)),
    "customer_lists.page": lambda c, v, w: customer_lists.page(c, v, None, None).lines,
    "erasing.of_customer": lambda c, v, w: erasing.of_customer(c, v, ONE),
    "personal_reports.by_token": lambda c, v, w: personal_reports.by_token(c, v, "0" * 32),
    "ties.cases_about": lambda c, v, w: ties.cases_about(c, v, order_number="1001"),
    "ties.tie_of": lambda c, v, w: ties.tie_of(c, v, w.cases[0].id),
}
"""Each asked for something of the first account's, as `test_viewers.py` asks all reads."""
