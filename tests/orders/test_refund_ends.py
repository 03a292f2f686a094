"""How refunds end where not all of the money goes: nothing is held for good, and somebody is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from bot.domain.commerce.acts import Goods, ReceiveGoods, RefundMoney
from bot.domain.commerce.documents import Refund, RefundSource
from bot.domain.commerce.faults import ActRefused
from bot.domain.commerce.port import Ask, Declined, Done, OrderRead, RefundSeen, Write
from bot.domain.commerce.requests import Came, Request, RequestState
from bot.domain.commerce.states import ReturnStage
from bot.services import order_acts, order_requests
from tests.commerce.shops import MemoryShop
from tests.domain.commerce.books import books, line, paid
from tests.orders.conftest import (
    ANA,
    MARIA,
    OMAR,
    ORDER,
    Counter,
    Furnished,
    by_hand,
    cancel,
    give_back,
)
from tests.orders.test_acts import fulfil


@pytest.fixture(scope="module")
def furnished_kind(furnished_sqlite: Furnished) -> Furnished:
    """No statement of its own is run here: one kind of database tells it."""
    return furnished_sqlite


@dataclass
class Meanwhile(MemoryShop):
    """Somebody works in the shop itself meanwhile; and it pays some payments late, others not at all."""

    reads: int = 0
    then: dict[int, Callable[[], None]] = field(default_factory=dict)
    refuses: frozenset[str] = frozenset()
    late: set[str] = field(default_factory=set)

    async def order(self, ask: Ask, number: str) -> OrderRead | None:
        self.reads += 1
        self.then.pop(self.reads, lambda: None)()
        return await super().order(ask, number)

    async def refund(self, write: Write, number: str, refund: Refund) -> Done | Declined:
        if refund.payment_ref in self.refuses:
            return Declined(said="The card is closed.")
        return await super().refund(write, number, refund)

    async def refund_status(self, ask: Ask, number: str, refund: Refund) -> RefundSeen:
        if refund.payment_ref in self.late:
            return RefundSeen.PENDING
        return await super().refund_status(ask, number, refund)

    def pays_back(self, amount: int, ref: str = "P1") -> None:
        """Without the desk, in the shop's own screens."""
        payment = self.orders[ORDER].payment(ref)
        assert payment is not None
        self.orders[ORDER] = self.orders[ORDER].with_payment(
            replace(payment, refunded=payment.refunded + amount)
        )


@pytest.fixture
def shop() -> Meanwhile:
    return Meanwhile()


def here(counter: Counter) -> Meanwhile:
    assert isinstance(counter.shop, Meanwhile)
    return counter.shop


async def request_of(counter: Counter, amount: int, times: int) -> Request:
    """A refund in the middle of which the shop pays 300.00 back by itself, at the n-th reading from now."""
    shop = here(counter)
    shop.then[shop.reads + times] = lambda: shop.pays_back(300_00)
    request = (await counter.does(ANA, by_hand(amount))).request
    assert request is not None
    return request


async def test_money_that_is_gone_when_it_is_to_be_sent_holds_no_order(counter: Counter) -> None:
    request = await request_of(counter, 150_00, 4)
    assert request.state is RequestState.REFUND_FAILED
    assert "300.00" in request.trouble
    assert counter.shop.paid == {}
    assert await counter.held() == []
    assert ("order_in_doubt", OMAR) in await counter.told()
    done = await order_requests.withdraw(counter.desk, ANA, request.id, counter.key())
    assert done.request is not None
    assert done.request.state is RequestState.WITHDRAWN


async def test_an_approval_of_fresh_figures_sends_what_they_show(counter: Counter) -> None:
    """By P1 when it was asked for; by both once the shop has paid some of P1 back by itself."""
    shop = here(counter)
    shop.place(books(line(1, 1, 10_00), payments=(paid(300_00, "P1"), paid(300_00, "P2"))))
    act = RefundMoney(source=RefundSource.EXCESS, amount=280_00, payment="P1")
    request = (await counter.does(ANA, act)).request
    assert request is not None
    assert request.state is RequestState.AWAITS_APPROVAL
    shop.pays_back(250_00)
    stale = await order_requests.decide(counter.desk, MARIA, request.id, True, "", counter.key())
    assert stale.came is Came.STALE
    assert stale.fresh is not None
    shown = [one.amount for one in stale.fresh.rehearsal.documents]
    done = await order_requests.decide(
        counter.desk, MARIA, request.id, True, "", counter.key(), stale.fresh.token
    )
    assert done.request is not None
    assert done.request.state is RequestState.DONE
    assert [one.amount for one in done.request.documents] == shown
    assert [sum(one) for one in shop.paid.values()] == shown
    assert sum(shown) == 280_00


