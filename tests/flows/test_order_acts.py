"""Acts on orders as people do them: a cancel, a return with a rejected unit, refunds and who approves."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.commerce.acts import MoveUnits, Units
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.performing import perform
from bot.domain.commerce.quantities import UnitAct
from bot.sandbox import Person
from bot.store.work import Work
from tests.domain.commerce.books import worked
from tests.flows.conftest import Workplace
from tests.store.order_making import a_customer, kept, placed


def sent(books: OrderBooks, units: int) -> list[OrderBooks]:
    """The books as they become when so many of the first line are sent."""
    states = [books]
    for act in (UnitAct.ALLOCATE, UnitAct.FULFIL):
        move = MoveUnits(act=act, units=(Units(line_no=1, quantity=units),))
        states.append(perform(states[-1], move).after)
    return states


async def order_of(workplace: Workplace, *, sent_units: int = 0, times: int = 1) -> None:
    """The worked order of domain.md 1.3 as 1042; `times` makes its prices so many times as high."""

    def unit(work: Work) -> None:
        books = worked()
        if times > 1:
            lines = tuple(
                replace(one, unit_price=one.unit_price * times, tax=one.tax * times)
                for one in books.order.lines
            )
            payments = tuple(
                replace(one, authorized=one.authorized * times, captured=one.captured * times)
                for one in books.order.payments
            )
            books = OrderBooks(replace(books.order, lines=lines, payments=payments))
        books = placed(work, books, a_customer(work), "1042")
        kept(work, sent(books, sent_units) if sent_units else [books])

    await workplace.bot.desk.write(unit)


def shown(person: Person) -> str:
    assert person.modal is not None, person.reply
    return person.modal.text


async def test_a_part_of_an_order_is_cancelled_and_what_was_captured_is_paid_back(
    workplace: Workplace,
) -> None:
    await order_of(workplace)
    ana = workplace.person("ana")
    await ana.runs("/order show 1042")
    assert "Can be refunded, over the whole order: USD 0.00" in shown(ana)
    await ana.clicks("Cancel items")
    assert "3 of 3 can be cancelled" in shown(ana)
    await ana.submits(**{"line.1": "1", "reason": "Too slow"})
    page = shown(ana)
    for told in ("USD 108.20 comes off the order.", "Total USD 280.51", "Change order 1042-C1: USD 108.20"):
        assert told in page.replace("*", "")
    await ana.submits()
    await workplace.settled()
    await ana.closes(everything=True)
    await ana.runs("/order show 1042")
    page = shown(ana)
    assert "Change order 1042-C1: 1 unit cancelled, USD 108.20 comes off" in page
    assert "Refund 1042-F1: USD 108.20" in page
    assert "Total: USD 280.51" in page
