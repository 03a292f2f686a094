"""An order's books come back from the database as they were saved, whatever happened to the order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select, update

from bot.domain.commerce.acts import CancelItems, RefundMoney
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import RefundSource, Stamp
from bot.domain.commerce.performing import perform
from bot.domain.commerce.removal import Item
from bot.domain.ids import CaseId, CustomerId
from bot.domain.people import Role
from bot.store import order_books, order_saving
from bot.store.order_saving import VersionMoved
from bot.store.schema_shop import orders as order_table
from bot.store.work import Work
from tests.domain.commerce.books import books, line, orders, paid, worked
from tests.domain.commerce.drawing import drawn
from tests.factories import NOON, WORKSPACE, add_account, add_case, add_person
from tests.store.conftest import Table
from tests.store.order_making import a_customer, kept, placed

CANCEL = CancelItems(items=(Item(line_no=1, quantity=1, reason="Changed my mind"),))


class _Undone(Exception):
    """Ends an example, and takes back what it wrote."""


@pytest.fixture(scope="module")
def stamped(shared_table: Table) -> tuple[CustomerId, Stamp]:
    """A customer, and everything that a stamp can say."""

    def make(work: Work) -> tuple[CustomerId, Stamp]:
        ana = add_person(work, "Ana", Role.AGENT)
        case = add_case(work, ana, add_account(work, "Harbour"))
        customer = a_customer(work)
        return customer, Stamp(
            by=ana.ref,
            on_behalf_of=customer,
            case_id=CaseId(case.id),
            flow="cancel 3",
            key="K1",
            at=NOON,
        )

    return shared_table.write(make)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=orders(is_under_way=True), data=st.data(), is_stamped=st.booleans())
def test_whatever_happened_to_an_order_its_books_come_back_whole(
    order: OrderBooks,
    data: st.DataObject,
    is_stamped: bool,
    shared_table: Table,
    stamped: tuple[CustomerId, Stamp],
) -> None:
    customer, stamp = stamped

    def example(work: Work) -> None:
        first = placed(work, order, customer, "1042")
        states = drawn(data, first, 12, stamp if is_stamped else None)
        kept(work, states)
        assert order_books.held_books(work, "1042") == states[-1]
        assert order_books.books(work.connection, WORKSPACE, "1042") == states[-1]
        _lists_say_what_the_books_say(work, states[-1])
        raise _Undone

    with pytest.raises(_Undone):
        shared_table.write(example)


def _lists_say_what_the_books_say(work: Work, now: OrderBooks) -> None:
    row = work.connection.execute(select(order_table).where(order_table.c.number == "1042")).one()
    products = now.order.products
    assert row.grand_total == now.totals.grand
    assert (row.status, row.is_void, row.version) == (now.order.status, now.order.is_void, now.order.version)
    assert row.in_return == sum(one.return_initiated - one.returned for one in products)
    assert row.returned == sum(one.returned for one in products)


def test_what_waits_for_a_second_person_says_so_after_loading(
    table: Table,
) -> None:
    def write(work: Work) -> None:
        first = placed(work, worked(), a_customer(work), "1042")
        act = RefundMoney(source=RefundSource.MANUAL, amount=5_00, payment="P1", reason="Goodwill")
        after = perform(first, act, stamp=Stamp(needs_approval=True)).after
        order_saving.save(work, first, after)
        assert order_books.held_books(work, "1042") == after

    table.write(write)


def test_of_two_who_loaded_one_order_the_second_changes_nothing(table: Table) -> None:
    first = table.write(lambda work: placed(work, worked(), a_customer(work), "1042"))
    after = perform(first, CANCEL).after
    table.write(lambda work: order_saving.save(work, first, after))
    with pytest.raises(VersionMoved):
        table.write(lambda work: order_saving.save(work, first, after))
    assert table.look(lambda connection: order_books.books(connection, WORKSPACE, "1042")) == after


def test_an_order_of_two_hundred_lines_takes_no_more_statements_than_one_of_two(table: Table) -> None:
    many = books(
        *(line(number, 3, 10_00, tax=2_48) for number in range(1, 201)), payments=(paid(200 * 32_48),)
    )
    everything = CancelItems(items=tuple(Item(line_no=number, quantity=1) for number in range(1, 201)))

    def make(work: Work) -> None:
        customer = a_customer(work)
        for number, one, act in (("1", worked(), CANCEL), ("2", many, everything)):
            first = placed(work, one, customer, number)
            order_saving.save(work, first, perform(first, act).after)

    table.write(make)
    assert [len(list(_statements(table, number))) for number in ("1", "2")] == [9, 9]


def _statements(table: Table, number: str) -> Iterator[str]:
    asked: list[str] = []

    def look(connection: object) -> object:
        event.listen(connection, "before_cursor_execute", note)
        return order_books.books(connection, WORKSPACE, number)  # type: ignore[arg-type]

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        asked.append(statement)

    assert table.look(look) is not None
    return iter(asked)


def test_what_changes_while_an_order_is_read_is_read_anew(table: Table) -> None:
    first = table.write(lambda work: placed(work, worked(), a_customer(work), "1042"))
    after = perform(first, CANCEL).after
    moved: list[bool] = []

    def read_while_it_changes(work: Work) -> OrderBooks | None:
        def change(_c: object, _k: object, statement: str, *_: object) -> None:
            if "order_payments" in statement and not moved:
                moved.append(True)
                order_saving.save(work, first, after)

        event.listen(work.connection, "before_cursor_execute", change)
        return order_books.books(work.connection, WORKSPACE, "1042")

    assert table.write(read_while_it_changes) == after


def test_orders_of_another_workspace_are_none_of_this_one(table: Table) -> None:
    table.write(lambda work: placed(work, worked(), a_customer(work), "1042"))
    table.run(lambda connection: connection.execute(update(order_table).values(workspace_id="T0OTHER")))
    assert table.look(lambda connection: order_books.books(connection, WORKSPACE, "1042")) is None