async def in_two_parts(counter: Counter) -> Request:
    """A refund of excess funds by two payments, of which the second refuses."""
    shop = here(counter)
    shop.place(books(line(1, 1, 10_00), payments=(paid(200_00, "P1"), paid(200_00, "P2"))))
    shop.refuses = frozenset({"P2"})
    act = RefundMoney(source=RefundSource.EXCESS, amount=390_00)
    request = (await counter.does(MARIA, act)).request
    assert request is not None
    assert request.state is RequestState.REFUND_FAILED
    return request


async def test_another_try_asks_the_payment_by_which_it_goes(counter: Counter) -> None:
    """P3 could bear it, but it was promised by P2, which has nothing left."""
    shop = here(counter)
    shop.place(books(line(1, 1, 10_00), payments=(paid(300_00), paid(200_00, "P2"), paid(200_00, "P3"))))
    shop.refuses = frozenset({"P2"})
    act = RefundMoney(source=RefundSource.EXCESS, amount=450_00)
    request = (await counter.does(MARIA, act)).request
    assert request is not None
    shop.refuses = frozenset()
    await counter.does(OMAR, replace(by_hand(200_00), payment="P2"))
    with pytest.raises(ActRefused, match="P2: captured 200"):
        await order_requests.retry(counter.desk, MARIA, request.id, counter.key())
    assert (await counter.request(request.id)).state is RequestState.REFUND_FAILED


async def test_a_part_that_was_paid_is_not_taken_back_with_the_rest(counter: Counter) -> None:
    request = await in_two_parts(counter)
    await order_requests.withdraw(counter.desk, MARIA, request.id, counter.key())
    await counter.time_passes(seconds=1)
    ended = await counter.request(request.id)
    assert ended.state is RequestState.DONE
    assert [sum(one) for one in counter.shop.paid.values()] == [200_00]
    assert await counter.held() == []


async def test_a_part_that_is_on_its_way_is_looked_after_when_the_rest_is_given_up(counter: Counter) -> None:
    here(counter).late = {"P1"}
    request = await in_two_parts(counter)
    await order_requests.withdraw(counter.desk, MARIA, request.id, counter.key())
    await counter.time_passes(seconds=1)
    assert (await counter.request(request.id)).state is RequestState.PAYING
    here(counter).late = set()
    await counter.time_passes(minutes=2)
    assert (await counter.request(request.id)).state is RequestState.DONE


async def test_what_was_paid_of_a_refund_given_up_counts_against_the_limit(counter: Counter) -> None:
    shop = here(counter)
    shop.place(books(line(1, 1, 10_00), payments=(paid(150_00, "P1"), paid(150_00, "P2"))))
    shop.refuses = frozenset({"P2"})
    act = RefundMoney(source=RefundSource.EXCESS, amount=190_00)
    request = (await counter.does(ANA, act)).request
    assert request is not None
    await order_requests.withdraw(counter.desk, ANA, request.id, counter.key())
    await counter.time_passes(seconds=1)
    ask = counter.ask(RefundMoney(source=RefundSource.EXCESS, amount=100_00))
    assert (await order_acts.rehearse(counter.desk, ANA, ask)).needs_approval


async def test_a_return_whose_refund_is_given_up_is_closed_all_the_same(counter: Counter) -> None:
    shop = here(counter)
    shop.refuses = frozenset({"P1"})
    fulfil(counter, (1, 3))
    request = (await counter.does(ANA, give_back())).request
    assert request is not None
    goods = ReceiveGoods(number=request.return_number, goods=(Goods(line_no=1, accepted=1),))
    await counter.does(ANA, goods)
    assert (await counter.request(request.id)).state is RequestState.REFUND_FAILED
    await order_requests.withdraw(counter.desk, ANA, request.id, counter.key())
    await counter.time_passes(seconds=1)
    assert (await counter.request(request.id)).state is RequestState.DONE
    assert [one.stage for one in counter.shop.orders[ORDER].returns] == [ReturnStage.COMPLETED]
    assert counter.shop.paid == {}
    ask = counter.ask(RefundMoney(source=RefundSource.MEMO, amount=108_20, memo="1042-M1"))
    assert await order_acts.rehearse(counter.desk, ANA, ask)  # it is owed as before


async def test_books_that_break_after_the_act_are_somebodys_to_look_at(counter: Counter) -> None:
    shop = here(counter)
    shop.then[shop.reads + 5] = lambda: shop.pays_back(400_00)  # more than was ever captured
    request = (await counter.does(ANA, cancel())).request
    assert request is not None
    assert request.state is RequestState.FOR_A_PERSON
    assert "400.00" in request.trouble
    assert counter.shop.paid == {}
    assert await counter.held() == []
    assert ("order_in_doubt", OMAR) in await counter.told()
