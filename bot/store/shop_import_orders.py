"""Writes a shop's orders and carts in batches, with their lines and payments; see `shop_import.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Table, select

from bot.domain.commerce.books import now_of
from bot.domain.commerce.documents import ChangeOrder
from bot.domain.shop.carts import CartLine
from bot.domain.shop.orders import LineType, OrderLine, OrderPayment, OrderStatus, TaxType, is_void, totals_of
from bot.store.order_books import changes_of
from bot.store.orders import line_of, payment_of
from bot.store.schema_shop import cart_lines, carts, order_lines, order_payments, orders
from bot.store.shop_import import Became, Upsert, Values, let_go_on_here, mappings_of, upsert, write_rows
from bot.store.work import Work


@dataclass(frozen=True, kw_only=True)
class OrderToTake:
    """An order of a file: its own columns, and those of its lines and payments that the files have."""

    values: Values
    lines: tuple[OrderLine, ...]
    payments: tuple[OrderPayment, ...]


@dataclass(frozen=True, kw_only=True)
class CartToTake:
    """The same of a cart."""

    values: Values
    lines: tuple[CartLine, ...]


NEW_ORDER: Values = {
    "site": "",
    "tax_type": TaxType.NET.value,
    "status": OrderStatus.CREATED.value,
    "is_suspended": False,
    "notes": "",
    "deliveries": [],
    "version": 1,
}


def upsert_orders(work: Work, rows: Mapping[str, OrderToTake]) -> Upsert:
    """Orders by number. What stands in no file stays; a change of a line is one of the order."""
    stored = _stored(work, orders, "number", rows)
    ids = [row["id"] for row in stored.values()]
    lines = _lines(work, order_lines, order_lines.c.order_id, ids, "line_no")
    payments = _lines(work, order_payments, order_payments.c.order_id, ids, "ref")
    lines_by, payments_by = _by_parent(lines), _by_parent(payments)
    changes = changes_of(work.connection, ids)
    free = _let_go_on(work, rows, stored)
    whole: dict[str, Values] = {}
    for number, order in rows.items():
        order_id = stored[number]["id"] if number in stored else None
        whole[number] = order.values | _sums(
            {**NEW_ORDER, **stored.get(number, {}), **order.values},
            [line_of(row) for row in lines_by.get(order_id, ())],
            [payment_of(row) for row in payments_by.get(order_id, ())],
            order,
            changes.get(order_id, ()),
        )
        if order_id in free:
            whole[number]["is_suspended"] = False
    done = upsert(work, orders, "number", whole, NEW_ORDER)
    touched = set[int]()
    line_rows = {
        (done.ids[number], one.line_no): _line_values(done.ids[number], one)
        for number, order in rows.items()
        for one in order.lines
    }
    payment_rows = {
        (done.ids[number], one.ref): _payment_values(done.ids[number], one)
        for number, order in rows.items()
        for one in order.payments
    }
    for table, given, there in (
        (order_lines, line_rows, lines),
        (order_payments, payment_rows, payments),
    ):
        beneath = Upsert()
        write_rows(work, table, given, mappings_of(there), {}, beneath)
        touched |= {key[0] for key, became in beneath.became.items() if became != "same"}
    for number in rows:
        if done.became[number] == "same" and done.ids[number] in touched:
            done.became[number] = "changed"
    _grow(work, [done.ids[one] for one, became in done.became.items() if became == "changed"])
    return done


def _let_go_on(
    work: Work, rows: Mapping[str, OrderToTake], stored: Mapping[str, Mapping[str, Any]]
) -> set[int]:
    """The orders that a file would suspend again although somebody here has approved them."""
    doubted = [
        row["id"]
        for number, row in stored.items()
        if rows[number].values.get("is_suspended") and not row["is_suspended"]
    ]
    return let_go_on_here(work, doubted)


def _grow(work: Work, order_ids: Sequence[int]) -> None:
    """A version more for each order that is not as it was: who looks at it meanwhile is told."""
    if order_ids:
        changed = orders.update().where(orders.c.id.in_(order_ids))
        work.connection.execute(changed.values(version=orders.c.version + 1))


def _sums(
    values: Mapping[str, Any],
    lines: Sequence[OrderLine],
    payments: Sequence[OrderPayment],
    order: OrderToTake,
    changes: tuple[ChangeOrder, ...],
) -> Values:
    """What lists show of an order without its lines: from those stored and those given, which win."""
    all_lines = list({one.line_no: one for one in (*lines, *order.lines)}.values())
    all_payments = list({one.ref: one for one in (*payments, *order.payments)}.values())
    products = [one for one in all_lines if one.type is LineType.PRODUCT]
    return {
        "grand_total": _comes_to(all_lines, TaxType(values["tax_type"]), changes),
        "is_void": is_void(OrderStatus(values["status"]), all_lines, all_payments),
        "in_return": sum(one.return_initiated - one.returned for one in products),
        "returned": sum(one.returned for one in products),
    }


def _comes_to(lines: Sequence[OrderLine], tax_type: TaxType, changes: tuple[ChangeOrder, ...]) -> int:
    """What an order comes to now: the lines as placed, without what went since."""
    if not changes and not any(one.canceled or one.returned for one in lines):
        return totals_of(lines, tax_type).grand
    return now_of(lines, tax_type, changes).grand


def _payment_values(order_id: int, payment: OrderPayment) -> Values:
    """What a file says of a payment: what is on its way there, only the desk knows."""
    names = ("ref", "method", "authorized", "captured", "refunded")
    return {"order_id": order_id, **{name: getattr(payment, name) for name in names}}


def _line_values(order_id: int, line: OrderLine) -> Values:
    values = asdict(line)
    values["type"], values["delivery_group"] = line.type.value, values.pop("group")
    return {"order_id": order_id, **values}


def upsert_carts(work: Work, rows: Mapping[str, CartToTake]) -> Upsert:
    """Carts by number; a cart's lines are those of the file, where it has any of it."""
    stored = _stored(work, carts, "number", rows)
    lines = _lines(work, cart_lines, cart_lines.c.cart_id, [row["id"] for row in stored.values()], "line_no")
    lines_by = _by_parent(lines)
    whole: dict[str, Values] = {}
    for number, cart in rows.items():
        cart_id = stored[number]["id"] if number in stored else None
        kept = sum(row.quantity * row.unit_price + row.discount for row in lines_by.get(cart_id, ()))
        total = sum(one.amount for one in cart.lines) if cart.lines else kept
        whole[number] = cart.values | {"total": total}
    done = upsert(work, carts, "number", whole, {"site": ""})
    for number, cart in rows.items():
        _replace_lines(work, done, number, cart, lines_by.get(done.ids[number], []))
    return done


