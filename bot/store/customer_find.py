"""Finding customers by any of six keys, through a viewer's eyes: exactly, by a part, with one wrong letter.

Words of names, companies and sites are looked up in tables of words, beginnings, parts and spellings, so
that no search reads more than it finds, on both databases alike; `shop_index.py` keeps those tables.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection

from bot.domain.contacts import email_key
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
from bot.store.customer_asking import ENOUGH, FEW, MOST_READINGS
from bot.store.direct import Direct, Line, Rows, instants

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


class _Word:
    """A typed word and which words of the shop it may stand for.

    `count` is how many customers have one of those, as far as it is known; 0 where it is not.
    """

    __slots__ = ("count", "ids", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.ids: set[int] = set()
        self.count = 0

    def means(self, ids: Collection[int], count: int = 0) -> bool:
        """It may stand for these, too; whether there is a new one among them."""
        before = len(self.ids)
        self.count = 0 if before else count
        self.ids.update(ids)
        return len(self.ids) > before

    def means_some_of(self, counts: Mapping[int, int]) -> bool:
        """The same of so many of these as are of use, with how many customers each has."""
        ids = list(counts)[:MOST_READINGS]
        are_few = all(counts[one] < FEW for one in ids)
        return self.means(ids, sum(map(counts.__getitem__, ids)) if are_few else 0)

    def wanted(self) -> tuple[int, ...]:
        """What it may stand for, as statements take it."""
        return tuple(self.ids) if len(self.ids) == 1 else asking.padded(sorted(self.ids)[: MOST_READINGS * 2])


class _Search:
    """One search in one workspace; who asks may look at its customers."""

    def __init__(self, connection: Connection, viewer: Viewer) -> None:
        self._connection = connection
        self._workspace = viewer.workspace_id
        self._line = Line(connection)
        self._instant = instants(connection)

    def by_email(self, text: str) -> list[CustomerHit]:
        found = self._run(asking.BY_EMAIL, {"email": email_key(text)})
        return [self._hit(row, FindKey.EMAIL) for row in found]

    def by_order(self, text: str) -> list[CustomerHit]:
        found = self._run(asking.BY_ORDER, {"number": number_key(text)})
        return self._each_once(found, FindKey.ORDER)

    def by_licence(self, text: str) -> list[CustomerHit]:
        secret = licence_secret.at_hand(self._connection, self._workspace)
        if secret is None:
            return []
        found = self._run(asking.BY_LICENCE, {"hash": licence_hash(text, secret)})
        return self._each_once(found, FindKey.LICENCE)

    def _each_once(self, rows: Rows, key: FindKey) -> list[CustomerHit]:
        in_order = sorted(rows, key=itemgetter(-1)) if len(rows) > 1 else rows
        # Somebody may have two orders, or sites, of one key.
        last = {row[0]: row for row in in_order if row[0]}
        return [self._hit(row, key) for row in last.values()]

    def by_words(self, texts: Sequence[str], fields: tuple[str, ...]) -> list[CustomerHit]:
        """Who has all of the words in these fields; the less sure ways only where the surer find nobody."""
        words = [_Word(text) for text in texts]
        if not words:
            return []
        longer = self._beginning(words, fields)
        found: dict[int, CustomerHit] = {}
        self._add(found, Match.EXACT, words, fields)
        if longer and len(found) <= MOST_HITS:
            for word, ids in longer:
                word.means(ids)
            self._add(found, Match.BEGINNING, words, fields)
        if not found:
            self._misspelt(found, words, fields)
        if not found and self._in_part(words):
            self._add(found, Match.PART, words, fields)
        if not found:
            unknown = [word for word in words if not word.ids]
            # Most often the others are spelt as they should be.
            if 0 < len(unknown) < len(words) and self._one_letter(unknown, fields):
                self._add(found, Match.ONE_LETTER, words, fields)
            if not found and self._one_letter(words, fields):
                self._add(found, Match.ONE_LETTER, words, fields)
        return list(found.values())[: MOST_HITS + 1]

    def _beginning(self, words: Sequence[_Word], fields: tuple[str, ...]) -> list[tuple[_Word, list[int]]]:
        """Read each word as itself; what is returned are the readings that begin with it.

        A single letter begins half the shop: it stands for itself alone.
        """
        asked: dict[str, object] = {}
        for place, word in enumerate(words):
            asked[f"word_{place}"] = word.text
            asked[f"behind_{place}"] = word.text + (AFTER_ALL if len(word.text) > 1 else BEFORE_ALL)
        longer: dict[int, list[int]] = {}
        for place, one, meant, count in self._run(asking.beginning(len(words), fields), asked):
            if meant == words[place].text:
                words[place].means((one,), count)
            else:
                longer.setdefault(place, []).append(one)
        return [(words[place], ids) for place, ids in longer.items()]

    def _misspelt(
        self, found: dict[int, CustomerHit], words: Sequence[_Word], fields: tuple[str, ...]
    ) -> None:
        """Find who has all words but an unknown one, and a word one letter apart from that, at one go.

        Nobody where that may not be all: where a word stands within others, too, or many come into question.
        """
        known = [word.wanted() for word in words if word.ids]
        wrong = next((word.text for word in words if not word.ids), "")
        if not known or len(known) < len(words) - 1 or len(wrong) < SHORTEST_SPELT:
            return
        asked = _lists(known)
        spelt = asking.padded(tuple(spellings(wrong)))
        asked.update(asking.parameters("spelling_0", spelt))
        parts = _as_parts(asked, words)
        rows = self._run(asking.misspelt(_sizes(known), len(spelt), parts, fields), asked)
        if not rows or rows[0][-1] or rows[0][-2] >= asking.MOST_NEAR:
            return
        meant = {word for word in {row[-3] for row in rows} if one_letter_apart(word, wrong)}
        key = _KEYS.get(fields, FindKey.NAME)
        for row in rows:
            if row[-3] in meant and row[0] and row[0] not in found:
                found[row[0]] = self._hit(row, key, Match.ONE_LETTER)

    def _in_part(self, words: Sequence[_Word]) -> bool:
        """Read each word as a part of others; whether there are any."""
        long = [word for word in words if len(word.text) >= SHORTEST_PART]
        if not long:
            return False
        asked: dict[str, object] = {}
        readings: list[list[int]] = [[] for _ in long]
        for at, one, _ in self._run(asking.in_part(_as_parts(asked, long)), asked):
            readings[at].append(one)
        return sum([word.means(ids) for word, ids in zip(long, readings, strict=True)]) > 0

    def _one_letter(self, words: Sequence[_Word], fields: tuple[str, ...]) -> bool:
        """Read each word as those that are one letter apart from it; whether there are any.

        They share a spelling; but two deletions may meet by chance.
        """
        long = [word for word in words if len(word.text) >= SHORTEST_SPELT]
        if not long:
            return False
        asked: dict[str, object] = {}
        sizes: list[int] = []
        for at, word in enumerate(long):
            spelt = asking.padded(tuple(spellings(word.text)))
            sizes.append(len(spelt))
            asked.update(asking.parameters(f"spelling_{at}", spelt))
        near: list[dict[int, int]] = [{} for _ in long]  # each once, however many spellings they share
        for at, one, meant, count in self._run(asking.spelt(tuple(sizes), fields), asked):
            if one not in near[at] and one_letter_apart(meant, long[at].text):
                near[at][one] = count
        return sum([word.means_some_of(ids) for word, ids in zip(long, near, strict=True)]) > 0

    def _add(
        self,
        found: dict[int, CustomerHit],
        match: Match,
        words: Sequence[_Word],
        fields: tuple[str, ...],
    ) -> None:
        """Find the customers who have one reading of each word in these fields, from a rare word on."""
        wanted = [word.wanted() for word in words if word.ids]
        if len(wanted) < len(words):
            return
        if len(words) > 1:
            wanted = self._rarest_first(wanted, fields, [word.count for word in words])
        key = _KEYS.get(fields, FindKey.NAME)
        for row in self._run(asking.having(_sizes(wanted), fields), _lists(wanted)):
            if row[0] and row[0] not in found:
                found[row[0]] = self._hit(row, key, match)

    def _rarest_first(
        self, wanted: list[tuple[int, ...]], fields: tuple[str, ...], known: Sequence[int]
    ) -> list[tuple[int, ...]]:
        """The words' readings in a good order: a word that is known to be rare begins, or all are counted."""
        if not all(known):
            few, place = min([(one or ENOUGH, at) for at, one in enumerate(known)])
            if few * sum(map(len, wanted)) <= ENOUGH:
                return [wanted[place], *wanted[:place], *wanted[place + 1 :]]
            known = self._run(asking.common(_sizes(wanted), fields), _lists(wanted))[0]
        return [wanted[at] for at in sorted(range(len(wanted)), key=known.__getitem__)]

    def _run(self, statement: Direct, asked: dict[str, object]) -> Rows:
        asked["workspace"] = self._workspace
        return self._line.rows(statement, asked)

    def _hit(self, row: Sequence[Any], key: FindKey, match: Match = Match.EXACT) -> CustomerHit:
        """A customer as a list shows them; behind that an order's number and id, or a licence's site."""
        of_order = key is FindKey.ORDER
        return CustomerHit(  # by place: with names it takes three times as long
            row[0],
            row[1],
            row[2],
            row[3],
            masked(row[4]),
            _KINDS[row[5]],
            _PLANS[row[6]],
            key,
            (row[10] if key is FindKey.LICENCE else row[8]) or "",
            row[9],
            self._instant(row[7]),
            match,
            row[11] if of_order else None,
            row[10] if of_order else "",
        )


_KINDS: dict[str, CallerKind] = {one.value: one for one in CallerKind}
_PLANS: dict[str, SuccessPlan] = {one.value: one for one in SuccessPlan}
_EXACT: dict[FindKey, Callable[[_Search, str], list[CustomerHit]]] = {
    FindKey.EMAIL: _Search.by_email,
    FindKey.ORDER: _Search.by_order,
    FindKey.LICENCE: _Search.by_licence,
}


def _sizes(wanted: Sequence[Sequence[int]]) -> tuple[int, ...]:
    return tuple(map(len, wanted))


def _as_parts(asked: dict[str, object], words: Sequence[_Word]) -> int:
    """Ask for words as parts of others; how many of them are long enough."""
    long = [word.text for word in words if len(word.text) >= SHORTEST_PART]
    for at, text in enumerate(long):
        asked[f"word_{at}"] = text
        asked[f"behind_{at}"] = text + AFTER_ALL
    return len(long)


def _lists(wanted: Sequence[Sequence[int]]) -> dict[str, object]:
    asked: dict[str, object] = {}
    for place, ids in enumerate(wanted):
        asked.update(asking.parameters(f"words_{place}", ids))
    return asked
