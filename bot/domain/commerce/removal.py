"""What comes off an order when units go: their money and their delivery charge (domain.md 1.3). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.commerce.amounts import NOTHING, Amounts, placed, share
from bot.domain.commerce.books import LineNow, OrderBooks
from bot.domain.commerce.documents import UNKNOWN_REASON, ChangeLine
from bot.domain.shop.orders import LineType


@dataclass(frozen=True, kw_only=True)
class Item:
    """Units of a line that an act is about. `ship`: whether they take their part of the delivery charge.

    None leaves that to the flow's rule.
    """

    line_no: int
    quantity: int
    reason: str = UNKNOWN_REASON
    ship: bool | None = None


class ShippingRule(StrEnum):
    """What becomes of the delivery charge where nobody said anything for an item."""

    WHOLE_GROUP = "whole_group"  # it goes when nothing of its group is left
    SHARE = "share"  # each unit takes its part
    NEVER = "never"


def removal(
    before: OrderBooks,
    after: OrderBooks,
    items: Sequence[Item],
    rule: ShippingRule = ShippingRule.WHOLE_GROUP,
) -> tuple[ChangeLine, ...]:
    """The lines of the change order for units that went; `after` has their quantities already."""
    flagged = [(one, _takes(one, rule)) for one in items]
    lines = [
        ChangeLine(
            line_no=one.line_no,
            type=LineType.PRODUCT,
            quantity=-one.quantity,
            amounts=-before.lines[one.line_no].coming_off(one.quantity),
            reason=one.reason,
            takes_shipping=takes,
        )
        for one, takes in flagged
    ]
    groups = dict.fromkeys(before.lines[one.line_no].line.group for one in items)
    for group in groups:
        lines += _shipping(before, after, group, items, lines, rule)
    return tuple(lines)


def is_gone(books: OrderBooks, group: int) -> bool:
    """Whether nothing is left of what a group was to deliver."""
    return all(
        one.quantity == 0 for one in books.order.lines if one.group == group and one.type is LineType.PRODUCT
    )


def _takes(item: Item, rule: ShippingRule) -> bool:
    return rule is ShippingRule.SHARE if item.ship is None else item.ship


def _shipping(
    before: OrderBooks,
    after: OrderBooks,
    group: int,
    items: Sequence[Item],
    lines: Sequence[ChangeLine],
    rule: ShippingRule,
) -> Iterator[ChangeLine]:
    in_group = {no for no, one in before.lines.items() if one.line.group == group}
    asked = [one.ship for one in items if one.line_no in in_group]
    # A charge follows the last of its goods, unless somebody said for one of these that it stays.
    whole = is_gone(after, group) and False not in asked and (rule is not ShippingRule.NEVER or True in asked)
    reason = next(one.reason for one in items if one.line_no in in_group)
    flagged = _flagged(before, lines, in_group)
    for now in before.lines.values():
        if now.line.group != group or now.line.type is not LineType.CHARGE:
            continue
        amounts = now.amounts if whole else _prorated(before, now, in_group, flagged)
        if amounts != NOTHING:
            yield ChangeLine(
                line_no=now.line.line_no,
                type=LineType.CHARGE,
                amounts=-amounts,
                reason=reason,
                takes_shipping=True,
            )


def _flagged(before: OrderBooks, lines: Sequence[ChangeLine], in_group: set[int]) -> int:
    """What the goods came to that have taken their part of the charge, this change's among them.

    Nothing where this change has none: then the charge stays as it is.
    """
    now = [one for one in lines if one.line_no in in_group and one.takes_shipping]
    if not now:
        return 0
    earlier = [
        one
        for change in before.changes
        if change.type.takes_units
        for one in change.lines
        if one.line_no in in_group and one.type is LineType.PRODUCT and one.takes_shipping
    ]
    return -sum(one.amounts.adjusted for one in (*earlier, *now))


def _prorated(before: OrderBooks, now: LineNow, in_group: set[int], flagged: int) -> Amounts:
    """What comes off a charge now: the part of all flagged goods, less what came off for goods before."""
    goods = (one for no, one in before.lines.items() if no in in_group and one.line.type is LineType.PRODUCT)
    of = sum(placed(one.line).adjusted for one in goods)
    part = min(flagged, of)
    if part <= 0:
        return NOTHING
    earlier = [
        (change.type.takes_units, one.amounts)
        for change in before.changes
        for one in change.lines
        if one.line_no == now.line.line_no
    ]
    base = sum((one for takes, one in earlier if not takes), placed(now.line))
    taken = sum((-one for takes, one in earlier if takes), NOTHING)
    due = base.part(part, of)
    tax = share(base.tax, due.adjusted, base.adjusted) if base.adjusted > 0 else 0
    owed = Amounts(line=due.line, line_discount=due.line_discount, order_discount=due.order_discount, tax=tax)
    return _at_most(owed - taken, now.amounts)


def _at_most(amounts: Amounts, left: Amounts) -> Amounts:
    """No more than is left of each, and nothing put back on."""

    def within(one: int, most: int) -> int:
        return max(0, min(one, most)) if most >= 0 else min(0, max(one, most))

    return Amounts(
        line=within(amounts.line, left.line),
        line_discount=within(amounts.line_discount, left.line_discount),
        order_discount=within(amounts.order_discount, left.order_discount),
        tax=within(amounts.tax, left.tax),
    )
