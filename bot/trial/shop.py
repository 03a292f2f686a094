"""The trial's shop: a customer of every kind that the phone script knows, and a lively crowd around them.

Everything is made up, alike on every machine, and dated from the day on which the trial begins.
`filling.py` brings it in by the same way as an operator's files.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from bot.domain.shop.sheets import Sheet, read_row
from bot.services import shop_checking, shop_importing
from bot.services.desk import Desk
from bot.services.shop_importing import Report
from bot.store.shop_import import account_ids
from bot.store.staging import Staged, Staging
from bot.trial.shop_cast import CHARACTERS, Character, Sold

Row = dict[str, str]

CROWD = 140
SEED = 41

PRODUCTS = (
    ("GOLD", "Gold licence", 29900),
    ("SILVER", "Silver licence", 9995),
    ("HOST-12", "Hosting, a year", 18000),
    ("PRIO-12", "Priority support, a year", 24900),
    ("THEME", "Storefront theme", 4500),
    ("IMPORT", "Catalogue import", 7950),
)


class BrokenShop(Exception):
    """The made-up shop does not keep its own arithmetic: whoever changed it has to mend it."""


_FIRST = "Ada Boris Carla Dario Elif Farid Greta Hugo Irma Jonas Kira Leo Mina Nils Olga Pavel Rita Sven Tara"
_LAST = "Abel Brandt Costa Duarte Engel Faro Grau Holm Ivers Jansen Keller Lund Marsh Nolan Osman Petit Rey"
_TRADE = "Books Candles Tea Bikes Garden Ceramics Lamps Toys Paper Boots Honey Glass Wool Maps Knives Clocks"
_PLACE = (
    "North River Harbour Valley Stone Amber Silver Cedar Willow Sunny Granite Meadow Falcon Juniper Copper"
)
_ZONES = ["Europe/Lisbon", "Europe/Prague", "America/New_York", "America/Los_Angeles", "Asia/Tokyo", "UTC"]
_CURRENCIES = ("USD", "USD", "USD", "EUR", "JPY", "KWD")


def rows(today: date, *, crowd: bool = True) -> dict[Sheet, list[Row]]:
    """All rows of the shop, as files would have them; without `crowd` those of the characters."""
    made: dict[Sheet, list[Row]] = {sheet: [] for sheet in Sheet}
    for one in CHARACTERS:
        for sheet, row in _character(one, today):
            made[sheet].append(row)
    for sheet, row in _crowd(today) if crowd else ():
        made[sheet].append(row)
    return made


def _character(one: Character, today: date) -> Iterator[tuple[Sheet, Row]]:
    yield (
        Sheet.CUSTOMERS,
        {
            "customer_no": one.number,
            "name": one.name,
            "company": one.company,
            "email": f"{one.name.split()[0].lower().replace('é', 'e')}@{one.site.removeprefix('shop.')}",
            "phone": f"+1 555 01{int(one.number[-5:]) % 100:02d}",
            "plan": one.plan,
            "kind": one.kind,
            "eval_start": _day(today, one.evaluates),
            "account": one.account,
            "billing_address": f"{one.company}; 1 Main Street",
        },
    )
    for place, (site, bought) in enumerate(((one.site, ""), *one.sites)):
        yield (
            Sheet.SITES,
            {
                "site": site,
                "customer_no": one.number,
                "version": one.version,
                "licence_key": one.licence if place == 0 else "",
                "hosting_until": _day(today, -one.hosting if one.hosting is not None else None),
                "priority_until": _day(today, -one.priority if one.priority is not None else None),
                "order_no": bought,
            },
        )
    for order in one.orders:
        at_second = any(order.number == number for _, number in one.sites)
        yield from _order(one.number, one.sites[0][0] if at_second else one.site, order, today)
    if one.orders:
        yield from _cart(one.number, one.site, f"K-{one.orders[0].number}", today - timedelta(days=1))


def _day(today: date, ago: int | None) -> str:
    return (today - timedelta(days=ago)).isoformat() if ago is not None else ""


def _order(customer: str, site: str, sold: Sold, today: date) -> Iterator[tuple[Sheet, Row]]:
    """An order of one product and its delivery. Prices have the tax in them, so that sums stay plain."""
    name, price = next((name, price) for sku, name, price in PRODUCTS if sku == sold.sku)
    unit = _money(price, sold.currency)
    post = _money(999, sold.currency)
    whole = _whole(price, sold.currency) * sold.units + _whole(999, sold.currency)
    total = _written(whole, sold.currency)
    yield (
        Sheet.ORDERS,
        {
            "order_no": sold.number,
            "customer_no": customer,
            "site": site,
            "currency": sold.currency,
            "tax_type": "Gross",
            "ordered_at": (today - timedelta(days=sold.days)).isoformat(),
            "status": "Canceled" if sold.canceled == sold.units else "Approved",
            "notes": sold.notes or f"Licence for {site}",
            "total": total,
            "ship_method": "By e-mail",
            "ship_to": f"{site}; 1 Main Street",
        },
    )
    allocated = max(sold.allocated, sold.fulfilled, sold.returning)
    yield (
        Sheet.LINES,
        {
            "order_no": sold.number,
            "line_no": "1",
            "sku": sold.sku,
            "name": name,
            "qty": str(sold.units),
            "unit_price": unit,
            "allocated": str(allocated),
            "fulfilled": str(sold.fulfilled),
            "canceled": str(sold.canceled),
            "return_initiated": str(max(sold.returning, sold.returned)),
            "returned": str(sold.returned),
        },
    )
    yield (
        Sheet.LINES,
        {
            "order_no": sold.number,
            "line_no": "2",
            "type": "Charge",
            "sku": "POST",
            "name": "Delivery",
            "qty": "1",
            "unit_price": post,
            "allocated": "0",
            "fulfilled": "0",
            "canceled": "0",
            "return_initiated": "0",
            "returned": "0",
        },
    )
    yield (
        Sheet.PAYMENTS,
        {
            "order_no": sold.number,
            "payment_ref": f"P-{sold.number}",
            "method": "Card",
            "authorized": total,
            "captured": total if sold.captured else "0",
            "refunded": total if sold.refunded else "0",
        },
    )


def _cart(customer: str, site: str, number: str, day: date) -> Iterator[tuple[Sheet, Row]]:
    yield (
        Sheet.CARTS,
        {
            "cart_no": number,
            "customer_no": customer,
            "site": site,
            "currency": "USD",
            "updated_at": day.isoformat(),
        },
    )
    yield (
        Sheet.CART_LINES,
        {
            "cart_no": number,
            "line_no": "1",
            "sku": "PRIO-12",
            "name": "Priority support, a year",
            "qty": "1",
            "unit_price": "249.00",
        },
    )


def _crowd(today: date) -> Iterator[tuple[Sheet, Row]]:
    """Everybody else: dozens of customers with a year of orders behind them."""
    chance = random.Random(SEED)  # noqa: S311 - a made-up shop needs no secrets
    number = 90000
    for place in range(CROWD):
        company = f"{chance.choice(_PLACE.split())} {chance.choice(_TRADE.split())}"
        name = f"{chance.choice(_FIRST.split())} {chance.choice(_LAST.split())}"
        site = f"{company.lower().replace(' ', '-')}-{place}.example"
        customer = f"C-{50000 + place}"
        kind = chance.choices(("customer", "evaluator", "hosting"), (8, 1, 2))[0]
        yield (
            Sheet.CUSTOMERS,
            {
                "customer_no": customer,
                "name": name,
                "company": company,
                "email": f"{name.split()[0].lower()}@{site}",
                "plan": chance.choices(("Standard", "Premier", "Premier+"), (6, 2, 1))[0],
                "timezone": chance.choice(_ZONES),
                "kind": kind,
                "eval_start": _day(today, chance.randrange(150)) if kind == "evaluator" else "",
            },
        )
        yield (
            Sheet.SITES,
            {
                "site": site,
                "customer_no": customer,
                "version": chance.choice(("5.4", "6.0", "6.3", "7.0", "7.2", "8.0")),
                "licence_key": f"{chance.randrange(16**16):016X}",
                "hosting_until": _day(today, -chance.randrange(-60, 300)) if kind == "hosting" else "",
                "priority_until": _day(today, -chance.randrange(-60, 300)) if chance.random() < 0.1 else "",
            },
        )
        for _ in range(0 if kind == "evaluator" else chance.randrange(1, 7)):
            number += 1
            yield from _order(customer, site, _sold(chance, str(number)), today)


def _sold(chance: random.Random, number: str) -> Sold:
    units = chance.randrange(1, 5)
    canceled = units if chance.random() < 0.05 else int(units > 1 and chance.random() < 0.1)
    fulfilled = (units - canceled) if chance.random() < 0.8 else 0
    returning = int(fulfilled > 0 and chance.random() < 0.1)
    return Sold(
        number=number,
        days=int(chance.triangular(0, 365, 40)),
        sku=chance.choice(PRODUCTS)[0],
        units=units,
        fulfilled=fulfilled,
        canceled=canceled,
        returning=returning,
        returned=int(returning and chance.random() < 0.5),
        captured=chance.random() < 0.85,
        currency=chance.choice(_CURRENCIES),
    )


def _whole(cents: int, currency: str) -> int:
    """A price in whole minor units: as many dinars as dollars, a hundred yen for each."""
    return {"JPY": cents, "KWD": cents * 10}.get(currency, cents)


def _money(cents: int, currency: str) -> str:
    return _written(_whole(cents, currency), currency)


def _written(minor: int, currency: str) -> str:
    places = {"JPY": 0, "KWD": 3}.get(currency, 2)
    return f"{minor / 10**places:.{places}f}"


async def bring(desk: Desk, today: date, *, crowd: bool = True) -> Report:
    """Put the shop into the desk. Raises BrokenShop with all that is wrong with it."""
    there = await desk.store.look(lambda connection: account_ids(connection, desk.workspace_id))
    made = rows(today, crowd=crowd)
    for row in made[Sheet.CUSTOMERS]:
        if row.get("account", "").casefold() not in there:
            row["account"] = ""  # a desk that has other accounts has the customers all the same
    return await bring_rows(desk, made)


async def bring_rows(desk: Desk, made: Mapping[Sheet, list[Row]]) -> Report:
    """Put rows into the desk as an operator's import would. Raises BrokenShop."""
    wrong: list[str] = []
    secret = await shop_importing.licence_secret(desk)
    with Staging() as staging:
        for sheet, some in made.items():
            for line, row in enumerate(some, 1):
                key, given = read_row(sheet, row, secret)
                if staging.add(sheet, Staged(key, 0, line, given)) is not None:
                    wrong.append(f"{sheet.value} {line}: {key} stands there twice")
        await shop_checking.check(
            desk,
            staging,
            lambda sheet, row, what: wrong.append(f"{sheet.value} {row.line}: {what}"),
            lambda done: None,
        )
        if wrong:
            raise BrokenShop("\n".join(wrong))
        return await shop_importing.take(desk, staging, lambda done: None)
