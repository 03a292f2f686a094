"""The tables: as the migrations make them, keys within a workspace, references real; upgrades keep data."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Date,
    DateTime,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
    delete,
    insert,
    inspect,
    select,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.domain.commands import Audience
from bot.domain.ids import SlackUserId
from bot.domain.people import Viewer
from bot.store import migrate, people, records
from bot.store.migrate import upgrade
from bot.store.schema import metadata
from bot.store.work import Work
from tests.databases import Kind
from tests.factories import NOON, stamp
from tests.store.conftest import Table as Database
from tests.store.conftest import Upgraded

MIGRATIONS = migrate.MIGRATIONS
FOREIGN_KEY = r"FOREIGN KEY|violates foreign key constraint"


def _revisions() -> list[str]:
    """Every revision, oldest first; one line without branches."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    return [one.revision for one in reversed(list(script.walk_revisions()))]


REVISIONS = _revisions()


def test_the_migrations_make_exactly_the_tables_of_the_code(table: Database) -> None:
    def differences(connection: Connection) -> list[Any]:
        opts = {"compare_type": True, "include_object": _is_compared}
        context = MigrationContext.configure(connection, opts=opts)
        return compare_metadata(context, metadata)

    assert table.look(differences) == []


OF_ONE_DATABASE = ("search_words", "ix_search_documents_words")
"""FTS5's tables, and the index of the other database: the next test compares them by their text."""


def _is_compared(_: object, name: str | None, *__: object) -> bool:
    return not str(name).startswith(OF_ONE_DATABASE)


def test_the_migrations_make_exactly_the_partial_indexes_and_checks_of_the_code(
    table: Database, upgraded: Upgraded, tmp_path: Path
) -> None:
    """What Alembic's comparison leaves out: the conditions of indexes and the checks of tables."""

    def made(connection: Connection) -> dict[str, tuple[str, ...]]:
        metadata.create_all(connection)
        return _spelt(connection)

    (tmp_path / "fresh").mkdir()
    with _opened(upgraded.kind.empty(tmp_path / "fresh"), upgraded.kind) as fresh:
        wanted = fresh.run(made)
    found = table.look(_spelt)
    assert {name: text for name, text in found.items() if "alembic_version" not in name} == wanted


@contextmanager
def _opened(url: str, kind: Kind) -> Iterator[Database]:
    """A database of a test's own, thrown away at the end."""
    table = Database(url)
    yield table
    table.close()
    kind.drop(url)


SPELT = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL",
    "postgresql": """
        SELECT indexname AS name, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL
        SELECT conrelid::regclass || ' ' || conname, pg_get_constraintdef(pg_constraint.oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    """,
}


def _spelt(connection: Connection) -> dict[str, tuple[str, ...]]:
    """Tables, indexes and checks by their own definitions; the order within a table says nothing."""
    rows = connection.exec_driver_sql(SPELT[connection.dialect.name])
    return {
        name: tuple(sorted(line.strip(" \t,").replace('"', "") for line in re.split(r",\s+|\n", sql)))
        for name, sql in rows
    }


def test_upgrading_twice_changes_nothing(table: Database, database_url: str) -> None:
    before = table.look(_spelt)
    assert upgrade(database_url) == REVISIONS[-1]
    assert table.look(_spelt) == before


def test_the_revisions_stand_in_one_line_and_say_what_they_bring() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    assert len(script.get_heads()) == 1
    assert all(one.doc for one in script.walk_revisions())
    assert sorted(REVISIONS) == REVISIONS, "numbered in the order in which they run"


