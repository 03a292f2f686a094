"""The delivery charge: what of it comes off with units, by flag, group and rule (domain.md 1.3)."""

from __future__ import annotations

import pytest

from bot.domain.commerce.acts import CancelItems, Terms
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.performing import perform
from bot.domain.commerce.removal import Item, ShippingRule
from bot.domain.shop.orders import TaxType
from tests.domain.commerce.books import books, charge, line

WHOLE, SHARE, NEVER = ShippingRule


def order(tax_type: TaxType = TaxType.NET) -> OrderBooks:
    """Two groups: goods of 60.00 and a delivery of 10.00 with 0.80 tax; goods of 20.00 and one of 5.00."""
    return books(
        line(1, 3, 10_00, group=1),
        line(2, 1, 30_00, group=1),
        line(3, 2, 10_00, group=2),
        charge(8, 10_00, tax=80, group=1),
        charge(9, 5_00, group=2),
        tax_type=tax_type,
    )


def cancelled(before: OrderBooks, rule: ShippingRule, *items: tuple[int, int, bool | None]) -> OrderBooks:
    made = tuple(Item(line_no=no, quantity=quantity, ship=ship) for no, quantity, ship in items)
    return perform(before, CancelItems(items=made), Terms(shipping=rule)).after


@pytest.mark.parametrize(
    ("rule", "items", "delivery", "tax"),
    [
        (WHOLE, [(1, 1, None)], 0, 0),  # a part of the group: it stays
        (WHOLE, [(1, 1, True)], 1_67, 13),  # 10.00 x 10 / 60, and 0.80 x 1.67 / 10.00
        (WHOLE, [(1, 1, True), (2, 1, None)], 1_67, 13),  # only what is flagged counts
        (WHOLE, [(1, 3, None), (2, 1, None)], 10_00, 80),  # the whole group: all of it
        (WHOLE, [(1, 3, None), (2, 1, False)], 0, 0),  # but somebody said that it stays
        (WHOLE, [(1, 3, True), (2, 1, False)], 5_00, 40),  # 10.00 x 30 / 60
        (WHOLE, [(3, 2, None)], 5_00, 0),  # the other group's own charge
        (SHARE, [(1, 1, None)], 1_67, 13),
        (SHARE, [(1, 1, False)], 0, 0),
        (SHARE, [(1, 1, None), (3, 1, None)], 4_17, 13),  # 1.67 of the first, 2.50 of the second
        (NEVER, [(1, 3, None), (2, 1, None)], 0, 0),
        (NEVER, [(1, 1, True)], 1_67, 13),
        (NEVER, [(1, 3, True), (2, 1, None)], 10_00, 80),  # asked for, and nothing is left of the group
    ],
)
def test_what_comes_off_the_delivery_charge(
    rule: ShippingRule, items: list[tuple[int, int, bool | None]], delivery: int, tax: int
) -> None:
    (change,) = cancelled(order(), rule, *items).changes
    assert (-change.delivery, -change.tax) == (delivery, tax)


def test_shares_are_cumulative_so_that_thirds_of_ten_sum_up() -> None:
    before = books(line(1, 3, 20_00), charge(8, 10_00, tax=1_00))
    took = []
    for _ in range(3):
        before = cancelled(before, SHARE, (1, 1, None))
        took.append((-before.changes[-1].delivery, -before.changes[-1].tax))
    assert took == [(3_33, 33), (3_34, 34), (3_33, 33)]


def test_the_last_of_a_group_takes_what_earlier_ones_left_of_the_charge() -> None:
    before = cancelled(order(), WHOLE, (1, 3, True))
    after = cancelled(before, WHOLE, (2, 1, None))
    assert [-one.delivery for one in after.changes] == [5_00, 5_00]
    assert after.lines[8].amounts.owed(after.tax_type) == 0


def test_with_gross_prices_the_tax_is_in_the_charge_and_is_not_added_again() -> None:
    after = cancelled(order(TaxType.GROSS), WHOLE, (1, 3, None), (2, 1, None))
    (change,) = after.changes
    assert (change.grand, change.tax) == (-70_00, -80)
    assert after.totals.grand == 25_00


def test_free_goods_have_no_share_of_a_charge_until_the_last_one_goes() -> None:
    before = books(line(1, 2, 0), charge(8, 4_00))
    before = cancelled(before, SHARE, (1, 1, None))
    after = cancelled(before, SHARE, (1, 1, None))
    assert [-one.delivery for one in after.changes] == [0, 4_00]
