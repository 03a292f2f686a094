"""What lists and pages of the shop say of an order and a customer, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.blocks import shop
from bot.domain.shop.customers import Address, AddressKind
from bot.domain.shop.orders import OrderStatus
from tests.blocks.shop_samples import CUSTOMER, ROW

PLAIN = replace(ROW, number="100505", site="lamps.example", is_void=False, in_return=0, returned=0)


@pytest.mark.parametrize(
    ("is_suspended", "status", "told"),
    [
        (True, OrderStatus.APPROVED, "Approved, suspended"),
        (False, OrderStatus.APPROVED, "Approved · "),
        (True, OrderStatus.CANCELED, "Cancelled, suspended"),
    ],
)
def test_a_list_says_of_an_order_that_it_is_suspended(
    is_suspended: bool, status: OrderStatus, told: str
) -> None:
    assert told in shop.order_line(replace(PLAIN, is_suspended=is_suspended, status=status))


def test_a_customers_page_has_their_e_mail_and_addresses_whole() -> None:
    email = f"{'m' * 60}@{'long.' * 36}example"
    address = Address(kind=AddressKind.BILLING, lines=f"{'Company ' * 25}\n1 Main Street\nDover")
    told = str(shop.customer_facts(replace(CUSTOMER, email=email, addresses=(address,))))
    assert email in told
    assert "1 Main Street, Dover" in told
