"""The statements by which customers are found, each built once; `customer_find.py` runs them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Select, Text, bindparam, cast, func, literal_column, null, select, union_all

from bot.domain.shop.lookup import MOST_HITS
from bot.store.direct import Direct
from bot.store.planning import beside
from bot.store.schema_shop import (
    Plain,
    customers,
    licensed_sites,
    orders,
    shop_mentions,
    shop_parts,
    shop_spellings,
    shop_words,
)
from bot.store.types import Id

T = TypeVar("T")

MOST_READINGS = 200
"""Words of the shop that one typed word may stand for; a shorter beginning finds too many to be of use."""
ENOUGH = 500
"""How far customers with a word are counted, to begin with the rarest."""

_HERE: Any = bindparam("workspace")

# What a list shows of a customer, in the order in which `customer_find` reads it.
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
_HIT = (
    customers.c.id,
    customers.c.number,
    customers.c.name,
    customers.c.company,
    customers.c.email,
    customers.c.kind,
    customers.c.plan,
    _NEWEST,
    _FIRST_SITE,
    _SITES,
)


def _hits_of(found: Any, *more: Any) -> Select[Any]:
    """The customers of a subquery that has their ids, in its order; `more` columns of it follow."""
    joined = found.join(customers, customers.c.id == found.c.customer_id)
    return select(*_HIT, *more).select_from(joined).where(beside(customers.c.workspace_id) == _HERE)


BY_EMAIL = Direct(
    select(*_HIT)
    .where(customers.c.workspace_id == _HERE, customers.c.email_key == bindparam("email", type_=Text))
    .order_by(customers.c.id)
    .limit(MOST_HITS + 1)
)
_NUMBERED = (
    select(orders.c.customer_id, orders.c.id, orders.c.number)
    .where(orders.c.workspace_id == _HERE, orders.c.number_key == bindparam("number", type_=Text))
    .order_by(orders.c.id)
    .limit(MOST_HITS + 1)
    .subquery()
)
BY_ORDER = Direct(_hits_of(_NUMBERED, _NUMBERED.c.id, _NUMBERED.c.number).order_by(_NUMBERED.c.id))
_LICENSED = (
    select(licensed_sites.c.customer_id, licensed_sites.c.id, licensed_sites.c.name)
    .where(
        licensed_sites.c.workspace_id == _HERE, licensed_sites.c.licence_hash == bindparam("hash", type_=Text)
    )
    .order_by(licensed_sites.c.id)
    .limit(MOST_HITS + 1)
    .subquery()
)
BY_LICENCE = Direct(_hits_of(_LICENSED, _LICENSED.c.name).order_by(_LICENSED.c.id))

# What typed words may stand for: rows of (place of the typed word, id, the word that is meant).


@cache
def beginning(words: int, fields: tuple[str, ...]) -> Direct:
    """The words of the shop that begin like each of so many typed ones: itself first, where it is there.

    Of several each is counted too, as `common` counts, where it stands for itself alone: rows without a word.
    """
    parts: list[Select[Any]] = []
    for place in range(words):
        found = (
            select(shop_words.c.id, shop_words.c.word)
            .where(
                shop_words.c.workspace_id == _HERE,
                shop_words.c.word >= bindparam(f"word_{place}", type_=Text),
                shop_words.c.word < bindparam(f"behind_{place}", type_=Text),
            )
            .order_by(shop_words.c.word)
            .limit(MOST_READINGS)
            .subquery()
        )
        parts.append(select(literal_column(str(place)), found.c.id, found.c.word))
        if words > 1:
            parts.append(_counted(place, fields))
    return Direct(_all_of(parts))


def _counted(place: int, fields: Sequence[str]) -> Select[Any]:
    itself = select(shop_words.c.id).where(
        shop_words.c.workspace_id == _HERE, shop_words.c.word == bindparam(f"word_{place}", type_=Text)
    )
    mine = (shop_mentions.c.workspace_id == _HERE) & (shop_mentions.c.word_id == itself.scalar_subquery())
    found = select(shop_mentions.c.customer_id).where(mine & _stands_in(shop_mentions, fields)).limit(ENOUGH)
    counted = select(func.count()).select_from(found.subquery()).scalar_subquery()
    return select(literal_column(str(place)), counted, cast(null(), Plain))


@cache
def in_part(words: int) -> Direct:
    """The same of words in which a typed one stands."""
    parts = []
    for place in range(words):
        found = (
            select(shop_parts.c.word_id, shop_parts.c.part)
            .where(
                shop_parts.c.workspace_id == _HERE,
                shop_parts.c.part >= bindparam(f"word_{place}", type_=Text),
                shop_parts.c.part < bindparam(f"behind_{place}", type_=Text),
            )
            .order_by(shop_parts.c.part)
            .limit(MOST_READINGS)
            .subquery()
        )
        parts.append(select(literal_column(str(place)), found.c.word_id, found.c.part))
    return Direct(_all_of(parts))


@cache
def spelt(sizes: tuple[int, ...]) -> Direct:
    """The same of words that share a spelling with a typed one, which has so many."""
    parts = []
    for place, size in enumerate(sizes):
        near = select(shop_spellings.c.word_id).where(
            shop_spellings.c.workspace_id == _HERE,
            _among(shop_spellings.c.spelling, f"spelling_{place}", size, Text),
        )
        words = select(literal_column(str(place)), shop_words.c.id, shop_words.c.word)
        parts.append(words.where(shop_words.c.id.in_(near)))
    return Direct(_all_of(parts))


def _all_of(parts: Sequence[Select[Any]]) -> Any:
    return parts[0] if len(parts) == 1 else union_all(*parts)


SIZES = (1, 4, 16, 64, 256, MOST_READINGS * 2)
"""How many parameters a list has in a statement, filled up with its last one: each length is a statement."""


def padded(ids: Sequence[T]) -> tuple[T, ...]:
    """The list, its last one repeated up to one of the sizes that statements are built for."""
    if len(ids) == 1:
        return tuple(ids)
    size = next(one for one in SIZES if one >= len(ids))
    return (*ids, *(ids[-1] for _ in range(size - len(ids))))


def parameters(name: str, ids: Sequence[object]) -> dict[str, object]:
    """A padded list as parameters."""
    return {f"{name}_{place}": one for place, one in enumerate(ids)}


def _among(column: Any, name: str, size: int, kind: Any = Id) -> Any:
    return column.in_([bindparam(f"{name}_{place}", type_=kind) for place in range(size)])


def _says(place: int, size: int, fields: Sequence[str], of: Any = shop_mentions) -> Any:
    mine = (of.c.workspace_id == _HERE) & _among(of.c.word_id, f"words_{place}", size)
    return mine & _stands_in(of, fields)


def _stands_in(of: Any, fields: Sequence[str]) -> Any:
    return of.c.field.in_([literal_column(f"'{one}'") for one in fields])


@cache
def common(sizes: tuple[int, ...], fields: tuple[str, ...]) -> Direct:
    """How many customers have a reading of each word in these fields, as far as ENOUGH: one row."""
    counts = []
    for place, size in enumerate(sizes):
        found = select(shop_mentions.c.customer_id).where(_says(place, size, fields)).limit(ENOUGH)
        counts.append(select(func.count()).select_from(found.subquery()).scalar_subquery())
    return Direct(select(*counts))


@cache
def having(sizes: tuple[int, ...], fields: tuple[str, ...]) -> Direct:
    """The customers who have a reading of each word in these fields; each word has so many readings."""
    found = select(shop_mentions.c.customer_id).where(_says(0, sizes[0], fields)).distinct()
    for place, size in enumerate(sizes[1:], 1):
        other = shop_mentions.alias(f"mentions_{place}")
        also = select(other.c.customer_id).where(
            _says(place, size, fields, other), other.c.customer_id == shop_mentions.c.customer_id
        )
        found = found.where(also.exists())
    return Direct(_hits_of(found.limit(MOST_HITS + 1).subquery()))
