"""The files that a shop is imported from: their columns, keys and rows (backends.md). Pure."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from bot.domain.entitlement import site_key
from bot.domain.imports import WrongRow
from bot.domain.people import SuccessPlan
from bot.domain.shop import cells
from bot.domain.shop.cells import Cell, Value
from bot.domain.shop.lookup import last_four, licence_hash
from bot.domain.shop.orders import LineType, OrderStatus, TaxType
from bot.domain.verdict import CallerKind

Given = dict[str, Value]
"""What a row says, by its columns: those that its file has. The others stay as they are in the desk."""

BEHIND = "\x1f"
"""Between the parts of a key: no text that is read has it, and it sorts before all that text has."""


class Sheet(StrEnum):
    """One file each, in the order in which rows refer to each other."""

    CUSTOMERS = "customers"
    SITES = "sites"
    ORDERS = "orders"
    LINES = "lines"
    PAYMENTS = "payments"
    CARTS = "carts"
    CART_LINES = "cart_lines"
    REVIEWS = "reviews"
    FRAUD = "fraud"


class ReviewStatus(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


class FraudStatus(StrEnum):
    OK = "OK"
    CHECK = "CHECK"
    FRAUD = "FRAUD"


@dataclass(frozen=True, kw_only=True)
class Columns:
    """What a sheet has. `key` are the columns of the natural key, `parent` the first of them where it is of
    another sheet; `needed` columns stand in its first line, the others may.
    """

    cells: Mapping[str, Cell]
    key: tuple[str, ...]
    needed: frozenset[str]


def _columns(key: str, needed: str, **read: Cell) -> Columns:
    return Columns(cells=read, key=tuple(key.split()), needed=frozenset((*key.split(), *needed.split())))


@cache
def columns_of(sheet: Sheet) -> Columns:
    """The columns of a sheet."""
    return _SHEETS[sheet]


_text, _long = cells.text(), cells.text(cells.LONGEST_TEXT)
_address = cells.text(cells.LONGEST_ADDRESS)

_SHEETS: dict[Sheet, Columns] = {
    Sheet.CUSTOMERS: _columns(
        "customer_no",
        "name",
        customer_no=cells.needed,
        name=cells.needed,
        company=_text,
        email=cells.email,
        phone=_text,
        plan=cells.one_of(SuccessPlan, SuccessPlan.STANDARD),
        timezone=cells.zone(zoneinfo.available_timezones()),
        kind=cells.one_of(CallerKind, CallerKind.CUSTOMER),
        eval_start=cells.day,
        account=_text,
        billing_address=_address,
        shipping_address=_address,
    ),
    Sheet.SITES: _columns(
        "site",
        "customer_no",
        site=cells.needed,
        customer_no=cells.needed,
        licence_key=_text,
        version=_text,
        hosting_until=cells.day,
        priority_until=cells.day,
        order_no=_text,
    ),
    Sheet.ORDERS: _columns(
        "order_no",
        "customer_no currency ordered_at",
        order_no=cells.needed,
        customer_no=cells.needed,
        site=_text,
        currency=cells.currency,
        tax_type=cells.one_of(TaxType, TaxType.NET),
        ordered_at=cells.instant,
        status=cells.one_of(OrderStatus, OrderStatus.CREATED),
        notes=_long,
        suspended=cells.yes_no,
        ship_method=_text,
        ship_to=_long,
        total=lambda column, cell: cells.amount(column, cell) if cell else None,
    ),
    Sheet.LINES: _columns(
        "order_no line_no",
        "qty unit_price",
        order_no=cells.needed,
        line_no=cells.counted,
        type=cells.one_of(LineType, LineType.PRODUCT),
        sku=_text,
        name=_text,
        qty=cells.counted,
        unit_price=cells.amount,
        line_discount=cells.amount,
        order_discount=cells.amount,
        tax=cells.amount,
        allocated=cells.count,
        fulfilled=cells.count,
        canceled=cells.count,
        return_initiated=cells.count,
        returned=cells.count,
    ),
    Sheet.PAYMENTS: _columns(
        "order_no payment_ref",
        "",
        order_no=cells.needed,
        payment_ref=cells.needed,
        method=_text,
        authorized=cells.amount,
        captured=cells.amount,
        refunded=cells.amount,
    ),
    Sheet.CARTS: _columns(
        "cart_no",
        "customer_no currency updated_at",
        cart_no=cells.needed,
        customer_no=cells.needed,
        site=_text,
        currency=cells.currency,
        updated_at=cells.instant,
    ),
    Sheet.CART_LINES: _columns(
        "cart_no line_no",
        "qty unit_price",
        cart_no=cells.needed,
        line_no=cells.counted,
        sku=_text,
        name=_text,
        qty=cells.counted,
        unit_price=cells.amount,
        discount=cells.amount,
    ),
    Sheet.REVIEWS: _columns(
        "review_id",
        "customer_no rating",
        review_id=cells.needed,
        sku=_text,
        customer_no=cells.needed,
        rating=cells.between(1, 5),
        headline=_text,
        text=_long,
        status=cells.one_of(ReviewStatus, ReviewStatus.PENDING),
        written_at=lambda column, cell: cells.instant(column, cell) if cell else None,
    ),
    Sheet.FRAUD: _columns(
        "order_no provider",
        "",
        order_no=cells.needed,
        provider=cells.needed,
        score=cells.count,
        status=cells.one_of(FraudStatus, FraudStatus.CHECK),
        symptoms=_long,
    ),
}


def read_row(sheet: Sheet, row: Mapping[str, str], secret: bytes) -> tuple[str, Given]:
    """The natural key of a row, sortable, and what it says. Raises WrongRow.

    A licence key becomes its hash (by `secret`) and its last four signs here, and is kept nowhere else.
    """
    columns = columns_of(sheet)
    given: Given = {name: columns.cells[name](name, cell) for name, cell in row.items()}
    if sheet is Sheet.SITES:
        _hide_licence(given, secret)
    if sheet is Sheet.FRAUD:
        symptoms_in(str(given.get("symptoms") or ""))
    return _key(sheet, columns, given), given


def _key(sheet: Sheet, columns: Columns, given: Given) -> str:
    if sheet is Sheet.SITES:
        key = site_key(str(given["site"]))
        if not key:
            raise WrongRow("site is no site. Write its address, like shop.example.com.")
        return key
    parts = (f"{one:09d}" if isinstance(one := given[name], int) else str(one) for name in columns.key)
    return BEHIND.join(parts)


def _hide_licence(given: Given, secret: bytes) -> None:
    if "licence_key" not in given:
        return
    key = str(given.pop("licence_key") or "")
    given["licence_hash"], given["licence_last4"] = licence_hash(key, secret), last_four(key)


def symptoms_in(written: str) -> list[tuple[str, int]]:
    """`first order: 20; other address: 35` as pairs. Raises WrongRow."""
    found = []
    for part in filter(None, (one.strip() for one in written.split(";"))):
        name, _, score = part.rpartition(":")
        if not name.strip() or not score.strip().isdecimal() or len(score.strip()) > 6:
            raise WrongRow(f'symptoms has "{part}". Write each as name: score, with semicolons between.')
        found.append((name.strip(), int(score)))
    return found


def parent_of(key: str) -> str:
    """The key of the order or cart that a line belongs to."""
    return key.partition(BEHIND)[0]
