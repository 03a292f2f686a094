"""The statements by which customers are found, each built once; `customer_find.py` runs them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Select, Text, bindparam, case, func, literal_column, or_, select, union_all

from bot.domain.shop.lookup import MOST_HITS
from bot.store.direct import Direct
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

T = TypeVar("T")

MOST_READINGS = 200
"""Words of the shop that one typed word may stand for; a shorter beginning finds too many to be of use."""
ENOUGH = 500
"""How far customers with a word are counted, to begin with the rarest."""
FEW = 10
"""How far they are counted where many words may be meant."""
MOST_NEAR = 64
"""Places where words stand that one wrong word may mean, as far as all of them are looked at in one go."""

_HERE: Any = bindparam("workspace")

# Written into the statements: each parameter is a value to hand over each time.
_NONE: Any = literal_column("0")
_ONE: Any = literal_column("1")
_SHOWN: Any = literal_column(str(MOST_HITS + 1))
_READINGS: Any = literal_column(str(MOST_READINGS))
_ENOUGH: Any = literal_column(str(ENOUGH))
_FEW: Any = literal_column(str(FEW))
_NEAR: Any = literal_column(str(MOST_NEAR))

# What a list shows of a customer, in the order in which `customer_find` reads it.
_NEWEST = (
    select(orders.c.ordered_at)
    .where(orders.c.customer_id == customers.c.id, orders.c.is_void.is_(False))
    .order_by(orders.c.ordered_at.desc(), orders.c.id.desc())
    .limit(_ONE)
    .offset(_NONE)
    .correlate(customers)
    .scalar_subquery()
)
_FIRST_SITE = (
    select(licensed_sites.c.name)
    .where(licensed_sites.c.customer_id == customers.c.id)
    .order_by(licensed_sites.c.id)
    .limit(_ONE)
    .offset(_NONE)
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


def _hits_of(found: Any, *more: Any) -> Direct:
    """The customers of a subquery that has their ids; `more` columns of it follow.

    All of them are there: on SQLite an outer join says what comes first, and that nothing is to be set aside
    in between.
    """
    it, here = customers.c.id == found.c.customer_id, beside(customers.c.workspace_id) == _HERE
    shown = select(*_HIT, *more)
    return Direct(
        shown.select_from(found.join(customers, it)).where(here),
        on_sqlite=shown.select_from(found.outerjoin(customers, it & here)),
    )


BY_EMAIL = Direct(
    select(*_HIT)
    .where(customers.c.workspace_id == _HERE, customers.c.email_key == bindparam("email", type_=Text))
    .order_by(customers.c.id)
    .limit(_SHOWN)
    .offset(_NONE)
)
_NUMBERED = (
    select(orders.c.customer_id, orders.c.id, orders.c.number)
    .where(orders.c.workspace_id == _HERE, orders.c.number_key == bindparam("number", type_=Text))
    .order_by(orders.c.id)
    .limit(_SHOWN)
    .offset(_NONE)
    .subquery()
)
BY_ORDER = _hits_of(_NUMBERED, _NUMBERED.c.number, _NUMBERED.c.id)
_LICENSED = (
    select(licensed_sites.c.customer_id, licensed_sites.c.id, licensed_sites.c.name)
    .where(
        licensed_sites.c.workspace_id == _HERE, licensed_sites.c.licence_hash == bindparam("hash", type_=Text)
    )
    .order_by(licensed_sites.c.id)
    .limit(_SHOWN)
    .offset(_NONE)
    .subquery()
)
BY_LICENCE = _hits_of(_LICENSED, _LICENSED.c.name, _LICENSED.c.id)

# What typed words may stand for: rows of (place of the typed word, id, the word that is meant).


@cache
def beginning(words: int, fields: tuple[str, ...]) -> Direct:
    """The words of the shop that begin like each of so many typed ones: itself first, where it is there.

    Of several, the word itself is counted too, as `common` counts; of the others nobody needs to know.
    """
    parts: list[Select[Any]] = []
    for place in range(words):
        itself = bindparam(f"word_{place}", type_=Text)
        found = (
            select(shop_words.c.id, shop_words.c.word)
            .where(
                shop_words.c.workspace_id == _HERE,
                shop_words.c.word >= itself,
                shop_words.c.word < bindparam(f"behind_{place}", type_=Text),
            )
            .order_by(shop_words.c.word)
            .limit(_READINGS)
            .offset(_NONE)
            .subquery()
        )
        counted = (
            case((found.c.word == itself, _counted(found, fields, _ENOUGH)), else_=_NONE)
            if words > 1
            else _NONE
        )
        parts.append(select(literal_column(str(place)), found.c.id, found.c.word, counted))
    return Direct(_all_of(parts))


def _counted(word: Any, fields: Sequence[str], most: Any) -> Any:
    mine = (shop_mentions.c.workspace_id == _HERE) & (shop_mentions.c.word_id == word.c.id)
    found = select(shop_mentions.c.customer_id).where(mine & _stands_in(shop_mentions, fields))
    few = found.limit(most).offset(_NONE).correlate(word).subquery()
    return select(func.count()).select_from(few).scalar_subquery()


@cache
def in_part(words: int) -> Direct:
    """The same of words in which a typed one stands."""
    parts = []
    for place in range(words):
        found = (
            select(shop_parts.c.word_id, shop_parts.c.part)
            .where(_stands_within(place))
            .order_by(shop_parts.c.part)
            .limit(_READINGS)
            .offset(_NONE)
            .subquery()
        )
        parts.append(select(literal_column(str(place)), found.c.word_id, found.c.part))
    return Direct(_all_of(parts))


def _stands_within(place: int) -> Any:
    begins = shop_parts.c.part >= bindparam(f"word_{place}", type_=Text)
    ends = shop_parts.c.part < bindparam(f"behind_{place}", type_=Text)
    return (shop_parts.c.workspace_id == _HERE) & begins & ends


@cache
def spelt(sizes: tuple[int, ...], fields: tuple[str, ...]) -> Direct:
    """The same of words that share a spelling with a typed one, which has so many; for each spelling once.

    Each is counted too, as far as FEW: there may be hundreds of them.
    """
    parts = []
    for place, size in enumerate(sizes):
        near = (
            select(shop_spellings.c.word_id.label("id"))
            .where(
                shop_spellings.c.workspace_id == _HERE,
                _among(shop_spellings.c.spelling, f"spelling_{place}", size, Text),
            )
            .subquery()
        )
        # Word by word by its key: of a join PostgreSQL makes a walk through all words.
        word = select(shop_words.c.word).where(shop_words.c.id == near.c.id).scalar_subquery()
        parts.append(select(literal_column(str(place)), near.c.id, word, _counted(near, fields, _FEW)))
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
    return (*ids, *(size - len(ids)) * (ids[-1],))


def parameters(name: str, ids: Sequence[object]) -> Iterable[tuple[str, object]]:
    """A padded list as parameters."""
    return zip(_names(name, len(ids)), ids, strict=True)


@cache
def _names(name: str, size: int) -> tuple[str, ...]:
    return tuple(f"{name}_{place}" for place in range(size))


def _among(column: Any, name: str, size: int, kind: Any = Id) -> Any:
    return column.in_([bindparam(one, type_=kind) for one in _names(name, size)])


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
        found = (
            select(shop_mentions.c.customer_id).where(_says(place, size, fields)).limit(_ENOUGH).offset(_NONE)
        )
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
    # Not in the statement itself: PostgreSQL, which plans for any number, then expects few, and goes by keys.
    return _hits_of(found.limit(MOST_HITS + 1).subquery())


@cache
def misspelt(sizes: tuple[int, ...], spellings: int, parts: int, fields: tuple[str, ...]) -> Direct:
    """The customers who have a reading of each known word and, of one more, a word that shares a spelling.

    Behind a hit: the word that is meant, how many places were looked at (MOST_NEAR: there may be more), and
    whether any of so many `parts` stands within a word of the shop.
    """
    sharing = select(shop_spellings.c.word_id).where(
        shop_spellings.c.workspace_id == _HERE,
        _among(shop_spellings.c.spelling, "spelling_0", spellings, Text),
    )
    mine = (shop_mentions.c.workspace_id == _HERE) & shop_mentions.c.word_id.in_(sharing)
    places = select(shop_mentions.c.customer_id, shop_mentions.c.word_id)
    few = places.where(mine & _stands_in(shop_mentions, fields)).limit(_NEAR).offset(_NONE)
    near = few.cte("near").prefix_with("MATERIALIZED")
    found = select(near.c.customer_id, near.c.word_id)
    for place, size in enumerate(sizes):
        known = shop_mentions.alias(f"mentions_{place}")
        also = select(known.c.customer_id).where(
            _says(place, size, fields, known), known.c.customer_id == near.c.customer_id
        )
        found = found.where(also.exists())
    hits = found.subquery()
    return _hits_of(
        hits,
        select(shop_words.c.word).where(shop_words.c.id == hits.c.word_id).scalar_subquery(),
        select(func.count()).select_from(near).scalar_subquery(),
        or_(*[select(_ONE).where(_stands_within(place)).exists() for place in range(parts)]),
    )
