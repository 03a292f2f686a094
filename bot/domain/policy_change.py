"""The policy's hours and limits as data: kept in revisions, laid over the file, changed in `/desk policy`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

from bot.domain.commerce.limits import RoleLimits, plain_money_limits, read_money_limits
from bot.domain.limits import Limits, read_limits
from bot.domain.policy import Policy, read_policy
from bot.domain.windows import Windows, read_windows

TABLES: tuple[tuple[str, type[Windows] | type[Limits]], ...] = (("escalation", Windows), ("limits", Limits))


@dataclass(frozen=True, kw_only=True)
class PolicyPage:
    """What `/desk policy` is drawn from: what counts, since when, and who said so, or else the file."""

    policy: Policy
    revision: int
    at: datetime | None = None
    by: str = ""
    own: tuple[str, ...] = ()
    """The settings that were set in the desk, as `table.name`."""


def as_data(policy: Policy) -> dict[str, Any]:
    """All that a policy says, as JSON has it."""
    plain = {**asdict(policy), "money": plain_money_limits(policy.money)}
    found: dict[str, Any] = json.loads(json.dumps(plain))
    return found


def from_data(data: Mapping[str, Any]) -> Policy:
    """What `as_data` wrote. Raises `UnsoundPolicy` for what no policy could say."""
    zones = frozenset(one["value"] for one in data["time_zones"])
    return read_policy(data, known_zones=zones)


def settings_of(policy: Policy) -> dict[str, Any]:
    """Every setting by `table.name`."""
    found = {
        f"{table}.{one.name}": getattr(getattr(policy, table), one.name)
        for table, kind in TABLES
        for one in fields(kind)
    }
    # What a currency has of its own stands in the file alone.
    return found | {f"money.{one.name}": getattr(policy.money.desk, one.name) for one in fields(RoleLimits)}


def overlaid(policy: Policy, own: Mapping[str, Mapping[str, Any]]) -> tuple[Policy, list[str]]:
    """The policy with what was set in the desk laid over it, and a sentence for all that is wrong with that.

    With anything wrong the policy is returned as it was.
    """
    data = as_data(policy)
    windows, faults = read_windows({**data["escalation"], **own.get("escalation", {})})
    limits, wrong = read_limits({**data["limits"], **own.get("limits", {})})
    money, unsound = read_money_limits({**data["money"], **own.get("money", {})})
    faults = [*faults, *wrong, *unsound]
    changed = replace(policy, escalation=windows, limits=limits, money=money)
    return (policy, faults) if faults else (changed, [])
