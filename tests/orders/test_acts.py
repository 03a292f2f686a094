"""Acts on orders from the rehearsal to the receipt, on a shop that keeps its word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.domain.commerce.acts import Goods, MoveReturn, MoveUnits, ReceiveGoods, Units
from bot.domain.commerce.performing import perform
from bot.domain.commerce.port import Ask, OrderRead
from bot.domain.commerce.quantities import UnitAct
from bot.domain.commerce.requests import Came, RequestKind, RequestState
from bot.domain.commerce.states import ReturnMove, ReturnStage
from bot.domain.refusals import Reason, Refusal
from bot.services import order_acts, order_requests
from bot.services.order_requests import Queue
from bot.store import order_holds
from bot.store.schema_requests import order_requests as order_requests_table
from tests.orders.conftest import (
    ANA,
    BEN,
    CHLOE,
    LINDA,
    MARIA,
    OMAR,
    ORDER,
    Counter,
    by_hand,
    cancel,
    give_back,
)


def fulfil(counter: Counter, *units: tuple[int, int]) -> None:
    """The warehouse sends units on their way."""
    books = counter.shop.orders[ORDER]
    moved = tuple(Units(line_no=line_no, quantity=count) for line_no, count in units)
    for act in (UnitAct.ALLOCATE, UnitAct.FULFIL):
        books = perform(books, MoveUnits(act=act, units=moved)).after
    counter.shop.place(books)


async def test_the_worked_example_to_the_cent(counter: Counter) -> None:
    done = await counter.does(ANA, cancel())
    assert done.request is not None
    assert done.request.state is RequestState.DONE
    assert [(one.number, one.amount) for one in done.request.documents] == [
        ("1042-C1", 108_20),
        ("1042-F1", 108_20),
    ]
    assert counter.shop.orders[ORDER].totals.grand == 280_51
    fulfil(counter, (1, 2), (2, 2))
    back = await counter.does(ANA, give_back())
    assert back.request is not None
    assert back.request.state is RequestState.WAITS_FOR_GOODS
    goods = ReceiveGoods(number=back.request.return_number, goods=(Goods(line_no=1, accepted=1),))
    received = await counter.does(BEN, goods)
    assert received.request is not None
    assert received.request.state is RequestState.DONE
    whole = await counter.request(back.request.id)
    assert whole.state is RequestState.DONE
    assert {(one.number, one.amount) for one in (*received.request.documents, *whole.documents)} >= {
        ("1042-C2", 108_19),
        ("1042-M1", 108_19),
        ("1042-F2", 108_19),
    }
    assert sum(sum(one) for one in counter.shop.paid.values()) == 216_39
    assert await counter.held() == []


async def test_the_same_press_twice_makes_one_document(counter: Counter) -> None:
    ask = counter.ask(cancel())
    shown = await order_acts.rehearse(counter.desk, ANA, ask)
    key = counter.key()
    first = await order_acts.submit(counter.desk, ANA, ask, shown.token, key)
    second = await order_acts.submit(counter.desk, ANA, ask, shown.token, key)
    assert first.request is not None
    assert second.request is not None
    assert second.again
    assert second.request.id == first.request.id
    assert len(counter.shop.orders[ORDER].changes) == 1


async def test_an_order_that_changed_meanwhile_is_shown_anew_and_left_alone(counter: Counter) -> None:
    ask = counter.ask(cancel())
    shown = await order_acts.rehearse(counter.desk, ANA, ask)
    await counter.does(BEN, cancel(line_no=2))
    late = await order_acts.submit(counter.desk, ANA, ask, shown.token, counter.key())
    assert late.came is Came.STALE
    assert late.fresh is not None
    assert late.fresh.token != shown.token
    assert len(counter.shop.orders[ORDER].changes) == 1


async def test_above_the_limit_a_second_person_agrees_and_never_the_first(counter: Counter) -> None:
    asked = await counter.does(ANA, cancel(2))
    request = asked.request
    assert request is not None
    assert request.state is RequestState.AWAITS_APPROVAL
    assert counter.off == 0
    assert ("order_approval", MARIA) in await counter.told()
    assert ("order_approval", OMAR) in await counter.told()
    for nobody in (ANA, BEN):
        with pytest.raises(Refusal):
            await order_requests.decide(counter.desk, nobody, request.id, True, "", counter.key())
    shown = await order_requests.shown(counter.desk, MARIA, request.id)
    assert shown.may_decide
    assert shown.fresh is not None
    done = await order_requests.decide(
        counter.desk, MARIA, request.id, True, "", counter.key(), shown.fresh.token
    )
    assert done.request is not None
    assert done.request.state is RequestState.DONE
    assert counter.off == 216_39
    with pytest.raises(Refusal) as second:
        await order_requests.decide(counter.desk, OMAR, request.id, False, "No.", counter.key())
    assert second.value.reason is Reason.REQUEST_DECIDED
    told = [kind for kind, who in await counter.told() if who == ANA]
    assert told == ["order_decided", "order_decided", "order_settled"], "the first is drawn again as it ends"


async def test_a_decline_says_why_and_does_nothing(counter: Counter) -> None:
    request = (await counter.does(ANA, by_hand(250_00))).request
    assert request is not None
    assert request.state is RequestState.AWAITS_APPROVAL
    with pytest.raises(Refusal) as unsaid:
        await order_requests.decide(counter.desk, MARIA, request.id, False, " ", counter.key())
    assert unsaid.value.reason is Reason.WHY_NEEDED
    shown = await order_acts.standing(counter.desk, ANA, ORDER)
    assert shown.funds.available == 138_71  # promised to the request while it waits
    done = await order_requests.decide(counter.desk, MARIA, request.id, False, "Too much.", counter.key())
    assert done.request is not None
    assert (done.request.state, done.request.why) == (RequestState.DECLINED, "Too much.")
    shown = await order_acts.standing(counter.desk, ANA, ORDER)
    assert shown.funds.available == 388_71
    assert counter.shop.paid == {}


async def test_a_refund_by_hand_above_the_limit_is_paid_once_it_is_approved(counter: Counter) -> None:
    request = (await counter.does(ANA, by_hand(250_00))).request
    assert request is not None
    done = await order_requests.decide(counter.desk, MARIA, request.id, True, "", counter.key())
    assert done.request is not None
    assert done.request.state is RequestState.DONE
    assert counter.shop.paid == {"1042-F1/1": [250_00]}


async def test_an_amount_taken_apart_to_stay_below_the_limit_is_held_against_it_whole(
    counter: Counter,
) -> None:
    first = await counter.does(ANA, by_hand(150_00))
    second = await counter.does(ANA, by_hand(150_00))
    assert first.request is not None
    assert second.request is not None
    assert (first.request.state, second.request.state) == (RequestState.DONE, RequestState.AWAITS_APPROVAL)


async def test_an_approver_sees_fresh_figures_where_the_order_changed(counter: Counter) -> None:
    request = (await counter.does(ANA, cancel(2))).request
    assert request is not None
    await counter.does(OMAR, cancel(1, line_no=2))
    stale = await order_requests.decide(counter.desk, MARIA, request.id, True, "", counter.key())
    assert stale.came is Came.STALE
    assert stale.fresh is not None
    assert counter.off == 27_07
    done = await order_requests.decide(
        counter.desk, MARIA, request.id, True, "", counter.key(), stale.fresh.token
    )
    assert done.request is not None
    assert done.request.state is RequestState.DONE
    assert counter.off == 243_46


async def test_level_one_sees_what_an_act_would_do_and_does_nothing_and_customers_see_nothing(
    counter: Counter,
) -> None:
    shown = await order_acts.rehearse(counter.desk, CHLOE, counter.ask(cancel()))
    assert shown.rehearsal.comes_off == 108_20
    assert shown.only_shown is not None
    assert shown.only_shown.reason is Reason.TAKEN_FROM_YOUR_TEAM
    for who, act in ((CHLOE, cancel()), (CHLOE, by_hand(1_00)), (LINDA, cancel())):
        with pytest.raises(Refusal) as refused:
            await counter.does(who, act)
        assert refused.value.reason in (Reason.TAKEN_FROM_YOUR_TEAM, Reason.NOT_YOUR_ROLE)
    with pytest.raises(Refusal):
        await order_acts.rehearse(counter.desk, LINDA, counter.ask(cancel()))
    ours = (await order_acts.rehearse(counter.desk, ANA, counter.ask(cancel()))).only_shown
    assert ours is None
    assert counter.off == 0
    assert await counter.held() == []


async def test_what_an_order_offers_follows_from_its_state(counter: Counter) -> None:
    shown = await order_acts.standing(counter.desk, ANA, ORDER)
    assert {one.kind for one in shown.offers} == {RequestKind.CANCEL, RequestKind.REFUND}
    assert all(one.refusal is None for one in shown.offers)
    level_one = await order_acts.standing(counter.desk, CHLOE, ORDER)
    assert all(one.refusal is None and one.only_shown is not None for one in level_one.offers)
    with pytest.raises(Refusal) as gone:
        await order_acts.standing(counter.desk, ANA, "9999")
    assert gone.value.reason is Reason.NO_SUCH_ORDER


async def test_the_lists_have_what_waits(counter: Counter) -> None:
    await counter.does(ANA, cancel(2))
    for who, queue, count in ((MARIA, Queue.TO_APPROVE, 1), (ANA, Queue.TO_APPROVE, 0), (ANA, Queue.MINE, 1)):
        found = await order_requests.waiting(counter.desk, who, queue)
        assert (found.total, len(found.rows)) == (count, count)


async def test_whoever_asked_takes_it_back_and_nobody_else(counter: Counter) -> None:
    request = (await counter.does(ANA, by_hand(250_00))).request
    assert request is not None
    with pytest.raises(Refusal) as theirs:
        await order_requests.withdraw(counter.desk, BEN, request.id, counter.key())
    assert theirs.value.reason is Reason.NOT_YOUR_REQUEST
    done = await order_requests.withdraw(counter.desk, ANA, request.id, counter.key())
    assert done.request is not None
    assert done.request.state is RequestState.WITHDRAWN
    with pytest.raises(Refusal):
        await order_requests.decide(counter.desk, MARIA, request.id, True, "", counter.key())
    assert counter.shop.paid == {}


async def test_a_rejected_unit_stays_the_customers(counter: Counter) -> None:
    fulfil(counter, (1, 3))
    back = (await counter.does(OMAR, give_back(2))).request
    assert back is not None
    goods = (Goods(line_no=1, accepted=1, rejected=1, rejection="Worn"),)
    await counter.does(BEN, ReceiveGoods(number=back.return_number, goods=goods))
    whole = await counter.request(back.id)
    assert whole.state is RequestState.DONE
    assert sum(sum(one) for one in counter.shop.paid.values()) == 108_20
    assert counter.shop.orders[ORDER].lines[1].line.returned == 1


def arrives(counter: Counter, number: str) -> None:
    """The warehouse receives the goods of a return in the shop itself, past the desk."""
    books = counter.shop.orders[ORDER]
    counter.shop.place(
        perform(books, ReceiveGoods(number=number, goods=(Goods(line_no=1, accepted=1),))).after
    )


async def test_goods_that_were_received_outside_the_desk_wake_the_request_that_waits(
    counter: Counter,
) -> None:
    fulfil(counter, (1, 3))
    back = (await counter.does(ANA, give_back())).request
    assert back is not None
    await counter.time_passes(minutes=11)
    waits = await counter.request(back.id)
    assert (waits.state, waits.version) == (RequestState.WAITS_FOR_GOODS, back.version)
    arrives(counter, back.return_number)
    await counter.time_passes(minutes=1)  # a shop is not asked every few seconds
    assert (await counter.request(back.id)).state is RequestState.WAITS_FOR_GOODS
    await counter.time_passes(minutes=10)
    assert (await counter.request(back.id)).state is RequestState.DONE
    assert sum(sum(one) for one in counter.shop.paid.values()) == 108_20
    assert counter.shop.orders[ORDER].returns[0].stage is ReturnStage.COMPLETED


async def test_a_request_that_waited_for_goods_before_anybody_looked_is_looked_at(counter: Counter) -> None:
    fulfil(counter, (1, 3))
    back = (await counter.does(ANA, give_back())).request
    assert back is not None
    none = update(order_requests_table).values(look_at=None)
    await counter.desk.write(lambda work: work.connection.execute(none))
    arrives(counter, back.return_number)
    await counter.time_passes(seconds=2)
    assert (await counter.request(back.id)).state is RequestState.DONE


async def test_goods_are_awaited_on_while_the_shop_does_not_tell(counter: Counter) -> None:
    fulfil(counter, (1, 3))
    back = (await counter.does(ANA, give_back())).request
    assert back is not None
    books = counter.shop.orders.pop(ORDER)
    await counter.time_passes(minutes=11)
    assert (await counter.request(back.id)).state is RequestState.WAITS_FOR_GOODS
    counter.shop.place(books)
    arrives(counter, back.return_number)
    await counter.time_passes(minutes=11)
    assert (await counter.request(back.id)).state is RequestState.DONE


async def test_a_return_that_came_as_received_is_completed_by_hand(counter: Counter) -> None:
    fulfil(counter, (1, 3))
    books = perform(counter.shop.orders[ORDER], give_back()).after
    number = books.returns[0].number
    counter.shop.place(perform(books, MoveReturn(number=number, move=ReturnMove.APPROVE)).after)
    arrives(counter, number)
    standing = await order_acts.standing(counter.desk, ANA, ORDER)
    offer = standing.offer(RequestKind.MOVE_RETURN)
    assert offer is not None
    assert offer.refusal is None
    await counter.does(ANA, MoveReturn(number=number, move=ReturnMove.COMPLETE))
    assert counter.shop.orders[ORDER].returns[0].stage is ReturnStage.COMPLETED
    assert (await order_acts.standing(counter.desk, ANA, ORDER)).offer(RequestKind.MOVE_RETURN) is None


async def test_goods_of_an_order_that_another_request_holds_are_not_asked_for_every_few_seconds(
    counter: Counter,
) -> None:
    fulfil(counter, (1, 3))
    back = (await counter.does(ANA, give_back())).request
    assert back is not None
    until = counter.clock.real_now() + timedelta(days=1)
    lease = await counter.desk.write(
        lambda work: order_holds.hold(work, ORDER, back.id, "another bot", until)
    )
    assert lease is not None
    arrives(counter, back.return_number)
    reads = list[str]()
    ordinary = counter.shop.order

    async def order(ask: Ask, number: str) -> OrderRead | None:
        reads.append(number)
        return await ordinary(ask, number)

    counter.shop.order = order  # type: ignore[method-assign]
    await counter.time_passes(minutes=11)
    for _ in range(4):
        await counter.time_passes(seconds=2)
    assert len(reads) == 1
    await counter.desk.write(lambda work: order_holds.let_go(work, lease))
    await counter.time_passes(seconds=10)
    assert (await counter.request(back.id)).state is RequestState.DONE
