"""The statements by which customers are found, each built once; `customer_find.py` runs them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, Text, bindparam, func, literal_column, select

from bot.domain.shop.lookup import MOST_HITS
from bot.store.planning import beside
from bot.store.schema_shop import (
    customers,
    licensed_sites,
    orders,
    shop_mentions,
    shop_parts,
    shop_spellings,
    shop_words,
)
from bot.store.types import Id

MOST_READINGS = 200
"""Words of the shop that one typed word may stand for; a shorter beginning finds too many to be of use."""
ENOUGH = 500
"""How far customers with a word are counted, to begin with the rarest."""

_HERE: Any = bindparam("workspace")

BY_EMAIL = (
    select(customers.c.id)
    .where(customers.c.workspace_id == _HERE, customers.c.email_key == bindparam("email"))
    .order_by(customers.c.id)
    .limit(MOST_HITS + 1)
)
BY_ORDER = (
    select(orders.c.customer_id, orders.c.id, orders.c.number)
    .where(orders.c.workspace_id == _HERE, orders.c.number_key == bindparam("number"))
    .order_by(orders.c.id)
    .limit(MOST_HITS + 1)
)
BY_LICENCE = (
    select(licensed_sites.c.customer_id, licensed_sites.c.name)
    .where(licensed_sites.c.workspace_id == _HERE, licensed_sites.c.licence_hash == bindparam("hash"))
    .order_by(licensed_sites.c.id)
    .limit(MOST_HITS + 1)
)
WORD = select(shop_words.c.id).where(
    shop_words.c.workspace_id == _HERE, shop_words.c.word == bindparam("word", type_=Text)
)
BEGINNING = (
    select(shop_words.c.id)
    .where(
        shop_words.c.workspace_id == _HERE,
        shop_words.c.word >= bindparam("word", type_=Text),
        shop_words.c.word < bindparam("behind", type_=Text),
    )
    .order_by(shop_words.c.word)
    .limit(MOST_READINGS)
)
PART = (
    select(shop_parts.c.word_id)
    .where(
        shop_parts.c.workspace_id == _HERE,
        shop_parts.c.part >= bindparam("part", type_=Text),
        shop_parts.c.part < bindparam("behind", type_=Text),
    )
    .order_by(shop_parts.c.part)
    .limit(MOST_READINGS)
)
SPELT = (
    select(shop_words.c.id, shop_words.c.word)
    .join(shop_spellings, shop_spellings.c.word_id == shop_words.c.id)
    .where(
        shop_spellings.c.workspace_id == _HERE,
        shop_spellings.c.spelling.in_(bindparam("spellings", expanding=True, type_=Text)),
    )
    .distinct()
)


SIZES = (1, 4, 16, 64, 256, MOST_READINGS * 2)
"""How many parameters a list of ids has in a statement, filled up with its last one: a parameter that is a
list itself makes SQLAlchemy write the statement anew each time, which costs more than running it.
"""


def padded(ids: Sequence[int]) -> tuple[int, ...]:
    """The ids, the last one repeated up to one of the sizes that statements are built for."""
    size = next(one for one in SIZES if one >= len(ids))
    return (*ids, *(ids[-1] for _ in range(size - len(ids))))


def parameters(name: str, ids: Sequence[int]) -> dict[str, int]:
    """A padded list as parameters."""
    return {f"{name}_{place}": one for place, one in enumerate(ids)}


def _among(column: Any, name: str, size: int) -> Any:
    return column.in_([bindparam(f"{name}_{place}", type_=Id) for place in range(size)])


def _says(place: int, size: int, fields: Sequence[str], of: Any = shop_mentions) -> Any:
    mine = (of.c.workspace_id == _HERE) & _among(of.c.word_id, f"words_{place}", size)
    return mine & of.c.field.in_([literal_column(f"'{one}'") for one in fields])


@cache
def common(size: int, fields: tuple[str, ...]) -> Select[Any]:
    """How many customers have one of so many words in these fields, as far as ENOUGH."""
    found = select(shop_mentions.c.customer_id).where(_says(0, size, fields)).limit(ENOUGH)
    return select(func.count()).select_from(found.subquery())


@cache
def having(sizes: tuple[int, ...], fields: tuple[str, ...]) -> Select[Any]:
    """The customers who have a reading of each word in these fields; each word has so many readings."""
    found = select(shop_mentions.c.customer_id).where(_says(0, sizes[0], fields)).distinct()
    for place, size in enumerate(sizes[1:], 1):
        other = shop_mentions.alias(f"mentions_{place}")
        also = select(other.c.customer_id).where(
            _says(place, size, fields, other), other.c.customer_id == shop_mentions.c.customer_id
        )
        found = found.where(also.exists())
    return found.limit(bindparam("size", type_=Integer))


_NEWEST = (
    select(orders.c.ordered_at)
    .where(orders.c.customer_id == customers.c.id, orders.c.is_void.is_(False))
    .order_by(orders.c.ordered_at.desc(), orders.c.id.desc())
    .limit(1)
    .correlate(customers)
    .scalar_subquery()
)
_FIRST_SITE = (
    select(licensed_sites.c.name)
    .where(licensed_sites.c.customer_id == customers.c.id)
    .order_by(licensed_sites.c.id)
    .limit(1)
    .correlate(customers)
    .scalar_subquery()
)
_SITES = (
    select(func.count())
    .select_from(licensed_sites)
    .where(licensed_sites.c.customer_id == customers.c.id)
    .correlate(customers)
    .scalar_subquery()
)
_HIT = select(
    customers.c.id,
    customers.c.number,
    customers.c.name,
    customers.c.company,
    customers.c.email,
    customers.c.kind,
    customers.c.plan,
    _NEWEST.label("newest_order_at"),
    _FIRST_SITE.label("site"),
    _SITES.label("sites"),
).where(beside(customers.c.workspace_id) == _HERE)


@cache
def hits(size: int) -> Select[Any]:
    """So many customers as a list shows them."""
    return _HIT.where(_among(customers.c.id, "ids", size))
