"""What may be asked to be done with an order; `performing` does it, `rehearsal` shows it first. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.commerce.documents import RefundSource
from bot.domain.commerce.quantities import UnitAct
from bot.domain.commerce.removal import Item, ShippingRule
from bot.domain.commerce.states import ReturnMove


@dataclass(frozen=True, kw_only=True)
class CancelItems:
    """Units that are neither allocated nor fulfilled come off the order."""

    items: tuple[Item, ...]


@dataclass(frozen=True, kw_only=True)
class Units:
    """So many of a line."""

    line_no: int
    quantity: int


@dataclass(frozen=True, kw_only=True)
class MoveUnits:
    """The warehouse allocates, releases or fulfils units; no money moves."""

    act: UnitAct
    units: tuple[Units, ...]


@dataclass(frozen=True, kw_only=True)
class ReturnItems:
    """A customer wants to send fulfilled units back. Money moves once they are received.

    `under_way` units are on their way already, by a return that began before the desk knew of it.
    """

    items: tuple[Item, ...]
    under_way: bool = False


@dataclass(frozen=True, kw_only=True)
class MoveReturn:
    """A return is approved, cancelled, or its money has moved."""

    number: str
    move: ReturnMove


@dataclass(frozen=True, kw_only=True)
class Goods:
    """What came back of a line. Rejected units stay the customer's, and somebody says why."""

    line_no: int
    accepted: int = 0
    rejected: int = 0
    rejection: str = ""


@dataclass(frozen=True, kw_only=True)
class ReceiveGoods:
    """Units of a return came back. `rest_is_lost`: what did not come is waited for no longer.

    `with_memo` writes the credit memo at once; a flow with a step of its own for it leaves it out.
    """

    number: str
    goods: tuple[Goods, ...] = ()
    rest_is_lost: bool = False
    with_memo: bool = True


@dataclass(frozen=True, kw_only=True)
class WriteMemo:
    """A credit memo for change orders, by their numbers."""

    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RefundMoney:
    """Money back: for a memo, from excess funds, or by hand with a reason. `payment` is preferred, or needed.

    By hand it is needed; else the amount is shared out over the payments that can bear it.
    """

    source: RefundSource
    amount: int
    memo: str = ""
    payment: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ReverseAuthorization:
    """What nobody will capture of a payment's authorisation is given back; no money has moved yet."""

    payment: str
    amount: int


OrderAct = (
    CancelItems
    | MoveUnits
    | ReturnItems
    | MoveReturn
    | ReceiveGoods
    | WriteMemo
    | RefundMoney
    | ReverseAuthorization
)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a team's flow lays down for an act. Cancelling a part of an order or of a line may be left out."""

    shipping: ShippingRule = ShippingRule.WHOLE_GROUP
    part_of_order: bool = True
    part_of_line: bool = True


DEFAULT_TERMS = Terms()
