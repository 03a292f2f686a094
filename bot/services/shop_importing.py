"""The operator brings a shop from files: what `shop_checking` has found well is written, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.domain.imports import Tally
from bot.domain.shop.sheets import BEHIND, Sheet, parent_of, symptoms_in
from bot.services.desk import Desk
from bot.services.shop_checking import ALONE, batches, cart_of, order_of
from bot.services.shop_values import customer_values, day
from bot.store import licence_secret as secrets
from bot.store import shop_import as store
from bot.store import shop_index
from bot.store import shop_position as positions
from bot.store.shop_import import Upsert, Values
from bot.store.shop_import_orders import CartToTake, OrderToTake, upsert_carts, upsert_orders
from bot.store.shop_index import Said
from bot.store.shop_overwriting import contradictions, hold
from bot.store.shop_position import Position
from bot.store.staging import Staged, Staging
from bot.store.work import Work


@dataclass(kw_only=True)
class Report:
    """What became of the rows, sheet by sheet, and what orders came to by currency (minor units)."""

    tallies: dict[Sheet, Tally] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)

    def plus(self, sheet: Sheet, done: Upsert, sums: Mapping[str, int]) -> Report:
        """The report after another batch."""
        tally = replace(self.tallies.get(sheet, Tally()))
        for became in done.became.values():
            tally.count(became)
        orders = dict(self.orders)
        for currency, minor in sums.items():
            orders[currency] = orders.get(currency, 0) + minor
        return Report(tallies=self.tallies | {sheet: tally}, orders=orders)

    def record(self) -> dict[str, Any]:
        """As the desk keeps it while the import runs."""
        tallies = {sheet.value: vars(tally) for sheet, tally in self.tallies.items()}
        return {"tallies": tallies, "orders": self.orders}

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Report:
        """The report that `record` has kept."""
        tallies = {Sheet(sheet): Tally(**tally) for sheet, tally in record["tallies"].items()}
        return cls(tallies=tallies, orders=dict(record["orders"]))


class ActedOnMeanwhile(Exception):
    """Somebody acted on an order after its row was looked at: nothing of its batch is written."""

    def __init__(self, number: str) -> None:
        super().__init__(
            f"Order {number} was changed here while the import ran, and its row contradicts that now. "
            "What came before is in the desk: run the import again, and it says what is wrong."
        )


async def licence_secret(desk: Desk) -> bytes:
    """What the desk hashes licence keys with; made where there was none."""
    known = await desk.store.look(lambda connection: secrets.known(connection, desk.workspace_id))
    return known if known is not None else await desk.write(secrets.kept)


async def broken_off(desk: Desk, digest: str) -> Position | None:
    """Where an import of these very files broke off."""
    return await desk.store.look(lambda connection: positions.found(connection, desk.workspace_id, digest))


async def take(
    desk: Desk,
    staging: Staging,
    advance: Callable[[int], None],
    *,
    digest: str = "",
    behind: Position | None = None,
) -> Report:
    """Write all that is left, batch by batch, each kept when it is done; again it changes nothing.

    With the `digest` of the files it is kept how far it has come; it goes on `behind` where it broke off.
    """
    report = Report.of(behind.report) if behind is not None else Report()
    advance(sum(tally.all_rows for tally in report.tallies.values()))
    for sheet in ALONE[ALONE.index(behind.sheet) if behind is not None else 0 :]:
        report.tallies.setdefault(sheet, Tally())
        after = behind.after_key if behind is not None and sheet is behind.sheet else ""
        for batch in batches(staging.rows(sheet, after)):
            unit, sums = _unit(staging, sheet, batch)
            report = await desk.write(_kept(unit, sheet, batch, digest, report, sums))
            advance(len(batch))
    if digest:
        await desk.write(lambda work: positions.drop(work, digest))
    return report


def _kept(
    unit: Callable[[Work], Upsert],
    sheet: Sheet,
    batch: Sequence[Staged],
    digest: str,
    before: Report,
    sums: Mapping[str, int],
) -> Callable[[Work], Report]:
    """The transaction of a batch, with how far the import is after it."""

    def with_position(work: Work) -> Report:
        after = before.plus(sheet, unit(work), sums)
        if digest:
            position = Position(digest=digest, sheet=sheet, after_key=batch[-1].key, report=after.record())
            positions.keep(work, position)
        return after

    return with_position


def _unit(
    staging: Staging, sheet: Sheet, batch: Sequence[Staged]
) -> tuple[Callable[[Work], Upsert], Mapping[str, int]]:
    """What writes a batch, and what its orders come to by currency; the files have been read before it."""
    match sheet:
        case Sheet.CUSTOMERS:
            return lambda work: _take_customers(work, batch), {}
        case Sheet.SITES:
            return lambda work: _take_sites(work, batch), {}
        case Sheet.ORDERS:
            orders = {str(row.given["order_no"]): (row, order_of(staging, row)) for row in batch}
            return lambda work: _take_orders(work, orders), _sums(orders.values())
        case Sheet.CARTS:
            carts = {str(row.given["cart_no"]): (row, cart_of(staging, row)) for row in batch}
            return lambda work: _take_carts(work, carts), {}
        case Sheet.REVIEWS:
            return lambda work: _take_reviews(work, batch), {}
        case _:
            return lambda work: _take_fraud(work, batch), {}


def _sums(orders: Iterable[tuple[Staged, OrderToTake]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for row, order in orders:
        currency = str(row.given["currency"])
        minor = sum(one.adjusted_line_amount for one in order.lines)
        sums[currency] = sums.get(currency, 0) + minor
    return sums


def _take_customers(work: Work, batch: Sequence[Staged]) -> Upsert:
    accounts = store.account_ids(work.connection, work.workspace_id)
    rows = {str(row.given["customer_no"]): customer_values(row.given, accounts) for row in batch}
    done = store.upsert_customers(work, rows)
    said = []
    for number, became in done.became.items():
        if became == "same":
            continue
        before, now = done.before.get(number, {}), rows[number]
        called = tuple(str(now.get(name, before.get(name, ""))) for name in ("name", "company"))
        if before and called == (before["name"], before["company"]):
            continue
        if before:
            shop_index.forget(work, done.ids[number], (shop_index.NAME, shop_index.COMPANY))
        said += shop_index.of_customer(done.ids[number], called[0], called[1])
    shop_index.mention(work, said)
    return done


def _take_sites(work: Work, batch: Sequence[Staged]) -> Upsert:
    ids = store.customer_ids(work.connection, work.workspace_id, _customers_in(batch))
    rows = {}
    for row in batch:
        given = row.given
        values: Values = {
            "name": given["site"],
            "site_key": row.key,
            "customer_id": ids[str(given["customer_no"])],
        }
        for column, name in (("version", "product_version"), ("order_no", "order_number")):
            if column in given:
                values[name] = given[column]
        values |= {name: given[name] for name in ("licence_hash", "licence_last4") if name in given}
        values |= {name: day(given[name]) for name in ("hosting_until", "priority_until") if name in given}
        rows[row.key] = values
    done = store.upsert_sites(work, rows)
    _forget_former_owners(work, done, rows)
    said = [
        one
        for key, became in done.became.items()
        if became != "same"
        for one in shop_index.of_site(rows[key]["customer_id"], str(rows[key]["name"]))
    ]
    shop_index.mention(work, said)
    return done


def _forget_former_owners(work: Work, done: Upsert, rows: dict[str, Values]) -> None:
    """A site that has become somebody else's finds the former customer no more."""
    former = {
        before["customer_id"]
        for key, before in done.before.items()
        if before["customer_id"] != rows[key]["customer_id"]
    }
    for customer_id in sorted(former):
        shop_index.forget(work, customer_id, (shop_index.SITE,))
        for name in store.site_names(work.connection, work.workspace_id, customer_id):
            shop_index.mention(work, shop_index.of_site(customer_id, name))


