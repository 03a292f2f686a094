"""The sandbox's SQLite file: each thing it remembers is one JSON document; `workspace.py` writes through."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class State:
    """Documents by (kind, key). The workspace keeps them in memory; this is what survives a restart."""

    def __init__(self, place: Path | str) -> None:
        """Open or create the file at `place`; ":memory:" keeps nothing."""
        self._db = sqlite3.connect(place, isolation_level=None)
        if place != ":memory:":
            self._db.execute("PRAGMA journal_mode=WAL")
            # A trial may lose its last second when the whole machine crashes; tests and the page gain speed.
            self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS document"
            " (kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, key))"
        )

    def put(self, kind: str, key: str, body: Any) -> None:
        """Store one document, replacing an older one of the same key."""
        self._db.execute(
            "INSERT INTO document (kind, key, body) VALUES (?, ?, ?)"
            " ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
            (kind, key, json.dumps(body)),
        )

    def drop(self, kind: str, key: str) -> None:
        """Forget one document."""
        self._db.execute("DELETE FROM document WHERE kind = ? AND key = ?", (kind, key))

    def all(self, kind: str) -> Iterator[tuple[str, Any]]:
        """All documents of a kind as (key, body), in the order of their keys."""
        rows = self._db.execute("SELECT key, body FROM document WHERE kind = ? ORDER BY key", (kind,))
        for key, body in rows:
            yield key, json.loads(body)

    def get(self, kind: str, key: str) -> Any:
        """One document or None."""
        row = self._db.execute("SELECT body FROM document WHERE kind = ? AND key = ?", (kind, key)).fetchone()
        return None if row is None else json.loads(row[0])

    def begin(self) -> None:
        """Start a batch, so that planting a seed is one write."""
        self._db.execute("BEGIN")

    def commit(self) -> None:
        self._db.execute("COMMIT")

    def close(self) -> None:
        self._db.close()
