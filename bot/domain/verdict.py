"""The rules of the entitlement verdict as a playbook states them, and which of them decides (domain.md 4).

`bot/domain/entitlement.py` measures a caller and judges by them; the check looks for gaps and overlaps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What a caller is entitled to. Which of them is in force says where a script goes on."""

    OLD_VERSION = "old_version"
    PRIORITY = "priority"
    EVALUATING = "evaluating"
    EVALUATION_OVER = "evaluation_over"
    HOSTING = "hosting"
    RECENT_ORDER = "recent_order"
    NONE = "none"


class CallerKind(StrEnum):
    """What somebody is to the shop."""

    CUSTOMER = "customer"
    EVALUATOR = "evaluator"
    HOSTING = "hosting"


def fits_caller(verdict: Verdict, kind: str) -> bool:
    """Whether this verdict can be one on a caller of that kind: only who evaluates has an evaluation."""
    evaluation = verdict in (Verdict.EVALUATING, Verdict.EVALUATION_OVER)
    return kind == CallerKind.EVALUATOR or not evaluation


@dataclass(frozen=True, kw_only=True)
class Measures:
    """What the rules look at. Days are calendar days in the store's zone, today 0.

    None: `version` not known, `evaluation_days` not evaluating, `order_days` no order that counts.
    """

    version: int | None = None
    priority: bool = False
    hosting: bool = False
    evaluation_days: int | None = None
    order_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class Days:
    """A stretch of days, both ends included; without `to` it has no end."""

    first: int = 0
    to: int | None = None

    def has(self, days: int | None) -> bool:
        return days is not None and self.first <= days and (self.to is None or days <= self.to)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule: it holds when every condition that it states holds. `because` says it in words.

    `ordered` False asks that no order counts. The rule that stands first and holds decides.
    """

    id: str
    verdict: Verdict
    because: str
    version_at_most: int | None = None
    priority: bool | None = None
    hosting: bool | None = None
    evaluation_days: Days | None = None
    order_days: Days | None = None
    ordered: bool | None = None

    def misses(self, measured: Measures) -> str:
        """The first condition that does not hold, by its name; "" when the rule holds."""
        holds = {
            "version_at_most": self.version_at_most is None
            or (measured.version is not None and measured.version <= self.version_at_most),
            "priority": self.priority in (None, measured.priority),
            "hosting": self.hosting in (None, measured.hosting),
            "evaluation_days": self.evaluation_days is None
            or self.evaluation_days.has(measured.evaluation_days),
            "order_days": self.order_days is None or self.order_days.has(measured.order_days),
            "ordered": self.ordered in (None, measured.order_days is not None),
        }
        return next((name for name, held in holds.items() if not held), "")


Rules = tuple[Rule, ...]


@dataclass(frozen=True, kw_only=True)
class PassedOver:
    """A rule that stands before the one that decided, and the first of its conditions that did not hold."""

    rule: str
    condition: str


class NoRuleHolds(LookupError):
    """The rules have a gap; `caseline playbook check` finds it before a playbook is published."""


def deciding(rules: Sequence[Rule], measured: Measures) -> tuple[Rule, tuple[PassedOver, ...]]:
    """The first rule that holds, and those before it with what they missed. Raises NoRuleHolds."""
    passed = list[PassedOver]()
    for rule in rules:
        missed = rule.misses(measured)
        if not missed:
            return rule, tuple(passed)
        passed.append(PassedOver(rule=rule.id, condition=missed))
    raise NoRuleHolds(f"no rule holds for {measured}")


BECAUSE_FIELDS = (
    "site",
    "version",
    "order",
    "order_days",
    "evaluation_days",
    "hosting_until",
    "priority_until",
    "from",
    "to",
    "version_at_most",
)
"""What a rule's words may name, in curly brackets."""
