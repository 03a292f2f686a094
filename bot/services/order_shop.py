"""The shop as acts on orders see it: read with the desk's refunds laid over, and what a lost answer means."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.desk_refunds import with_desk_refunds
from bot.domain.commerce.port import (
    Ask,
    Changed,
    CommercePort,
    NoAnswer,
    NotOffered,
    NotSent,
    OrderRead,
)
from bot.domain.ids import CaseId, OrderRequestId
from bot.domain.people import PersonRef
from bot.domain.refusals import Reason, Refusal
from bot.services.desk import Desk
from bot.store import desk_refunds
from bot.store.desk_refunds import RefundRow

R = TypeVar("R")
log = logging.getLogger(__name__)

READ_SECONDS = 5.0
WRITE_SECONDS = 10.0
GRACE = 1.0
"""How much longer than its own deadline a shop is waited for: it may say itself that it was late."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """An order read now. `books` have the desk's refunds in them, `read.books` are the shop's own."""

    read: OrderRead
    books: OrderBooks
    refunds: tuple[RefundRow, ...]


def shop_of(desk: Desk) -> CommercePort:
    """The shop that acts are asked of."""
    return desk.shop


async def asked(call: Awaitable[R], seconds: float) -> R:
    """What a shop answers. Whatever is neither an answer nor known to be harmless is no answer: NoAnswer.

    Raises NotSent, Changed and NotOffered as the shop does.
    """
    try:
        async with asyncio.timeout(seconds + GRACE):
            return await call
    except (NotSent, Changed, NotOffered, NoAnswer):
        raise
    except Exception as error:
        log.warning("the shop gave no answer: %r", error)
        raise NoAnswer from error


async def read_order(
    desk: Desk,
    by: PersonRef,
    number: str,
    *,
    case_id: CaseId | None = None,
    without: OrderRequestId | None = None,
) -> Reading | None:
    """An order as it is now; None where the shop has none of this number.

    `without` leaves the refunds of one request out, as if it had not been made. Raises SHOP_AWAY.
    """
    ask = Ask(by=by, case_id=case_id, seconds=READ_SECONDS)
    try:
        read = await asked(shop_of(desk).order(ask, number), READ_SECONDS)
    except (NotSent, NoAnswer, Changed, NotOffered) as away:
        raise Refusal(Reason.SHOP_AWAY) from away
    if read is None:
        return None
    return await overlaid(desk, read, without=without)


async def overlaid(desk: Desk, read: OrderRead, *, without: OrderRequestId | None = None) -> Reading:
    """The same for what was read already."""
    workspace_id, number = desk.workspace_id, read.books.order.number
    rows = await desk.store.look(lambda connection: desk_refunds.of_order(connection, workspace_id, number))
    # What came to nothing holds no money; its number stays taken.
    counted = [one.ours for one in rows if one.request_id != without or not one.refund.counts]
    return Reading(read=read, books=with_desk_refunds(read.books, counted), refunds=rows)
