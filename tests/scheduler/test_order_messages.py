"""A question about an act on an order stands with several people: once it is decided, it folds for all."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import update

from bot.domain.commerce.acts import RefundMoney
from bot.domain.commerce.documents import RefundSource
from bot.domain.commerce.requests import OrderAsk, Request, RequestState
from bot.domain.ids import SlackUserId
from bot.domain.people import Role
from bot.sandbox import Message
from bot.services import order_acts, order_requests, order_telling
from bot.store.outbox import Kind
from bot.store.schema import outbox
from bot.store.work import Work
from tests.commerce.shops import MemoryShop
from tests.domain.commerce.books import worked
from tests.scheduler.conftest import ANA, OMAR, PostRoom
from tests.scheduler.test_delivery import Answers

MARIA = SlackUserId("U0MARIA")
APPROVERS = ("maria", "omar")


@pytest.fixture
async def room(room: PostRoom, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PostRoom]:
    """The same with a shop that has the worked order, and Maria as a second who may agree."""
    monkeypatch.setattr(order_acts, "WAIT", 30.0)  # on a busy machine too whoever presses sees the end
    shop = MemoryShop()
    shop.place(worked())
    room.desk.shop = shop
    await room.sets_up(MARIA, Role.MANAGER)
    yield room
    await room.desk.doing.stop(5)


async def asked(room: PostRoom, amount: int = 250_00) -> Request:
    act = RefundMoney(source=RefundSource.MANUAL, amount=amount, payment="P1", reason="Goodwill")
    ask = OrderAsk(order_number="1042", act=act, case_id=await room.opens())
    shown = await order_acts.rehearse(room.desk, ANA, ask)
    request = (await order_acts.submit(room.desk, ANA, ask, shown.token, room.key())).request
    assert request is not None
    assert request.state is RequestState.AWAITS_APPROVAL
    return request


def questions(room: PostRoom, handle: str) -> list[Message]:
    """What somebody has of it in their direct messages, as it stands now."""
    return [one for one in room.sandbox.act_as(handle).dms if "Refund: order 1042" in one.all_text]


def live(room: PostRoom, handle: str) -> list[bool]:
    return ["Approve" in one.all_text for one in questions(room, handle)]


async def test_whoever_ends_it_folds_it_for_everybody_and_it_says_who_and_when(room: PostRoom) -> None:
    room.begins()
    first = await asked(room)
    await room.rests()
    assert [live(room, one) for one in APPROVERS] == [[True], [True]]
    [question] = questions(room, "omar")
    for one in (
        "Customer: ",
        "(agent) decides up to USD 200.00 alone",
        "Refunded before: USD 0.00 of USD 388.71",
    ):
        assert one in question.all_text, question.all_text
    assert "Printer on fire" in question.all_text
    assert room.cards()[0].ts.replace(".", "") in str(question.blocks), "the case is a link to its card"
    await order_requests.decide(room.desk, OMAR, first.id, False, "Not for this", room.key())
    await room.rests()
    second = await asked(room)
    await room.rests()
    assert [live(room, one) for one in APPROVERS] == [[False, True], [False, True]]
    await order_requests.withdraw(room.desk, ANA, second.id, room.key())
    third = await asked(room)
    await room.rests()
    await order_requests.decide(room.desk, MARIA, third.id, True, "", room.key())
    await room.rests()
    for handle in APPROVERS:
        declined, taken_back, agreed = (one.all_text for one in questions(room, handle))
        assert "declined it. Declined. Nothing was done. Reason: Not for this" in declined
        assert "Ana Lima took it back." in taken_back
        assert "approved it. Done." in agreed, "the end is told in the same place"
        for told in (declined, taken_back, agreed):
            assert "23 Nov" in told or "Nov 23" in told or "2026-11-23" in told, told
            assert not any(button in told for button in ("Approve", "Decline...", "More..."))


async def test_what_is_decided_before_it_is_asked_is_not_asked(room: PostRoom) -> None:
    request = await asked(room)
    await order_requests.decide(room.desk, OMAR, request.id, False, "Not for this", room.key())
    room.begins()
    await room.rests()
    assert [questions(room, one) for one in APPROVERS] == [[], []]
    assert set(await room.states("order_approval")) == {"dropped", "collapsed"}


async def test_a_question_of_which_slack_never_said_that_it_stands_is_found_and_folds(room: PostRoom) -> None:
    """The answer to the posting is lost, and it is decided before the next attempt."""
    request = await asked(room)
    lost = Answers(
        *[{"ok": False, "error": "internal_error"}] * 3
    )  # the card of the case, and both questions
    room.interferes("after", "chat.postMessage", lost)
    room.begins()
    await room.rests()
    await order_requests.decide(room.desk, OMAR, request.id, False, "Not for this", room.key())
    room.clock.passes(seconds=5)
    await room.rests()
    for handle in APPROVERS:
        [told] = questions(room, handle)
        assert "declined it." in told.all_text


async def test_a_question_that_somebody_deleted_does_not_come_back_once_it_is_decided(room: PostRoom) -> None:
    room.begins()
    request = await asked(room)
    await room.rests()
    room.interferes("before", "chat.update", Answers(*[{"ok": False, "error": "message_not_found"}] * 9))
    await order_requests.decide(room.desk, OMAR, request.id, False, "Not for this", room.key())
    await room.rests()
    assert [len(questions(room, one)) for one in APPROVERS] == [1, 1]
    assert await room.states("order_approval") == ["sent", "sent", "dropped", "dropped"]


async def test_news_that_passed_a_bot_which_died_fold_once_and_newer_ones_stand_below(room: PostRoom) -> None:
    """It posted the first and noted where, and died before the outbox knew: that row comes again."""
    room.begins()
    request = await asked(room)
    await _tells(room, request)
    again = update(outbox).where(outbox.c.kind == Kind.ORDER_SETTLED.value).values(state="sending")

    def died(work: Work) -> None:
        work.connection.execute(again)
        order_telling.tell_asker(work, Kind.ORDER_SETTLED, request)

    await room.desk.write(died)
    await room.rests()
    assert [folded(one) for one in questions(room, "ana")] == [True, False]
    await _tells(room, request)
    assert [folded(one) for one in questions(room, "ana")] == [True, True, False]


async def _tells(room: PostRoom, request: Request) -> None:
    await room.desk.write(lambda work: order_telling.tell_asker(work, Kind.ORDER_SETTLED, request))
    await room.rests()


def folded(message: Message) -> bool:
    return "how it stands is told below" in message.all_text