def _customers_in(batch: Sequence[Staged]) -> set[str]:
    return {str(row.given["customer_no"]) for row in batch}


def _take_orders(work: Work, orders: dict[str, tuple[Staged, OrderToTake]]) -> Upsert:
    ids = store.customer_ids(
        work.connection, work.workspace_id, _customers_in([row for row, _ in orders.values()])
    )
    rows = {}
    for number, (row, order) in orders.items():
        values = order.values | {"customer_id": ids[str(row.given["customer_no"])]}
        rows[number] = OrderToTake(values=values, lines=order.lines, payments=order.payments)
    if hold(work, rows):
        against = contradictions(work.connection, work.workspace_id, rows)
        if against:
            raise ActedOnMeanwhile(next(iter(against)))
    done = upsert_orders(work, rows)
    _let_orders_be_found(work, done, {number: order.values for number, order in rows.items()})
    return done


def _let_orders_be_found(work: Work, done: Upsert, rows: dict[str, Values]) -> None:
    """By what orders name now; whom a former note named is found by it only where another order does."""
    said: list[Said] = []
    stale = set[int]()
    for number, became in done.became.items():
        if became == "same":
            continue
        before = done.before.get(number, {})
        now = before | rows[number]
        named = shop_index.of_notes(now["customer_id"], _named_in(now))
        said += named
        if before:
            former = shop_index.of_notes(before["customer_id"], _named_in(before))
            stale |= {one.customer_id for one in former} if set(former) - set(named) else set()
    for customer_id in sorted(stale):
        shop_index.forget(work, customer_id, (shop_index.NOTES,))
        for values in store.named_by_orders(work.connection, work.workspace_id, customer_id):
            said += shop_index.of_notes(customer_id, _named_in(values))
    shop_index.mention(work, said)


