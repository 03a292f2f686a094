"""An act shown before it is done: line by line, totals, documents, money, cautions, and a token. Pure.

The token is a digest over the order's version, its books and the act: when the order has changed, so has the
token, and the act is refused with a fresh rehearsal (backends.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.commerce.acts import (
    DEFAULT_TERMS,
    OrderAct,
    RefundMoney,
    ReturnItems,
    Terms,
)
from bot.domain.commerce.amounts import Amounts
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.cautions import Caution, cautions_of
from bot.domain.commerce.documents import Stamp
from bot.domain.commerce.funds import Funds, funds_of
from bot.domain.commerce.performing import Outcome, perform
from bot.domain.commerce.removal import removal
from bot.domain.shop.orders import OrderLine, OrderTotals


@dataclass(frozen=True, kw_only=True)
class LineShown:
    """A line that an act touches, before and after it."""

    before: OrderLine
    after: OrderLine
    amounts_before: Amounts
    amounts_after: Amounts

    @property
    def change(self) -> Amounts:
        """In the sign of the record: negative comes off."""
        return self.amounts_after - self.amounts_before


class DocumentKind(StrEnum):
    CHANGE_ORDER = "change_order"
    CREDIT_MEMO = "credit_memo"
    RETURN = "return"
    REFUND = "refund"


@dataclass(frozen=True, kw_only=True)
class DocumentToBe:
    """A document that will arise, under the number that it will have; `amount` as people are shown it."""

    kind: DocumentKind
    number: str
    amount: int = 0


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """What an act would do. Amounts are minor units of the order's currency; `comes_off` is positive.

    `on_receipt` is what a return will take off once all of it is accepted. `token` is needed to do it.
    """

    act: OrderAct
    currency: str
    version: int
    lines: tuple[LineShown, ...]
    totals_before: OrderTotals
    totals_after: OrderTotals
    documents: tuple[DocumentToBe, ...]
    funds_before: Funds
    funds_after: Funds
    on_receipt: int
    cautions: tuple[Caution, ...]
    token: str

    @property
    def comes_off(self) -> int:
        return self.totals_before.grand - self.totals_after.grand

    @property
    def at_stake(self) -> int:
        """What the limit of a role is held against: what comes off, now or later, or is paid back."""
        if isinstance(self.act, RefundMoney):
            return self.act.amount
        return max(self.comes_off, self.on_receipt, 0)


class StaleRehearsal(ValueError):
    """The order has changed since an act was shown; `fresh` shows it as it would be now."""

    def __init__(self, fresh: Rehearsal) -> None:
        self.fresh = fresh
        super().__init__(f"the order is at version {fresh.version} now")


def rehearse(books: OrderBooks, act: OrderAct, terms: Terms = DEFAULT_TERMS) -> Rehearsal:
    """What an act would do. Raises ActRefused as the act itself would."""
    outcome = perform(books, act, terms)
    after = outcome.after
    before_funds, after_funds = funds_of(books), funds_of(after)
    return Rehearsal(
        act=act,
        currency=books.currency,
        version=books.order.version,
        lines=tuple(_lines(outcome)),
        totals_before=books.totals,
        totals_after=after.totals,
        documents=tuple(_documents(outcome)),
        funds_before=before_funds,
        funds_after=after_funds,
        on_receipt=_on_receipt(outcome, act, terms) if isinstance(act, ReturnItems) else 0,
        cautions=tuple(cautions_of(outcome, act, before_funds, after_funds)),
        token=token_of(books, act, terms),
    )


def confirm(
    books: OrderBooks, act: OrderAct, token: str, terms: Terms = DEFAULT_TERMS, stamp: Stamp | None = None
) -> Outcome:
    """Do an act as it was shown. Raises StaleRehearsal with a fresh one, or ActRefused."""
    if token != token_of(books, act, terms):
        raise StaleRehearsal(rehearse(books, act, terms))
    return perform(books, act, terms, stamp)


def token_of(books: OrderBooks, act: OrderAct, terms: Terms = DEFAULT_TERMS) -> str:
    """The token of an act on an order as it stands, by the terms that it was shown under."""
    order = books.order
    standing = (order.number, order.version, order.currency, order.tax_type, order.status)
    documents = (
        [(one.number, one.grand) for one in books.changes],
        [(one.number, one.amount) for one in books.memos],
        [(one.number, one.state, one.amount, one.attempt) for one in books.refunds],
        [(one.number, one.stage, one.lines) for one in books.returns],
    )
    content = (standing, order.lines, order.payments, documents, act, terms)
    return hashlib.sha256(repr(content).encode()).hexdigest()


def _lines(outcome: Outcome) -> Iterator[LineShown]:
    after = outcome.after.lines
    for number, now in outcome.before.lines.items():
        then = after[number]
        if (now.line, now.amounts) != (then.line, then.amounts):
            yield LineShown(
                before=now.line, after=then.line, amounts_before=now.amounts, amounts_after=then.amounts
            )


def _documents(outcome: Outcome) -> Iterator[DocumentToBe]:
    for change in outcome.changes:
        yield DocumentToBe(kind=DocumentKind.CHANGE_ORDER, number=change.number, amount=change.comes_off)
    for memo in outcome.memos:
        yield DocumentToBe(kind=DocumentKind.CREDIT_MEMO, number=memo.number, amount=memo.amount)
    known = {one.number for one in outcome.before.returns}
    for back in outcome.returns:
        if back.number not in known:
            yield DocumentToBe(kind=DocumentKind.RETURN, number=back.number)
    for refund in outcome.refunds:
        yield DocumentToBe(kind=DocumentKind.REFUND, number=refund.number, amount=refund.amount)


def _on_receipt(outcome: Outcome, act: ReturnItems, terms: Terms) -> int:
    """What a return takes off when all of it comes back and is accepted."""
    here = outcome.after
    goods = {one.line_no: one for one in act.items}
    lines = {no: here.lines[no].line for no in goods}
    back = {no: replace(line, returned=line.returned + goods[no].quantity) for no, line in lines.items()}
    gone = removal(here, here.with_lines(back), act.items, terms.shipping)
    return -sum(one.amounts.owed(here.tax_type) for one in gone)
