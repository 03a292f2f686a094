"""What rows of a shop's files become as columns of its tables; the import's two services use it. Pure."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from bot.domain.contacts import email_key
from bot.domain.ids import AccountId
from bot.domain.playbook.association import number_key
from bot.domain.shop.customers import Address, AddressKind
from bot.domain.shop.sheets import Given
from bot.store.customers import address_record
from bot.store.staging import Staged

Values = dict[str, Any]


def customer_values(given: Given, accounts: dict[str, AccountId]) -> Values:
    """A customer; of what the file says nothing, nothing."""
    values: Values = {"number": given["customer_no"]}
    for name in ("name", "company", "email", "phone", "plan", "kind"):
        if name in given:
            values[name] = given[name]
    if given.get("timezone"):
        values["timezone"] = given["timezone"]
    if "email" in given:
        values["email_key"] = email_key(str(given["email"] or ""))
    if "eval_start" in given:
        values["eval_start"] = day(given["eval_start"])
    if "billing_address" in given or "shipping_address" in given:
        values["addresses"] = [
            address_record(Address(kind=kind, lines=lines_of(str(given[f"{kind.value}_address"]))))
            for kind in (AddressKind.BILLING, AddressKind.SHIPPING)
            if given.get(f"{kind.value}_address")
        ]
    account = accounts.get(str(given.get("account") or given["customer_no"]).casefold())
    if account is not None:
        values["account_id"] = account
    return values


def lines_of(written: str) -> str:
    """An address in a cell, with semicolons between its lines."""
    return "\n".join(part.strip() for part in written.replace("\n", ";").split(";") if part.strip())


def order_values(row: Staged) -> Values:
    """An order, without its customer."""
    given = row.given
    values: Values = {
        "number": given["order_no"],
        "number_key": number_key(str(given["order_no"])),
        "currency": given["currency"],
        "ordered_at": datetime.fromisoformat(str(given["ordered_at"])),
    }
    values |= {name: given[name] for name in ("site", "tax_type", "status", "notes") if name in given}
    if "suspended" in given:
        values["is_suspended"] = bool(given["suspended"])
    if "ship_method" in given or "ship_to" in given:
        method, address = str(given.get("ship_method") or ""), lines_of(str(given.get("ship_to") or ""))
        whole = {"number": 1, "method": method, "address": address}
        values["deliveries"] = [whole] if method or address else []
    return values


def cart_values(row: Staged) -> Values:
    """A cart, without its customer."""
    given = row.given
    values: Values = {
        "number": given["cart_no"],
        "currency": given["currency"],
        "updated_at": datetime.fromisoformat(str(given["updated_at"])),
    }
    return values | ({"site": given["site"]} if "site" in given else {})


def day(value: object) -> date | None:
    """A date, or none."""
    return date.fromisoformat(str(value)) if value else None
