"""Lists of orders and returns: what they have, how they turn, and by which index both databases read them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert, select

from bot.domain.commerce.acts import MoveReturn, ReturnItems
from bot.domain.commerce.performing import perform
from bot.domain.commerce.removal import Item
from bot.domain.commerce.states import ReturnMove, ReturnStage
from bot.domain.ids import CustomerId
from bot.domain.people import Role, Viewer
from bot.domain.shop.order_lists import OrderPlace, OrdersAsked
from bot.domain.shop.orders import OrderStatus
from bot.domain.verdict import CallerKind
from bot.store import customer_lists, order_lists
from bot.store.schema_documents import return_order_lines, return_orders
from bot.store.schema_shop import customers, orders
from bot.store.work import Work
from tests.domain.commerce.books import books, line, paid
from tests.factories import NOON, WORKSPACE, person
from tests.store.conftest import Table, Upgraded
from tests.store.order_making import a_customer, kept, placed

AGENT = Viewer(person("Ana", Role.AGENT))
DSC = Viewer(person("Viktor", Role.DSC))
MANY = 3000
STATUSES = [OrderStatus.FULFILLED] * 8 + [OrderStatus.APPROVED, OrderStatus.CREATED]


@pytest.fixture(scope="module")
def crowd(upgraded: Upgraded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    with upgraded.copy(tmp_path_factory.mktemp("lists")) as url:
        table = Table(url)
        table.write(_fill)
        if table.kind != "sqlite":
            table.run(lambda connection: connection.exec_driver_sql("ANALYZE"))
        yield table
        table.close()


def _fill(work: Work) -> None:
    """Every tenth has an older twin of the same minute; few are suspended, in return, or in yen."""
    first = a_customer(work, "C-1")
    known = work.connection.execute(select(customers)).mappings().one()
    others = [{**known, "id": first + n, "number": f"C-{n + 1}"} for n in range(1, MANY)]
    work.connection.execute(insert(customers), others)
    plain = {"workspace_id": WORKSPACE, "site": "", "tax_type": "Net", "notes": "", "deliveries": []}
    plain |= {"grand_total": 1, "is_void": False, "returned": 0, "version": 1}
    rows = [
        plain
        | {
            "id": n,
            "number": f"{n}",
            "number_key": f"{n}",
            "customer_id": n % 20 + 1,
            "currency": "JPY" if n % 100 == 7 else "USD",
            "status": STATUSES[n % len(STATUSES)].value,
            "is_suspended": n % 250 == 3,
            "in_return": 2 if n % 300 == 5 else 0,
            "ordered_at": NOON - timedelta(minutes=n - (n % 10 == 1)),
        }
        for n in range(1, MANY + 1)
    ]
    work.connection.execute(insert(orders), rows)
    document = {"workspace_id": WORKSPACE, "flow": "", "call_key": "", "at": NOON}
    stages = [ReturnStage.COMPLETED] * 9 + [ReturnStage.WAITING_FOR_GOODS]
    work.connection.execute(
        insert(return_orders),
        [
            document | {"id": n, "order_id": n, "number": f"{n}-R1", "stage": stages[n % len(stages)].value}
            for n in range(1, MANY + 1)
        ],
    )
    counts = {"expected": 3, "accepted": 1, "rejected": 1, "given_up": 0, "reason": "", "rejection": ""}
    own = {"workspace_id": WORKSPACE, "position": 0, "line_no": 1}
    work.connection.execute(
        insert(return_order_lines), [own | counts | {"return_id": n} for n in range(1, MANY + 1)]
    )


ASKED: dict[str, tuple[OrdersAsked, Callable[[int], bool]]] = {
    "all": (OrdersAsked(), lambda n: True),
    "status": (OrdersAsked(status=OrderStatus.APPROVED), lambda n: n % 10 == 8),
    "currency": (OrdersAsked(currency="JPY"), lambda n: n % 100 == 7),
    "suspended": (OrdersAsked(is_suspended=True), lambda n: n % 250 == 3),
    "in return": (OrdersAsked(in_return=True), lambda n: n % 300 == 5),
    "customer": (OrdersAsked(customer_id=CustomerId(4)), lambda n: n % 20 == 3),
    "customer and status": (
        OrdersAsked(customer_id=CustomerId(9), status=OrderStatus.APPROVED),
        lambda n: n % 20 == 8,
    ),
    "status and currency": (
        OrdersAsked(status=OrderStatus.APPROVED, currency="JPY"),
        lambda n: False,
    ),
    "suspended and currency": (OrdersAsked(is_suspended=True, currency="JPY"), lambda n: False),
    "days": (
        OrdersAsked(since=NOON - timedelta(minutes=50), until=NOON - timedelta(minutes=30)),
        lambda n: 30 < n - (n % 10 == 1) <= 50,
    ),
    "status and days": (
        OrdersAsked(status=OrderStatus.FULFILLED, since=NOON - timedelta(minutes=40)),
        lambda n: n % 10 < 8 and n - (n % 10 == 1) <= 40,
    ),
}


@pytest.mark.parametrize("name", list(ASKED))
def test_a_list_has_what_is_asked_for_and_turns_both_ways_without_losing_any(crowd: Table, name: str) -> None:
    asked, wanted = ASKED[name]
    dated = sorted(range(1, MANY + 1), key=lambda n: (n - (n % 10 == 1), -n))
    right = [f"{n}" for n in dated if wanted(n)]
    size = max(4, len(right) // 5)
    found, starts, start = list[str](), list[OrderPlace | None](), None
    while True:
        page = crowd.read(lambda c, v, at=start: order_lists.order_list(c, v, asked, at, limit=size), AGENT)
        assert page.newer == (starts[-1] if starts and starts[-1] else None) or len(starts) == 1
        found += [one.number for one in page.rows]
        starts.append(start)
        if page.older is None:
            break
        start = OrderPlace.of(page.older.text)
    assert found == right
    first = crowd.read(lambda c, v: order_lists.order_list(c, v, asked, limit=size), AGENT)
    if first.older is not None:
        second = crowd.read(lambda c, v: order_lists.order_list(c, v, asked, first.older, limit=size), AGENT)
        assert second.newer is not None
        back = crowd.read(lambda c, v: order_lists.order_list(c, v, asked, second.newer, limit=size), AGENT)
        assert back.rows == first.rows


TABLES = "orders|customers|return_orders"
READ_WHOLE = re.compile(rf"\b(?:SCAN|Seq Scan) (?:{TABLES})\b|Index Scan (?!return_orders)\w+ \w+$", re.M)
"""All rows of a table; but returns may be walked through by their ids, until a page is full."""


READ_THROUGH = re.compile(READ_WHOLE.pattern + r"|TEMP B-TREE|\bSort\b", re.M)


@pytest.mark.parametrize("name", list(ASKED))
@pytest.mark.parametrize("turned", [False, True], ids=["first page", "turned"])
def test_a_page_of_orders_is_read_by_an_index_in_its_order(crowd: Table, name: str, turned: bool) -> None:
    asked = ASKED[name][0]
    start = OrderPlace(at=NOON - timedelta(minutes=40), id=crowd.look(_middle)) if turned else None
    # A customer has few orders: PostgreSQL may rather sort them.
    found = READ_THROUGH if asked.customer_id is None else READ_WHOLE
    _read_by_index(crowd, lambda c: order_lists.order_list(c, AGENT, asked, start), found)


def test_orders_of_a_status_and_a_currency_are_read_by_an_index_of_both(crowd: Table) -> None:
    asked = ASKED["status and currency"][0]
    [plan] = crowd.plans(lambda c: order_lists.order_list(c, AGENT, asked), is_crowded=True)
    assert "ix_orders_workspace_id_status_currency_ordered_at_id" in plan or crowd.kind != "sqlite", plan


@pytest.mark.parametrize("kind", [None, CallerKind.CUSTOMER])
def test_a_page_of_customers_is_read_by_an_index_in_its_order(crowd: Table, kind: CallerKind | None) -> None:
    if crowd.kind != "sqlite":
        return  # PostgreSQL knows that all are customers, and walks through them until a page is full
    _read_by_index(crowd, lambda c: customer_lists.page(c, AGENT, kind, None), READ_THROUGH)


@pytest.mark.parametrize("stage", [None, ReturnStage.WAITING_FOR_GOODS])
@pytest.mark.parametrize("start", [None, 1500])
def test_a_page_of_returns_is_read_by_an_index_in_its_order(
    crowd: Table, stage: ReturnStage | None, start: int | None
) -> None:
    _read_by_index(crowd, lambda c: order_lists.return_list(c, AGENT, stage, start), READ_THROUGH)


def _read_by_index(crowd: Table, query: Callable[[Connection], object], wrong: re.Pattern[str]) -> None:
    for plan in crowd.plans(query, is_crowded=True):
        assert not wrong.search(plan), plan


def _middle(connection: Connection) -> int:
    return connection.execute(select(orders.c.id).where(orders.c.number == "40")).scalar_one()


def test_returns_turn_by_stage_with_what_is_still_awaited(crowd: Table) -> None:
    stage = ReturnStage.WAITING_FOR_GOODS
    first = crowd.read(lambda c, v: order_lists.return_list(c, v, stage), AGENT)
    assert [one.id for one in first.rows] == list(range(2999, 2899, -10))
    assert (first.rows[0].expected, first.rows[0].open, first.newer) == (3, 1, None)
    second = crowd.read(lambda c, v: order_lists.return_list(c, v, stage, first.older), AGENT)
    assert (second.rows[0].id, second.newer) == (2899, 2999)


def test_a_customers_own_people_see_no_list(crowd: Table) -> None:
    assert crowd.read(lambda c, v: order_lists.order_list(c, v, OrdersAsked()), DSC).rows == ()
    assert crowd.read(lambda c, v: order_lists.return_list(c, v), DSC).rows == ()


def test_an_order_comes_into_the_list_of_returns_with_its_first_unit_and_leaves_it(table: Table) -> None:
    whole = books(line(1, 2, 10_00, allocated=2, fulfilled=2), payments=(paid(20_00),))
    back = ReturnItems(items=(Item(line_no=1, quantity=1),))

    def act(work: Work) -> None:
        first = placed(work, whole, a_customer(work), "1042")
        opened = perform(first, back).after
        kept(work, [first, opened])
        assert _in_return(work) == ["1042"]
        given_up = perform(opened, MoveReturn(number="1042-R1", move=ReturnMove.CANCEL)).after
        kept(work, [opened, given_up])
        assert _in_return(work) == []

    table.write(act)


def _in_return(work: Work) -> list[str]:
    page = order_lists.order_list(work.connection, AGENT, replace(OrdersAsked(), in_return=True))
    return [one.number for one in page.rows]
