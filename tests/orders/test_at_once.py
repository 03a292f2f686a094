"""Many people at once: exactly what the invariants allow, on a shop that keeps no promise.

CASELINE_CROWD says how many: 20 with time to spare, fewer by default.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter as Tally

import pytest

from bot.domain.commerce.faults import ActRefused
from bot.domain.commerce.requests import Came, OrderAsk, RequestState, Submitted
from bot.domain.ids import SlackUserId
from bot.domain.refusals import Refusal
from bot.services import order_acts, order_requests
from tests.commerce.shops import MemoryShop, UnfriendlyShop
from tests.orders.conftest import ANA, BEN, MARIA, OMAR, ORDER, Counter, by_hand, cancel

CROWD = int(os.environ.get("CASELINE_CROWD", "6"))


@pytest.fixture
def shop() -> MemoryShop:
    return UnfriendlyShop()


async def persists(counter: Counter, by: SlackUserId, ask: OrderAsk) -> Submitted | Exception:
    """Somebody who looks again and presses again when the order has changed, as people do."""
    for _ in range(CROWD + 5):
        try:
            shown = await order_acts.rehearse(counter.desk, by, ask)
            came = await order_acts.submit(counter.desk, by, ask, shown.token, counter.key())
        except ActRefused as refused:
            return refused
        except Refusal:
            await asyncio.sleep(0.02)
            continue
        if came.came is Came.SAVED:
            return came
    raise AssertionError("nobody got through")


def done(results: list[Submitted | Exception]) -> list[Submitted]:
    return [one for one in results if isinstance(one, Submitted)]


async def test_many_presses_of_one_key_make_one_document(counter: Counter) -> None:
    ask = counter.ask(cancel())
    shown = await order_acts.rehearse(counter.desk, ANA, ask)
    key = counter.key()
    results = await asyncio.gather(
        *(order_acts.submit(counter.desk, ANA, ask, shown.token, key) for _ in range(CROWD))
    )
    await counter.desk.doing.settled()
    assert len({one.request.id for one in results if one.request is not None}) == 1
    assert len(counter.shop.orders[ORDER].changes) == 1
    assert [sum(one) for one in counter.shop.paid.values()] == [108_20]


async def test_many_people_cancel_three_units_between_them(counter: Counter) -> None:
    """Three can be cancelled, one each; whoever is too late is told why."""
    people = [OMAR] * CROWD  # without a limit, so that nothing waits for anybody
    results = await asyncio.gather(*(persists(counter, one, counter.ask(cancel())) for one in people))
    await counter.desk.doing.settled()
    assert len(done(list(results))) == 3
    order = counter.shop.orders[ORDER]
    assert order.lines[1].line.canceled == 3
    assert counter.off == 324_59
    assert sum(sum(one) for one in counter.shop.paid.values()) == 324_59
    assert order.faults == ()
    assert await counter.held() == []


async def test_many_people_refund_what_there_is_once(counter: Counter) -> None:
    """388.71 was captured: three refunds of 100 fit, and a shop without a cap would pay all."""
    results = await asyncio.gather(
        *(persists(counter, OMAR, counter.ask(by_hand(100_00))) for _ in range(CROWD))
    )
    await counter.desk.doing.settled()
    assert len(done(list(results))) == 3
    assert [one for paid in counter.shop.paid.values() for one in paid] == [100_00] * 3
    [payment] = counter.shop.orders[ORDER].order.payments
    assert payment.refunded == 300_00


async def test_overlapping_acts_of_many_keep_the_books_whole(counter: Counter) -> None:
    acts = [cancel(1, 1), cancel(2, 1), cancel(1, 2), by_hand(50_00), by_hand(120_00)] * 4
    results = await asyncio.gather(*(persists(counter, OMAR, counter.ask(one)) for one in acts[:CROWD]))
    await counter.desk.doing.settled()
    order = counter.shop.orders[ORDER]
    [payment] = order.order.payments
    assert order.faults == ()
    assert 0 <= payment.refunded + payment.pending_refund <= payment.captured
    assert sum(sum(one) for one in counter.shop.paid.values()) == payment.refunded
    states = Tally(one.request.state for one in done(list(results)) if one.request is not None)
    assert set(states) <= {RequestState.DONE, RequestState.UNDER_WAY}
    assert await counter.held() == []


async def test_two_who_decide_at_once_give_one_decision(counter: Counter) -> None:
    request = (await counter.does(ANA, cancel(2))).request
    assert request is not None

    async def decides(by: SlackUserId, approve: bool) -> Submitted | Exception:
        try:
            return await order_requests.decide(counter.desk, by, request.id, approve, "So.", counter.key())
        except Refusal as refusal:
            return refusal

    results = await asyncio.gather(*(decides(who, who is MARIA) for who in (MARIA, OMAR) for _ in range(5)))
    await counter.desk.doing.settled()
    assert len(done(list(results))) == 1
    ended = await counter.request(request.id)
    assert counter.off == (216_39 if ended.approved else 0)
    assert ended.state is (RequestState.DONE if ended.approved else RequestState.DECLINED)


async def test_two_bots_never_lead_one_order(counter: Counter) -> None:
    """Half of the people are served by another bot."""
    other = Counter(counter.office, counter.another_bot(), counter.shop, counter.clock, _keys=counter._keys)
    results = await asyncio.gather(
        *(persists(one, BEN, one.ask(cancel(1, 2))) for one in (counter, other) for _ in range(5))
    )
    await asyncio.gather(counter.desk.doing.settled(), other.desk.doing.settled())
    assert len(done(list(results))) == 2
    assert counter.off == 54_13
