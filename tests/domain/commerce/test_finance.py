"""Files for finance: exact amounts, each line once, nothing that is not paid."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.commerce.documents import CreditMemo, Refund, RefundSource, Stamp
from bot.domain.commerce.finance import COLUMNS, FinanceLine, LineKind, due, memo_line, refund_line, sums
from bot.domain.commerce.machines import NotReachable
from bot.domain.commerce.states import MemoState, RefundState
from bot.domain.ids import CaseId, PersonId, SlackUserId
from bot.domain.people import PersonRef

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
STAMP = Stamp(
    by=PersonRef(id=PersonId(1), slack_user_id=SlackUserId("U1"), name="Ana"), case_id=CaseId(8), at=NOON
)
MEMO = CreditMemo(number="1042-M1", changes=("1042-C2", "1042-C3"), amount=108_19, stamp=STAMP)
REFUND = Refund(
    number="1042-F1",
    source=RefundSource.MANUAL,
    payment_ref="P1",
    amount=5_000,
    reason='=HYPERLINK("x")',
    state=RefundState.SETTLED,
    provider_ref="re_7",
    stamp=STAMP,
)


def test_a_memo_is_a_line_with_its_change_orders_and_its_amount_as_text() -> None:
    cells = dict(zip(COLUMNS, memo_line(MEMO, "1042", "USD").cells, strict=True))
    assert (cells["amount"], cells["currency"], cells["changes"]) == ("108.19", "USD", "1042-C2 1042-C3")
    assert (cells["at"], cells["by"], cells["case_id"]) == ("2026-11-22T12:00:00+00:00", "Ana", "8")
    assert list(memo_line(MEMO, "1042", "USD").values) == list(COLUMNS)


@pytest.mark.parametrize(("currency", "amount"), [("JPY", "5000"), ("USD", "50.00"), ("KWD", "5.000")])
def test_an_amount_has_the_decimals_of_its_currency(currency: str, amount: str) -> None:
    line = refund_line(REFUND, "1042", currency, NOON)
    assert line is not None
    assert line.values["amount"] == amount


def test_no_cell_is_a_formula() -> None:
    line = refund_line(REFUND, "1042", "USD", NOON)
    assert line is not None
    assert line.cells[COLUMNS.index("reason")] == "'" + REFUND.reason


@pytest.mark.parametrize("state", [one for one in RefundState if one is not RefundState.SETTLED])
def test_what_is_not_paid_is_not_booked(state: RefundState) -> None:
    assert refund_line(replace(REFUND, state=state), "1042", "USD", NOON) is None


def test_a_line_is_exported_once_and_reconciled_after_that() -> None:
    line = memo_line(MEMO, "1042", "USD")
    assert line.exported().reconciled().state is MemoState.RECONCILED
    with pytest.raises(NotReachable):
        line.exported().exported()
    with pytest.raises(NotReachable):
        line.reconciled()


def test_a_period_has_its_new_lines_and_each_instant_is_in_one_period() -> None:
    first = memo_line(MEMO, "1042", "USD")
    lines = [replace(first, number=str(no), at=NOON + no * DAY) for no in range(3)]
    lines.append(replace(lines[0], number="gone", state=MemoState.EXPORTED))
    assert [one.number for one in due(lines, NOON, NOON + 2 * DAY)] == ["0", "1"]
    assert [one.number for one in due(lines, NOON + 2 * DAY, NOON + 4 * DAY)] == ["2"]


def test_a_file_says_what_it_comes_to_by_kind_and_currency() -> None:
    def line(kind: LineKind, currency: str, amount: int) -> FinanceLine:
        return replace(memo_line(MEMO, "1042", currency), kind=kind, amount=amount)

    memo, refund = LineKind.CREDIT_MEMO, LineKind.REFUND
    lines = [line(memo, "USD", 1), line(memo, "USD", 2), line(memo, "JPY", 4), line(refund, "USD", 8)]
    assert sums(lines) == {(memo, "USD"): 3, (memo, "JPY"): 4, (refund, "USD"): 8}
