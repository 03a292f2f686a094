"""What narrows the lists of orders and of returns, read from text and written as text. Pure.

A saved query keeps the text, a window keeps it between its pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.domain.commerce.queue_filters import ANY, begins, day_of, one_of, parts_of
from bot.domain.commerce.states import ReturnStage
from bot.domain.refusals import Reason, Refusal
from bot.domain.shop.money import is_currency
from bot.domain.shop.order_lists import OrdersAsked
from bot.domain.shop.orders import OrderStatus

SUSPENDED, BACK = "suspended", "back"
"""Besides the states of orders: those that wait for somebody, and those with something on its way back."""

ORDER_FILTERS = {
    "status": "status:suspended",
    "currency": "currency:USD",
    "from": "from:2026-11-01",
    "to": "to:2026-11-30",
}
"""Every filter of orders, with how it is written."""

RETURN_FILTERS = {"status": "status:waiting_for_goods"}
"""Every filter of returns, with how it is written."""

_KINDS = {one.casefold(): one for one in (ANY, *(one.value for one in OrderStatus), SUSPENDED, BACK)}
"""What may follow `status:`, in whatever letters it is written."""


@dataclass(frozen=True, kw_only=True)
class OrderFilter:
    """Which orders: of a state, `SUSPENDED`, `BACK` or all; days are included, of the reader's calendar."""

    kind: str = ANY
    currency: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def text(self) -> str:
        """As `read_orders` reads it."""
        return " ".join([f"status:{self.kind}", *self.more])

    @property
    def more(self) -> list[str]:
        """What narrows it besides the state."""
        parts = [f"currency:{self.currency}"] if self.currency else []
        if self.since:
            parts.append(f"from:{self.since.isoformat()}")
        if self.until:
            parts.append(f"to:{self.until.isoformat()}")
        return parts

    def asked(self, zone: str) -> OrdersAsked:
        """What the store is asked for."""
        return OrdersAsked(
            status=next((one for one in OrderStatus if one.value == self.kind), None),
            is_suspended=self.kind == SUSPENDED,
            in_return=self.kind == BACK,
            currency=self.currency,
            since=begins(self.since, zone),
            until=begins(self.until, zone, days=1),
        )


@dataclass(frozen=True, kw_only=True)
class ReturnFilter:
    """Which returns. `stage` None is all of them."""

    stage: ReturnStage | None = None

    @property
    def text(self) -> str:
        """As `read_returns` reads it."""
        return f"status:{self.stage.value if self.stage else ANY}"


def read_orders(text: str) -> OrderFilter:
    """Filters as somebody typed them. Raises Refusal ORDER_FILTER with the part that is none."""
    given = parts_of(text, ORDER_FILTERS, Reason.ORDER_FILTER)
    kind, currency = _KINDS.get(given.get("status", ANY).casefold()), given.get("currency", "").upper()
    try:
        found = OrderFilter(
            kind=kind or ANY,
            currency=currency,
            since=day_of(given.get("from", "")),
            until=day_of(given.get("to", "")),
        )
        if kind is None or (currency and not is_currency(currency)):
            raise ValueError
        if found.since and found.until and found.since > found.until:
            raise ValueError
    except ValueError:
        raise Refusal(Reason.ORDER_FILTER, {"value": text}) from None
    return found


def read_returns(text: str) -> ReturnFilter:
    """Filters as somebody typed them. Raises Refusal RETURN_FILTER with the part that is none."""
    given = parts_of(text, RETURN_FILTERS, Reason.RETURN_FILTER)
    try:
        return ReturnFilter(stage=one_of(ReturnStage, given.get("status", ANY)))
    except ValueError:
        raise Refusal(Reason.RETURN_FILTER, {"value": text}) from None
