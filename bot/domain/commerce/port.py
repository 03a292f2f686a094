"""What a shop's backend has to be able to do: services call this port, adapters fill it (backends.md).

The rules stand above it, once: `perform` decides, `rehearse` shows, `limits` says who has to agree; the lock
per order and the intent are the desk's own. An adapter only translates, and never fakes: what its shop cannot
do is missing from `capabilities()`, and is then not offered, or done in the desk's own tables.

How a write ends, and what the desk makes of it (`intents.py`):

- It returns `Done`: the effect is there. The desk still reads the order back and compares.
- It returns `Declined`: the shop said no, and nothing was changed.
- It raises `NotSent`: nothing left for the shop. It may be tried again under the same key.
- It raises `NoAnswer`: it may or may not be done. The intent is *unknown*; only reading settles it.
- It raises `Changed`: the shop has another version of the order than `write.version`; nothing was changed.

Anything else that is raised, or the desk dying meanwhile, counts as `NoAnswer`. A shop without `Promise.KEYS`
does the same thing again under the same key: the desk never relies on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.commerce.acts import (
    CancelItems,
    MoveReturn,
    MoveUnits,
    OrderAct,
    ReceiveGoods,
    RefundMoney,
    ReturnItems,
    ReverseAuthorization,
    Terms,
    WriteMemo,
)
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import Refund, RefundSource
from bot.domain.commerce.fraud import FraudReport, FraudRuling
from bot.domain.commerce.funds import Funds
from bot.domain.commerce.moderation import ProductReview, ReviewMove
from bot.domain.commerce.quantities import UnitAct
from bot.domain.ids import CaseId, CustomerId
from bot.domain.people import PersonRef
from bot.domain.shop.carts import Cart
from bot.domain.shop.customers import Customer, CustomerFacts, Site
from bot.domain.shop.lookup import Find, Hits
from bot.domain.shop.orders import OrderRow, OrderTotals


class Capability(StrEnum):
    """What a shop can do; `needed` says which one an act asks for."""

    FIND_CUSTOMERS = "find_customers"
    EDIT_CUSTOMERS = "edit_customers"
    ORDERS = "orders"
    CARTS = "carts"
    PLACE_CART = "place_cart"
    SUBSCRIPTIONS = "subscriptions"
    PREVIEW = "preview"
    CANCEL = "cancel"
    FULFILMENT = "fulfilment"
    RELEASE = "release"
    RETURNS = "returns"
    CREDIT_MEMOS = "credit_memos"
    REVERSE = "reverse"
    REFUND = "refund"
    MANUAL_REFUND = "manual_refund"
    FRAUD = "fraud"
    REVIEWS = "reviews"
    PERSONAL_DATA = "personal_data"


class Promise(StrEnum):
    """What a shop keeps to by itself. The desk uses it, and holds without it."""

    KEYS = "keys"  # the same key does nothing twice, and gives the same answer
    VERSIONS = "versions"  # a write on another version than it names is refused
    REFUND_CAP = "refund_cap"  # it refuses to pay back more than it took
    READ_BY_KEY = "read_by_key"  # it can be asked what became of a key


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """What a shop can do, and what it keeps to. `name` is for people: "embedded", "Medusa"."""

    name: str
    can: frozenset[Capability]
    promises: frozenset[Promise] = frozenset()

    def offers(self, act: OrderAct) -> bool:
        return needed(act) in self.can


def needed(act: OrderAct) -> Capability:
    """The capability that an act asks for."""
    match act:
        case CancelItems():
            return Capability.CANCEL
        case MoveUnits(act=UnitAct.RELEASE):
            return Capability.RELEASE
        case MoveUnits():
            return Capability.FULFILMENT
        case ReturnItems() | MoveReturn() | ReceiveGoods():
            return Capability.RETURNS
        case WriteMemo():
            return Capability.CREDIT_MEMOS
        case ReverseAuthorization():
            return Capability.REVERSE
        case RefundMoney(source=RefundSource.MANUAL):
            return Capability.MANUAL_REFUND
        case RefundMoney():
            return Capability.REFUND


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Who asks, for which case, and how many seconds of real time they wait at most."""

    by: PersonRef
    case_id: CaseId | None = None
    seconds: float = 10.0


