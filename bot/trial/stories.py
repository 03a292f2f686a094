"""Reads `stories.toml`, the past of the trial's desk, and tells all its faults; `filling.py` acts it out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.domain.commands import Audience, Contact
from bot.domain.lifecycle import Status
from bot.domain.policy import SEVERITIES, Policy
from bot.trial.cast import ACCOUNTS, PARTS, PEOPLE, TEAMS

STORIES = Path(__file__).with_name("stories.toml")
OLDEST = timedelta(days=45)
_LONGEST_TITLE = 255
_SPAN = re.compile(r"(?:(\d+)d)? ?(?:(\d+)h)? ?(?:(\d+)m)?")


@dataclass(frozen=True, kw_only=True)
class Opening:
    """How a case began."""

    by: str
    account: str
    team: str | None
    title: str
    description: str
    severity: int
    kind: str
    impact: str
    contact: Contact


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that somebody did with a case. `facts` are what the act needs, as written in the file."""

    after: timedelta
    by: str
    act: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Story:
    """A case from its opening on. `age` is how long before the present it was opened."""

    age: timedelta
    opening: Opening
    steps: tuple[Step, ...]


class WrongStories(Exception):
    """All that is wrong with the stories; its text is what their author reads."""

    def __init__(self, found: list[str]) -> None:
        self.found = found
        super().__init__("\n".join(["The stories cannot be told:", *(f"  - {each}" for each in found)]))


@dataclass(frozen=True, kw_only=True)
class _Shape:
    """What an act needs, and what it may have besides."""

    needs: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()


def _shape(needs: str = "", may: str = "") -> _Shape:
    return _Shape(needs=frozenset(needs.split()), may=frozenset(may.split()))


ACTS: Mapping[str, _Shape] = {
    "take": _shape(),
    "comment": _shape(needs="text", may="audience"),
    "assign": _shape(needs="to", may="text"),
    "status": _shape(needs="to"),
    "close": _shape(needs="resolution", may="text audience"),
    "reopen": _shape(needs="text", may="audience"),
    "edit": _shape(may="severity impact kind title description"),
}
"""What people do in stories. An assignment's text is its internal note."""

_OPENING = _shape(needs="age by account title description severity kind impact", may="team contact steps")
_STEP = frozenset({"after", "by", "does"})


def load(policy: Policy, path: Path = STORIES) -> tuple[Story, ...]:
    """The stories in the order of the file. Raises WrongStories with everything that is wrong."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise WrongStories([f"{path.name} is not TOML: {error}"]) from error
    found = [f'"{key}" is nothing that stories have; write [[case]]' for key in raw if key != "case"]
    stories = list[Story]()
    for position, case in enumerate(raw.get("case", []), start=1):
        where = f'case {position}, "{case.get("title", "without a title")}"'
        wrong = [f"{where}: {each}" for each in _case_faults(case, policy)]
        found += wrong
        if not wrong:
            stories.append(_story(case))
    if not raw.get("case"):
        found.append("there is no [[case]]")
    if found:
        raise WrongStories(found)
    return tuple(stories)


def span(text: object) -> timedelta | None:
    """The length of "3d 4h 20m", or None for what is not written like that."""
    match = _SPAN.fullmatch(text) if isinstance(text, str) and text else None
    if match is None:
        return None
    days, hours, minutes = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)


def _story(case: Mapping[str, Any]) -> Story:
    return Story(
        age=_known_span(case["age"]),
        opening=Opening(
            contact=_contact(case.get("contact", case["by"])),
            team=case.get("team"),
            **{
                name: case[name]
                for name in ("by", "account", "title", "description", "severity", "kind", "impact")
            },
        ),
        steps=tuple(
            Step(
                after=_known_span(step["after"]),
                by=step["by"],
                act=step["does"],
                facts={key: value for key, value in step.items() if key not in _STEP},
            )
            for step in case.get("steps", [])
        ),
    )


def _known_span(text: str) -> timedelta:
    length = span(text)
    assert length is not None  # checked before
    return length


def _contact(written: str | Mapping[str, str]) -> Contact:
    """A person of the workspace by handle, or somebody outside of it with name, email and phone."""
    if isinstance(written, str):
        person = PEOPLE[written]
        return Contact(name=person.real_name, email=person.email)
    return Contact(**written)


def _case_faults(case: Mapping[str, Any], policy: Policy) -> Iterator[str]:
    yield from _key_faults(case, _OPENING)
    yield from _value_faults(case, policy)
    yield from _side_faults(case)
    age = span(case.get("age"))
    if "age" in case and age is None:
        yield f'"{case["age"]}" is no age; write one like "3d 4h 20m"'
    if age is not None and age > OLDEST:
        yield f'it is opened "{case["age"]}" ago, and nothing is older than {OLDEST.days} days'
    earlier = timedelta()
    for number, step in enumerate(case.get("steps", []), start=1):
        where = f"step {number}"
        yield from (f"{where}: {each}" for each in _step_faults(step, policy))
        after = span(step.get("after"))
        if after is None:
            continue
        if after < earlier:
            yield f"{where}: it comes before the step above it"
        if age is not None and after >= age:
            yield f'{where}: "{step["after"]}" after an opening "{case["age"]}" ago lies in the future'
        earlier = max(after, earlier)


def _side_faults(case: Mapping[str, Any]) -> Iterator[str]:
    """What a customer's own people cannot say when they open a case."""
    part = PARTS.get(case.get("by", ""))
    if part is None or not part.account:
        return
    if case.get("account") != part.account:
        yield f"{case['by']} opens cases of {part.account} only"
    if "team" in case:
        yield f"{case['by']} is on the customer's side and cannot choose a team"


