"""Row 12: first pages of lists and queues in a shop of 1,000,000 orders and 200,000 reviews.

On both databases. The floor is the bare driver with one statement that gives the same lines, and the count
where there is one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.figures import Figure
from bench.large import Ask, bare, in_turn
from bench.queue_crowd import fill_queues
from bench.shop_crowd import fill_shop
from bot.domain.commerce.order_filters import BACK, SUSPENDED, OrderFilter
from bot.domain.commerce.queue_filters import FraudFilter, read_fraud, read_reviews
from bot.domain.commerce.requests import Queue
from bot.domain.commerce.states import ReturnStage
from bot.domain.ids import CustomerId, SlackUserId
from bot.domain.people import Role
from bot.domain.shop.order_lists import OrdersAsked
from bot.domain.shop.orders import OrderStatus
from bot.domain.verdict import CallerKind
from bot.services import customer_lists, fraud, order_lists, order_requests, personal_data, product_reviews
from bot.services.desk import Desk
from bot.store import order_lists as orders_kept
from bot.store.migrate import upgrade
from bot.store.store import Store
from tests.databases import kind
from tests.factories import WORKSPACE, person
from tests.services.conftest import _desk

ORDERS = 1_000_000
WANTED = 4.0
WHO = SlackUserId("U0P1")
CUSTOMER = 4321
"""Whose orders are asked for; they have ten."""

Raw = Callable[[str], Awaitable[Any]]


async def first_pages(here: Any, rounds: int) -> list[Figure]:
    """Every list as Home's areas open it, and by what narrows it."""
    figures = []
    for name in ("sqlite", "postgres"):
        folder = here.folder / f"queues-{name}"
        folder.mkdir()
        figures += await _measured(name, folder, rounds)
    return figures


async def _measured(name: str, folder: Path, rounds: int) -> list[Figure]:
    url = kind(name).empty(folder)
    upgrade(url)
    store = Store(url)
    store.database.alter(lambda connection: fill_shop(connection, WORKSPACE, ORDERS, is_found=False))
    store.database.alter(lambda connection: fill_queues(connection, WORKSPACE))
    store.start()
    raw, close = await bare(name, url)
    desk = replace(_desk(store), viewing=person("Omar", Role.ADMINISTRATOR, number=1))
    try:
        return [await _figure(name, raw, *question, rounds) for question in _questions(desk)]
    finally:
        await close()
        await store.stop()
        kind(name).drop(url)


async def _figure(name: str, raw: Raw, what: str, statement: str, ours: Ask, rounds: int) -> Figure:
    _same(what, await raw(statement), await ours())
    took = await in_turn(lambda: raw(statement), ours, rounds)
    return Figure(row="12", what=f"{name}: {what}", floor=took[0], ours=took[1], unit="ms", wanted=WANTED)


def _same(what: str, raw: list[Any], page: Any) -> None:
    """Floor and Caseline show the same rows, or the figure says nothing; the floor has one row more."""
    rows = next(
        found for name in ("rows", "lines", "reports") if (found := getattr(page, name, None)) is not None
    )
    shown = [one.id for one in rows]
    if [one[0] for one in raw][: len(shown)] != shown or len(raw) - len(shown) not in (0, 1):
        raise AssertionError(f"{what}: {[one[0] for one in raw]} is not {shown}")


def _questions(desk: Desk) -> list[tuple[str, str, Ask]]:
    """What is asked for, the statement of the floor, and how Caseline is asked."""
    return [*_of_orders(desk), *_of_requests(desk), *_of_queues(desk), *_of_customers(desk)]


