"""An order that a provider doubts, among the secrets: Ana decides above her limit, and Maria agrees."""

from __future__ import annotations

from bot.domain.shop.sheets import Sheet
from bot.trial import shop
from tests.audience.conftest import Guarded

NUMBER = "700900"


class Doubts:
    """Nothing of it is for anybody outside."""

    def __init__(self, there: Guarded) -> None:
        self.there = there

    async def happen(self) -> None:
        there = self.there
        ana, maria = there.people("ana maria")
        await shop.bring_rows(there.bot.desk, ROWS)
        await ana.runs(f"/order fraud {NUMBER}")
        await ana.clicks("Approve")
        await ana.submits(remark="Known by phone")
        assert ana.errors == {}, ana.errors
        ana.reloads()
        await there.settled()
        asked = next(one for one in reversed(maria.dms) if "is above their limit" in one.all_text)
        await maria.clicks("Look at it", on=asked)
        await maria.clicks("Agree")
        await maria.submits()
        assert maria.errors == {}, maria.errors
        maria.reloads()
        await there.settled()


ROWS = {
    Sheet.CUSTOMERS: [{"customer_no": "C-700900", "name": "Rita Lund", "company": "Lund Lamps"}],
    Sheet.ORDERS: [
        {
            "order_no": NUMBER,
            "customer_no": "C-700900",
            "currency": "USD",
            "ordered_at": "2026-11-20",
            "suspended": "yes",
        }
    ],
    Sheet.LINES: [
        {
            "order_no": NUMBER,
            "line_no": "1",
            "sku": "GOLD",
            "name": "Gold",
            "qty": "1",
            "unit_price": "299.00",
        }
    ],
    Sheet.PAYMENTS: [{"order_no": NUMBER, "payment_ref": "P-700900", "authorized": "299.00"}],
    Sheet.FRAUD: [
        {
            "order_no": NUMBER,
            "provider": "Harrier Checks",
            "score": "60",
            "status": "CHECK",
            "symptoms": "Several cards were tried: 60",
        }
    ],
}
