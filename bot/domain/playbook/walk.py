"""The engine of scripts: where somebody is after their answers. Pure, so that a call survives anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.contacts import is_email
from bot.domain.entitlement import EntitlementReceipt
from bot.domain.playbook.script import (
    FACTS,
    RETURN,
    Answer,
    CaseReason,
    Decider,
    Field,
    FieldKind,
    Script,
    Step,
    StepKind,
)
from bot.domain.verdict import Verdict


@dataclass(frozen=True, kw_only=True)
class Given:
    """An answer that was given: at which step, which one, and what was written down there."""

    step: str
    answer: str
    data: tuple[tuple[str, str], ...] = ()


Answers = tuple[Given, ...]
"""A walk: with the script, it says everything. Stored row by row in this order."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a walk stands: the step, the answers offered there, and all that was collected on the way.

    `message` is the canned message chosen last, `case` why a case goes to level two. `path` has each step
    that was passed with the answer given there.
    """

    step: Step
    offers: tuple[Answer, ...]
    data: Mapping[str, str]
    path: tuple[tuple[Step, Answer], ...]
    message: str = ""
    case: CaseReason | None = None
    interrupted: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """Which step this is, from 1, by the answers that people gave."""
        return 1 + sum(step.kind is not StepKind.DECIDE for step, _ in self.path)

    @property
    def is_over(self) -> bool:
        return self.step.kind is StepKind.END

    @property
    def is_decided(self) -> bool:
        """Whether the desk itself answers here, and no person is asked."""
        return self.step.kind is StepKind.DECIDE


class BrokenWalk(ValueError):
    """Answers that this script never had: they belong to another revision."""


class NotOffered(ValueError):
    """An answer or a field that this step has not, or not for this caller; nothing is taken."""


class StillMissing(ValueError):
    """Fields that this answer needs: all of `fields`, or with `any_of` one of them."""

    def __init__(self, fields: tuple[Field, ...], *, any_of: bool = False) -> None:
        self.fields, self.any_of = fields, any_of
        between = " or " if any_of else ", "
        super().__init__(between.join(one.label for one in fields))


def at(script: Script, answers: Answers) -> Place:
    """Where these answers lead. Raises BrokenWalk for answers that this script does not have."""
    place = _stand(script, script.start, {}, ())
    for given in answers:
        if given.step != place.step.id:
            raise BrokenWalk(f"an answer at {given.step} where the script is at {place.step.id}")
        chosen = next((one for one in place.offers if one.value == given.answer), None)
        if chosen is None:
            raise BrokenWalk(f"{place.step.id} does not offer {given.answer}")
        place = _move(script, place, chosen, dict(given.data))
    return place


def answer(script: Script, answers: Answers, value: str, data: Mapping[str, str] | None = None) -> Answers:
    """The walk with one more answer. `data` is what was written down, by the names of fields, or facts.

    Values are trimmed and empty ones left out. Raises NotOffered, StillMissing, BrokenWalk.
    """
    given, _ = take(script, at(script, answers), value, data or {})
    return (*answers, given)


def take(script: Script, place: Place, value: str, data: Mapping[str, str]) -> tuple[Given, Place]:
    """One answer at a place, and the place that it leads to. Raises as `answer` does."""
    chosen = next((one for one in place.offers if one.value == value), None)
    if chosen is None:
        raise NotOffered(f"{place.step.id} does not offer {value}")
    strangers = set(data) - set(FACTS if place.is_decided else place.step.fields)
    if strangers:
        raise NotOffered(f"{place.step.id} does not write down {', '.join(sorted(strangers))}")
    if place.step.by is Decider.VERDICT and (set(data) != set(FACTS) or data["verdict"] != value):
        raise NotOffered(f"{place.step.id} needs what the verdict says of the caller, as `facts_of` tells it")
    kept = {name: text.strip() for name, text in data.items() if text.strip()}
    _check_filled(script, chosen, {**place.data, **kept})
    given = Given(step=place.step.id, answer=value, data=tuple(kept.items()))
    return given, _move(script, place, chosen, kept)


def back(script: Script, answers: Answers) -> Answers:
    """The walk as before the last answer of a person; what the desk decided since goes with it.

    `answers[len(result):]` is what was undone: a screen fills its fields from it.
    """
    left = answers
    while left:
        left = left[:-1]
        if not at(script, left).is_decided:
            break
    return left


def written_down(script: Script, place: Place) -> tuple[tuple[Field, str], ...]:
    """All that was written down on the way, in the order of the script's fields: what a case takes along."""
    return tuple((field, place.data[field.name]) for field in script.fields if field.name in place.data)


