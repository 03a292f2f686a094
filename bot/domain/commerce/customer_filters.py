"""What narrows the lists of customers and of personal data reports, read from text and written as text. Pure.

A saved query keeps the text, a window keeps it between its pages.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.commerce.queue_filters import ANY, one_of, parts_of
from bot.domain.personal import ReportState
from bot.domain.refusals import Reason, Refusal
from bot.domain.verdict import CallerKind

CUSTOMER_FILTERS = {"kind": f"kind:{CallerKind.EVALUATOR.value}"}
"""Every filter of customers, with how it is written."""

PERSONAL_FILTERS = {"status": f"status:{ReportState.SENT.value}"}
"""Every filter of personal data reports, with how it is written."""


@dataclass(frozen=True, kw_only=True)
class CustomerFilter:
    """Which customers. `kind` None is all of them."""

    kind: CallerKind | None = None

    @property
    def text(self) -> str:
        """As `read_customers` reads it."""
        return f"kind:{self.kind.value if self.kind else ANY}"


@dataclass(frozen=True, kw_only=True)
class PersonalFilter:
    """Which reports of personal data. `state` None is all of them."""

    state: ReportState | None = None

    @property
    def text(self) -> str:
        """As `read_personal` reads it."""
        return f"status:{self.state.value if self.state else ANY}"


def read_customers(text: str) -> CustomerFilter:
    """Filters as somebody typed them. Raises Refusal CUSTOMER_FILTER with the part that is none."""
    given = parts_of(text, CUSTOMER_FILTERS, Reason.CUSTOMER_FILTER)
    try:
        return CustomerFilter(kind=one_of(CallerKind, given.get("kind", ANY)))
    except ValueError:
        raise Refusal(Reason.CUSTOMER_FILTER, {"value": text}) from None


def read_personal(text: str) -> PersonalFilter:
    """Filters as somebody typed them. Raises Refusal PERSONAL_FILTER with the part that is none."""
    given = parts_of(text, PERSONAL_FILTERS, Reason.PERSONAL_FILTER)
    try:
        return PersonalFilter(state=one_of(ReportState, given.get("status", ANY)))
    except ValueError:
        raise Refusal(Reason.PERSONAL_FILTER, {"value": text}) from None
