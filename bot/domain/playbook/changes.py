"""What changed between two revisions of a playbook, in people's words; `diff` and `/desk` show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import unified_diff
from enum import Enum
from typing import TypeVar

from bot.domain.playbook.association import AssociationRule
from bot.domain.playbook.canned import CannedMessage
from bot.domain.playbook.script import RETURN, Answer, Playbook, Script, Step
from bot.domain.verdict import Days, Rule

T = TypeVar("T")
R = TypeVar("R", Rule, AssociationRule)


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change: the part of the playbook, and a sentence."""

    part: str
    what: str

    def __str__(self) -> str:
        return f"{self.part}: {self.what}"


def changes(old: Playbook, new: Playbook) -> tuple[Change, ...]:
    """All that is different for those who work with it, part by part; () when nothing is."""
    found = list[Change]()
    for before, after in zip(old.scripts, new.scripts, strict=True):
        found += [Change(part=after.title, what=one) for one in _script(old, new, before, after)]
    found += [Change(part="Completeness", what=one) for one in plain_differences(old.thinness, new.thinness)]
    found += [Change(part="Verdict", what=one) for one in _rules(old.rules, new.rules)]
    found += [Change(part="Orders in cases", what=one) for one in _rules(old.association, new.association)]
    found += [Change(part="Messages", what=one) for one in _messages(old, new)]
    return tuple(found)


def _script(old: Playbook, new: Playbook, before: Script, after: Script) -> Iterator[str]:
    if before.title != after.title:
        yield f"it is called “{after.title}” instead of “{before.title}”."
    if before.start != after.start:
        yield f"it begins with “{_title(after, after.start)}” instead of “{_title(before, before.start)}”."
    yield from came_and_went(
        "the step",
        {one.id: one.title for one in before.steps},
        {one.id: one.title for one in after.steps},
    )
    for was, now in kept(before.steps, after.steps, "id"):
        for said in _step(old, new, before, after, was, now):
            yield f"“{now.title}”: {said}"
    yield from _answers(old, new, before, after, before.anytime, after.anytime)
    yield from came_and_went(
        "the field",
        {one.name: one.label for one in before.fields},
        {one.name: one.label for one in after.fields},
    )
    for one, other in kept(before.fields, after.fields, "name"):
        yield from (f"the field “{other.label}”: {said}" for said in plain_differences(one, other))


def _step(old: Playbook, new: Playbook, before: Script, after: Script, was: Step, now: Step) -> Iterator[str]:
    if was.title != now.title:
        yield f"it was called “{was.title}”."
    if was.say != now.say:
        yield f"it says now: “{now.say}” Before: “{was.say}”"
    if was.do_next != now.do_next:
        yield f"to do next is now: “{now.do_next or 'Nothing.'}” Before: “{was.do_next or 'Nothing.'}”"
    for name in ("node", "kind", "by", "outcome"):
        if getattr(was, name) != getattr(now, name):
            yield f"its {name} is {_shown(getattr(now, name))} instead of {_shown(getattr(was, name))}."
    for name, word in (("fields", "writes down"), ("shows", "shows")):
        if set(getattr(was, name)) != set(getattr(now, name)):
            yield f"it {word} {_shown(getattr(now, name))} instead of {_shown(getattr(was, name))}."
    yield from _answers(old, new, before, after, was.answers, now.answers)


def _answers(
    old: Playbook,
    new: Playbook,
    before: Script,
    after: Script,
    were: Sequence[Answer],
    are: Sequence[Answer],
) -> Iterator[str]:
    first, second = {one.value: one for one in were}, {one.value: one for one in are}
    for value in first.keys() - second.keys():
        yield f"the answer “{first[value].label}” is gone."
    for value, now in second.items():
        was = first.get(value)
        if was is None:
            yield f"the answer “{now.label}” is new and {_leads(new, after, now)}."
            continue
        if was.label != now.label:
            yield f"the answer “{was.label}” is called “{now.label}”."
        if (was.go, was.message, was.case) != (now.go, now.message, now.case):
            was_so, is_so = _leads(old, before, was), _leads(new, after, now)
            yield f"the answer “{now.label}” {is_so}; before, it {was_so.replace('leads', 'led', 1)}."
        for name, word in (("needs", "needs"), ("needs_any", "needs one of")):
            if getattr(was, name) != getattr(now, name):
                yield f"the answer “{now.label}” {word} {_shown(getattr(now, name))}."
        if was.only != now.only:
            yield f"the answer “{now.label}” is for {_only(now)} instead of {_only(was)}."
    common = [value for value in first if value in second]
    if common != [value for value in second if value in first]:
        yield "its answers stand in another order."


