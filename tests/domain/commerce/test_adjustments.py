"""Changes of price that a shop recorded: what is left is shared out by the units that are left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.commerce.acts import CancelItems, Terms
from bot.domain.commerce.amounts import Amounts
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import ChangeLine, ChangeOrder, ChangeType
from bot.domain.commerce.faults import ActRefused
from bot.domain.commerce.funds import funds_of
from bot.domain.commerce.performing import perform
from bot.domain.commerce.removal import Item, ShippingRule
from bot.domain.shop.orders import LineType
from tests.domain.commerce.books import books, charge, line, paid


def order() -> OrderBooks:
    """Three things of 10.00 with 2.40 tax in all, 6.00 for their delivery; all of it captured."""
    return books(line(1, 3, 10_00, tax=2_40), charge(9, 6_00), payments=(paid(38_40),))


def adjusted(before: OrderBooks, kind: ChangeType, line_no: int, type_: LineType, by: Amounts) -> OrderBooks:
    change = ChangeOrder(
        number=f"A{len(before.changes)}",
        type=kind,
        is_pre_fulfillment=True,
        lines=(ChangeLine(line_no=line_no, type=type_, amounts=by),),
        tax_type=before.tax_type,
    )
    return replace(before, changes=(*before.changes, change))


def cheaper(before: OrderBooks) -> OrderBooks:
    """5.00 and 0.40 tax less for what is left of line 1."""
    by = Amounts(line_discount=-5_00, tax=-40)
    return adjusted(before, ChangeType.PRODUCT_ADJUSTMENT, 1, LineType.PRODUCT, by)


def cancelled(before: OrderBooks, rule: ShippingRule = ShippingRule.WHOLE_GROUP) -> OrderBooks:
    return perform(before, CancelItems(items=(Item(line_no=1, quantity=1),)), Terms(shipping=rule)).after


def taken(after: OrderBooks) -> list[int]:
    return [one.comes_off for one in after.changes if one.type is ChangeType.CANCEL]


def test_a_price_concession_is_shared_by_the_units_that_are_left() -> None:
    after = cheaper(cancelled(order()))
    assert after.totals.grand == 38_40 - 10_80 - 5_40
    after = cancelled(cancelled(after))
    # 16.20 of two units, and with the last one the delivery.
    assert taken(after) == [10_80, 8_10, 8_10 + 6_00]
    assert (after.totals.grand, after.faults, funds_of(after).excess) == (0, (), 38_40)


def test_a_cheaper_delivery_is_prorated_from_what_it_costs_now() -> None:
    less = Amounts(line=-3_00)
    after = adjusted(order(), ChangeType.DELIVERY_ADJUSTMENT, 9, LineType.CHARGE, less)
    after = cancelled(after, ShippingRule.SHARE)
    assert -after.changes[-1].delivery == 1_00
    after = cancelled(cancelled(after, ShippingRule.SHARE), ShippingRule.SHARE)
    assert after.totals.grand == 0


def test_a_shop_that_rounds_otherwise_is_found_out_before_anything_else_is_done() -> None:
    after = cancelled(order())
    change = after.changes[0]
    wrong = replace(change.lines[0], amounts=change.lines[0].amounts + Amounts(tax=-1))
    after = replace(after, changes=(replace(change, lines=(wrong,)),))
    with pytest.raises(ActRefused) as refusal:
        cancelled(after)
    assert str(refusal.value) == "Line 1: 21.59 is left by its change orders, but 21.60 by its 2 units."
