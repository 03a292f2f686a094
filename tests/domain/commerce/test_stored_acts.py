"""Acts that are stored come back as they were, with the same token."""

from __future__ import annotations

import json
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.commerce.acts import (
    CancelItems,
    Goods,
    MoveReturn,
    MoveUnits,
    OrderAct,
    ReceiveGoods,
    RefundMoney,
    ReturnItems,
    ReverseAuthorization,
    Terms,
    Units,
    WriteMemo,
)
from bot.domain.commerce.documents import RefundSource
from bot.domain.commerce.quantities import UnitAct
from bot.domain.commerce.rehearsal import token_of
from bot.domain.commerce.removal import Item, ShippingRule
from bot.domain.commerce.states import ReturnMove
from bot.domain.commerce.stored_acts import act_of, name_of, plain_act, plain_terms, terms_of
from tests.domain.commerce.books import worked

NUMBER = st.integers(1, 999)
WORDS = st.text(max_size=8)
SHIP = st.sampled_from([None, True, False])
ITEMS = st.lists(st.builds(Item, line_no=NUMBER, quantity=NUMBER, reason=WORDS, ship=SHIP)).map(tuple)
GOODS = st.lists(st.builds(Goods, line_no=NUMBER, accepted=NUMBER, rejected=NUMBER, rejection=WORDS)).map(
    tuple
)
BUILT = {
    CancelItems: st.builds(CancelItems, items=ITEMS),
    MoveUnits: st.builds(
        MoveUnits,
        act=st.sampled_from(UnitAct),
        units=st.lists(st.builds(Units, line_no=NUMBER, quantity=NUMBER)).map(tuple),
    ),
    ReturnItems: st.builds(ReturnItems, items=ITEMS, under_way=st.booleans()),
    MoveReturn: st.builds(MoveReturn, number=WORDS, move=st.sampled_from(ReturnMove)),
    ReceiveGoods: st.builds(
        ReceiveGoods, number=WORDS, goods=GOODS, rest_is_lost=st.booleans(), with_memo=st.booleans()
    ),
    WriteMemo: st.builds(WriteMemo, changes=st.lists(WORDS).map(tuple)),
    RefundMoney: st.builds(
        RefundMoney,
        source=st.sampled_from(RefundSource),
        amount=NUMBER,
        memo=WORDS,
        payment=WORDS,
        reason=WORDS,
    ),
    ReverseAuthorization: st.builds(ReverseAuthorization, payment=WORDS, amount=NUMBER),
}
TERMS = st.builds(
    Terms, shipping=st.sampled_from(ShippingRule), part_of_order=st.booleans(), part_of_line=st.booleans()
)


@settings(max_examples=80)
@given(st.one_of(*BUILT.values()), TERMS)
def test_what_was_asked_comes_back_from_json_as_it_was(act: OrderAct, terms: Terms) -> None:
    again = act_of(json.loads(json.dumps(plain_act(act))))
    terms_again = terms_of(json.loads(json.dumps(plain_terms(terms))))
    assert (again, terms_again) == (act, terms)
    assert token_of(worked(), again, terms_again) == token_of(worked(), act, terms)


def test_every_act_has_a_name_of_its_own() -> None:
    assert set(BUILT) == set(get_args(OrderAct))
    acts = [RefundMoney(source=RefundSource.EXCESS, amount=1), WriteMemo(changes=())]
    assert [name_of(one) for one in acts] == ["refund_money", "write_memo"]


@pytest.mark.parametrize("raw", [{}, {"name": "steal", "of": {}}, {"name": "write_memo", "of": {}}])
def test_what_never_was_an_act_is_none(raw: dict[str, object]) -> None:
    with pytest.raises(KeyError):
        act_of(raw)
