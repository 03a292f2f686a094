"""What somebody should know before they do an act, with its figures; `rehearsal` shows it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.commerce.acts import CancelItems, OrderAct, ReceiveGoods, RefundMoney
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import ChangeLine, RefundSource
from bot.domain.commerce.funds import Funds
from bot.domain.commerce.performing import Outcome
from bot.domain.commerce.removal import is_gone
from bot.domain.commerce.states import RefundState
from bot.domain.shop.orders import LineType


class Beware(StrEnum):
    """What can be said of an act. `blocks` has the sentence of each."""

    ORDER_SUSPENDED = "order_suspended"
    UNKNOWN_REFUND = "unknown_refund"  # `amount` may have been paid, and nobody knows yet
    NOT_CAPTURED = "not_captured"  # of what comes off, `amount` was never captured: nothing to refund
    CAN_BE_REVERSED = "can_be_reversed"  # `amount` of the authorisation will be captured by nobody
    ALLOCATED = "allocated"  # `units` of the line can only be cancelled once they are released
    DISCOUNT_GOES = "discount_goes"  # `amount` of discount goes with the units: so much less comes off
    DELIVERY_GOES = "delivery_goes"  # `amount` of delivery charge and its tax comes off too
    DELIVERY_STAYS = "delivery_stays"  # nothing is left to deliver, but `amount` is still charged for it
    NOTHING_LEFT = "nothing_left"  # the order ends with this
    REJECTED = "rejected"  # `units` stay the customer's, and nothing is owed for them
    OWED_BEFORE = "owed_before"  # `amount` of what is refundable was owed before: it is over the whole order
    NEVER_CAPTURED = "never_captured"  # `amount` is owed in memos for goods that nobody paid for yet
    PAYMENTS_SHORT = "payments_short"  # `amount` is owed that the payments do not have
    SEVERAL_PAYMENTS = "several_payments"  # it goes back by `units` payments


@dataclass(frozen=True, kw_only=True)
class Caution:
    """One thing to know. `amount` is in minor units of the order's currency."""

    what: Beware
    amount: int = 0
    units: int = 0
    line_no: int | None = None


def cautions_of(outcome: Outcome, act: OrderAct, before: Funds, after: Funds) -> Iterator[Caution]:
    """Everything that should be known of an act, the gravest first."""
    if outcome.before.order.is_suspended:
        yield Caution(what=Beware.ORDER_SUSPENDED)
    unknown = sum(one.amount for one in outcome.before.refunds if one.state is RefundState.UNKNOWN)
    if unknown:
        yield Caution(what=Beware.UNKNOWN_REFUND, amount=unknown)
    if isinstance(act, CancelItems):
        yield from _of_cancel(outcome, act, before, after)
    if isinstance(act, ReceiveGoods):
        rejected = sum(one.rejected for one in act.goods)
        if rejected:
            yield Caution(what=Beware.REJECTED, units=rejected)
    yield from _of_lines(outcome)
    pays_what_is_owed = isinstance(act, RefundMoney) and act.source is not RefundSource.MANUAL
    if before.refundable and not pays_what_is_owed:
        yield Caution(what=Beware.OWED_BEFORE, amount=before.refundable)
    if after.uncovered:
        yield Caution(what=Beware.NEVER_CAPTURED, amount=after.uncovered)
    if after.refundable > after.available:
        yield Caution(what=Beware.PAYMENTS_SHORT, amount=after.refundable - after.available)
    if len(outcome.refunds) > 1:
        yield Caution(what=Beware.SEVERAL_PAYMENTS, units=len(outcome.refunds))


def _of_cancel(outcome: Outcome, act: CancelItems, before: Funds, after: Funds) -> Iterator[Caution]:
    off = sum(one.comes_off for one in outcome.changes)
    unpaid = off - (after.excess - before.excess)
    if unpaid > 0:
        yield Caution(what=Beware.NOT_CAPTURED, amount=unpaid)
    if after.to_reverse:
        yield Caution(what=Beware.CAN_BE_REVERSED, amount=after.to_reverse)
    for item in act.items:
        line = outcome.after.lines[item.line_no].line
        waiting = line.allocated - line.fulfilled
        if waiting:
            yield Caution(what=Beware.ALLOCATED, units=waiting, line_no=line.line_no)


def _of_lines(outcome: Outcome) -> Iterator[Caution]:
    """What the change orders take besides the goods."""
    lines = [one for change in outcome.changes for one in change.lines]
    if not lines:
        return
    goods = [one for one in lines if one.type is LineType.PRODUCT]
    discount = sum(one.amounts.line_discount + one.amounts.order_discount for one in goods)
    if discount > 0:
        yield Caution(what=Beware.DISCOUNT_GOES, amount=discount)
    tax_type = outcome.before.tax_type
    charge = -sum(one.amounts.owed(tax_type) for one in lines if one.type is LineType.CHARGE)
    if charge > 0:
        yield Caution(what=Beware.DELIVERY_GOES, amount=charge)
    stays = _still_charged(outcome.after, goods)
    if stays:
        yield Caution(what=Beware.DELIVERY_STAYS, amount=stays)
    if all(one.quantity == 0 for one in outcome.after.order.products):
        yield Caution(what=Beware.NOTHING_LEFT)


def _still_charged(after: OrderBooks, goods: list[ChangeLine]) -> int:
    """What is charged for delivering groups of which nothing is left."""
    groups = {after.lines[one.line_no].line.group for one in goods}
    empty = {group for group in groups if is_gone(after, group)}
    return sum(
        now.amounts.owed(after.tax_type)
        for now in after.lines.values()
        if now.line.type is LineType.CHARGE and now.line.group in empty
    )
