"""Writes a shop's rows in batches: found by their natural keys, changed only where they differ.

The operator's import runs it without a viewer: `services.shop_importing` calls it, and nobody is shown a row.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection, Table, bindparam, case, func, insert, select, update

from bot.domain.commerce.fraud_queue import state_after
from bot.domain.commerce.queue_filters import FraudState
from bot.domain.ids import AccountId, WorkspaceId
from bot.domain.shop.sheets import FraudStatus
from bot.store.at_once import keep
from bot.store.planning import beside
from bot.store.schema import accounts
from bot.store.schema_decisions import review_decisions
from bot.store.schema_shop import customers, fraud_reports, licensed_sites, orders, product_reviews
from bot.store.work import Work

Became = Literal["added", "changed", "same"]
Values = dict[str, Any]
CHUNK = 500


@dataclass(kw_only=True)
class Upsert:
    """What became of a batch: `became` by natural key, and what each row held before."""

    became: dict[Any, Became] = field(default_factory=dict)
    before: dict[Any, Values] = field(default_factory=dict)
    ids: dict[Any, int] = field(default_factory=dict)


def customer_ids(connection: Connection, workspace_id: WorkspaceId, numbers: Iterable[str]) -> dict[str, int]:
    """The customers that the desk has, by the numbers that the shop gives them."""
    return _ids(connection, customers, customers.c.number, workspace_id, numbers)


def order_ids(connection: Connection, workspace_id: WorkspaceId, numbers: Iterable[str]) -> dict[str, int]:
    """The orders that the desk has, by number."""
    return _ids(connection, orders, orders.c.number, workspace_id, numbers)


def account_ids(connection: Connection, workspace_id: WorkspaceId) -> dict[str, AccountId]:
    """The desk's accounts by org id or MID, casefolded."""
    found = select(accounts.c.org_id_or_mid, accounts.c.id).where(accounts.c.workspace_id == workspace_id)
    return {row.org_id_or_mid.casefold(): AccountId(row.id) for row in connection.execute(found)}


def _ids(
    connection: Connection, table: Table, key: Any, workspace_id: WorkspaceId, wanted: Iterable[str]
) -> dict[str, int]:
    found: dict[str, int] = {}
    asked = sorted(set(wanted))
    for start in range(0, len(asked), CHUNK):
        rows = select(key, table.c.id).where(
            table.c.workspace_id == workspace_id, key.in_(asked[start : start + CHUNK])
        )
        found |= {row[0]: row[1] for row in connection.execute(rows)}
    return found


def upsert_customers(work: Work, rows: Mapping[str, Values]) -> Upsert:
    """Customers by number."""
    new: Values = {
        "company": "",
        "email": "",
        "email_key": "",
        "phone": "",
        "plan": "Standard",
        "timezone": "UTC",
        "kind": "customer",
        "eval_start": None,
        "addresses": [],
        "account_id": None,
        "version": 1,
        "created_at": work.now,
        "updated_at": work.now,
    }
    done = upsert(work, customers, "number", rows, new, lambda before: {"version": before["version"] + 1})
    _take_zones(work, [one for one, became in done.became.items() if _lacks_zone(rows[one], became)])
    return done


def _lacks_zone(values: Values, became: str) -> bool:
    return became == "added" and "timezone" not in values and values.get("account_id") is not None


def _take_zones(work: Work, numbers: Sequence[str]) -> None:
    """New customers of whom no file says a time zone have their account's: phone hours go by it (T14)."""
    zone = select(accounts.c.timezone).where(accounts.c.id == customers.c.account_id).scalar_subquery()
    for start in range(0, len(numbers), CHUNK):
        mine = customers.c.number.in_(numbers[start : start + CHUNK])
        theirs = update(customers).where(customers.c.workspace_id == work.workspace_id, mine)
        work.connection.execute(theirs.values(timezone=zone))


def upsert_sites(work: Work, rows: Mapping[str, Values]) -> Upsert:
    """Sites by their keys."""
    new: Values = {
        "licence_hash": "",
        "licence_last4": "",
        "product_version": "",
        "hosting_until": None,
        "priority_until": None,
        "order_number": "",
    }
    return upsert(work, licensed_sites, "site_key", rows, new)


def upsert_reviews(work: Work, rows: Mapping[str, Values]) -> Upsert:
    """Reviews by number. What people decided on one here, no file takes back."""
    new: Values = {"sku": "", "headline": "", "text": "", "status": "pending", "written_at": work.now}
    _hold_reviews(work, rows)
    decided = _decided_here(work, rows)
    kept = {
        number: {name: value for name, value in values.items() if name != "status" or number not in decided}
        for number, values in rows.items()
    }
    new["version"] = 1
    return upsert(work, product_reviews, "number", kept, new, lambda was: {"version": was["version"] + 1})


def _hold_reviews(work: Work, numbers: Iterable[str]) -> None:
    """Keep them from who decides just now: what is read here is written whole."""
    asked = sorted(numbers)
    for start in range(0, len(asked), CHUNK):
        mine = product_reviews.c.number.in_(asked[start : start + CHUNK])
        here = product_reviews.c.workspace_id == work.workspace_id
        keep(work.connection, select(product_reviews.c.id).where(here, mine).order_by(product_reviews.c.id))


def _decided_here(work: Work, numbers: Iterable[str]) -> set[str]:
    """The reviews on which somebody of the desk has decided."""
    found, asked = set[str](), list(numbers)
    for start in range(0, len(asked), CHUNK):
        mine = product_reviews.c.number.in_(asked[start : start + CHUNK])
        rows = select(product_reviews.c.number).where(
            product_reviews.c.workspace_id == work.workspace_id,
            mine,
            select(review_decisions.c.id)
            .where(review_decisions.c.review_id == product_reviews.c.id)
            .exists(),
        )
        found |= set(work.connection.execute(rows).scalars())
    return found


