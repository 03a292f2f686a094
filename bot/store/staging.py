"""Rows of a shop's files on their way in, sorted on disk, so that a million of them take no memory.

A file that SQLite has no name for: it is gone with its process, also a killed one. Licence keys have become
hashes before they come here.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from bot.domain.shop.sheets import BEHIND, Given, Sheet


class Staged(NamedTuple):
    """A row that is well by itself: its key, where it stands, what it says."""

    key: str
    file: int
    line: int
    given: Given


class Staging:
    """All rows of some files by sheet and key; each key once. Use it as a context."""

    def __init__(self) -> None:
        self._line = sqlite3.connect("", isolation_level=None)
        for statement in (
            "PRAGMA journal_mode = OFF",
            "PRAGMA synchronous = OFF",
            "PRAGMA cache_size = -65536",
            """CREATE TABLE staged (sheet TEXT, key TEXT, file INTEGER, line INTEGER, given TEXT,
            is_out INTEGER DEFAULT 0, PRIMARY KEY (sheet, key)) WITHOUT ROWID""",
            "BEGIN",
        ):
            self._line.execute(statement)

    def __enter__(self) -> Staging:
        return self

    def __exit__(self, *_: object) -> None:
        self._line.close()

    def add(self, sheet: Sheet, row: Staged) -> tuple[int, int] | None:
        """Keep a row; where its key stood in a row before: that one's file and line, and nothing is kept."""
        kept = self._line.execute(
            "INSERT OR IGNORE INTO staged (sheet, key, file, line, given) VALUES (?, ?, ?, ?, ?)",
            (sheet, row.key, row.file, row.line, json.dumps(row.given)),
        )
        if kept.rowcount:
            return None
        found = self._line.execute(
            "SELECT file, line FROM staged WHERE sheet = ? AND key = ?", (sheet, row.key)
        ).fetchone()
        return int(found[0]), int(found[1])

    def leave_out(self, sheet: Sheet, key: str) -> None:
        """A row turned out to be wrong: nothing that is read from here on has it."""
        self._line.execute("UPDATE staged SET is_out = 1 WHERE sheet = ? AND key = ?", (sheet, key))

    def has(self, sheet: Sheet, key: str) -> bool:
        """Whether such a row is there, and not left out."""
        found = self._line.execute(
            "SELECT 1 FROM staged WHERE sheet = ? AND key = ? AND is_out = 0", (sheet, key)
        )
        return found.fetchone() is not None

    def stood(self, sheet: Sheet, key: str) -> bool:
        """Whether such a row is in the files, well or wrong."""
        found = self._line.execute("SELECT 1 FROM staged WHERE sheet = ? AND key = ?", (sheet, key))
        return found.fetchone() is not None

    def count(self, sheet: Sheet) -> int:
        """How many rows are there, and not left out."""
        found = self._line.execute("SELECT count(*) FROM staged WHERE sheet = ? AND is_out = 0", (sheet,))
        return int(found.fetchone()[0])

    def rows(self, sheet: Sheet, after: str = "") -> Iterator[Staged]:
        """The rows of a sheet behind a key, by their keys, read as they are asked for."""
        found = self._line.cursor().execute(
            """SELECT key, file, line, given FROM staged
            WHERE sheet = ? AND key > ? AND is_out = 0 ORDER BY key""",
            (sheet, after),
        )
        for key, file, line, given in found:
            yield Staged(key, file, line, json.loads(given))

    def below(self, sheet: Sheet, parent: str) -> list[Staged]:
        """The rows of a sheet that belong to one row of another."""
        found = self._line.execute(
            """SELECT key, file, line, given FROM staged
            WHERE sheet = ? AND key > ? AND key < ? AND is_out = 0 ORDER BY key""",
            (sheet, parent + BEHIND, parent + chr(ord(BEHIND) + 1)),
        )
        return [Staged(key, file, line, json.loads(given)) for key, file, line, given in found]
