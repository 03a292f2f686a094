"""Lists of cases: every case once whichever way one turns the pages, counts right, and the indexes used."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Connection

from bot.domain.cases import Case
from bot.domain.ids import CaseId
from bot.domain.lifecycle import Status
from bot.domain.pages import CaseList, ListKind
from bot.domain.people import Person, Role, TeamKind, Viewer
from bot.store import cases as store
from bot.store import lists, schema
from bot.store.lists import PAGE, case_list
from bot.store.work import Work
from tests.factories import add_account, add_case, add_person, add_team, stamp
from tests.store.conftest import Table


@dataclass(frozen=True)
class Desk:
    cases: tuple[Case, ...]
    ana: Person
    linda: Person
    tess: Person
    maria: Person


@pytest.fixture(scope="module")
def desk(shared_table: Table) -> Desk:
    return shared_table.write(_populate)


@pytest.fixture
def table(shared_table: Table) -> Table:
    return shared_table


def _populate(work: Work) -> Desk:
    """61 cases: owners, creators, teams, accounts and statuses take turns at different paces."""
    here, there = add_account(work, "Cloud Nine"), add_account(work, "Harbour")
    one, two = add_team(work, TeamKind.LEVEL_ONE), add_team(work, TeamKind.LEVEL_TWO)
    ana = add_person(work, "Ana", Role.AGENT, one, two)
    maria = add_person(work, "Maria", Role.MANAGER)
    linda = add_person(work, "Linda", Role.DSC, account=here)
    tess = add_person(work, "Tess", Role.COMMUNITY, account=here)
    made = tuple(
        add_case(
            work,
            (ana, linda, maria)[number % 3],
            (here, there)[number % 3 == 2 and number % 2],
            owner=(ana.ref, None, maria.ref, ana.ref)[number % 4],
            team_id=(one, two, None)[number % 3],
            status=(Status.NEW, Status.WORKING, Status.CLOSED, Status.WAITING, Status.REOPENED)[number % 5],
        )
        for number in range(61)
    )
    return Desk(made, ana, linda, tess, maria)


def _wanted(desk: Desk, kind: ListKind, someone: Person) -> list[CaseId]:
    """The same list by hand: newest first."""
    teams = {team.id for team in someone.teams}

    def belongs(case: Case) -> bool:
        if someone.is_customer_side and case.account_id != someone.account_id:
            return False
        match kind:
            case ListKind.MINE:
                return case.owner_id == someone.id and not case.is_closed
            case ListKind.CREATED:
                return case.creator.id == someone.id and not case.is_closed
            case ListKind.TEAM:
                is_nobodys = case.team_id is None and case.owner_id is None and not someone.is_customer_side
                return (case.team_id in teams or is_nobodys) and not case.is_closed
            case ListKind.WAITING:
                mine = someone.is_customer_side or case.owner_id == someone.id or case.team_id in teams
                return case.status is Status.WAITING and mine
            case ListKind.ACCOUNT:
                own = someone.account_id is not None and case.account_id == someone.account_id
                return own and (someone.role is not Role.COMMUNITY or not case.is_closed)

    return [case.id for case in reversed(desk.cases) if belongs(case)]


LISTS = [
    ("ana", ListKind.MINE, 25),
    ("ana", ListKind.CREATED, 17),
    ("ana", ListKind.TEAM, 37),
    ("maria", ListKind.MINE, 12),
    ("maria", ListKind.TEAM, 4),  # she is in no team, and sees what is nobody's
    ("ana", ListKind.ACCOUNT, 0),  # staff have no account
    ("linda", ListKind.CREATED, 16),
    ("linda", ListKind.ACCOUNT, 51),
    ("linda", ListKind.MINE, 0),
    ("linda", ListKind.TEAM, 0),
    ("tess", ListKind.ACCOUNT, 41),
    ("ana", ListKind.WAITING, 10),
    ("maria", ListKind.WAITING, 3),
    ("linda", ListKind.WAITING, 10),
]


@pytest.mark.parametrize("limit", [1, 7, PAGE])
@pytest.mark.parametrize(("name", "kind", "size"), LISTS)
def test_turning_the_pages_shows_every_case_once_forwards_and_backwards(
    table: Table, desk: Desk, name: str, kind: ListKind, size: int, limit: int
) -> None:
    someone: Person = getattr(desk, name)
    wanted = _wanted(desk, kind, someone)
    assert len(wanted) == size
    pages = [_page(table, someone, kind, None, limit)]
    while (older := pages[-1].older) is not None:
        pages.append(_page(table, someone, kind, older, limit))
    assert [row.id for page in pages for row in page.rows] == wanted
    assert {page.total for page in pages} == {size}
    assert [page.first for page in pages] == (
        [1 + limit * turn for turn in range(len(pages))] if size else [0]
    )
    assert pages[0].newer is None
    back = [pages[-1]]
    while (newer := back[-1].newer) is not None:
        back.append(_page(table, someone, kind, newer, limit))
    assert back == pages[::-1]


def _page(table: Table, someone: Person, kind: ListKind, start: CaseId | None, limit: int) -> CaseList:
    return table.read(case_list(kind, start, limit=limit), Viewer(someone))


def test_a_page_that_begins_at_a_case_which_left_the_list_goes_on_below_it(table: Table, desk: Desk) -> None:
    second = _page(table, desk.ana, ListKind.MINE, None, PAGE).older
    assert second is not None
    gone = next(case for case in desk.cases if case.id == second)
    ended = replace(gone, status=Status.CLOSED, resolution="solved")

    def look_again(connection: Connection) -> CaseList:
        savepoint = connection.begin_nested()  # rolled back: the other tests read the same desk
        store.save(Work(connection=connection, stamp=stamp()), ended)
        page = case_list(ListKind.MINE, second)(connection, Viewer(desk.ana))
        savepoint.rollback()
        return page

    page = table.run(look_again)
    assert second not in [row.id for row in page.rows]
    assert page.rows[0].id < second
    assert (page.first, page.total) == (PAGE + 1, 24)


def test_a_row_says_what_its_line_shows(table: Table, desk: Desk) -> None:
    row = _page(table, desk.ana, ListKind.MINE, None, 1).rows[0]
    case = next(case for case in desk.cases if case.id == row.id)
    for field in ("number", "version", "title", "status", "severity", "account_name", "owner", "updated_at"):
        assert getattr(row, field) == getattr(case, field)


def test_open_must_be_spelt_as_the_index_spells_it(
    table: Table, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `test_plans.py` guards: another way to say the same finds the same cases, but no partial index."""
    others = [status.value for status in Status if status is not Status.CLOSED]
    monkeypatch.setattr("bot.store.lists.IS_OPEN", schema.cases.c.status.in_(others))
    statements = lists._page  # built once: without this the spelling would come too late
    statements.cache_clear()
    try:
        query = case_list(ListKind.MINE)
        assert table.read(query, Viewer(desk.ana)).total == 25
        if table.kind == "sqlite":  # PostgreSQL sees through it as long as no status is a parameter
            plans = table.plans(lambda c: query(c, Viewer(desk.ana)))
            assert not any("ix_cases_open" in plan for plan in plans)
    finally:
        statements.cache_clear()


def test_open_is_spelt_without_a_parameter() -> None:
    """SQLite looks into parameters when it plans; PostgreSQL's stored plans cannot."""
    spelt = schema.IS_OPEN.compile()
    assert (str(spelt), spelt.params) == ("cases.status != 'closed'", {})