@dataclass(frozen=True, kw_only=True)
class Write(Ask):
    """A request that changes something. `key` is the intent's, `version` what the writer has seen.

    The intent stands in the desk's database, committed, before the port is called. `on_behalf_of` is the
    customer for whom it is done, `flow` the version of the flow: documents keep both where a shop can.
    """

    key: str
    version: str
    on_behalf_of: CustomerId | None = None
    flow: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderRead:
    """An order as the shop has it. `version` is the shop's own word for it, and grows in no known way."""

    books: OrderBooks
    version: str
    read_at: datetime


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a shop says an act would come to. The desk's own rehearsal is shown; a difference is a caution.

    `cautions` are the shop's own, in its words: an edit that voids an authorisation, for one.
    """

    totals: OrderTotals
    funds: Funds | None = None
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Done:
    """A write that had its effect. `ref` is the shop's name for what arose."""

    ref: str = ""
    version: str = ""


@dataclass(frozen=True, kw_only=True)
class Declined:
    """A write that the shop refused; nothing was changed. `said` is its own reason, shown as a quotation."""

    said: str


class RefundSeen(StrEnum):
    """What reading a refund back shows."""

    NOTHING = "nothing"  # the shop surely knows no such refund
    PENDING = "pending"
    PAID = "paid"
    REFUSED = "refused"
    CANNOT_TELL = "cannot_tell"


class NotSent(Exception):
    """Nothing left for the shop: no connection, no answer to the greeting. Trying again is safe."""


class NoAnswer(Exception):
    """The request left, and no answer came in time: its effect is unknown."""


class Changed(Exception):
    """The shop has another version than the writer saw; nothing was changed."""


class NotOffered(Exception):
    """The shop cannot do this at all; `capabilities()` says so, and nobody should have asked."""

    def __init__(self, capability: Capability) -> None:
        self.capability = capability
        super().__init__(f"the shop has no {capability.value}")


class CustomerPort(Protocol):
    """Customers and what they have. Customers and orders go by the shop's own numbers."""

    async def find_customers(self, ask: Ask, find: Find, limit: int) -> Hits: ...

    async def customer(self, ask: Ask, number: str) -> Customer | None: ...

    async def update_customer(self, write: Write, number: str, facts: CustomerFacts) -> Done | Declined: ...

    async def order_history(self, ask: Ask, customer: str, offset: int, limit: int) -> Sequence[OrderRow]:
        """The newest first."""
        ...

    async def carts(self, ask: Ask, customer: str) -> Sequence[Cart]: ...

    async def place_cart(self, write: Write, cart: str) -> Done | Declined:
        """Make an order of a cart for its customer; `ref` is the order's number."""
        ...

    async def subscriptions(self, ask: Ask, customer: str) -> Sequence[Site]: ...

    async def personal_data(self, ask: Ask, customer: str) -> Sequence[tuple[str, object]]:
        """Everything that the shop holds of a customer: the name of each part, and plain values for JSON."""
        ...


class OrderPort(Protocol):
    """Orders, and what may be done with them."""

    async def order(self, ask: Ask, number: str) -> OrderRead | None:
        """The order with all its documents, read now and from no cache."""
        ...

    async def preview(self, ask: Ask, number: str, act: OrderAct, terms: Terms) -> Preview | Declined:
        """The shop's own opinion, where it has PREVIEW. It leaves nothing open behind it."""
        ...

    async def submit(self, write: Write, number: str, act: OrderAct, terms: Terms) -> Done | Declined:
        """Do an act: all of `OrderAct` but refunds, releasing what is allocated among them."""
        ...

    async def refund(self, write: Write, number: str, refund: Refund) -> Done | Declined:
        """Pay one refund back by its payment. `Done` says that the shop has it, not that it is paid."""
        ...

    async def refund_status(self, ask: Ask, number: str, refund: Refund) -> RefundSeen:
        """What became of a refund, by its key or by what the payment shows. CANNOT_TELL is no guess."""
        ...


class DeskPort(Protocol):
    """Fraud reports and reviews, where a shop keeps them; else they are in the desk's own tables."""

    async def fraud_queue(self, ask: Ask, offset: int, limit: int) -> Sequence[FraudReport]: ...

    async def decide_fraud(
        self, write: Write, report: FraudReport, ruling: FraudRuling
    ) -> Done | Declined: ...

    async def reviews(self, ask: Ask, offset: int, limit: int) -> Sequence[ProductReview]: ...

    async def decide_review(
        self, write: Write, review: str, move: ReviewMove, reason: str
    ) -> Done | Declined: ...


class CommercePort(CustomerPort, OrderPort, DeskPort, Protocol):
    """A shop. What it has not raises NotOffered; its `capabilities()` never change while it is open."""

    def capabilities(self) -> Capabilities: ...

    async def close(self) -> None: ...
