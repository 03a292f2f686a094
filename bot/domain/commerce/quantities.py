"""What may happen to the units of a line, checked before and after (domain.md 1.2); `acts` calls it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum

from bot.domain.commerce.faults import ActFault, ActRefused, Wrong, refused
from bot.domain.shop.balance import quantity_faults
from bot.domain.shop.orders import LineType, OrderLine

COUNTS = ("ordered", "allocated", "fulfilled", "canceled", "return_initiated", "returned")
"""The quantities of a line; everything else is reckoned from them."""


class UnitAct(StrEnum):
    """What happens to units."""

    CANCEL = "cancel"
    ALLOCATE = "allocate"
    RELEASE = "release"
    FULFIL = "fulfil"
    START_RETURN = "start_return"
    DROP_RETURN = "drop_return"


def line_faults(line: OrderLine) -> Iterator[ActFault]:
    """Every invariant that a line breaks, the equation in figures."""
    for name in COUNTS if _is_negative(line) else ():
        if getattr(line, name) < 0:
            yield _broken(line, f"{name} = {getattr(line, name)} is below 0.")
    for said in quantity_faults(line):
        yield _broken(line, said)


def most(line: OrderLine, act: UnitAct) -> int:
    """How many units of a line an act may take, as things are."""
    return _reckoned(line, act)[0]


def after(line: OrderLine, act: UnitAct, quantity: int) -> OrderLine:
    """The line after an act on so many of its units. Raises ActRefused, with the sum that forbids it."""
    _hold(line)
    if line.type is LineType.CHARGE:
        raise refused(
            Wrong.NOT_A_PRODUCT, "a charge goes with what it delivers, never by itself.", line.line_no
        )
    limit, equation = _reckoned(line, act)
    if quantity < 1:
        raise refused(Wrong.TOO_FEW, f"{quantity} to {_word(act)} is below 1.", line.line_no)
    if quantity > limit:
        said = f"{quantity} to {_word(act)}, but {equation} = {limit}."
        raise refused(Wrong.TOO_MANY, said, line.line_no)
    done = _done(line, act, quantity)
    _hold(done)
    return done


def received(line: OrderLine, accepted: int, rejected: int) -> OrderLine:
    """The line after goods came back: accepted units are returned, rejected ones stay the customer's.

    Raises ActRefused.
    """
    _hold(line)
    if accepted < 0 or rejected < 0 or accepted + rejected < 1:
        said = f"accepted {accepted} + rejected {rejected} is nothing that came back."
        raise refused(Wrong.TOO_FEW, said, line.line_no)
    open_ = line.return_initiated - line.returned
    if accepted + rejected > open_:
        said = (
            f"accepted {accepted} + rejected {rejected} = {accepted + rejected} came back, but "
            f"return_initiated {line.return_initiated} - returned {line.returned} = {open_}."
        )
        raise refused(Wrong.TOO_MANY, said, line.line_no)
    done = replace(line, returned=line.returned + accepted, return_initiated=line.return_initiated - rejected)
    _hold(done)
    return done


def _reckoned(line: OrderLine, act: UnitAct) -> tuple[int, str]:
    """How many, and how that comes about."""
    names: tuple[str, ...]
    match act:
        case UnitAct.CANCEL | UnitAct.ALLOCATE:
            names, left = ("ordered", "canceled", "allocated"), line.net_ordered - line.allocated
        case UnitAct.RELEASE | UnitAct.FULFIL:
            names, left = ("allocated", "fulfilled"), line.allocated - line.fulfilled
        case UnitAct.START_RETURN:
            names, left = ("fulfilled", "return_initiated"), line.fulfilled - line.return_initiated
        case UnitAct.DROP_RETURN:
            names, left = ("return_initiated", "returned"), line.return_initiated - line.returned
    return left, " - ".join(f"{name} {getattr(line, name)}" for name in names)


def _done(line: OrderLine, act: UnitAct, quantity: int) -> OrderLine:
    match act:
        case UnitAct.CANCEL:
            return replace(line, canceled=line.canceled + quantity)
        case UnitAct.ALLOCATE:
            return replace(line, allocated=line.allocated + quantity)
        case UnitAct.RELEASE:
            return replace(line, allocated=line.allocated - quantity)
        case UnitAct.FULFIL:
            return replace(line, fulfilled=line.fulfilled + quantity)
        case UnitAct.START_RETURN:
            return replace(line, return_initiated=line.return_initiated + quantity)
        case UnitAct.DROP_RETURN:
            return replace(line, return_initiated=line.return_initiated - quantity)


def _is_negative(line: OrderLine) -> bool:
    counts = (line.ordered, line.allocated, line.fulfilled, line.canceled)
    return min(*counts, line.return_initiated, line.returned) < 0


def _word(act: UnitAct) -> str:
    words = {UnitAct.START_RETURN: "return", UnitAct.DROP_RETURN: "take off a return"}
    return words.get(act, act.value)


def _hold(line: OrderLine) -> None:
    faults = tuple(line_faults(line))
    if faults:
        raise ActRefused(faults)


def _broken(line: OrderLine, said: str) -> ActFault:
    return ActFault(wrong=Wrong.BROKEN_QUANTITIES, said=said, line_no=line.line_no)
