"""How much of the processor a rehearsal of a 200-line order takes: `python -m bench.rehearsals`.

The shop answers at once, so that what is measured is ours: reading who asks and what was asked for before,
the act on the books, its documents and money before and after. Wanted: below 50 ms. No test: a busy machine
is no failure.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

from bot.domain.commerce.acts import CancelItems, RefundMoney
from bot.domain.commerce.documents import RefundSource
from bot.domain.commerce.removal import Item
from bot.domain.commerce.requests import OrderAsk
from bot.services import order_acts
from bot.store.migrate import upgrade
from bot.store.store import Store
from tests.commerce.shops import MemoryShop
from tests.domain.commerce.books import books, charge, line, paid
from tests.orders.conftest import ANA, MARIA, ORDER
from tests.services.conftest import _desk, _set_up

LINES, ROUNDS, WANTED = 200, 30, 50.0


async def measure(url: str) -> dict[str, float]:
    """The median of each act, in milliseconds."""
    store = Store(url)
    store.start()
    try:
        office = await _set_up(_desk(store))
        shop = MemoryShop()
        goods = [line(number, 5, 10_00 + number, tax=400) for number in range(1, LINES)]
        whole = books(*goods, charge(LINES, 9_99))
        shop.place(replace(whole, order=replace(whole.order, payments=(paid(whole.totals.grand),))))
        desk = replace(office.desk, shop=shop)
        one = CancelItems(items=(Item(line_no=1, quantity=1),))
        many = CancelItems(items=tuple(Item(line_no=number, quantity=1) for number in range(1, LINES)))
        back = RefundMoney(source=RefundSource.MANUAL, amount=100_00, payment="P1", reason="Goodwill")
        found = {}
        for what, who, act in (
            ("one line cancelled", ANA, one),
            ("all lines cancelled", MARIA, many),
            ("a refund by hand", ANA, back),
        ):
            taken = []
            for _ in range(ROUNDS):
                begun = time.process_time()
                await order_acts.rehearse(desk, who, OrderAsk(order_number=ORDER, act=act))
                taken.append((time.process_time() - begun) * 1000)
            found[what] = median(taken)
        return found
    finally:
        await store.stop()


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{Path(name) / 'caseline.db'}"
        upgrade(url)
        found = asyncio.run(measure(url))
    for what, took in found.items():
        print(f"{what}, {LINES} lines: {took:.1f} ms (wanted: below {WANTED:.0f} ms)")
    return 0 if all(one < WANTED for one in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
