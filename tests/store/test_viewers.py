"""No read without a viewer: the signatures of the store, and what each viewer gets out of the SQL itself."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

import bot.store
from bot.domain.cases import Case, ChangeKind, may_read
from bot.domain.commands import Audience
from bot.domain.files import FileRules
from bot.domain.ids import CommentId, HistoryId, SlackUserId, TeamId, WorkspaceId
from bot.domain.lifecycle import Status
from bot.domain.pages import ListKind
from bot.domain.people import Person, Role, TeamKind, Viewer, channel_viewer
from bot.domain.talk import Attached
from bot.store import cases, dead_letters, files, people, records, set_up
from bot.store.lists import case_list
from bot.store.outbox import Announcement, Kind, announce, bury, claim_head
from bot.store.work import Work
from tests.factories import (
    WORKSPACE,
    add_account,
    add_case,
    add_comment,
    add_person,
    add_team,
    load_case,
    person,
    stamp,
)
from tests.store.conftest import Table

# --- what the code says -------------------------------------------------------------------------------

STORE = Path(bot.store.__file__).parent
PROTECTED = {"cases", "comments", "history", "accounts", "people", "teams", "team_members"}

WITHOUT_VIEWER = {
    "people.find_person": "who somebody is decides what they may see: it makes the viewer",
    "people.person_by_id": "the same by internal id: creator, owner and recipient of a change",
    "people.people_by_ids": "whole people for ids that a read with a viewer has found",
    "people.names": "names of people who are mentioned in a message that the reader has before them",
    "people.dm_channel": "where the bot talks to a person; nobody is shown it",
    "people.count_administrators": "a number that a rule needs; nobody is shown it",
    "dead_letters.tell_administrators": "to whom a digest goes; nobody is shown it",
    "people.hold_set_up": "keeps other administrators waiting and returns nothing",
    "people.insert_person": "the id of somebody who was there already; nobody is shown it",
    "cases.hold": "keeps others from a case and returns nothing",
    "cases.by_thread": "says that a thread belongs to a case, and nothing of the case",
    "cases.open_cards_of": "which cards are to be drawn again; each is read through its channel's eyes then",
    "talk.whereabouts": "says that a message belongs to a case, and nothing of the case",
    "talk.said": "what was recorded of a message, to be joined with what is told of it now",
    "talk.author_of": "who wrote a comment, for the history of it",
    "records.audience_of": "who may read a comment, for what is written about it",
    "threads.comments_at": "which messages are comments already, so that none is kept twice",
    "threads.customers_of": "who may be in a channel, which decides its audience; nobody is shown it",
    "outbox.card_on_its_way": "says that some card may be on its way, and nothing of its case",
}
"""Reads of protected tables that take no viewer, each with its reason."""


@dataclass(frozen=True)
class Function:
    """A function of the store, as its source says."""

    name: str
    takes_viewer: bool
    selects: bool
    tables: frozenset[str]
    calls: frozenset[str]


def _functions(path: Path) -> Iterator[Function]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    aliases = {
        target.id: statement.value.func.value.id
        for statement in tree.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Call)
        and isinstance(statement.value.func, ast.Attribute)
        and statement.value.func.attr == "alias"
        and isinstance(statement.value.func.value, ast.Name)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield from (_function(one, aliases) for one in node.body if _is_function(one))  # type: ignore[arg-type]
    yield from (_function(one, aliases) for one in tree.body if _is_function(one))  # type: ignore[arg-type]
    for statement in tree.body:  # a statement that is built once, for whoever executes it
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            yield _function(statement, aliases, statement.targets[0].id)


def _is_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def _function(node: Any, aliases: dict[str, str], name: str = "") -> Function:
    names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    names = {aliases.get(name, name) for name in names}
    annotations = [one.annotation for one in ast.walk(node) if isinstance(one, ast.arg)]
    return Function(
        name=name or node.name,
        takes_viewer=any(isinstance(one, ast.Name) and one.id == "Viewer" for one in annotations),
        selects="select" in names,
        tables=frozenset(names & PROTECTED),
        calls=frozenset(names),
    )


def _reads() -> dict[str, Function]:
    """Public functions that read a protected table, themselves or by a private helper of their module."""
    found: dict[str, Function] = {}
    for path in STORE.glob("*.py"):
        here = {one.name: one for one in _functions(path)}
        readers = {name for name, one in here.items() if one.selects and one.tables}
        grown = True
        while grown:
            more = {
                name
                for name, one in here.items()
                if any(helper in readers and helper.startswith("_") for helper in one.calls)
            }
            grown = not more <= readers
            readers |= more
        found |= {f"{path.stem}.{name}": here[name] for name in readers if not name.startswith("_")}
    return found


def test_every_read_takes_a_viewer_or_says_here_why_not() -> None:
    without = {name for name, function in _reads().items() if not function.takes_viewer}
    assert without == set(WITHOUT_VIEWER)


# --- what the database says ---------------------------------------------------------------------------

OTHER = WorkspaceId("T0OTHER")


@dataclass(frozen=True)
class World:
    """A desk with two accounts, and another workspace in the same database."""

    cases: tuple[Case, ...]
    comments: tuple[tuple[CommentId, Case, Audience], ...]
    history: tuple[tuple[HistoryId, Case, Audience], ...]
    accounts: tuple[int, int]
    staff: Person
    team: TeamId
    stranger_case: Case

    def viewers(self) -> Iterator[Viewer]:
        """Everybody who can exist: each role with each account; and the same people of the other desk."""
        for role in (*Role, None):
            for account in (None, *self.accounts):
                if role is not None and role.is_staff and account is not None:
                    continue
                someone = person("Some", role, account=account)  # type: ignore[arg-type]
                yield Viewer(replace(someone, id=self.staff.id))
                yield Viewer(replace(someone, id=self.staff.id, workspace_id=OTHER))
        yield channel_viewer(WORKSPACE)


@pytest.fixture(scope="module")
def world(shared_table: Table) -> World:
    return shared_table.write(_populate)


@pytest.fixture
def table(shared_table: Table) -> Table:
    return shared_table


def _populate(work: Work) -> World:
    accounts = (add_account(work, "Cloud Nine"), add_account(work, "Harbour"))
    team = add_team(work, TeamKind.LEVEL_TWO)
    staff = add_person(work, "Ana", Role.AGENT, team)
    made = tuple(
        add_case(work, staff, account, status=status, owner=staff.ref, team_id=team)
        for account in accounts
        for status in (Status.NEW, Status.WAITING, Status.CLOSED)
    )
    comments = tuple(
        (add_comment(work, one.id, staff, audience=audience), one, audience)
        for one in made
        for audience in Audience
    )
    history = tuple(
        (
            records.insert_history(
                work, ChangeKind.EDITED, actor_id=staff.id, audience=audience, changes={}, case_id=one.id
            ),
            one,
            audience,
        )
        for one in made
        for audience in Audience
    )
    for number, (comment_id, one, _) in enumerate(comments):
        brought = Attached(slack_file_id=f"F{number}", name="dump.log", size=1)
        files.add_files(work, FileRules(), one.id, comment_id, [brought])
    there = replace(work, stamp=stamp(workspace_id=OTHER))
    _bury(work, made[0])
    other = add_case(there, add_person(there, "Ana", Role.AGENT), add_account(there, "Cloud Nine"))
    add_person(work, "Linda", Role.DSC, account=accounts[0])
    return World(made, comments, history, accounts, staff, team, other)


def _bury(work: Work, case: Case) -> None:
    """A dead letter about a case."""
    announce(work, Announcement(kind=Kind.CARD, conversation="support-cases", case_id=case.id))
    row = claim_head(work, "support-cases")
    assert row is not None
    bury(work, row, "chat.postMessage: invalid_blocks")


def _may_read(world: World, viewer: Viewer, case: Case) -> bool:
    theirs = OTHER if case is world.stranger_case else WORKSPACE
    return theirs == viewer.workspace_id and may_read(case, viewer.person)


def test_the_sql_shows_a_case_exactly_to_those_who_may_read_it_by_the_rules(
    table: Table, world: World
) -> None:
    seen = 0
    for viewer in world.viewers():
        for case in (*world.cases, world.stranger_case):
            wanted = case if _may_read(world, viewer, case) else None
            assert table.look(lambda c, v=viewer, k=case: cases.by_id(c, v, k.id)) == wanted
            by_number = table.look(lambda c, v=viewer, k=case: cases.by_number(c, v, k.number))
            if case is not world.stranger_case and viewer.workspace_id == WORKSPACE:
                assert by_number == wanted
            seen += wanted is not None
    assert seen > 30, "the table of viewers and cases has become trivial"


def test_the_same_number_in_two_workspaces_is_two_cases(table: Table, world: World) -> None:
    assert world.stranger_case.number == world.cases[0].number
    there = channel_viewer(OTHER)
    found = table.look(lambda c: cases.by_number(c, there, world.stranger_case.number))
    assert found == world.stranger_case


def test_comments_and_history_are_seen_by_those_of_their_audience_who_see_the_case(
    table: Table, world: World
) -> None:
    for viewer in world.viewers():
        for comment_id, case, audience in world.comments:
            allowed = _may_read(world, viewer, case) and _belongs(viewer, audience)
            found = table.look(lambda c, v=viewer, i=comment_id: records.comment_by_id(c, v, i))
            assert (found is not None) == allowed
            if found is not None:
                assert (found.id, found.case_id, found.audience) == (comment_id, case.id, audience)
        for history_id, case, audience in world.history:
            allowed = _may_read(world, viewer, case) and _belongs(viewer, audience)
            entry = table.look(lambda c, v=viewer, i=history_id: records.history_entry(c, v, i))
            assert (entry is not None) == allowed


def _belongs(viewer: Viewer, audience: Audience) -> bool:
    return audience is Audience.PUBLIC or viewer.is_staff


def test_counts_and_pages_tell_no_more_than_single_reads(table: Table, world: World) -> None:
    for viewer in world.viewers():
        for case in world.cases:
            readable = [
                one
                for one, of, audience in world.comments
                if of is case and _may_read(world, viewer, case) and _belongs(viewer, audience)
            ]
            shown, count = table.look(
                lambda c, v=viewer, k=case: records.newest_comments(c, v, k.id, limit=10)
            )
            assert ([one.id for one in shown], count) == (readable, len(readable))
            entries = [
                one
                for one, of, audience in world.history
                if of is case and _may_read(world, viewer, case) and _belongs(viewer, audience)
            ]
            page = table.look(lambda c, v=viewer, k=case: records.history_page(c, v, k.id, None, 10))
            assert [one.id for one in page] == entries[::-1]
            assert table.look(lambda c, v=viewer, k=case: records.count_history(c, v, k.id)) == len(entries)


def test_files_are_seen_by_those_who_read_the_message_that_brought_them(table: Table, world: World) -> None:
    for viewer in world.viewers():
        for case in world.cases:
            wanted = [
                audience
                for _, of, audience in world.comments
                if of is case and _may_read(world, viewer, case) and _belongs(viewer, audience)
            ]
            found, count = table.look(lambda c, v=viewer, k=case: files.case_files(c, v, k.id, 10))
            assert ([one.audience for one in found], count) == (wanted, len(wanted))


Ask = Callable[[Connection, Viewer, World], object]
READS: dict[str, Ask] = {
    "cases.by_id": lambda c, v, w: cases.by_id(c, v, w.cases[0].id),
    "cases.by_number": lambda c, v, w: cases.by_number(c, v, w.cases[0].number),
    "dead_letters.letters": lambda c, v, w: dead_letters.letters(c, v).rows,
    "files.case_files": lambda c, v, w: files.case_files(c, v, w.cases[0].id, 10)[0],
    "lists.case_list": lambda c, v, w: [row for kind in ListKind for row in case_list(kind)(c, v).rows],
    "people.list_accounts": lambda c, v, w: people.list_accounts(c, v),
    "people.find_account": lambda c, v, w: people.find_account(c, v, w.cases[0].account_id),
    "people.list_teams": lambda c, v, w: people.list_teams(c, v),
    "set_up.account_page": lambda c, v, w: set_up.account_page(c, v, 0, "").rows,
    "set_up.people_page": lambda c, v, w: set_up.people_page(c, v, 0, "").rows,
    "set_up.team_page": lambda c, v, w: set_up.team_page(c, v, 0, "").rows,
    "set_up.people_of_account": lambda c, v, w: set_up.people_of_account(c, v, w.cases[0].account_id),
    "set_up.people_of_team": lambda c, v, w: set_up.people_of_team(c, v, w.team),
    "set_up.count_contacts": lambda c, v, w: set_up.count_contacts(c, v, w.cases[0].account_id),
    "records.newest_comments": lambda c, v, w: records.newest_comments(c, v, w.cases[0].id, 10)[0],
    "records.comment_by_id": lambda c, v, w: records.comment_by_id(c, v, w.comments[0][0]),
    "records.history_entry": lambda c, v, w: records.history_entry(c, v, w.history[0][0]),
    "records.history_page": lambda c, v, w: records.history_page(c, v, w.cases[0].id, None, 10),
    "records.history_ids_above": lambda c, v, w: records.history_ids_above(
        c, v, w.cases[0].id, HistoryId(0), 10
    ),
    "records.count_history": lambda c, v, w: records.count_history(c, v, w.cases[0].id),
}
"""Every read of the store that takes a viewer, asked for something of Cloud Nine's."""


