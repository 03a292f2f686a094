"""Gaps and overlaps in the verdict's rules, found by trying every caller at the edges of every condition."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product

from bot.domain.playbook.association import AssociationRules
from bot.domain.playbook.faults import Fault, FaultKind
from bot.domain.playbook.reading import ASSOCIATION, VERDICT
from bot.domain.verdict import BECAUSE_FIELDS, Days, Measures, NoRuleHolds, Rule, Rules, deciding

_CONDITIONS = ("version_at_most", "priority", "hosting", "evaluation_days", "order_days", "ordered")
MOST_GAPS = 3
"""Examples that are told: one gap has many callers."""


def rule_faults(rules: Rules, association: AssociationRules) -> Iterator[Fault]:
    """What is wrong with the rules of the verdict, and with those that find a case's order."""
    yield from _twice(VERDICT, [one.id for one in rules])
    yield from _twice(ASSOCIATION, [one.id for one in association])
    yield from _words(rules)
    callers = tuple(corner_cases(rules))
    yield from _gaps(rules, callers)
    yield from _overlaps(rules, callers)
    yield from _idle(rules, callers)


def corner_cases(rules: Rules) -> Iterator[Measures]:
    """Callers on both sides of every edge that a rule has, in all combinations."""
    versions = {
        edge for one in rules if one.version_at_most is not None for edge in _about(one.version_at_most)
    }
    evaluation = _edges(one.evaluation_days for one in rules)
    ordered = _edges(one.order_days for one in rules)
    for version, priority, hosting, evaluated, days in product(
        (None, *sorted(versions)), (False, True), (False, True), (None, *evaluation), (None, *ordered)
    ):
        yield Measures(
            version=version, priority=priority, hosting=hosting, evaluation_days=evaluated, order_days=days
        )


def _edges(stretches: Iterable[Days | None]) -> list[int]:
    found = {0}
    for days in stretches:
        if days is not None:
            found.update(_about(days.first))
            found.update(_about(days.to) if days.to is not None else ())
    return sorted(found)


def _about(edge: int) -> tuple[int, ...]:
    return (max(0, edge - 1), edge, edge + 1)


def _gaps(rules: Rules, callers: Sequence[Measures]) -> Iterator[Fault]:
    """One example for each pair of days: the simplest caller whom no rule is for."""
    told = set[tuple[int | None, int | None]]()
    for one in callers:
        days = (one.evaluation_days, one.order_days)
        if days in told or len(told) == MOST_GAPS:
            continue
        try:
            deciding(rules, one)
        except NoRuleHolds:
            told.add(days)
            yield _fault(
                FaultKind.RULES_GAP,
                "rules",
                f"none holds for a caller with {described(one)}.",
                "Widen a rule, or add one for them.",
            )


def _overlaps(rules: Rules, callers: Sequence[Measures]) -> Iterator[Fault]:
    """Rules that look at the same things divide them: two that hold for one caller contradict each other.

    Rules that look at different things may hold together; which goes first is what their order says.
    """
    for one, other in combinations(rules, 2):
        if _looks_at(one) != _looks_at(other):
            continue
        both = next((each for each in callers if not one.misses(each) and not other.misses(each)), None)
        if both is not None:
            yield _fault(
                FaultKind.RULES_OVERLAP,
                f"rules {one.id} and {other.id}",
                f"both hold for a caller with {described(both)}.",
                "Let the second begin where the first ends.",
            )


def _idle(rules: Rules, callers: Sequence[Measures]) -> Iterator[Fault]:
    decide = set[str]()
    for one in callers:
        decide.update(rule.id for rule in rules if not rule.misses(one) and _is_first(rules, rule, one))
    for rule in rules:
        if rule.id not in decide:
            yield _fault(
                FaultKind.RULE_IDLE,
                f"rules {rule.id}",
                "never decides: no caller meets it, or the rules before it take them all.",
                "Move it up, change its conditions, or take it out.",
            )


def _is_first(rules: Rules, rule: Rule, measured: Measures) -> bool:
    return next(one for one in rules if not one.misses(measured)) is rule


def _looks_at(rule: Rule) -> frozenset[str]:
    return frozenset(name for name in _CONDITIONS if getattr(rule, name) is not None)


def described(one: Measures) -> str:
    """A caller in words, as far as the rules look."""
    parts = [
        "a version that is not known" if one.version is None else f"version {one.version}.x",
        "priority support" if one.priority else "no priority support",
        "hosting" if one.hosting else "no hosting",
        "no evaluation" if one.evaluation_days is None else f"{one.evaluation_days} days of evaluation",
        "no order" if one.order_days is None else f"a newest order of {one.order_days} days",
    ]
    return ", ".join(parts)


def _twice(file: str, ids: Sequence[str]) -> Iterator[Fault]:
    for name, times in Counter(ids).items():
        if times > 1:
            yield _fault(
                FaultKind.TWICE,
                "rules",
                f"the id “{name}” is there {times} times.",
                "Give each rule an id of its own.",
                file,
            )


def _words(rules: Rules) -> Iterator[Fault]:
    for rule in rules:
        for name in re.findall(r"\{([^{}]*)\}", rule.because):
            if name not in BECAUSE_FIELDS:
                yield _fault(
                    FaultKind.UNKNOWN_NAME,
                    f"rules {rule.id}.because",
                    f"names {{{name}}}, which no receipt has.",
                    f"Choose among {', '.join(BECAUSE_FIELDS)}.",
                )


def _fault(kind: FaultKind, key: str, wrong: str, remedy: str, file: str = VERDICT) -> Fault:
    return Fault(kind=kind, file=file, key=key, wrong=wrong, remedy=remedy)
