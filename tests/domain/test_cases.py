"""Decisions about one case: take, assign, edit, comment, close, reopen, and the refusals of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import cases
from bot.domain.cases import EDITABLE, EDITABLE_BY_DSC, Case
from bot.domain.commands import Audience, Contact, EditCase
from bot.domain.lifecycle import Status
from bot.domain.people import Person, Role
from bot.domain.permissions import Act
from bot.domain.refusals import Reason, Refusal
from tests.factories import CLOUD_NINE, INTEGRATIONS, LEVEL_ONE, LEVEL_TWO, NOON, case, person

LATER = NOON + timedelta(hours=3)
ANA = person("Ana", Role.AGENT, LEVEL_TWO)
BEN = person("Ben", Role.AGENT, LEVEL_TWO)
CHLOE = person("Chloe", Role.AGENT, LEVEL_ONE)
INES = person("Ines", Role.AGENT, INTEGRATIONS)
MARIA = person("Maria", Role.MANAGER)
LINDA = person("Linda", Role.DSC, account=CLOUD_NINE)
TESS = person("Tess", Role.COMMUNITY, account=CLOUD_NINE)
NEW = case(ANA)
OWNED = case(ANA, owner=BEN.ref, status=Status.WORKING)
CLOSED = cases.closed(OWNED, BEN, "solved", NOON)


def edit(**wanted: Any) -> EditCase:
    return EditCase(case_id=NEW.id, version=NEW.version, **wanted)


def test_taking_a_new_case_makes_it_ones_own_and_opens_it() -> None:
    assert cases.taken(NEW, BEN, LATER) == replace(NEW, owner=BEN.ref, status=Status.OPEN, updated_at=LATER)


def test_taking_a_reopened_case_leaves_its_status() -> None:
    assert cases.taken(replace(NEW, status=Status.REOPENED), BEN, LATER).status is Status.REOPENED


def test_assigning_changes_the_owner_and_nothing_else_not_even_the_status() -> None:
    assert cases.assigned(NEW, INES, LATER) == replace(NEW, owner=INES.ref, updated_at=LATER)
    assert cases.assigned(OWNED, INES, LATER) == replace(OWNED, owner=INES.ref, updated_at=LATER)


def test_a_case_may_go_back_to_its_creator_who_may_not_work_it_but_closes_it() -> None:
    theirs = case(CHLOE)
    assert cases.assigned(theirs, CHLOE, LATER) == replace(theirs, owner=CHLOE.ref, updated_at=LATER)


def test_closing_keeps_the_resolution_who_closed_it_and_when() -> None:
    assert cases.closed(OWNED, INES, "solved", LATER) == replace(
        OWNED,
        status=Status.CLOSED,
        resolution="solved",
        closed_at=LATER,
        closed_by=INES.ref,
        updated_at=LATER,
    )


def test_reopening_clears_what_closing_wrote_and_keeps_the_owner() -> None:
    assert cases.reopened(CLOSED, LATER) == replace(OWNED, status=Status.REOPENED, updated_at=LATER)


@pytest.mark.parametrize(
    ("start", "author", "end"),
    [
        (Status.NEW, ANA, Status.WORKING),
        (Status.NEW, LINDA, Status.NEW),
        (Status.OPEN, ANA, Status.WORKING),
        (Status.OPEN, TESS, Status.OPEN),
        (Status.WAITING, LINDA, Status.WAITING),
        (Status.WAITING, ANA, Status.WAITING),
        (Status.NO_RESPONSE, LINDA, Status.WORKING),
        (Status.NO_RESPONSE, TESS, Status.WORKING),
        (Status.NO_RESPONSE, INES, Status.NO_RESPONSE),  # our own words are no answer of theirs
        (Status.CLOSED, LINDA, Status.CLOSED),
        (Status.REOPENED, CHLOE, Status.WORKING),
    ],
)
def test_a_comment_moves_a_case_by_the_side_that_wrote_it(start: Status, author: Person, end: Status) -> None:
    assert cases.commented(replace(NEW, status=start), author, LATER).status is end


@pytest.mark.parametrize(
    ("author", "default", "may"),
    [
        (ANA, Audience.INTERNAL, {Audience.INTERNAL, Audience.PUBLIC}),
        (CHLOE, Audience.INTERNAL, {Audience.INTERNAL, Audience.PUBLIC}),
        (MARIA, Audience.INTERNAL, {Audience.INTERNAL, Audience.PUBLIC}),
        (INES, Audience.INTERNAL, {Audience.INTERNAL}),  # Integrations: public comments locked
        (LINDA, Audience.PUBLIC, {Audience.PUBLIC}),
        (TESS, Audience.PUBLIC, {Audience.PUBLIC}),
    ],
)
def test_staff_write_for_staff_by_default_and_customers_always_in_public(
    author: Person, default: Audience, may: set[Audience]
) -> None:
    assert cases.default_audience(author) is default
    allowed = set()
    for audience in Audience:
        try:
            cases.check_audience(author, audience)
            allowed.add(audience)
        except Refusal:
            pass
    assert allowed == may


VALUES: dict[str, object] = {
    "title": "Scanner on fire",
    "description": "It smells.",
    "business_impact": "none",
    "severity": 1,
    "kind": "enquiry",
    "timezone": "Europe/Lisbon",
    "org_id_or_mid": "MID-1",
    "contact": Contact(name="Kit"),
}


@pytest.mark.parametrize("field", EDITABLE)
def test_staff_may_edit_each_field_and_the_customer_side_only_its_own(field: str) -> None:
    command = edit(**{field: VALUES[field]})
    wanted = replace(NEW, updated_at=LATER, **{field: VALUES[field]})
    assert cases.edited(NEW, command, ANA, LATER) == wanted
    if field in ("description", "business_impact", "severity", "contact"):  # domain.md 2, "edit a case"
        assert cases.edited(NEW, command, LINDA, LATER) == wanted
    else:
        with pytest.raises(Refusal) as refused:
            cases.edited(NEW, command, LINDA, LATER)
        assert refused.value.reason is Reason.NOT_YOUR_FIELD
        assert refused.value.facts == {"fields": field}


def test_every_field_of_the_edit_command_is_editable() -> None:
    named = {field.name for field in fields(EditCase)} - {"case_id", "version"}
    assert named == set(EDITABLE) == set(VALUES)
    assert EDITABLE_BY_DSC.issubset(EDITABLE)


@given(st.sets(st.sampled_from(EDITABLE)), st.sets(st.sampled_from(EDITABLE)))
def test_an_edit_changes_what_is_new_keeps_what_is_not_named_and_refuses_to_change_nothing(
    given_new: set[str], given_as_it_is: set[str]
) -> None:
    same = {name: getattr(NEW, name) for name in given_as_it_is}
    command = edit(**same | {name: VALUES[name] for name in given_new})
    if given_new:
        changed = {name: VALUES[name] for name in given_new}
        assert cases.edited(NEW, command, ANA, LATER) == replace(NEW, updated_at=LATER, **changed)
    else:
        with pytest.raises(Refusal, match="nothing_changed"):
            cases.edited(NEW, command, ANA, LATER)


def test_a_field_that_the_customer_side_sends_unchanged_does_not_offend() -> None:
    command = edit(title=NEW.title, description="Other words.")
    assert cases.edited(NEW, command, LINDA, LATER).description == "Other words."


NUMBER = {"number": 1001}
REFUSALS: tuple[tuple[Callable[[], object], Reason, dict[str, object]], ...] = (
    (lambda: cases.taken(OWNED, BEN, LATER), Reason.ALREADY_OWNER, NUMBER),
    (lambda: cases.taken(OWNED, INES, LATER), Reason.ALREADY_TAKEN, {**NUMBER, "by": "Ben"}),
    (lambda: cases.assigned(NEW, LINDA, LATER), Reason.OWNER_MUST_BE_STAFF, {"name": "Linda"}),
    (lambda: cases.assigned(NEW, person("Zed", None), LATER), Reason.OWNER_MUST_BE_STAFF, {"name": "Zed"}),
    (lambda: cases.assigned(NEW, CHLOE, LATER), Reason.OWNER_MAY_NOT_WORK, {"name": "Chloe"}),
    (lambda: cases.assigned(OWNED, BEN, LATER), Reason.ALREADY_OWNER, {**NUMBER, "name": "Ben"}),
    (lambda: cases.check_version(NEW, NEW.version - 1), Reason.CHANGED_MEANWHILE, NUMBER),
    (lambda: cases.check_version(NEW, NEW.version + 1), Reason.CHANGED_MEANWHILE, NUMBER),
    (
        lambda: cases.closed(CLOSED, MARIA, "solved", LATER),
        Reason.ALREADY_CLOSED,
        {**NUMBER, "by": "Ben", "at": NOON},
    ),
    (lambda: cases.check_open(CLOSED), Reason.ALREADY_CLOSED, {**NUMBER, "by": "Ben", "at": NOON}),
    (lambda: cases.reopened(OWNED, LATER), Reason.NOT_CLOSED, NUMBER),
    (lambda: cases.edited(NEW, edit(), ANA, LATER), Reason.NOTHING_CHANGED, NUMBER),
    (
        lambda: cases.edited(NEW, edit(title="Other", kind="enquiry", severity=1), LINDA, LATER),
        Reason.NOT_YOUR_FIELD,
        {"fields": "kind, title"},
    ),
    (lambda: cases.check_audience(LINDA, Audience.INTERNAL), Reason.INTERNAL_IS_FOR_STAFF, {}),
    (
        lambda: cases.check_audience(INES, Audience.PUBLIC),
        Reason.PUBLIC_COMMENTS_LOCKED,
        {
            "act": "comment_public",
            "team": "Integrations",
            "who": "community,dsc,agent,manager,administrator",
        },
    ),
    (
        lambda: cases.check_settable(NEW, INES, Status.NO_RESPONSE),
        Reason.STATUS_NOT_REACHABLE,
        {**NUMBER, "status": "new", "wanted": "no_response"},
    ),
    (
        lambda: cases.check_settable(OWNED, ANA, Status.NO_RESPONSE),
        Reason.NOT_YOUR_TEAM,
        {"act": "set_no_response", "who": "integrations"},
    ),
    (lambda: cases.check(Act.READ_CASE, replace(NEW, account_id=9), LINDA), Reason.NO_SUCH_CASE, NUMBER),
)


@pytest.mark.parametrize(
    ("act", "reason", "facts"), REFUSALS, ids=[reason.value for _, reason, _ in REFUSALS]
)
def test_a_refusal_carries_the_facts_that_its_sentence_needs(
    act: Callable[[], object], reason: Reason, facts: dict[str, object]
) -> None:
    with pytest.raises(Refusal) as refused:
        act()
    assert refused.value.reason is reason
    assert dict(refused.value.facts) == facts


PEOPLE = (ANA, BEN, CHLOE, INES, MARIA, LINDA, TESS)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(PEOPLE),
            st.one_of(
                st.sampled_from(("take", "comment", "close", "reopen")),
                st.sampled_from(Status),
                st.sampled_from(PEOPLE),
            ),
        ),
        max_size=25,
    )
)
def test_whoever_does_what_the_case_stays_in_order(acts: list[tuple[Person, object]]) -> None:
    """A closed case has a closer, a time and a resolution, an open one has none; owners may work."""
    the_case = NEW
    for someone, act in acts:
        before = the_case
        try:
            the_case = _done(the_case, someone, act)
        except Refusal:
            continue
        if the_case.status is Status.NO_RESPONSE is not before.status:
            assert someone is INES
        if before.is_closed and not the_case.is_closed:
            assert act == "reopen"
        ended = (the_case.resolution != "", the_case.closed_at is not None, the_case.closed_by is not None)
        assert ended == (the_case.is_closed,) * 3
        assert the_case.owner in (None, ANA.ref, BEN.ref, INES.ref, MARIA.ref)
        assert the_case.creator == NEW.creator


def _done(the_case: Case, someone: Person, act: object) -> Case:
    """The act as the services do it, without a database."""
    if isinstance(act, Status):
        cases.check(Act.SET_STATUS, the_case, someone)
        cases.check_settable(the_case, someone, act)
        return replace(the_case, status=act)
    if isinstance(act, Person):
        cases.check(Act.ASSIGN, the_case, someone)
        cases.check_open(the_case)
        return cases.assigned(the_case, act, LATER)
    if act == "take":
        cases.check(Act.TAKE, the_case, someone)
        cases.check_open(the_case)
        return cases.taken(the_case, someone, LATER)
    if act == "comment":
        cases.check(Act.COMMENT, the_case, someone)
        return cases.commented(the_case, someone, LATER)
    cases.check(Act.CLOSE if act == "close" else Act.REOPEN, the_case, someone)
    cases.check_may_close(the_case, ANA, someone)
    return (
        cases.closed(the_case, someone, "solved", LATER)
        if act == "close"
        else cases.reopened(the_case, LATER)
    )


def test_a_case_may_go_back_to_whoever_created_it_also_to_level_one() -> None:
    hers = replace(NEW, creator=CHLOE.ref)
    assert cases.assigned(hers, CHLOE, LATER).owner == CHLOE.ref