def test_this_file_asks_every_read_there_is() -> None:
    assert {name for name, function in _reads().items() if function.takes_viewer} == set(READS)


@pytest.mark.parametrize("read", list(READS))
def test_a_viewer_from_outside_gets_nothing_and_an_administrator_something(
    table: Table, world: World, read: str
) -> None:
    elsewhere = WorkspaceId("T0EMPTY")
    outsiders = (
        Viewer(person("Nobody", None)),
        Viewer(person("Lost", Role.DSC)),  # a customer's person without an account
        Viewer(replace(person("Omar", Role.ADMINISTRATOR), workspace_id=elsewhere)),
        Viewer(
            replace(person("Viktor", Role.DSC, account=world.cases[0].account_id), workspace_id=elsewhere)
        ),
    )
    for outsider in outsiders:
        assert not table.look(lambda c, v=outsider: READS[read](c, v, world)), outsider
    administrator = Viewer(replace(world.staff, role=Role.ADMINISTRATOR))
    assert table.look(lambda c: READS[read](c, administrator, world))


def test_people_are_known_within_their_workspace_only(table: Table, world: World) -> None:
    ana = SlackUserId("U0ANA")
    here = table.look(lambda c: people.find_person(c, WORKSPACE, ana))
    there = table.look(lambda c: people.find_person(c, OTHER, ana))
    assert here is not None
    assert there is not None
    assert here.id == world.staff.id != there.id
    assert table.look(lambda c: people.find_person(c, WorkspaceId("T0EMPTY"), ana)) is None
    assert table.look(lambda c: people.names(c, OTHER, [ana, "U0NOBODY"])) == {ana: "Ana"}


def test_a_case_is_loaded_as_it_was_saved(table: Table, world: World) -> None:
    for case in world.cases:
        assert table.write(lambda work, k=case: load_case(work, k.id)) == case
