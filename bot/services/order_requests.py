"""Requests on their way: decided by a second person, led through the steps of their flow, listed.

`handlers.order_requests` calls it. Whoever is concerned hears of each step by the outbox: kinds
ORDER_APPROVAL, ORDER_DECIDED, ORDER_SETTLED and ORDER_IN_DOUBT, each with `order_request_id`.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.commerce.requests import Queue, Requests, RequestShown, Submitted
from bot.domain.ids import CallKey, OrderRequestId, SlackUserId
from bot.services.desk import Desk

PAGE = 10


async def shown(desk: Desk, by: SlackUserId, request_id: OrderRequestId) -> RequestShown:
    """A request with its act rehearsed now, and what this person may do with it.

    Raises NOT_YOUR_ROLE, NO_SUCH_ORDER_REQUEST, SHOP_AWAY.
    """
    raise NotImplementedError


async def decide(
    desk: Desk,
    by: SlackUserId,
    request_id: OrderRequestId,
    approve: bool,
    reason: str,
    key: CallKey,
    token: str = "",
) -> Submitted:
    """Approve or decline a request as the second person. `token` is of the figures that they were shown;
    without one it is those that whoever asked was shown.

    Where the order gives other figures by now nothing is decided: the answer is STALE, its `fresh` has them,
    and `decide` is called again with `fresh.token`. Raises NOT_YOUR_ROLE, NO_SUCH_ORDER_REQUEST,
    REQUEST_DECIDED (by, at), OWN_REQUEST, HAD_A_HAND, SAME_PERSON, WHY_NEEDED (a decline says why),
    ORDER_HELD, ORDER_IN_DOUBT, SHOP_AWAY; ActRefused where the order does not allow it any more.
    """
    raise NotImplementedError


async def go_on(
    desk: Desk, by: SlackUserId, request_id: OrderRequestId, said: Mapping[str, str], key: CallKey
) -> Submitted:
    """Answer the step at which a request stands: a form (its fields in `said`), a message that was read, a
    label that was sent by hand. Goods are received by `order_acts.submit` with ReceiveGoods and `parent`.

    The answer is ASKS where fields are missing. Raises NOT_YOUR_ROLE, TAKEN_FROM_YOUR_TEAM,
    NO_SUCH_ORDER_REQUEST, NOTHING_TO_ANSWER.
    """
    raise NotImplementedError


async def withdraw(desk: Desk, by: SlackUserId, request_id: OrderRequestId, key: CallKey) -> Submitted:
    """Take back a request of one's own that nobody has decided. Raises NO_SUCH_ORDER_REQUEST,
    NOT_YOUR_REQUEST, REQUEST_DECIDED.
    """
    raise NotImplementedError


async def retry(desk: Desk, by: SlackUserId, request_id: OrderRequestId, key: CallKey) -> Submitted:
    """Try refunds that failed once more. Raises NOT_YOUR_ROLE, NO_SUCH_ORDER_REQUEST, NOTHING_TO_ANSWER,
    ORDER_HELD, ORDER_IN_DOUBT, SHOP_AWAY; ActRefused where the money is not there any more.
    """
    raise NotImplementedError


async def settle(
    desk: Desk, by: SlackUserId, request_id: OrderRequestId, was_done: bool, reason: str, key: CallKey
) -> Submitted:
    """Say what became of an act that reading could not tell: somebody has looked at the shop.

    Kept with who said it and why. Raises NOT_YOUR_ROLE (managers and administrators), WHY_NEEDED,
    OWN_REQUEST and the like as `decide`, NO_SUCH_ORDER_REQUEST, NOTHING_TO_ANSWER.
    """
    raise NotImplementedError


async def waiting(desk: Desk, by: SlackUserId, queue: Queue, offset: int = 0, limit: int = PAGE) -> Requests:
    """A page of a list, the oldest first. Raises NOT_YOUR_ROLE."""
    raise NotImplementedError


async def count_waiting(desk: Desk, by: SlackUserId, queue: Queue) -> int:
    """How many a list has, for Home. Raises NOT_YOUR_ROLE."""
    raise NotImplementedError
