"""What a rejected order still needs: cancelled, its authorisation given back, its money refunded, act by act.

Every one goes the way of all acts on orders, with its rehearsal, limits and flow; `handlers.fraud` calls it.
"""

from __future__ import annotations

from bot.domain.commerce.acts import OrderAct
from bot.domain.commerce.faults import ActRefused
from bot.domain.commerce.fraud_queue import next_act
from bot.domain.commerce.queue_filters import FraudState
from bot.domain.commerce.requests import (
    Came,
    OrderAsk,
    OrderStanding,
    RequestState,
    Submitted,
    kind_of,
)
from bot.domain.ids import CallKey, FraudReportId, SlackUserId
from bot.domain.refusals import Refusal
from bot.services import fraud, order_acts
from bot.services.desk import Desk


async def consequences(
    desk: Desk, by: SlackUserId, report_id: FraudReportId, key: CallKey
) -> Submitted | Refusal | ActRefused | None:
    """Do the next act that a rejected order needs, as this person may.

    None where nothing is left to do. What stands in the way of the act is given back, not raised: the
    decision stands without it, and the report says what is still to be done. Raises NOT_YOUR_ROLE,
    NO_SUCH_FRAUD_REPORT.
    """
    shown = await fraud.show(desk, by, report_id)
    if shown.state is not FraudState.REJECTED:
        return None
    number = shown.order.number
    try:
        standing = await order_acts.standing(desk, by, number)
        act = next_act(standing.books)
        if act is None:
            return None
        asked = asked_already(standing, act)
        return asked if asked is not None else await _done(desk, by, number, act, key)
    except (Refusal, ActRefused) as obstacle:
        return obstacle


def asked_already(standing: OrderStanding, act: OrderAct) -> Submitted | None:
    """The same act that waits for somebody's approval: it is not asked for twice."""
    waiting = (one for one in standing.requests if one.state is RequestState.AWAITS_APPROVAL)
    found = next((one for one in waiting if one.kind is kind_of(act)), None)
    return Submitted(came=Came.SAVED, request=found, again=True) if found is not None else None


async def _done(desk: Desk, by: SlackUserId, number: str, act: OrderAct, key: CallKey) -> Submitted:
    """Rehearsed and submitted in one go: the report has shown what it comes to."""
    ask = OrderAsk(order_number=number, act=act)
    rehearsed = await order_acts.rehearse(desk, by, ask)
    if rehearsed.missing:
        return Submitted(came=Came.ASKS, fresh=rehearsed)
    return await order_acts.submit(desk, by, ask, rehearsed.token, key)
