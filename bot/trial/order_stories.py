"""What was done with some orders of the trial before a visitor comes, so that each act can be tried at once.

Done by the shop itself, which refuses what does not add up; `filling.py` calls it in the present.
"""

from __future__ import annotations

from bot.domain.commerce.acts import (
    DEFAULT_TERMS,
    CancelItems,
    Goods,
    MoveReturn,
    OrderAct,
    ReceiveGoods,
    ReturnItems,
)
from bot.domain.commerce.documents import Refund, RefundSource, Stamp
from bot.domain.commerce.port import Ask, Done, Write
from bot.domain.commerce.removal import Item
from bot.domain.commerce.states import ReturnMove
from bot.domain.ids import SlackUserId
from bot.domain.people import PersonRef
from bot.services.desk import Desk
from bot.store.people import find_person

ONE = (Item(line_no=1, quantity=1, reason="Changed my mind"),)


def _back(number: str, units: int = 1) -> tuple[OrderAct, ...]:
    return (
        ReturnItems(items=(Item(line_no=1, quantity=units, reason="Damaged"),)),
        MoveReturn(number=f"{number}-R1", move=ReturnMove.APPROVE),
    )


ACTS: dict[str, tuple[OrderAct, ...]] = {
    # Part of it cancelled after it was paid: excess funds to refund.
    "100501": (CancelItems(items=ONE),),
    # A return that waits for its approval.
    "100502": _back("100502")[:1],
    # A return whose goods are on their way.
    "100503": _back("100503", 2),
    # Goods received: a memo, of which a part went back.
    "100504": (*_back("100504"), ReceiveGoods(number="100504-R1", goods=(Goods(line_no=1, accepted=1),))),
    # Authorised and not captured, and one unit of it cancelled: something to reverse.
    "100505": (CancelItems(items=ONE),),
}
"""By the numbers of Lotte Lindgren's orders (`shop_cast.py`)."""

REFUND = Refund(
    number="100504-F1", source=RefundSource.MEMO, memo="100504-M1", payment_ref="P-100504", amount=50_00
)


class BrokenStory(Exception):
    """An act that the shop refused: whoever changed the orders has to mend their stories."""


async def tell(desk: Desk, by: SlackUserId) -> None:
    """Do all of it. Raises BrokenStory."""
    found = await desk.store.look(lambda connection: find_person(connection, desk.workspace_id, by))
    assert found is not None, "the cast is set up before"
    for number, acts in ACTS.items():
        for step, act in enumerate(acts):
            write = await _write(desk, found.ref, number, f"trial {number} {step}")
            _check(number, await desk.shop.submit(write, number, act, DEFAULT_TERMS))
    number = REFUND.number.partition("-")[0]
    write = await _write(desk, found.ref, number, "trial refund")
    stamp = Stamp(by=found.ref, at=desk.clock.now())
    refund = Refund(**{**vars(REFUND), "stamp": stamp})
    _check(number, await desk.shop.refund(write, number, refund))


async def _write(desk: Desk, by: PersonRef, number: str, key: str) -> Write:
    read = await desk.shop.order(Ask(by=by), number)
    if read is None:
        raise BrokenStory(f"There is no order {number}.")
    return Write(by=by, key=key, version=read.version)


def _check(number: str, answer: object) -> None:
    if not isinstance(answer, Done):
        raise BrokenStory(f"Order {number}: {answer}")
