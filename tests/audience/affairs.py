"""A customer's affairs among the secrets: a report of personal data, an erasure, a cart above a limit."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, select, update

from bot.domain.people import channel_viewer
from bot.services import personal_data
from bot.store import customers
from bot.store.schema import personal_reports
from bot.store.schema_shop import cart_lines, carts
from bot.store.work import Work
from tests.audience.conftest import Guarded
from tests.flows.conftest import does

ASKED, ERASED = "2", "5"
"""Numbers of the callers that `calling.py` has made."""


async def happen(there: Guarded) -> None:
    """Ana asks for both, Omar erases; the files of the report are due to be deleted soon."""
    ana, omar = there.people("ana omar")
    await there.bot.desk.write(_cart)
    await does(ana, f"/customer data {ASKED}", reason="They ask for it")
    await there.settled()
    await there.bot.desk.write(_ends_soon)
    await ana.runs(f"/customer show {ASKED}")
    await ana.clicks("order.cart")
    await ana.clicks("Place as an order...")
    assert ana.modal is not None
    assert "K-9" in ana.modal.text
    await ana.submits()
    ana.reloads()
    await does(omar, f"/customer erase {ERASED}", typed=ERASED, reason="They ask for it")
    await there.settled()


def _cart(work: Work) -> None:
    """A cart above what an agent places alone."""
    found = customers.by_number(work.connection, channel_viewer(work.workspace_id), ASKED)
    assert found is not None
    row = {
        "workspace_id": work.workspace_id,
        "number": "K-9",
        "customer_id": found.id,
        "site": "",
        "currency": "USD",
        "updated_at": work.now,
        "total": 90000,
    }
    work.connection.execute(insert(carts), row)
    cart: int = work.connection.execute(select(carts.c.id).where(carts.c.number == "K-9")).scalar_one()
    line = {
        "workspace_id": work.workspace_id,
        "cart_id": cart,
        "line_no": 1,
        "sku": "GOLD",
        "name": "Gold licence",
        "quantity": 3,
        "unit_price": 30000,
        "discount": 0,
    }
    work.connection.execute(insert(cart_lines), line)


def _ends_soon(work: Work) -> None:
    soon = work.now + timedelta(hours=1)
    work.connection.execute(update(personal_reports).values(expires_at=soon))
    personal_data.look_again(work)
