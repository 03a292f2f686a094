"""Who owes what by when: each duty, what hides it, what is next of several, and what customers may know."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

import pytest

from bot.domain import cases
from bot.domain.cases import Case
from bot.domain.commands import AskKind, Audience
from bot.domain.duties import RULES, Debtor, Duty, DutyKind, duties, facts_of, next_duty, owed_at
from bot.domain.ids import PersonId
from bot.domain.lifecycle import Status
from bot.domain.outcomes import Outcome
from bot.domain.people import Role
from bot.domain.turns import SILENCE, Asked, Reached, Turns, asked, begun_again, handed_over, heard
from bot.domain.windows import Escalation
from tests.factories import CLOUD_NINE, LEVEL_TWO, NOON, case, person

ANA = person("Ana", Role.AGENT, LEVEL_TWO)
BEN = person("Ben", Role.AGENT, LEVEL_TWO)
LINDA = person("Linda", Role.DSC, account=CLOUD_NINE)


def hour(number: float) -> datetime:
    return NOON + timedelta(hours=number)


WAITS = Escalation(opens_at=hour(2))
NEW = case(LINDA, escalation=WAITS)
OWNED = replace(NEW, owner=ANA.ref)
ANSWERED = replace(OWNED, first_answered_at=hour(1))
ASKED = Asked(kind=AskKind.QUESTION, at=hour(3), by=BEN.id)
SPOKE = Reached(outcome=Outcome.SPOKE, at=hour(3))
LEFT = Reached(outcome=Outcome.LEFT_MESSAGE, at=hour(3))
FLAG = Escalation(opens_at=hour(2), at=hour(2), call_back_due=hour(50))


def said(**turns: object) -> Turns:
    return replace(SILENCE, **turns)  # type: ignore[arg-type]


Row = tuple[str, Case, list[tuple[DutyKind, Debtor, datetime | None]]]
TABLE: list[Row] = [
    # what, the case, what staff see: the kind, who owes it, and by when or since when
    ("a new case", NEW, [(DutyKind.FIRST_ANSWER, Debtor.TEAM, hour(2))]),
    ("a taken one", OWNED, [(DutyKind.FIRST_ANSWER, Debtor.OWNER, hour(2))]),
    ("answered, silent", ANSWERED, [(DutyKind.NEXT_WORD, Debtor.OWNER, None)]),
    (
        "answered by staff last",
        replace(ANSWERED, turns=said(customer_wrote=hour(0.5), staff_wrote=hour(1))),
        [(DutyKind.CUSTOMERS_WORD, Debtor.CUSTOMER, hour(1))],
    ),
    (
        "the customer wrote last",
        replace(ANSWERED, turns=said(customer_wrote=hour(2), staff_wrote=hour(1))),
        [(DutyKind.ANSWER, Debtor.OWNER, hour(2))],
    ),
    (
        "answered, and nobody's",
        replace(ANSWERED, owner=None, turns=said(customer_wrote=hour(2), staff_wrote=hour(1))),
        [(DutyKind.OWNER, Debtor.TEAM, NOON)],
    ),
    (
        "a question is asked before the first answer",
        replace(OWNED, turns=said(asked=ASKED)),
        [(DutyKind.FIRST_ANSWER, Debtor.OWNER, hour(2)), (DutyKind.QUESTION, Debtor.OWNER, hour(3))],
    ),
    (
        "an update is asked for while it is the customer's turn",
        replace(ANSWERED, turns=said(staff_wrote=hour(1), asked=replace(ASKED, kind=AskKind.UPDATE))),
        [(DutyKind.UPDATE, Debtor.OWNER, hour(3))],
    ),
    (
        "waiting",
        replace(OWNED, status=Status.WAITING, turns=said(asked=ASKED)),
        [(DutyKind.INFORMATION, Debtor.NOBODY, None)],
    ),
    ("no response", replace(ANSWERED, status=Status.NO_RESPONSE), [(DutyKind.RESPONSE, Debtor.NOBODY, None)]),
    (
        "escalated, a call is owed, and it waits",
        replace(ANSWERED, status=Status.WAITING, escalation=FLAG),
        [(DutyKind.MANAGERS_CALL, Debtor.MANAGER, hour(50)), (DutyKind.INFORMATION, Debtor.NOBODY, None)],
    ),
    (
        "two calls: what is due first is next",
        replace(ANSWERED, escalation=FLAG, turns=said(call_wanted=hour(1))),
        [(DutyKind.CALL, Debtor.OWNER, hour(49)), (DutyKind.MANAGERS_CALL, Debtor.MANAGER, hour(50))],
    ),
    (
        "spoke with the customer: it is to be closed within a day",
        replace(ANSWERED, turns=said(staff_wrote=hour(1), reached=SPOKE)),
        [(DutyKind.CLOSING, Debtor.OWNER, hour(27))],
    ),
    (
        "left a message",
        replace(ANSWERED, turns=said(staff_wrote=hour(1), reached=LEFT)),
        [(DutyKind.CLOSES, Debtor.NOBODY, hour(3))],
    ),
    (
        "left a message, and the hour of closing is known",
        replace(ANSWERED, turns=said(reached=LEFT, closes_at=hour(51))),
        [(DutyKind.CLOSES, Debtor.NOBODY, hour(51))],
    ),
    ("closed", replace(OWNED, status=Status.CLOSED, escalation=FLAG), []),
    ("an old case without hours", replace(OWNED, escalation=Escalation()), [
        (DutyKind.NEXT_WORD, Debtor.OWNER, None)
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "stands", "wanted"), TABLE, ids=[row[0] for row in TABLE])
def test_who_owes_what_by_when(
    what: str, stands: Case, wanted: list[tuple[DutyKind, Debtor, datetime | None]]
) -> None:
    found = duties(facts_of(stands), for_staff=True)
    assert [(one.kind, one.debtor, one.at) for one in found] == wanted
    assert next_duty(facts_of(stands), for_staff=True) == (found[0] if found else None)


@pytest.mark.parametrize(("what", "stands", "wanted"), TABLE, ids=[row[0] for row in TABLE])
def test_customers_know_of_nothing_that_staff_keep_to_themselves(
    what: str, stands: Case, wanted: object
) -> None:
    """What they see is what they would see if nothing internal had ever happened."""
    plain = facts_of(replace(stands, turns=stands.turns.public))
    theirs = duties(facts_of(stands), for_staff=False)
    assert theirs == duties(plain, for_staff=False)
    internal = {rule.kind for rule in RULES if rule.audience is Audience.INTERNAL}
    assert not internal & {one.kind for one in theirs}
    assert bool(theirs) == (not stands.is_closed)


def test_there_is_a_rule_for_each_kind_and_one_only() -> None:
    assert sorted(rule.kind for rule in RULES) == sorted(DutyKind)


@pytest.mark.parametrize(
    ("stands", "at"),
    [
        (NEW, hour(2)),
        (replace(ANSWERED, turns=said(customer_wrote=hour(2))), hour(2)),  # as old as the customer's word
        (replace(OWNED, turns=said(asked=Asked(kind=AskKind.UPDATE, at=hour(1), by=BEN.id))), hour(1)),
        (replace(ANSWERED, owner=None), NOON),
        (replace(ANSWERED, turns=said(staff_wrote=hour(1))), None),  # the customer's turn
        (replace(ANSWERED, turns=said(reached=LEFT, closes_at=hour(51))), None),  # a rule's turn
        (replace(ANSWERED, status=Status.WAITING), None),
        (ANSWERED, None),
        (replace(NEW, status=Status.CLOSED), None),
    ],
)
def test_what_is_due_next_is_ordered_by_the_first_hour_or_the_oldest_debt(
    stands: Case, at: datetime | None
) -> None:
    assert owed_at(facts_of(stands)) == at


def test_a_duty_is_overdue_from_its_hour_on() -> None:
    duty = Duty(kind=DutyKind.FIRST_ANSWER, debtor=Debtor.OWNER, since=NOON, due=hour(2))
    assert [duty.is_overdue(hour(at)) for at in (1, 2, 3)] == [False, True, True]
    assert not duty._replace(due=None).is_overdue(hour(99))


# --- what is said, and whose turn it is then


def test_whoever_spoke_last_where_the_customer_reads_it_has_passed_the_turn_on() -> None:
    theirs = heard(SILENCE, hour(1), by_customer=True, public=True)
    assert (theirs.customer_wrote, theirs.is_the_customers) == (hour(1), False)
    ours = heard(theirs, hour(2), by_staff=True, public=True)
    assert ours.is_the_customers
    assert heard(ours, hour(3), by_staff=True).is_the_customers, "an internal word is none to them"
    by_phone = heard(ours, hour(3), by_staff=True, outcomes=[Outcome.CUSTOMER_ANSWERED])
    assert not by_phone.is_the_customers
    assert heard(SILENCE, hour(1), public=True) == SILENCE, "somebody who is nobody's"


def test_messages_that_come_in_another_order_end_the_same() -> None:
    talk = [(hour(1), "customer"), (hour(2), "staff"), (hour(3), "customer")]
    ends = set()
    for order in permutations(talk):
        turns = SILENCE
        for at, who in order:
            turns = heard(turns, at, by_customer=who == "customer", by_staff=who == "staff", public=True)
        ends.add((turns.customer_wrote, turns.staff_wrote))
    assert ends == {(hour(3), hour(2))}


def test_the_owners_word_answers_what_they_were_asked_and_nobody_elses_does() -> None:
    owed = asked(SILENCE, AskKind.QUESTION, hour(1), BEN.id)
    assert heard(owed, hour(2), by_staff=True).asked is not None
    assert heard(owed, hour(0.5), by_staff=True, by_owner=True).asked is not None, "said before it"
    assert heard(owed, hour(2), by_staff=True, by_owner=True).asked is None


def test_a_question_goes_with_the_case_but_nobody_answers_their_own() -> None:
    owed = asked(SILENCE, AskKind.QUESTION, hour(1), BEN.id)
    assert handed_over(owed, PersonId(99)).asked == owed.asked
    assert handed_over(owed, BEN.id).asked is None
    assert cases.assigned(replace(OWNED, turns=owed), BEN, hour(2)).turns.asked is None


def test_whatever_is_said_or_a_new_owner_ends_what_a_tick_began() -> None:
    reached = heard(SILENCE, hour(1), by_staff=True, outcomes=[Outcome.LEFT_MESSAGE])
    assert reached.reached == Reached(outcome=Outcome.LEFT_MESSAGE, at=hour(1))
    timed = replace(reached, closes_at=hour(49))
    for after in (
        heard(timed, hour(2), by_customer=True, public=True),
        heard(timed, hour(2), by_staff=True),
        handed_over(timed, ANA.id),
        asked(timed, AskKind.UPDATE, hour(2), BEN.id),
    ):
        assert (after.reached, after.closes_at) == (None, None)


def test_a_call_that_the_customer_wants_is_owed_until_somebody_has_reached_them() -> None:
    wanted = heard(SILENCE, hour(1), by_staff=True, outcomes=[Outcome.CALL_BACK_REQUESTED])
    assert wanted.call_wanted == hour(1)
    assert heard(wanted, hour(2), by_staff=True, public=True).call_wanted == hour(1)
    for tick in (Outcome.SPOKE, Outcome.LEFT_MESSAGE, Outcome.CUSTOMER_ANSWERED):
        assert heard(wanted, hour(2), by_staff=True, outcomes=[tick]).call_wanted is None


def test_a_case_that_is_reopened_owes_nothing_of_before() -> None:
    before = said(customer_wrote=NOON, asked=ASKED, reached=SPOKE, call_wanted=NOON, closes_at=hour(9))
    assert begun_again(before) == said(customer_wrote=NOON)
    closed = cases.closed(replace(OWNED, turns=before), ANA, "solved", hour(4))
    assert cases.reopened(closed, hour(5)).turns == said(customer_wrote=NOON)
