"""The tables: as the migrations make them, keys within a workspace, references real; upgrades keep data."""

from __future__ import annotations

import re
import shutil
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
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.domain.commands import Audience
from bot.domain.ids import SlackUserId
from bot.domain.people import Viewer
from bot.store import migrate, people, records
from bot.store.migrate import upgrade
from bot.store.schema import metadata
from bot.store.work import Work
from bot.store.writer import sqlite_engine
from tests.factories import NOON, stamp
from tests.store.conftest import DATABASES
from tests.store.conftest import Table as Database

MIGRATIONS = migrate.MIGRATIONS


def _revisions() -> list[str]:
    """Every revision, oldest first; one line without branches."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    return [one.revision for one in reversed(list(script.walk_revisions()))]


REVISIONS = _revisions()


def test_the_migrations_make_exactly_the_tables_of_the_code(table: Database) -> None:
    with table.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_migrations_make_exactly_the_partial_indexes_and_checks_of_the_code(
    table: Database, tmp_path: Path
) -> None:
    """What Alembic's comparison leaves out: the conditions of indexes and the checks of tables."""
    fresh = sqlite_engine(str(tmp_path / "fresh.db"))
    with fresh.begin() as connection:
        metadata.create_all(connection)
        wanted = _spelt(connection)
    fresh.dispose()
    with table.engine.connect() as connection:
        found = _spelt(connection)
    found.pop("alembic_version")
    assert found == wanted


def _spelt(connection: Connection) -> dict[str, tuple[str, ...]]:
    """Each table and index by its own definition; neither order nor lines within a table say anything."""
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {
        name: tuple(sorted(line.strip(" \t,").replace('"', "") for line in re.split(r",\s+|\n", sql)))
        for name, sql in rows
    }


def test_upgrading_twice_changes_nothing(table: Database, database_url: str) -> None:
    with table.engine.connect() as connection:
        before = _spelt(connection)
    assert upgrade(database_url) == REVISIONS[-1]
    with table.engine.connect() as connection:
        assert _spelt(connection) == before


def test_the_revisions_stand_in_one_line_and_say_what_they_bring() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    assert len(script.get_heads()) == 1
    assert all(one.doc for one in script.walk_revisions())
    assert sorted(REVISIONS) == REVISIONS, "numbered in the order in which they run"


@pytest.mark.parametrize("kind", list(DATABASES))
@pytest.mark.parametrize("start", REVISIONS)
def test_a_desk_of_any_older_release_is_upgraded_with_all_that_it_holds(
    start: str, kind: str, tmp_path: Path
) -> None:
    """Fills every table of an old schema with rows, whatever its columns are, and upgrades step by step."""
    url = DATABASES[kind](tmp_path)
    assert upgrade(url, start) == start
    engine = sqlite_engine(url.removeprefix("sqlite:///"))
    with engine.begin() as connection:
        filled = _fill(connection)
    assert set(filled) >= {"cases", "comments", "history", "outbox", "people"}
    for older, newer in pairwise([start, *REVISIONS[REVISIONS.index(start) + 1 :]]):
        assert older < newer
        assert upgrade(url, newer) == newer
    with engine.connect() as connection:
        kept = {name: _rows(connection, name) for name in filled if inspect(connection).has_table(name)}
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    engine.dispose()
    for name, rows in filled.items():
        assert name in kept, f"{name} is gone: say here where its rows went"
        for old, new in zip(rows, kept[name], strict=True):
            shared = old.keys() & new.keys()
            assert {key: new[key] for key in shared} == {key: old[key] for key in shared}, name


