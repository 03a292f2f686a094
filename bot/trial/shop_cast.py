"""Customers with a name in the trial's shop, one for each case that the phone script tells apart."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Sold:
    """An order of somebody with a name in the story: how many days ago, of what, and what became of it."""

    number: str
    days: int
    sku: str = "GOLD"
    units: int = 1
    notes: str = ""
    allocated: int = 0
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
        why="whatever can be done with an order can be tried on one of these (`order_stories.py`)",
        number="C-40780",
        name="Lotte Lindgren",
        company="Lindgren Lamps",
        site="lindgren-lamps.example",
        orders=(
            Sold(number="100501", days=4, units=3, notes="Nothing is sent yet"),
            Sold(number="100502", days=12, sku="THEME", units=2, fulfilled=2),
            Sold(number="100503", days=15, sku="IMPORT", units=3, fulfilled=3),
            Sold(number="100504", days=18, sku="SILVER", units=2, fulfilled=2),
            Sold(number="100505", days=3, sku="SILVER", units=2, captured=False),
            Sold(number="100506", days=2, sku="THEME", units=4, allocated=2, fulfilled=1),
        ),
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
