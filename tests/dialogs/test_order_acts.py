"""Windows and messages about acts on orders: what they show, what they keep, what they read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.blocks import home_areas, order_requests, rehearsals
from bot.dialogs import (
    asked_acts,
    fraud,
    order_more,
    order_page,
    order_standing,
    pick_items,
    product_reviews,
    receive_goods,
    refund_money,
    rehearse_act,
    request_page,
)
from bot.dialogs.asked_acts import About, TooMuch
from bot.dialogs.forms import FieldErrors, Fields, fields_of
from bot.dialogs.pick_items import Picking
from bot.domain.commerce.acts import (
    CancelItems,
    Goods,
    MoveUnits,
    OrderAct,
    ReceiveGoods,
    RefundMoney,
    ReturnItems,
    ReverseAuthorization,
    Units,
    WriteMemo,
)
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import RefundSource
from bot.domain.commerce.flows import FlowStep, FormField, FormKind, StepKind
from bot.domain.commerce.grounds import CaseMention, Grounds, paid_of
from bot.domain.commerce.limits import NoApproval
from bot.domain.commerce.quantities import UnitAct
from bot.domain.commerce.queue_filters import ReviewFilter
from bot.domain.commerce.rehearsal import rehearse
from bot.domain.commerce.removal import Item, ShippingRule
from bot.domain.commerce.requests import (
    Hold,
    Offer,
    OrderAsk,
    RequestKind,
    RequestShown,
    RequestState,
)
from bot.domain.commerce.review_queue import ReviewPage
from bot.domain.ids import CaseId, CaseNumber, OrderRequestId
from bot.domain.people import Role
from bot.domain.refusals import Reason, Refusal
from bot.domain.shop.money import Money
from bot.services import fraud_ending
from tests.blocks import queue_samples
from tests.blocks.samples import ANA, LINDA, MARIA
from tests.blocks.slack_rules import Json, problems, readable, state_of, view_problems
from tests.dialogs.order_samples import (
    CANCEL_ONE,
    NOON,
    awaiting,
    done,
    request,
    sent,
    shown,
    standing,
    wide,
)
from tests.domain.commerce.books import worked

ABOUT = About(order="1042", case=CaseId(5))
REASONS = ("Too slow", "Unknown")


def fields(view: Json, **entered: Any) -> Fields:
    assert view_problems(view) == []
    return fields_of(state_of(view, **entered))


def told(view: Any) -> str:
    assert view_problems(view) == []
    return readable(view)


def pick(books: Any, kind: RequestKind = RequestKind.CANCEL, start: int = 0, **picked: int) -> Json:
    chosen = {int(name[1:]): count for name, count in picked.items()}
    picking = Picking(kind=kind, start=start, picked=chosen)
    return dict(pick_items.view(standing(books), ABOUT, picking, REASONS))


@pytest.mark.parametrize("count", [1, 5, 200])
def test_the_items_of_any_order_can_be_picked(count: int) -> None:
    view = pick(wide(count))
    held = fields(view, **{"line.1": "2", "reason": "Too slow"})
    act = pick_items.read(pick_items.picking_of(view["private_metadata"]), held)
    assert act == CancelItems(items=(Item(line_no=1, quantity=2, reason="Too slow"),))


def test_an_order_of_many_lines_with_a_delivery_charge_can_be_picked_from() -> None:
    """Whose charge goes is chosen among all of them, which are more than one list of Slack takes."""
    books = wide(120)
    charge = replace(worked().order.charges[0], line_no=121)
    books = OrderBooks(replace(books.order, lines=(*books.order.lines, charge)))
    assert [one["label"]["text"] for one in _selects(pick(books), "multi_static_select")] == [
        "Lines that take theirs"
    ]


def _selects(view: Json, kind: str) -> list[Json]:
    assert view_problems(view) == []
    return [one for one in view["blocks"] if one.get("element", {}).get("type") == kind]


def test_what_is_picked_on_one_page_stays_on_the_others() -> None:
    view = pick(wide(200), start=15, l1=2, l199=3)
    held = fields(view, **{"line.16": "1", "reason": "Too slow"})
    picked = pick_items.merged(pick_items.picking_of(view["private_metadata"]), held)
    assert picked == {1: 2, 16: 1, 199: 3}


def test_the_window_says_how_many_there_are_and_why_not_more() -> None:
    books = sent(done(worked(), CANCEL_ONE))
    assert "2 fulfilled: to be returned instead, 1 cancelled" in told(pick(books))
    assert "2 of 3 can be returned. 1 cancelled." in told(pick(books, RequestKind.RETURN))


def test_nothing_picked_and_no_reason_are_said_at_their_fields() -> None:
    view = pick(worked())
    picking = pick_items.picking_of(view["private_metadata"])
    wrong = pick_items.read(picking, fields(view, reason="Too slow"))
    assert isinstance(wrong, FieldErrors)
    assert list(wrong.errors) == ["line.1"]
    missing = pick_items.read(picking, fields(view, **{"line.1": "1"}))
    assert isinstance(missing, FieldErrors)
    assert list(missing.errors) == ["reason"]


@pytest.mark.parametrize(
    ("ship", "expected"),
    [("rule", (None, None)), ("share", (True, True)), ("stay", (False, False)), ("some", (False, True))],
)
def test_each_item_has_its_own_word_on_the_delivery_charge(
    ship: str, expected: tuple[bool | None, ...]
) -> None:
    view = pick(worked())
    held = fields(view, **{"line.1": "1", "line.2": "1", "reason": "Too slow", "ship": ship})
    held = {**held, "ship.lines": ("2",)}
    act = pick_items.read(pick_items.picking_of(view["private_metadata"]), held)
    assert isinstance(act, CancelItems)
    assert tuple(one.ship for one in act.items) == expected


def test_the_window_says_what_usually_becomes_of_the_delivery_charge() -> None:
    picking = Picking(kind=RequestKind.CANCEL, picked={})
    for rule, said in (
        (ShippingRule.WHOLE_GROUP, "As usual: it goes when nothing is left to deliver"),
        (ShippingRule.SHARE, "As usual: each item takes its part of it"),
        (ShippingRule.NEVER, "As usual: all of it stays"),
    ):
        assert said in str(pick_items.view(standing(worked()), ABOUT, picking, REASONS, shipping=rule))
    assert "Only the lines chosen below" not in str(pick(wide(1)))  # there is nothing to choose between


def test_where_one_unit_is_all_there_is_it_is_picked_already() -> None:
    one = done(worked(), CancelItems(items=(Item(line_no=1, quantity=2), Item(line_no=2, quantity=2))))
    view = pick(one)
    act = pick_items.read(pick_items.picking_of(view["private_metadata"]), fields(view, reason="Too slow"))
    assert isinstance(act, CancelItems)
    assert [(item.line_no, item.quantity) for item in act.items] == [(1, 1)]


def test_units_are_released_without_a_reason() -> None:
    units = (Units(line_no=1, quantity=2),)
    books = done(worked(), MoveUnits(act=UnitAct.ALLOCATE, units=units))
    view = pick(books, RequestKind.RELEASE)
    act = pick_items.read(pick_items.picking_of(view["private_metadata"]), fields(view, **{"line.1": "2"}))
    assert act == MoveUnits(act=UnitAct.RELEASE, units=units)


ACTS: tuple[OrderAct, ...] = (
    CANCEL_ONE,
    CancelItems(items=tuple(Item(line_no=no, quantity=99, reason="x", ship=True) for no in range(1, 201))),
    ReturnItems(items=(Item(line_no=2, quantity=1, reason="a & b", ship=False),), under_way=True),
    ReceiveGoods(
        number="1042-R1",
        goods=(Goods(line_no=1, accepted=1), Goods(line_no=2, rejected=2, rejection="Worn")),
        rest_is_lost=True,
        with_memo=False,
    ),
    RefundMoney(source=RefundSource.MANUAL, amount=12_50, payment="P1", reason="Sorry"),
    WriteMemo(changes=("1042-C2",)),
    ReverseAuthorization(payment="P1", amount=5),
    MoveUnits(act=UnitAct.RELEASE, units=(Units(line_no=1, quantity=2),)),
)


@pytest.mark.parametrize("act", ACTS)
def test_a_window_keeps_its_act_token_and_figures(act: OrderAct) -> None:
    about = replace(ABOUT, parent=OrderRequestId(3), on_top=True)
    metadata = asked_acts.keep(about, act, "f" * 64, (1, 2, 3))
    assert len(metadata) <= 3000
    kept = asked_acts.read(metadata)
    assert (kept.about, kept.act, kept.token, kept.figures) == (about, act, "f" * 64, (1, 2, 3))
    assert kept.ask({"a": "b"}).parent == 3


def test_more_than_a_window_can_keep_is_refused_and_forged_ones_are_no_act() -> None:
    goods = tuple(Goods(line_no=no, rejected=1, rejection=f"{no}" * 30) for no in range(1, 99))
    with pytest.raises(TooMuch):
        asked_acts.keep(ABOUT, ReceiveGoods(number="1042-R1", goods=goods), "f")
    for wild in ("", "[]", '{"order":"1"}', '{"order":"1","act":{"cancel":"1x","why":1},"token":"f"}'):
        with pytest.raises(ValueError, match="private_metadata"):
            asked_acts.read(wild)


def test_a_rehearsal_shows_the_worked_order_before_and_after() -> None:
    view = rehearse_act.view(shown(worked(), CANCEL_ONE), ABOUT)
    said = told(view)
    for one in (
        "USD 108.20 comes off the order.",
        "units 3 → 2",
        "324.59 → 216.39, USD 108.20 comes off",
        "Total USD 388.71",
        "Total USD 280.51",
        "Change order 1042-C1: USD 108.20",
        "Excess funds: USD 0.00 → USD 108.20",
        "Can be refunded, over the whole order: USD 0.00 → USD 108.20",
        "Pay back what was captured",
    ):
        assert one in said
    assert view["submit"]["text"] == "Do it"


def test_a_rehearsal_of_two_hundred_lines_fits_a_window_and_a_message() -> None:
    books = wide(200)
    act = CancelItems(items=tuple(Item(line_no=no, quantity=1) for no in range(1, 201)))
    assert view_problems(rehearse_act.view(shown(books, act), ABOUT)) == []
    asked = RequestShown(request=request(books, act), fresh=rehearse(books, act), may_decide=True)
    assert problems("message", order_requests.approval(asked).blocks) == []
    said = told(rehearse_act.view(shown(books, act), ABOUT))
    assert said.index("Documents that will arise") < said.index("1. Thing")  # what it comes to stands first


def test_above_the_limit_a_manager_is_asked_with_a_note() -> None:
    above = shown(worked(), CANCEL_ONE, needs_approval=True, approvers=(MARIA.ref,))
    view = rehearse_act.view(above, ABOUT)
    assert view["submit"]["text"] == "Ask a manager"
    assert "Your limit is USD 200.00 for one act." in told(view)
    said = rehearse_act.read(fields(view, note="Please"), view["private_metadata"])
    assert said == {"reason": "Too slow", "note": "Please"}
    nobody = rehearse_act.view(replace(above, approvers=()), ABOUT)
    assert "submit" not in nobody
    assert "Nobody can give it now" in told(nobody)


FORM = FlowStep(
    id="ask",
    kind=StepKind.FORM,
    title="Some questions",
    say="Read <this> first.",
    fields=(
        FormField(name="seal", label="Is the seal broken?", kind=FormKind.YES_NO, needed=True),
        FormField(name="count", label="How many boxes?", kind=FormKind.NUMBER),
        FormField(name="way", label="How sent?", kind=FormKind.CHOICE, choices=("Post", "Van")),
        FormField(name="note", label="Anything else?", kind=FormKind.TEXT),
    ),
)


def test_forms_of_a_flow_are_asked_in_the_same_window_and_never_meet_our_own_fields() -> None:
    asks = shown(worked(), CANCEL_ONE, asks=(FORM,), missing=FORM.fields[:2])
    view = rehearse_act.view(replace(asks, needs_approval=True, approvers=(MARIA.ref,)), ABOUT)
    entered = {"asked.seal": "yes", "asked.count": "2", "asked.note": "theirs", "note": "ours"}
    said = rehearse_act.read(fields(view, **entered), view["private_metadata"])
    assert said == {"seal": "yes", "count": "2", "note": "ours", "reason": "Too slow"}
    assert list(rehearse_act.lacking(asks.missing).errors) == ["asked.seal", "asked.count"]


def test_a_held_order_can_be_looked_at_but_not_acted_on() -> None:
    hold = Hold(request_id=OrderRequestId(3), by=MARIA.ref, since=NOON)
    view = rehearse_act.view(shown(worked(), CANCEL_ONE, held=hold), ABOUT)
    assert "submit" not in view
    assert f"{MARIA.name} is changing this order now" in told(view)
    assert "<!date^" in str(view["blocks"]), "since when, in the zone of whoever looks"


def test_what_changed_is_said_in_figures() -> None:
    before = rehearse(worked(), CANCEL_ONE)
    fresh = rehearse(done(worked(), CANCEL_ONE), CANCEL_ONE)
    said = rehearsals.differences(rehearsals.figures(before), fresh)
    assert "the order comes to USD 280.51, not USD 388.71" in said
    assert "USD 108.20 at stake became USD 108.19" in said
    assert "quantities" in rehearsals.differences(rehearsals.figures(before), before)


def test_goods_are_received_with_a_rejected_unit_and_why() -> None:
    books = awaiting(worked(), 2)
    (back,) = books.returns
    view = receive_goods.view(standing(books), back, ABOUT)
    entered = {"accepted.1": "1", "rejected.1": "1", "why.1": "Worn"}
    act = receive_goods.read(view["private_metadata"], fields(view, **entered))
    goods = (Goods(line_no=1, accepted=1, rejected=1, rejection="Worn"),)
    assert act == ReceiveGoods(number="1042-R1", goods=goods)
    wrong = receive_goods.read(view["private_metadata"], fields(view, **{**entered, "why.1": ""}))
    assert isinstance(wrong, FieldErrors)
    assert list(wrong.errors) == ["why.1"]
    wild = receive_goods.read(view["private_metadata"], fields(view, **{**entered, "rejected.1": "one"}))
    assert isinstance(wild, FieldErrors)
    assert list(wild.errors) == ["rejected.1"]
    assert "1042-R1" in told(receive_goods.choose(standing(books), ABOUT))


def test_a_refund_offers_what_is_owed_first_and_by_hand_needs_payment_and_reason() -> None:
    books = done(worked(), CANCEL_ONE)
    view = refund_money.view(standing(books), ABOUT)
    assert "USD 108.20 can be refunded now. That is over the whole order." in told(view)
    assert refund_money.read(view["private_metadata"], fields(view)) == RefundMoney(
        source=RefundSource.EXCESS, amount=108_20, payment="P1"
    )
    wrong = refund_money.read(view["private_metadata"], fields(view, source="manual", amount="1,5"))
    assert isinstance(wrong, FieldErrors)
    assert set(wrong.errors) == {"amount", "reason"}  # the only payment is chosen already
    entered = {"source": "manual", "amount": "12.50", "payment": "P1", "reason": "Sorry"}
    assert refund_money.read(view["private_metadata"], fields(view, **entered)) == RefundMoney(
        source=RefundSource.MANUAL, amount=12_50, payment="P1", reason="Sorry"
    )
    none = refund_money.view(standing(worked(captured=0)), ABOUT)
    assert "No payment of this order has money" in told(none)


def test_awaited_goods_are_received_from_the_page_of_their_order() -> None:
    books = awaiting(worked(), 2)
    first = [one.text.text for one in order_standing.acts(standing(books))[0].elements]
    assert first == ["Receive goods", "Cancel items", "Return items", "Refund", "More..."]
    assert "Receive goods" not in told(order_page.view(books.order, standing=standing(worked())))


@pytest.mark.parametrize(("currency", "example"), [("USD", "12.50"), ("JPY", "12"), ("KWD", "12.500")])
def test_the_hint_of_an_amount_is_written_as_its_currency_is(currency: str, example: str) -> None:
    books = worked()
    order = replace(books.order, currency=currency)
    view = refund_money.view(standing(OrderBooks(order)), ABOUT)
    assert f"As digits, like {example}." in told(view)


def test_the_page_of_an_order_says_that_somebody_doubts_it() -> None:
    order = worked().order
    assert "Fraud check" not in told(order_page.view(order))
    said = told(order_page.view(order, fraud=queue_samples.FRAUD_ROWS[:2]))
    assert "score 999999. Waits for a decision. And 1 more." in said


def test_the_page_of_an_order_offers_what_may_be_done_and_says_why_not_the_rest() -> None:
    books = done(worked(), CANCEL_ONE)
    refusal = Refusal(Reason.SHOP_CANNOT, {"value": "take items back"})
    offers = (Offer(kind=RequestKind.CANCEL), Offer(kind=RequestKind.RETURN, refusal=refusal))
    here = standing(
        books, offers=offers, requests=(request(),), recent=(request(id=8, state=RequestState.DONE),)
    )
    said = told(order_page.view(books.order, standing=here, about=ABOUT))
    assert "Return items: The shop cannot do this: take items back." in said
    assert "Change order 1042-C1: 1 unit cancelled, USD 108.20 comes off" in said
    assert "Can be refunded, over the whole order: USD 108.20" in said
    assert "Total when placed: USD 388.71" in said
    assert "Cancel items, USD 108.20: Waits for approval." in said
    assert "Release units" in told(order_more.view(standing(books), ABOUT))
    assert "Nothing can be done" in told(order_more.view(standing(books, offers=offers[1:]), ABOUT))


def test_an_approval_has_everything_to_decide_by_and_rings_nobody() -> None:
    asked = RequestShown(request=request(), fresh=rehearse(worked(), CANCEL_ONE), may_decide=True, stale=True)
    message = order_requests.approval(asked)
    assert problems("message", message.blocks) == []
    said = readable(message.blocks) + message.text
    for one in (ANA.name, "1042", "USD 108.20", "Too slow", "Had a part in it", "has changed since"):
        assert one in said
    assert "<!channel>" not in str(message.blocks).replace("'text': 'They are <!channel>", "")
    labels = [one["text"]["text"] for one in message.blocks[-1]["elements"]]
    assert labels == ["Approve", "Decline...", "More..."]


GROUNDS = Grounds(
    customer="Harbour Books",
    for_customer="Lou Harbour",
    paid=replace(
        paid_of(worked()),
        refunded=Money(minor=50_00, currency="USD"),
        on_its_way=Money(minor=10_00, currency="USD"),
    ),
    limit=Money(minor=100_00, currency="USD"),
    role=Role.AGENT,
    case=CaseMention(number=CaseNumber(1001), title="Too <slow>", permalink="https://desk.slack.com/p1"),
)


@pytest.mark.parametrize(
    ("more", "limit", "said"),
    [
        ({}, 100_00, "(agent) decides up to USD 100.00 alone: this is above it."),
        ({"needs_approval": True}, 200_00, "alone, and what they did alone on this order before counts"),
        ({"needs_approval": False}, 200_00, "USD 200.00 alone. A step of the flow asks for a second person."),
    ],
)
def test_an_approval_names_the_customer_the_money_the_limit_and_the_case(
    more: dict[str, Any], limit: int, said: str
) -> None:
    grounds = replace(GROUNDS, limit=Money(minor=limit, currency="USD"))
    asked = RequestShown(request=request(**more), fresh=rehearse(worked(), CANCEL_ONE), grounds=grounds)
    for drawn in (order_requests.approval(asked).blocks, request_page.view(asked)["blocks"]):
        told = readable(drawn)
        for one in (
            "Customer: Harbour Books",
            "Asked on behalf of: Lou Harbour",
            "Order total now: USD 388.71",
            "Refunded before: USD 50.00 of USD 388.71 captured; USD 10.00 is on its way",
            "00001001 · Too <slow>",
            said,
        ):
            assert one in told, told
        assert "https://desk.slack.com/p1" in str(drawn)


BY_HAND = RefundMoney(source=RefundSource.MANUAL, amount=12_50, payment="P1", reason="Two weeks late")


def test_whoever_agrees_to_money_by_hand_reads_why_by_which_payment_and_for_whom() -> None:
    """Nothing of the order changes, so that the reason is all that there is to decide by."""
    fresh = rehearse(worked(), BY_HAND)
    asked = RequestShown(request=request(worked(), BY_HAND, said={}), fresh=fresh, grounds=GROUNDS)
    for said in (
        readable(order_requests.approval(asked).blocks),
        told(request_page.view(replace(asked, may_decide=True))),
    ):
        for one in ("by hand, as goodwill", "By payment: P1", "Reason: Two weeks late", "Harbour Books"):
            assert one in said
    rejected = ReceiveGoods(number="1042-R1", goods=(Goods(line_no=1, rejected=1, rejection="Worn"),))
    kept = replace(request(said={}), act=rejected, at_stake=0, flow=None)
    page = told(request_page.view(RequestShown(request=kept)))
    assert "Line 1, 1 rejected: Worn" in page
    assert "0.00" not in page  # no money moves


def test_what_is_ahead_leaves_out_what_was_not_needed() -> None:
    below = request(state=RequestState.WAITS, needs_approval=False, done=("preview", "submit"))
    page = told(request_page.view(RequestShown(request=below)))
    assert "What comes then: Pay back what was captured" in page
    no_flow = told(rehearse_act.view(shown(worked(), BY_HAND), ABOUT))
    assert "Steps:" not in no_flow


def test_a_step_that_asks_is_named_and_its_answer_stands_under_its_title() -> None:
    flow = request().flow
    assert flow is not None
    flow = replace(flow, steps=(FORM,))
    asks = request(state=RequestState.ASKS, flow=flow, said={"ask": "yes"})
    assert "Next: Some questions. Press Answer" in order_requests.outcome(asks)
    assert "Some questions: yes" in readable([one._resolve() for one in order_requests.said(asks)])


def test_what_a_rejected_order_needs_is_not_asked_for_twice() -> None:
    waits = standing(worked(), requests=(request(),))
    found = fraud_ending.asked_already(waits, CANCEL_ONE)
    assert found is not None
    assert found.request == request()
    assert fraud_ending.asked_already(waits, BY_HAND) is None  # another act is asked for all the same
    done_ = standing(worked(), requests=(request(state=RequestState.WAITS),))
    assert fraud_ending.asked_already(done_, CANCEL_ONE) is None


def test_a_fraud_report_tells_what_the_order_comes_to_now_and_addresses_in_one_line() -> None:
    usd = queue_samples.REPORT.order.currency
    page = told(fraud.page(replace(queue_samples.REPORT, now=Money(minor=5, currency=usd)), wrote="Why not"))
    placed = queue_samples.REPORT.order.money(queue_samples.REPORT.order.totals.grand)
    assert f"{Money(minor=5, currency=usd)}, of {placed} when it was placed" in page
    assert "You wrote: Why not" in page


def test_what_reviews_are_opened_for_stands_on_top() -> None:
    waiting = ReviewPage(person=ANA, filter=ReviewFilter(), rows=queue_samples.ROWS, total=9)
    first = product_reviews.listing(waiting)["blocks"][0]
    assert [one["text"]["text"] for one in first["elements"]] == ["Decide one by one"]
    decided = replace(waiting, filter=ReviewFilter(status=None))
    assert "Decide one by one" not in told(product_reviews.listing(decided))


def test_a_decided_approval_folds_and_says_who_and_when() -> None:
    decided = request(
        state=RequestState.DONE, approved=True, decided_by=MARIA.ref, decided_at=NOON, why="Fine"
    )
    message = order_requests.approval(RequestShown(request=decided))
    assert problems("message", message.blocks) == []
    assert f"{MARIA.name} approved it." in message.text
    assert [one["text"]["text"] for one in message.blocks[-1]["elements"]] == ["Look at it"]


@pytest.mark.parametrize("state", list(RequestState))
def test_every_state_has_its_news_and_its_page(state: RequestState) -> None:
    one = request(state=state, trouble="The shop said <no>")
    assert problems("message", order_requests.news(one).blocks) == []
    every = RequestShown(
        request=one,
        fresh=rehearse(worked(), CANCEL_ONE),
        refused="Line 1: no.",
        no_approval=NoApproval.OWN_REQUEST,
        may_decide=True,
        may_answer=True,
        may_withdraw=True,
        may_settle=True,
        may_retry=True,
    )
    assert "This is your own request." in told(request_page.view(every, "Saved."))


def test_the_forms_of_a_request_keep_what_was_typed_and_want_a_reason() -> None:
    one = request()
    for view in (request_page.decline(one), request_page.settle(one, was_done=True)):
        assert isinstance(request_page.why(fields(dict(view), why=" ")), FieldErrors)
        assert request_page.why(fields(dict(view), why="No.")) == "No."
        assert request_page.request_in(view["private_metadata"])[0] == 7
    assert one.flow is not None
    asks = replace(one, flow=replace(one.flow, steps=(FORM, *one.flow.steps)))
    answer = request_page.answer(asks)
    assert answer is not None
    said = rehearse_act.answers_in(fields(dict(answer), **{"asked.seal": "no", "asked.way": "Van"}))
    assert said == {"seal": "no", "count": "", "way": "Van", "note": asks.said["note"]}
    assert request_page.answer(one) is None


def test_home_has_a_row_of_areas_for_staff_alone() -> None:
    assert [one["text"]["text"] for one in home_areas.areas(ANA)[0]._resolve()["elements"]]
    assert home_areas.areas(LINDA) == []


def test_the_ask_of_a_window_carries_case_and_order() -> None:
    kept = asked_acts.read(asked_acts.keep(ABOUT, CANCEL_ONE, "t"))
    assert kept.ask({}) == OrderAsk(order_number="1042", act=CANCEL_ONE, case_id=CaseId(5))