def _fill(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Two rows in every table that there is, each reference to a row of the other table."""
    found = MetaData()
    found.reflect(connection)
    tables = [table for table in found.sorted_tables if table.name != "alembic_version"]
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
        return NOON.replace(tzinfo=None, day=number)
    if isinstance(column.type, JSON):
        return {"answer": number}
    return True if isinstance(column.type, Boolean) else f"{column.name[:8]}{number}"


def _rows(connection: Connection, name: str) -> list[dict[str, Any]]:
    found = connection.exec_driver_sql(f'SELECT * FROM "{name}" ORDER BY 1, 2').mappings()  # noqa: S608 - a table's name
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


@pytest.mark.parametrize("kind", list(DATABASES))
def test_a_desk_of_first_light_goes_on_and_its_people_can_be_set_up_anew(kind: str, tmp_path: Path) -> None:
    url = DATABASES[kind](tmp_path)
    upgrade(url, "0001")
    engine = sqlite_engine(url.removeprefix("sqlite:///"))
    with engine.begin() as connection:
        for statement in FIRST_LIGHT:
            connection.exec_driver_sql(statement)
    upgrade(url)
    with engine.begin() as connection:
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
    engine.dispose()


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
        ("op.execute('DELETE FROM people')", "references to rows that are gone"),
    ],
    ids=["well", "fails half-way", "forgets rows that others point to"],
)
def test_the_next_release_may_rebuild_a_table_and_its_upgrade_is_whole_or_not_at_all(
    then: str, fault: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = DATABASES["sqlite"](tmp_path)  # PostgreSQL changes tables in place
    upgrade(url)
    engine = sqlite_engine(url.removeprefix("sqlite:///"))
    with engine.begin() as connection:
        filled = _fill(connection)
    copy = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, copy)
    (copy / "versions" / "9999_next.py").write_text(NEXT.format(last=REVISIONS[-1], then=then))
    monkeypatch.setattr(migrate, "MIGRATIONS", copy)
    if fault is None:
        assert upgrade(url) == "9999"
        wanted = {**filled, "cases": [row | {"colour": None} for row in filled["cases"]]}
    else:
        with pytest.raises((OperationalError, ValueError), match=fault):
            upgrade(url)
        wanted = filled
    with engine.connect() as connection:
        assert {name: _rows(connection, name) for name in filled} == wanted
    with pytest.raises(IntegrityError, match="FOREIGN KEY"), engine.begin() as connection:
        connection.execute(delete(metadata.tables["cases"]))
    engine.dispose()


UNIQUE_WITHOUT_WORKSPACE = {
    ("outbox", ("token",)): "128 random bits that no two desks share, looked up in Slack and not here",
    ("team_members", ("team_id", "person_id")): "both are internal ids, which belong to one workspace each",
}
"""Unique keys that do not name the workspace, with the reason; plain internal ids are not listed."""


def _unique_keys(table: Table) -> set[tuple[str, ...]]:
    keys = {tuple(table.primary_key.columns.keys())}
    keys |= {tuple(one.columns.keys()) for one in table.constraints if isinstance(one, UniqueConstraint)}
    keys |= {tuple(one.columns.keys()) for one in table.indexes if one.unique}
    return keys - {("id",)}


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


@pytest.mark.parametrize(
    ("table_of", "column"), FOREIGN_KEYS, ids=[f"{one.name}.{column.name}" for one, column in FOREIGN_KEYS]
)
def test_a_row_cannot_point_at_something_that_is_not_there(
    table: Database, table_of: Table, column: Any
) -> None:
    with table.engine.begin() as connection:
        _fill(connection)
    with pytest.raises(IntegrityError, match="FOREIGN KEY"), table.engine.begin() as connection:
        connection.execute(table_of.update().values({column.name: 99}))


UNIQUE_KEYS = [
    (table, key)
    for table in metadata.sorted_tables
    for key in sorted(_unique_keys(table))
    if table.name != "team_members"
]


@pytest.mark.parametrize(
    ("table_of", "key"), UNIQUE_KEYS, ids=[f"{one.name}({','.join(key)})" for one, key in UNIQUE_KEYS]
)
def test_what_stands_once_stands_once_but_once_in_each_workspace(
    table: Database, table_of: Table, key: tuple[str, ...]
) -> None:
    """The second row gets the first one's key: refused. In another workspace the same key is no trouble."""
    with table.engine.begin() as connection:
        _fill(connection)
        first = connection.execute(select(*(table_of.c[name] for name in key)).limit(1)).mappings().one()
        second = table_of.c[key[-1]] != first[key[-1]]
    with pytest.raises(IntegrityError, match="UNIQUE"), table.engine.begin() as connection:
        connection.execute(table_of.update().where(second).values(dict(first)))
    if "workspace_id" in key:
        elsewhere = {**first, "workspace_id": "T0ELSEWHERE"}
        with table.engine.begin() as connection:
            assert connection.execute(table_of.update().where(second).values(elsewhere)).rowcount == 1


def test_a_severity_is_one_of_four(table: Database) -> None:
    with table.engine.begin() as connection:
        _fill(connection)
    with pytest.raises(IntegrityError, match="CHECK"), table.engine.begin() as connection:
        connection.execute(metadata.tables["cases"].update().values(severity=5))
