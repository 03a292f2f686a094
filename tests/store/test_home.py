"""What Home reads: what is due first comes first, of whom it is, and every part by an index of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.domain.commands import AskKind
from bot.domain.lifecycle import Status
from bot.domain.outcomes import Outcome
from bot.domain.people import Person, Role, TeamKind, Viewer
from bot.domain.turns import Asked, Reached, Turns
from bot.domain.windows import Escalation
from bot.store import home
from bot.store.escalation import insert_call_back
from bot.store.turns import read, stored
from bot.store.work import Work
from tests.factories import NOON, add_account, add_case, add_person, add_team
from tests.store.conftest import Table


@dataclass(frozen=True)
class Desk:
    ana: Person
    maria: Person
    linda: Person
    chloe: Person


@pytest.fixture(scope="module")
def desk(shared_table: Table) -> Desk:
    return shared_table.write(_populate)


@pytest.fixture
def table(shared_table: Table) -> Table:
    return shared_table


def _populate(work: Work) -> Desk:
    here, there = add_account(work, "Cloud Nine"), add_account(work, "Harbour")
    one, two = add_team(work, TeamKind.LEVEL_ONE), add_team(work, TeamKind.LEVEL_TWO)
    ana = add_person(work, "Ana", Role.AGENT, two)
    chloe = add_person(work, "Chloe", Role.AGENT, one)
    maria = add_person(work, "Maria", Role.MANAGER, two)
    linda = add_person(work, "Linda", Role.DSC, account=here)
    for number in range(60):  # what is opened first is due last
        add_case(
            work,
            linda,
            (here, there)[number % 2],
            title=f"Case {number}",
            owner=(ana.ref, None, maria.ref)[number % 3],
            team_id=(two, one, None, two)[number % 4],
            status=(Status.NEW, Status.WORKING, Status.CLOSED, Status.WAITING)[number % 4],
            escalation=Escalation(
                opens_at=NOON + timedelta(hours=100 - number), at=NOON if number in (0, 20, 35, 40) else None
            ),
        )
    called = add_case(work, linda, here, title="To call", owner=ana.ref, first_answered_at=NOON)
    insert_call_back(work, called, linda.id, NOON + timedelta(hours=1), "+1 555 0100", "")
    return Desk(ana, maria, linda, chloe)


def _titles(table: Table, someone: Person) -> tuple[list[str], list[str]]:
    found = table.read(home.due_next, Viewer(someone))
    return [row.title for row in found.own], [row.title for row in found.to_take]


def test_what_is_due_first_comes_first_and_each_sees_their_own(table: Table, desk: Desk) -> None:
    own, to_take = _titles(table, desk.ana)
    # hers are 0, 3, 6, ...: those that are closed or wait owe nothing
    assert own == ["Case 57", "Case 48", "Case 45", "Case 36", "Case 33"]
    assert to_take == ["Case 52", "Case 40", "Case 28"]  # of her team or of none, and nobody's
    own, _ = _titles(table, desk.maria)
    assert own[0] == "To call", "a manager's call that is owed is every manager's"
    assert _titles(table, desk.chloe) == ([], []), "level one takes none"
    assert _titles(table, desk.linda) == ([], [])


def test_escalated_cases_are_the_accounts_and_a_managers_all(table: Table, desk: Desk) -> None:
    seen = {
        someone.name: [row.title for row in table.read(home.escalated, Viewer(someone))]
        for someone in (desk.ana, desk.maria, desk.linda)
    }
    assert seen["Ana"] == []
    assert seen["Maria"] == ["Case 40", "Case 35", "Case 20", "Case 0"]
    assert seen["Linda"] == ["Case 40", "Case 20", "Case 0"]


def test_every_part_is_read_by_its_own_index(table: Table, desk: Desk) -> None:
    for plan in table.plans(lambda c: home.due_next(c, Viewer(desk.maria)))[:1]:
        assert "ix_cases_owed_by_owner" in plan, plan
        assert "ix_cases_owed_by_team" in plan, plan
        if table.kind == "sqlite":
            assert "SCAN cases" not in plan, plan
    (first, _) = table.plans(lambda c: home.escalated(c, Viewer(desk.linda)))
    assert "ix_cases_account_escalated" in first, first
    (first, _) = table.plans(lambda c: home.escalated(c, Viewer(desk.maria)))
    # Of sixty cases PostgreSQL finds the newest few by their ids; of a million by the index.
    assert "ix_cases_escalated" in first or table.kind == "postgresql", first
    for plan in table.plans(lambda c: home.waiting(c, Viewer(desk.maria))):
        assert "ix_access_requests_open" in plan, plan
        assert "ix_received_mails_held" in plan, plan


def test_home_asks_few_questions(table: Table, desk: Desk) -> None:
    assert len(table.plans(lambda c: home.due_next(c, Viewer(desk.maria)))) == 2
    assert len(table.plans(lambda c: home.waiting(c, Viewer(desk.maria)))) == 1
    assert (
        len(table.plans(lambda c: home.lacking(c, Viewer(replace(desk.maria, role=Role.ADMINISTRATOR))))) == 1
    )


@pytest.mark.parametrize(
    "turns",
    [
        Turns(),
        Turns(customer_wrote=NOON, staff_wrote=NOON + timedelta(microseconds=1), call_wanted=NOON),
        Turns(
            asked=Asked(kind=AskKind.UPDATE, at=NOON, by=7),  # type: ignore[arg-type]
            reached=Reached(outcome=Outcome.SPOKE, at=NOON),
            closes_at=NOON,
        ),
    ],
)
def test_whose_turn_it_is_comes_back_as_it_was_kept(turns: Turns) -> None:
    assert read(stored(turns)) == turns