def facts_of(receipt: EntitlementReceipt) -> tuple[str, dict[str, str]]:
    """The answer and the data with which a verdict enters a walk (see `script.FACTS`).

    A manager's word opens what it names: whoever they let have priority support is offered its answers.
    """
    held, measured = receipt.in_force, receipt.measured
    return held.value, {
        "verdict": held.value,
        "caller": receipt.kind.value,
        "hosting": "yes" if measured.hosting or held is Verdict.HOSTING else "no",
        "priority": "yes" if measured.priority or held is Verdict.PRIORITY else "no",
    }


def decided_again(
    script: Script, answers: Answers, step: str, value: str, data: Mapping[str, str]
) -> Answers:
    """The walk with another decision at a step of kind `decide`, as when a manager overrules a verdict.

    What was answered after it is dropped: it stood on the old decision. NotOffered if it was not passed.
    """
    for position in range(len(answers) - 1, -1, -1):
        if answers[position].step == step:
            return answer(script, answers[:position], value, data)
    raise NotOffered(f"{step} was not passed")


def _move(script: Script, place: Place, chosen: Answer, data: dict[str, str]) -> Place:
    collected = {**_kept(script, place.data, data), **data}
    interrupted, target = place.interrupted, chosen.go
    if chosen in script.anytime:
        interrupted = (*interrupted, place.step.id)
    if target == RETURN:
        if not interrupted:
            raise BrokenWalk(f"{place.step.id} returns, but nothing was interrupted")
        target, interrupted = interrupted[-1], interrupted[:-1]
    return _stand(
        script,
        target,
        collected,
        (*place.path, (place.step, chosen)),
        message=chosen.message or place.message,
        case=chosen.case or place.case,
        interrupted=interrupted,
    )


def _kept(script: Script, before: Mapping[str, str], data: Mapping[str, str]) -> dict[str, str]:
    """What stays true of what was collected: with another account, nothing that was picked from the first."""
    kinds = {one.name: one.kind for one in script.fields}
    accounts = [name for name in data if kinds.get(name) is FieldKind.ACCOUNT]
    if all(before.get(name, data[name]) == data[name] for name in accounts):
        return dict(before)
    picked = (FieldKind.SITE, FieldKind.ORDER)
    return {
        name: text for name, text in before.items() if kinds.get(name) not in picked and name not in FACTS
    }


def _stand(
    script: Script,
    name: str,
    data: Mapping[str, str],
    path: tuple[tuple[Step, Answer], ...],
    *,
    message: str = "",
    case: CaseReason | None = None,
    interrupted: tuple[str, ...] = (),
) -> Place:
    step = script.step(name)
    if step is None:
        raise BrokenWalk(f"there is no step {name}")
    offers = tuple(one for one in step.answers if one.suits(data))
    if step.kind not in (StepKind.DECIDE, StepKind.END) and not interrupted:
        offers += script.anytime
    return Place(
        step=step, offers=offers, data=data, path=path, message=message, case=case, interrupted=interrupted
    )


def _check_filled(script: Script, chosen: Answer, data: Mapping[str, str]) -> None:
    """What is missing may have been written down before. An e-mail address has to look like one."""
    missing = tuple(name for name in chosen.needs if not _is_filled(script, name, data))
    if missing:
        raise StillMissing(_named(script, missing))
    if chosen.needs_any and not any(_is_filled(script, name, data) for name in chosen.needs_any):
        raise StillMissing(_named(script, chosen.needs_any), any_of=True)


def _is_filled(script: Script, name: str, data: Mapping[str, str]) -> bool:
    field, text = script.field(name), data.get(name, "")
    if field is not None and field.kind is FieldKind.EMAIL:
        return is_email(text)
    return bool(text)


def _named(script: Script, names: tuple[str, ...]) -> tuple[Field, ...]:
    return tuple(script.field(name) or Field(name=name, label=name) for name in names)
