"""A cart placed as an order for its customer: shown first, above a limit by two people. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.commerce.limits import (
    DEFAULT_MONEY_LIMITS,
    ApprovalRequest,
    MoneyLimits,
    NoApproval,
    needs_approval,
    no_approval,
)
from bot.domain.ids import CartId, CustomerId, PlacingId
from bot.domain.people import Person
from bot.domain.permissions import Act
from bot.domain.shop.carts import Cart
from bot.domain.shop.money import Money


class PlacingState(StrEnum):
    """How the placing of a cart stands."""

    WAITS = "waits"  # for a second person
    SENDING = "sending"  # the shop has been asked
    PLACED = "placed"
    DECLINED = "declined"  # by the shop, which has done nothing
    REFUSED = "refused"  # by the second person
    UNKNOWN = "unknown"  # the shop did not answer: it may have an order, or not


OPEN = (PlacingState.WAITS, PlacingState.SENDING, PlacingState.UNKNOWN)
"""While one of these stands, nobody begins another one."""


@dataclass(frozen=True, kw_only=True)
class Placing:
    """One that was asked for. `key` is the shop's: the same key never makes two orders."""

    id: PlacingId
    cart_id: CartId
    customer_id: CustomerId
    asked_by: Person
    asked_at: datetime
    for_customer: bool
    digest: str
    amount: Money
    state: PlacingState
    decided_by: Person | None = None
    decided_at: datetime | None = None
    order_number: str = ""
    said: str = ""
    others: tuple[Person, ...] = ()
    """Who may not decide about it either: for whom its asker stood in, and the customer it is for."""

    @property
    def key(self) -> str:
        return f"cart-placing-{self.id}"

    def placed(self, cart: Cart) -> bool:
        """Whether this very cart was placed: a shop may need a while until it has it no more."""
        return self.state is PlacingState.PLACED and self.digest == cart.version

    def no_approval(self, approver: Person) -> NoApproval | None:
        """Why somebody may not decide about it; never the one who asked, by any path."""
        decided = self.decided_by if self.state is not PlacingState.WAITS else None
        request = ApprovalRequest(requested_by=self.asked_by, on_behalf_of=self.others, decided_by=decided)
        return no_approval(request, approver)


@dataclass(frozen=True, kw_only=True)
class PlacingRehearsal:
    """What placing a cart comes to, for one person.

    `limit` is what they decide alone, None where they have none. `placing` is the newest that was asked for.
    `may_place` and `may_decide` are of this person now; `can` says whether the shop takes orders at all.
    """

    cart: Cart
    assisted: bool
    alone: bool
    limit: Money | None
    can: bool
    may_place: bool
    placing: Placing | None = None
    may_decide: bool = False
    why_not: NoApproval | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody has begun, or this very cart was placed: nobody begins again."""
        placing = self.placing
        return placing is not None and (placing.state in OPEN or placing.placed(self.cart))

    @property
    def offers(self) -> bool:
        """Whether *Place the order* is offered."""
        return bool(
            self.can and self.may_place and self.cart.lines and not self.cart.placed_as and not self.is_open
        )


@dataclass(frozen=True, kw_only=True)
class PlaceCart:
    """Place a cart as it was shown; `version` is the one that its placer was looking at."""

    cart_id: CartId
    version: str


@dataclass(frozen=True, kw_only=True)
class DecidePlacing:
    """A second person's word; a refusal says why."""

    placing_id: PlacingId
    approve: bool
    reason: str = ""


def alone(person: Person, cart: Cart, limits: MoneyLimits = DEFAULT_MONEY_LIMITS) -> bool:
    """Whether somebody places this cart without a second person."""
    return not needs_approval(Act.PLACE_CART, person, cart.total, limits)


def approvers(placing: Placing, people: Sequence[Person]) -> tuple[Person, ...]:
    """Who of these may decide about it: they are told."""
    return tuple(one for one in people if placing.no_approval(one) is None)
