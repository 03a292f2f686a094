"""Takes up what was left of acts on orders: by a bot that died, by a shop that did not answer, by time."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from bot.domain.commerce.requests import Request, RequestState
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


AWAITING = (ReturnStage.DRAFT, ReturnStage.APPROVAL_PENDING, ReturnStage.WAITING_FOR_GOODS)
"""Stages of a return whose goods are still to come."""


async def sweep(desk: Desk) -> int:
    """Take up everything whose lease has run out or whose time has come; how many those were.

    Many bots may do this at once: each order is taken by one of them.
    """
    left, due = await desk.store.look(lambda connection: _left(desk, connection), brief=True)
    work = [take_over(desk, number) for number in left]
    work += [_woken(desk, request_id) for request_id in due]
    for trouble in await asyncio.gather(*work, return_exceptions=True):
        if isinstance(trouble, Exception):  # the others went on; this one is taken up again
            log.error("a request could not be taken up", exc_info=trouble)
    return len(left) + len(due)


async def _woken(desk: Desk, request_id: OrderRequestId) -> None:
    workspace_id = desk.workspace_id
    request = await desk.store.look(lambda c: order_requests.itself(c, workspace_id, request_id))
    if request is None or await _still_awaits(desk, request):
        return
    await wake(desk, request_id)


async def _still_awaits(desk: Desk, request: Request) -> bool:
    """Whether a request waits for goods that the shop has not received; it is looked at again later.

    They may be received outside the desk. The order is not held for the look: people go on acting on it.
    """
    if request.state is not RequestState.WAITS_FOR_GOODS:
        return False
    try:
        reading = await read_order(desk, request.asked_by, request.order_number, case_id=request.case_id)
    except Refusal:
        reading = None
    stage = stage_of(reading.read.books, request.return_number) if reading is not None else None
    if stage not in (None, *AWAITING):
        return False
    later = desk.clock.real_now() + LOOK_AT_GOODS
    await desk.store.write(
        lambda work: order_requests.look_for_goods(work, request.id, later), desk.stamp(), quietly=True
    )
    return True


async def take_over(desk: Desk, order_number: str) -> None:
    """Lead on what nobody leads any more: what is in doubt is read, never sent again unread."""

    def unit(work: Work) -> order_holds.Lease | None:
        return order_holds.take_over(work, order_number, desk.doing.owner, work.stamp.real_now + LEASE)

    lease = await desk.store.write(unit, desk.stamp(), quietly=True)
    if lease is not None:
        await lead(Leading(desk, lease))


def _left(desk: Desk, connection: Connection) -> tuple[tuple[str, ...], tuple[OrderRequestId, ...]]:
    now, real_now = desk.clock.now(), desk.clock.real_now()
    left = order_holds.left_behind(connection, desk.workspace_id, real_now, MOST)
    due = order_requests.to_look_at(connection, desk.workspace_id, now, real_now, MOST)
    return tuple(left), due


async def next_wait(desk: Desk) -> datetime | None:
    """When the next request that waits for days may go on, in business time; None where none does."""
    workspace_id = desk.workspace_id
    return await desk.store.look(lambda c: order_requests.next_wait(c, workspace_id))
