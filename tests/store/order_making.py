"""Orders with documents for tests of the store, put in by its own functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.domain.commerce.books import OrderBooks
from bot.domain.ids import CustomerId
from bot.domain.shop.customers import CustomerFacts
from bot.store import order_saving
from bot.store.customers import insert_customer
from bot.store.work import Work


def a_customer(work: Work, number: str = "C-1") -> CustomerId:
    """Whose orders the tests of acts have."""
    return insert_customer(work, number, CustomerFacts(name="Harbour Books"), None)


def placed(work: Work, books: OrderBooks, customer_id: CustomerId, number: str) -> OrderBooks:
    """The books as they are once the order stands in the database."""
    order = replace(books.order, number=number, customer_id=customer_id)
    return replace(books, order=replace(order, id=order_saving.place(work, order)))


def kept(work: Work, states: Sequence[OrderBooks]) -> None:
    """Save each state of an order's books after the one before it, as the acts did that made them."""
    for before, after in pairwise(states):
        order_saving.save(work, before, after)
