"""Files for finance: exact amounts, no formulas, and what they come to. The store has each line once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.commerce.finance import COLUMNS, FinanceLine, LineKind, sums

LINE = FinanceLine(
    kind=LineKind.CREDIT_MEMO,
    number="1042-M1",
    order_no="1042",
    at=datetime(2026, 11, 22, 12, tzinfo=UTC),
    currency="USD",
    amount=108_19,
    changes=("1042-C2", "1042-C3"),
    by="Ana",
    case_id=8,
)


def test_a_line_has_its_change_orders_and_its_amount_as_text() -> None:
    cells = dict(zip(COLUMNS, LINE.cells, strict=True))
    assert (cells["amount"], cells["currency"], cells["changes"]) == ("108.19", "USD", "1042-C2 1042-C3")
    assert (cells["at"], cells["by"], cells["case_id"]) == ("2026-11-22T12:00:00+00:00", "Ana", "8")
    assert list(LINE.values) == list(COLUMNS)


@pytest.mark.parametrize(("currency", "amount"), [("JPY", "5000"), ("USD", "50.00"), ("KWD", "5.000")])
def test_an_amount_has_the_decimals_of_its_currency(currency: str, amount: str) -> None:
    assert replace(LINE, currency=currency, amount=5_000).values["amount"] == amount


def test_no_cell_is_a_formula() -> None:
    reason = '=HYPERLINK("x")'
    assert replace(LINE, reason=reason).cells[COLUMNS.index("reason")] == "'" + reason


def test_a_file_says_what_it_comes_to_by_kind_and_currency() -> None:
    def line(kind: LineKind, currency: str, amount: int) -> FinanceLine:
        return replace(LINE, kind=kind, currency=currency, amount=amount)

    memo, refund = LineKind.CREDIT_MEMO, LineKind.REFUND
    lines = [line(memo, "USD", 1), line(memo, "USD", 2), line(memo, "JPY", 4), line(refund, "USD", 8)]
    assert sums(lines) == {(memo, "USD"): 3, (memo, "JPY"): 4, (refund, "USD"): 8}
