"""Finding by words and filters: the right cases, newest first, and nothing of what the asker may not read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import func, select

from bot.domain.cases import Case
from bot.domain.commands import Audience
from bot.domain.ids import CaseId, CommentId
from bot.domain.lifecycle import Status
from bot.domain.pages import Found
from bot.domain.people import Person, Role, TeamKind, Viewer
from bot.domain.search import Search, parse
from bot.store import records
from bot.store.schema_finding import search_documents
from bot.store.search import Named, find
from bot.store.search_index import index_case, index_comment, unindex_comment
from bot.store.work import Work
from tests.factories import NOON, add_account, add_case, add_comment, add_person, add_team
from tests.store.conftest import Table

SECRET = "zanzibar"


@dataclass(frozen=True)
class Desk:
    cases: tuple[Case, ...]
    people: dict[str, Person]


@pytest.fixture(scope="module")
def desk(shared_table: Table) -> Desk:
    return shared_table.write(_populate)


@pytest.fixture
def table(shared_table: Table) -> Table:
    return shared_table


def _populate(work: Work) -> Desk:
    """30 cases: every third is Harbour's, every fifth closed; public and internal comments on each."""
    if work.connection.dialect.name == "postgresql":  # documents have numbers beyond 32 bits
        work.connection.exec_driver_sql("SELECT setval(pg_get_serial_sequence('cases', 'id'), 90000)")
    here, there = add_account(work, "Cloud Nine"), add_account(work, "Harbour")
    team = add_team(work, TeamKind.LEVEL_TWO)
    people = {
        "ana": add_person(work, "Ana", Role.AGENT, team),
        "maria": add_person(work, "Maria", Role.MANAGER),
        "omar": add_person(work, "Omar", Role.ADMINISTRATOR),
        "linda": add_person(work, "Linda", Role.DSC, account=here),
        "tess": add_person(work, "Tess", Role.COMMUNITY, account=here),
        "viktor": add_person(work, "Viktor", Role.DSC, account=there),
        "nobody": add_person(work, "Nobody", None),
    }
    ana = people["ana"]
    made = tuple(
        add_case(
            work,
            ana,
            there if number % 3 == 0 else here,
            title=f"Checkout shows page {number}",
            description="Café naïve STRASSE" if number % 2 else "Nothing of note",
            severity=1 + number % 4,
            owner=ana.ref if number % 2 else None,
            status=Status.CLOSED if number % 5 == 0 else Status.WAITING if number % 7 == 0 else Status.NEW,
        )
        for number in range(30)
    )
    for case in made:
        add_comment(work, case.id, ana, f"We saw {SECRET} there", Audience.INTERNAL)
        add_comment(work, case.id, ana, "Please restart the lighthouse", Audience.PUBLIC)
        add_comment(work, case.id, ana, "The lighthouse is restarted", Audience.PUBLIC)
    return Desk(made, people)


def _found(table: Table, person: Person, text: str, start: CaseId | None = None, limit: int = 10) -> Found:
    search = parse(text, NOON, "UTC")
    return table.read(find(search, _named(person, search), start, limit=limit), Viewer(person))


def _named(person: Person, search: Search) -> Named:
    return Named(owners=(person.id,)) if "me" in search.owners else Named()


def _may_find(person: Person, case: Case) -> bool:
    if person.role is None:
        return False
    own = person.account_id == case.account_id
    return person.is_staff or (own and (person.role is Role.DSC or not case.is_closed))


SOUGHT = [
    ("checkout", lambda case: True),
    ("CHECKOUT Shows", lambda case: True),
    ("checkout missing", lambda case: False),
    ("checkou", lambda case: False),
    ("checkou*", lambda case: True),
    ("cafe NAÏVE strasse", lambda case: case.description.startswith("Café")),
    ("straße", lambda case: case.description.startswith("Café")),
    ("lighthouse", lambda case: True),
    ("checkout status:waiting", lambda case: case.status is Status.WAITING),
    ("status:closed", lambda case: case.is_closed),
    ("is:open severity:1,3", lambda case: not case.is_closed and case.severity in (1, 3)),
    ("lighthouse is:closed", lambda case: case.is_closed),
    ("created:>2026-11-23", lambda case: False),
    ("created:2026-11 severity:2", lambda case: case.severity == 2),
    ("\" ' ) ( * : -- % _ OR NOT", lambda case: False),
]


