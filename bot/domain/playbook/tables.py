"""A file's table read value by value: what does not fit is noted, so that all faults are told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TypeVar

from bot.domain.playbook.faults import Fault, FaultKind

E = TypeVar("E", bound=StrEnum)


class Table:
    """One table of a file. Every getter notes what is wrong and gives a harmless value in its place."""

    def __init__(self, file: str, key: str, raw: object, faults: list[Fault]) -> None:
        self.file, self.key, self._faults = file, key, faults
        self._raw: Mapping[str, object] = {}
        self._asked = set[str]()
        if isinstance(raw, Mapping):
            self._raw = raw
        elif raw is not None:
            self.wrong("", f"is {_kind(raw)}, not a table.", "Write it as [...] or { ... }.")

    def wrong(self, name: str, what: str, remedy: str, kind: FaultKind = FaultKind.SHAPE) -> None:
        """Note a fault at a key of this table."""
        self._faults.append(Fault(kind=kind, file=self.file, key=self._at(name), wrong=what, remedy=remedy))

    def has(self, name: str) -> bool:
        """Whether the file says anything for a key."""
        return name in self._raw

    def text(self, name: str, default: str | None = None) -> str:
        """A text; without a default it must be there, and not be empty."""
        value = self._get(name)
        if value is None and default is not None:
            return default
        if value is None:
            self.wrong(name, "is missing.", "Add it, as text in quotes.")
        elif not isinstance(value, str):
            self.wrong(name, f"is {_kind(value)}.", "Write it as text in quotes.")
        elif not value.strip() and default is None:
            self.wrong(name, "is empty.", "Write something.")
        else:
            return value.strip()
        return default or ""

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; none at all where it is left out."""
        value = self._get(name)
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value):
            return tuple(one.strip() for one in value)
        self.wrong(name, f"is {_kind(value)}.", 'Write a list of texts: ["...", "..."].')
        return ()

    def number(self, name: str) -> int | None:
        """A whole number from 0 on, or None where it is left out."""
        value = self._get(name)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
            return value
        self.wrong(name, f"is {value!r}.", "Write a whole number from 0 on, without quotes.")
        return None

    def flag(self, name: str) -> bool | None:
        """true or false, or None where it is left out."""
        value = self._get(name)
        if value is None or isinstance(value, bool):
            return value
        self.wrong(name, f"is {value!r}.", "Write true or false, without quotes.")
        return None

    def one_of(self, name: str, kinds: type[E], default: E | None = None, *, needed: bool = True) -> E | None:
        """One of a few words; without a default it must be there, unless it is not needed."""
        if self._get(name) is None and (default is not None or not needed):
            return default
        value = self.text(name)
        if value in set(kinds):
            return kinds(value)
        if value:
            self.wrong(name, f"is “{value}”.", f"Choose one of {', '.join(kinds)}.")
        return default

    def some_of(self, name: str, kinds: type[E]) -> tuple[E, ...]:
        """A list of such words."""
        found = self.texts(name)
        for value in found:
            if value not in set(kinds):
                self.wrong(name, f"has “{value}”.", f"Choose among {', '.join(kinds)}.")
        return tuple(kinds(value) for value in found if value in set(kinds))

    def table(self, name: str) -> Table | None:
        """A table within, or None where it is left out."""
        value = self._get(name)
        return None if value is None else Table(self.file, self._at(name), value, self._faults)

    def tables(self, name: str) -> Iterator[tuple[str, Table]]:
        """The tables within a table, by their names."""
        inner = self.table(name)
        for key, value in (inner._raw if inner else {}).items():
            yield key, Table(self.file, f"{self._at(name)}.{key}", value, self._faults)

    def entries(self, name: str) -> Iterator[Table]:
        """The tables of a list."""
        value = self._get(name)
        if value is None:
            return
        if not isinstance(value, list):
            self.wrong(name, f"is {_kind(value)}.", "Write a list of { ... }, or [[...]] for each.")
            return
        for position, entry in enumerate(value, start=1):
            yield Table(self.file, f"{self._at(name)} {position}", entry, self._faults)

    def lists(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """All entries of a table whose values are lists of texts."""
        for name in self._raw:
            yield name, self.texts(name)

    def finish(self) -> None:
        """Note the keys that nobody asked for: a misspelt key must not be passed over in silence."""
        for name in self._raw:
            if name not in self._asked:
                known = ", ".join(sorted(self._asked))
                self.wrong(name, "is not a key of this table.", f"Its keys are {known}.")

    def _get(self, name: str) -> object:
        self._asked.add(name)
        return self._raw.get(name)

    def _at(self, name: str) -> str:
        return f"{self.key}.{name}" if self.key and name else self.key or name


def _kind(value: object) -> str:
    names = {str: "text", bool: "true or false", int: "a number", float: "a number", list: "a list"}
    return names.get(type(value), "a table" if isinstance(value, Mapping) else "something else")
