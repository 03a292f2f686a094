"""Which order or cart a case is about: found by the words and fields that a playbook names. Pure.

Only what the account itself has can be found, so another account's order is neither tied nor named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
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
    """What was found, by which rule. One ties itself; of several somebody has to choose."""

    found: tuple[Owned, ...] = ()
    rule: str = ""

    @property
    def tied(self) -> Owned | None:
        return self.found[0] if len(self.found) == 1 else None

    @property
    def asks(self) -> bool:
        return len(self.found) > 1


CASE_FIELDS = ("order_no", "cart_no", "site", "title", "description")
"""Where rules may look."""

_BETWEEN = frozenset({"no", "nr", "num", "number", "id", "is", "#"})
"""What people write between the word and the number."""
_AND = frozenset({"and", "or"})

_TOKEN = re.compile(r"#|[\w](?:[\w./:-]*\w)?")


def associate(rules: AssociationRules, texts: Mapping[str, str], owned: Sequence[Owned]) -> Association:
    """What a case with these texts is about, among what its own account has."""
    for rule in rules:
        found = dict[Owned, None]()
        for name in rule.looks_in:
            found.update(dict.fromkeys(_in_text(rule, texts.get(name, ""), owned)))
        if found:
            return Association(found=tuple(found), rule=rule.id)
    return Association()


def number_key(number: str) -> str:
    """An order number as it is compared: without case, a number sign and zeros in front."""
    return number.strip().casefold().lstrip("#").strip().lstrip("0")


def _in_text(rule: AssociationRule, text: str, owned: Sequence[Owned]) -> Iterator[Owned]:
    mine = [one for one in owned if one.thing is rule.names]
    if rule.by_site:
        words = {site_key(word) for word in _TOKEN.findall(text)}
        yield from (one for one in mine if one.site and site_key(one.site) in words)
        return
    candidates = set(_after(rule.words, text)) if rule.words else {number_key(text)}
    yield from (one for one in mine if number_key(one.number) in candidates - {""})


def _after(words: Sequence[str], text: str) -> Iterator[str]:
    """What follows one of the words, over what people put between; and after it each number of a list."""
    tokens = [word.casefold() for word in _TOKEN.findall(text.replace("#", " # "))]
    for position in range(len(tokens)):
        if not any(_ends_with(tokens[: position + 1], word) for word in words):
            continue
        rest = position + 1
        while rest < len(tokens) and (_is_number(tokens[rest]) or tokens[rest] in _BETWEEN | _AND):
            if _is_number(tokens[rest]):
                yield number_key(tokens[rest])
            rest += 1


def _is_number(token: str) -> bool:
    return any(map(str.isdigit, token))


def _ends_with(tokens: Sequence[str], word: str) -> bool:
    """Whether the last tokens are this word, which may be several ("purchase order")."""
    wanted = word.casefold().split()
    return list(tokens[-len(wanted) :]) == wanted
