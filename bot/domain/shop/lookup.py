"""How a customer is found: by which of six keys, which words of one count, what one wrong letter is. Pure."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from bot.domain.articles import normalised
from bot.domain.call_rows import CallRow
from bot.domain.entitlement import site_key
from bot.domain.ids import CustomerId, OrderId
from bot.domain.people import SuccessPlan
from bot.domain.verdict import CallerKind


class FindKey(StrEnum):
    """What somebody on the phone can name (domain.md 4, P1)."""

    SITE = "site"
    NAME = "name"
    COMPANY = "company"
    EMAIL = "email"
    ORDER = "order_no"
    LICENCE = "licence_key"


WORD_KEYS = (FindKey.SITE, FindKey.NAME, FindKey.COMPANY)
"""Keys that are found by their words, by a part of one, and with one wrong letter."""


class Match(StrEnum):
    """How well a word met, best first."""

    EXACT = "exact"
    BEGINNING = "beginning"
    PART = "part"
    ONE_LETTER = "one_letter"


@dataclass(frozen=True, kw_only=True)
class Find:
    """Look for customers. Without a key all six are tried."""

    text: str
    key: FindKey | None = None


class CustomerHit(NamedTuple):
    """One found customer, as a list shows it: the address is masked.

    `order_id` and `order_number` are of the order that was named, where one was. (A tuple, because each
    letter that somebody types makes a page of these.)
    """

    customer_id: CustomerId
    number: str
    name: str
    company: str
    masked_email: str
    kind: CallerKind
    plan: SuccessPlan
    found_by: FindKey
    site: str = ""
    sites: int = 0
    newest_order_at: datetime | None = None
    match: Match = Match.EXACT
    order_id: OrderId | None = None
    order_number: str = ""


@dataclass(frozen=True, kw_only=True)
class Hits:
    """What was found, best first; `more` says that there is more than is shown.

    `busy` are the calls that others have with some of them at this moment.
    """

    sought: Find
    hits: tuple[CustomerHit, ...] = ()
    more: bool = False
    busy: Mapping[CustomerId, CallRow] = field(default_factory=dict)


MOST_HITS = 20
SHORTEST_PART = 3
"""Letters below which a part of a word finds half the shop."""
LONGEST_WORD = 40
MOST_WORDS = 6
MOST_WORDS_OF_NOTES = 40

_SITE_LIKE = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:/[\w./-]*)?")
_NOT_LICENCE = re.compile(r"[^0-9A-Z]")


def words_of(text: str) -> tuple[str, ...]:
    """The words of a name or a company, as they are compared: without case, accents and marks."""
    if text.isascii() and text.isalnum():  # one plain word, as most are
        return (text.lower()[:LONGEST_WORD],)
    is_plain = text.isascii() and text.replace(" ", "").isalnum()
    words = text.lower().split() if is_plain else normalised(text).split()
    return tuple(dict.fromkeys([word[:LONGEST_WORD] for word in words]))


def site_words(site: str) -> tuple[str, ...]:
    """The labels of a site's host by which it is found: without "www" and without the last, as "com"."""
    host = site_key(site).partition("/")[0].partition(":")[0]
    labels = [one for one in host.split(".") if one]
    if len(labels) > 1:
        labels = labels[:-1]
    if len(labels) == 1:
        return words_of(labels[0])
    return tuple(dict.fromkeys([word for label in labels for word in words_of(label)]))


def words_of_notes(notes: str) -> tuple[str, ...]:
    """The words of the sites that an order's notes name, and then those of its text."""
    named = [word for site in _SITE_LIKE.findall(notes) for word in site_words(site)]
    plain = [word for word in words_of(_SITE_LIKE.sub(" ", notes)) if len(word) >= SHORTEST_PART]
    return tuple(dict.fromkeys([*named, *plain]))[:MOST_WORDS_OF_NOTES]


def sites_in(notes: str) -> tuple[str, ...]:
    """The words of the sites that notes name: parts of these are looked for, too."""
    return tuple(dict.fromkeys(word for site in _SITE_LIKE.findall(notes) for word in site_words(site)))


def sought_words(text: str) -> tuple[str, ...]:
    """The words that somebody looks for, of a site or of a name."""
    if "." not in text and "/" not in text:
        return words_of(text)[:MOST_WORDS]
    found = [
        word
        for part in text.split()
        for word in (
            site_words(part) if _SITE_LIKE.fullmatch(part.strip("/")) or "//" in part else words_of(part)
        )
    ]
    return tuple(dict.fromkeys(found))[:MOST_WORDS]


def guesses(text: str) -> tuple[FindKey, ...]:
    """Which keys a text can be, the surest first."""
    bare = text.strip()
    if "@" in bare:
        return (FindKey.EMAIL,)
    found = [FindKey.ORDER] if any(map(str.isdigit, bare)) and len(bare.split()) <= 2 else []
    if len(licence_bare(bare)) >= SHORTEST_LICENCE and any(map(str.isdigit, bare)):
        found.append(FindKey.LICENCE)
    return (*found, *WORD_KEYS)


# --- licence keys -------------------------------------------------------------------------------------------

SHORTEST_LICENCE = 8


def licence_bare(key: str) -> str:
    """A licence key as it is compared: capital letters and digits."""
    return _NOT_LICENCE.sub("", key.strip().upper())


def licence_hash(key: str, secret: bytes) -> str:
    """What is kept of a licence key beside its last four signs; "" of what is none.

    By the desk's secret: keys are short enough to try them all out against a hash that anybody can make.
    """
    bare = licence_bare(key)
    return keyed(hashlib.sha256(f"caseline licence {bare}".encode()).hexdigest(), secret) if bare else ""


def keyed(plain: str, secret: bytes) -> str:
    """The hash that is kept, from one that knows no secret, as the first release kept it."""
    return hmac.digest(secret, plain.encode(), "sha256").hex()


def last_four(key: str) -> str:
    """The last four signs of a key that is long enough to hide the others."""
    bare = licence_bare(key)
    return bare[-4:] if len(bare) >= SHORTEST_LICENCE else ""


# --- one wrong letter ---------------------------------------------------------------------------------------

SHORTEST_SPELT = 4
"""Letters from which on a word may have a wrong one: "Ann" and "Jan" are two names."""


def spellings(word: str) -> frozenset[str]:
    """A word and what is left of it without any one letter: two words that differ by one letter share one."""
    if len(word) < SHORTEST_SPELT - 1:
        return frozenset((word,))
    return frozenset([word, *[word[:place] + word[place + 1 :] for place in range(len(word))]])


def parts_of(word: str) -> Iterator[str]:
    """The ends of a word: whatever stands in it begins one of them."""
    for start in range(len(word) - SHORTEST_PART + 1):
        yield word[start:]


def one_letter_apart(one: str, other: str) -> bool:
    """Whether one letter is wrong, missing or too many, or two neighbours have changed places."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        start += 1
    left, right = one[start:], other[start:]
    if len(left) == len(right):
        swapped = left[:2][::-1] == right[:2] and left[2:] == right[2:]
        return left[1:] == right[1:] or swapped
    return left[1:] == right or left == right[1:]


def nearly(one: str, other: str) -> bool:
    """Whether two names are word for word the same, but for a letter in each."""
    words, others = normalised(one).split(), normalised(other).split()
    if len(words) != len(others):
        return False
    pairs = zip(words, others, strict=True)
    return all(a == b or (len(a) >= SHORTEST_SPELT and one_letter_apart(a, b)) for a, b in pairs)
