"""The ticks beside a comment: which go together, and what they do to a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest

from bot.domain.cases import commented
from bot.domain.lifecycle import Status
from bot.domain.outcomes import Outcome, check_outcomes, in_order
from bot.domain.refusals import Reason, Refusal
from tests.blocks.samples import ANA, CASE, NOON

LEFT, SPOKE, CALL, ASKS, ANSWERED = Outcome
TOGETHER = {
    frozenset({SPOKE, ANSWERED}),  # they answered by phone, and it is resolved
    frozenset({CALL, ASKS}),
    frozenset({CALL, ANSWERED}),
    frozenset({ASKS, ANSWERED}),
}


@pytest.mark.parametrize("pair", list(combinations(Outcome, 2)))
def test_two_ticks_go_together_only_where_both_can_be_true(pair: tuple[Outcome, Outcome]) -> None:
    if frozenset(pair) in TOGETHER:
        check_outcomes(pair)
        return
    with pytest.raises(Refusal) as refused:
        check_outcomes(pair)
    assert refused.value.reason is Reason.OUTCOMES_CLASH


def test_each_tick_stands_alone_and_once() -> None:
    for one in Outcome:
        check_outcomes([one])
    check_outcomes([])
    assert in_order([ANSWERED, CALL, ANSWERED]) == (CALL, ANSWERED)


AFTER: list[tuple[Status, tuple[Outcome, ...], Status]] = [
    (Status.NO_RESPONSE, (), Status.NO_RESPONSE),
    (Status.NO_RESPONSE, (LEFT,), Status.NO_RESPONSE),
    (Status.NO_RESPONSE, (ANSWERED,), Status.WORKING),  # by phone or mail: inbound all the same
    (Status.NO_RESPONSE, (CALL, ANSWERED), Status.WORKING),
    (Status.WAITING, (ANSWERED,), Status.WAITING),  # what is awaited may come from somebody else
    (Status.NEW, (ANSWERED,), Status.WORKING),
    (Status.CLOSED, (ANSWERED,), Status.CLOSED),
]


@pytest.mark.parametrize(("before", "outcomes", "after"), AFTER)
def test_that_the_customer_answered_ends_no_response(
    before: Status, outcomes: tuple[Outcome, ...], after: Status
) -> None:
    case = replace(CASE, status=before)
    assert commented(case, ANA, NOON + timedelta(hours=1), outcomes).status is after
