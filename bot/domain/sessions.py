"""Whom somebody of staff has before them: one session each, with what was opened last, and a timer. Pure.

Opening a customer, case, order or cart sets it; another customer's begins another session. It is ended by
hand or after idle minutes. In assisted service what its person does is recorded as done for the customer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.ids import CartId, CaseId, CaseNumber, CustomerId, OrderId, SessionId


class Ending(StrEnum):
    """How a session ended."""

    BY_HAND = "by_hand"
    IDLE = "idle"
    ANOTHER = "another"  # another customer was opened
    ERASED = "erased"  # the customer was


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What somebody opens, and whose it is, where that is known."""

    customer_id: CustomerId | None = None
    case_id: CaseId | None = None
    order_id: OrderId | None = None
    cart_id: CartId | None = None


@dataclass(frozen=True, kw_only=True)
class Session:
    """A session that goes on, as it was at `now`. `id` is None until it is written down."""

    id: SessionId | None
    now: datetime
    began_at: datetime
    touched_at: datetime
    opened: Opened
    assisted: bool = False
    customer: str = ""
    case_number: CaseNumber | None = None
    order_number: str = ""
    cart_number: str = ""
    acts: int = 0
    """What was done for the customer in it."""

    @property
    def minutes(self) -> int:
        """Since when it goes on, in whole minutes."""
        return max(0, (self.now - self.began_at) // timedelta(minutes=1))


def goes_on(before: Opened, opened: Opened) -> bool:
    """Whether what is opened belongs to the session, or begins another one.

    What nobody knows whose it is belongs to no customer's session, but to one that knows none either.
    """
    return before.customer_id == opened.customer_id


def joined(before: Opened, opened: Opened) -> Opened:
    """What a session has before it once something more was opened in it: the newest of each kind."""
    given = {name: value for name, value in vars(opened).items() if value is not None}
    return replace(before, **given)
