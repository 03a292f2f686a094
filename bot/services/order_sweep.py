"""Takes up what was left of acts on orders: by a bot that died, by a shop that did not answer, by time."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

from bot.domain.commerce.requests import Request
from bot.domain.commerce.states import ReturnStage
from bot.domain.ids import OrderRequestId
from bot.domain.refusals import Refusal
from bot.services.desk import Desk
from bot.services.order_acting import stage_of
from bot.services.order_leading import LEASE, Leading
from bot.services.order_running import LOOK_AT_GOODS, lead, wake
from bot.services.order_shop import read_order
from bot.store import order_holds, order_requests
from bot.store.work import Connection, Work

log = logging.getLogger(__name__)

MOST = 20
"""How many orders one look takes up; the next look comes soon."""

MOST_GOODS = 5
"""Of how many returns one look asks the shop whether their goods have come; thousands may be awaited."""

HELD = timedelta(seconds=10)
"""When a request comes again whose order another one holds, in real time."""

AWAITING = (ReturnStage.DRAFT, ReturnStage.APPROVAL_PENDING, ReturnStage.WAITING_FOR_GOODS)
"""Stages of a return whose goods are still to come."""


async def sweep(desk: Desk) -> int:
    """Take up everything whose lease has run out or whose time has come; how many those were.

    Many bots may do this at once: each order is taken by one of them.
    """
    left, due, goods = await desk.store.look(lambda connection: _left(desk, connection), brief=True)
    work = [take_over(desk, number) for number in left]
    work += [_woken(desk, request_id) for request_id in due]
    work += [_looked_for_goods(desk, request_id) for request_id in goods]
    for trouble in await asyncio.gather(*work, return_exceptions=True):
        if isinstance(trouble, Exception):  # the others went on; this one is taken up again
            log.error("a request could not be taken up", exc_info=trouble)
    return len(left) + len(due) + len(goods)


async def _woken(desk: Desk, request_id: OrderRequestId) -> None:
    if await wake(desk, request_id):
        return
    until = desk.clock.real_now() + HELD
    await desk.store.write(
        lambda work: order_requests.rest(work, request_id, until), desk.stamp(), quietly=True
    )


async def _looked_for_goods(desk: Desk, request_id: OrderRequestId) -> None:
    """Wake a request whose goods the shop has received: that may be done outside the desk.

    The order is not held for the look: people go on acting on it.
    """
    workspace_id, later = desk.workspace_id, desk.clock.real_now() + LOOK_AT_GOODS
    is_ours = await desk.store.write(
        lambda work: order_requests.take_look(work, request_id, later), desk.stamp(), quietly=True
    )
    request = await desk.store.look(lambda c: order_requests.itself(c, workspace_id, request_id))
    if is_ours and request is not None and await _have_come(desk, request):
        await _woken(desk, request_id)


async def _have_come(desk: Desk, request: Request) -> bool:
    """Whether the shop awaits the goods of a return no more; False where it does not tell."""
    try:
        reading = await read_order(desk, request.asked_by, request.order_number, case_id=request.case_id)
    except Refusal:
        return False
    stage = stage_of(reading.read.books, request.return_number) if reading is not None else None
    return stage not in (None, *AWAITING)


async def take_over(desk: Desk, order_number: str) -> None:
    """Lead on what nobody leads any more: what is in doubt is read, never sent again unread."""

    def unit(work: Work) -> order_holds.Lease | None:
        return order_holds.take_over(work, order_number, desk.doing.owner, work.stamp.real_now + LEASE)

    lease = await desk.store.write(unit, desk.stamp(), quietly=True)
    if lease is not None:
        await lead(Leading(desk, lease))


Due = tuple[OrderRequestId, ...]


def _left(desk: Desk, connection: Connection) -> tuple[tuple[str, ...], Due, Due]:
    now, real_now = desk.clock.now(), desk.clock.real_now()
    left = order_holds.left_behind(connection, desk.workspace_id, real_now, MOST)
    due = order_requests.to_look_at(connection, desk.workspace_id, now, real_now, MOST)
    goods = order_requests.goods_to_look_at(connection, desk.workspace_id, real_now, MOST_GOODS)
    return tuple(left), due, goods


async def next_wait(desk: Desk) -> datetime | None:
    """When the next request that waits for days may go on, in business time; None where none does."""
    workspace_id = desk.workspace_id
    return await desk.store.look(lambda c: order_requests.next_wait(c, workspace_id))