def upsert_fraud(work: Work, rows: Mapping[tuple[int, str], Values]) -> Upsert:
    """Fraud reports by order and provider."""
    done = Upsert()
    order_ids_ = sorted({order_id for order_id, _ in rows})
    mine = fraud_reports.c.order_id.in_(order_ids_)
    # From who decides just now: what is read here is written whole.
    keep(work.connection, select(fraud_reports.c.id).where(mine).order_by(fraud_reports.c.id))
    found = select(fraud_reports).where(mine)
    stored = {(row.order_id, row.provider): row for row in work.connection.execute(found)}
    new: Values = {"score": 0, "status": "CHECK", "symptoms": [], "arrived_at": work.now}
    whole = {key: values | _state_of(values, stored.get(key)) for key, values in rows.items()}
    write_rows(work, fraud_reports, whole, mappings_of(stored), new, done)
    calmed = {key[0] for key, one in whole.items() if one["state"] == FraudState.OK.value}
    free = let_go_on_here(work, calmed & {key[0] for key, became in done.became.items() if became != "same"})
    if free:  # somebody has approved another report of theirs, and this one was the last that held them
        held = update(orders).where(orders.c.id.in_(free), orders.c.is_suspended)
        work.connection.execute(held.values(is_suspended=False, version=orders.c.version + 1))
    return done


def let_go_on_here(work: Work, order_ids: Collection[int]) -> set[int]:
    """Those of these orders that somebody of the desk let go on, and that no report holds any more."""
    if not order_ids:
        return set()
    of = fraud_reports.c
    fine = of.state.in_((FraudState.OK.value, FraudState.APPROVED.value))
    approved = func.sum(case((of.state == FraudState.APPROVED.value, 1), else_=0))
    found = select(of.order_id).where(of.order_id.in_(order_ids)).group_by(of.order_id)
    free = found.having(approved > 0, func.sum(case((fine, 0), else_=1)) == 0)
    return set(work.connection.execute(free).scalars())


def _state_of(values: Values, stored: Any) -> Values:
    """Where a report stands in the queue: what people decided on it, no file takes back."""
    before = FraudState(stored.state) if stored is not None else None
    status = values.get("status", stored.status if stored is not None else FraudStatus.CHECK.value)
    return {"state": state_after(before, FraudStatus(str(status))).value}


def site_names(connection: Connection, workspace_id: WorkspaceId, customer_id: int) -> list[str]:
    """The sites of a customer, for the words that find them."""
    mine = (beside(licensed_sites.c.workspace_id) == workspace_id) & (
        licensed_sites.c.customer_id == customer_id
    )
    return list(connection.execute(select(licensed_sites.c.name).where(mine)).scalars())


def named_by_orders(
    connection: Connection, workspace_id: WorkspaceId, customer_id: int
) -> list[Mapping[str, Any]]:
    """The sites and notes of a customer's orders, for the words that find them."""
    mine = (beside(orders.c.workspace_id) == workspace_id) & (orders.c.customer_id == customer_id)
    found = connection.execute(select(orders.c.site, orders.c.notes).where(mine).distinct())
    return [dict(row) for row in found.mappings()]


def upsert(
    work: Work,
    table: Table,
    key: str,
    rows: Mapping[str, Values],
    new: Values,
    beside: Callable[[Mapping[str, Any]], Values] | None = None,
) -> Upsert:
    """Write rows by one natural key. `new` is what a new row has where nothing is said; `beside` what else
    changes with a row that does.
    """
    done = Upsert()
    column = table.c[key]
    stored: dict[str, Mapping[str, Any]] = {}
    keys = list(rows)
    for start in range(0, len(keys), CHUNK):
        some = keys[start : start + CHUNK]
        found = select(table).where(table.c.workspace_id == work.workspace_id, column.in_(some))
        stored |= {row[key]: row for row in work.connection.execute(found).mappings()}
    write_rows(work, table, rows, stored, new, done, beside)
    done.ids = {one: row["id"] for one, row in stored.items()}
    added = [one for one in keys if done.became[one] == "added"]
    done.ids |= _ids(work.connection, table, column, work.workspace_id, added)
    return done


def write_rows(
    work: Work,
    table: Table,
    rows: Mapping[Any, Values],
    stored: Mapping[Any, Mapping[str, Any]],
    new: Values,
    done: Upsert,
    beside: Callable[[Mapping[str, Any]], Values] | None = None,
) -> None:
    """Insert what is not stored and change what differs; `done` is told what became of each."""
    adding, changing = list[Values](), list[Values]()
    for key, values in rows.items():
        before = stored.get(key)
        if before is None:
            done.became[key] = "added"
            adding.append({"workspace_id": work.workspace_id, **new, **values})
            continue
        changed = {name: value for name, value in values.items() if before[name] != value}
        done.became[key] = "changed" if changed else "same"
        done.before[key] = dict(before)
        if changed:
            after = {**before, **changed, **(beside(before) if beside else {})}
            changing.append({f"new_{name}": after[name] for name in before})
    if adding:
        work.connection.execute(insert(table), adding)
    if changing:
        work.connection.execute(_change(table), changing)


def _change(table: Table) -> Any:
    columns = [column.name for column in table.columns if column.name != "id"]
    changed = update(table).where(table.c.id == bindparam("new_id"))
    return changed.values({name: bindparam(f"new_{name}") for name in columns})


def mappings_of(rows: Mapping[Any, Any]) -> dict[Any, Mapping[str, Any]]:
    """Stored rows as `write_rows` compares them."""
    return {key: row._mapping for key, row in rows.items()}
