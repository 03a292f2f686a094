"""The same on the shop of our own, on both databases: many at once, and two bots with one database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.commerce.embedded import EmbeddedShop
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.port import Ask
from bot.domain.commerce.requests import RequestState
from bot.domain.ids import PersonId
from bot.domain.people import PersonRef
from bot.services import order_acts
from bot.store.store import Store
from tests.commerce.shops import MemoryShop
from tests.domain.commerce.books import worked
from tests.orders.conftest import ANA, OMAR, ORDER, Counter, Furnished, MovingClock, by_hand, cancel
from tests.orders.test_at_once import CROWD, done, persists
from tests.services.conftest import _desk
from tests.store.order_making import a_customer, placed

SOMEBODY = PersonRef(id=PersonId(1), slack_user_id=OMAR, name="Omar")


@pytest.fixture
async def counter(furnished_kind: Furnished, tmp_path: Path) -> AsyncIterator[Counter]:
    url = furnished_kind.kind.copy(furnished_kind.template, tmp_path)
    store = Store(url)
    store.start()
    clock = MovingClock()
    desk = _desk(store)
    shop = EmbeddedShop(store=store, clock=clock, workspace_id=desk.workspace_id)
    desk = replace(desk, clock=clock, shop=shop)
    customer = await store.write(a_customer, desk.stamp())
    await store.write(lambda work: placed(work, worked(), customer, ORDER), desk.stamp())
    yield Counter(replace(furnished_kind.office, desk=desk), desk, MemoryShop(), clock, url)
    await desk.doing.stop(5)
    await store.stop()
    furnished_kind.kind.drop(url)


async def order(counter: Counter) -> OrderBooks:
    read = await counter.desk.shop.order(Ask(by=SOMEBODY), ORDER)
    assert read is not None
    return read.books


async def test_a_cancellation_pays_back_what_was_captured(counter: Counter) -> None:
    request = (await counter.does(ANA, cancel())).request
    assert request is not None
    assert request.state is RequestState.DONE
    books = await order(counter)
    assert (books.totals.grand, books.faults) == (280_51, ())
    assert [(one.number, one.amount, one.stamp.flow) for one in books.refunds] == [
        ("1042-F1", 108_20, request.flow.stamp if request.flow else "")
    ]
    [change] = books.changes
    assert request.flow is not None
    for paper in (change, *books.refunds):  # finance reads who it was from each
        assert paper.stamp.flow == request.flow.stamp
        assert paper.stamp.by is not None
        assert paper.stamp.by.slack_user_id == ANA
        assert paper.stamp.key


async def test_many_people_cancel_and_refund_what_there_is(counter: Counter) -> None:
    acts = [cancel(), by_hand(100_00)] * CROWD
    results = await asyncio.gather(*(persists(counter, OMAR, counter.ask(one)) for one in acts[:CROWD]))
    await counter.desk.doing.settled()
    books = await order(counter)
    [payment] = books.order.payments
    assert books.faults == ()
    assert payment.refunded + payment.pending_refund <= payment.captured
    assert payment.refunded == sum(one.amount for one in books.refunds)
    requests = [one.request for one in done(list(results)) if one.request is not None]
    finished = [await counter.request(one.id) for one in requests]
    assert sum(one.kind.value == "cancel" and one.state is RequestState.DONE for one in finished) == len(
        books.changes
    )
    assert await counter.held() == []


async def test_the_same_press_many_times_makes_one_document(counter: Counter) -> None:
    ask = counter.ask(cancel())
    shown = await order_acts.rehearse(counter.desk, ANA, ask)
    key = counter.key()
    await asyncio.gather(*(order_acts.submit(counter.desk, ANA, ask, shown.token, key) for _ in range(CROWD)))
    await counter.desk.doing.settled()
    books = await order(counter)
    assert (len(books.changes), len(books.refunds)) == (1, 1)
