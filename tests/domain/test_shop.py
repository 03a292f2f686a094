"""Money, quantities, what one wrong letter is, how a key is read: tables with the sum beside the row."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.entitlement import judge
from bot.domain.ids import CustomerId, OrderId, SiteId
from bot.domain.imports import WrongRow
from bot.domain.shop.balance import check_total, line_from, payment_from
from bot.domain.shop.customers import (
    Address,
    AddressKind,
    Customer,
    CustomerStanding,
    Site,
    kept,
    masked,
)
from bot.domain.shop.lookup import (
    FindKey,
    guesses,
    last_four,
    licence_hash,
    nearly,
    one_letter_apart,
    site_words,
    sought_words,
    spellings,
    words_of_notes,
)
from bot.domain.shop.money import Money, WrongAmount, grouped, minor_units, plain, total
from bot.domain.shop.orders import (
    LineState,
    LineType,
    OrderLine,
    OrderPayment,
    OrderRow,
    OrderStatus,
    TaxType,
    is_void,
    totals_of,
)
from bot.domain.verdict import CallerKind, Verdict
from bot.playbook_file import load_playbook

LISBON = ZoneInfo("Europe/Lisbon")
NOON = datetime(2026, 11, 22, 12, tzinfo=LISBON)


@pytest.mark.parametrize(
    ("text", "currency", "minor", "shown"),
    [
        ("1234.5", "USD", 123450, "USD 1,234.50"),
        ("1500", "JPY", 1500, "JPY 1,500"),
        ("1500.00", "JPY", 1500, "JPY 1,500"),
        ("12.345", "KWD", 12345, "KWD 12.345"),
        ("-0.05", "EUR", -5, "EUR -0.05"),
        ("0", "USD", 0, "USD 0.00"),
        ("+7", "USD", 700, "USD 7.00"),
    ],
)
def test_an_amount_is_whole_in_its_currencys_own_units(
    text: str, currency: str, minor: int, shown: str
) -> None:
    assert minor_units(text, currency) == minor
    assert str(Money(minor=minor, currency=currency)) == shown


@pytest.mark.parametrize(
    ("text", "currency"), [("1.005", "USD"), ("1.5", "JPY"), ("1,5", "USD"), ("", "USD"), ("1e3", "USD")]
)
def test_an_amount_that_would_have_to_be_rounded_is_none(text: str, currency: str) -> None:
    with pytest.raises(WrongAmount):
        minor_units(text, currency)


@given(st.integers(-(10**12), 10**12), st.sampled_from(["USD", "JPY", "KWD", "CLF"]))
def test_what_is_written_is_read_again(minor: int, currency: str) -> None:
    assert minor_units(plain(minor, currency), currency) == minor
    assert minor_units(grouped(minor, currency).replace(",", ""), currency) == minor


def test_two_currencies_are_never_counted_together() -> None:
    with pytest.raises(ValueError, match="JPY cannot be counted with USD"):
        total([Money(minor=1, currency="USD"), Money(minor=1, currency="JPY")], "USD")


def line(ordered: int, **more: int) -> OrderLine:
    return OrderLine(line_no=1, type=LineType.PRODUCT, name="Gold", ordered=ordered, unit_price=9995, **more)


def test_the_worked_example_of_the_quantities() -> None:
    one = line(5, canceled=1, allocated=3, fulfilled=2, return_initiated=1)
    assert (one.quantity, one.available_to_cancel, one.available_to_return) == (4, 1, 1)


@pytest.mark.parametrize(
    ("one", "state"),
    [
        (line(3), LineState.ORDERED),
        (line(3, allocated=1), LineState.PARTLY_ALLOCATED),
        (line(3, allocated=3), LineState.ALLOCATED),
        (line(3, allocated=3, fulfilled=1), LineState.PARTLY_FULFILLED),
        (line(3, canceled=1, allocated=2, fulfilled=2), LineState.FULFILLED),
        (line(3, allocated=3, fulfilled=3, return_initiated=3, returned=3), LineState.RETURNED),
        (line(3, canceled=3), LineState.CANCELED),
    ],
)
def test_a_lines_state_is_told_by_its_quantities(one: OrderLine, state: LineState) -> None:
    assert one.state is state


def test_the_worked_example_of_the_money() -> None:
    lines = [
        OrderLine(line_no=1, type=LineType.PRODUCT, name="A", ordered=3, unit_price=9995, tax=2474),
        OrderLine(line_no=2, type=LineType.PRODUCT, name="B", ordered=2, unit_price=2500, tax=413),
        OrderLine(line_no=3, type=LineType.CHARGE, name="Post", ordered=1, unit_price=999),
    ]
    sums = totals_of(lines, TaxType.NET)
    assert (sums.products, sums.delivery, sums.tax, sums.grand) == (34985, 999, 2887, 38871)
    assert totals_of(lines, TaxType.GROSS).grand == 35984


VOID = [
    (OrderStatus.CANCELED, [line(1)], [], True),
    (OrderStatus.APPROVED, [line(2, canceled=1)], [], False),
    (OrderStatus.APPROVED, [line(2, canceled=2)], [], True),
    (OrderStatus.APPROVED, [line(1, allocated=1, fulfilled=1, return_initiated=1, returned=1)], [], True),
    (OrderStatus.APPROVED, [line(1)], [OrderPayment(ref="P", method="", captured=5, refunded=5)], True),
    (OrderStatus.APPROVED, [line(1)], [OrderPayment(ref="P", method="", captured=5, refunded=4)], False),
    (OrderStatus.APPROVED, [], [], False),
]


@pytest.mark.parametrize(("status", "lines", "payments", "void"), VOID)
def test_an_order_is_void_once_nothing_of_it_is_left(
    status: OrderStatus, lines: list[OrderLine], payments: list[OrderPayment], void: bool
) -> None:
    assert is_void(status, lines, payments) is void


LINE = {"line_no": 1, "qty": 5, "unit_price": "10.00"}
QUANTITIES = st.fixed_dictionaries(
    {
        name: st.integers(0, 6)
        for name in ("canceled", "allocated", "fulfilled", "return_initiated", "returned")
    }
)


@given(QUANTITIES)
def test_a_line_is_taken_exactly_when_its_chain_holds(quantities: dict[str, int]) -> None:
    chain = [quantities[name] for name in ("returned", "return_initiated", "fulfilled", "allocated")] + [
        5 - quantities["canceled"]
    ]
    holds = chain == sorted(chain)
    try:
        line_from({**LINE, **quantities}, "USD")
    except WrongRow:
        assert not holds
    else:
        assert holds


@given(st.integers(-3, 9), st.integers(-3, 9), st.integers(-3, 9))
def test_a_payment_is_taken_exactly_when_nothing_is_owed_twice(
    authorized: int, captured: int, refunded: int
) -> None:
    holds = 0 <= refunded <= captured <= authorized
    given_row = {
        "payment_ref": "P",
        "authorized": str(authorized),
        "captured": str(captured),
        "refunded": str(refunded),
    }
    try:
        payment_from(given_row, "USD")
    except WrongRow:
        assert not holds
    else:
        assert holds


def test_an_orders_total_is_what_its_lines_come_to() -> None:
    lines = [line_from({**LINE, "line_discount": "-5.00", "tax": "4.00"}, "USD")]
    check_total({"total": "49.00"}, lines, "USD")
    check_total({"total": "45.00", "tax_type": "Gross"}, lines, "USD")
    with pytest.raises(
        WrongRow, match=r"total = 50.00, but products 45.00 \+ delivery 0.00 \+ tax 4.00 = 49.00"
    ):
        check_total({"total": "50.00"}, lines, "USD")


APART = [
    ("coffee", "cofee", True),
    ("coffee", "coffe", True),
    ("coffee", "coffeee", True),
    ("coffee", "cofefe", True),
    ("coffee", "toffee", True),
    ("coffee", "coffee", True),
    ("coffee", "cofe", False),
    ("coffee", "tofee", False),
    ("abcd", "badc", False),
]


@pytest.mark.parametrize(("one", "other", "near"), APART)
def test_one_wrong_letter_is_wrong_missing_too_many_or_swapped(one: str, other: str, near: bool) -> None:
    assert one_letter_apart(one, other) is near
    assert one_letter_apart(other, one) is near


WORDS = st.text(st.sampled_from("abcde"), min_size=4, max_size=9)


@given(WORDS, st.integers(0, 8), st.sampled_from("abcde"), st.sampled_from(["swap", "miss", "more", "wrong"]))
def test_words_one_letter_apart_always_share_a_spelling(word: str, at: int, letter: str, how: str) -> None:
    at %= len(word)
    other = {
        "miss": word[:at] + word[at + 1 :],
        "more": word[:at] + letter + word[at:],
        "wrong": word[:at] + letter + word[at + 1 :],
        "swap": word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
    }[how]
    assert one_letter_apart(word, other)
    assert spellings(word) & spellings(other)


@pytest.mark.parametrize(
    ("site", "words"),
    [
        ("https://www.Lima-Coffee.example/shop?x=1", ("lima", "coffee")),
        ("shop.cloudnine.example:8443", ("shop", "cloudnine")),
        ("localhost", ("localhost",)),
        ("", ()),
    ],
)
def test_a_site_is_found_by_the_labels_of_its_host(site: str, words: tuple[str, ...]) -> None:
    assert site_words(site) == words


def test_notes_are_found_by_the_sites_that_they_name_first() -> None:
    assert words_of_notes("Licence for www.fjord-light.example, paid") == (
        "fjord",
        "light",
        "licence",
        "for",
        "paid",
    )
    assert sought_words("fjord-light.example Olsen") == ("fjord", "light", "olsen")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("ana@example.com", FindKey.EMAIL),
        ("#00104", FindKey.ORDER),
        ("LIMA-7QX2-99AB-4T1Z", FindKey.ORDER),
        ("Lima Coffee", FindKey.SITE),
    ],
)
def test_what_somebody_types_says_which_key_it_can_be(text: str, first: FindKey) -> None:
    assert guesses(text)[0] is first


def test_a_licence_key_is_known_by_its_hash_however_it_is_read_out() -> None:
    ours, theirs = b"of this desk", b"of another desk"
    kept = licence_hash("LIMA7QX299AB4T1Z", ours)
    assert licence_hash("lima-7qx2 99ab.4t1z", ours) == kept
    assert "7QX2" not in kept
    assert licence_hash("LIMA7QX299AB4T1Z", theirs) != kept, "who lacks the secret can try out no keys"
    assert licence_hash(" - ", ours) == ""
    assert (last_four("lima-7qx2-99ab-4t1z"), last_four("ab12")) == ("4T1Z", "")


def test_two_names_are_nearly_the_same_word_for_word() -> None:
    assert nearly("Lima Coffe Roasters", "lima coffee roasters")
    assert not nearly("Lima Coffee", "Lima Coffee Roasters")
    assert not nearly("Ann Berg", "Jan Berg")
    assert masked("ana@example.com") == "a…@example.com"


def test_addresses_keep_what_they_know_where_nobody_changed_them() -> None:
    known = Address(kind=AddressKind.BILLING, recipient="Ana", lines="Calle 1", city="Lima", country="PE")
    other = Address(kind=AddressKind.OTHER, lines="Depot 7")
    same = Address(kind=AddressKind.BILLING, lines=known.written)
    moved = Address(kind=AddressKind.BILLING, lines="Calle 9")
    assert kept((known, other), (same,)) == (known, other)
    assert kept((known, other), (moved,)) == (moved, other)


def standing(kind: CallerKind = CallerKind.CUSTOMER) -> CustomerStanding:
    """Two sites; the newest order of the first is void, the one before it 10 days old."""
    customer = Customer(id=CustomerId(1), number="C-1", name="Ana", kind=kind, eval_start=date(2026, 11, 1))
    first = Site(id=SiteId(1), customer_id=CustomerId(1), name="one.example", product_version="7")
    second = Site(
        id=SiteId(2), customer_id=CustomerId(1), name="two.example", product_version="7", order_number="3"
    )

    def order(number: str, site: str, days: int, *, void: bool = False) -> OrderRow:
        return OrderRow(
            id=OrderId(int(number)),
            number=number,
            customer_id=CustomerId(1),
            customer_name="Ana",
            site=site,
            ordered_at=NOON - timedelta(days=days),
            status=OrderStatus.APPROVED,
            grand_total=Money(minor=1, currency="USD"),
            is_void=void,
        )

    return CustomerStanding(
        customer=customer,
        sites=(first, second),
        orders=(
            order("1", "one.example", 2, void=True),
            order("2", "www.one.example", 10),
            order("3", "", 80),
        ),
    )


def test_the_verdict_is_judged_on_the_site_that_the_call_is_about() -> None:
    rules = load_playbook().rules
    there = standing()
    verdicts = {
        site.name: judge(rules, there.entitled(site), NOON, LISBON, "digest").verdict for site in there.sites
    }
    assert verdicts == {"one.example": Verdict.RECENT_ORDER, "two.example": Verdict.NONE}
    newest = there.newest_counting(there.site_named("https://www.one.example/"))
    assert newest is not None
    assert (newest.number, newest.age(NOON.date(), LISBON)) == ("2", 10)
    by_licence = there.newest_counting(there.sites[1])
    assert by_licence is not None
    assert by_licence.number == "3"
    evaluates = standing(CallerKind.EVALUATOR)
    assert judge(rules, evaluates.entitled(None), NOON, LISBON, "digest").verdict is Verdict.EVALUATING
