"""docs/rules.md, made of the table of rules; a test keeps the file equal to it."""

from __future__ import annotations

from dataclasses import fields

from bot.domain.limits import DEFAULT_LIMITS
from bot.domain.rules import RULES, On, Rule

HEAD = """\
# What the desk does by itself, and when

Made from `bot/domain/rules.py`, which the desk runs on: change that, then write this anew with `make rules`.
`/case clock N` shows how each of them counts for one case.

Nothing here tells anybody anything in the night: what falls outside the office hours of its reader waits
until they begin, by the calendar of the case's team on the reader's own clocks (`/desk calendar`). The
exceptions say *at any hour*.
"""

COLUMNS = (
    "Rule",
    "Counts from",
    "Counts",
    "Stands still",
    "Ends with",
    "Reminds",
    "What the desk does",
    "Settings",
    "Source",
)

FOOT = """\

## How it counts

- Instants are kept in UTC; days and office hours are those of a zone, right over both changes of the clock.
- Business days skip weekends and the holidays of the calendar; the day of the trigger is day 0.
- Each due time is stored with the revision of the policy that it was counted under, and counted anew by
  whatever the rule names. A new revision counts open cases anew, never sooner than it was, and writes it into
  their history.
- A thing is due once: what was missed while no bot ran is done at the next start.

## Settings and their defaults

In the table `[limits]` of the policy file; hours, but where the name says days or attempts.

| Setting | Default |
|---|---|
"""


def page() -> str:
    """The whole file."""
    rows = "\n".join(_row(one) for one in RULES)
    head = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}"
    return f"{HEAD}\n{head}\n{rows}\n{FOOT}{_defaults()}\n"


def _row(rule: Rule) -> str:
    calendar = "" if rule.calendar is On.NOBODYS else f" ({rule.calendar.value})"
    reminds = rule.notices + (", at any hour" if rule.any_hour and "any hour" not in rule.notices else "")
    cells = (
        f"**{rule.id}** {rule.name}",
        rule.trigger,
        f"{rule.clock.value}{calendar}",
        rule.pause,
        rule.ends,
        reminds,
        rule.action,
        rule.setting,
        rule.source,
    )
    return f"| {' | '.join(cells)} |"


def _defaults() -> str:
    return "\n".join(
        f"| `{field.name}` | {_shown(getattr(DEFAULT_LIMITS, field.name))} |"
        for field in fields(DEFAULT_LIMITS)
    )


def _shown(value: object) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, tuple) else str(value)
