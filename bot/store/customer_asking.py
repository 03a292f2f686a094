"""The statements by which customers are found, each built once; `customer_find.py` runs them."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, Text, bindparam, func, select

from bot.domain.shop.lookup import MOST_HITS
from bot.store.schema_shop import (
    customers,
    licensed_sites,
    orders,
    shop_mentions,
    shop_parts,
    shop_spellings,
    shop_words,
)

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


def _says(place: int, of: Any = shop_mentions) -> Any:
    return (
        (of.c.workspace_id == _HERE)
        & of.c.word_id.in_(bindparam(f"words_{place}", expanding=True))
        & of.c.field.in_(bindparam("fields", expanding=True))
    )


COMMON = select(func.count()).select_from(
    select(shop_mentions.c.customer_id).where(_says(0)).limit(ENOUGH).subquery()
)


@cache
def having(words: int) -> Select[Any]:
    """The customers who have a reading of each of so many words, in some fields."""
    found = select(shop_mentions.c.customer_id).where(_says(0)).distinct()
    for place in range(1, words):
        other = shop_mentions.alias(f"mentions_{place}")
        also = select(other.c.customer_id).where(
            _says(place, other), other.c.customer_id == shop_mentions.c.customer_id
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
HITS = select(
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
).where(customers.c.workspace_id == _HERE, customers.c.id.in_(bindparam("ids", expanding=True)))
