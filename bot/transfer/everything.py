"""A whole desk as a folder of JSON lines: a file for each table, and a list of contents that proves them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot import __version__
from bot.store.everything import NotEmpty, Value, carried, read_everything, write_everything
from bot.store.migrate import known_revisions
from bot.transfer.progress import progress

CONTENTS = "contents.json"


class UnreadableFolder(Exception):
    """A folder that is no export, is damaged, or cannot be brought in; the sentence says what to do."""


def take_out(database_url: str, folder: Path) -> str:
    """Write everything into an empty folder; the sentence that says so. The contents come last of all."""
    told: dict[str, dict[str, Any]] = {}

    with progress("tables", len(carried())) as advance:

        def take(table: str, rows: Iterator[dict[str, Value]]) -> None:
            digest, count = hashlib.sha256(), 0
            path = folder / f"{table}.jsonl"
            path.touch(mode=0o600)
            with path.open("wb") as file:
                for row in rows:
                    line = json.dumps(row, ensure_ascii=False).encode() + b"\n"
                    file.write(line)
                    digest.update(line)
                    count += 1
            told[table] = {"rows": count, "sha256": digest.hexdigest()}
            advance(1)

        revision = read_everything(database_url, take)
    contents = {"caseline": __version__, "revision": revision, "tables": told}
    (folder / CONTENTS).write_text(json.dumps(contents, indent=2) + "\n", encoding="utf-8")
    return f"{folder} holds {_described(contents)}."


def look(folder: Path) -> str:
    """Check every file of an export and say what it holds. Raises UnreadableFolder."""
    contents = _checked(folder)
    return f"{folder} holds {_described(contents)}, and is sound. Nothing is imported: this was a dry run."


def bring_in(database_url: str, folder: Path) -> str:
    """Read an export into an empty database; the sentence that says so. Raises UnreadableFolder."""
    contents = _checked(folder)
    rows = {table: _rows(folder, table, contents) for table in contents["tables"]}
    try:
        counts = write_everything(database_url, rows)
    except NotEmpty as error:
        raise UnreadableFolder(f"{error} Import into an empty one, with another DATABASE_URL.") from error
    return f"The desk has {_described(contents)} now ({sum(counts.values())} rows)."


def _checked(folder: Path) -> dict[str, Any]:
    """The contents, after a look at each file: what is damaged is known before anything is written."""
    contents = _contents(folder)
    for table in contents["tables"]:
        for _ in _rows(folder, table, contents):
            pass
    return contents


def _contents(folder: Path) -> dict[str, Any]:
    try:
        contents: dict[str, Any] = json.loads((folder / CONTENTS).read_text(encoding="utf-8"))
        revision, tables = contents["revision"], contents["tables"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnreadableFolder(
            f"{folder} is no whole export: {CONTENTS} is missing or damaged. Export again."
        ) from error
    unknown = sorted(set(tables) - {table.name for table in carried()})
    if revision not in known_revisions() or unknown:
        raise UnreadableFolder(
            f"{folder} comes from a newer version (revision {revision}). Import it with that version."
        )
    return contents


def _rows(folder: Path, table: str, contents: dict[str, Any]) -> Iterator[dict[str, Value]]:
    """The rows of one file. Raises UnreadableFolder at its end where it is not what was written."""
    wanted, digest, count = contents["tables"][table], hashlib.sha256(), 0
    try:
        with (folder / f"{table}.jsonl").open("rb") as file:
            for line in file:
                digest.update(line)
                count += 1
                yield json.loads(line)
    except (OSError, ValueError) as error:
        raise UnreadableFolder(f"{folder / table}.jsonl cannot be read: {error}. Export again.") from error
    if (count, digest.hexdigest()) != (wanted["rows"], wanted["sha256"]):
        raise UnreadableFolder(f"{folder / table}.jsonl is not as it was written. Export again.")


def _described(contents: dict[str, Any]) -> str:
    rows = {table: facts["rows"] for table, facts in contents["tables"].items()}
    named = [(rows.get(name, 0), name) for name in ("cases", "comments", "accounts", "people")]
    return ", ".join(f"{count} {name}" for count, name in named)
