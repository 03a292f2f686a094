"""Finding customers by any of six keys, through a viewer's eyes: exactly, by a part, with one wrong letter.

Words of names, companies and sites are looked up in tables of words, beginnings, parts and spellings, so
that no search reads more than it finds, on both databases alike; `shop_index.py` keeps those tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Select

from bot.domain.contacts import email_key
from bot.domain.ids import CustomerId, OrderId
from bot.domain.people import SuccessPlan, Viewer
from bot.domain.permissions import Act, allowed
from bot.domain.playbook.association import number_key
from bot.domain.shop.customers import masked
from bot.domain.shop.lookup import (
    MOST_HITS,
    SHORTEST_PART,
    SHORTEST_SPELT,
    WORD_KEYS,
    CustomerHit,
    Find,
    FindKey,
    Hits,
    Match,
    guesses,
    licence_hash,
    one_letter_apart,
    sought_words,
    spellings,
)
from bot.domain.verdict import CallerKind
from bot.store import customer_asking as asking
from bot.store import licence_secret
from bot.store.customer_asking import MOST_READINGS

NOTES = "notes"
FIELDS: dict[FindKey, tuple[str, ...]] = {
    FindKey.NAME: ("name",),
    FindKey.COMPANY: ("company",),
    FindKey.SITE: ("site", NOTES),
}
ALL_FIELDS = ("name", "company", "site", NOTES)

AFTER_ALL = "\U0010ffff"
"""Behind every letter, in the order of bytes."""


def find(connection: Connection, viewer: Viewer, sought: Find) -> Hits:
    """The customers that a key names, best first, MOST_HITS at most. Nobody for who may not look."""
    if not allowed(Act.FIND_ACCOUNT, viewer.person) or not sought.text.strip():
        return Hits(sought=sought)
    search = _Search(connection, viewer)
    tried = (sought.key,) if sought.key else guesses(sought.text)
    for key in tried:
        exactly = _EXACT.get(key)
        if exactly is not None:
            found = exactly(search, sought.text)
            if found:
                return Hits(sought=sought, hits=tuple(found[:MOST_HITS]), more=len(found) > MOST_HITS)
    keys = [one for one in tried if one in WORD_KEYS]
    if not keys:
        return Hits(sought=sought)
    fields = ALL_FIELDS if len(keys) == len(WORD_KEYS) else FIELDS[keys[0]]
    found = search.by_words(sought_words(sought.text), fields)
    return Hits(sought=sought, hits=tuple(found[:MOST_HITS]), more=len(found) > MOST_HITS)


class _Search:
    """One search in one workspace; who asks may look at its customers."""

    def __init__(self, connection: Connection, viewer: Viewer) -> None:
        self._connection = connection
        self._here = {"workspace": viewer.workspace_id}

    def by_email(self, text: str) -> list[CustomerHit]:
        asked = self._here | {"email": email_key(text)}
        ids = [row.id for row in self._connection.execute(asking.BY_EMAIL, asked)]
        return self._hits(ids, FindKey.EMAIL)

    def by_order(self, text: str) -> list[CustomerHit]:
        asked = self._here | {"number": number_key(text)}
        found: dict[int, Any] = {
            row.customer_id: row for row in self._connection.execute(asking.BY_ORDER, asked)
        }
        return self._hits(list(found), FindKey.ORDER, orders_of=found)

    def by_licence(self, text: str) -> list[CustomerHit]:
        secret = licence_secret.known(self._connection, self._here["workspace"])
        if secret is None:
            return []
        asked = self._here | {"hash": licence_hash(text, secret)}
        found = {row.customer_id: row.name for row in self._connection.execute(asking.BY_LICENCE, asked)}
        return self._hits(list(found), FindKey.LICENCE, sites_of=found)

    def by_words(self, words: Sequence[str], fields: Sequence[str]) -> list[CustomerHit]:
        """Who has all of the words in these fields; the less sure ways only where the surer find nobody."""
        if not words:
            return []
        found: dict[int, Match] = {}
        readings: list[set[int]] = [set() for _ in words]
        tried = 0
        for match, read in _WAYS:
            if found and match in (Match.PART, Match.ONE_LETTER):
                break
            for word, known in zip(words, readings, strict=True):
                known |= set(read(self, word))
            known_now = sum(map(len, readings))
            if all(readings) and known_now > tried:
                tried = known_now
                for customer_id in self._having(readings, fields):
                    found.setdefault(customer_id, match)
            if len(found) > MOST_HITS:
                break
        ids = list(found)[: MOST_HITS + 1]
        hits = {one.customer_id: one for one in self._hits(ids, _key_of(fields))}
        return [_matched(hits[CustomerId(one)], found[one]) for one in ids if CustomerId(one) in hits]

    def exactly(self, word: str) -> Iterable[int]:
        return self._ids(asking.WORD, word=word)

    def beginning(self, word: str) -> Iterable[int]:
        return self._ids(asking.BEGINNING, word=word, behind=word + AFTER_ALL) if len(word) > 1 else ()

    def in_part(self, word: str) -> Iterable[int]:
        if len(word) < SHORTEST_PART:
            return ()
        return self._ids(asking.PART, part=word, behind=word + AFTER_ALL)

    def one_letter(self, word: str) -> Iterable[int]:
        """Those that share a spelling and are really one letter apart: two deletions may meet by chance."""
        if len(word) < SHORTEST_SPELT:
            return ()
        asked = self._here | {"spellings": sorted(spellings(word))}
        rows = self._connection.execute(asking.SPELT, asked)
        return [row.id for row in rows if one_letter_apart(row.word, word)][:MOST_READINGS]

    def _ids(self, statement: Select[Any], **asked: object) -> list[int]:
        return list(self._connection.execute(statement, self._here | asked).scalars())

    def _having(self, readings: Sequence[set[int]], fields: Sequence[str]) -> list[int]:
        """The customers who have one reading of each word in these fields, from the rarest word on."""
        wanted = [asking.padded(sorted(one)[: MOST_READINGS * 2]) for one in readings]
        if len(wanted) > 1:
            wanted.sort(key=lambda ids: self._count(ids, fields))
        asked: dict[str, Any] = self._here | {"size": MOST_HITS + 1}
        for place, ids in enumerate(wanted):
            asked |= asking.parameters(f"words_{place}", ids)
        statement = asking.having(tuple(map(len, wanted)), tuple(fields))
        return list(self._connection.execute(statement, asked).scalars())

    def _count(self, ids: Sequence[int], fields: Sequence[str]) -> int:
        asked = self._here | asking.parameters("words_0", ids)
        statement = asking.common(len(ids), tuple(fields))
        counted: int = self._connection.execute(statement, asked).scalar_one()
        return counted

    def _hits(
        self,
        ids: Sequence[int],
        key: FindKey,
        orders_of: dict[int, Any] | None = None,
        sites_of: dict[int, str] | None = None,
    ) -> list[CustomerHit]:
        """Those customers as a list shows them, in this order."""
        if not ids:
            return []
        wanted = asking.padded(ids)
        asked = self._here | asking.parameters("ids", wanted)
        rows = self._connection.execute(asking.hits(len(wanted)), asked).all()
        found = {row.id: row for row in rows}
        made = []
        for one in ids:
            if one not in found:
                continue
            row, order = found[one], (orders_of or {}).get(one)
            made.append(
                CustomerHit(
                    customer_id=CustomerId(row.id),
                    number=row.number,
                    name=row.name,
                    company=row.company,
                    masked_email=masked(row.email),
                    kind=CallerKind(row.kind),
                    plan=SuccessPlan(row.plan),
                    site=(sites_of or {}).get(one) or row.site or "",
                    sites=row.sites,
                    newest_order_at=row.newest_order_at,
                    found_by=key,
                    order_id=OrderId(order.id) if order else None,
                    order_number=order.number if order else "",
                )
            )
        return made


_EXACT: dict[FindKey, Callable[[_Search, str], list[CustomerHit]]] = {
    FindKey.EMAIL: _Search.by_email,
    FindKey.ORDER: _Search.by_order,
    FindKey.LICENCE: _Search.by_licence,
}
_WAYS: tuple[tuple[Match, Callable[[_Search, str], Iterable[int]]], ...] = (
    (Match.EXACT, _Search.exactly),
    (Match.BEGINNING, _Search.beginning),
    (Match.PART, _Search.in_part),
    (Match.ONE_LETTER, _Search.one_letter),
)


def _key_of(fields: Sequence[str]) -> FindKey:
    return next((key for key, of in FIELDS.items() if tuple(fields) == of), FindKey.NAME)


def _matched(hit: CustomerHit, match: Match) -> CustomerHit:
    return CustomerHit(**{**vars(hit), "match": match})
