"""Units of several lines moved at once, with all that forbids it told together. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.faults import ActFault, ActRefused, Wrong, refused
from bot.domain.commerce.quantities import UnitAct, after
from bot.domain.shop.orders import OrderLine


class OfLine(Protocol):
    """Anything that is about a line."""

    @property
    def line_no(self) -> int: ...


class Counted(OfLine, Protocol):
    """So many of a line."""

    @property
    def quantity(self) -> int: ...


T = TypeVar("T", bound=OfLine)


def moved(books: OrderBooks, act: UnitAct, units: Sequence[Counted]) -> OrderBooks:
    """The books with an act done on units. Raises ActRefused with what is wrong with any of them."""
    return each(books, units, lambda line, one: after(line, act, one.quantity))


def each(books: OrderBooks, given: Sequence[T], step: Callable[[OrderLine, T], OrderLine]) -> OrderBooks:
    """The books with a step done on each line that is given, all or none. Raises ActRefused."""
    if not given:
        raise refused(Wrong.NO_ITEMS, "Nothing is named that it is about.")
    lines = {one.line_no: one for one in books.order.lines}
    times = Counter(one.line_no for one in given)
    changed, faults = dict[int, OrderLine](), list[ActFault]()
    for one in given:
        line = lines.get(one.line_no)
        if line is None:
            faults.append(_fault(Wrong.NO_SUCH_LINE, "the order has no such line.", one.line_no))
        elif times[one.line_no] > 1:
            faults.append(_fault(Wrong.LINE_TWICE, f"is named {times[one.line_no]} times.", one.line_no))
        else:
            try:
                changed[one.line_no] = step(line, one)
            except ActRefused as refusal:
                faults += refusal.faults
    if faults:
        raise ActRefused(dict.fromkeys(faults))
    return books.with_lines(changed)


def _fault(wrong: Wrong, said: str, line_no: int) -> ActFault:
    return ActFault(wrong=wrong, said=said, line_no=line_no)
