"""What may be done with an order, shown before it is done, and done: `handlers.order_acts` calls it.

The rules stand in `bot/domain/commerce`; the shop is asked by its port alone, with no transaction open. An
intent is committed before each call, and the order is read back after it (`services.order_sending`).
"""

from __future__ import annotations

from bot.domain.commerce.requests import OrderAsk, OrderStanding, Shown, Submitted
from bot.domain.ids import CallKey, SlackUserId
from bot.services.desk import Desk

WAIT = 1.5
"""Seconds of real time that whoever presses a button waits for the shop; then it goes on without them."""


async def standing(desk: Desk, by: SlackUserId, number: str) -> OrderStanding:
    """An order read from the shop now, what may be done with it, and what holds it.

    Raises NOT_YOUR_ROLE, NO_SUCH_ORDER, SHOP_AWAY.
    """
    raise NotImplementedError


async def rehearse(desk: Desk, by: SlackUserId, ask: OrderAsk) -> Shown:
    """What an act would do, and what stands in its way; nothing is written.

    Raises NOT_YOUR_ROLE (as `submit` would), NO_SUCH_ORDER, SHOP_AWAY, SHOP_CANNOT; and ActRefused with
    all that the books have against it (`faults`, a sentence each).
    """
    raise NotImplementedError


async def submit(desk: Desk, by: SlackUserId, ask: OrderAsk, token: str, key: CallKey) -> Submitted:
    """Do an act as it was shown under `token`, or ask a second person for it where the limit says so.

    A stale token, and a form that is not filled in, do nothing: the answer has a fresh rehearsal. The same
    key with the same token gets the first request, as it stands by then. It waits `WAIT` seconds at most.
    Raises as `rehearse`, and ORDER_HELD (by, at) while another act on the order is under way, ORDER_IN_DOUBT
    while nobody knows what became of one. Nothing was done then.
    """
    raise NotImplementedError
