"""What a set-up changed, as the history keeps it; the services that set up people, accounts and teams ask."""

from __future__ import annotations

from collections.abc import Mapping

from bot.store.records import Changes


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> Changes:
    """Every field of `after` that is not as it was, as text before and after."""
    told = {name: (_plainly(before.get(name)), _plainly(new)) for name, new in after.items()}
    return {name: (old, new) for name, (old, new) in told.items() if old != new}


def _plainly(value: object) -> str | None:
    if isinstance(value, list):
        return ", ".join(str(one) for one in sorted(value)) or None
    return str(value) if value is not None else None
