"""Which order or cart a case is about: found by the words and fields that a playbook names. Pure.

Only what the account itself has can be found, so another account's order is neither tied nor named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.entitlement import site_key


class Thing(StrEnum):
    """What a case can be tied to."""

    ORDER = "order"
    CART = "cart"


@dataclass(frozen=True, kw_only=True)
class Owned:
    """An order or a cart of the account that a case is of."""

    thing: Thing
    number: str
    site: str = ""


@dataclass(frozen=True, kw_only=True)
class AssociationRule:
    """Where a number is looked for, and after which words. The rule that stands first and finds decides.

    `looks_in` are fields of a case. Without `words` a field's whole text is the number; with them it is the
    word that follows one of them. `by_site` finds by the name of a licensed site in the text.
    """

    id: str
    names: Thing
    looks_in: tuple[str, ...]
    words: tuple[str, ...] = ()
    by_site: bool = False


AssociationRules = tuple[AssociationRule, ...]


@dataclass(frozen=True, kw_only=True)
class Association:
    """What was found, by which rule. One ties itself; of several somebody has to choose.

    `doubtful`: a number is named that the account does not have, so that what was found otherwise may not be
    what is meant; then somebody chooses, too.
    """

    found: tuple[Owned, ...] = ()
    rule: str = ""
    doubtful: bool = False

    @property
    def tied(self) -> Owned | None:
        return self.found[0] if len(self.found) == 1 and not self.doubtful else None

    @property
    def asks(self) -> bool:
        return bool(self.found) and self.tied is None


CASE_FIELDS = ("order_no", "cart_no", "site", "title", "description")
"""Where rules may look."""

_BETWEEN = frozenset({"no", "nr", "num", "number", "id", "is", "#"})
"""What people write between the word and the number."""
LONGEST_LIST = 40
"""Words after the one that names: a list of numbers is not longer, and no text takes long to read."""

_AND = frozenset({"and", "or"})

_TOKEN = re.compile(r"#|[\w](?:[\w./:-]*\w)?")


def associate(rules: AssociationRules, texts: Mapping[str, str], owned: Sequence[Owned]) -> Association:
    """What a case with these texts is about, among what its own account has."""
    doubtful = False
    for rule in rules:
        mine = [one for one in owned if one.thing is rule.names]
        given = [texts[name] for name in rule.looks_in if texts.get(name, "").strip()]
        if rule.by_site:
            found = [one for one in mine if any(_names_site(text, one.site) for text in given)]
        else:
            numbers = {number for text in given for number in _numbers(rule, text)}
            found = [one for one in mine if number_key(one.number) in numbers]
            doubtful = doubtful or len({number_key(one.number) for one in found}) < len(numbers)
        if found:
            return Association(found=tuple(dict.fromkeys(found)), rule=rule.id, doubtful=doubtful)
    return Association(doubtful=doubtful)


def may_name(texts: Iterable[str]) -> bool:
    """Whether these could name anything at all: a number has a digit, a site a point."""
    return any(one.isdigit() or one == "." for text in texts for one in text)


def named_numbers(rules: AssociationRules, texts: Mapping[str, str]) -> frozenset[str]:
    """The keys of all numbers that texts name, for who looks them up among many orders."""
    given = [(rule, texts[name]) for rule in rules for name in rule.looks_in if texts.get(name, "").strip()]
    return frozenset(number for rule, text in given if not rule.by_site for number in _numbers(rule, text))


def number_key(number: str) -> str:
    """An order number as it is compared: without case, a number sign and zeros in front."""
    return number.strip().casefold().lstrip("#").strip().lstrip("0")


def _names_site(text: str, site: str) -> bool:
    """Whether a text has a site's name, or the address of a page of it."""
    key = site_key(site)
    words = (site_key(word) for word in _TOKEN.findall(text))
    return bool(key) and any(word == key or word.startswith(f"{key}/") for word in words)


def _numbers(rule: AssociationRule, text: str) -> set[str]:
    """The numbers that a text names by this rule."""
    return (set(_after(rule.words, text)) if rule.words else {number_key(text)}) - {""}


def _after(words: Sequence[str], text: str) -> Iterator[str]:
    """What follows one of the words, over what people put between; and after it each number of a list."""
    tokens = [word.casefold() for word in _TOKEN.findall(text.replace("#", " # "))]
    named = [word.casefold().split() for word in words]
    for end in range(1, len(tokens) + 1):
        if not any(tokens[max(0, end - len(word)) : end] == word for word in named):
            continue
        for token in tokens[end : end + LONGEST_LIST]:
            if _is_number(token):
                yield number_key(token)
            elif token not in _BETWEEN | _AND:
                break


def _is_number(token: str) -> bool:
    return any(map(str.isdigit, token))
