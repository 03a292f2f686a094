"""What goes when a customer is erased, what the law lets a desk keep, and how texts lose their name. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.ids import CustomerId
from bot.domain.personal import Value
from bot.domain.shop.customers import Customer

ERASED = "[erased on request]"
"""What stands where the customer's own words stood."""

SHORTEST_WORD = 3
"""A word of a name that is shorter stands in too many sentences that are not about anybody."""


class Goes(StrEnum):
    """What is erased, or loses the customer's name."""

    CUSTOMER = "customer"
    SITES = "sites"
    CARTS = "carts"
    REVIEWS = "reviews"
    ORDERS = "orders"
    CASES = "cases"
    COMMENTS = "comments"
    FILES = "files"
    CALLS = "calls"
    MAILS = "mails"
    LINKS = "links"
    PEOPLE = "people"
    REPORTS = "reports"


class Stays(StrEnum):
    """What is kept, each with the reason that law or the matter gives."""

    ORDERS = "orders"  # documents with amounts: bookkeeping
    PAYMENTS = "payments"
    CASES = "cases"  # the work, under a pseudonym
    LOG = "log"  # who did what and when, without a word of it
    SLACK = "slack"  # what people wrote in Slack themselves: only they or an owner of Slack can delete it


@dataclass(frozen=True, kw_only=True)
class ErasureRehearsal:
    """What an erasure comes to, counted before it is done. `done` says that it was done before."""

    customer: Customer
    goes: Mapping[Goes, int]
    stays: Mapping[Stays, int]
    shares_account: bool = False
    done: bool = False
    under_way: bool = False


@dataclass(frozen=True, kw_only=True)
class EraseCustomer:
    """Erase a customer for good. `typed` is their number once more, typed by who means it."""

    customer_id: CustomerId
    typed: str
    reason: str


def pseudonym(customer_id: CustomerId) -> str:
    """What a customer is called from then on: it says nothing of them, and tells two apart."""
    return f"Erased customer {customer_id}"


def is_back(customer: Customer) -> bool:
    """Whether one who was erased is known again: an import brings back whom the shop still has."""
    return customer.name != pseudonym(customer.id) or bool(customer.email)


@dataclass(frozen=True)
class Redactor:
    """Takes a customer's names out of what others wrote."""

    pattern: re.Pattern[str] | None = field(repr=False)
    """It is made of what is to be forgotten, so no log may show it."""

    def text(self, said: str) -> str:
        """The text without the names; what has none is the same."""
        return self.pattern.sub("[erased]", said) if self.pattern else said

    def value(self, value: Value) -> Value:
        """The same of all texts within a JSON value."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(one) for one in value]
        if isinstance(value, dict):
            return {name: self.value(one) for name, one in value.items()}
        return value

    def also(self, others: Iterable[str]) -> Redactor:
        """One that takes these out besides, each as a whole."""
        more = redactor(name="", others=others).pattern
        if more is None or self.pattern is None:
            return self if more is None else Redactor(more)
        return Redactor(re.compile(f"{more.pattern}|{self.pattern.pattern}", re.IGNORECASE))


def redactor(
    *, name: str, company: str = "", others: Iterable[str] = (), lines: Iterable[str] = ()
) -> Redactor:
    """One for these names. Of a person's name each word counts alone, of the others the whole.

    `others` are addresses, phone numbers and sites; `lines` are those of postal addresses, of which short
    ones (a country, a city) are nobody's.
    """
    found = {one.strip() for one in (name, company, *others) if len(one.strip()) >= SHORTEST_WORD}
    found |= {one for one in re.split(r"[\s,;.]+", name) if len(one) >= SHORTEST_WORD}
    found |= {one.strip() for one in lines if len(one.strip()) > 8}
    if not found:
        return Redactor(None)
    longest_first = sorted(found, key=lambda one: (-len(one), one))
    either = "|".join(r"\s+".join(map(re.escape, one.split())) for one in longest_first)
    return Redactor(re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE))