def _named_in(values: Mapping[str, Any]) -> str:
    """What an order's notes say, and the site that it is for: a caller may name either."""
    return f"{values.get('site', '')} {values.get('notes', '')}"


def _take_carts(work: Work, carts: dict[str, tuple[Staged, CartToTake]]) -> Upsert:
    ids = store.customer_ids(
        work.connection, work.workspace_id, _customers_in([row for row, _ in carts.values()])
    )
    rows = {
        number: CartToTake(
            values=cart.values | {"customer_id": ids[str(row.given["customer_no"])]}, lines=cart.lines
        )
        for number, (row, cart) in carts.items()
    }
    return upsert_carts(work, rows)


def _take_reviews(work: Work, batch: Sequence[Staged]) -> Upsert:
    ids = store.customer_ids(work.connection, work.workspace_id, _customers_in(batch))
    rows = {}
    for row in batch:
        values: Values = {
            "number": row.given["review_id"],
            "customer_id": ids[str(row.given["customer_no"])],
        }
        named = ("sku", "rating", "headline", "text", "status")
        rows[str(row.given["review_id"])] = values | {
            name: row.given[name] for name in named if name in row.given
        }
    return store.upsert_reviews(work, rows)


def _take_fraud(work: Work, batch: Sequence[Staged]) -> Upsert:
    ids = store.order_ids(work.connection, work.workspace_id, {parent_of(row.key) for row in batch})
    rows: dict[tuple[int, str], Values] = {}
    for row in batch:
        order_id, provider = ids[parent_of(row.key)], row.key.partition(BEHIND)[2]
        values: Values = {"order_id": order_id, "provider": provider}
        values |= {name: row.given[name] for name in ("score", "status") if name in row.given}
        if "symptoms" in row.given:
            found = symptoms_in(str(row.given["symptoms"] or ""))
            values["symptoms"] = [[name, score] for name, score in found]
        rows[order_id, provider] = values
    return store.upsert_fraud(work, rows)
