"""A whole desk goes out as JSON lines and comes into an empty database as it was, on either kind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from bot.domain.commands import AddComment, Audience, Contact, OpenCase
from bot.domain.ids import CallKey, CaseId
from bot.domain.phones import PhoneHours
from bot.services import cases, phones
from bot.services.desk import Desk
from bot.store.everything import carried
from bot.store.migrate import upgrade
from bot.store.schema_finding import search_documents
from bot.store.work import Connection
from tests.databases import kind
from tests.transfer.conftest import OMAR, Operator
from tests.transfer.test_tables import ACCOUNTS, PEOPLE

TRYING = 'Söme text,\n"quoted" \u2028 \U0001f4a5 =1+1'


async def works(desk: Desk) -> None:
    """Cases, comments, dues and what else a desk gathers."""
    for number in range(3):
        command = OpenCase(
            account_id=1,  # type: ignore[arg-type]
            org_id_or_mid="",
            title=f"{TRYING} {number}",
            description=TRYING,
            business_impact=desk.policy.business_impacts[0].value,
            timezone="Europe/Lisbon",
            severity=2,
            kind=desk.policy.kinds[0].value,
            contact=Contact(name="Lou"),
        )
        receipt = await cases.open_case(desk, command, OMAR, CallKey(f"open {number}"))
        assert receipt.case_id is not None
        comment = AddComment(case_id=CaseId(receipt.case_id), text=TRYING, audience=Audience.INTERNAL)
        await cases.comment(desk, comment, OMAR, CallKey(f"comment {number}"))
    await phones.set_hours(desk, PhoneHours(numbers=("+1 555 010 0199",)), OMAR, CallKey("phones"))


def _rows(table: Table) -> Any:
    columns = (one for one in table.columns if one is not search_documents.c.words)
    return select(*columns).order_by(*table.primary_key.columns)


def tables(operator: Operator) -> dict[str, list[Any]]:
    """Every row of every table; what words make of a document is each database's own way to write it."""

    async def look(desk: Desk) -> dict[str, list[Any]]:
        def query(connection: Connection) -> dict[str, list[Any]]:
            return {table.name: list(map(tuple, connection.execute(_rows(table)))) for table in carried()}

        return await desk.store.look(query)

    found: dict[str, list[Any]] = operator.does(look)
    return found


@pytest.fixture
def full(operator: Operator) -> Operator:
    operator.writes("accounts.csv", ACCOUNTS)
    operator.writes("people.csv", PEOPLE)
    assert operator.runs("import", "accounts.csv", "people.csv") == 0
    operator.does(works)
    return operator


@pytest.mark.parametrize("other", ["sqlite", "postgres"])
def test_a_desk_comes_into_an_empty_database_as_it_was(
    full: Operator, other: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tables(full)
    assert full.runs("export", "out") == 0
    assert "out holds 3 cases, 3 comments, 2 accounts, 3 people." in full.said
    assert full.runs("import", "out", "--dry-run") == 0
    assert "is sound. Nothing is imported" in full.said
    assert full.runs("import", "out") == 1
    assert "There is a desk in this database already" in full.said
    assert tables(full) == before

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    there = kind(other)
    url = there.empty(elsewhere)
    monkeypatch.setenv("DATABASE_URL", url)
    moved = Operator(tmp_path, url, full._capsys)
    try:
        assert moved.runs("import", "out") == 0, moved.said
        assert "The desk has 3 cases, 3 comments, 2 accounts, 3 people now" in moved.said
        assert tables(moved) == before
        moved.does(lambda desk: one_more(desk))  # and it goes on counting where it was
        assert len(tables(moved)["comments"]) == 4
        assert moved.runs("export", "again") == 0
    finally:
        there.drop(url)


async def one_more(desk: Desk) -> None:
    comment = AddComment(case_id=CaseId(1), text="Here we go on", audience=Audience.INTERNAL)
    await cases.comment(desk, comment, OMAR, CallKey("one more"))


def test_an_export_that_was_touched_is_not_brought_in(
    full: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert full.runs("export", "out") == 0
    out = tmp_path / "out"
    comments = out / "comments.jsonl"
    kept = comments.read_bytes()
    elsewhere = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    monkeypatch.setenv("DATABASE_URL", elsewhere)
    upgrade(elsewhere)
    moved = Operator(tmp_path, elsewhere, full._capsys)
    for wrong in (kept[: len(kept) // 2], kept.replace(b"text", b"test"), kept.replace(b"quoted", b"Quoted")):
        comments.write_bytes(wrong)
        assert moved.runs("import", "out") == 1
        assert "Export again." in moved.said
        assert not any(tables(moved).values()), "nothing half"
    comments.write_bytes(kept)
    contents = json.loads((out / "contents.json").read_text())
    (out / "contents.json").write_text(json.dumps({**contents, "revision": "9999"}))
    assert moved.runs("import", "out") == 1
    assert "comes from a newer version" in moved.said
    (out / "contents.json").unlink()
    assert moved.runs("import", "out") == 1
    assert "is no whole export" in moved.said