def _leads(playbook: Playbook, script: Script, answer: Answer) -> str:
    to = "back to where they were" if answer.go == RETURN else f"to “{_title(script, answer.go)}”"
    message = playbook.message(answer.message)
    parts = [f"leads {to}"]
    if answer.message:
        parts.append(f"sending “{message.title if message else answer.message}”")
    if answer.case:
        parts.append(f"for a case ({answer.case})")
    return ", ".join(parts)


def _only(answer: Answer) -> str:
    if not answer.only:
        return "everybody"
    return "callers with " + " and ".join(f"{fact} {' or '.join(values)}" for fact, values in answer.only)


def _rules(old: Sequence[R], new: Sequence[R]) -> Iterator[str]:
    before, after = [one.id for one in old], [one.id for one in new]
    yield from came_and_went(
        "the rule", dict(zip(before, before, strict=True)), dict(zip(after, after, strict=True))
    )
    for was, now in kept(old, new, "id"):
        yield from (f"the rule “{now.id}”: {said}" for said in plain_differences(was, now))
    if [one for one in before if one in after] != [one for one in after if one in before]:
        yield f"the rules are tried in another order: {', '.join(after)}."


def _messages(old: Playbook, new: Playbook) -> Iterator[str]:
    yield from came_and_went(
        "the message",
        {one.id: one.title for one in old.messages},
        {one.id: one.title for one in new.messages},
    )
    for was, now in kept(old.messages, new.messages, "id"):
        yield from (f"“{now.title}”: {said}" for said in _message(was, now))
    yield from came_and_went(
        "the field",
        {one.name: one.name for one in old.message_fields},
        {one.name: one.name for one in new.message_fields},
    )
    for first, second in kept(old.message_fields, new.message_fields, "name"):
        yield from (f"the field “{second.name}”: {said}" for said in plain_differences(first, second))


def _message(was: CannedMessage, now: CannedMessage) -> Iterator[str]:
    reworded = (was.subject, was.body, was.aloud) != (now.subject, now.body, now.aloud)
    if was.title != now.title:
        yield f"it was called “{was.title}”."
    if was.version != now.version:
        yield f"it is version {now.version} instead of {was.version}."
    elif reworded:
        yield f"its words changed, but it is still version {now.version}: raise it."
    if was.subject != now.subject:
        yield f"its subject is “{now.subject}” instead of “{was.subject}”."
    if was.fits != now.fits:
        yield f"it fits {_shown(now.fits)} instead of {_shown(was.fits)}."
    for name, first, second in (
        ("text", was.body.splitlines(), now.body.splitlines()),
        ("steps to read aloud", was.aloud, now.aloud),
    ):
        lines = list(unified_diff(first, second, lineterm="", n=0))[2:]
        out = [line[1:] for line in lines if line.startswith("-")]
        into = [line[1:] for line in lines if line.startswith("+")]
        if out or into:
            yield f"its {name}: out “{' / '.join(out)}”, in “{' / '.join(into)}”."


def came_and_went(what: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """Names and titles before and after: which are gone, which are new."""
    for name, title in before.items():
        if name not in after:
            yield f"{what} “{title}” is gone."
    for name, title in after.items():
        if name not in before:
            yield f"{what} “{title}” is new."


def kept(before: Sequence[T], after: Sequence[T], key: str) -> Iterator[tuple[T, T]]:
    """What is there before and after, by its name, in the new order."""
    known = {getattr(one, key): one for one in before}
    for one in after:
        if getattr(one, key) in known:
            yield known[getattr(one, key)], one


def plain_differences(was: object, now: object) -> Iterator[str]:
    """The fields of two values of one kind that differ, under their own names."""
    for field in fields(was):  # type: ignore[arg-type]  # dataclasses, both
        before, after = getattr(was, field.name), getattr(now, field.name)
        if before != after:
            yield f"{field.name.replace('_', ' ')}: {_shown(after)} instead of {_shown(before)}."


def _shown(value: object) -> str:
    if value is None or value == () or value == "":
        return "nothing"
    if isinstance(value, Days):
        return f"{value.first} to {value.to}" if value.to is not None else f"{value.first} and more"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(_shown(one) for one in value)
    if isinstance(value, Enum):
        return str(value.value)
    return f"“{value}”" if isinstance(value, str) else str(value)


def _title(script: Script, name: str) -> str:
    step = script.step(name)
    return step.title if step else name
