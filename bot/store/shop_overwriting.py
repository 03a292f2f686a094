"""What a file says of orders of which the desk has documents: taken only where both are true together.

An import writes quantities and payments over what is there. A change order that took a unit off an order
stays: an order of which a file says that nothing was cancelled would contradict it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from sqlalchemy import Connection, select

from bot.domain.commerce.books import OrderBooks
from bot.domain.ids import WorkspaceId
from bot.domain.shop.orders import OrderPayment, OrderStatus, TaxType
from bot.store import order_books
from bot.store.at_once import keep
from bot.store.schema_shop import orders
from bot.store.shop_import_orders import OrderToTake
from bot.store.work import Work


def contradictions(
    connection: Connection, workspace_id: WorkspaceId, taken: Mapping[str, OrderToTake]
) -> dict[str, str]:
    """The orders that a file would set against their documents, with the broken equation, by number."""
    found = dict[str, str]()
    for number in sorted(order_books.with_documents(connection, workspace_id, taken.keys())):
        books = order_books.books(connection, workspace_id, number)
        if books is not None and (said := _contradiction(books, taken[number])):
            found[number] = said
    return found


def hold(work: Work, numbers: Collection[str]) -> bool:
    """Keep others from orders until this transaction ends; whether any of them is there already."""
    mine = (orders.c.workspace_id == work.workspace_id) & orders.c.number.in_(list(numbers))
    found = select(orders.c.id).where(mine).order_by(orders.c.id)  # one order for all: nobody waits in a ring
    keep(work.connection, found)
    return work.connection.execute(found.limit(1)).first() is not None


def _contradiction(books: OrderBooks, taken: OrderToTake) -> str:
    order, values = books.order, taken.values
    for name, is_now in (("currency", order.currency), ("tax_type", order.tax_type.value)):
        if values.get(name, is_now) != is_now:
            return f"{name} = {values[name]}, but its documents here are in {is_now}."
    faults = _merged(books, taken).faults
    said = [str(one) for one in faults if one not in books.faults]
    return f"its documents here contradict it. {said[0]}" if said else ""


def _merged(books: OrderBooks, taken: OrderToTake) -> OrderBooks:
    """The books as they would be with what the file says."""
    order, values = books.order, taken.values
    lines = {one.line_no: one for one in (*order.lines, *taken.lines)}
    payments = {one.ref: one for one in order.payments}
    payments |= {one.ref: _payment(payments.get(one.ref), one) for one in taken.payments}
    merged = replace(
        order,
        status=OrderStatus(values.get("status", order.status)),
        tax_type=TaxType(values.get("tax_type", order.tax_type)),
        lines=tuple(lines[number] for number in sorted(lines)),
        payments=tuple(payments[ref] for ref in sorted(payments)),
    )
    return replace(books, order=merged)


def _payment(before: OrderPayment | None, given: OrderPayment) -> OrderPayment:
    """What is on its way, and what was given back unused, no file knows."""
    if before is None:
        return given
    return replace(
        before,
        method=given.method,
        authorized=given.authorized,
        captured=given.captured,
        refunded=given.refunded,
    )
