"""What a shop does not answer, does twice or pays twice: settled by reading, or told, never done again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from bot.domain.commerce.acts import OrderAct, Terms
from bot.domain.commerce.documents import Refund
from bot.domain.commerce.port import Ask, Declined, Done, NoAnswer, NotSent, OrderRead, Write
from bot.domain.commerce.requests import RequestState
from bot.domain.refusals import Reason, Refusal
from bot.services import order_acts, order_requests
from tests.commerce.shops import UnfriendlyShop
from tests.orders.conftest import ANA, BEN, MARIA, OMAR, Counter, Furnished, by_hand, cancel


@pytest.fixture(scope="module")
def furnished_kind(furnished_sqlite: Furnished) -> Furnished:
    """No statement of its own is run here: one kind of database tells it."""
    return furnished_sqlite


@dataclass
class Moody(UnfriendlyShop):
    """Unfriendly, and it can be told what to do with the next call."""

    swallows: bool = False
    """The request is lost before it has its effect."""
    unreachable: bool = False
    hangs: float = 0.0
    calls: int = 0

    async def order(self, ask: Ask, number: str) -> OrderRead | None:
        if self.unreachable:
            raise NotSent
        return await super().order(ask, number)

    async def submit(self, write: Write, number: str, act: OrderAct, terms: Terms) -> Done | Declined:
        self.calls += 1
        if self.swallows:
            raise NoAnswer
        if self.hangs:
            await asyncio.sleep(self.hangs)
        return await super().submit(write, number, act, terms)

    async def refund(self, write: Write, number: str, refund: Refund) -> Done | Declined:
        self.calls += 1
        if self.swallows:
            raise NoAnswer
        if self.twice:
            await super().refund(write, number, refund)
        return await super().refund(write, number, refund)


@pytest.fixture
def shop() -> Moody:
    return Moody()


def moody(counter: Counter) -> Moody:
    assert isinstance(counter.shop, Moody)
    return counter.shop


async def test_an_answer_lost_after_the_effect_is_found_by_reading(counter: Counter) -> None:
    moody(counter).loses = True
    done = (await counter.does(ANA, cancel())).request
    assert done is not None
    assert done.state is RequestState.DONE
    assert counter.off == 108_20
    assert counter.shop.paid == {"1042-F1/1": [108_20]}
    assert await counter.held() == []


async def test_what_may_still_come_is_waited_for_and_then_known_not_to_be_done(counter: Counter) -> None:
    moody(counter).swallows = True
    asked = (await counter.does(ANA, cancel())).request
    assert asked is not None
    assert asked.state is RequestState.IN_DOUBT
    assert ("order_in_doubt", ANA) in await counter.told()
    with pytest.raises(Refusal) as held:
        await counter.does(BEN, cancel(line_no=2))
    assert held.value.reason is Reason.ORDER_IN_DOUBT
    moody(counter).swallows = False
    await counter.time_passes(seconds=40)
    assert (await counter.request(asked.id)).state is RequestState.IN_DOUBT
    await counter.time_passes(minutes=3)
    ended = await counter.request(asked.id)
    assert ended.state is RequestState.REFUSED
    assert ended.trouble
    assert counter.off == 0
    assert moody(counter).calls == 1  # nothing was sent again
    assert await counter.held() == []
    assert ("order_settled", ANA) in await counter.told()


async def test_a_shop_that_does_it_twice_is_somebodys_to_look_at(counter: Counter) -> None:
    moody(counter).twice = True
    asked = (await counter.does(ANA, cancel())).request
    assert asked is not None
    assert asked.state is RequestState.FOR_A_PERSON
    assert "Line 1" in asked.trouble
    told = await counter.told()
    assert ("order_in_doubt", OMAR) in told
    assert ("order_in_doubt", ANA) in told
    with pytest.raises(Refusal):
        await counter.does(BEN, cancel(line_no=2))
    with pytest.raises(Refusal) as own:
        await order_requests.settle(counter.desk, ANA, asked.id, True, "I looked", counter.key())
    assert own.value.reason is Reason.NOT_YOUR_ROLE
    moody(counter).twice = False
    settled = await order_requests.settle(
        counter.desk, MARIA, asked.id, True, "The shop took two off; they agreed.", counter.key()
    )
    assert settled.request is not None
    assert settled.request.state is RequestState.DONE
    assert await counter.held() == []


async def test_whoever_asked_hears_that_it_was_not_done(counter: Counter) -> None:
    moody(counter).twice = True
    asked = (await counter.does(ANA, cancel())).request
    assert asked is not None
    ended = await order_requests.settle(
        counter.desk, MARIA, asked.id, False, "Another desk took them off.", counter.key()
    )
    assert ended.request is not None
    assert ended.request.state is RequestState.REFUSED
    assert ("order_settled", ANA) in await counter.told()
    assert await counter.held() == []


async def test_a_refund_without_an_answer_is_paid_once_and_found(counter: Counter) -> None:
    moody(counter).loses = True
    done = (await counter.does(ANA, by_hand(100_00))).request
    assert done is not None
    assert done.state is RequestState.DONE
    assert counter.shop.paid == {"1042-F1/1": [100_00]}


async def test_a_refund_that_never_came_fails_and_is_tried_again_by_a_person_alone(counter: Counter) -> None:
    moody(counter).swallows = True
    asked = (await counter.does(ANA, by_hand(100_00))).request
    assert asked is not None
    assert asked.state is RequestState.IN_DOUBT
    await counter.time_passes(minutes=4)
    failed = await counter.request(asked.id)
    assert failed.state is RequestState.REFUND_FAILED
    assert counter.shop.paid == {}
    assert ("order_in_doubt", OMAR) in await counter.told()
    moody(counter).swallows = False
    await counter.time_passes(minutes=10)
    assert counter.shop.paid == {}
    again = await order_requests.retry(counter.desk, BEN, asked.id, counter.key())
    assert again.request is not None
    assert again.request.state is RequestState.DONE
    assert counter.shop.paid == {"1042-F1/2": [100_00]}


async def test_money_paid_twice_is_told_with_its_figures(counter: Counter) -> None:
    moody(counter).twice = True
    asked = (await counter.does(ANA, by_hand(100_00))).request
    assert asked is not None
    assert asked.state is RequestState.FOR_A_PERSON
    assert "200.00" in asked.trouble
    assert ("order_in_doubt", OMAR) in await counter.told()


async def test_a_shop_that_cannot_be_asked_leaves_a_refund_to_a_person(counter: Counter) -> None:
    shop = moody(counter)
    shop.loses, shop.promises = True, frozenset()
    asked = (await counter.does(ANA, by_hand(100_00))).request
    assert asked is not None
    assert asked.state is RequestState.IN_DOUBT
    await counter.time_passes(minutes=4)
    unsure = await counter.request(asked.id)
    assert unsure.state is RequestState.FOR_A_PERSON
    await counter.time_passes(minutes=30)
    settled = await order_requests.settle(
        counter.desk, MARIA, asked.id, True, "The provider shows it as paid.", counter.key()
    )
    assert settled.request is not None
    assert settled.request.state is RequestState.DONE
    assert [sum(one) for one in shop.paid.values()] == [100_00]
    assert await counter.held() == []


async def test_a_shop_that_is_slow_is_not_waited_for(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_acts, "WAIT", 0.1)
    moody(counter).hangs = 0.5
    asked = (await counter.does(ANA, cancel())).request
    assert asked is not None
    assert asked.state is RequestState.UNDER_WAY
    await counter.desk.doing.settled()
    assert (await counter.request(asked.id)).state is RequestState.DONE
    assert ("order_settled", ANA) in await counter.told()


async def test_a_shop_that_cannot_be_reached_is_said_and_nothing_is_done(counter: Counter) -> None:
    ask = counter.ask(cancel())
    shown = await order_acts.rehearse(counter.desk, ANA, ask)
    moody(counter).unreachable = True
    with pytest.raises(Refusal) as away:
        await order_acts.submit(counter.desk, ANA, ask, shown.token, counter.key())
    assert away.value.reason is Reason.SHOP_AWAY
    assert await counter.held() == []


@pytest.mark.parametrize("when", ["before the intent", "after the effect"])
async def test_a_bot_that_dies_is_followed_by_one_that_reads(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """As kill -9: its task ends where it stands, and writes nothing more."""
    monkeypatch.setattr(order_acts, "WAIT", 0.1)
    shop = moody(counter)
    if when == "after the effect":
        real = shop.submit

        async def stuck(write: Write, number: str, act: OrderAct, terms: Terms) -> Done | Declined:
            await real(write, number, act, terms)
            await asyncio.sleep(60)
            raise NoAnswer

        monkeypatch.setattr(shop, "submit", stuck)
    else:
        shop.hangs = 60
    asked = (await counter.does(ANA, cancel())).request
    assert asked is not None
    for _ in range(3000):  # a busy machine may not have come to the call yet
        if shop.calls:
            break
        await asyncio.sleep(0.01)
    await counter.desk.doing.stop(0)
    monkeypatch.undo()
    shop.hangs = 0
    counter.desk = counter.another_bot()
    await counter.time_passes(seconds=31)
    await counter.time_passes(minutes=3)
    ended = await counter.request(asked.id)
    wanted = (RequestState.DONE, 108_20) if when == "after the effect" else (RequestState.REFUSED, 0)
    assert (ended.state, counter.off) == wanted
    assert ("order_settled", ANA) in await counter.told()
    assert await counter.held() == []


async def test_a_refund_that_failed_is_given_up_and_its_money_free_again(counter: Counter) -> None:
    moody(counter).swallows = True
    asked = (await counter.does(ANA, by_hand(100_00))).request
    assert asked is not None
    await counter.time_passes(minutes=4)
    done = await order_requests.withdraw(counter.desk, ANA, asked.id, counter.key())
    assert done.request is not None
    assert done.request.state is RequestState.WITHDRAWN
    assert (await order_acts.standing(counter.desk, ANA, "1042")).funds.available == 388_71


async def test_one_order_that_cannot_be_read_keeps_no_other_from_being_taken_up(counter: Counter) -> None:
    moody(counter).swallows = True
    asked = (await counter.does(ANA, cancel())).request
    assert asked is not None
    moody(counter).unreachable = True
    await counter.time_passes(minutes=4)
    assert (await counter.request(asked.id)).state is RequestState.IN_DOUBT
    moody(counter).unreachable = False
    await counter.time_passes(minutes=4)
    assert (await counter.request(asked.id)).state is RequestState.REFUSED
