"""Every way through the phone script and the triage of new cases: found by reading the playbook, walked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.domain.playbook.canned import Source, fill, hindrances
from bot.domain.playbook.check_rules import corner_cases
from bot.domain.playbook.routes import CALLERS
from bot.domain.playbook.script import RETURN, SENDS, Answer, Decider, FieldKind, Playbook, Script, StepKind
from bot.domain.playbook.walk import Answers, Place, at, back, take
from bot.domain.verdict import Verdict, deciding

SCRIPTS = ("phone", "triage")


def script_of(playbook: Playbook, name: str) -> Script:
    return {"phone": playbook.phone, "triage": playbook.triage}[name]


def callers(playbook: Playbook, verdict: str) -> list[dict[str, str]]:
    """Every caller whom the rules really give that verdict, as far as answers can tell them apart."""
    rules = playbook.rules
    measured = [one for one in corner_cases(rules) if deciding(rules, one)[0].verdict == verdict]
    found = {
        ("yes" if one.hosting else "no", "yes" if one.priority else "no", one.evaluation_days is not None)
        for one in measured
    }
    return [
        dict(facts)
        for facts in CALLERS
        if facts["verdict"] == verdict
        and (facts["hosting"], facts["priority"], facts["caller"] == "evaluator") in found
    ]


Way = tuple[Answers, tuple[Place, ...]]
"""Answers, and the places before the first and after each of them."""


class Ways:
    """Every way from the start to an end, or to where it comes round to a step that it passed."""

    def __init__(self, playbook: Playbook) -> None:
        self.playbook = playbook
        self.callers = {verdict.value: callers(playbook, verdict) for verdict in Verdict}
        self.by_name = {script.name: list(self._ways(script)) for script in playbook.scripts}

    def _ways(self, script: Script) -> Iterator[Way]:
        todo: list[Way] = [((), (at(script, ()),))]
        while todo:
            answers, places = todo.pop()
            place = places[-1]
            if place.is_over or comes_round(place):
                yield answers, places
                continue
            for chosen in place.step.answers:
                for data in self._noted(place, chosen) if chosen in place.offers else ():
                    given, next_place = take(script, place, chosen.value, data)
                    todo.append(((*answers, given), (*places, next_place)))

    def _noted(self, place: Place, chosen: Answer) -> list[dict[str, str]]:
        """What is written down with an answer; a verdict is tried with every caller it can be on."""
        if place.step.by is Decider.VERDICT:
            return self.callers[chosen.value]
        names = {*chosen.needs, *chosen.needs_any[:1]}
        return [{name: "lena@example.com" if name == "email" else f"a {name}" for name in names}]


def comes_round(place: Place) -> bool:
    return place.step.id in {step.id for step, _ in place.path}


@pytest.fixture(scope="module")
def ways(playbook: Playbook) -> Ways:
    return Ways(playbook)


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_way_leads_to_an_end_or_round_to_a_step_that_has_one(
    playbook: Playbook, ways: Ways, name: str
) -> None:
    script = script_of(playbook, name)
    taken, ends = set[tuple[str, str]](), set[str]()
    for answers, places in ways.by_name[name]:
        taken.update((one.step, one.answer) for one in answers)
        if not comes_round(places[-1]):
            assert places[-1].step.outcome is not None
            ends.add(places[-1].step.id)
    every = {(step.id, one.value) for step in script.steps for one in step.answers}
    assert taken == {(step, value) for step, value in every if step != "praise_or_blame"}
    assert ends == {step.id for step in script.steps if step.kind is StepKind.END} - {"end_remark"}


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_message_on_every_way_suits_the_verdict_and_is_filled(
    playbook: Playbook, ways: Ways, name: str
) -> None:
    samples = {one.name: one.sample for one in playbook.message_fields}
    on_the_way = {one.name for one in playbook.message_fields if one.source is Source.CALL}
    sent = set[str]()
    for answers, places in ways.by_name[name]:
        for given, before, after in zip(answers, places, places[1:], strict=False):
            if before.step.kind is StepKind.SEND and given.answer == SENDS:
                message = playbook.message(after.message)
                assert message is not None
                values = {**samples, **{one: after.data.get(one, "") for one in on_the_way}}
                verdict = Verdict(after.data["verdict"])
                assert hindrances(message, values, verdict, sent_today=False) == ()
                assert "{" not in fill(message, values).body
                sent.add(message.id)
    if name == "phone":
        assert sent == {one.id for one in playbook.messages}, "a call can need each of the eight"


@pytest.mark.parametrize("name", SCRIPTS)
def test_back_from_every_place_of_every_way_leads_to_the_start(
    playbook: Playbook, ways: Ways, name: str
) -> None:
    script, tried = script_of(playbook, name), set[tuple[str, str]]()
    for answers, places in ways.by_name[name]:
        if (answers[-1].step, answers[-1].answer) in tried:
            continue
        tried.add((answers[-1].step, answers[-1].answer))
        while answers:
            shorter = back(script, answers)
            assert not places[len(shorter)].is_decided
            assert at(script, shorter) == places[len(shorter)]
            answers = shorter


def test_a_complaint_can_interrupt_at_every_step_that_a_person_answers(
    playbook: Playbook, ways: Ways
) -> None:
    script, tried = playbook.phone, set[str]()
    for place in (place for _, places in ways.by_name["phone"] for place in places):
        if place.step.id in tried:
            continue
        tried.add(place.step.id)
        asked = place.step.kind not in (StepKind.DECIDE, StepKind.END)
        assert all((one in place.offers) is asked for one in script.anytime)
        if asked:
            _, aside = take(script, place, "praise_or_blame", {})
            assert take(script, aside, "go_on", {})[1].step == place.step
            assert take(script, aside, "end", {})[1].is_over
    assert tried == {step.id for step in script.steps} - {"praise_or_blame", "end_remark"}


def test_the_graph_has_the_nodes_that_the_desk_planned(playbook: Playbook) -> None:
    nodes = {step.node for step in playbook.phone.steps}
    assert nodes == {"P0", "PX", "P1", "P2", "P4", "P5", "P6", "P7", "P8", "sales", "any time", "end"}
    assert {step.node for step in playbook.triage.steps} == {"N1", "N2", "N3", "end"}
    assert len(playbook.messages) == 8
    returns = [step.id for step in playbook.phone.steps for one in step.answers if one.go == RETURN]
    assert returns == ["praise_or_blame"]


# What each answer of the two issue steps leads to (domain.md 4): message, or the reason for level two.
PLAN = {
    "live": {
        "licence_key": "request_key",
        "licence_key_trial": "open_case",
        "product": "open_case",
        "customization": "development",
        "hosting": "hosting_ticket",
        "other": "open_case",
        "bug": "bug",
        "priority": "priority",
    },
    "no_plan": {
        "licence_key": "request_key",
        "bug": "report_bug",
        "product": "resources",
        "customization": "development",
        "other": "resources",
    },
    "old_version": {"options": "old_versions", "hosting": "hosting_ticket"},
}


@pytest.mark.parametrize("name", PLAN)
def test_each_issue_is_answered_as_the_desk_planned(playbook: Playbook, name: str) -> None:
    step = playbook.phone.step(name)
    assert step is not None
    assert {one.value: one.message or str(one.case) for one in step.answers} == PLAN[name]


@pytest.mark.parametrize(
    ("verdict", "step"),
    [
        ("old_version", "old_version"),
        ("priority", "live"),
        ("evaluating", "live"),
        ("evaluation_over", "sales"),
        ("hosting", "live"),
        ("recent_order", "live"),
        ("none", "no_plan"),
    ],
)
def test_each_verdict_leads_to_its_part_of_the_script(playbook: Playbook, verdict: str, step: str) -> None:
    chosen = next(one for one in playbook.phone.steps if one.id == "verdict").answer(verdict)
    assert chosen is not None
    assert chosen.go == step


@pytest.mark.parametrize(
    ("verdict", "step", "case"),
    [
        ("priority", "level_two", "priority"),
        ("evaluating", "level_two", "eligible"),
        ("hosting", "level_two", "eligible"),
        ("recent_order", "level_two", "eligible"),
        ("none", "no_plan", None),
        ("old_version", "old_version", None),
        ("evaluation_over", "sales", None),
    ],
)
def test_each_verdict_on_a_new_case_leads_where_triage_wants_it(
    playbook: Playbook, verdict: str, step: str, case: str | None
) -> None:
    chosen = next(one for one in playbook.triage.steps if one.id == "verdict").answer(verdict)
    assert chosen is not None
    assert (chosen.go, chosen.case) == (step, case)


@pytest.mark.parametrize("name", ["no_plan", "old_version", "sales"])
def test_a_bug_report_goes_to_level_two_whatever_the_verdict(playbook: Playbook, name: str) -> None:
    step = playbook.triage.step(name)
    assert step is not None
    bug = step.answer("bug")
    assert bug is not None
    assert (bug.go, bug.case) == ("level_two", "bug")


def test_every_address_is_read_back_before_anything_is_sent(playbook: Playbook) -> None:
    for script in playbook.scripts:
        address = script.field("email")
        assert address is not None
        assert address.kind is FieldKind.EMAIL
        for step in script.steps:
            sending = step.answer(SENDS) if step.kind is StepKind.SEND else None
            assert step.kind is not StepKind.SEND or (sending and "email" in sending.needs)
