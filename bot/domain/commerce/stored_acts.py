"""Acts as plain values for JSON and back: intents and requests for approval keep what was asked. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

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
from bot.domain.commerce.removal import Item, ShippingRule
from bot.domain.commerce.states import ReturnMove

Plain = Mapping[str, Any]
"""What a JSON column gives back: the fields of an act, as `asdict` wrote them."""

_READ: Mapping[str, Callable[[Plain], OrderAct]] = {
    "cancel_items": lambda raw: CancelItems(items=tuple(Item(**one) for one in raw["items"])),
    "move_units": lambda raw: MoveUnits(
        act=UnitAct(raw["act"]), units=tuple(Units(**one) for one in raw["units"])
    ),
    "return_items": lambda raw: ReturnItems(
        items=tuple(Item(**one) for one in raw["items"]), under_way=raw.get("under_way", False)
    ),
    "move_return": lambda raw: MoveReturn(number=raw["number"], move=ReturnMove(raw["move"])),
    "receive_goods": lambda raw: ReceiveGoods(
        **{**raw, "goods": tuple(Goods(**one) for one in raw["goods"])}
    ),
    "write_memo": lambda raw: WriteMemo(changes=tuple(raw["changes"])),
    "refund_money": lambda raw: RefundMoney(**{**raw, "source": RefundSource(raw["source"])}),
    "reverse_authorization": lambda raw: ReverseAuthorization(**raw),
}

_NAMES: Mapping[type[OrderAct], str] = {
    CancelItems: "cancel_items",
    MoveUnits: "move_units",
    ReturnItems: "return_items",
    MoveReturn: "move_return",
    ReceiveGoods: "receive_goods",
    WriteMemo: "write_memo",
    RefundMoney: "refund_money",
    ReverseAuthorization: "reverse_authorization",
}


def name_of(act: OrderAct) -> str:
    """The word by which an act is stored: it never changes, whatever the class is called."""
    return _NAMES[type(act)]


def plain_act(act: OrderAct) -> dict[str, Any]:
    """An act as JSON can hold it."""
    return {"name": name_of(act), "of": asdict(act)}


def act_of(raw: Plain) -> OrderAct:
    """The act that was stored. KeyError, TypeError or ValueError for what none ever was."""
    return _READ[raw["name"]](raw["of"])


def plain_terms(terms: Terms) -> dict[str, Any]:
    """The terms of an act as JSON can hold them."""
    return asdict(terms)


def terms_of(raw: Plain) -> Terms:
    """The terms that were stored."""
    return Terms(**{**raw, "shipping": ShippingRule(raw["shipping"])})
