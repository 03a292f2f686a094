"""How both databases go about lists, searches, counts and the sweep on a desk of many cases.

Whatever grows with the desk is read by an index, in the order in which it is shown, and no further than it is
shown. PostgreSQL decides by what it knows of the tables, so the desk is a crowd, as `make bench` makes them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Connection

from bench.crowd import fill
from bot.domain.ids import AccountId, CaseId, PersonId, SlackUserId, TeamId
from bot.domain.pages import ListKind
from bot.domain.people import Person, Role, Viewer
from bot.domain.reports import OwnerLine, Scope
from bot.domain.search import Search, Sought, parse
from bot.services.finding import names_in
from bot.store import due, readiness, report_counts, report_reading, triage
from bot.store.lists import case_list
from bot.store.people import find_person
from bot.store.planning import planned_each_time
from bot.store.report_lines import lines_of
from bot.store.report_scope import Asked
from bot.store.search import Named, find
from bot.store.search_shapes import shape_of, values_of
from tests.factories import NOON, WORKSPACE
from tests.store.conftest import Table, Upgraded

CASES = 20_000
MIDDLE = CaseId(CASES // 2)


@pytest.fixture(scope="module")
def table(upgraded: Upgraded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    with upgraded.copy(tmp_path_factory.mktemp("crowd")) as url:
        table = Table(url)
        table.run(lambda connection: fill(connection, WORKSPACE, CASES, owned=100))
        yield table
        table.close()


@pytest.fixture(scope="module")
def ana(table: Table) -> Person:
    """An agent in one team, with 100 cases of her own."""
    found = table.run(lambda connection: find_person(connection, WORKSPACE, SlackUserId("U0P7")))
    assert found is not None
    return found


def _plans(table: Table, query: Callable[[Connection, Viewer], object], someone: Person) -> list[str]:
    plans = table.plans(lambda connection: query(connection, Viewer(someone)), is_crowded=True)
    return [plan for plan in plans if "cases" in plan or "search_" in plan or "due_times" in plan]


A_PAGE = 32
"""Rows that may be sorted: where no more are to be expected, PostgreSQL does not care for their order."""


def _sorts(plan: str) -> bool:
    """Whether more is sorted than a page, or the few that several stretches give, each ended by its LIMIT."""
    if "UNION ALL" in plan or "Append" in plan:
        return False
    if "CO-ROUTINE" in plan:  # a stretch that its LIMIT ends is counted
        plan = plan.replace("USE TEMP B-TREE FOR count(DISTINCT)", "")
    sorted_rows = re.findall(r"USE TEMP B-TREE(?: of (\d+) rows)?", plan)
    return any(not rows or int(rows) > A_PAGE for rows in sorted_rows)


CREATED_THERE = {"ix_cases_open_account_id", "ix_cases_open_creator_id"}
"""What somebody of an account has created: by either index, both are short."""

LISTS = {
    (Role.AGENT, ListKind.MINE): {"ix_cases_open_owner_id"},
    (Role.AGENT, ListKind.CREATED): {"ix_cases_open_creator_id"},
    (Role.AGENT, ListKind.TEAM): {"ix_cases_open_nobodys", "ix_cases_open_team_id"},
    (Role.AGENT, ListKind.WAITING): {"ix_cases_open_owner_id", "ix_cases_open_team_id"},
    (Role.DSC, ListKind.CREATED): CREATED_THERE,
    (Role.DSC, ListKind.ACCOUNT): {"ix_cases_account_id"},
    (Role.DSC, ListKind.WAITING): {"ix_cases_open_account_id"},
    (Role.COMMUNITY, ListKind.CREATED): CREATED_THERE,
    (Role.COMMUNITY, ListKind.ACCOUNT): {"ix_cases_open_account_id"},
    (Role.COMMUNITY, ListKind.WAITING): {"ix_cases_open_account_id"},
}


@pytest.mark.parametrize("start", [None, MIDDLE], ids=["first page", "later page"])
@pytest.mark.parametrize(("role", "kind"), LISTS)
def test_a_list_is_counted_and_paged_by_its_own_indexes_in_one_statement(
    table: Table, ana: Person, role: Role, kind: ListKind, start: CaseId | None
) -> None:
    customer = replace(ana, role=role, account_id=AccountId(8), teams=())
    plans = _plans(table, case_list(kind, start), ana if role.is_staff else customer)
    # A page on which nothing is left is the one that has its count from a statement of its own.
    assert len(plans) in ((1,) if start is None else (1, 2))
    for plan in plans:
        used = set(re.findall(r"\bix_cases\w+", plan))
        assert used == LISTS[role, kind] or used < LISTS[role, kind] == CREATED_THERE, plan
        assert "SCAN cases" not in plan, plan
        assert not _sorts(plan), plan


@pytest.mark.parametrize("kind", [ListKind.MINE, ListKind.CREATED, ListKind.TEAM, ListKind.WAITING])
def test_open_cases_are_counted_without_a_look_at_any_of_them(
    table: Table, ana: Person, kind: ListKind
) -> None:
    (plan,) = _plans(table, case_list(kind), ana)
    wanted = "COVERING INDEX" if table.kind == "sqlite" else "Index Only Scan"
    counts = len(LISTS[Role.AGENT, kind])
    assert plan.count(wanted) >= counts, plan


WORDS = "ix_search_documents_words"
SEARCHES = {
    # what is typed: the index that gives the page, on SQLite and on PostgreSQL
    "word77": ("VIRTUAL TABLE INDEX 192:M1", WORDS),
    "word77 is:open": ("VIRTUAL TABLE INDEX 192:M1", WORDS),
    "word77 severity:2": ("VIRTUAL TABLE INDEX 192:M1", WORDS),
    'word77 account:"Shop 9"': ("VIRTUAL TABLE INDEX 192:M1", WORDS),
    "basket owner:me": ("ix_cases_closed_owner_id", "ix_cases_closed_owner_id"),
    "basket owner:me is:open": ("ix_cases_open_owner_id", "ix_cases_open_owner_id"),
    "status:waiting": ("ix_cases_status", "ix_cases_(open|status)"),
    "status:waiting,working": ("ix_cases_status", "ix_cases_(open|status)"),
    "owner:me": ("ix_cases_closed_owner_id", "ix_cases_closed_owner_id"),
    "owner:me is:open": ("ix_cases_open_owner_id", "ix_cases_open_owner_id"),
    "owner:me is:closed": ("ix_cases_closed_owner_id", "ix_cases_closed_owner_id"),
    'account:"Shop 9"': ("ix_cases_account_id", "ix_cases_account_id"),
    "team:8 is:open": ("ix_cases_open_team_id", "ix_cases_open_team_id"),
    "is:open": ("ix_cases_open ", "ix_cases_open "),
    "is:open severity:1": ("ix_cases_open ", "ix_cases_open "),
    "is:escalated": ("ix_cases_escalated", "ix_cases_escalated"),
    "created:2026-11-20": ("ix_cases_created_at", "ix_cases_created_at"),
}


@pytest.mark.parametrize("start", [None, MIDDLE], ids=["first page", "later page"])
@pytest.mark.parametrize("text", SEARCHES)
def test_a_search_reads_by_an_index_and_in_the_order_of_its_pages(
    table: Table, ana: Person, text: str, start: CaseId | None
) -> None:
    for plan in _found(table, ana, text, start):
        assert "SCAN cases" not in plan, plan
        assert "SCAN search_documents" not in plan, plan
        if "theirs" not in plan and not _is_of_matches(plan):
            assert not _sorts(plan), plan
        assert re.search(SEARCHES[text][table.kind == "postgresql"], plan), plan


def _found(table: Table, someone: Person, text: str, start: CaseId | None = None) -> list[str]:
    """The plans by which cases are found; those of names, and of lines that are read after it, left out."""
    search = parse(text, NOON, "UTC")
    plans = _plans(table, lambda c, v: find(search, names_in(c, v, search), start)(c, v), someone)
    return [plan for plan in plans if "accounts" not in plan or "search_" in plan]


def _is_of_matches(plan: str) -> bool:
    return "CTE Scan" in plan


def test_what_has_a_word_is_found_once_and_only_then_compared_with_the_filters(
    table: Table, ana: Person
) -> None:
    """Materialised: for the sake of the order PostgreSQL would walk all documents by their keys."""
    (plan,) = _found(table, ana, "word77 is:open")
    if table.kind == "postgresql":
        places = [plan.rindex(step) for step in (f"Bitmap Index Scan  {WORDS}", "CTE Scan", " cases ")]
        assert places == sorted(places), plan
    else:
        assert plan.startswith("SCAN search_words VIRTUAL TABLE INDEX"), plan
        assert not _sorts(plan), plan


@pytest.mark.parametrize("start", [None, MIDDLE], ids=["first page", "later page"])
def test_a_word_that_is_everywhere_is_walked_from_the_newest_document_on(
    table: Table, ana: Person, start: CaseId | None
) -> None:
    *_, plan = _found(table, ana, "checkout", start)
    walked = (
        "SCAN search_words VIRTUAL TABLE INDEX 192:M1" if table.kind == "sqlite" else "pk_search_documents"
    )
    assert walked in plan, plan
    assert not _sorts(plan), plan


def test_a_contact_finds_by_the_marks_of_their_account_alone(table: Table, ana: Person) -> None:
    linda = replace(ana, role=Role.DSC, account_id=AccountId(8), teams=())
    for plan in _found(table, linda, "checkout"):
        if table.kind == "postgresql":
            assert "ix_search_documents_words (words @@" in plan, plan
        assert "SCAN search_documents" not in plan, plan
    asked = Search(words=(Sought("checkout"),))
    viewer = Viewer(linda)
    words = values_of(shape_of(table.kind, viewer, asked, Named()), viewer, asked, Named())["words"]
    assert re.fullmatch(r"\W*checkout\W*(& |AND )\W*_a8\W*(& |AND )\W*_public\W*", words)


def test_a_filter_that_many_cases_pass_walks_from_the_newest_on_and_stops(table: Table, ana: Person) -> None:
    """No index of severities would end sooner; the walk is by the primary key, and nothing is sorted."""
    for plan in _found(table, ana, "severity:1"):
        assert not _sorts(plan), plan
        assert plan == "SCAN cases" or "pk_cases" in plan, plan


def test_the_lines_of_what_is_found_are_read_by_their_keys(table: Table, ana: Person) -> None:
    search = parse("word77", NOON, "UTC")
    *_, plan = _plans(table, lambda c, v: find(search, names_in(c, v, search))(c, v), ana)
    assert "SEARCH cases USING INTEGER PRIMARY KEY" in plan or "pk_cases" in plan, plan


DUE = {
    "what is due now": lambda c: due.due_now(c, WORKSPACE, NOON),
    "what is due now, but for some": lambda c: due.due_now(c, WORKSPACE, NOON, besides=(1, 2)),
    "when the next is due": lambda c: due.next_due(c, WORKSPACE),
    "how many are late": lambda c: readiness.late_due_times(c, WORKSPACE, NOON),
}


@pytest.mark.parametrize("asked", DUE)
def test_the_sweep_reads_what_waits_by_its_time_and_nothing_that_is_done(table: Table, asked: str) -> None:
    (plan,) = table.plans(DUE[asked], is_crowded=True)
    assert "ix_due_times_waiting" in plan, plan
    assert "SCAN" not in plan.replace("SCAN CONSTANT", ""), plan
    assert not _sorts(plan), plan


def _asked(scope: Scope) -> Asked:
    """A report of the crowd's last week: it has a case a minute."""
    at, week = NOON, timedelta(days=2)
    return Asked(scope=scope, at=at, since=at - week, untouched_at=at - week, untouched_since=at - 2 * week)


