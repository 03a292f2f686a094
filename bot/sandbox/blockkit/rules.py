"""Small rules that check JSON and answer in Slack's words; the table is built from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.records import Json


@dataclass
class Report:
    """The problems found so far."""

    problems: list[str] = field(default_factory=list)

    def add(self, what: str, at: str) -> None:
        """Note one problem at a JSON pointer."""
        self.problems.append(f"[ERROR] {what} [json-pointer:{at}]")


Rule = Callable[[Any, str, Report], None]


def string(most: int | None = None, least: int = 1, choices: Iterable[str] = (), form: str = "") -> Rule:
    """A string within a length, one of some choices, or of a form (a regular expression)."""
    allowed = tuple(choices)
    pattern = re.compile(form) if form else None

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, str):
            report.add("must provide a string", at)
        elif len(value) < least:
            report.add(f"must be more than {least - 1} characters", at)
        elif most is not None and len(value) > most:
            report.add(f"must be less than {most + 1} characters", at)
        elif allowed and value not in allowed:
            report.add(f"must be one of: {', '.join(allowed)}", at)
        elif pattern is not None and not pattern.fullmatch(value):
            report.add("must match the expected pattern", at)

    return check


def boolean(value: Any, at: str, report: Report) -> None:
    """True or false."""
    if not isinstance(value, bool):
        report.add("must provide a boolean", at)


def number(least: float | None = None, most: float | None = None, whole: bool = True) -> Rule:
    """A number within bounds."""
    kinds = (int,) if whole else (int, float)

    def check(value: Any, at: str, report: Report) -> None:
        if isinstance(value, bool) or not isinstance(value, kinds):
            report.add("must provide an integer" if whole else "must provide a number", at)
        elif least is not None and value < least:
            report.add(f"must be at least {least:g}", at)
        elif most is not None and value > most:
            report.add(f"must be at most {most:g}", at)

    return check


def array(item: Rule, most: int | None, least: int = 1) -> Rule:
    """A list within a size, each item checked."""

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, list):
            report.add("must provide an array", at)
            return
        if len(value) < least:
            report.add(f"no fewer than {least} items allowed", at)
        if most is not None and len(value) > most:
            report.add(f"no more than {most} items allowed", at)
        for index, entry in enumerate(value):
            item(entry, f"{at}/{index}", report)

    return check


def shape(required: dict[str, Rule] | None = None, optional: dict[str, Rule] | None = None) -> Rule:
    """An object with these properties and no others. `type` is left to `by_type`."""
    must, may = required or {}, optional or {}

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add("must provide an object", at)
            return
        for name in must:
            if name not in value:
                report.add(f"missing required field: {name}", at)
        for name, entry in value.items():
            rule = must.get(name) or may.get(name)
            if rule is not None:
                rule(entry, f"{at}/{name}", report)
            elif name != "type":
                report.add(f"invalid additional property: {name}", at)

    return check


def by_type(rules: dict[str, Rule], allowed: Iterable[str] | None = None) -> Rule:
    """An object whose `type` picks the rule; `allowed` narrows the types for one place."""
    names = frozenset(rules if allowed is None else allowed)

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add("must provide an object", at)
        elif not isinstance(value.get("type"), str):
            report.add("missing required field: type", at)
        elif value["type"] not in names:
            report.add(f"unsupported type: {value['type']}", f"{at}/type")
        else:
            rules[value["type"]](value, at, report)

    return check


def every(*rules: Rule) -> Rule:
    """All of the rules, one after the other; a later one may rely on what an earlier one has checked."""

    def check(value: Any, at: str, report: Report) -> None:
        before = len(report.problems)
        for rule in rules:
            if len(report.problems) == before:
                rule(value, at, report)

    return check


def demand(holds: Callable[[Json], bool], otherwise: str) -> Rule:
    """Something that concerns several properties of one object."""

    def check(value: Any, at: str, report: Report) -> None:
        if not holds(value):
            report.add(otherwise, at)

    return check