def _of_orders(desk: Desk) -> list[tuple[str, str, Ask]]:
    created, yen = "status = 'Created'", "currency = 'JPY'"
    asked = {
        "orders": ("", OrderFilter()),
        "orders by status": (created, OrderFilter(kind=OrderStatus.CREATED.value)),
        "orders by currency": (yen, OrderFilter(currency="JPY")),
        "orders by status and currency, of which there is none": (
            f"{created} AND {yen}",
            OrderFilter(kind=OrderStatus.CREATED.value, currency="JPY"),
        ),
        "orders suspended": ("is_suspended", OrderFilter(kind=SUSPENDED)),
        "orders on the way back": ("in_return > 0", OrderFilter(kind=BACK)),
    }
    theirs = OrdersAsked(customer_id=CustomerId(CUSTOMER))
    waits = ReturnStage.WAITING_FOR_GOODS
    return [
        *(
            (what, _orders(where), lambda asked=one: order_lists.orders(desk, WHO, asked))
            for what, (where, one) in asked.items()
        ),
        (
            "orders of a customer",
            _orders(f"customer_id = {CUSTOMER}"),
            lambda: desk.read(lambda c, v: orders_kept.order_list(c, v, theirs), WHO, brief=True),
        ),
        ("returns", _returns(""), lambda: order_lists.returns(desk, WHO)),
        (
            "returns whose goods are awaited",
            _returns(f"stage = '{waits.value}'"),
            lambda: order_lists.returns(desk, WHO, waits),
        ),
    ]


def _here(where: str, table: str = "") -> str:
    column = f"{table}.workspace_id" if table else "workspace_id"
    return f"{column} = '{WORKSPACE}'" + (f" AND {where}" if where else "")


_NAME = "(SELECT name FROM customers WHERE customers.id = {of}.customer_id)"


def _orders(where: str) -> str:
    return (
        "SELECT id, number, customer_id, site, ordered_at, status, currency, grand_total, is_void, in_return,"  # noqa: S608 - ours
        f" returned, is_suspended, {_NAME.format(of='orders')} FROM orders WHERE {_here(where)}"
        " ORDER BY ordered_at DESC, id DESC LIMIT 11"
    )


def _returns(where: str) -> str:
    of_it = "FROM return_order_lines WHERE return_id = return_orders.id"
    return (
        "SELECT return_orders.id, return_orders.number, stage, order_id, at, orders.number,"  # noqa: S608 - ours
        f" orders.customer_id, {_NAME.format(of='orders')}, (SELECT sum(expected) {of_it}),"
        f" (SELECT sum(expected - accepted - rejected - given_up) {of_it})"
        " FROM return_orders JOIN orders ON orders.id = order_id"
        f" WHERE {_here(where, 'return_orders')} ORDER BY return_orders.id DESC LIMIT 11"
    )


def _of_requests(desk: Desk) -> list[tuple[str, str, Ask]]:
    asked = {
        "requests to approve": (Queue.TO_APPROVE, "state = 'awaits_approval' AND asked_by <> 1"),
        "requests of one's own": (Queue.MINE, f"asked_by = 1 AND state IN ({_OPEN})"),
        "requests that are open": (Queue.OPEN, f"state IN ({_OPEN})"),
        "requests whose goods are awaited": (Queue.GOODS, "state = 'waits_for_goods'"),
        "requests in doubt": (Queue.DOUBT, "state IN ('in_doubt', 'for_a_person', 'refund_failed')"),
    }
    return [
        (what, _requests(where), lambda queue=queue: order_requests.waiting(desk, WHO, queue))
        for what, (queue, where) in asked.items()
    ]


_OPEN = (
    "'asks', 'awaits_approval', 'under_way', 'waits_for_goods', 'waits', 'paying', 'in_doubt',"
    " 'for_a_person', 'refund_failed'"
)


def _requests(where: str) -> str:
    mine = f"FROM order_requests WHERE {_here(where)}"
    return (
        "SELECT order_requests.id, kind, state, order_number, currency, at_stake, asked_at, asked_by,"  # noqa: S608 - ours
        f" people.name, people.slack_user_id, (SELECT count(*) {mine})"
        f" FROM (SELECT id {mine} ORDER BY id LIMIT 10) AS found"
        " JOIN order_requests ON order_requests.id = found.id"
        " JOIN people ON people.id = asked_by ORDER BY order_requests.id"
    )


