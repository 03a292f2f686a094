"""Customers, orders and carts to draw, and every window of the shop with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.dialogs import (
    case_page,
    customer_form,
    customer_page,
    finance_files,
    find_customers,
    order_page,
    tie_case,
)
from bot.domain.commerce.finance import FinanceFile
from bot.domain.ids import CartId, CaseId, CaseNumber, CustomerId, OrderId, PhoneCallId, SessionId, SiteId
from bot.domain.mail import MailState
from bot.domain.offers import offers
from bot.domain.pages import CasePage, CaseRow, ListKind
from bot.domain.people import SuccessPlan
from bot.domain.playbook.association import Thing
from bot.domain.sessions import Opened, Session
from bot.domain.shop.carts import Cart, CartLine, CartRow
from bot.domain.shop.customers import (
    Address,
    AddressKind,
    Customer,
    CustomerForm,
    CustomerPage,
    CustomerStanding,
    Site,
)
from bot.domain.shop.lookup import CustomerHit, Find, FindKey, Hits, Match
from bot.domain.shop.money import Money
from bot.domain.shop.orders import (
    DeliveryGroup,
    LineType,
    OrderLine,
    OrderPayment,
    OrderRow,
    OrderStatus,
    OrderSummary,
    TaxType,
)
from bot.domain.shop.story import CallTold, Happening, MailTold, Place, Story, StoryKind
from bot.domain.shop.ties import Tie
from bot.domain.verdict import CallerKind
from tests.blocks import samples
from tests.blocks.samples import CASE, LINDA, NOON, OMAR, POLICY

HOSTILE = " ".join(samples.HOSTILE)[:600]
"""All at once, as long as a cell of a file may be and longer."""

SESSION = Session(
    id=SessionId(1),
    now=NOON,
    began_at=NOON,
    touched_at=NOON,
    opened=Opened(customer_id=CustomerId(1), case_id=CaseId(1), order_id=OrderId(1), cart_id=CartId(1)),
    customer=HOSTILE,
    case_number=CaseNumber(1001),
    order_number=HOSTILE,
    cart_number=HOSTILE,
)

LINES = tuple(
    OrderLine(
        line_no=number,
        type=LineType.PRODUCT if number < 60 else LineType.CHARGE,
        name=HOSTILE,
        sku=HOSTILE,
        ordered=5,
        unit_price=12345678,
        line_discount=-100,
        tax=99,
        allocated=4,
        fulfilled=3,
        canceled=1,
        return_initiated=2,
        returned=1,
    )
    for number in range(1, 62)
)
ORDER = OrderSummary(
    id=OrderId(1),
    number=HOSTILE,
    customer_id=CustomerId(1),
    customer_name=HOSTILE,
    currency="KWD",
    tax_type=TaxType.NET,
    ordered_at=NOON,
    status=OrderStatus.APPROVED,
    site=HOSTILE,
    notes=HOSTILE * 40,
    is_suspended=True,
    lines=LINES,
    payments=tuple(
        OrderPayment(ref=HOSTILE, method=HOSTILE, authorized=9, captured=9, refunded=1) for _ in "ab"
    ),
    deliveries=(DeliveryGroup(method=HOSTILE, address=HOSTILE),),
    is_void=True,
)
CART = Cart(
    id=CartId(1),
    number=HOSTILE,
    customer_id=CustomerId(1),
    customer_name=HOSTILE,
    currency="JPY",
    updated_at=NOON,
    lines=(CartLine(line_no=1, name=HOSTILE, quantity=2, unit_price=100),) * 50,
)
CUSTOMER = Customer(
    id=CustomerId(1),
    number="C-1",
    name=HOSTILE,
    company=HOSTILE,
    email="ana@example.com",
    phone=HOSTILE,
    plan=SuccessPlan.PREMIER,
    kind=CallerKind.EVALUATOR,
    eval_start=date(2026, 11, 1),
    addresses=(Address(kind=AddressKind.BILLING, lines=HOSTILE),),
    timezone="Europe/Lisbon",
)
ROW = OrderRow(
    id=OrderId(1),
    number=HOSTILE,
    customer_id=CustomerId(1),
    customer_name=HOSTILE,
    site=HOSTILE,
    ordered_at=NOON,
    status=OrderStatus.APPROVED,
    grand_total=Money(minor=38871, currency="USD"),
    is_void=True,
    in_return=1,
    returned=1,
)
HIT = CustomerHit(
    customer_id=CustomerId(1),
    number="C-1",
    name=HOSTILE,
    company=HOSTILE,
    masked_email="a…@example.com",
    kind=CallerKind.HOSTING,
    plan=SuccessPlan.STANDARD,
    site=HOSTILE,
    sites=3,
    newest_order_at=NOON,
    found_by=FindKey.SITE,
    match=Match.ONE_LETTER,
    order_id=OrderId(1),
    order_number=HOSTILE,
)


def page() -> CustomerPage:
    """A customer who has more of everything than a page shows."""
    site = Site(
        id=SiteId(1),
        customer_id=CustomerId(1),
        name=HOSTILE,
        licence_last4="4T1Z",
        product_version=HOSTILE,
        hosting_until=date(2027, 1, 1),
        priority_until=date(2027, 1, 1),
    )
    cart = CartRow(
        id=CartId(1),
        number=HOSTILE,
        customer_id=CustomerId(1),
        site="",
        updated_at=NOON,
        total=Money(minor=1, currency="JPY"),
        lines=1,
    )
    cases = samples.case_list(ListKind.MINE).rows
    standing = CustomerStanding(
        customer=CUSTOMER,
        sites=tuple(replace(site, id=SiteId(number)) for number in range(30)),
        orders=tuple(
            replace(ROW, id=OrderId(number), ordered_at=NOON - timedelta(days=number))
            for number in range(100)
        ),
        total_orders=5000,
        carts=tuple(replace(cart, id=CartId(number)) for number in range(10)),
        cases=cases,
    )
    return CustomerPage(
        standing=standing,
        story=story(cases),
        may_edit=True,
        may_report=True,
        may_erase=True,
        may_assist=True,
        session=SESSION,
    )


def story(cases: Sequence[CaseRow]) -> Story:
    """Ten of all sorts, with pages on both sides."""
    place = Place(NOON, 1, 7)
    call = CallTold(
        id=PhoneCallId(1), owner=OMAR.ref, began_at=NOON, ended_at=None, outcome="", case_number=CaseNumber(7)
    )
    told: list[Happening] = [Happening(place=place, order=ROW), Happening(place=place, case=cases[0])]
    told += [Happening(place=place, call=replace(call, ended_at=end)) for end in (None, NOON, samples.LATER)]
    told += [
        Happening(place=place, mail=MailTold(subject=HOSTILE, address=HOSTILE, state=state, by=HOSTILE))
        for state in MailState
    ]
    counts = dict.fromkeys(StoryKind, 1000)
    return Story(happenings=tuple(told), counts=counts, newer=place, older=place)


def modals() -> Iterator[dict[str, Any]]:
    """Every window of the shop, full and empty."""
    files = [
        FinanceFile(number=one, since=None, until=NOON, made_at=NOON, lines=(), reconciled_at=known)
        for one, known in zip(range(90000, 90020), (None, NOON) * 10, strict=True)
    ]
    for some in (files, []):
        yield finance_files.view(some, HOSTILE, 3)
    sought = Find(text=HOSTILE, key=FindKey.NAME)
    hits = tuple(HIT._replace(customer_id=CustomerId(number)) for number in range(20))
    for found in (Hits(sought=Find(text="")), Hits(sought=sought), Hits(sought=sought, hits=hits, more=True)):
        yield find_customers.view(found)
    whole = page()
    empty = CustomerPage(standing=CustomerStanding(customer=replace(CUSTOMER, addresses=())), may_assist=True)
    for one in (whole, empty):
        for room in (0, 1, 2):
            yield customer_page.view(one, POLICY, room=room)
    yield customer_page.view(replace(whole, is_erased=True), POLICY)
    for kind in StoryKind:
        yield customer_page.view(replace(whole, story=Story(kind=kind)), POLICY)
    for alone in (True, False):
        yield order_page.view(ORDER, alone=alone)
        yield order_page.cart(CART, alone=alone)
    for customer in (None, CUSTOMER):
        for may_edit in (True, False):
            form = CustomerForm(policy=POLICY, may_edit=may_edit, customer=customer)
            yield customer_form.view(form, alike=hits[:5])
    yield tie_case.view(CASE)
    for viewer in (OMAR, LINDA):
        for tie in (None, *ties()):
            yield case_page.view(
                CasePage(
                    case=CASE,
                    viewer=viewer,
                    comments=(),
                    comment_count=0,
                    offers=offers(CASE, viewer, LINDA, samples.LATER),
                    tie=tie,
                    has_orders=True,
                ),
                POLICY,
            )


def ties() -> tuple[Tie, ...]:
    """To an order, to a cart, and one that asks."""
    order = Tie(
        case_id=CASE.id,
        thing=Thing.ORDER,
        order_id=OrderId(1),
        number=HOSTILE,
        customer_id=CustomerId(1),
        rule="order_in_words",
    )
    cart = replace(order, thing=Thing.CART, order_id=None, cart_id=CartId(1))
    return order, cart, Tie(case_id=CASE.id)
