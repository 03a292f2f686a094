"""The parts of a line's money, shared out without losing a cent; `books` reckons with them. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.shop.orders import OrderLine, TaxType


def half_up(numerator: int, denominator: int) -> int:
    """The nearest whole number, halves away from zero, so that a discount rounds like what it comes off."""
    if denominator <= 0:
        raise ValueError(f"{denominator} is not above 0")
    whole = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -whole if numerator < 0 else whole


def share(total: int, part: int, of: int) -> int:
    """What `part` of `of` units come to, all rounding included; nothing where there is nothing to share."""
    return half_up(total * part, of) if of else 0


@dataclass(frozen=True, kw_only=True)
class Amounts:
    """The money of a line, or of a change to one, in minor units; discounts are negative (domain.md 1.3).

    A change has the sign of the record: negative is a reduction, so that before + change = after.
    """

    line: int = 0
    line_discount: int = 0
    order_discount: int = 0
    tax: int = 0

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(
            line=self.line + other.line,
            line_discount=self.line_discount + other.line_discount,
            order_discount=self.order_discount + other.order_discount,
            tax=self.tax + other.tax,
        )

    def __neg__(self) -> Amounts:
        return Amounts(
            line=-self.line,
            line_discount=-self.line_discount,
            order_discount=-self.order_discount,
            tax=-self.tax,
        )

    def __sub__(self, other: Amounts) -> Amounts:
        return self + -other

    @property
    def adjusted(self) -> int:
        """The line with its discounts, as AdjustedLineAmount."""
        return self.line + self.line_discount + self.order_discount

    def owed(self, tax_type: TaxType) -> int:
        """What a customer pays for it: with gross prices the tax is in them already."""
        return self.adjusted if tax_type is TaxType.GROSS else self.adjusted + self.tax

    def part(self, part: int, of: int) -> Amounts:
        """What `part` of `of` units come to, each component rounded by itself."""
        if part == 0 or part == of:
            return self if part else NOTHING
        return Amounts(
            line=share(self.line, part, of),
            line_discount=share(self.line_discount, part, of),
            order_discount=share(self.order_discount, part, of),
            tax=share(self.tax, part, of),
        )

    def of_units(self, before: int, count: int, of: int) -> Amounts:
        """What `count` units come to after `before` of them went: cumulative, so that all sum up exactly."""
        return self.part(before + count, of) - self.part(before, of)


NOTHING = Amounts()


def placed(line: OrderLine) -> Amounts:
    """A line's money as it was when the order was placed."""
    return Amounts(
        line=line.total_line_amount,
        line_discount=line.line_discount,
        order_discount=line.order_discount,
        tax=line.tax,
    )
