"""To which order or cart a case is tied: by an association rule, or by somebody's hand. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import CartId, CaseId, CustomerId, OrderId
from bot.domain.people import PersonRef
from bot.domain.playbook.association import Association, AssociationRules, Owned, Thing, associate
from bot.domain.shop.money import Money


@dataclass(frozen=True, kw_only=True)
class Tieable(Owned):
    """An order or a cart of the account that a case is of, as a select offers it."""

    id: int
    at: datetime
    total: Money | None = None

    @property
    def key(self) -> str:
        """By which a select carries it."""
        return f"{self.thing.value}.{self.id}"


@dataclass(frozen=True, kw_only=True)
class Tie:
    """What a case is about. `rule` tied it, or else `by` did, by hand.

    Without `thing` several were found, or a doubtful one, and somebody is to choose: `asks` says so.
    """

    case_id: CaseId
    thing: Thing | None = None
    order_id: OrderId | None = None
    cart_id: CartId | None = None
    number: str = ""
    customer_id: CustomerId | None = None
    rule: str = ""
    by: PersonRef | None = None
    at: datetime | None = None

    @property
    def asks(self) -> bool:
        return self.thing is None


@dataclass(frozen=True, kw_only=True)
class TieCase:
    """Tie a case to an order or a cart of its account, or (`key` empty) to none. `key` is a Tieable's."""

    case_id: CaseId
    version: int
    key: str


@dataclass(frozen=True, kw_only=True)
class TieForm:
    """What the form of a tie is drawn from; `found` are what its rules found, `all` whether there is more."""

    case_id: CaseId
    version: int
    now: Tie | None
    offered: tuple[Tieable, ...]
    more: bool = False


def thing_of(key: str) -> tuple[Thing, int] | None:
    """What a Tieable's key means; None for what is none."""
    thing, _, number = key.partition(".")
    if thing not in set(Thing) or not number.isdecimal():
        return None
    return Thing(thing), int(number)


def tied_by_rule(
    rules: AssociationRules, texts: Mapping[str, str], owned: Sequence[Tieable]
) -> tuple[Tieable | None, Association]:
    """What a case ties itself to, and all that was found."""
    found = associate(rules, texts, owned)
    tied = found.tied
    return (tied if isinstance(tied, Tieable) else None), found
