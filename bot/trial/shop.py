"""The trial's shop: a customer of every kind that the phone script knows, and a lively crowd around them.

Everything is made up, alike on every machine, and dated from the day on which the trial begins.
`filling.py` brings it in by the same way as an operator's files.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.domain.shop.sheets import Sheet, read_row
from bot.services import shop_checking, shop_importing
from bot.services.desk import Desk
from bot.services.shop_importing import Report
from bot.store.shop_import import account_ids
from bot.store.staging import Staged, Staging

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


@dataclass(frozen=True, kw_only=True)
class Sold:
    """An order of somebody with a name in the story: how many days ago, of what, and what became of it."""

    number: str
    days: int
    sku: str = "GOLD"
    units: int = 1
    notes: str = ""
    fulfilled: int = 0
    canceled: int = 0
    returning: int = 0
    returned: int = 0
    captured: bool = True
    refunded: bool = False
    currency: str = "USD"


@dataclass(frozen=True, kw_only=True)
class Character:
    """A customer whom the phone script tells from the others; `why` is for whoever reads this."""

    why: str
    number: str
    name: str
    company: str
    site: str
    version: str = "7.2"
    kind: str = "customer"
    plan: str = "Standard"
    evaluates: int | None = None
    hosting: int | None = None
    priority: int | None = None
    account: str = ""
    licence: str = ""
    orders: tuple[Sold, ...] = field(default=())
    sites: tuple[tuple[str, str], ...] = ()


CHARACTERS = (
    Character(
        why="newest order within 30 days; their cases are of Cloud Nine, and so may be tied to these orders",
        number="C-40017",
        name="Linda Berg",
        company="Cloud Nine Shoes",
        site="shop.cloudnine.example",
        plan="Premier",
        account="MID-40017",
        licence="CN9S-4417-KX2M-80ZQ",
        orders=(
            Sold(
                number="100417", days=9, units=3, fulfilled=2, canceled=1, notes="Three shops, one cancelled"
            ),
            Sold(number="100233", days=120, sku="HOST-12", fulfilled=1),
            Sold(number="100198", days=150, sku="THEME", units=2, fulfilled=2, returning=1, returned=1),
        ),
    ),
    Character(
        why="an older order: no plan",
        number="C-40362",
        name="Viktor Horák",
        company="Harbour Optics",
        site="harbour-optics.example",
        account="MID-40362",
        licence="HBOP-7731-QQ20-5LMA",
        orders=(Sold(number="100120", days=96, sku="SILVER", units=2, fulfilled=2),),
    ),
    Character(
        why="day 30: the last that is covered",
        number="C-40701",
        name="José Quispe",
        company="Lima Coffee Roasters",
        site="lima-coffee.example",
        licence="LIMA-7QX2-99AB-4T1Z",
        orders=(Sold(number="100380", days=30, fulfilled=1, notes="Licence for lima-coffee.example"),),
    ),
    Character(
        why="day 31: not covered any more",
        number="C-40702",
        name="Marguerite Dupont",
        company="Fromages Dupont",
        site="fromages-dupont.example",
        orders=(Sold(number="100379", days=31, fulfilled=1, currency="EUR"),),
    ),
    Character(
        why="evaluates, within 90 days",
        number="C-40710",
        name="Aiko Mori",
        company="Mori Paper",
        site="mori-paper.example",
        kind="evaluator",
        evaluates=12,
    ),
    Character(
        why="evaluates for too long: to sales",
        number="C-40711",
        name="Peter Novak",
        company="Novak & Sons",
        site="novak-tools.example",
        kind="evaluator",
        evaluates=120,
    ),
    Character(
        why="hosted",
        number="C-40720",
        name="Amara Okoye",
        company="Lagos Textiles",
        site="lagos-textiles.example",
        kind="hosting",
        hosting=200,
        orders=(Sold(number="100101", days=165, sku="HOST-12", fulfilled=1),),
    ),
    Character(
        why="hosting ended yesterday",
        number="C-40721",
        name="Ingrid Solberg",
        company="Solberg Ski",
        site="solberg-ski.example",
        kind="hosting",
        hosting=-1,
        orders=(Sold(number="100090", days=366, sku="HOST-12", fulfilled=1),),
    ),
    Character(
        why="version 5: only the message about old versions",
        number="C-40730",
        name="Walter Finch",
        company="Finch Garden Supply",
        site="finch-garden.example",
        version="5.2",
        orders=(Sold(number="100402", days=14, sku="THEME", fulfilled=1),),
    ),
    Character(
        why="version 5 and hosted: a second button with the hosting message",
        number="C-40731",
        name="Rosa Pinto",
        company="Pinto Azulejos",
        site="pinto-azulejos.example",
        version="5.4",
        kind="hosting",
        hosting=90,
    ),
    Character(
        why="priority support is paid, with an old version and an old order",
        number="C-40740",
        name="Dmitri Sokolov",
        company="Sokolov Instruments",
        site="sokolov-instruments.example",
        version="5.1",
        priority=60,
        licence="SOKO-1187-PRIO-22XY",
        orders=(Sold(number="100061", days=300, sku="PRIO-12", fulfilled=1),),
    ),
    Character(
        why="the newest order is cancelled, so the one before it counts",
        number="C-40750",
        name="Hannah Weiss",
        company="Weiss Ceramics",
        site="weiss-ceramics.example",
        orders=(
            Sold(number="100410", days=5, canceled=1, captured=False),
            Sold(number="100300", days=70, fulfilled=1),
        ),
    ),
    Character(
        why="the newest order is refunded whole",
        number="C-40751",
        name="Tom Ashby",
        company="Ashby Cycles",
        site="ashby-cycles.example",
        orders=(
            Sold(number="100398", days=16, sku="SILVER", fulfilled=1, returned=1, returning=1, refunded=True),
            Sold(number="100150", days=140, fulfilled=1),
        ),
    ),
    Character(
        why="two sites: one covered, one not",
        number="C-40760",
        name="Sofia Rossi",
        company="Rossi Group",
        site="rossi-wine.example",
        orders=(
            Sold(number="100405", days=11, fulfilled=1, notes="For rossi-wine.example"),
            Sold(number="100140", days=180, sku="SILVER", fulfilled=1, notes="For rossi-oil.example"),
        ),
        sites=(("rossi-oil.example", "100140"),),
    ),
    Character(
        why="a name one letter away from another; yen have no decimals",
        number="C-40770",
        name="Jose Quispi",
        company="Lima Coffee Traders",
        site="lima-traders.example",
        orders=(Sold(number="100390", days=22, sku="IMPORT", fulfilled=0, currency="JPY"),),
    ),
)

_FIRST = "Ada Boris Carla Dario Elif Farid Greta Hugo Irma Jonas Kira Leo Mina Nils Olga Pavel Rita Sven Tara"
_LAST = "Abel Brandt Costa Duarte Engel Faro Grau Holm Ivers Jansen Keller Lund Marsh Nolan Osman Petit Rey"
_TRADE = "Books Candles Tea Bikes Garden Ceramics Lamps Toys Paper Boots Honey Glass Wool Maps Knives Clocks"
_PLACE = (
    "North River Harbour Valley Stone Amber Silver Cedar Willow Sunny Granite Meadow Falcon Juniper Copper"
)
_ZONES = ["Europe/Lisbon", "Europe/Prague", "America/New_York", "America/Los_Angeles", "Asia/Tokyo", "UTC"]
_CURRENCIES = ("USD", "USD", "USD", "EUR", "JPY", "KWD")


def rows(today: date) -> dict[Sheet, list[Row]]:
    """All rows of the shop, as files would have them."""
    made: dict[Sheet, list[Row]] = {sheet: [] for sheet in Sheet}
    for one in CHARACTERS:
        for sheet, row in _character(one, today):
            made[sheet].append(row)
    for sheet, row in _crowd(today):
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
    allocated = max(sold.fulfilled, sold.returning)
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


async def bring(desk: Desk, today: date) -> Report:
    """Put the shop into the desk. Raises BrokenShop with all that is wrong with it."""
    there = await desk.store.look(lambda connection: account_ids(connection, desk.workspace_id))
    made = rows(today)
    for row in made[Sheet.CUSTOMERS]:
        if row.get("account", "").casefold() not in there:
            row["account"] = ""  # a desk that has other accounts has the customers all the same
    return await bring_rows(desk, made)


async def bring_rows(desk: Desk, made: Mapping[Sheet, list[Row]]) -> Report:
    """Put rows into the desk as an operator's import would. Raises BrokenShop."""
    wrong: list[str] = []
    report = Report()
    with Staging() as staging:
        for sheet, some in made.items():
            for line, row in enumerate(some, 1):
                key, given = read_row(sheet, row)
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
        await shop_importing.take(desk, staging, report, lambda done: None)
    return report
