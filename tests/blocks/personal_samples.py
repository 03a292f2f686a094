"""The windows of personal data, each full and empty, with texts that would break them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.blocks import words_placing
from bot.dialogs import customer_area, erase_customer, order_page, personal_data, place_cart
from bot.domain.erasing import ErasureRehearsal, Goes, Stays
from bot.domain.ids import CartId, CustomerId, PersonalReportId, PlacingId
from bot.domain.people import SuccessPlan
from bot.domain.personal import PersonalReport, ReportsPage, ReportState
from bot.domain.placing import Placing, PlacingRehearsal, PlacingState
from bot.domain.shop.carts import Cart, CartLine
from bot.domain.shop.customer_lists import CustomerLine, CustomersPage
from bot.domain.shop.money import Money
from bot.domain.verdict import CallerKind
from tests.blocks import samples
from tests.blocks.samples import ANA, NOON, OMAR
from tests.blocks.shop_samples import CUSTOMER

HOSTILE = " ".join(samples.HOSTILE)[:600]

REPORT = PersonalReport(
    id=PersonalReportId(1),
    customer_id=CustomerId(1),
    customer=HOSTILE,
    number=HOSTILE,
    asked_by=ANA.ref,
    reason=HOSTILE,
    asked_at=NOON,
    token="0" * 32,
    state=ReportState.SENT,
    sent_at=NOON,
    expires_at=NOON + timedelta(days=14),
    deleted_at=NOON,
    rows=12345,
)


def modals() -> Iterator[dict[str, Any]]:
    """Every window."""
    some = tuple(
        replace(REPORT, id=PersonalReportId(number), state=state, is_stuck=stuck)
        for number, (state, stuck) in enumerate(
            (one, stuck) for one in ReportState for stuck in (False, True)
        )
    )
    full = ReportsPage(reports=some, total=40, first=9, newer=PersonalReportId(9), older=PersonalReportId(1))
    for page in (full, ReportsPage(reports=(), total=0, first=1)):
        yield personal_data.reports(page)
        yield personal_data.reports(page, "It is being made.")
    for customer in (None, CUSTOMER):
        yield personal_data.ask(customer, 14)
    yield personal_data.done(14)
    whole = ErasureRehearsal(
        customer=replace(CUSTOMER, number=HOSTILE),
        goes=dict.fromkeys(Goes, 1234567),
        stays=dict.fromkeys(Stays, 1),
        shares_account=True,
    )
    for one in (whole, replace(whole, goes={}, stays={}), replace(whole, done=True)):
        yield erase_customer.view(one)
    yield erase_customer.begun()
    yield from placings()
    lines = tuple(
        CustomerLine(
            id=CustomerId(number),
            number=HOSTILE,
            called=HOSTILE,
            name="Kim",
            email="kim@example.com",
            plan=SuccessPlan.PREMIER,
            kind=CallerKind.HOSTING,
        )
        for number in range(1, 11)
    )
    page = CustomersPage(lines=lines, kind=None, total=1000, newer=CustomerId(1), older=CustomerId(2))
    for listed in (page, replace(page, lines=(), kind=CallerKind.EVALUATOR)):
        yield customer_area.view(listed)


PLACING = Placing(
    id=PlacingId(1),
    cart_id=CartId(1),
    customer_id=CustomerId(1),
    asked_by=replace(ANA, name=HOSTILE),
    asked_at=NOON,
    for_customer=True,
    digest="0" * 64,
    amount=Money(minor=90000, currency="USD"),
    state=PlacingState.WAITS,
    decided_by=OMAR,
    order_number=HOSTILE,
    said=HOSTILE,
)
CART = Cart(
    id=CartId(1),
    number=HOSTILE,
    customer_id=CustomerId(1),
    customer_name=HOSTILE,
    currency="USD",
    updated_at=NOON,
    lines=tuple(
        CartLine(line_no=number, name=HOSTILE, quantity=2, unit_price=100, discount=-1)
        for number in range(1, 90)
    ),
)


def placings() -> Iterator[dict[str, Any]]:
    """The rehearsal of a cart, in each state."""
    fresh = PlacingRehearsal(
        cart=CART,
        assisted=True,
        alone=False,
        limit=Money(minor=20000, currency="USD"),
        can=True,
        may_place=True,
    )
    empty = replace(fresh, cart=replace(CART, lines=()))
    for one in (fresh, replace(fresh, alone=True), empty, replace(fresh, can=False)):
        yield place_cart.view(one)
        yield place_cart.view(replace(one, may_place=False), "It has changed.")
    for state in PlacingState:
        yield place_cart.view(replace(fresh, placing=replace(PLACING, state=state)))
    yield place_cart.view(replace(fresh, placing=PLACING, may_decide=True))
    yield order_page.cart(CART)


def messages() -> Iterator[list[dict[str, Any]]]:
    """What approvers are asked, and whoever asked is told."""
    asked = words_placing.telling(PLACING, CART, OMAR.id)
    done = words_placing.telling(replace(PLACING, state=PlacingState.PLACED), CART, ANA.id)
    for one in (asked, done):
        assert one is not None
        yield one.blocks
