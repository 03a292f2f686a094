"""Rows of a shop's files in the light of each other and of the desk; broken ones are told and left out."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from bot.domain.ids import AccountId
from bot.domain.imports import WrongRow
from bot.domain.shop.balance import cart_line_from, check_total, line_from, payment_from
from bot.domain.shop.sheets import Given, Sheet, parent_of
from bot.services.desk import Desk
from bot.services.shop_values import cart_values, order_values
from bot.store import order_books
from bot.store import shop_import as store
from bot.store.shop_import_orders import CartToTake, OrderToTake
from bot.store.shop_overwriting import contradictions
from bot.store.staging import Staged, Staging
from bot.store.work import Connection

BATCH = 250
"""Rows of one transaction: a bot at work waits for a batch, and not for the file."""

Wrong = Callable[[Sheet, Staged, str], None]
"""Told of each row that is wrong, with what is wrong."""


BELOW: dict[Sheet, tuple[Sheet, ...]] = {
    Sheet.ORDERS: (Sheet.LINES, Sheet.PAYMENTS),
    Sheet.CARTS: (Sheet.CART_LINES,),
}
ALONE = (Sheet.CUSTOMERS, Sheet.SITES, Sheet.ORDERS, Sheet.CARTS, Sheet.REVIEWS, Sheet.FRAUD)
"""Sheets whose rows are written by themselves, with what is below them; in this order."""


async def check(desk: Desk, staging: Staging, wrong: Wrong, advance: Callable[[int], None]) -> None:
    """Look at all rows in the light of the others and of the desk; what is wrong is told and left out."""
    accounts = await desk.store.look(lambda connection: store.account_ids(connection, desk.workspace_id))
    has_documents = await desk.store.look(lambda c: order_books.has_documents(c, desk.workspace_id))
    for sheet in ALONE:
        for batch in batches(staging.rows(sheet)):
            there = await _there(desk, staging, sheet, batch)
            acted_on = batch if has_documents and sheet is Sheet.ORDERS else ()
            against = await _against_documents(desk, staging, acted_on)
            for row in batch:
                try:
                    _check_row(staging, sheet, row, there, accounts, wrong)
                    if row.key in against:
                        raise WrongRow(against[row.key])
                except WrongRow as what:
                    wrong(sheet, row, str(what))
                    staging.leave_out(sheet, row.key)
            advance(len(batch))
    for parents, sheets in BELOW.items():
        for sheet in sheets:
            _orphans(staging, parents, sheet, wrong, advance)


def batches(rows: Iterator[Staged]) -> Iterator[list[Staged]]:
    """So many rows at a time."""
    while batch := list(islice(rows, BATCH)):
        yield batch


async def _there(desk: Desk, staging: Staging, sheet: Sheet, batch: Sequence[Staged]) -> set[str]:
    """Which of the customers (or orders) that a batch refers to the desk has already, or the files bring."""
    if sheet is Sheet.CUSTOMERS:
        return set()
    parent = Sheet.ORDERS if sheet is Sheet.FRAUD else Sheet.CUSTOMERS
    wanted = {_parent(sheet, row) for row in batch}
    staged = {one for one in wanted if staging.has(parent, one)}
    ids_of = store.order_ids if sheet is Sheet.FRAUD else store.customer_ids
    missing = wanted - staged
    if not missing:
        return staged

    def query(connection: Connection) -> set[str]:
        return set(ids_of(connection, desk.workspace_id, missing))

    return staged | await desk.store.look(query)


async def _against_documents(desk: Desk, staging: Staging, batch: Sequence[Staged]) -> dict[str, str]:
    """Orders that would contradict what was done with them here, by their keys."""
    numbers = {str(row.given["order_no"]): row for row in batch}
    if not numbers:
        return {}

    def documented(connection: Connection) -> set[str]:
        return order_books.with_documents(connection, desk.workspace_id, numbers)

    taken = dict[str, OrderToTake]()
    for number in await desk.store.look(documented):
        with contextlib.suppress(WrongRow):  # told when its row is looked at
            taken[number] = order_of(staging, numbers[number])
    found = await desk.store.look(lambda c: contradictions(c, desk.workspace_id, taken))
    return {numbers[number].key: said for number, said in found.items()}


def _parent(sheet: Sheet, row: Staged) -> str:
    return parent_of(row.key) if sheet is Sheet.FRAUD else str(row.given["customer_no"])


def _check_row(
    staging: Staging,
    sheet: Sheet,
    row: Staged,
    there: set[str],
    accounts: dict[str, AccountId],
    wrong: Wrong,
) -> None:
    if sheet is Sheet.CUSTOMERS:
        account = str(row.given.get("account") or "")
        if account and account.casefold() not in accounts:
            raise WrongRow(f'no account has the org id or MID "{account}". Import it first, or correct it.')
        return
    parent = _parent(sheet, row)
    if parent not in there:
        kind = "order" if sheet is Sheet.FRAUD else "customer"
        raise WrongRow(f'there is no {kind} "{parent}". Bring it in {kind}s, or correct the number.')
    if sheet is Sheet.ORDERS:
        order_of(staging, row, wrong)
    if sheet is Sheet.CARTS:
        cart_of(staging, row, wrong)


def order_of(staging: Staging, row: Staged, wrong: Wrong | None = None) -> OrderToTake:
    """An order with what is below it. A wrong line is told, and the order is left out with it."""
    currency = str(row.given["currency"])
    lines = _below(staging, Sheet.LINES, row, wrong, lambda given: line_from(given, currency))
    payments = _below(staging, Sheet.PAYMENTS, row, wrong, lambda given: payment_from(given, currency))
    check_total(row.given, lines, currency)
    return OrderToTake(values=order_values(row), lines=tuple(lines), payments=tuple(payments))


def cart_of(staging: Staging, row: Staged, wrong: Wrong | None = None) -> CartToTake:
    """The same of a cart."""
    currency = str(row.given["currency"])
    lines = _below(staging, Sheet.CART_LINES, row, wrong, lambda given: cart_line_from(given, currency))
    return CartToTake(values=cart_values(row), lines=tuple(lines))


def _below(
    staging: Staging, sheet: Sheet, row: Staged, wrong: Wrong | None, read: Callable[[Given], Any]
) -> list[Any]:
    made, broken = [], 0
    for one in staging.below(sheet, row.key):
        try:
            made.append(read(one.given))
        except WrongRow as what:
            broken += 1
            if wrong is not None:
                wrong(sheet, one, str(what))
                staging.leave_out(sheet, one.key)
    if broken:
        raise WrongRow(f"{broken} of its {sheet.value.replace('_', ' ')} cannot be taken, so it is left out.")
    return made


def _orphans(
    staging: Staging, parents: Sheet, sheet: Sheet, wrong: Wrong, advance: Callable[[int], None]
) -> None:
    """What belongs to an order or cart that no file has. With a parent that is left out it goes silently."""
    for batch in batches(staging.rows(sheet)):
        for row in batch:
            parent = parent_of(row.key)
            if not staging.has(parents, parent):
                if not staging.stood(parents, parent):
                    what = f'no row of {parents.value} is "{parent}". Bring it, or leave this out.'
                    wrong(sheet, row, what)
                staging.leave_out(sheet, row.key)
        advance(len(batch))
