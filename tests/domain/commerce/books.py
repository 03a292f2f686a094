"""Orders for the tests of acts: the worked one of domain.md 1.3, and any that an import would take."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from bot.domain.commerce.books import OrderBooks
from bot.domain.ids import CustomerId, OrderId
from bot.domain.shop.orders import LineType, OrderLine, OrderPayment, OrderStatus, OrderSummary, TaxType

PLACED = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
CURRENCIES = {"JPY": 0, "USD": 2, "KWD": 3}


def line(line_no: int, ordered: int, unit_price: int, **more: int) -> OrderLine:
    return OrderLine(
        line_no=line_no,
        type=LineType.PRODUCT,
        name=f"Thing {line_no}",
        ordered=ordered,
        unit_price=unit_price,
        **more,
    )


def charge(line_no: int, price: int, **more: int) -> OrderLine:
    return OrderLine(
        line_no=line_no, type=LineType.CHARGE, name="Delivery", ordered=1, unit_price=price, **more
    )


def books(
    *lines: OrderLine,
    payments: tuple[OrderPayment, ...] = (),
    currency: str = "USD",
    tax_type: TaxType = TaxType.NET,
    status: OrderStatus = OrderStatus.APPROVED,
) -> OrderBooks:
    order = OrderSummary(
        id=OrderId(7),
        number="1042",
        customer_id=CustomerId(3),
        customer_name="Harbour Books",
        currency=currency,
        tax_type=tax_type,
        ordered_at=PLACED,
        status=status,
        lines=lines,
        payments=payments,
    )
    return OrderBooks(order)


def paid(amount: int, ref: str = "P1", captured: int | None = None) -> OrderPayment:
    return OrderPayment(
        ref=ref, method="card", authorized=amount, captured=amount if captured is None else captured
    )


def worked(captured: int = 388_71) -> OrderBooks:
    """3 x 99.95 + 2 x 25.00 at 8.25 % tax, 9.99 for an untaxed delivery: 388.71."""
    return books(
        line(1, 3, 99_95, tax=24_74),
        line(2, 2, 25_00, tax=4_13),
        charge(3, 9_99),
        payments=(paid(388_71, captured=captured),),
    )


@st.composite
def product_lines(
    draw: st.DrawFn, line_no: int, *, is_under_way: bool = False, dearest: int = 200_000
) -> OrderLine:
    """A line whose discounts are no more than itself, as `balance.line_from` holds each to."""
    ordered = draw(st.integers(1, 12))
    unit_price = draw(st.integers(0, dearest))
    whole = ordered * unit_price
    own = draw(st.integers(0, whole))
    spread = draw(st.integers(0, whole - own))
    allocated = draw(st.integers(0, ordered)) if is_under_way else 0
    return line(
        line_no,
        ordered,
        unit_price,
        line_discount=-own,
        order_discount=-spread,
        tax=draw(st.integers(0, whole // 3 + 2)),
        allocated=allocated,
        fulfilled=draw(st.integers(0, allocated)),
        group=draw(st.integers(1, 2)),
    )


@st.composite
def orders(draw: st.DrawFn, *, is_under_way: bool = False) -> OrderBooks:
    """Any order: up to four lines, two groups with a delivery charge each, three payments.

    With `is_under_way` some of its units are allocated or with the customer.
    """
    count = draw(st.integers(1, 4))
    goods = [draw(product_lines(number, is_under_way=is_under_way)) for number in range(1, count + 1)]
    charges = [
        charge(90 + group, draw(st.integers(0, 3000)), tax=draw(st.integers(0, 300)), group=group)
        for group in (1, 2)
        if draw(st.booleans())
    ]
    tax_type = draw(st.sampled_from(TaxType))
    whole = books(*goods, *charges, currency=draw(st.sampled_from(sorted(CURRENCIES))), tax_type=tax_type)
    grand, payments = whole.totals.grand, list[OrderPayment]()
    for number in range(1, draw(st.integers(1, 3)) + 1):
        part = draw(st.integers(0, grand)) if number < 3 else grand
        captured = draw(st.sampled_from([part, part, part // 2, 0]))
        payments.append(paid(part, f"P{number}", captured))
        grand -= part
    return books(*goods, *charges, payments=tuple(payments), currency=whole.currency, tax_type=tax_type)
