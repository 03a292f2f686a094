"""Values of the domain as JSON and back, by their types: an order's books, a team's flow."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    """Made when it is first asked for: making one takes longer than using it."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def as_json(kind: type[T], value: T) -> Any:
    """What a JSON column can hold of a value of this type."""
    return _adapter(kind).dump_python(value, mode="json")


def from_json(kind: type[T], raw: Any) -> T:
    """The value that `as_json` took. Raises ValueError for what is none."""
    found: T = _adapter(kind).validate_python(raw)
    return found
