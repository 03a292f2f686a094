"""How both databases read the lists of requests among thousands, and what a page behind the end has."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, insert

from bot.domain.commerce.requests import STATES_OPEN, RequestState
from bot.domain.ids import OrderRequestId, PersonId
from bot.domain.people import Role, Viewer
from bot.services.order_requests import MOST_LOOKED_AT
from bot.store import order_queues
from bot.store.order_queues import Filter
from bot.store.schema import people
from bot.store.schema_requests import order_requests
from bot.store.schema_shop import customers
from bot.store.work import Work
from tests.factories import NOON, WORKSPACE, person
from tests.store.conftest import Table, Upgraded
from tests.store.order_making import a_customer
from tests.store.queue_making import request_row

MANY, PEOPLE = 4000, 40
MANAGER = Viewer(person("Maria", Role.MANAGER, number=2))
OUTSIDER = Viewer(person("Viktor", Role.DSC, number=2))
STATES = [RequestState.DONE] * 16 + [RequestState.AWAITS_APPROVAL, RequestState.WAITS_FOR_GOODS]
STATES += [RequestState.IN_DOUBT, RequestState.ASKS]
FILTERS = {
    "open": Filter(states=STATES_OPEN),
    "one's own": Filter(states=STATES_OPEN, asked_by=PersonId(2)),
    "goods": Filter(states={RequestState.WAITS_FOR_GOODS}),
    "doubt": Filter(states={RequestState.IN_DOUBT, RequestState.FOR_A_PERSON, RequestState.REFUND_FAILED}),
}
READ_THROUGH = re.compile(r"\b(?:SCAN|Seq Scan) (?:order_requests|customers)\b")


@pytest.fixture(scope="module")
def crowd(upgraded: Upgraded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    with upgraded.copy(tmp_path_factory.mktemp("requests")) as url:
        table = Table(url)
        table.write(_fill)
        table.run(lambda connection: connection.exec_driver_sql("ANALYZE"))
        yield table
        table.close()


def _fill(work: Work) -> None:
    here = {"workspace_id": WORKSPACE}
    known = here | {"timezone": "UTC", "role": "manager", "home_seen": False, "created_at": NOON}
    everybody = [known | {"id": n, "slack_user_id": f"U{n}", "name": f"N{n}"} for n in range(1, PEOPLE + 1)]
    work.connection.execute(insert(people), everybody)
    first = a_customer(work, "C-1")
    whole = work.connection.execute(customers.select()).mappings().one()
    others = [
        {**whole, "id": first + n, "number": f"C-{n + 1}", "email_key": f"c{n}@example.com"}
        for n in range(1, MANY)
    ]
    work.connection.execute(insert(customers), others)
    rows = [
        request_row(1, work)
        | {"id": n, "order_number": f"{n}", "state": STATES[n % len(STATES)].value}
        | {"asked_by": n // 20 % PEOPLE + 1, "on_behalf_of": first + n - 1}
        for n in range(1, MANY + 1)
    ]
    work.connection.execute(insert(order_requests), rows)


@pytest.mark.parametrize("offset", [0, 5])
@pytest.mark.parametrize("name", list(FILTERS))
def test_a_page_of_requests_is_read_and_counted_by_an_index(crowd: Table, name: str, offset: int) -> None:
    def query(connection: Connection) -> object:
        return order_queues.page(connection, MANAGER, FILTERS[name], offset, 10)

    [plan] = crowd.plans(query, is_crowded=True)
    assert not READ_THROUGH.search(plan), plan
    # SQLite merges the states and stops where the page ends: no list is made of them beforehand.
    assert crowd.kind != "sqlite" or not re.search("TEMP B-TREE|MATERIALIZE", plan), plan


def test_those_to_approve_are_found_by_an_index(crowd: Table) -> None:
    waits, some = RequestState.AWAITS_APPROVAL, [OrderRequestId(16), OrderRequestId(36)]
    found = crowd.plans(
        lambda c: (
            order_queues.of_others(c, MANAGER, waits, MOST_LOOKED_AT),
            order_queues.lines(c, MANAGER, some),
        ),
        is_crowded=True,
    )
    assert len(found) == 2
    for plan in found:
        assert not READ_THROUGH.search(plan), plan


def test_a_page_behind_the_end_has_the_count_too(crowd: Table) -> None:
    asked = FILTERS["goods"]
    pages = [
        crowd.look(lambda c, at=at: order_queues.page(c, MANAGER, asked, at, 10)) for at in (0, 195, 200)
    ]
    assert [(len(one.rows), one.total) for one in pages] == [(10, 200), (5, 200), (0, 200)]


def test_a_customers_own_people_see_no_request(crowd: Table) -> None:
    some = [OrderRequestId(16)]
    assert crowd.look(lambda c: order_queues.lines(c, MANAGER, some))
    assert not crowd.look(lambda c: order_queues.lines(c, OUTSIDER, some))
    assert not crowd.look(lambda c: order_queues.of_others(c, OUTSIDER, RequestState.AWAITS_APPROVAL, 9))
    page = crowd.look(lambda c: order_queues.page(c, OUTSIDER, FILTERS["open"], 0, 10))
    assert (page.rows, page.total) == ((), 0)
