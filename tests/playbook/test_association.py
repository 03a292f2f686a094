"""Which order a case is about: found by its fields and words, among what its own account has."""

from __future__ import annotations

import pytest

from bot.domain.playbook.association import Owned, Thing, associate
from bot.domain.playbook.script import Playbook

OWNED = (
    Owned(thing=Thing.ORDER, number="1042", site="shop.example.com"),
    Owned(thing=Thing.ORDER, number="1043", site="shop.example.com"),
    Owned(thing=Thing.ORDER, number="AC-77", site="second.example.com"),
    Owned(thing=Thing.CART, number="9"),
)


@pytest.mark.parametrize(
    ("texts", "found", "rule"),
    [
        ({"order_no": "1042"}, ["1042"], "order_field"),
        ({"order_no": " #001042 "}, ["1042"], "order_field"),
        ({"cart_no": "9"}, ["9"], "cart_field"),
        ({"title": "Order 1042 was not delivered"}, ["1042"], "order_in_words"),
        ({"description": "It is about my order no. ac-77, please."}, ["AC-77"], "order_in_words"),
        ({"description": "See #1043."}, ["1043"], "order_in_words"),
        ({"title": "Orders 1042 and 1043 came twice"}, ["1042", "1043"], "order_in_words"),
        ({"title": "Order number is: 1042"}, ["1042"], "order_in_words"),
        ({"description": "My basket 9 is stuck"}, ["9"], "cart_in_words"),
        ({"description": "Nothing works on second.example.com!"}, ["AC-77"], "order_of_the_site"),
        ({"description": "See https://second.example.com/cart?x=1 please"}, ["AC-77"], "order_of_the_site"),
        ({"site": "https://www.shop.example.com"}, ["1042", "1043"], "order_of_the_site"),
        # the field goes before the words, and words before the site
        ({"order_no": "AC-77", "title": "Order 1042"}, ["AC-77"], "order_field"),
        # a number alone names nothing, nor does one that the account does not have
        ({"description": "I waited 1042 seconds"}, [], ""),
        ({"title": "Order 5000 of somebody else"}, [], ""),
        ({"title": "In order to pay 1042"}, [], ""),
        ({}, [], ""),
    ],
)
def test_words_and_fields_name_an_order(
    playbook: Playbook, texts: dict[str, str], found: list[str], rule: str
) -> None:
    association = associate(playbook.association, texts, OWNED)
    assert [one.number for one in association.found] == found
    assert association.rule == rule
    assert (association.tied is not None, association.asks) == (len(found) == 1, len(found) > 1)


@pytest.mark.parametrize(
    "texts",
    [
        {"order_no": "9999", "site": "second.example.com"},
        {"title": "Order 9999 on second.example.com"},
        {"title": "Orders 1042 and 9999"},
    ],
)
def test_beside_a_number_that_the_account_does_not_have_somebody_chooses(
    playbook: Playbook, texts: dict[str, str]
) -> None:
    association = associate(playbook.association, texts, OWNED)
    assert len(association.found) == 1
    assert association.tied is None
    assert association.asks


def test_a_long_text_is_read_in_no_time(playbook: Playbook) -> None:
    text = "order # 1 " * 3_000 + "a" + "." * 50_000
    assert associate(playbook.association, {"description": text}, OWNED).found == ()


def test_another_accounts_order_is_neither_tied_nor_named(playbook: Playbook) -> None:
    texts = {"order_no": "1042", "title": "Order 1042", "site": "shop.example.com"}
    assert associate(playbook.association, texts, OWNED[2:]).found == ()
