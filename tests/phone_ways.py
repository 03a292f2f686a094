"""Ways through the scripts of the packaged playbook, found by reading it, for callers who are made up.

There is no list of steps here: a step, an answer or a verdict that is added to the playbook is asked for, and
a test fails until somebody among `CAST` comes to it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

from bot.domain.playbook.routes import routes
from bot.domain.playbook.script import FACTS, Answer, Decider, FieldKind, Playbook, Script, Step, StepKind
from bot.domain.playbook.walk import Answers, Place, at, take
from bot.domain.verdict import CallerKind, Verdict
from bot.playbook_file import load_playbook

Facts = Mapping[str, str]
Edge = tuple[str, str]
"""A step, and the answer that is given there."""

MODES = {Decider.PHONES: ("open", "closed"), Decider.COMPLETENESS: ("complete", "missing", "asked_before")}


@dataclass(frozen=True, kw_only=True)
class Character:
    """Somebody who calls: the verdict on them, and how the shop knows them (see `callers.add_caller`)."""

    name: str
    site: str
    verdict: Verdict
    caller: CallerKind = CallerKind.CUSTOMER
    hosting: bool = False
    priority: bool = False
    known: Callable[[date], dict[str, Any]] = field(default=lambda _: {})

    @property
    def facts(self) -> dict[str, str]:
        return {
            "verdict": self.verdict.value,
            "caller": self.caller.value,
            "hosting": "yes" if self.hosting else "no",
            "priority": "yes" if self.priority else "no",
        }


def _in(days: int) -> Callable[[date], date]:
    return lambda today: today + timedelta(days=days)


CAST: tuple[Character, ...] = (
    Character(
        name="Lena Fox", site="fox-outdoor.example", verdict=Verdict.RECENT_ORDER,
        known=lambda _: {"ordered_days": 30},
    ),
    Character(
        name="Omid Rahimi", site="lima-coffee.example", verdict=Verdict.NONE,
        known=lambda _: {"ordered_days": 31},
    ),
    Character(
        name="Pia Stone", site="stone-toys.example", verdict=Verdict.PRIORITY, priority=True,
        known=lambda today: {"ordered_days": 700, "priority_until": today, "version": "5.2"},
    ),
    Character(
        name="Ed Vale", site="vale-books.example", verdict=Verdict.OLD_VERSION,
        known=lambda _: {"ordered_days": 3, "version": "5.2"},
    ),
    Character(
        name="Rosa Pinto", site="pinto-tiles.example", verdict=Verdict.OLD_VERSION,
        caller=CallerKind.HOSTING, hosting=True,
        known=lambda today: {"version": "5.4", "hosting_until": today},
    ),
    Character(
        name="Amara Okoye", site="okoye-linen.example", verdict=Verdict.HOSTING,
        caller=CallerKind.HOSTING, hosting=True,
        known=lambda today: {"ordered_days": 400, "hosting_until": today},
    ),
    Character(
        name="Aiko Mori", site="mori-paper.example", verdict=Verdict.EVALUATING, caller=CallerKind.EVALUATOR,
        known=lambda today: {"eval_start": _in(-90)(today)},
    ),
    Character(
        name="Una Trial", site="trial-goods.example", verdict=Verdict.EVALUATION_OVER,
        caller=CallerKind.EVALUATOR, known=lambda today: {"eval_start": _in(-91)(today)},
    ),
)  # fmt: skip
"""One of every kind that the packaged script tells apart, each at the last day on which they are so."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way of a character from the start to an end. `mode` is what the desk decides besides the verdict."""

    script: str
    who: Character
    mode: str
    answers: Answers

    @property
    def edges(self) -> tuple[Edge, ...]:
        return tuple((one.step, one.answer) for one in self.answers)

    def __str__(self) -> str:
        told = " ".join(f"{step}.{answer}" for step, answer in self.edges)
        return f"{self.script}, {self.who.name}, {self.mode}: {told}"


@cache
def book() -> Playbook:
    return load_playbook()


def script_named(name: str) -> Script:
    return {"phone": book().phone, "triage": book().triage}[name]


def asked(script: Script, step: Step) -> tuple[Answer, ...]:
    """All that can be answered at a step: what every step offers at any time, too."""
    aside = {one.go for one in script.anytime}
    anytime = () if step.kind in (StepKind.DECIDE, StepKind.END) or step.id in aside else script.anytime
    return (*step.answers, *anytime)


def every_edge(script: Script) -> set[Edge]:
    return {(step.id, one.value) for step in script.steps for one in asked(script, step)}