def _of_queues(desk: Desk) -> list[tuple[str, str, Ask]]:
    reports = {
        "fraud reports that wait": ("state = 'waiting'", False, FraudFilter()),
        "fraud reports that wait, score 90 and more": (
            "state = 'waiting' AND score >= 90",
            False,
            read_fraud("status:waiting score:90"),
        ),
        "fraud reports, what the provider let pass": ("state = 'ok'", True, read_fraud("status:ok")),
    }
    reviews = {
        "reviews that wait": ("status = 'pending'", False, read_reviews("status:pending")),
        "reviews approved": ("status = 'approved'", True, read_reviews("status:approved")),
        "reviews that wait, one star": (
            "status = 'pending' AND rating = 1",
            False,
            read_reviews("status:pending stars:1"),
        ),
        "reviews approved, of a product": (
            "status = 'approved' AND sku = 'S7'",
            True,
            read_reviews("status:approved sku:S7"),
        ),
        "reviews that wait, of a product and a month without one": (
            "status = 'pending' AND sku = 'S7' AND written_at >= '2020-11-01 00:00:00+00'"
            " AND written_at < '2020-12-01 00:00:00+00'",
            False,
            read_reviews("status:pending sku:S7 from:2020-11-01 to:2020-11-30"),
        ),
    }
    return [
        *(
            (what, _fraud(where, newest), lambda asked=asked: fraud.page(desk, WHO, asked))
            for what, (where, newest, asked) in reports.items()
        ),
        *(
            (
                what,
                _reviews(where, newest),
                lambda asked=asked: product_reviews.page(desk, WHO, asked),
            )
            for what, (where, newest, asked) in reviews.items()
        ),
    ]


def _counted(table: str, where: str, at: str) -> str:
    """As far as a queue is counted."""
    some = f"SELECT 1 FROM {table} WHERE {_here(where)} ORDER BY {at}, id LIMIT 1001"  # noqa: S608 - ours
    return f"(SELECT count(*) FROM ({some}) AS counted)"  # noqa: S608 - ours


def _fraud(where: str, newest: bool) -> str:
    order = "arrived_at DESC, id DESC" if newest else "arrived_at, id"
    return (
        "SELECT found.*, orders.number, orders.customer_id, grand_total, currency, ordered_at, is_suspended,"  # noqa: S608 - ours
        f" customers.name, customers.company, {_counted('fraud_reports', where, 'arrived_at')}"
        f" FROM (SELECT * FROM fraud_reports WHERE {_here(where)} ORDER BY {order} LIMIT 9) AS found"
        " JOIN orders ON orders.id = found.order_id JOIN customers ON customers.id = orders.customer_id"
        f" ORDER BY {order.replace('id', 'found.id')}"
    )


def _reviews(where: str, newest: bool) -> str:
    order = "written_at DESC, id DESC" if newest else "written_at, id"
    return (
        "SELECT id, number, sku, rating, headline, text, status, written_at, customer_id,"  # noqa: S608 - ours
        f" {_NAME.format(of='product_reviews')},"
        " (SELECT number FROM customers WHERE customers.id = product_reviews.customer_id),"
        f" {_counted('product_reviews', where, 'written_at')}"
        f" FROM product_reviews WHERE {_here(where)} ORDER BY {order} LIMIT 9"
    )


def _of_customers(desk: Desk) -> list[tuple[str, str, Ask]]:
    return [
        ("customers", _customers(""), lambda: customer_lists.page(desk, WHO)),
        (
            "customers of a kind",
            _customers("kind = 'customer'"),
            lambda: customer_lists.page(desk, WHO, CallerKind.CUSTOMER),
        ),
        ("reports of personal data", _PERSONAL, lambda: personal_data.reports(desk, WHO)),
    ]


def _customers(where: str) -> str:
    return (
        "SELECT id, number, company, name, email, plan, kind,"  # noqa: S608 - ours
        f" (SELECT count(*) FROM (SELECT 1 FROM customers WHERE {_here(where)} LIMIT 1000) AS counted)"
        f" FROM customers WHERE {_here(where)} ORDER BY id DESC LIMIT 11"
    )


_PERSONAL = (
    "SELECT personal_reports.*, customers.name, company, customers.number, people.slack_user_id, people.name,"  # noqa: S608 - ours
    f" (SELECT state FROM outbox WHERE outbox.token = personal_reports.token),"
    f" (SELECT count(*) FROM personal_reports WHERE {_here('')}) FROM personal_reports"
    " JOIN customers ON customers.id = customer_id JOIN people ON people.id = asked_by_id"
    f" WHERE {_here('', 'personal_reports')} ORDER BY personal_reports.id DESC LIMIT 9"
)
