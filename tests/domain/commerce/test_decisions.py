"""Fraud reports, reviews, limits and four eyes: who decides what, and how often."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.commerce.acts import MoveUnits, Units
from bot.domain.commerce.fraud import (
    DecidedAlready,
    FraudDecision,
    FraudReport,
    FraudRuling,
    NothingToDecide,
    beyond_reach,
    cancellation,
    decided,
    must_wait,
)
from bot.domain.commerce.funds import funds_of
from bot.domain.commerce.limits import (
    ApprovalRequest,
    MoneyLimits,
    NoApproval,
    RoleLimits,
    approvers,
    needs_approval,
    no_approval,
    read_money_limits,
)
from bot.domain.commerce.machines import Machine, NotReachable
from bot.domain.commerce.moderation import (
    MODERATION,
    ProductReview,
    ReviewMove,
    ReviewNeedsReason,
    SameDecision,
    act_for,
    moderated,
)
from bot.domain.commerce.performing import perform
from bot.domain.commerce.quantities import UnitAct
from bot.domain.commerce.states import MEMO, REFUND, RETURN, MemoMove, MemoState
from bot.domain.ids import PersonId, SlackUserId, WorkspaceId
from bot.domain.people import Person, Role
from bot.domain.permissions import Act
from bot.domain.shop.money import Money
from bot.domain.shop.sheets import FraudStatus, ReviewStatus
from tests.domain.commerce.books import worked

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def person(number: int, role: Role | None, email: str = "") -> Person:
    return Person(
        id=PersonId(number),
        workspace_id=WorkspaceId("T1"),
        slack_user_id=SlackUserId(f"U{number}"),
        name=f"Person {number}",
        role=role,
        email=email,
    )


ANA, BEN = person(1, Role.AGENT), person(2, Role.AGENT)
MARA, NILS = person(3, Role.MANAGER), person(4, Role.MANAGER)
ADA = person(5, Role.ADMINISTRATOR)
CARL = person(6, Role.DSC)

REPORT = FraudReport(
    order_number="1042",
    provider="Radar",
    score=75,
    status=FraudStatus.CHECK,
    symptoms=(("First order", 20), ("Differing addresses", 35), ("Above 500", 20)),
)


def test_a_report_is_decided_once_and_the_second_sees_who_and_when() -> None:
    first = FraudDecision(ruling=FraudRuling.APPROVE, by=ANA.ref, at=NOON)
    done = decided(REPORT, first)
    assert (must_wait([REPORT]), must_wait([done])) == (True, False)
    with pytest.raises(DecidedAlready, match="Person 1 decided approve at 2026-11-22T12:00") as late:
        decided(done, FraudDecision(ruling=FraudRuling.REJECT, by=BEN.ref, at=NOON))
    assert late.value.decision == first


@pytest.mark.parametrize("status", [FraudStatus.OK, FraudStatus.FRAUD])
def test_only_a_report_that_says_check_is_for_people(status: FraudStatus) -> None:
    report = replace(REPORT, status=status)
    with pytest.raises(NothingToDecide, match=f"says {status.value}"):
        decided(report, FraudDecision(ruling=FraudRuling.APPROVE, by=ANA.ref, at=NOON))
    assert not must_wait([report])


def test_symptoms_stand_by_their_weight() -> None:
    assert [name for name, _ in REPORT.ranked] == ["Differing addresses", "Above 500", "First order"]


def test_a_rejected_order_is_cancelled_and_its_authorisation_can_be_given_back() -> None:
    order = worked(captured=0)
    act = cancellation(order)
    assert act is not None
    after = perform(order, act).after
    assert (after.totals.grand, funds_of(after).to_reverse, funds_of(after).excess) == (0, 388_71, 0)
    assert funds_of(perform(worked(), act).after).excess == 388_71
    assert cancellation(after) is None


def test_what_the_warehouse_holds_is_beyond_a_rejection() -> None:
    order = perform(worked(), MoveUnits(act=UnitAct.ALLOCATE, units=(Units(line_no=1, quantity=2),))).after
    act = cancellation(order)
    assert act is not None
    assert [(one.line_no, one.quantity) for one in act.items] == [(1, 1), (2, 2)]
    assert beyond_reach(order) == ((1, 2),)


def review(status: ReviewStatus = ReviewStatus.PENDING) -> ProductReview:
    return ProductReview(
        id="R1", sku="GOLD", customer_no="C1", rating=2, headline="Hm", text="It squeaks", status=status
    )


def test_an_agent_decides_a_review_and_a_manager_reverses_it_with_a_reason() -> None:
    assert act_for(review()) is Act.DECIDE_REVIEW
    no = moderated(review(), ReviewMove.REJECT, ANA.ref, NOON, "Names a person")
    assert (no.status, act_for(no), no.version) == (ReviewStatus.REJECTED, Act.REVERSE_REVIEW, 2)
    with pytest.raises(ReviewNeedsReason):
        moderated(no, ReviewMove.APPROVE, MARA.ref, NOON, "  ")
    yes = moderated(no, ReviewMove.APPROVE, MARA.ref, NOON, "The name is a brand")
    assert [(one.status, one.is_reversal, one.by.name) for one in yes.decisions] == [
        (ReviewStatus.REJECTED, False, "Person 1"),
        (ReviewStatus.APPROVED, True, "Person 3"),
    ]


def test_approving_needs_no_reason_and_rejecting_does() -> None:
    assert moderated(review(), ReviewMove.APPROVE, ANA.ref, NOON).status is ReviewStatus.APPROVED
    with pytest.raises(ReviewNeedsReason):
        moderated(review(), ReviewMove.REJECT, ANA.ref, NOON)


@pytest.mark.parametrize(
    ("status", "move"),
    [(ReviewStatus.APPROVED, ReviewMove.APPROVE), (ReviewStatus.REJECTED, ReviewMove.REJECT)],
)
def test_the_same_decision_twice_is_one(status: ReviewStatus, move: ReviewMove) -> None:
    with pytest.raises(SameDecision):
        moderated(review(status), move, MARA.ref, NOON, "Again")


def usd(whole: int, cents: int = 0) -> Money:
    return Money(minor=whole * 100 + cents, currency="USD")


@pytest.mark.parametrize(
    ("who", "amount", "earlier", "needs"),
    [
        (ANA, usd(200), 0, False),
        (ANA, usd(200, 1), 0, True),
        (ANA, usd(120), 80_00, False),
        (ANA, usd(120), 80_01, True),  # taken apart, it is held against the limit whole
        (MARA, usd(2000), 0, False),
        (MARA, usd(2000, 1), 0, True),
        (ADA, usd(999_999), 0, False),
        (CARL, usd(1), 0, True),
        (person(9, None), usd(1), 0, True),
        (ANA, Money(minor=200, currency="JPY"), 0, False),
        (ANA, Money(minor=201, currency="JPY"), 0, True),
        (ANA, Money(minor=200_000, currency="KWD"), 0, False),
        (ANA, Money(minor=200_001, currency="KWD"), 0, True),
    ],
)
def test_above_the_limit_of_a_role_somebody_else_agrees(
    who: Person, amount: Money, earlier: int, needs: bool
) -> None:
    assert needs_approval(Act.REFUND, who, amount, earlier=earlier) is needs


def test_a_currency_may_have_limits_of_its_own() -> None:
    limits, faults = read_money_limits({"agent": 100, "JPY": {"agent": 20_000, "manager": 200_000}})
    assert faults == []
    assert needs_approval(Act.REFUND, ANA, usd(101), limits)
    assert not needs_approval(Act.REFUND, ANA, Money(minor=20_000, currency="JPY"), limits)
    assert limits.of("USD") == RoleLimits(agent=100, manager=2_000)
    assert read_money_limits(None) == (MoneyLimits(), [])


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("200", "money is no table of limits."),
        ({"agent": "200"}, "money.agent must be a whole number"),
        ({"agent": True}, "money.agent must be a whole number"),
        ({"agent": -1}, "money.agent must be a whole number"),
        ({"boss": 1}, "money.boss is no setting of it"),
        ({"agent": 3000}, "money.agent must not be above money.manager."),
        ({"yen": {"agent": 1}}, "money.yen is no currency"),
        ({"JPY": {"agent": 5, "manager": 4}}, "money.JPY.agent must not be above money.JPY.manager."),
    ],
)
def test_limits_that_make_no_sense_are_told(raw: object, said: str) -> None:
    limits, faults = read_money_limits(raw)
    assert limits == MoneyLimits()
    assert any(said in one for one in faults), faults


@pytest.mark.parametrize(
    ("request_", "approver", "why"),
    [
        (ApprovalRequest(requested_by=ANA), MARA, None),
        (ApprovalRequest(requested_by=MARA), NILS, None),
        (ApprovalRequest(requested_by=MARA), ADA, None),
        (ApprovalRequest(requested_by=MARA), MARA, NoApproval.OWN_REQUEST),
        (ApprovalRequest(requested_by=ADA), ADA, NoApproval.OWN_REQUEST),
        (ApprovalRequest(requested_by=ANA), ANA, NoApproval.OWN_REQUEST),  # rather than: ask a manager
        (ApprovalRequest(requested_by=ANA), BEN, NoApproval.NOT_THEIR_ROLE),
        (ApprovalRequest(requested_by=ANA), CARL, NoApproval.NOT_THEIR_ROLE),
        (ApprovalRequest(requested_by=ANA), person(9, None), NoApproval.NOT_THEIR_ROLE),
        # It was Mara who raised the amount of Ana's request.
        (ApprovalRequest(requested_by=ANA, hands=(MARA,)), MARA, NoApproval.HAD_A_HAND_IN_IT),
        # Ana asked as Mara's deputy.
        (ApprovalRequest(requested_by=ANA, on_behalf_of=(MARA,)), MARA, NoApproval.HAD_A_HAND_IN_IT),
        # Ana has become a manager since.
        (ApprovalRequest(requested_by=ANA), replace(ANA, role=Role.MANAGER), NoApproval.OWN_REQUEST),
        # A second Slack account of the same person.
        (
            ApprovalRequest(requested_by=replace(ANA, email="ana@example.com")),
            replace(MARA, email="Ana@Example.com"),
            NoApproval.SAME_PERSON,
        ),
        (ApprovalRequest(requested_by=ANA, decided_by=NILS), MARA, NoApproval.APPROVED_BEFORE),
    ],
)
def test_nobody_approves_their_own_request_by_any_path(
    request_: ApprovalRequest, approver: Person, why: NoApproval | None
) -> None:
    assert no_approval(request_, approver) is why


def test_who_may_approve_is_everybody_with_the_right_but_those_with_a_hand_in_it() -> None:
    request = ApprovalRequest(requested_by=MARA, hands=(NILS,))
    assert approvers(request, (ANA, BEN, MARA, NILS, ADA, CARL)) == (ADA,)


@pytest.mark.parametrize("one", [REFUND, RETURN, MODERATION, MEMO])
def test_every_state_of_a_machine_is_reached_and_every_move_has_one_end(one: Machine) -> None:  # type: ignore[type-arg]
    reached, starts = {one.begins}, [(arrow.start, arrow.move) for arrow in one.arrows]
    for _ in one.arrows:
        reached |= {arrow.end for arrow in one.arrows if arrow.start in reached}
    assert reached == set(type(one.begins))
    assert len(starts) == len(set(starts))
    assert f"[*] --> {one.begins}" in one.diagram()


def test_a_memo_is_exported_once() -> None:
    assert MEMO.after(MemoState.NEW, MemoMove.EXPORT) is MemoState.EXPORTED
    with pytest.raises(NotReachable, match="exported cannot export: it can reconcile"):
        MEMO.after(MemoState.EXPORTED, MemoMove.EXPORT)
