"""What a window about an act on an order keeps between its steps: the order, the act, the case; short.

`private_metadata` holds 3,000 characters and an act up to two hundred lines, so that items are written as
`line x units` with a letter for the delivery charge. What people typed stays in the fields.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.commerce.acts import CancelItems, Goods, OrderAct, ReceiveGoods, ReturnItems
from bot.domain.commerce.removal import Item
from bot.domain.commerce.requests import OrderAsk
from bot.domain.commerce.stored_acts import act_of, plain_act
from bot.domain.ids import CaseId, OrderRequestId

LONGEST = 2900
"""Slack keeps 3,000 characters."""

_SHIP: Mapping[bool | None, str] = {None: "", True: "s", False: "k"}
_UNSHIP = {letter: ship for ship, letter in _SHIP.items()}
_ITEM = re.compile(r"([0-9]{1,9})x([0-9]{1,9})([sk]?)")


class TooMuch(ValueError):
    """An act of more lines or longer texts than a window can keep."""


@dataclass(frozen=True, kw_only=True)
class About:
    """Which order a window is about, and whence: the case it was opened from, the request it goes on with.

    `on_top`: it stands on two others, so that what comes next takes its place.
    """

    order: str
    case: CaseId | None = None
    parent: OrderRequestId | None = None
    on_top: bool = False


@dataclass(frozen=True, kw_only=True)
class Kept:
    """An act as it was rehearsed, with the token that its figures were shown under."""

    about: About
    act: OrderAct
    token: str
    figures: tuple[int, ...] = ()
    """What the rehearsal came to, as `rehearsals.figures` has it."""

    def ask(self, said: Mapping[str, str]) -> OrderAsk:
        about = self.about
        return OrderAsk(
            order_number=about.order, act=self.act, said=said, case_id=about.case, parent=about.parent
        )


def plain_about(about: About) -> dict[str, Any]:
    """As JSON can hold it."""
    return {"order": about.order, "case": about.case, "parent": about.parent, "top": about.on_top}


def about_of(held: Mapping[str, Any]) -> About:
    """What `plain_about` wrote. Raises ValueError."""
    match held:
        case {"order": str(order)} if order:
            return About(
                order=order,
                case=CaseId(found) if (found := _number(held, "case")) is not None else None,
                parent=OrderRequestId(found) if (found := _number(held, "parent")) is not None else None,
                on_top=held.get("top") is True,
            )
    raise ValueError("private_metadata holds no order")


def _number(held: Mapping[str, Any], name: str) -> int | None:
    value = held.get(name)
    return value if type(value) is int else None


def held(metadata: str) -> dict[str, Any]:
    """What a window keeps, whatever it is."""
    try:
        found = json.loads(metadata)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def written(about: About, **more: Any) -> str:
    """`private_metadata` of a window about an order. Raises TooMuch."""
    made = json.dumps({**plain_about(about), **more}, separators=(",", ":"))
    if len(made) > LONGEST:
        raise TooMuch
    return made


def read_about(metadata: str) -> About:
    """The order that a window is about. Raises ValueError."""
    return about_of(held(metadata))


def keep(about: About, act: OrderAct, token: str, figures: Sequence[int] = ()) -> str:
    """`private_metadata` of a rehearsal. Raises TooMuch."""
    return written(about, act=_short(act), token=token, was=list(figures))


def read(metadata: str) -> Kept:
    """What `keep` wrote. Raises ValueError."""
    found = held(metadata)
    token = found.get("token")
    try:
        act = _long(found["act"])
    except (KeyError, TypeError, ValueError, IndexError) as wild:
        raise ValueError("private_metadata holds no act") from wild
    if not isinstance(token, str):
        raise ValueError("private_metadata holds no token")
    was = found.get("was")
    figures = tuple(one for one in was if type(one) is int) if isinstance(was, list) else ()
    return Kept(about=about_of(found), act=act, token=token, figures=figures)


def units(picked: Mapping[int, int]) -> str:
    """How many units of which lines, short: "1x2,5x1"."""
    return ",".join(f"{line}x{count}" for line, count in picked.items() if count)


def read_units(text: object) -> dict[int, int]:
    """What `units` wrote; what is none of it is left out."""
    found = (_ITEM.fullmatch(one) for one in str(text or "").split(","))
    return {int(one[1]): int(one[2]) for one in found if one}


def _short(act: OrderAct) -> object:
    match act:
        case CancelItems(items=items) if _same_reason(items):
            return {"cancel": _items(items), "why": items[0].reason}
        case ReturnItems(items=items, under_way=under_way) if _same_reason(items):
            return {"return": _items(items), "why": items[0].reason, "under_way": under_way}
        case ReceiveGoods():
            whys = list(dict.fromkeys(one.rejection for one in act.goods))
            goods = [
                [one.line_no, one.accepted, one.rejected, whys.index(one.rejection)] for one in act.goods
            ]
            return {
                "receive": act.number,
                "g": goods,
                "w": whys,
                "lost": act.rest_is_lost,
                "m": act.with_memo,
            }
    return plain_act(act)


def _same_reason(items: Sequence[Item]) -> bool:
    return bool(items) and len({one.reason for one in items}) == 1


def _items(items: Sequence[Item]) -> str:
    return ",".join(f"{one.line_no}x{one.quantity}{_SHIP[one.ship]}" for one in items)


def _long(raw: Mapping[str, Any]) -> OrderAct:
    if "cancel" in raw:
        return CancelItems(items=_read_items(raw["cancel"], raw["why"]))
    if "return" in raw:
        return ReturnItems(items=_read_items(raw["return"], raw["why"]), under_way=raw["under_way"] is True)
    if "receive" in raw:
        goods = tuple(
            Goods(line_no=line, accepted=accepted, rejected=rejected, rejection=raw["w"][why])
            for line, accepted, rejected, why in raw["g"]
        )
        return ReceiveGoods(number=raw["receive"], goods=goods, rest_is_lost=raw["lost"], with_memo=raw["m"])
    return act_of(raw)


def _read_items(text: str, why: str) -> tuple[Item, ...]:
    found = [_ITEM.fullmatch(one) for one in text.split(",")]
    if not all(found):
        raise ValueError("no items")
    return tuple(
        Item(line_no=int(one[1]), quantity=int(one[2]), reason=why, ship=_UNSHIP[one[3]])
        for one in found
        if one
    )
