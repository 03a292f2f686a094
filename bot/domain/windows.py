"""Escalation windows: how long a case waits until it may be escalated, as a desk's policy says (T11-T13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from bot.domain.people import PersonRef, SuccessPlan

LONGEST_HOURS = 24 * 90
"""More is taken for a slip of the pen."""

Hours = tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Windows:
    """Hours that pass, on every day and at night, from the opening of a case; one for each severity, 1 to 4.

    `expedite_again` is how long one asking to expedite rests; `call_back` is when a manager's call is owed,
    counted from its request, and `call_back_reminders` are when its people are reminded before.
    """

    premier: Hours = (1, 2, 4, 8)
    premier_plus: Hours = (1, 2, 4, 8)
    standard: Hours = (48, 48, 48, 48)
    expedite_again: float = 4
    call_back: float = 48
    call_back_reminders: Hours = (24, 44)

    def hours(self, plan: SuccessPlan, severity: int) -> float:
        """How many hours a case of this plan and severity waits."""
        of_plan = {
            SuccessPlan.PREMIER: self.premier,
            SuccessPlan.PREMIER_PLUS: self.premier_plus,
            SuccessPlan.STANDARD: self.standard,
        }
        return of_plan[plan][severity - 1]

    def opens_at(self, created_at: datetime, plan: SuccessPlan, severity: int) -> datetime:
        """When Escalate opens for a case that was created at `created_at` (aware, UTC): rules T11 and T12."""
        return created_at + timedelta(hours=self.hours(plan, severity))

    def call_back_owed(self, asked_at: datetime) -> datetime:
        """When a manager's call is owed (rule T13)."""
        return asked_at + timedelta(hours=self.call_back)

    def next_reminder(self, asked_at: datetime, after: datetime | None = None) -> datetime | None:
        """When to remind of a call-back next, the hour at which it is owed included; None after that one."""
        instants = [asked_at + timedelta(hours=one) for one in (*self.call_back_reminders, self.call_back)]
        return next((one for one in instants if after is None or one > after), None)


@dataclass(frozen=True, kw_only=True)
class Escalation:
    """How a case stands with escalation. Instants are aware, in UTC.

    `opens_at` is what was announced; None for a case that no hour was counted for: nobody waits for one.
    `reason` is a value of the policy's list. `call_back_due` is set while a manager's call is owed.
    """

    opens_at: datetime | None = None
    at: datetime | None = None
    by: PersonRef | None = None
    reason: str = ""
    expedite_asked_at: datetime | None = None
    call_back_due: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether Escalate is shown, or was: once it is, it is never hidden."""
        return self.at is not None or self.opens_at is None or self.opens_at <= now


UNTOUCHED = Escalation()
"""Of a case that no service has opened."""

DEFAULT = Windows()
"""What bot/policy.toml says too; a test holds them equal."""


def read_windows(raw: object) -> tuple[Windows, list[str]]:
    """The windows that a policy file's table describes, and a sentence for all that is wrong with them."""
    if raw is None:
        return Windows(), []
    if not isinstance(raw, Mapping):
        return Windows(), ["escalation is no table of hours."]
    names = [field.name for field in fields(Windows)]
    unknown = [f"escalation.{name} is no setting of it: those are {', '.join(names)}." for name in raw]
    faults = [said for name, said in zip(raw, unknown, strict=True) if name not in names]
    given: dict[str, Any] = {}
    for name in names:
        if name in raw:
            wrong = list(_faults(f"escalation.{name}", name, raw[name]))
            faults += wrong
            if not wrong:
                given[name] = tuple(raw[name]) if isinstance(raw[name], list) else raw[name]
    windows = Windows(**given)
    if not faults and any(one >= windows.call_back for one in windows.call_back_reminders):
        faults.append("escalation.call_back_reminders must lie before escalation.call_back.")
    return windows, faults


def _faults(where: str, name: str, value: object) -> Iterator[str]:
    if name in ("expedite_again", "call_back"):
        if not _is_hours(value):
            yield f"{where} must be a number of hours above 0, at most {LONGEST_HOURS}."
        return
    if not isinstance(value, list) or not all(_is_hours(one) for one in value):
        yield f"{where} must be a list of hours above 0, each at most {LONGEST_HOURS}."
    elif name == "call_back_reminders":
        if sorted(set(value)) != value:
            yield f"{where} must go up from one to the next."
    elif len(value) != 4:
        yield f"{where} must have 4 entries, for severity 1, 2, 3 and 4."
    elif sorted(value) != value:
        yield f"{where} must not go down: what is worse cannot wait longer."


def _is_hours(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= LONGEST_HOURS
