"""The statements of opening a case, as the desk runs them, to be run again by sqlite3 alone."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

DOCUMENTS_OF_A_CASE = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """SQL with its values; `marks` says which value of which statement is new each time, by name."""

    statements: list[tuple[str, list[list[Any]]]]
    marks: dict[str, Any]

    def write(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self)))

    @classmethod
    def read(cls, file: Path) -> Recipe:
        return cls(**json.loads(file.read_text()))

    def cook(self, connection: sqlite3.Connection) -> Iterator[None]:
        """Run all statements in one transaction, each time that the next one is asked for."""
        places = {json.dumps(value): name for name, value in self.marks.items()}
        while True:
            fresh: dict[str, Any] = {"key": secrets.token_hex(16)}
            connection.execute("BEGIN IMMEDIATE")
            for sql, rows in self.statements:
                for values in rows:
                    filled = [self._value(one, places, fresh) for one in values]
                    found = connection.execute(sql, filled).fetchall()
                    self._learn(sql, found, fresh)
            connection.execute("COMMIT")
            yield

    @staticmethod
    def _value(value: Any, places: dict[str, str], fresh: dict[str, Any]) -> Any:
        name = places.get(json.dumps(value))
        if name is not None:
            return fresh[name]
        if isinstance(value, str) and len(value) == 32 and value.isalnum():
            return secrets.token_hex(16)  # an outbox row's own token
        return value

    @staticmethod
    def _learn(sql: str, found: list[tuple[Any, ...]], fresh: dict[str, Any]) -> None:
        """What a statement gave back is what the next ones need."""
        words = sql.split()
        for table, name in (("counters", "number"), ("cases", "case")):
            if found and table in words[:3] and words[0] in ("UPDATE", "INSERT"):
                fresh[name] = found[0][0]
                if name == "case":
                    fresh["document"] = found[0][0] * DOCUMENTS_OF_A_CASE
