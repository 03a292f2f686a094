"""The pictures of docs/orders.md: one order from its placing to the last refund; `screens.py` plays them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from stage import Stage

from bot.domain.commerce.acts import MoveUnits, Units
from bot.domain.commerce.performing import perform
from bot.domain.commerce.quantities import UnitAct
from bot.domain.ids import OrderId
from bot.domain.people import channel_viewer
from bot.domain.shop.orders import (
    DeliveryGroup,
    LineType,
    OrderLine,
    OrderPayment,
    OrderStatus,
    OrderSummary,
    TaxType,
)
from bot.store import customers, order_books, order_saving
from bot.store.work import Work

Scene = Callable[[Stage], Awaitable[None]]
NUMBER = "101042"
ANOTHER = "101043"


async def page(on: Stage) -> None:
    """The order as it was placed."""
    await _placed(on, NUMBER)
    (ana,) = on.people("ana")
    await ana.runs(f"/order show {NUMBER}")
    await on.window(ana, "orders-page")


async def pick(on: Stage) -> None:
    (ana,) = on.people("ana")
    await ana.clicks("Cancel items")
    await ana.fills(**{"line.1": "1", "reason": "Ordered by mistake"})
    await on.window(ana, "orders-pick")


async def rehearsal(on: Stage) -> None:
    (ana,) = on.people("ana")
    await ana.submits(**{"line.1": "1", "reason": "Ordered by mistake"})
    await on.window(ana, "orders-rehearsal")


async def done(on: Stage) -> None:
    (ana,) = on.people("ana")
    await ana.submits()
    await on.sandbox.settled()
    await ana.clicks("Look again")
    await on.window(ana, "orders-done")
    await ana.closes(everything=True)


async def goods(on: Stage) -> None:
    """Both units that are left are sent, and one comes back."""
    await _sent(on, NUMBER, 2)
    (ana,) = on.people("ana")
    await ana.runs(f"/order return {NUMBER}")
    await ana.submits(**{"line.1": "1", "reason": "Damaged"})
    await ana.submits()
    await on.sandbox.settled()
    await ana.clicks("Receive goods")
    await ana.submits()
    await on.window(ana, "orders-goods")
    await ana.submits()
    await on.sandbox.settled()
    await ana.closes(everything=True)


async def approval(on: Stage) -> None:
    """The same order once more, where both units come back at once: that is above an agent's limit."""
    await _placed(on, ANOTHER)
    await _sent(on, ANOTHER, 3)
    ana, maria = on.people("ana maria")
    await ana.runs(f"/order return {ANOTHER}")
    await ana.submits(**{"line.1": "2", "reason": "Damaged"})
    await ana.submits(note="Both boxes were crushed; photos are in the case.")
    await on.sandbox.settled()
    await ana.closes(everything=True)
    await on.newest(maria, "orders-approval")


async def home(on: Stage) -> None:
    (maria,) = on.people("maria")
    await maria.opens_home()
    await on.look(maria, "home")
    await on.shoot("orders-home")


SCENES: dict[str, Scene] = {
    "orders-page": page,
    "orders-pick": pick,
    "orders-rehearsal": rehearsal,
    "orders-done": done,
    "orders-goods": goods,
    "orders-approval": approval,
    "orders-home": home,
}


async def _placed(on: Stage, number: str) -> None:
    """Three gadgets, two cases and the delivery, at 8.25 % tax, captured: domain.md's worked order."""
    now = on.bot.desk.clock.now()

    def unit(work: Work) -> None:
        found = customers.by_number(work.connection, channel_viewer(work.workspace_id), "C-40017")
        assert found is not None
        order_saving.place(
            work,
            OrderSummary(
                id=OrderId(0),
                number=number,
                customer_id=found.id,
                customer_name=found.company or found.name,
                currency="USD",
                tax_type=TaxType.NET,
                ordered_at=now - timedelta(days=3),
                status=OrderStatus.APPROVED,
                lines=(
                    _line(1, "Label printer", 3, 99_95, 24_74),
                    _line(2, "Paper, box of ten", 2, 25_00, 4_13),
                    replace(_line(3, "Delivery", 1, 9_99, 0), type=LineType.CHARGE),
                ),
                payments=(
                    OrderPayment(ref=f"P-{number}", method="Card", authorized=388_71, captured=388_71),
                ),
                deliveries=(DeliveryGroup(method="Post"),),
            ),
        )

    await on.bot.desk.write(unit)


def _line(line_no: int, name: str, ordered: int, unit_price: int, tax: int) -> OrderLine:
    return OrderLine(
        line_no=line_no,
        type=LineType.PRODUCT,
        name=name,
        ordered=ordered,
        unit_price=unit_price,
        tax=tax,
    )


async def _sent(on: Stage, number: str, units: int) -> None:
    """So many of the first line go to the customer, as the warehouse would say it."""

    def unit(work: Work) -> None:
        for act in (UnitAct.ALLOCATE, UnitAct.FULFIL):
            books = order_books.books(work.connection, work.workspace_id, number)
            assert books is not None
            move = MoveUnits(act=act, units=(Units(line_no=1, quantity=units),))
            order_saving.save(work, books, perform(books, move).after)

    await on.bot.desk.write(unit)