def _replace_lines(work: Work, done: Upsert, number: str, cart: CartToTake, stored: Sequence[Any]) -> None:
    if not cart.lines:
        return
    cart_id = done.ids[number]
    wanted = {(cart_id, one.line_no): {"cart_id": cart_id, **asdict(one)} for one in cart.lines}
    there = {(cart_id, row.line_no): row._mapping for row in stored}
    same = set(there) == set(wanted) and all(
        there[key][name] == value for key, values in wanted.items() for name, value in values.items()
    )
    if same:
        return
    work.connection.execute(cart_lines.delete().where(cart_lines.c.cart_id == cart_id))
    write_rows(work, cart_lines, wanted, {}, {}, Upsert())
    became: Became = "changed"
    if done.became[number] == "same":
        done.became[number] = became


def _stored(work: Work, table: Table, key: str, rows: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    found = select(table).where(table.c.workspace_id == work.workspace_id, table.c[key].in_(list(rows)))
    return {row[key]: dict(row) for row in work.connection.execute(found).mappings()}


def _lines(work: Work, table: Table, parent: Any, ids: Sequence[int], key: str) -> dict[tuple[int, Any], Any]:
    if not ids:
        return {}
    rows = work.connection.execute(select(table).where(parent.in_(ids)))
    return {(row._mapping[parent], row._mapping[key]): row for row in rows}


def _by_parent(rows: Mapping[tuple[int, Any], Any]) -> dict[int | None, list[Any]]:
    found: dict[int | None, list[Any]] = {}
    for (parent, _), row in rows.items():
        found.setdefault(parent, []).append(row)
    return found
