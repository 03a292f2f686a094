"""Lists of orders and of returns: what is asked for, and a page of it, the newest first. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.commerce.states import ReturnStage
from bot.domain.ids import CustomerId, OrderId
from bot.domain.shop.orders import OrderRow, OrderStatus

PAGE = 10


@dataclass(frozen=True, kw_only=True)
class OrdersAsked:
    """Which orders a list has; what is left out narrows nothing. From `since` on, before `until` (UTC)."""

    status: OrderStatus | None = None
    is_suspended: bool = False
    in_return: bool = False
    """Only those of which something is on its way back."""
    customer_id: CustomerId | None = None
    currency: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class OrderPlace:
    """Where in a list a page begins; `text` is what a button or a window keeps of it."""

    at: datetime
    id: OrderId

    @property
    def text(self) -> str:
        return f"{self.at.isoformat()} {self.id}"

    @classmethod
    def of(cls, text: str) -> OrderPlace:
        """The place that a text names. Raises ValueError."""
        at, _, id_ = text.partition(" ")
        return cls(at=datetime.fromisoformat(at), id=OrderId(int(id_)))


@dataclass(frozen=True, kw_only=True)
class OrderList:
    """A page of orders. `newer` and `older` are where the pages beside it begin, None where there is none."""

    asked: OrdersAsked
    rows: tuple[OrderRow, ...]
    newer: OrderPlace | None = None
    older: OrderPlace | None = None


@dataclass(frozen=True, kw_only=True)
class ReturnRow:
    """One line of a list of returns. `at` is when it was opened, None where an import brought it."""

    id: int
    number: str
    stage: ReturnStage
    order_id: OrderId
    order_number: str
    customer_id: CustomerId
    customer_name: str
    at: datetime | None
    expected: int
    open: int
    """Units that are still awaited."""


@dataclass(frozen=True, kw_only=True)
class ReturnList:
    """A page of returns of one stage, or of all. Pages begin at an id."""

    stage: ReturnStage | None
    rows: tuple[ReturnRow, ...]
    newer: int | None = None
    older: int | None = None
