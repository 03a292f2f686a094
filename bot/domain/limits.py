"""The hours and days of the timed rules (T1-T8), as a desk's policy says; rules and policy file read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

LONGEST = 24 * 90
"""More is taken for a slip of the pen."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Hours, but where the name says days or minutes. The reminders lie before what they remind of."""

    first_comment: float = 48
    first_comment_reminder: float = 36
    customer_call: float = 48
    customer_call_reminders: tuple[float, ...] = (24, 44)
    update_days: int = 7
    left_message: float = 48
    left_message_warning: float = 4
    spoke: float = 24
    spoke_reminder: float = 20
    silent_days: int = 21
    silent_attempts: int = 2
    untouched_days: int = 7
    personal_data_days: int = 14
    session_minutes: int = 30


DEFAULT_LIMITS = Limits()
"""What bot/policy.toml says too; a test holds them equal."""

_WHOLE = (
    "update_days",
    "silent_days",
    "silent_attempts",
    "untouched_days",
    "personal_data_days",
    "session_minutes",
)
_BEFORE = (
    ("first_comment_reminder", "first_comment"),
    ("left_message_warning", "left_message"),
    ("spoke_reminder", "spoke"),
)


def read_limits(raw: object) -> tuple[Limits, list[str]]:
    """The limits that a policy file's table describes, and a sentence for all that is wrong with them."""
    if raw is None:
        return Limits(), []
    if not isinstance(raw, Mapping):
        return Limits(), ["limits is no table of hours and days."]
    names = [field.name for field in fields(Limits)]
    faults = [
        f"limits.{name} is no setting of it: those are {', '.join(names)}."
        for name in raw
        if name not in names
    ]
    given: dict[str, Any] = {}
    for name in names:
        if name in raw:
            wrong = list(_faults(name, raw[name]))
            faults += wrong
            if not wrong:
                given[name] = tuple(raw[name]) if isinstance(raw[name], list) else raw[name]
    limits = Limits(**given)
    if not faults:
        faults += _out_of_order(limits)
    return limits, faults


def _out_of_order(limits: Limits) -> Iterator[str]:
    for before, after in _BEFORE:
        if getattr(limits, before) >= getattr(limits, after):
            yield f"limits.{before} must be less than limits.{after}."
    if any(one >= limits.customer_call for one in limits.customer_call_reminders):
        yield "limits.customer_call_reminders must lie before limits.customer_call."


def _faults(name: str, value: object) -> Iterator[str]:
    if name == "customer_call_reminders":
        if not isinstance(value, list) or not all(_is_amount(one) for one in value):
            yield f"limits.{name} must be a list of hours above 0, each at most {LONGEST}."
        elif sorted(set(value)) != value:
            yield f"limits.{name} must go up from one to the next."
    elif not _is_amount(value):
        yield f"limits.{name} must be a number above 0, at most {LONGEST}."
    elif name in _WHOLE and not isinstance(value, int):
        yield f"limits.{name} must be a whole number."


def _is_amount(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= LONGEST
