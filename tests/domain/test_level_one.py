"""Level one never gives technical support (domain.md 4): technical acts are refused, politely."""

from __future__ import annotations

import pytest

from bot.blocks import words
from bot.domain.people import Role, TeamKind
from bot.domain.permissions import Act, obstacle
from bot.domain.refusals import Reason
from tests.domain.test_permissions import MEMBERSHIPS, NOT_FOR_LEVEL_ONE
from tests.factories import TEAMS, person

STAFF = [role for role in Role if role.is_staff]
ONE = TeamKind.LEVEL_ONE

CALLS = {
    Act.TAKE_CALL,
    Act.FIND_ACCOUNT,
    Act.SEND_CANNED,
    Act.HAND_OVER_CALL,
    Act.ASK_TO_OVERRULE,
    Act.RECORD_CALLER,
    Act.READ_CUSTOMERS,
    Act.READ_ORDERS,
    Act.OPEN_CASE,
    Act.ASSIGN,
}
"""What level one is there for: none of it solves anything."""

TECHNICAL = sorted(NOT_FOR_LEVEL_ONE)


@pytest.mark.parametrize("role", STAFF)
@pytest.mark.parametrize("act", TECHNICAL)
def test_a_technical_act_is_refused_to_level_one_whatever_the_role(act: Act, role: Role) -> None:
    refusal = obstacle(act, person("Chloe", role, TEAMS[ONE]))
    assert refusal is not None
    assert refusal.reason is Reason.TAKEN_FROM_YOUR_TEAM
    sentence = words.plain(refusal, "UTC")
    assert sentence.startswith(f"People of {TEAMS[ONE].name} may not ")
    assert "Ask " in sentence, "who could do it"
    assert sentence.endswith(" of another team.")
    assert len(sentence.split()) <= 25


@pytest.mark.parametrize("act", TECHNICAL)
def test_who_is_of_another_team_too_may(act: Act) -> None:
    for kinds in MEMBERSHIPS:
        refusal = obstacle(act, person("Ana", Role.AGENT, *(TEAMS[kind] for kind in kinds)))
        assert (refusal is not None) == (kinds == (ONE,)), kinds


@pytest.mark.parametrize("role", STAFF)
@pytest.mark.parametrize("act", sorted(CALLS))
def test_whatever_a_call_needs_is_theirs(act: Act, role: Role) -> None:
    assert obstacle(act, person("Chloe", role, TEAMS[ONE])) is None


def test_a_verdict_is_overruled_by_managers_alone() -> None:
    refusal = obstacle(Act.OVERRULE, person("Chloe", Role.AGENT, TEAMS[ONE]))
    assert refusal is not None
    assert refusal.reason is Reason.NOT_YOUR_ROLE
    assert "manager" in words.plain(refusal, "UTC")