@pytest.mark.parametrize("start", REVISIONS)
def test_a_desk_of_any_older_release_is_upgraded_with_all_that_it_holds(
    start: str, upgraded: Upgraded, tmp_path: Path
) -> None:
    """Fills every table of an old schema with rows, whatever its columns are, and upgrades step by step."""
    url = upgraded.kind.empty(tmp_path)
    assert upgrade(url, start) == start
    with _opened(url, upgraded.kind) as table:
        filled = table.run(_fill)
        assert set(filled) >= {"cases", "comments", "history", "outbox", "people"}
        for older, newer in pairwise([start, *REVISIONS[REVISIONS.index(start) + 1 :]]):
            assert older < newer
            assert upgrade(url, newer) == newer
        kept = table.look(lambda c: {name: _rows(c, name) for name in filled if inspect(c).has_table(name)})
        if table.kind == "sqlite":
            assert table.look(lambda c: c.exec_driver_sql("PRAGMA foreign_key_check").all()) == []
    for name, rows in filled.items():
        assert name in kept, f"{name} is gone: say here where its rows went"
        for old, new in zip(rows, kept[name], strict=True):
            shared = old.keys() & new.keys()
            assert {key: new[key] for key in shared} == {key: old[key] for key in shared}, name


def _fill(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Two rows in every table that there is, each reference to a row of the other table."""
    found = MetaData()
    found.reflect(connection)
    kept_by_the_database = ("alembic_version", *OF_ONE_DATABASE)
    tables = [one for one in found.sorted_tables if not one.name.startswith(kept_by_the_database)]
    for table in tables:
        for number in (1, 2):
            values = {column.name: _value(column, number) for column in table.columns}
            connection.execute(insert(table).values(values))
    return {table.name: _rows(connection, table.name) for table in tables}


def _value(column: Any, number: int) -> object:
    if column.foreign_keys or isinstance(column.type, Integer):
        return number
    if isinstance(column.type, Date):
        return NOON.date()
    if isinstance(column.type, DateTime):
        return NOON.replace(tzinfo=NOON.tzinfo if column.type.timezone else None, day=number)
    if isinstance(column.type, JSON):
        return {"answer": number}
    if isinstance(column.type, Boolean):
        return True
    room = min(getattr(column.type, "length", None) or 9, 9)
    return f"{column.name[: room - 1]}{number}"


def _rows(connection: Connection, name: str) -> list[dict[str, Any]]:
    key = ", ".join(f'"{one}"' for one in inspect(connection).get_pk_constraint(name)["constrained_columns"])
    found = connection.exec_driver_sql(f'SELECT * FROM "{name}" ORDER BY {key}').mappings()  # noqa: S608 - names of a table and its key
    return [dict(row) for row in found]


FIRST_LIGHT = (
    "INSERT INTO accounts (id, workspace_id, name, org_id_or_mid, success_plan, timezone, created_at)"
    " VALUES (7, 'T0DESK', 'Cloud Nine', 'MID-1', 'Premier', 'UTC', '2026-11-21 12:00:00')",
    "INSERT INTO teams (id, workspace_id, name, kind, channel, public_comments_locked)"
    " VALUES (3, 'T0DESK', 'Level two', 'level_two', NULL, false)",
    "INSERT INTO people"
    " (id, workspace_id, slack_user_id, name, timezone, role, account_id, home_seen, created_at)"
    " VALUES (1, 'T0DESK', 'U0LINDA', 'Linda', 'UTC', 'dsc', 7, true, '2026-11-21 12:00:00'),"
    " (2, 'T0DESK', 'U0OMAR', 'Omar', 'UTC', 'administrator', NULL, true, '2026-11-21 12:00:00')",
    "INSERT INTO team_members (team_id, person_id) VALUES (3, 2)",
    "INSERT INTO history (workspace_id, person_id, at, kind, actor_id, source, audience, changes)"
    " VALUES ('T0DESK', 1, '2026-11-21 12:00:00', 'person_set_up', 2, 'person', 'internal', '{}')",
)
"""A desk as the first release left it, in its own words."""


def test_a_desk_of_first_light_goes_on_and_its_people_can_be_set_up_anew(
    upgraded: Upgraded, tmp_path: Path
) -> None:
    def first_light(connection: Connection) -> None:
        for statement in FIRST_LIGHT:
            connection.exec_driver_sql(statement)

    url = upgraded.kind.empty(tmp_path)
    upgrade(url, "0001")
    with _opened(url, upgraded.kind) as table:
        table.run(first_light)
        upgrade(url)
        table.run(_goes_on)


def _goes_on(connection: Connection) -> None:
    work = Work(connection=connection, stamp=stamp())
    omar = people.find_person(connection, work.workspace_id, SlackUserId("U0OMAR"))
    linda = people.find_person(connection, work.workspace_id, SlackUserId("U0LINDA"))
    assert omar is not None
    assert linda is not None
    assert (linda.version, linda.named_by, linda.named_on) == (1, "", None)
    assert [(team.name, team.version) for team in omar.teams] == [("Level two", 1)]
    (account,) = people.list_accounts(connection, Viewer(omar))
    assert (account.name, account.version) == ("Cloud Nine", 1)
    people.set_up(work, linda.id, linda.role, account.id, named_by="Kim", version=1)
    records.insert_history(
        work,
        "account_edited",
        actor_id=omar.id,
        audience=Audience.INTERNAL,
        changes={},
        account_id=account.id,
    )
    again = people.find_person(connection, work.workspace_id, SlackUserId("U0LINDA"))
    assert again is not None
    assert (again.version, again.named_by) == (2, "Kim")


NEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "9999", "{last}"
branch_labels = depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cases") as batch:  # SQLite builds the whole table anew
        batch.add_column(sa.Column("colour", sa.Text))
        batch.alter_column("title", type_=sa.String(200))
    {then}
"""


@pytest.mark.parametrize(
    ("then", "fault"),
    [
        ("pass", None),
        ("op.execute('SELECT * FROM nowhere')", "nowhere"),
        ("op.execute('DELETE FROM people')", "rows that are gone|violates foreign key"),
    ],
    ids=["well", "fails half-way", "forgets rows that others point to"],
)
def test_the_next_release_may_rebuild_a_table_and_its_upgrade_is_whole_or_not_at_all(
    then: str,
    fault: str | None,
    table: Database,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    filled = table.run(_fill)
    copy = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, copy)
    (copy / "versions" / "9999_next.py").write_text(NEXT.format(last=REVISIONS[-1], then=then))
    monkeypatch.setattr(migrate, "MIGRATIONS", copy)
    if fault is None:
        assert upgrade(database_url) == "9999"
        wanted = {**filled, "cases": [row | {"colour": None} for row in filled["cases"]]}
    else:
        with pytest.raises((DBAPIError, ValueError), match=fault):
            upgrade(database_url)
        wanted = filled
    assert table.look(lambda c: {name: _rows(c, name) for name in filled}) == wanted
    with pytest.raises(IntegrityError, match=FOREIGN_KEY):
        table.run(lambda c: c.execute(delete(metadata.tables["cases"])))


UNIQUE_WITHOUT_WORKSPACE = {
    ("outbox", ("token",)): "128 random bits that no two desks share, looked up in Slack and not here",
    ("team_members", ("team_id", "person_id")): "both are internal ids, which belong to one workspace each",
    ("order_lines", ("order_id", "line_no")): "within an order, whose internal id belongs to one workspace",
    ("order_payments", ("order_id", "ref")): "the same",
    ("fraud_reports", ("order_id", "provider")): "the same",
    ("review_decisions", ("review_id", "version")): "within a review, likewise",
    ("fraud_decisions", ("report_id",)): "within a fraud report, likewise",
    ("cart_lines", ("cart_id", "line_no")): "within a cart, likewise",
    ("change_order_lines", ("change_id", "position")): "within a change order, likewise",
    ("return_order_lines", ("return_id", "position")): "within a return, likewise",
    ("case_ties", ("case_id",)): "one of a case, likewise",
}
"""Unique keys that do not name the workspace, with the reason; plain internal ids are not listed."""


def _unique_keys(table: Table) -> set[tuple[str, ...]]:
    keys = {tuple(table.primary_key.columns.keys())}
    keys |= {tuple(one.columns.keys()) for one in table.constraints if isinstance(one, UniqueConstraint)}
    keys |= {tuple(one.columns.keys()) for one in table.indexes if one.unique}
    return keys - {("id",)}


def _of_some_rows(table: Table) -> set[tuple[str, ...]]:
    """Keys of the rows alone that go on, which the rows of `_fill` do not; the tests of those hold them."""
    some = [one for one in table.indexes if one.dialect_options["sqlite"]["where"] is not None]
    return {tuple(one.columns.keys()) for one in some if one.unique}


def test_two_workspaces_in_one_database_never_meet_in_a_unique_key() -> None:
    without = {
        (table.name, key)
        for table in metadata.sorted_tables
        for key in _unique_keys(table)
        if "workspace_id" not in key
    }
    assert without == set(UNIQUE_WITHOUT_WORKSPACE)


def test_every_table_knows_its_workspace() -> None:
    without = {table.name for table in metadata.sorted_tables if "workspace_id" not in table.columns}
    assert without == {"team_members"}


FOREIGN_KEYS = [
    (table, column) for table in metadata.sorted_tables for column in table.columns if column.foreign_keys
]


@pytest.fixture(scope="module")
def full(upgraded: Upgraded, tmp_path_factory: pytest.TempPathFactory) -> Upgraded:
    """A database with two rows in every table, filled once: to ask it for all its tables takes a second."""
    with upgraded.copy(tmp_path_factory.mktemp("filling")) as url:
        table = Database(url)
        table.run(_fill)
        table.close()
        return Upgraded(upgraded.kind, upgraded.kind.copy(url, tmp_path_factory.mktemp("full")))


@pytest.fixture
def filled(full: Upgraded, tmp_path: Path) -> Iterator[Database]:
    """A copy of it."""
    with full.copy(tmp_path) as url:
        table = Database(url)
        yield table
        table.close()


@pytest.mark.parametrize(
    ("table_of", "column"), FOREIGN_KEYS, ids=[f"{one.name}.{column.name}" for one, column in FOREIGN_KEYS]
)
def test_a_row_cannot_point_at_something_that_is_not_there(
    filled: Database, table_of: Table, column: Any
) -> None:
    """One row alone: where the reference is the row's own key, two that say the same would clash first."""
    astray = table_of.update().where(column == 1).values({column.name: 99})
    with pytest.raises(IntegrityError, match=FOREIGN_KEY):
        filled.run(lambda c: c.execute(astray))


UNIQUE_KEYS = [
    (table, key)
    for table in metadata.sorted_tables
    for key in sorted(_unique_keys(table) - _of_some_rows(table))
    if table.name != "team_members"
]


@pytest.mark.parametrize(
    ("table_of", "key"), UNIQUE_KEYS, ids=[f"{one.name}({','.join(key)})" for one, key in UNIQUE_KEYS]
)
def test_what_stands_once_stands_once_but_once_in_each_workspace(
    filled: Database, table_of: Table, key: tuple[str, ...]
) -> None:
    """The second row gets the first one's key: refused. In another workspace the same key is no trouble."""
    wanted = select(*(table_of.c[name] for name in key)).order_by(table_of.c[key[-1]]).limit(1)
    first = dict(filled.look(lambda c: c.execute(wanted).mappings().one()))
    second = table_of.update().where(table_of.c[key[-1]] != first[key[-1]])
    with pytest.raises(IntegrityError, match=r"UNIQUE|violates unique constraint"):
        filled.run(lambda c: c.execute(second.values(first)))
    if "workspace_id" in key:
        elsewhere = {**first, "workspace_id": "T0ELSEWHERE"}
        assert filled.run(lambda c: c.execute(second.values(elsewhere)).rowcount) == 1


def test_a_severity_is_one_of_four(filled: Database) -> None:
    with pytest.raises(IntegrityError, match=r"CHECK|violates check constraint"):
        filled.run(lambda c: c.execute(metadata.tables["cases"].update().values(severity=5)))
