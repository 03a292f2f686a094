"""The documents of an order: change orders, returns, credit memos, refunds; `acts` makes them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.commerce.amounts import NOTHING, Amounts
from bot.domain.commerce.states import HOLDING, MemoState, RefundState, ReturnStage, ReturnStatus, status_of
from bot.domain.ids import CaseId, CustomerId
from bot.domain.people import PersonRef
from bot.domain.shop.orders import LineType, TaxType

UNKNOWN_REASON = "Unknown"
"""The reason where a team's list says no other."""


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """Who did it, for whom, on which case, by which flow and key: each document carries it.

    `key` is the call's, so that the same click twice is known again. `at` is UTC. With `needs_approval` a
    refund waits for a second person from its first moment on: there is none in which it could be sent.
    """

    by: PersonRef | None = None
    on_behalf_of: CustomerId | None = None
    case_id: CaseId | None = None
    flow: str = ""
    key: str = ""
    at: datetime | None = None
    needs_approval: bool = False


class ChangeType(StrEnum):
    """Why the money of an order changed."""

    CANCEL = "Cancel"
    RETURN = "Return"
    PRODUCT_ADJUSTMENT = "ProductAdjustment"
    DELIVERY_ADJUSTMENT = "DeliveryChargeAdjustment"

    @property
    def takes_units(self) -> bool:
        return self in (ChangeType.CANCEL, ChangeType.RETURN)


@dataclass(frozen=True, kw_only=True)
class ChangeLine:
    """What a change did to one line, in the sign of the record: negative is a reduction.

    `takes_shipping`: the units counted when the delivery charge was shared out, or it is the charge itself.
    """

    line_no: int
    type: LineType
    quantity: int = 0
    amounts: Amounts = NOTHING
    reason: str = UNKNOWN_REASON
    takes_shipping: bool = False


@dataclass(frozen=True, kw_only=True)
class ChangeOrder:
    """One change of an order's lines and money. The order before plus all of them is the order after."""

    number: str
    type: ChangeType
    is_pre_fulfillment: bool
    lines: tuple[ChangeLine, ...]
    tax_type: TaxType
    return_number: str = ""
    stamp: Stamp = Stamp()  # frozen

    @property
    def products(self) -> int:
        return sum(one.amounts.adjusted for one in self.lines if one.type is LineType.PRODUCT)

    @property
    def delivery(self) -> int:
        return sum(one.amounts.adjusted for one in self.lines if one.type is LineType.CHARGE)

    @property
    def tax(self) -> int:
        return sum(one.amounts.tax for one in self.lines)

    @property
    def grand(self) -> int:
        """What the order's grand total changes by."""
        return sum(one.amounts.owed(self.tax_type) for one in self.lines)

    @property
    def quantity(self) -> int:
        return sum(one.quantity for one in self.lines)

    @property
    def comes_off(self) -> int:
        """The same as people are shown it: positive where the customer owes less."""
        return -self.grand


@dataclass(frozen=True, kw_only=True)
class ReturnLine:
    """Units that a customer sends back: what was expected, and what came of it."""

    line_no: int
    expected: int
    accepted: int = 0
    rejected: int = 0
    given_up: int = 0
    """Expected, but they never came."""
    reason: str = UNKNOWN_REASON
    rejection: str = ""
    ship: bool | None = None

    @property
    def received(self) -> int:
        return self.accepted + self.rejected

    @property
    def open(self) -> int:
        return self.expected - self.received - self.given_up


@dataclass(frozen=True, kw_only=True)
class ReturnOrder:
    """A return: its lines and where it stands."""

    number: str
    lines: tuple[ReturnLine, ...]
    stage: ReturnStage = ReturnStage.DRAFT
    stamp: Stamp = Stamp()  # frozen

    @property
    def status(self) -> ReturnStatus:
        return status_of(self.stage)

    @property
    def is_awaited(self) -> bool:
        return any(one.open for one in self.lines)


@dataclass(frozen=True, kw_only=True)
class CreditMemo:
    """Money that is owed for change orders, in one paper for the finance system. `amount` is positive."""

    number: str
    changes: tuple[str, ...]
    amount: int
    state: MemoState = MemoState.NEW
    stamp: Stamp = Stamp()  # frozen


class RefundSource(StrEnum):
    """What a refund pays back."""

    MEMO = "memo"
    EXCESS = "excess"
    MANUAL = "manual"  # goodwill: nothing of the order changes


@dataclass(frozen=True, kw_only=True)
class Refund:
    """Money on its way back by one payment. `attempt` counts the sendings, each with a key of its own."""

    number: str
    source: RefundSource
    payment_ref: str
    amount: int
    memo: str = ""
    reason: str = ""
    state: RefundState = RefundState.REQUESTED
    attempt: int = 1
    provider_ref: str = ""
    exported: MemoState = MemoState.NEW
    stamp: Stamp = Stamp()  # frozen

    @property
    def holds(self) -> bool:
        """Whether its money is promised, but not known to be paid."""
        return self.state in HOLDING

    @property
    def counts(self) -> bool:
        """Whether it lowers what can still be refunded."""
        return self.holds or self.state is RefundState.SETTLED

    @property
    def sending_key(self) -> str:
        """By which a backend knows this sending again: the same for the same attempt."""
        return f"{self.number}/{self.attempt}"

    def with_state(self, state: RefundState, *, provider_ref: str = "") -> Refund:
        return replace(self, state=state, provider_ref=provider_ref or self.provider_ref)
