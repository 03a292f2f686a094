"""Nobody approves their own request by any path, and what is above a limit waits, in every currency."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine, event, update

from bot.domain.commands import SetUpPerson
from bot.domain.commerce.acts import Goods, MoveReturn, ReceiveGoods
from bot.domain.commerce.limits import MoneyLimits, RoleLimits
from bot.domain.commerce.performing import perform
from bot.domain.commerce.requests import OrderAsk, Request, RequestState
from bot.domain.commerce.states import ReturnMove
from bot.domain.ids import CallKey, SlackUserId
from bot.domain.people import Role
from bot.domain.refusals import Reason, Refusal
from bot.services import order_acts, order_requests, people
from bot.services.order_requests import Queue
from bot.store.calendars import add_absence
from bot.store.people import find_person, set_profile
from bot.store.schema import customers
from bot.store.work import Work
from tests.factories import NOON
from tests.orders.conftest import ANA, BEN, MARIA, OMAR, Counter, Furnished, by_hand, cancel, give_back
from tests.orders.test_acts import fulfil
from tests.store.order_making import a_customer

NINA = SlackUserId("U0NINA")


@pytest.fixture(scope="module")
def furnished_kind(furnished_sqlite: Furnished) -> Furnished:
    """No statement of its own is run here: one kind of database tells it."""
    return furnished_sqlite


async def manager(counter: Counter, who: SlackUserId) -> None:
    command = SetUpPerson(slack_user_id=who, role=Role.MANAGER, account_id=None, team_ids=())
    await people.set_up_person(counter.desk, command, OMAR, CallKey(f"set-up:{who}"))


async def mail_of(counter: Counter, who: SlackUserId, address: str) -> None:
    def unit(work: Work) -> None:
        person = find_person(work.connection, work.workspace_id, who)
        assert person is not None
        set_profile(work, person.id, person.name, "UTC", address)

    await counter.desk.write(unit)


async def asked(counter: Counter, by: SlackUserId, amount: int = 250_00) -> Request:
    request = (await counter.does(by, by_hand(amount))).request
    assert request is not None
    assert request.state is RequestState.AWAITS_APPROVAL
    return request


async def refused(counter: Counter, who: SlackUserId, request: Request) -> Reason:
    shown = await order_requests.shown(counter.desk, who, request.id)
    assert not shown.may_decide
    for approve in (True, False):
        with pytest.raises(Refusal) as refusal:
            await order_requests.decide(counter.desk, who, request.id, approve, "Yes.", counter.key())
    return refusal.value.reason


async def test_not_ones_own(counter: Counter) -> None:
    counter.desk.policy = replace(
        counter.desk.policy, money=MoneyLimits(desk=RoleLimits(agent=0, manager=100))
    )
    request = await asked(counter, MARIA)
    now = await order_requests.as_kept(counter.desk, MARIA, request.id)  # the window that asked has it
    assert (now.may_withdraw, now.may_decide, now.fresh) == (True, False, None)
    grounds = (await order_requests.shown(counter.desk, OMAR, request.id)).grounds
    assert grounds is not None
    assert grounds.customer
    assert await refused(counter, MARIA, request) is Reason.OWN_REQUEST
    assert [who for kind, who in await counter.told() if kind == "order_approval"] == [OMAR]


async def test_not_with_a_second_account_of_the_same_address(counter: Counter) -> None:
    await manager(counter, NINA)
    await mail_of(counter, ANA, "ana@example.com")
    await mail_of(counter, NINA, "Ana@Example.com ")
    request = await asked(counter, ANA)
    assert await refused(counter, NINA, request) is Reason.SAME_PERSON
    assert NINA not in [who for kind, who in await counter.told() if kind == "order_approval"]


async def test_not_by_whom_ones_deputy_asked_for(counter: Counter) -> None:
    """Maria is on leave and Ana stands in: what Ana asks for, Maria does not approve."""

    def leave(work: Work) -> None:
        maria, ana = (find_person(work.connection, work.workspace_id, who) for who in (MARIA, ANA))
        assert maria is not None
        assert ana is not None
        add_absence(work, maria.id, NOON.date(), NOON.date(), ana.id)

    await counter.desk.write(leave)
    request = await asked(counter, ANA)
    assert await refused(counter, MARIA, request) is Reason.HAD_A_HAND


async def test_not_by_the_customer_for_whom_it_is(counter: Counter) -> None:
    customer = await counter.desk.write(a_customer)
    known = update(customers).values(email="lou@example.com")
    await counter.desk.write(lambda work: work.connection.execute(known) and None)
    await mail_of(counter, MARIA, "lou@example.com")
    ask = OrderAsk(order_number="1042", act=by_hand(250_00), on_behalf_of=customer)
    shown = await order_acts.rehearse(counter.desk, ANA, ask)
    request = (await order_acts.submit(counter.desk, ANA, ask, shown.token, counter.key())).request
    assert request is not None
    assert await refused(counter, MARIA, request) is Reason.SAME_PERSON


async def test_not_by_who_had_a_part_in_what_it_pays_back(counter: Counter) -> None:
    """Maria had a refund of this order paid: the next one is for other eyes."""
    first = (await counter.does(MARIA, by_hand(100_00))).request
    assert first is not None
    assert first.state is RequestState.DONE
    request = await asked(counter, ANA, 210_00)
    assert await refused(counter, MARIA, request) is Reason.HAD_A_HAND
    done = await order_requests.decide(counter.desk, OMAR, request.id, True, "", counter.key())
    assert done.request is not None
    assert done.request.state is RequestState.DONE


@pytest.mark.parametrize(
    ("who", "amount", "waits"),
    [(ANA, 200_00, False), (ANA, 200_01, True), (MARIA, 388_71, False), (OMAR, 388_71, False)],
)
async def test_the_limit_of_each_role(counter: Counter, who: SlackUserId, amount: int, waits: bool) -> None:
    shown = await order_acts.rehearse(counter.desk, who, counter.ask(by_hand(amount)))
    assert shown.needs_approval is waits
    assert bool(shown.approvers) is waits


async def test_a_currency_may_have_limits_of_its_own(counter: Counter) -> None:
    own = MoneyLimits(currencies={"USD": RoleLimits(agent=10, manager=20)})
    counter.desk.policy = replace(counter.desk.policy, money=own)
    shown = await order_acts.rehearse(counter.desk, MARIA, counter.ask(cancel()))
    assert shown.needs_approval
    assert shown.limit is not None
    assert str(shown.limit) == "USD 20.00"


async def test_a_long_list_of_approvals_asks_for_its_people_once(counter: Counter) -> None:
    """Home shows it to every manager each time that it is opened."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    async def statements(requests: int) -> int:
        seen.clear()
        found = await order_requests.waiting(counter.desk, MARIA, Queue.TO_APPROVE)
        assert found.total == requests
        return len(seen)

    await asked(counter, ANA, 210_00)
    event.listen(Engine, "before_cursor_execute", note)
    try:
        one = await statements(1)
        for amount in (60_00, 50_00):
            await asked(counter, ANA, amount)
        assert one == await statements(3)
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def test_an_agent_of_ones_team_approves_nothing(counter: Counter) -> None:
    assert await refused(counter, BEN, await asked(counter, ANA)) is Reason.NOT_YOUR_ROLE


async def test_goods_of_a_return_that_no_request_opened_count_against_the_limit_whole(
    counter: Counter,
) -> None:
    """Whatever message they are received from: only the request that opened a return covers its goods."""
    fulfil(counter, (1, 3))
    other = (await counter.does(ANA, cancel(line_no=2))).request
    assert other is not None
    here = counter.shop.orders["1042"]
    for number in ("1042-R1", "1042-R2"):  # opened in the shop's own screens
        for act in (give_back(), MoveReturn(number=number, move=ReturnMove.APPROVE)):
            here = perform(here, act).after
    counter.shop.place(here)
    asks = [
        replace(
            counter.ask(ReceiveGoods(number=number, goods=(Goods(line_no=1, accepted=1),))), parent=other.id
        )
        for number in ("1042-R1", "1042-R2")
    ]
    shown = await order_acts.rehearse(counter.desk, ANA, asks[0])
    assert not shown.needs_approval
    await order_acts.submit(counter.desk, ANA, asks[0], shown.token, counter.key())
    assert (await order_acts.rehearse(counter.desk, ANA, asks[1])).needs_approval
