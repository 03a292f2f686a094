"""A page of a list of customers, as Home's area shows it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.ids import CustomerId
from bot.domain.people import SuccessPlan
from bot.domain.verdict import CallerKind

PAGE = 10

MOST_COUNTED = 1000
"""Beyond it a count says "1,000+": nobody pages so far, and counting all would cost more than the page."""


@dataclass(frozen=True, kw_only=True)
class CustomerLine:
    """One customer of a list."""

    id: CustomerId
    number: str
    called: str
    name: str
    email: str
    plan: SuccessPlan
    kind: CallerKind


@dataclass(frozen=True, kw_only=True)
class CustomersPage:
    """A page, the newest first; `kind` None is all of them."""

    lines: tuple[CustomerLine, ...]
    kind: CallerKind | None
    total: int
    newer: CustomerId | None = None
    older: CustomerId | None = None
