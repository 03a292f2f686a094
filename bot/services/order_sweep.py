"""Takes up what was left of acts on orders: by a bot that died, by a shop that did not answer, by time."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from bot.domain.ids import OrderRequestId
from bot.services.desk import Desk
from bot.services.order_leading import LEASE, Leading
from bot.services.order_running import lead, wake
from bot.store import order_holds, order_requests
from bot.store.work import Connection, Work

log = logging.getLogger(__name__)

MOST = 20
"""How many orders one look takes up; the next look comes soon."""


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
    await wake(desk, request_id)


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
