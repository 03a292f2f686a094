"""What a report says, on both databases: counted by owner and age, since the last one, through whose eyes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from bot.domain.cases import Case, ChangeKind
from bot.domain.commands import Audience
from bot.domain.due import DueKind
from bot.domain.ids import CaseId, shown
from bot.domain.lifecycle import Status
from bot.domain.people import Person, Role, TeamKind, Viewer, channel_viewer
from bot.domain.reports import MOST_OF_A_CHANGE, FileLine, OwnerLine, Scope, days_ago
from bot.domain.search import Search, parse
from bot.domain.windows import Escalation
from bot.store import records
from bot.store import report_reading as reading
from bot.store.case_dues import OVER
from bot.store.report_lines import lines_of
from bot.store.report_reading import Asked, Told
from bot.store.schema import cases, due_times
from bot.store.search import Named
from bot.store.work import Work
from tests.factories import NOON, WORKSPACE, add_account, add_case, add_person, add_team, stamp
from tests.store.conftest import Table

DAY = timedelta(days=1)
EYES = channel_viewer(WORKSPACE)


@dataclass(frozen=True)
class Queue:
    """A team with two owners, and what the report asks of it."""

    ana: Person
    ben: Person
    linda: Person
    asked: Asked
    other_team: int
    account: int


@pytest.fixture
def queue(table: Table) -> Queue:
    def fill(work: Work) -> Queue:
        team, other = add_team(work, TeamKind.INTEGRATIONS), add_team(work, TeamKind.LEVEL_TWO)
        account = add_account(work, "Cloud Nine")
        asked = Asked(
            scope=Scope(team_id=team),
            at=NOON,
            since=NOON - 4 * DAY,
            untouched_at=NOON - 7 * DAY,
            untouched_since=NOON - 11 * DAY,
        )
        return Queue(
            ana=add_person(work, "Ana", Role.AGENT, team),
            ben=add_person(work, "Ben", Role.AGENT, team),
            linda=add_person(work, "Linda", Role.DSC, account=account),
            asked=asked,
            other_team=other,
            account=account,
        )

    return table.write(fill)


def add(table: Table, queue: Queue, days: float, **values: object) -> Case:
    """A case that was opened so many days ago."""
    at = NOON - timedelta(days=days)
    opens = Escalation(opens_at=at + timedelta(hours=2))
    facts = {"team_id": queue.asked.scope.team_id, "owner": queue.ana.ref, "escalation": opens, **values}
    creator, answered = facts.pop("creator", queue.ana), facts.pop("first_answered_at", None)

    def unit(work: Work) -> Case:
        made = add_case(work, creator, queue.account, **facts)  # type: ignore[arg-type]
        change = update(cases).where(cases.c.id == made.id)
        work.connection.execute(change.values(first_answered_at=answered))
        return made

    return table.write(unit, stamp(now=at))


def happens(table: Table, case: Case, kind: ChangeKind, days: float, *, saved: bool = False) -> None:
    def unit(work: Work) -> None:
        if saved:
            work.connection.execute(update(cases).where(cases.c.id == case.id).values(updated_at=work.now))
        records.insert_history(
            work, kind.value, actor_id=case.creator.id, audience=Audience.PUBLIC, changes={}, case_id=case.id
        )

    table.write(unit, stamp(now=NOON - timedelta(days=days)))


def test_open_cases_are_counted_by_owner_and_age(table: Table, queue: Queue) -> None:
    for days in (1, 2.4, 3.1, 8, 20, 40, 41):
        add(table, queue, days)
    add(table, queue, 1, owner=queue.ben.ref)
    add(table, queue, 1, owner=None)
    add(table, queue, 1, status=Status.CLOSED)
    add(table, queue, 1, team_id=queue.other_team)
    add(table, queue, 1, creator=queue.linda)  # opened by a customer
    add(table, queue, -1)  # after the report was due
    lines = table.look(lambda c: reading.report(c, EYES, queue.asked, 100)).owners
    assert [(line.owner and line.owner.name, line.by_age) for line in lines] == [
        ("Ana", (2, 1, 1, 1, 2)),
        ("Ben", (1, 0, 0, 0, 0)),
        (None, (1, 0, 0, 0, 0)),
    ]


def test_it_says_what_changed_since_the_last_report(table: Table, queue: Queue) -> None:
    old = add(table, queue, 10, first_answered_at=NOON - 9 * DAY)
    handed = add(table, queue, 9, first_answered_at=NOON - 8 * DAY)
    handed_before = add(table, queue, 9, first_answered_at=NOON - 8 * DAY)
    fresh = add(table, queue, 1)
    add(table, queue, 6, status=Status.CLOSED, closed_at=NOON - DAY)
    add(table, queue, 6, status=Status.CLOSED, closed_at=NOON - 5 * DAY)
    happens(table, handed, ChangeKind.ASSIGNED, 2, saved=True)
    happens(table, handed_before, ChangeKind.ASSIGNED, 5, saved=True)
    found = table.look(lambda c: reading.report(c, EYES, queue.asked, 100)).changes
    assert [one.number for one in found.new.some] == [fresh.number]
    assert found.closed.total == 1
    assert [one.number for one in found.handed_over.some] == [handed.number]
    assert (found.past_limit.total, found.past_limit.newly) == (1, 1)  # the fresh one, unanswered
    assert [one.number for one in found.untouched.some] == [old.number]
    assert not found.is_quiet


@pytest.mark.parametrize(
    ("touched", "untouched", "newly"),
    [(6.9, 0, 0), (7.1, 1, 1), (10.9, 1, 1), (11.1, 1, 0)],  # days since the last event
)
def test_seven_days_without_an_event_are_told_and_once_as_news(
    table: Table, queue: Queue, touched: float, untouched: int, newly: int
) -> None:
    case = add(table, queue, 20, first_answered_at=NOON - 19 * DAY)
    happens(table, case, ChangeKind.COMMENTED, touched)
    found = table.look(lambda c: reading.report(c, EYES, queue.asked, 100)).changes.untouched
    assert (found.total, found.newly) == (untouched, newly)


def test_a_limit_that_was_past_before_is_no_news(table: Table, queue: Queue) -> None:
    add(table, queue, 6)
    found = table.look(lambda c: reading.report(c, EYES, queue.asked, 100)).changes
    assert (found.past_limit.total, found.past_limit.newly) == (1, 0)
    assert found.is_quiet


def test_long_lists_are_counted_and_begun(table: Table, queue: Queue) -> None:
    for _ in range(8):
        add(table, queue, 1)
    found = table.look(lambda c: reading.report(c, EYES, queue.asked, 100)).changes.new
    assert (found.total, len(found.some)) == (8, MOST_OF_A_CHANGE)


def test_the_table_leaves_no_owner_out_and_shows_the_most_pressing(table: Table, queue: Queue) -> None:
    for severity in (4, 3, 2, 1):
        add(table, queue, 1, severity=severity, first_answered_at=NOON)
    pressing = add(table, queue, 1, severity=4)
    lone = add(table, queue, 1, owner=queue.ben.ref)

    def rows(most: int) -> list[tuple[str | None, int]]:
        found = table.look(lambda c: reading.report(c, EYES, queue.asked, most)).rows
        return [(row.owner.name if row.owner else None, row.severity) for row in found]

    assert rows(100) == [("Ana", 4), ("Ana", 1), ("Ana", 2), ("Ana", 3), ("Ana", 4), ("Ben", 2)]
    assert rows(3) == [("Ana", 4), ("Ana", 1), ("Ben", 2)]
    assert pressing.number != lone.number


def owns(person: Person | None, total: int = 1) -> OwnerLine:
    return OwnerLine(owner=person.ref if person else None, by_age=(total,))


def test_lines_of_one_owner_come_a_page_at_a_time_and_those_of_several_at_once(
    table: Table, queue: Queue
) -> None:
    wanted = [shown(add(table, queue, days).number) for days in (5, 4, 3, 2, 1)]
    bens, nobodys = add(table, queue, 1, owner=queue.ben.ref), add(table, queue, 1, owner=None)
    add(table, queue, -1)  # after the report was due
    found, after = [], CaseId(0)
    while page := table.look(lambda c, a=after: lines_of(c, EYES, queue.asked, [owns(queue.ana)], a, 2)):
        assert {row[0] for row in page} == {"Ana"}
        found += [row[1] for row in page]
        after = CaseId(page[-1][-1])
    assert found == wanted
    both = table.look(lambda c: lines_of(c, EYES, queue.asked, [owns(queue.ben), owns(queue.ana)]))
    assert [row[:2] for row in both] == [*(("Ana", one) for one in wanted), ("Ben", shown(bens.number))]
    of_nobody = table.look(lambda c: lines_of(c, EYES, queue.asked, [owns(None)], CaseId(0), 2))
    assert [row[:2] for row in of_nobody] == [("", shown(nobodys.number))]


def test_a_line_says_in_text_what_its_case_is(table: Table, queue: Queue) -> None:
    case = add(table, queue, 9.5, title="Till", severity=1, first_answered_at=NOON - DAY)
    values = {"card_permalink": "https://x.example/1", "escalated_at": NOON, "updated_at": NOON - 2 * DAY}
    table.write(lambda work: work.connection.execute(update(cases).values(**values)) and None)
    (line,) = table.look(lambda c: lines_of(c, EYES, queue.asked, [owns(queue.ana)], CaseId(0), 2))
    opened, changed = (f"{at:%Y-%m-%d %H:%M:%S} UTC" for at in (case.created_at, NOON - 2 * DAY))
    told = ("Till", "Cloud Nine", 1, "new", opened, changed, 9, 2, "yes", "", "https://x.example/1")
    assert line == ("Ana", shown(case.number), *told, queue.ana.id, case.id)
    table.write(
        lambda work: work.connection.execute(update(cases).values(updated_at=NOON + 3 * DAY)) and None
    )
    (after,) = table.look(lambda c: lines_of(c, EYES, queue.asked, [owns(queue.ana)], CaseId(0), 2))
    assert after[9] == 0  # never less than no day


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Europe/London", "Asia/Kolkata"])
def test_a_file_counts_days_ago_on_the_clocks_of_its_team(table: Table, queue: Queue, zone: str) -> None:
    case, asked = add(table, queue, 400), replace(queue.asked, zone=zone)
    for days in (0, 0.4, 0.6, 1.1, 6.4, 6.9, 7.1, 29.5, 30.02, 200, 399.9):
        touched = NOON - timedelta(days=days)
        changed = update(cases).where(cases.c.id == case.id).values(updated_at=touched)
        table.write(lambda work, now=changed: work.connection.execute(now) and None)  # type: ignore[misc]
        (line,) = table.look(lambda c: lines_of(c, EYES, asked, [owns(queue.ana)], CaseId(0), 2))
        assert line[9] == days_ago(touched, NOON, zone), days


def test_a_row_says_when_something_happened_last(table: Table, queue: Queue) -> None:
    case = add(table, queue, 20)
    happens(table, case, ChangeKind.RULES_CHANGED, 3)
    (row,) = table.look(lambda c: reading.report(c, EYES, queue.asked, 100)).rows
    assert row.touched_at == NOON - 3 * DAY


LIMITS = (DueKind.FIRST_COMMENT, DueKind.CUSTOMER_CALL)


@pytest.mark.parametrize("kind", LIMITS)
@pytest.mark.parametrize(
    ("days", "done", "detail", "told"),
    [
        (1, True, "", (1, 1)),
        (5, True, "", (1, 0)),  # the last report said it
        (1, False, "", (0, 0)),  # not yet
        (1, True, OVER, (0, 0)),  # what was owed has been done
    ],
)
def test_limits_of_first_comments_and_calls_that_were_passed_are_told(
    table: Table, queue: Queue, kind: DueKind, days: float, done: bool, detail: str, told: tuple[int, int]
) -> None:
    case = add(table, queue, 6, first_answered_at=NOON - 5 * DAY)

    def unit(work: Work) -> None:
        at = NOON - days * DAY
        values = {"workspace_id": WORKSPACE, "kind": kind.value, "case_id": case.id, "due_at": at}
        more = {"set_at": at, "done_at": at if done else None, "detail": detail}
        work.connection.execute(insert(due_times), {**values, **more})

    table.write(unit)
    found = table.look(lambda c: reading.report(c, EYES, queue.asked, 10))
    assert (found.changes.past_limit.total, found.changes.past_limit.newly) == told
    assert [row.past_limit for row in found.rows] == [bool(told[0])]
    assert [line[11] for line in _lines(table, found, queue.asked)] == ["yes" if told[0] else ""]


def test_nobody_but_staff_is_told_anything(table: Table, queue: Queue) -> None:
    add(table, queue, 1)
    for viewer in (Viewer(queue.linda), Viewer(replace(queue.linda, role=None))):
        assert table.look(lambda c, v=viewer: reading.report(c, v, queue.asked, 10)) == Told()


def test_a_search_and_ones_own_part_narrow_the_report(table: Table, queue: Queue) -> None:
    worst = add(table, queue, 1, severity=1, creator=queue.linda)
    mine = add(table, queue, 1, owner=queue.ben.ref, team_id=queue.other_team)

    def numbers(asked: Asked) -> set[int]:
        told = table.look(lambda c: reading.report(c, EYES, asked, 100))
        assert {row[1] for row in _lines(table, told, asked)} == {shown(row.number) for row in told.rows}
        return {row.number for row in told.rows}

    search = replace(queue.asked, search=Search(severities=frozenset({1})), named=Named())
    assert numbers(search) == {worst.number}
    own = replace(queue.asked, scope=Scope(own_of=queue.ben.id))
    assert numbers(own) == {mine.number}
    every = replace(queue.asked, scope=Scope())
    assert numbers(every) == {mine.number}  # the worst one was opened by a customer
    words = replace(every, search=_words("printer"), named=Named())
    assert numbers(words) == {worst.number, mine.number}


def _words(text: str) -> Search:
    return parse(text, NOON, "UTC")


def _lines(table: Table, told: Told, asked: Asked) -> list[FileLine]:
    pages = [
        table.look(lambda c, o=one: lines_of(c, EYES, asked, [o], CaseId(0), 100)) for one in told.owners
    ]
    return [line for page in pages for line in page]
