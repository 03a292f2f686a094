"""Which requests a look takes up, among thousands that wait for goods."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from bot.domain.commerce.requests import RequestState
from bot.domain.ids import OrderRequestId
from bot.domain.people import Role
from bot.services.order_sweep import MOST, MOST_GOODS
from bot.store import order_requests
from bot.store.schema_requests import order_requests as requests_table
from bot.store.work import Work
from tests.factories import NOON, WORKSPACE, add_person
from tests.store.conftest import Table, Upgraded
from tests.store.queue_making import request_row

MANY = 4000
GOODS, PAYING, WAITS = RequestState.WAITS_FOR_GOODS, RequestState.PAYING, RequestState.WAITS
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def crowd(upgraded: Upgraded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    with upgraded.copy(tmp_path_factory.mktemp("looks")) as url:
        table = Table(url)
        table.write(_fill)
        table.run(lambda connection: connection.exec_driver_sql("ANALYZE"))
        yield table
        table.close()


def _fill(work: Work) -> None:
    """Thousands wait for goods, of half of them nobody knows when; two others were due a moment ago."""
    row = request_row(add_person(work, "Ana", Role.AGENT).id, work) | {"look_at": None, "waits_until": None}
    rows = [
        row
        | {"id": n, "order_number": f"{n}", "state": GOODS.value}
        | {"look_at": NOON - timedelta(hours=1) + timedelta(seconds=n) / 2 if n % 2 else None}
        for n in range(1, MANY + 1)
    ]
    rows += [
        row | {"id": MANY + n, "state": WAITS.value, "waits_until": NOON + timedelta(days=n)}
        for n in range(1, MANY)
    ]
    last = 2 * MANY
    rows.append(row | {"id": last, "state": PAYING.value, "look_at": NOON - timedelta(seconds=1)})
    rows.append(row | {"id": last + 1, "state": WAITS.value, "waits_until": NOON - timedelta(seconds=1)})
    rows.append(row | {"id": last + 2, "state": PAYING.value, "look_at": NOON + MINUTE})
    work.connection.execute(insert(requests_table), rows)


def test_money_and_days_wait_behind_no_goods(crowd: Table) -> None:
    due = crowd.look(lambda c: order_requests.to_look_at(c, WORKSPACE, NOON, NOON, MOST))
    assert sorted(due) == [2 * MANY, 2 * MANY + 1]


def test_of_goods_a_look_takes_up_a_few_whatever_their_number(crowd: Table) -> None:
    due = crowd.look(lambda c: order_requests.goods_to_look_at(c, WORKSPACE, NOON, MOST_GOODS))
    assert len(due) == MOST_GOODS
    assert due == (2, 4, 6, 8, 10)[:MOST_GOODS], "those of which nobody knows come first"


def test_both_are_found_by_indexes(crowd: Table) -> None:
    plans = crowd.plans(
        lambda c: (
            order_requests.to_look_at(c, WORKSPACE, NOON, NOON, MOST),
            order_requests.goods_to_look_at(c, WORKSPACE, NOON, MOST_GOODS),
            order_requests.next_wait(c, WORKSPACE),
        ),
        is_crowded=True,
    )
    assert len(plans) == 3
    for plan in plans:
        assert not re.search(r"\b(?:SCAN|Seq Scan) order_requests\b", plan), plan
        assert "ix_order_requests_workspace_id_state_id" not in plan, "it is read through for this"


def test_the_longest_due_comes_first_and_what_rests_comes_later(table: Table) -> None:
    def fill(work: Work) -> None:
        row = request_row(add_person(work, "Ana", Role.AGENT).id, work) | {"state": PAYING.value}
        rows = [row | {"id": n, "look_at": NOON - n * MINUTE} for n in (1, 2, 3)]
        work.connection.execute(insert(requests_table), rows)

    table.write(fill)

    def due() -> list[int]:
        return list(table.look(lambda c: order_requests.to_look_at(c, WORKSPACE, NOON, NOON, 2)))

    assert due() == [3, 2]
    table.write(lambda work: order_requests.rest(work, OrderRequestId(3), NOON + MINUTE))
    assert due() == [2, 1]


def test_goods_are_looked_at_by_one_of_two_bots(table: Table) -> None:
    later = NOON + 10 * MINUTE

    def fill(work: Work) -> None:
        row = request_row(add_person(work, "Ana", Role.AGENT).id, work) | {
            "id": 1,
            "state": GOODS.value,
            "look_at": None,
        }
        work.connection.execute(insert(requests_table), [row])

    table.write(fill)
    one = OrderRequestId(1)
    took = [table.write(lambda work: order_requests.take_look(work, one, later)) for _ in range(2)]
    assert took == [True, False]
    soon = update(requests_table).values(look_at=NOON)  # its goods were received meanwhile
    table.write(lambda work: work.connection.execute(soon))
    found = table.look(lambda c: order_requests.goods_to_look_at(c, WORKSPACE, NOON, MOST_GOODS))
    assert found == (1,)
    assert table.look(lambda c: c.execute(select(requests_table.c.version)).scalar_one()) == 1
