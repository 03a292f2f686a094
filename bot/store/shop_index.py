"""Keeps the words that customers are found by, in the transaction that writes what they stand for.

A word stands once, with its spellings (one letter left out) and, where it is of a site, with its ends.
`customer_find.py` asks these tables; `customers.py` and the import write them by `mention`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, Text, bindparam, delete, select, update

from bot.domain.ids import CustomerId
from bot.domain.shop.lookup import parts_of, site_words, sites_in, spellings, words_of, words_of_notes
from bot.store.at_once import insert_new
from bot.store.planning import beside
from bot.store.schema_shop import shop_mentions, shop_parts, shop_spellings, shop_words
from bot.store.work import Work

NAME, COMPANY, SITE, NOTES = "name", "company", "site", "notes"
CHUNK = 400


class Said(NamedTuple):
    """A word in a field of a customer; `in_parts`: also what stands within it is looked for."""

    customer_id: int
    field: str
    word: str
    in_parts: bool = False


def of_customer(customer_id: CustomerId | int, name: str, company: str) -> list[Said]:
    """What a customer is called."""
    said = [Said(customer_id, NAME, word) for word in words_of(name)]
    return said + [Said(customer_id, COMPANY, word) for word in words_of(company)]


def of_site(customer_id: CustomerId | int, site: str) -> list[Said]:
    """What a site of a customer is called."""
    return [Said(customer_id, SITE, word, True) for word in site_words(site)]


def of_notes(customer_id: CustomerId | int, notes: str) -> list[Said]:
    """What the notes of an order name."""
    named = set(sites_in(notes))
    return [Said(customer_id, NOTES, word, word in named) for word in words_of_notes(notes)]


def mention(work: Work, said: Collection[Said]) -> None:
    """Let customers be found by these words, too."""
    if not said:
        return
    ids = _word_ids(work, {one.word for one in said}, {one.word for one in said if one.in_parts})
    rows = [
        {
            "workspace_id": work.workspace_id,
            "word_id": ids[one.word],
            "customer_id": one.customer_id,
            "field": one.field,
        }
        for one in said
    ]
    _insert_new(work, shop_mentions, rows)


def forget(work: Work, customer_id: CustomerId | int, fields: Iterable[str]) -> None:
    """Let a customer be found by what stands in these fields no more, before it is mentioned anew."""
    here = beside(shop_mentions.c.workspace_id) == work.workspace_id
    mine = here & (shop_mentions.c.customer_id == customer_id)
    work.connection.execute(delete(shop_mentions).where(mine, shop_mentions.c.field.in_(list(fields))))


def forget_all(work: Work, customer_id: CustomerId | int) -> None:
    """Let a customer be found by no word any more, and keep no word that stands for nobody else."""
    mine = shop_mentions.c.customer_id == customer_id
    words = list(work.connection.execute(select(shop_mentions.c.word_id).where(mine).distinct()).scalars())
    work.connection.execute(delete(shop_mentions).where(mine))
    for start in range(0, len(words), CHUNK):
        some = words[start : start + CHUNK]
        others = select(shop_mentions.c.word_id).where(shop_mentions.c.word_id.in_(some))
        used = set(work.connection.execute(others.distinct()).scalars())
        free = [one for one in some if one not in used]
        for table in (shop_spellings, shop_parts):
            work.connection.execute(delete(table).where(table.c.word_id.in_(free)))
        work.connection.execute(delete(shop_words).where(shop_words.c.id.in_(free)))


def _word_ids(work: Work, words: set[str], in_parts: set[str]) -> dict[str, int]:
    """The ids of words; those that are new get theirs, with their spellings and parts."""
    known = _known(work.connection, work.workspace_id, words)
    missing = sorted(words - set(known))  # in one order, so that two who write at once wait, and do not clash
    if missing:
        rows = [
            {"workspace_id": work.workspace_id, "word": word, "has_parts": word in in_parts}
            for word in missing
        ]
        _insert_new(work, shop_words, rows)
        made = _known(work.connection, work.workspace_id, set(missing))
        known |= made
        _spell(work, {word: known[word][0] for word in missing})
    cut = [word for word in in_parts if word in missing or not known[word][1]]
    if cut:
        _cut(work, {word: known[word][0] for word in sorted(cut)})
    return {word: word_id for word, (word_id, _) in known.items()}


def _known(connection: Connection, workspace: str, words: set[str]) -> dict[str, tuple[int, bool]]:
    found: dict[str, tuple[int, bool]] = {}
    ordered = sorted(words)
    for start in range(0, len(ordered), CHUNK):
        asked = {"workspace": workspace, "words": ordered[start : start + CHUNK]}
        rows = connection.execute(_WORDS, asked)
        found |= {row.word: (row.id, row.has_parts) for row in rows}
    return found


def _spell(work: Work, words: dict[str, int]) -> None:
    rows = [
        {"workspace_id": work.workspace_id, "spelling": spelling, "word_id": word_id}
        for word, word_id in words.items()
        for spelling in sorted(spellings(word))
    ]
    _insert_new(work, shop_spellings, rows)


def _cut(work: Work, words: dict[str, int]) -> None:
    rows = [
        {"workspace_id": work.workspace_id, "part": part, "word_id": word_id}
        for word, word_id in words.items()
        for part in dict.fromkeys(parts_of(word))
    ]
    _insert_new(work, shop_parts, rows)
    marked = update(shop_words).where(shop_words.c.id.in_(list(words.values())))
    work.connection.execute(marked.values(has_parts=True))


def _insert_new(work: Work, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        work.connection.execute(insert_new(work.connection, table), rows)


_WORDS = select(shop_words.c.id, shop_words.c.word, shop_words.c.has_parts).where(
    shop_words.c.workspace_id == bindparam("workspace"),
    shop_words.c.word.in_(bindparam("words", expanding=True, type_=Text)),
)
