"""Orders with documents for tests of the store, put in by its own functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.domain.commerce.acts import CancelItems, WriteMemo
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import Stamp
from bot.domain.commerce.performing import perform
from bot.domain.commerce.removal import Item
from bot.domain.ids import CustomerId
from bot.domain.shop.customers import CustomerFacts
from bot.store import order_saving
from bot.store.customers import insert_customer
from bot.store.work import Work
from tests.domain.commerce.books import worked


def a_customer(work: Work, number: str = "C-1") -> CustomerId:
    """Whose orders the tests of acts have."""
    return insert_customer(work, number, CustomerFacts(name="Harbour Books"), None)


def placed(work: Work, books: OrderBooks, customer_id: CustomerId, number: str) -> OrderBooks:
    """The books as they are once the order stands in the database."""
    order = replace(books.order, number=number, customer_id=customer_id)
    return replace(books, order=replace(order, id=order_saving.place(work, order)))


def owed(work: Work, number: str = "1042", customer_id: CustomerId | None = None) -> OrderBooks:
    """The worked order, of which one unit was cancelled now, with a memo for it: 108.20."""
    stamp = Stamp(at=work.now)
    first = placed(work, worked(), customer_id or a_customer(work), number)
    cancelled = perform(first, CancelItems(items=(Item(line_no=1, quantity=1),)), stamp=stamp).after
    memo = perform(cancelled, WriteMemo(changes=(f"{number}-C1",)), stamp=stamp).after
    kept(work, [first, cancelled, memo])
    return memo


def kept(work: Work, states: Sequence[OrderBooks]) -> None:
    """Save each state of an order's books after the one before it, as the acts did that made them."""
    for before, after in pairwise(states):
        order_saving.save(work, before, after)
