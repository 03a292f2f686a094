"""Finding customers by any of six keys, through a viewer's eyes: exactly, by a part, with one wrong letter.

Words of names, companies and sites are looked up in tables of words, beginnings, parts and spellings, so
that no search reads more than it finds, on both databases alike; `shop_index.py` keeps those tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

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
from bot.store.direct import Direct, Rows, instants

NOTES = "notes"
FIELDS: dict[FindKey, tuple[str, ...]] = {
    FindKey.NAME: ("name",),
    FindKey.COMPANY: ("company",),
    FindKey.SITE: ("site", NOTES),
}
_KEYS = {fields: key for key, fields in FIELDS.items()}
ALL_FIELDS = ("name", "company", "site", NOTES)

AFTER_ALL = "\U0010ffff"
"""Behind every letter, in the order of bytes."""
BEFORE_ALL = "\x01"
"""Before every one of them."""


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
        self._workspace = viewer.workspace_id
        self._here: dict[str, object] = {"workspace": viewer.workspace_id}
        self._instant = instants(connection)

    def by_email(self, text: str) -> list[CustomerHit]:
        found = self._run(asking.BY_EMAIL, {"email": email_key(text)})
        return [self._hit(row, FindKey.EMAIL) for row in found]

    def by_order(self, text: str) -> list[CustomerHit]:
        found = self._run(asking.BY_ORDER, {"number": number_key(text)})
        return self._each_once(found, FindKey.ORDER)

    def by_licence(self, text: str) -> list[CustomerHit]:
        secret = licence_secret.known(self._connection, self._workspace)
        if secret is None:
            return []
        found = self._run(asking.BY_LICENCE, {"hash": licence_hash(text, secret)})
        return self._each_once(found, FindKey.LICENCE)

    def _each_once(self, rows: Rows, key: FindKey) -> list[CustomerHit]:
        last = {row[0]: row for row in rows}  # somebody may have two orders, or sites, of one key
        return [self._hit(row, key) for row in last.values()]

    def by_words(self, words: Sequence[str], fields: tuple[str, ...]) -> list[CustomerHit]:
        """Who has all of the words in these fields; the less sure ways only where the surer find nobody."""
        if not words:
            return []
        found: dict[int, CustomerHit] = {}
        begins = self._beginning(words, fields)
        counts = [one for _, one, meant in begins if meant is None]
        readings: list[set[int]] = [set() for _ in words]
        tried, key = 0, _key_of(fields)
        for match, more in self._ways(words, begins, readings):
            if found and match in _LESS_SURE:
                break
            for place, word_id in more():
                readings[place].add(word_id)
            known = sum(map(len, readings))
            if all(readings) and known > tried:
                tried = known
                known_counts = counts if match is Match.EXACT else None
                for row in self._having(readings, fields, known_counts):
                    if row[0] not in found:
                        found[row[0]] = self._hit(row, key, match)
            if len(found) > MOST_HITS:
                break
        return list(found.values())[: MOST_HITS + 1]

    def _ways(
        self, words: Sequence[str], begins: Rows, known: Sequence[set[int]]
    ) -> Iterator[tuple[Match, Callable[[], list[tuple[int, int]]]]]:
        """Each way to read the words: what it gives are pairs of a word's place and a reading's id."""
        yield Match.EXACT, lambda: [(place, one) for place, one, meant in begins if meant == words[place]]
        yield Match.BEGINNING, lambda: [(place, one) for place, one, meant in begins if meant is not None]
        yield Match.PART, lambda: self._in_part(words)
        unknown = [place for place, ids in enumerate(known) if not ids]
        if unknown and len(unknown) < len(words):  # most often the others are spelt as they should be
            yield Match.ONE_LETTER, lambda: self._one_letter(words, unknown)
        yield Match.ONE_LETTER, lambda: self._one_letter(words, range(len(words)))

    def _beginning(self, words: Sequence[str], fields: tuple[str, ...]) -> Rows:
        """A single letter begins half the shop: it stands for itself alone."""
        asked: dict[str, object] = {}
        for place, word in enumerate(words):
            asked[f"word_{place}"] = word
            asked[f"behind_{place}"] = word + (AFTER_ALL if len(word) > 1 else BEFORE_ALL)
        return self._run(asking.beginning(len(words), fields), asked)

    def _in_part(self, words: Sequence[str]) -> list[tuple[int, int]]:
        long = [(place, word) for place, word in enumerate(words) if len(word) >= SHORTEST_PART]
        if not long:
            return []
        asked: dict[str, object] = {}
        for at, (_, word) in enumerate(long):
            asked |= {f"word_{at}": word, f"behind_{at}": word + AFTER_ALL}
        return [(long[at][0], one) for at, one, _ in self._run(asking.in_part(len(long)), asked)]

    def _one_letter(self, words: Sequence[str], places: Iterable[int]) -> list[tuple[int, int]]:
        """Those that share a spelling and are really one letter apart: two deletions may meet by chance."""
        long = [(place, words[place]) for place in places if len(words[place]) >= SHORTEST_SPELT]
        if not long:
            return []
        known = [asking.padded(sorted(spellings(word))) for _, word in long]
        asked = {
            name: one
            for at, ids in enumerate(known)
            for name, one in asking.parameters(f"spelling_{at}", ids).items()
        }
        rows = self._run(asking.spelt(tuple(map(len, known))), asked)
        near = dict.fromkeys(
            (long[at][0], one) for at, one, meant in rows if one_letter_apart(meant, long[at][1])
        )
        return [
            pair for place, _ in long for pair in [one for one in near if one[0] == place][:MOST_READINGS]
        ]

    def _having(
        self, readings: Sequence[set[int]], fields: tuple[str, ...], counts: Sequence[int] | None
    ) -> Rows:
        """The customers who have one reading of each word in these fields, from the rarest word on."""
        wanted = [asking.padded(sorted(one)[: MOST_READINGS * 2]) for one in readings]
        if len(wanted) > 1:
            counted = counts or self._run(_common(wanted, fields), _lists(wanted))[0]
            wanted = [wanted[at] for at in sorted(range(len(wanted)), key=lambda at: counted[at])]
        return self._run(asking.having(tuple(map(len, wanted)), fields), _lists(wanted))

    def _run(self, statement: Direct, asked: dict[str, object]) -> Rows:
        return statement.rows(self._connection, self._here | asked)

    def _hit(self, row: Sequence[Any], key: FindKey, match: Match = Match.EXACT) -> CustomerHit:
        """A customer as a list shows them; behind that an order, or the site of a licence."""
        customer_id, number, name, company, email, kind, plan, newest_at, site, sites, *more = row
        of_order = key is FindKey.ORDER
        return CustomerHit(
            customer_id=CustomerId(customer_id),
            number=number,
            name=name,
            company=company,
            masked_email=masked(email),
            kind=CallerKind(kind),
            plan=SuccessPlan(plan),
            site=(more[0] if more and not of_order else site) or "",
            sites=sites,
            newest_order_at=self._instant(newest_at),
            found_by=key,
            match=match,
            order_id=OrderId(more[0]) if of_order else None,
            order_number=more[1] if of_order else "",
        )


_LESS_SURE = frozenset({Match.PART, Match.ONE_LETTER})
_EXACT: dict[FindKey, Callable[[_Search, str], list[CustomerHit]]] = {
    FindKey.EMAIL: _Search.by_email,
    FindKey.ORDER: _Search.by_order,
    FindKey.LICENCE: _Search.by_licence,
}


def _common(wanted: Sequence[Sequence[int]], fields: tuple[str, ...]) -> Direct:
    return asking.common(tuple(map(len, wanted)), fields)


def _lists(wanted: Sequence[Sequence[int]]) -> dict[str, object]:
    return {
        name: one
        for place, ids in enumerate(wanted)
        for name, one in asking.parameters(f"words_{place}", ids).items()
    }


def _key_of(fields: tuple[str, ...]) -> FindKey:
    return _KEYS.get(fields, FindKey.NAME)