def every_end(script: Script) -> set[tuple[str, str]]:
    """Each end with each verdict under which it can be come to; "" where none is known yet."""
    found = {(here.step, here.facts.get("verdict", "")) for here in routes(script, script.start).nexts}
    for one in script.anytime:  # an interruption can end a call anywhere
        ends = {here.step for here in routes(script, one.go).nexts}
        verdicts = {"", *(verdict.value for verdict in Verdict)}
        found |= {(step, verdict) for step in ends for verdict in verdicts}
    kinds = {step.id: step.kind for step in script.steps}
    return {(step, verdict) for step, verdict in found if kinds[step] is StepKind.END}


Goal = Callable[[Place, Place, str], bool]
"""Whether the answer that led from one place to the other is what is looked for."""


def _noted(script: Script, place: Place, chosen: Answer) -> dict[str, str]:
    """What is written down with an answer: all that it asks for, and all else that the step has room for."""
    fields = (script.field(name) for name in place.step.fields)
    wanted = {*chosen.needs, *chosen.needs_any}
    made = {
        FieldKind.EMAIL: "reads.it@example.com",
        FieldKind.ACCOUNT: "0",
        FieldKind.SITE: "a site",
        FieldKind.ORDER: "1042",
    }
    found = {one.name: made.get(one.kind, f"What they say: {one.label}") for one in fields if one is not None}
    if chosen.needs_any:  # one of them is what a caller knows
        return {chosen.needs_any[0]: found[chosen.needs_any[0]]}
    kept = {name for name in found if name in wanted or script.field(name).kind is FieldKind.TEXT}  # type: ignore[union-attr]
    return {name: text for name, text in found.items() if name in kept or found[name] == "1042"}


def _steps(script: Script, who: Character, mode: str, place: Place) -> Iterator[tuple[str, dict[str, str]]]:
    """The answers that can come now, with what is written down."""
    if place.step.by is Decider.VERDICT:
        yield who.verdict.value, who.facts
    elif place.step.by is not None:
        yield mode, {}
    else:
        for one in place.offers:
            yield one.value, _noted(script, place, one)


def _search(script: Script, who: Character, mode: str, goal: Goal) -> Answers | None:
    """The shortest way that does what `goal` looks for and then comes to an end; None where there is none."""
    start = at(script, ())
    todo: deque[tuple[Answers, Place, bool]] = deque([((), start, False)])
    seen = {_key(start, reached=False)}
    while todo:
        answers, place, reached = todo.popleft()
        if place.is_over:
            if reached:
                return answers
            continue
        for value, data in _steps(script, who, mode, place):
            given, ahead = take(script, place, value, data)
            there = reached or goal(place, ahead, value)
            key = _key(ahead, reached=there)
            if key not in seen:
                seen.add(key)
                todo.append(((*answers, given), ahead, there))
    return None


def _key(place: Place, *, reached: bool) -> tuple[Any, ...]:
    known = tuple(place.data.get(fact) for fact in FACTS)
    return place.step.id, place.interrupted, place.message, place.case, known, reached


def _modes(script: Script) -> tuple[str, ...]:
    found = {step.by for step in script.steps if step.by in MODES}
    return MODES[found.pop()] if found else ("",)  # type: ignore[index]


def _on(edge: Edge) -> Goal:
    return lambda place, _, value: (place.step.id, value) == edge


def _into(end: str, verdict: str) -> Goal:
    return lambda _, ahead, __: ahead.step.id == end and ahead.data.get("verdict", "") == verdict


@cache
def ways(name: str) -> tuple[Way, ...]:
    """The ways through a script of the packaged playbook."""
    return ways_through(script_named(name))


def ways_through(script: Script) -> tuple[Way, ...]:
    """Ways that pass every edge, and come to each end under each verdict, as far as anybody of CAST can."""
    edges, ends = every_edge(script), every_end(script)
    found = list[Way]()
    for end, verdict in sorted(ends):
        could = [one for one in CAST if verdict in ("", one.verdict)]
        found += _first(script, could, _into(end, verdict))
    for edge in sorted(edges):
        if not any(edge in one.edges for one in found):
            found += _first(script, CAST, _on(edge))
    return tuple(found)


def unreached(script: Script) -> set[tuple[str, str]]:
    """Edges that nobody of CAST passes, and ends with a verdict under which nobody comes to them."""
    found = ways_through(script) if script is not script_named(script.name) else ways(script.name)
    passed = {edge for way in found for edge in way.edges}
    return (every_edge(script) - passed) | (every_end(script) - {ended(script, way) for way in found})


def _first(script: Script, could: Iterable[Character], goal: Goal) -> list[Way]:
    for who in could:
        for mode in _modes(script):
            answers = _search(script, who, mode, goal)
            if answers is not None:
                return [Way(script=script.name, who=who, mode=mode, answers=answers)]
    return []


def ended(script: Script, way: Way) -> tuple[str, str]:
    """The end that a way comes to, and the verdict under which it does."""
    place = at(script, way.answers)
    return place.step.id, place.data.get("verdict", "")