@pytest.mark.parametrize(("text", "belongs"), SOUGHT, ids=[text for text, _ in SOUGHT])
def test_everybody_finds_what_they_may_see_and_is_told_of_no_more(
    table: Table, desk: Desk, text: str, belongs: Callable[[Case], bool]
) -> None:
    for person in desk.people.values():
        wanted = [case.id for case in reversed(desk.cases) if belongs(case) and _may_find(person, case)]
        page = _found(table, person, text, limit=100)
        assert [row.id for row in page.rows] == wanted, person.name
        assert (page.total, page.is_more) == (len(wanted), False)


@pytest.mark.parametrize("text", ["lighthouse", "is:open"])
def test_every_case_is_found_once_whatever_stands_on_a_page(table: Table, desk: Desk, text: str) -> None:
    limit = 4
    linda = desk.people["linda"]
    pages = [_found(table, linda, text, limit=limit)]
    while (older := pages[-1].older) is not None:
        pages.append(_found(table, linda, text, older, limit))
    found = [row.id for page in pages for row in page.rows]
    assert found == sorted(set(found), reverse=True)
    assert {page.total for page in pages} == {len(found)}
    assert len(found) > 10


def test_an_internal_comment_is_found_by_staff_alone_and_counted_for_nobody_else(
    table: Table, desk: Desk
) -> None:
    for name, person in desk.people.items():
        page = _found(table, person, SECRET, limit=50)
        assert (page.total, len(page.rows)) == ((30, 30) if person.is_staff else (0, 0)), name


def test_a_word_of_ours_that_marks_accounts_and_audiences_cannot_be_typed(table: Table, desk: Desk) -> None:
    viktor = desk.people["viktor"]
    for text in ("_internal", "_a1", "internal", '"_internal"', "a1 OR _a1"):
        assert _found(table, viktor, text).total == 0


def test_a_case_is_found_by_its_number_written_either_way(table: Table, desk: Desk) -> None:
    case = desk.cases[7]
    for text in (str(case.number), f"{case.number:08d}", f"#{case.number}"):
        assert [row.id for row in _found(table, desk.people["ana"], text).rows] == [case.id]


def test_common_words_are_counted_as_far_as_it_is_worth_while(
    table: Table, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The walk that PostgreSQL takes for words that are everywhere finds the same."""
    ana = desk.people["ana"]
    everything = _found(table, ana, "lighthouse", limit=100)
    for name in ("FIRST_READ", "MOST_MATCHES"):
        monkeypatch.setattr(f"bot.store.search.{name}", 20)
    monkeypatch.setattr("bot.store.search.AT_A_TIME", 3)
    common = _found(table, ana, "lighthouse", limit=100)
    assert common.rows == everything.rows
    assert common.is_more
    assert 10 <= common.total <= 20
    second = _found(table, ana, "lighthouse", everything.rows[4].id, 3)
    assert second.rows == everything.rows[4:7]


def test_what_is_found_follows_what_is_written_edited_and_deleted(table: Table, desk: Desk) -> None:
    ana, linda = desk.people["ana"], desk.people["linda"]
    case = desk.cases[1]

    def found(text: str, person: Person = ana) -> list[CaseId]:
        return [row.id for row in _found(table, person, text).rows]

    def say(work: Work) -> CommentId:
        return records.insert_comment(work, case.id, ana, Audience.PUBLIC, "A pelican landed")

    comment_id = table.write(say)
    assert found("pelican", linda) == [case.id]
    table.write(lambda w: index_comment(w, comment_id, case.id, Audience.PUBLIC, "A heron landed"))
    assert (found("pelican"), found("heron", linda)) == ([], [case.id])
    table.write(lambda w: index_comment(w, comment_id, case.id, Audience.INTERNAL, "A heron landed"))
    assert (found("heron"), found("heron", linda)) == ([case.id], [])
    table.write(lambda w: unindex_comment(w, comment_id))
    assert found("heron") == []
    table.write(lambda w: index_case(w, replace(case, title="Basket is empty")))
    assert found("basket") == [case.id]
    assert case.id not in found("checkout")
    table.write(lambda w: index_case(w, case))
    assert found("basket") == []


def test_nothing_is_left_in_the_index_of_words_that_is_not_in_the_table(table: Table, desk: Desk) -> None:
    if table.kind != "sqlite":
        pytest.skip("PostgreSQL's index cannot differ from its table")
    table.run(
        lambda c: c.exec_driver_sql("INSERT INTO search_words (search_words) VALUES ('integrity-check')")
    )
    counted = table.look(lambda c: c.execute(select(func.count()).select_from(search_documents)).scalar_one())
    assert counted == 30 * 4
