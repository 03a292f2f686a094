"""What changed between two versions of a flow, in people's words; who publishes one sees it first. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.commerce.flows import Flow, FlowStep
from bot.domain.playbook.changes import came_and_went, kept, plain_differences


def flow_changes(old: Flow, new: Flow) -> tuple[str, ...]:
    """All that is different for those who work by it; () when nothing is."""
    found = [*_whole(old, new), *_steps(old, new), *_messages(old, new)]
    if found and old.version == new.version:
        found.append(f"It is still version {new.version}: raise it, so that documents tell the two apart.")
    return tuple(found)


def _whole(old: Flow, new: Flow) -> Iterator[str]:
    if old.title != new.title:
        yield f"It is called “{new.title}” instead of “{old.title}”."
    if old.by_customer != new.by_customer:
        yield f"A customer may {'now' if new.by_customer else 'no longer'} ask for it alone."
    yield from (f"{said[0].upper()}{said[1:]}" for said in plain_differences(old.terms, new.terms))
    before, after = ({one: one for one in flow.reasons} for flow in (old, new))
    yield from (f"{said[0].upper()}{said[1:]}" for said in came_and_went("the reason", before, after))


def _steps(old: Flow, new: Flow) -> Iterator[str]:
    for step in old.steps:
        if new.step(step.id) is None:
            yield f"The step “{step.title}” is gone."
    for place, step in enumerate(new.steps):
        if old.step(step.id) is None:
            where = f"after “{new.steps[place - 1].title}”" if place else "at the beginning"
            yield f"The step “{step.title}” is new, {where}."
    for was, now in kept(old.steps, new.steps, "id"):
        yield from (f"“{now.title}”: {said}" for said in _step(was, now))
    stayed = [one.id for one in old.steps if new.step(one.id)]
    if stayed != [one.id for one in new.steps if old.step(one.id)]:
        yield f"The steps stand in another order: {', '.join(one.title for one in new.steps)}."


def _step(was: FlowStep, now: FlowStep) -> Iterator[str]:
    yield from plain_differences(replace(was, fields=()), replace(now, fields=()))
    before, after = ({one.name: one.label for one in step.fields} for step in (was, now))
    yield from came_and_went("the field", before, after)
    for one, other in kept(was.fields, now.fields, "name"):
        yield from (f"the field “{other.label}”: {said}" for said in plain_differences(one, other))


def _messages(old: Flow, new: Flow) -> Iterator[str]:
    before, after = ({one.id: one.id for one in flow.messages} for flow in (old, new))
    yield from (f"{said[0].upper()}{said[1:]}" for said in came_and_went("the message", before, after))
    for was, now in kept(old.messages, new.messages, "id"):
        for name in ("subject", "body"):
            if getattr(was, name) != getattr(now, name):
                yield f"The {name} of the message “{now.id}” is another."
