"""All situations that a script can come into, for every kind of caller; the check reads them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from bot.domain.playbook.script import FACTS, RETURN, Answer, Decider, Script, Step, StepKind
from bot.domain.verdict import Verdict, fits_caller

Facts = Mapping[str, str]

CALLERS: tuple[Facts, ...] = tuple(
    facts
    for facts in (dict(zip(FACTS, values, strict=True)) for values in product(*FACTS.values()))
    if fits_caller(Verdict(facts["verdict"]), facts["caller"])
)
"""Every caller whom answers can tell apart; also those that rules rule out: a manager may overrule."""

UNKNOWN = -1
"""In place of a caller's position in CALLERS: no verdict yet."""


@dataclass(frozen=True)
class Choice:
    """Which answer chose the message, or why a case goes to level two."""

    what: str = ""
    step: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Situation:
    """A step as one kind of caller comes to it."""

    step: str
    caller: int = UNKNOWN
    message: Choice = Choice()
    has_case: bool = False

    @property
    def facts(self) -> Facts:
        return {} if self.caller == UNKNOWN else CALLERS[self.caller]


@dataclass
class Routes:
    """What can be reached, and where it leads. `leaves` are situations that end, return or break off."""

    nexts: dict[Situation, list[Situation]] = field(default_factory=dict)
    leaves: set[Situation] = field(default_factory=set)
    stuck: set[Situation] = field(default_factory=set)

    @property
    def steps(self) -> set[str]:
        return {one.step for one in self.nexts}

    def without_end(self) -> set[Situation]:
        """Situations that go round for ever: no end, and no dead end either, is ahead of them."""
        before = dict[Situation, list[Situation]]()
        for one, ahead in self.nexts.items():
            for other in ahead:
                before.setdefault(other, []).append(one)
        seen, todo = set(self.leaves | self.stuck), deque(self.leaves | self.stuck)
        while todo:
            for one in before.get(todo.popleft(), ()):
                if one not in seen:
                    seen.add(one)
                    todo.append(one)
        return set(self.nexts) - seen


def routes(script: Script, start: str) -> Routes:
    """Everything ahead of a step. Targets that do not exist break off; the check names them by themselves."""
    found = Routes()
    todo = deque([Situation(start)])
    while todo:
        here = todo.popleft()
        step = script.step(here.step)
        if here in found.nexts or step is None:
            continue
        ahead = list(_ahead(script, step, here, found))
        found.nexts[here] = ahead
        if step.kind is StepKind.END:
            found.leaves.add(here)
        elif not ahead and here not in found.leaves:
            found.stuck.add(here)
        todo.extend(ahead)
    return found


def _ahead(script: Script, step: Step, here: Situation, found: Routes) -> Iterator[Situation]:
    for answer in step.answers:
        for caller in _callers(step, answer, here):
            if answer.only and not answer.suits({} if caller == UNKNOWN else CALLERS[caller]):
                continue
            if answer.go == RETURN or script.step(answer.go) is None:
                found.leaves.add(here)
                continue
            chosen = Choice(answer.message, step.id, answer.value) if answer.message else here.message
            yield Situation(answer.go, caller, chosen, here.has_case or answer.case is not None)


def _callers(step: Step, answer: Answer, here: Situation) -> tuple[int, ...]:
    """A verdict tells what caller it is; every other answer leaves them as they are."""
    if step.by is not Decider.VERDICT:
        return (here.caller,)
    return tuple(number for number, facts in enumerate(CALLERS) if facts["verdict"] == answer.value)


def collected(script: Script) -> dict[str, frozenset[str]]:
    """The fields that are filled in for certain before each step, whatever way led there."""
    everything = frozenset(one.name for one in script.fields)
    known = {step.id: everything for step in script.steps}
    known[script.start] = frozenset()
    changed = True
    while changed:
        changed = False
        for step in script.steps:
            for answer in step.answers:
                if answer.go in known:
                    brought = known[answer.go] & (known[step.id] | set(answer.needs))
                    changed = changed or brought != known[answer.go]
                    known[answer.go] = brought
    return known
