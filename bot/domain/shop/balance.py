"""The arithmetic that orders of a file have to keep (domain.md 1.2, 1.3), broken ones spelled out. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.imports import WrongRow
from bot.domain.shop.carts import CartLine
from bot.domain.shop.money import MOST_MINOR, WrongAmount, minor_units, plain
from bot.domain.shop.orders import LineType, OrderLine, OrderPayment, TaxType, totals_of
from bot.domain.shop.sheets import Given


def line_from(given: Given, currency: str) -> OrderLine:
    """The line of a row, in its order's currency. Raises WrongRow with the broken equation."""
    line = OrderLine(
        line_no=_count(given, "line_no"),
        type=LineType(str(given.get("type") or LineType.PRODUCT)),
        name=str(given.get("name") or given.get("sku") or ""),
        sku=str(given.get("sku") or ""),
        ordered=_count(given, "qty"),
        unit_price=_minor(given, "unit_price", currency),
        line_discount=_minor(given, "line_discount", currency),
        order_discount=_minor(given, "order_discount", currency),
        tax=_minor(given, "tax", currency),
        allocated=_count(given, "allocated"),
        fulfilled=_count(given, "fulfilled"),
        canceled=_count(given, "canceled"),
        return_initiated=_count(given, "return_initiated"),
        returned=_count(given, "returned"),
    )
    _hold(quantity_faults(line))
    _hold(_amounts(line, currency))
    return line


def payment_from(given: Given, currency: str) -> OrderPayment:
    """The payment of a row. Raises WrongRow with the broken equation."""
    payment = OrderPayment(
        ref=str(given["payment_ref"]),
        method=str(given.get("method") or ""),
        authorized=_minor(given, "authorized", currency),
        captured=_minor(given, "captured", currency),
        refunded=_minor(given, "refunded", currency),
    )
    _hold(_paid(payment, currency))
    return payment


def cart_line_from(given: Given, currency: str) -> CartLine:
    """The line of a cart. Raises WrongRow with the broken equation."""
    line = CartLine(
        line_no=_count(given, "line_no"),
        name=str(given.get("name") or given.get("sku") or ""),
        sku=str(given.get("sku") or ""),
        quantity=_count(given, "qty"),
        unit_price=_minor(given, "unit_price", currency),
        discount=_minor(given, "discount", currency),
    )
    if line.quantity < 1:
        raise WrongRow("qty = 0 is below 1. Leave the line out.")
    _hold(_below(currency, "unit_price", line.unit_price))
    _hold(_above(currency, "discount", line.discount))
    if line.amount < 0:
        whole = f"{line.quantity} x {plain(line.unit_price, currency)} + ({plain(line.discount, currency)})"
        _hold(_below(currency, f"qty x unit_price + discount = {whole}", line.amount))
    return line


def check_total(given: Given, lines: Sequence[OrderLine], currency: str) -> None:
    """An order's own total, where its row has one, is what its lines come to. Raises WrongRow."""
    if abs(totals_of(lines, TaxType.NET).grand) > MOST_MINOR * 100:
        raise WrongRow("its lines come to more than any order does. Correct quantities and prices.")
    if not given.get("total"):
        return
    stated = _minor(given, "total", currency)
    tax_type = TaxType(str(given.get("tax_type") or TaxType.NET))
    sums = totals_of(lines, tax_type)
    if stated != sums.grand:
        taxed = "" if sums.is_gross else f" + tax {plain(sums.tax, currency)}"
        raise WrongRow(
            f"total = {plain(stated, currency)}, but products {plain(sums.products, currency)} + delivery "
            f"{plain(sums.delivery, currency)}{taxed} = {plain(sums.grand, currency)}."
        )


def quantity_faults(line: OrderLine) -> Iterator[str]:
    """What is below nothing, in the order of domain.md 1.2: each broken equation in figures."""
    if line.ordered < 1:
        yield "qty = 0 is below 1."
    if line.net_ordered < 0:
        yield f"qty - canceled = {line.ordered} - {line.canceled} = {line.net_ordered} is below 0."
    left = line.net_ordered - line.allocated
    if left < 0:
        shown = f"{line.ordered} - {line.canceled} - {line.allocated} = {left}"
        yield f"qty - canceled - allocated = {shown} is below 0."
    chain = (
        ("allocated", line.allocated, "fulfilled", line.fulfilled),
        ("fulfilled", line.fulfilled, "return_initiated", line.return_initiated),
        ("return_initiated", line.return_initiated, "returned", line.returned),
    )
    for name, most, other, some in chain:
        if some > most:
            yield f"{name} - {other} = {most} - {some} = {most - some} is below 0."
    if line.type is LineType.CHARGE and (line.canceled or line.return_initiated):
        yield "a Charge is neither canceled nor returned by itself: canceled and return_initiated are 0."


def _amounts(line: OrderLine, currency: str) -> Iterator[str]:
    yield from _below(currency, "unit_price", line.unit_price)
    yield from _above(currency, "line_discount", line.line_discount)
    yield from _above(currency, "order_discount", line.order_discount)
    yield from _below(currency, "tax", line.tax)
    if line.adjusted_line_amount < 0:
        shown = (line.unit_price, line.line_discount, line.order_discount)
        price, off, spread = (plain(one, currency) for one in shown)
        left = "qty x unit_price + line_discount + order_discount"
        right = f"{line.ordered} x {price} + ({off}) + ({spread})"
        yield from _below(currency, f"{left} = {right}", line.adjusted_line_amount)


def _paid(payment: OrderPayment, currency: str) -> Iterator[str]:
    yield from _below(currency, "refunded", payment.refunded)
    pairs = (
        ("authorized", payment.authorized, "captured", payment.captured),
        ("captured", payment.captured, "refunded", payment.refunded),
    )
    for name, most, other, some in pairs:
        if some > most:
            equation = f"{name} - {other} = {plain(most, currency)} - {plain(some, currency)}"
            yield from _below(currency, equation, most - some)


def _below(currency: str, equation: str, minor: int) -> Iterator[str]:
    if minor < 0:
        yield f"{equation} = {plain(minor, currency)} is below 0."


def _above(currency: str, column: str, minor: int) -> Iterator[str]:
    if minor > 0:
        yield f"{column} = {plain(minor, currency)} is above 0: what comes off has a minus."


def _hold(broken: Iterator[str]) -> None:
    for one in broken:
        raise WrongRow(one)


def _count(given: Given, column: str) -> int:
    return int(given.get(column) or 0)


def _minor(given: Given, column: str, currency: str) -> int:
    try:
        return minor_units(str(given.get(column) or "0"), currency)
    except WrongAmount as wrong:
        raise WrongRow(f"{column}: {wrong}") from None
