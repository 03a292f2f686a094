"""Credit memos and refunds for the finance system: each exported once, then reconciled. Pure.

A file is by period; what it holds is marked exported in the same transaction, so that no line comes twice.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.commerce.states import MemoState
from bot.domain.shop.money import plain
from bot.domain.spreadsheet import guarded

COLUMNS = (
    "kind",
    "number",
    "order_no",
    "at",
    "currency",
    "amount",
    "source",
    "memo",
    "payment",
    "provider_ref",
    "changes",
    "reason",
    "by",
    "case_id",
)


class LineKind(StrEnum):
    CREDIT_MEMO = "credit_memo"
    REFUND = "refund"


@dataclass(frozen=True, kw_only=True)
class FinanceLine:
    """One line of a file: a credit memo, or a refund that was paid. `at` is in UTC."""

    kind: LineKind
    number: str
    order_no: str
    at: datetime
    currency: str
    amount: int
    state: MemoState = MemoState.NEW
    source: str = ""
    memo: str = ""
    payment: str = ""
    provider_ref: str = ""
    changes: tuple[str, ...] = ()
    reason: str = ""
    by: str = ""
    case_id: int | None = None

    @property
    def values(self) -> dict[str, str | int | None]:
        """What a JSON file has of it; the amount is text in the currency's own decimals, never a float."""
        return {
            "kind": self.kind.value,
            "number": self.number,
            "order_no": self.order_no,
            "at": self.at.isoformat(),
            "currency": self.currency,
            "amount": plain(self.amount, self.currency),
            "source": self.source,
            "memo": self.memo,
            "payment": self.payment,
            "provider_ref": self.provider_ref,
            "changes": " ".join(self.changes),
            "reason": self.reason,
            "by": self.by,
            "case_id": self.case_id,
        }

    @property
    def cells(self) -> tuple[str, ...]:
        """The same as a row of a CSV file, in the order of COLUMNS; no cell is a formula."""
        values = self.values
        return tuple(guarded("" if values[name] is None else str(values[name])) for name in COLUMNS)


@dataclass(frozen=True, kw_only=True)
class FinanceFile:
    """A file for the finance system: its lines, oldest first. None as `since`: from the first on; UTC."""

    number: int
    since: datetime | None
    until: datetime
    made_at: datetime
    lines: tuple[FinanceLine, ...]
    reconciled_at: datetime | None = None

    @property
    def record(self) -> dict[str, object]:
        """What a JSON file has: the period, what the lines come to, and the lines."""
        totals = [
            {"kind": kind.value, "currency": currency, "amount": plain(minor, currency)}
            for (kind, currency), minor in sorted(sums(self.lines).items())
        ]
        return {
            "file": self.number,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat(),
            "made_at": self.made_at.isoformat(),
            "sums": totals,
            "lines": [one.values for one in self.lines],
        }


def written(made: FinanceFile) -> dict[str, str]:
    """What both files of a number hold, by how their names end."""
    rows = io.StringIO(newline="")
    writer = csv.writer(rows)
    writer.writerow(COLUMNS)
    writer.writerows(one.cells for one in made.lines)
    return {"csv": rows.getvalue(), "json": json.dumps(made.record, ensure_ascii=False, indent=1) + "\n"}


class NoSuchFile(ValueError):
    """No file has that number."""


def sums(lines: Sequence[FinanceLine]) -> dict[tuple[LineKind, str], int]:
    """What a file comes to, by kind and currency: the figures that finance checks it against."""
    found = dict[tuple[LineKind, str], int]()
    for one in lines:
        found[one.kind, one.currency] = found.get((one.kind, one.currency), 0) + one.amount
    return found
