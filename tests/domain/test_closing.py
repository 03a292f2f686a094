"""Who closes a case, and what each person is offered: domain.md 5 and the offers held to the decisions."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from bot.domain import cases
from bot.domain.cases import Case
from bot.domain.commands import EditCase
from bot.domain.lifecycle import Status
from bot.domain.offers import CASE_ACTS, allowed_by_state, offers
from bot.domain.people import Person, Role
from bot.domain.permissions import Act
from bot.domain.refusals import Reason, Refusal
from tests.factories import (
    BILLING,
    CLOUD_NINE,
    HARBOUR,
    INTEGRATIONS,
    LEVEL_ONE,
    LEVEL_TWO,
    NOON,
    case,
    person,
)

ANA = person("Ana", Role.AGENT, LEVEL_TWO)
BEN = person("Ben", Role.AGENT, LEVEL_TWO, BILLING)
CHLOE = person("Chloe", Role.AGENT, LEVEL_ONE)
DAN = person("Dan", Role.AGENT)
ELI = person("Eli", Role.AGENT)
INES = person("Ines", Role.AGENT, INTEGRATIONS)
KIM = person("Kim", Role.AGENT, BILLING)
MARIA = person("Maria", Role.MANAGER)
OMAR = person("Omar", Role.ADMINISTRATOR)
LINDA = person("Linda", Role.DSC, account=CLOUD_NINE)
RAJ = person("Raj", Role.DSC, account=CLOUD_NINE)
VIKTOR = person("Viktor", Role.DSC, account=HARBOUR)
TESS = person("Tess", Role.COMMUNITY, account=CLOUD_NINE)
ZED = person("Zed", None)
EVERYBODY = (ANA, BEN, CHLOE, DAN, ELI, INES, KIM, MARIA, OMAR, LINDA, RAJ, VIKTOR, TESS, ZED)


@pytest.mark.parametrize(
    ("creator", "owner", "closers"),
    [
        # Opened by staff: its creator, anyone of the creator's team, or a manager. Owning it is not enough.
        (ANA, INES, {ANA, BEN, MARIA, OMAR}),
        (BEN, INES, {ANA, BEN, KIM, MARIA, OMAR}),
        (ANA, None, {ANA, BEN, MARIA, OMAR}),
        (CHLOE, ANA, {CHLOE, MARIA, OMAR}),
        (DAN, DAN, {DAN, MARIA, OMAR}),  # two without a team are not of one team
        (MARIA, INES, {MARIA, OMAR}),
        # Opened by the customer side: its owner, a manager, or a DSC of the account.
        (LINDA, INES, {INES, MARIA, OMAR, LINDA, RAJ}),
        (LINDA, BEN, {BEN, MARIA, OMAR, LINDA, RAJ}),  # not Ana, though of the owner's team
        (LINDA, None, {MARIA, OMAR, LINDA, RAJ}),
    ],
    ids=lambda value: value.name if isinstance(value, Person) else None,
)
def test_a_case_is_closed_and_reopened_by_those_whom_the_desk_has_agreed_on(
    creator: Person, owner: Person | None, closers: set[Person]
) -> None:
    still_open = case(creator, owner=owner.ref if owner else None, status=Status.WORKING)
    closed = cases.closed(still_open, MARIA, "solved", NOON)
    for someone in EVERYBODY:
        for act, the_case in ((Act.CLOSE, still_open), (Act.REOPEN, closed)):
            refused = _refusal(act, the_case, creator, someone)
            assert (refused is None) == (someone in closers), (someone.name, act)


def test_whoever_may_not_close_is_told_who_may() -> None:
    by_staff = case(ANA, owner=INES.ref)
    by_customer = case(LINDA, owner=INES.ref)
    refusals = (_refusal(Act.CLOSE, by_staff, ANA, INES), _refusal(Act.CLOSE, by_customer, LINDA, BEN))
    assert [one and one.reason for one in refusals] == [Reason.NOT_YOUR_CASE_TO_CLOSE] * 2
    assert [one and dict(one.facts) for one in refusals] == [
        {"number": 1001, "who": "creator", "creator": "Ana", "owner": "Ines"},
        {"number": 1001, "who": "owner", "creator": "Linda", "owner": "Ines"},
    ]


def _refusal(act: Act, the_case: Case, creator: Person, someone: Person) -> Refusal | None:
    """What a service answers to the act, told without one: rights first, then the state, then the details."""
    try:
        cases.check(act, the_case, someone)
        if act is Act.TAKE:
            cases.check_open(the_case)
            cases.taken(the_case, someone, NOON)
        elif act is Act.ASSIGN:
            cases.check_open(the_case)
            cases.assigned(the_case, person("Nobody yet", Role.MANAGER, number=99), NOON)
        elif act is Act.EDIT_CASE:
            words = EditCase(case_id=the_case.id, version=the_case.version, description="Other words.")
            cases.edited(the_case, words, someone, NOON)
        elif act is Act.SET_STATUS:
            if the_case.is_closed:
                raise cases.closed_refusal(the_case)
            assert cases.reachable(the_case, someone), "offered, but there is nothing to pick"
        elif act is Act.CLOSE:
            cases.check_may_close(the_case, creator, someone)
            cases.closed(the_case, someone, "solved", NOON)
        elif act is Act.REOPEN:
            cases.check_may_close(the_case, creator, someone)
            cases.reopened(the_case, NOON)
    except Refusal as refusal:
        return refusal
    return None


@pytest.mark.parametrize("status", Status)
def test_nobody_is_offered_what_is_refused_and_nothing_allowed_is_withheld(status: Status) -> None:
    creators, owners = (ANA, DAN, LINDA), (None, INES, BEN)
    for creator, owner, someone in product(creators, owners, EVERYBODY):
        the_case = replace(case(creator, owner=owner.ref if owner else None), status=status)
        offered = {offer.act: offer.obstacle for offer in offers(the_case, someone, creator)}
        for act in CASE_ACTS:
            refused = _refusal(act, the_case, creator, someone)
            where = f"{act} of a case by {creator.name} owned by {owner and owner.name} for {someone.name}"
            if act not in offered:
                assert refused is not None, f"{where} is withheld"
            else:
                obstacle = offered[act]
                assert (obstacle and obstacle.reason) == (refused and refused.reason), where


@pytest.mark.parametrize(
    ("status", "owner", "acts"),
    [
        (Status.NEW, None, {Act.TAKE, Act.ASSIGN, Act.SET_STATUS, Act.CLOSE}),
        (Status.WORKING, INES, {Act.ASSIGN, Act.SET_STATUS, Act.CLOSE}),
        (Status.CLOSED, INES, {Act.REOPEN}),
        (Status.CLOSED, None, {Act.REOPEN}),
    ],
)
def test_a_card_shows_the_buttons_that_make_sense_in_its_state(
    status: Status, owner: Person | None, acts: set[Act]
) -> None:
    the_case = case(ANA, status=status, owner=owner.ref if owner else None)
    always = {Act.COMMENT, Act.EDIT_CASE}
    assert {act for act in CASE_ACTS if allowed_by_state(act, the_case)} == acts | always


@pytest.mark.parametrize("someone", [ANA, INES, MARIA, OMAR], ids=lambda someone: someone.name)
@pytest.mark.parametrize("status", Status)
def test_the_status_picker_holds_exactly_what_may_be_set(status: Status, someone: Person) -> None:
    the_case = case(ANA, status=status)
    settable = {wanted for wanted in Status if _may_set(the_case, someone, wanted)}
    assert set(cases.reachable(the_case, someone)) == settable
    silent = {Status.NO_RESPONSE} if status in (Status.WORKING, Status.WAITING) else set()
    assert settable & {Status.NO_RESPONSE} == (silent if someone is INES else set())


def _may_set(the_case: Case, someone: Person, wanted: Status) -> bool:
    try:
        cases.check_settable(the_case, someone, wanted)
    except Refusal:
        return False
    return True
