"""A team's own flow: its steps are gone through, its version is kept, and its safeguards stay."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.domain.commerce.acts import Goods, ReceiveGoods
from bot.domain.commerce.flows import FlowKind
from bot.domain.commerce.requests import Came, RequestState
from bot.domain.playbook.faults import UnsoundPlaybook
from bot.domain.refusals import Reason, Refusal
from bot.flow_file import packaged_text
from bot.handlers import order_requests as handler
from bot.handlers.call import Call, OpenView, Payload
from bot.handlers.reply import Errors
from bot.services import order_acts, order_flows, order_requests
from tests.orders.conftest import ANA, BEN, MARIA, OMAR, ORDER, Counter, Furnished, cancel, give_back
from tests.orders.test_acts import fulfil

LABEL = '    { id = "label", kind = "return_label", title = "Send the label" },\n    { id = "goods"'
FORM = """    { id = "parcel", kind = "form", title = "The parcel", fields = [
        { name = "box", label = "Is the box whole?", kind = "yes_no", needed = true },
    ] },
    { id = "limit\""""
WEIGHT = """    { id = "parcel", kind = "form", title = "The parcel", fields = [
        { name = "grams", label = "Its weight", kind = "number", needed = true },
        { name = "remark", label = "Remark", kind = "text" },
    ] },
    { id = "goods\""""
ASK_ALWAYS = """    { id = "colleague", kind = "approval", title = "A colleague agrees", when = "always" },
    { id = "submit\""""
WAIT = """    { id = "rest", kind = "wait", title = "Wait three days", waits_for = "days", days = 3 },
    { id = "refund\""""


@pytest.fixture(scope="module")
def furnished_kind(furnished_sqlite: Furnished) -> Furnished:
    """No statement of its own is run here: one kind of database tells it."""
    return furnished_sqlite


def changed(kind: FlowKind, *changes: tuple[str, str]) -> str:
    text = packaged_text(kind).replace("version = 1", "version = 2")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


async def published(counter: Counter, kind: FlowKind, text: str) -> None:
    base = (await order_flows.page(counter.desk, kind, MARIA)).base
    await order_flows.publish(counter.desk, kind, text, base, MARIA, counter.key())


async def test_a_return_flow_with_a_form_and_a_label(counter: Counter) -> None:
    fulfil(counter, (1, 3))
    text = changed(FlowKind.RETURN, ('    { id = "goods"', LABEL), ('    { id = "limit"', FORM))
    await published(counter, FlowKind.RETURN, text)
    ask = counter.ask(give_back())
    shown = await order_acts.rehearse(counter.desk, ANA, ask)
    assert [one.name for one in shown.missing] == ["box"]
    bare = await order_acts.submit(counter.desk, ANA, ask, shown.token, counter.key())
    assert bare.came is Came.ASKS
    request = (await counter.does(ANA, give_back(), box="yes")).request
    assert request is not None
    assert request.state is RequestState.ASKS
    assert request.step is not None
    assert request.step.id == "label"
    on = await order_requests.go_on(counter.desk, BEN, request.id, {}, counter.key())
    assert on.request is not None
    assert on.request.state is RequestState.WAITS_FOR_GOODS
    await counter.does(BEN, ReceiveGoods(number=request.return_number, goods=(Goods(line_no=1, accepted=1),)))
    whole = await counter.request(request.id)
    assert whole.state is RequestState.DONE
    assert whole.flow is not None
    assert whole.flow.stamp.startswith("return 2 (")
    assert sum(sum(one) for one in counter.shop.paid.values()) == 108_20


async def test_an_answer_that_does_not_fit_is_told_at_its_field(counter: Counter) -> None:
    fulfil(counter, (1, 3))
    await published(counter, FlowKind.RETURN, changed(FlowKind.RETURN, ('    { id = "goods"', WEIGHT)))
    request = (await counter.does(ANA, give_back())).request
    assert request is not None
    assert request.state is RequestState.ASKS
    view = OpenView(
        id="V1",
        hash="h",
        metadata=json.dumps({"request": request.id}),
        first_input="asked.grams",
        drawn={},
        warned=False,
        below=None,
    )
    call = Call(
        payload=Payload.SUBMISSION,
        route="order.request.answered",
        by=BEN,
        key=counter.key(),
        fields={"asked.grams": "two kilos", "asked.remark": "It was wet."},
        view=view,
    )
    reply = await handler.answered(counter.desk, call)
    assert reply == Errors({"asked.grams": "Write a whole number, in digits."})
    again = replace(call, key=counter.key(), fields={**call.fields, "asked.grams": "2000"})
    await handler.answered(counter.desk, again)
    ended = await counter.request(request.id)
    assert (ended.state, ended.said["grams"]) == (RequestState.WAITS_FOR_GOODS, "2000")


async def test_a_flow_may_always_want_a_colleague(counter: Counter) -> None:
    await published(counter, FlowKind.CANCEL, changed(FlowKind.CANCEL, ('    { id = "submit"', ASK_ALWAYS)))
    request = (await counter.does(OMAR, cancel())).request  # who has no limit
    assert request is not None
    assert request.state is RequestState.AWAITS_APPROVAL
    done = await order_requests.decide(counter.desk, MARIA, request.id, True, "", counter.key())
    assert done.request is not None
    assert done.request.state is RequestState.DONE


async def test_days_are_waited_for_by_the_desks_clock(counter: Counter) -> None:
    await published(counter, FlowKind.CANCEL, changed(FlowKind.CANCEL, ('    { id = "refund"', WAIT)))
    request = (await counter.does(ANA, cancel())).request
    assert request is not None
    assert request.state is RequestState.WAITS
    assert (counter.off, counter.shop.paid) == (108_20, {})
    await counter.time_passes(days=2, hours=23)
    assert counter.shop.paid == {}
    await counter.time_passes(hours=2)
    assert (await counter.request(request.id)).state is RequestState.DONE
    assert counter.shop.paid == {"1042-F1/1": [108_20]}


async def test_a_request_keeps_the_flow_that_it_began_with(counter: Counter) -> None:
    fulfil(counter, (1, 3))
    request = (await counter.does(ANA, give_back())).request
    assert request is not None
    await published(counter, FlowKind.RETURN, changed(FlowKind.RETURN, ('    { id = "goods"', LABEL)))
    await counter.does(BEN, ReceiveGoods(number=request.return_number, goods=(Goods(line_no=1, accepted=1),)))
    whole = await counter.request(request.id)
    assert whole.state is RequestState.DONE
    assert whole.flow is not None
    assert whole.flow.version == 1


async def test_the_safeguards_stay_and_the_last_good_flow_goes_on(counter: Counter) -> None:
    text = changed(
        FlowKind.CANCEL,
        (
            '    { id = "limit", kind = "approval", title = "A manager agrees", when = "above_limit" },\n',
            "",
        ),
    )
    with pytest.raises(UnsoundPlaybook):
        await published(counter, FlowKind.CANCEL, text)
    shown = await order_acts.rehearse(counter.desk, ANA, counter.ask(cancel(2)))
    assert shown.needs_approval


async def test_publishing_is_for_managers_and_goes_back(counter: Counter) -> None:
    text = changed(FlowKind.CANCEL, ('    { id = "submit"', ASK_ALWAYS))
    with pytest.raises(Refusal) as refused:
        await order_flows.publish(counter.desk, FlowKind.CANCEL, text, 0, ANA, counter.key())
    assert refused.value.reason is Reason.NOT_YOUR_ROLE
    assert any(
        "A colleague agrees" in one
        for one in await order_flows.what_changes(counter.desk, FlowKind.CANCEL, text, MARIA)
    )
    await published(counter, FlowKind.CANCEL, text)
    with pytest.raises(Refusal) as late:
        await order_flows.publish(
            counter.desk, FlowKind.CANCEL, packaged_text(FlowKind.CANCEL), 0, OMAR, counter.key()
        )
    assert late.value.reason is Reason.PUBLISHED_MEANWHILE
    await order_flows.go_back(counter.desk, FlowKind.CANCEL, 0, 1, OMAR, counter.key())
    now = await order_flows.page(counter.desk, FlowKind.CANCEL, MARIA)
    assert (now.base, now.flow.version, now.revisions[0].goes_back_to) == (2, 1, 0)
    assert (await counter.does(ANA, cancel())).request is not None
    assert counter.shop.orders[ORDER].totals.grand == 280_51