def _step_faults(step: Mapping[str, Any], policy: Policy) -> Iterator[str]:
    act = str(step.get("does"))
    if act not in ACTS:
        yield f'"{act}" is no act; those are {", ".join(ACTS)}'
        return
    shape = ACTS[act]
    yield from _key_faults(step, _Shape(needs=shape.needs | _STEP, may=shape.may))
    if act == "edit" and not set(step) - _STEP:
        yield "it changes nothing"
    if "after" in step and span(step["after"]) is None:
        yield f'"{step["after"]}" is no time; write one like "3d 4h 20m"'
    if "to" in step:
        known = tuple(PARTS) if act == "assign" else tuple(Status)
        yield from _unknown(step["to"], known, "person" if act == "assign" else "status")
    yield from _value_faults(step, policy)


def _key_faults(table: Mapping[str, Any], shape: _Shape) -> Iterator[str]:
    yield from (f"it has no {key}" for key in sorted(shape.needs - set(table)))
    yield from (f"{key} has no place here" for key in sorted(set(table) - shape.needs - shape.may))


def _value_faults(table: Mapping[str, Any], policy: Policy) -> Iterator[str]:
    """What is wrong with values that mean the same in an opening and in a step."""
    lists: tuple[tuple[str, tuple[str, ...], str], ...] = (
        ("by", tuple(PARTS), "person"),
        ("account", tuple(ACCOUNTS), "account"),
        ("team", tuple(TEAMS), "team"),
        ("audience", tuple(Audience), "audience"),
        ("kind", tuple(choice.value for choice in policy.kinds), "kind"),
        ("impact", tuple(choice.value for choice in policy.business_impacts), "impact"),
        ("resolution", tuple(choice.value for choice in policy.resolutions), "resolution"),
    )
    for key, known, noun in lists:
        if key in table:
            yield from _unknown(table[key], known, noun)
    if "severity" in table and str(table["severity"]) not in SEVERITIES:
        yield f"{table['severity']} is no severity; those are {', '.join(SEVERITIES)}"
    for key in ("title", "description", "text"):
        if key in table and not str(table[key]).strip():
            yield f"the {key} is empty"
    if len(table.get("title", "")) > _LONGEST_TITLE:
        yield f"the title has more than {_LONGEST_TITLE} characters"
    if "contact" in table:
        yield from _contact_faults(table["contact"])


def _contact_faults(contact: object) -> Iterator[str]:
    if isinstance(contact, str):
        yield from _unknown(contact, tuple(PEOPLE), "person")
    elif not isinstance(contact, dict) or not set(contact) <= {field.name for field in fields(Contact)}:
        yield "the contact is neither a person nor written as { name = ..., email = ..., phone = ... }"


def _unknown(value: object, known: tuple[str, ...], noun: str) -> Iterator[str]:
    if value not in known:
        yield f'"{value}" is no {noun}; those are {", ".join(known)}'