REPORTED = {
    "everything": Scope(),
    "a team's": Scope(team_id=TeamId(8)),
    "one's own": Scope(own_of=PersonId(8)),
}


@pytest.mark.parametrize("scope", REPORTED.values(), ids=REPORTED)
def test_a_report_reads_open_cases_by_an_index_and_the_others_by_their_times(
    table: Table, ana: Person, scope: Scope
) -> None:
    plans = _plans(table, lambda c, v: report_reading.report(c, v, _asked(scope), 100), ana)
    for plan in plans:
        assert "SCAN cases" not in plan, plan
        assert "SCAN due_times" not in plan, plan
        assert "SCAN history" not in plan, plan
    whole = "\n".join(plans)
    for index in ("ix_cases_closed_at", "ix_cases_created_at"):
        assert index in whole, whole


def test_a_report_of_everything_is_counted_in_the_order_of_owners(table: Table, ana: Person) -> None:
    """PostgreSQL plans it for its values, each time (`store.planning`), which is not what is seen here."""
    if table.kind == "sqlite":
        (plan, *_) = _plans(table, lambda c, v: report_counts.counted(c, v, _asked(Scope())), ana)
        assert "SEARCH cases USING INDEX ix_cases_open_owner_id" in plan, plan
        assert not _sorts(plan), plan


