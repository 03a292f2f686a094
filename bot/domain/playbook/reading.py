"""A playbook from the content of its files, which `bot/playbook_file.py` reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping

from bot.domain.playbook.association import CASE_FIELDS, AssociationRule, AssociationRules, Thing
from bot.domain.playbook.canned import CannedMessage, MessageField, Source
from bot.domain.playbook.faults import Fault, UnsoundPlaybook
from bot.domain.playbook.script import (
    Answer,
    CaseReason,
    Decider,
    Field,
    FieldKind,
    Outcome,
    Panel,
    Playbook,
    Script,
    Step,
    StepKind,
    Thinness,
)
from bot.domain.playbook.tables import Table
from bot.domain.verdict import Days, Rule, Rules, Verdict

PHONE, TRIAGE = "phone.toml", "triage.toml"
VERDICT, ASSOCIATION, MESSAGES = "verdict.toml", "association.toml", "messages.toml"
FILES = (PHONE, TRIAGE, VERDICT, ASSOCIATION, MESSAGES)
"""The parts of a playbook."""


def read_playbook(raw: Mapping[str, Mapping[str, object]]) -> Playbook:
    """The playbook that these contents describe, by the names in FILES. Raises UnsoundPlaybook.

    It says what is misspelt or of the wrong kind; whether the scripts make sense is for `check`.
    """
    faults = list[Fault]()
    tables = {name: Table(name, "", raw.get(name, {}), faults) for name in FILES}
    triage = tables[TRIAGE]
    playbook = Playbook(
        digest=_digest(raw),
        phone=_script("phone", tables[PHONE]),
        triage=_script("triage", triage),
        thinness=_thinness(triage.table("completeness")),
        rules=_rules(tables[VERDICT]),
        association=_association(tables[ASSOCIATION]),
        messages=tuple(_messages(tables[MESSAGES])),
        message_fields=tuple(_message_fields(tables[MESSAGES])),
    )
    for table in tables.values():
        table.finish()
    if faults:
        raise UnsoundPlaybook(faults)
    return playbook


def _digest(raw: Mapping[str, Mapping[str, object]]) -> str:
    content = {name: raw.get(name, {}) for name in FILES}
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def _script(name: str, table: Table) -> Script:
    return Script(
        name=name,
        title=table.text("title"),
        start=table.text("start"),
        fields=tuple(_fields(table)),
        steps=tuple(_step(key, inner) for key, inner in table.tables("steps")),
        anytime=tuple(_answer(inner) for inner in table.entries("anytime")),
    )


def _fields(table: Table) -> Iterator[Field]:
    for name, inner in table.tables("fields"):
        yield Field(
            name=name,
            label=inner.text("label"),
            kind=inner.one_of("kind", FieldKind, FieldKind.LINE) or FieldKind.LINE,
            hint=inner.text("hint", ""),
        )
        inner.finish()


def _step(name: str, table: Table) -> Step:
    kind = table.one_of("kind", StepKind, StepKind.ASK) or StepKind.ASK
    step = Step(
        id=name,
        node=table.text("node"),
        title=table.text("title"),
        say=table.text("say"),
        kind=kind,
        do_next=table.text("do_next", ""),
        fields=table.texts("fields"),
        shows=table.some_of("shows", Panel),
        answers=tuple(_answer(inner) for inner in table.entries("answers")),
        by=table.one_of("by", Decider, needed=kind is StepKind.DECIDE),
        outcome=table.one_of("outcome", Outcome, needed=kind is StepKind.END),
    )
    if step.by and kind is not StepKind.DECIDE:
        table.wrong("by", "is only for steps that the desk answers itself.", 'Add kind = "decide".')
    if step.outcome and kind is not StepKind.END:
        table.wrong("outcome", "is only for the end of a script.", 'Add kind = "end".')
    table.finish()
    return step


def _answer(table: Table) -> Answer:
    only = table.table("only")
    answer = Answer(
        value=table.text("value"),
        label=table.text("label"),
        go=table.text("go"),
        needs=table.texts("needs"),
        needs_any=table.texts("needs_any"),
        only=tuple(only.lists()) if only else (),
        message=table.text("message", ""),
        case=table.one_of("case", CaseReason, needed=False),
    )
    table.finish()
    return answer


def _thinness(table: Table | None) -> Thinness:
    if table is None:
        return Thinness()
    words = table.number("fewest_words")
    table.finish()
    return Thinness() if words is None else Thinness(fewest_words=words)


def _rules(table: Table) -> Rules:
    return tuple(_rule(inner) for inner in table.entries("rules"))


def _rule(table: Table) -> Rule:
    rule = Rule(
        id=table.text("id"),
        verdict=table.one_of("verdict", Verdict) or Verdict.NONE,
        because=table.text("because"),
        version_at_most=table.number("version_at_most"),
        priority=table.flag("priority"),
        hosting=table.flag("hosting"),
        evaluation_days=_days(table.table("evaluation_days")),
        order_days=_days(table.table("order_days")),
        ordered=table.flag("ordered"),
    )
    table.finish()
    return rule


def _days(table: Table | None) -> Days | None:
    if table is None:
        return None
    first, to = table.number("from") or 0, table.number("to")
    if to is not None and to < first:
        table.wrong("to", f"is {to}, before from = {first}.", "Let the days run upwards.")
    table.finish()
    return Days(first=first, to=to)


def _association(table: Table) -> AssociationRules:
    return tuple(_association_rule(inner) for inner in table.entries("rules"))


def _association_rule(table: Table) -> AssociationRule:
    rule = AssociationRule(
        id=table.text("id"),
        names=table.one_of("names", Thing) or Thing.ORDER,
        looks_in=table.texts("looks_in"),
        words=table.texts("words"),
        by_site=table.flag("by_site") or False,
    )
    for name in rule.looks_in:
        if name not in CASE_FIELDS:
            table.wrong("looks_in", f"has “{name}”.", f"Choose among {', '.join(CASE_FIELDS)}.")
    if not rule.looks_in:
        table.wrong("looks_in", "is empty.", "Name at least one field of a case.")
    if rule.by_site and rule.words:
        table.wrong("words", "stands beside by_site.", "Take one out: a rule finds by words or by a site.")
    table.finish()
    return rule


def _messages(table: Table) -> Iterator[CannedMessage]:
    for name, inner in table.tables("messages"):
        yield CannedMessage(
            id=name,
            version=_version(inner),
            title=inner.text("title"),
            subject=inner.text("subject"),
            body=inner.text("body"),
            fits=inner.some_of("fits", Verdict),
            aloud=inner.texts("aloud"),
        )
        inner.finish()


def _version(table: Table) -> int:
    version = table.number("version")
    if not version:
        table.wrong("version", "is missing.", "Write version = 1, and raise it when you change the words.")
    return version or 1


def _message_fields(table: Table) -> Iterator[MessageField]:
    for name, inner in table.tables("fields"):
        yield MessageField(
            name=name,
            source=inner.one_of("source", Source) or Source.DESK,
            meaning=inner.text("meaning"),
            sample=inner.text("sample"),
        )
        inner.finish()
