"""What stands against an act on an order, said in figures; services tell all of it to whoever asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Wrong(StrEnum):
    """One for each way in which an act can be refused."""

    NO_ITEMS = "no_items"
    NO_SUCH_LINE = "no_such_line"
    LINE_TWICE = "line_twice"
    NOT_A_PRODUCT = "not_a_product"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    BROKEN_QUANTITIES = "broken_quantities"
    BROKEN_PAYMENT = "broken_payment"
    BROKEN_BOOKS = "broken_books"
    ORDER_IS_CANCELED = "order_is_canceled"
    NO_SUCH_RETURN = "no_such_return"
    NO_SUCH_CHANGE = "no_such_change"
    NO_SUCH_MEMO = "no_such_memo"
    NO_SUCH_PAYMENT = "no_such_payment"
    NO_SUCH_REFUND = "no_such_refund"
    MEMO_EXISTS = "memo_exists"
    NOTHING_CAPTURED = "nothing_captured"
    NOT_REFUNDABLE = "not_refundable"
    NOT_AVAILABLE = "not_available"
    NEEDS_REASON = "needs_reason"
    PART_NOT_ALLOWED = "part_not_allowed"
    NOT_REACHABLE = "not_reachable"


@dataclass(frozen=True, kw_only=True)
class ActFault:
    """One thing that stands against an act; `line_no` where it is about a line. `said` has the figures."""

    wrong: Wrong
    said: str
    line_no: int | None = None

    def __str__(self) -> str:
        return self.said if self.line_no is None else f"Line {self.line_no}: {self.said}"


class ActRefused(ValueError):
    """An act that the books do not allow; nothing was changed. `faults` has everything that is wrong."""

    def __init__(self, faults: Iterable[ActFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(one) for one in self.faults))


def refused(wrong: Wrong, said: str, line_no: int | None = None) -> ActRefused:
    """A refusal for one reason."""
    return ActRefused([ActFault(wrong=wrong, said=said, line_no=line_no)])
