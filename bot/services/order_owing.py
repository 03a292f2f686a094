"""What a request's own documents leave to be written and paid: its credit memo and its refunds."""

from __future__ import annotations

from bot.domain.commerce.acts import RefundMoney, WriteMemo
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import RefundSource
from bot.domain.commerce.faults import ActRefused
from bot.domain.commerce.flows import FlowStep
from bot.domain.commerce.funds import funds_of, memo_refundable, without_memo
from bot.domain.commerce.performing import check_books, perform
from bot.domain.commerce.rehearsal import DocumentKind
from bot.domain.commerce.requests import Request, RequestKind
from bot.domain.refusals import Refusal
from bot.services import order_paying
from bot.services.order_acting import ask_shop
from bot.services.order_leading import Leading, is_submitted
from bot.services.order_shop import Reading, read_order


async def memo(leading: Leading, request: Request, step: FlowStep) -> bool:
    """One memo for all that the request took off and no memo has; nothing where nothing is owed."""
    reading = await reading_of(leading, request)
    if reading is None:
        return False
    mine = {one.number for one in request.documents if one.kind is DocumentKind.CHANGE_ORDER}
    changes = tuple(
        one.number
        for one in without_memo(reading.books)
        if one.comes_off > 0 and (one.number in mine or _is_of(one.return_number, request))
    )
    act = WriteMemo(changes=changes)
    try:
        check_books(reading.books)
    except ActRefused as refused:
        return await leading.stop(request, str(refused))
    try:
        perform(reading.books, act, request.terms)
    except ActRefused:
        await leading.mark(request, step)  # nothing was captured for it, or nothing is owed
        return True
    return await ask_shop(leading, request, act, reading, step)


def _is_of(number: str, request: Request) -> bool:
    return bool(number) and number == request.return_number


async def refund(leading: Leading, request: Request, step: FlowStep) -> bool:
    """What the request's own documents leave to be paid back goes back."""
    reading = await reading_of(leading, request)
    if reading is None:
        return False

    def wanted(books: OrderBooks) -> tuple[RefundMoney, ...]:
        check_books(books)  # what contradicts itself owes no figure
        return owed(request, books)

    try:
        return await order_paying.pay(leading, request, step, wanted, reading.books)
    except ActRefused as refused:
        return await leading.stop(request, str(refused))


def owed(request: Request, books: OrderBooks) -> tuple[RefundMoney, ...]:
    """What a request's own documents leave to be paid back, as far as the payments have it."""
    left = funds_of(books).available
    found = list[RefundMoney]()
    numbers = {one.number for one in request.documents if one.kind is DocumentKind.CREDIT_MEMO}
    mine = {one.number for one in request.documents if one.kind is DocumentKind.CHANGE_ORDER}
    mine |= {one.number for one in books.changes if _is_of(one.return_number, request)}
    for memo in books.memos:
        amount = min(memo_refundable(books, memo), left)
        if amount > 0 and (memo.number in numbers or mine & set(memo.changes)):
            found.append(RefundMoney(source=RefundSource.MEMO, amount=amount, memo=memo.number))
            left -= amount
    if request.kind is RequestKind.CANCEL and not found:
        off = sum(one.comes_off for one in books.changes if one.number in mine)
        amount = min(off, funds_of(books).excess, left)
        if amount > 0:
            found.append(RefundMoney(source=RefundSource.EXCESS, amount=amount))
    return tuple(found)


async def reading_of(leading: Leading, request: Request) -> Reading | None:
    """The order now, without the refunds that wait for this request's own approval; None: not to be had."""
    waits = isinstance(request.act, RefundMoney) and not is_submitted(request)
    try:
        return await read_order(
            leading.desk,
            request.asked_by,
            request.order_number,
            case_id=request.case_id,
            without=request.id if waits else None,
        )
    except Refusal:
        return None