def test_what_a_report_asks_of_postgresql_is_planned_for_its_values(table: Table, ana: Person) -> None:
    def mode(connection: Connection) -> str:
        return str(connection.exec_driver_sql("SHOW plan_cache_mode").scalar_one())

    def ask(connection: Connection) -> tuple[str, str, str]:
        before = mode(connection)
        with planned_each_time(connection):
            during = mode(connection)
        return before, during, mode(connection)

    if table.kind == "postgresql":
        before, during, after = table.run(ask)
        assert (during, after) == ("force_custom_plan", before)


def test_a_page_of_a_reports_file_is_read_by_the_index_of_its_owner_and_not_sorted(
    table: Table, ana: Person
) -> None:
    for owner in (ana.ref, None):
        line = OwnerLine(owner=owner, by_age=(4,))
        query = partial(lines_of, asked=_asked(Scope()), owners=[line], after=CaseId(0), limit=10)
        (plan,) = _plans(table, lambda c, v, q=query: q(c, v), ana)
        assert re.search("ix_cases_open_(owner_id|nobodys)", plan), plan
        assert not _sorts(plan), plan


def test_the_triage_queue_is_read_in_its_own_order_and_never_by_all_open_cases(
    table: Table, ana: Person
) -> None:
    plans = _plans(table, lambda c, v: triage.queue(c, v, 0), ana)  # with the count
    assert len(plans) == 2
    for plan in plans:
        assert "SCAN cases" not in plan, plan
        assert "Seq Scan cases" not in plan, plan
        if table.kind == "sqlite":  # the other database looks each case of the queue up by its id
            assert "ix_cases_" not in plan, plan
