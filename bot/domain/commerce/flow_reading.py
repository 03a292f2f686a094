"""A flow from the content of its TOML file, every fault noted; `bot/playbook_file.py` loads it. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from bot.domain.commerce.acts import Terms
from bot.domain.commerce.documents import UNKNOWN_REASON
from bot.domain.commerce.flow_check import flow_faults
from bot.domain.commerce.flows import (
    Flow,
    FlowKind,
    FlowMessage,
    FlowStep,
    FormField,
    FormKind,
    StepKind,
    Told,
    WaitFor,
    When,
)
from bot.domain.commerce.removal import ShippingRule
from bot.domain.playbook.faults import Fault, UnsoundPlaybook
from bot.domain.playbook.tables import Table

FLOW_FILES: Mapping[FlowKind, str] = {FlowKind.CANCEL: "cancel.toml", FlowKind.RETURN: "return.toml"}

_OWN = {
    "fields": (StepKind.FORM,),
    "when": (StepKind.APPROVAL,),
    "above": (StepKind.APPROVAL,),
    "waits_for": (StepKind.WAIT,),
    "days": (StepKind.WAIT,),
    "to": (StepKind.NOTIFY,),
    "message": (StepKind.NOTIFY, StepKind.RETURN_LABEL),
}
"""Keys that only some kinds of steps have."""


def read_flow(kind: FlowKind, raw: Mapping[str, object]) -> Flow:
    """The flow that a file's content describes, when nothing is wrong with it. Raises UnsoundPlaybook."""
    faults = list[Fault]()
    table = Table(FLOW_FILES[kind], "", raw, faults)
    flow = _flow(kind, table, _digest(raw))
    table.finish()
    faults += flow_faults(flow, FLOW_FILES[kind]) if not faults else ()
    if faults:
        raise UnsoundPlaybook(faults)
    return flow


def _flow(kind: FlowKind, table: Table, digest: str) -> Flow:
    version = table.number("version")
    if not version:
        table.wrong("version", "is missing.", "Write version = 1, and raise it when you change a step.")
    return Flow(
        kind=kind,
        version=version or 1,
        title=table.text("title"),
        reasons=tuple(dict.fromkeys((*table.texts("reasons"), UNKNOWN_REASON))),
        terms=_terms(table),
        by_customer=table.flag("by_customer") or False,
        steps=tuple(_step(inner) for inner in table.entries("steps")),
        messages=tuple(_message(name, inner) for name, inner in table.tables("messages")),
        digest=digest,
    )


def _digest(raw: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(raw, sort_keys=True, default=str).encode()).hexdigest()


def _terms(table: Table) -> Terms:
    rule = ShippingRule.WHOLE_GROUP
    part_of_order, part_of_line = table.flag("part_of_order"), table.flag("part_of_line")
    return Terms(
        shipping=table.one_of("shipping", ShippingRule, rule) or rule,
        part_of_order=part_of_order is not False,
        part_of_line=part_of_line is not False,
    )


def _step(table: Table) -> FlowStep:
    kind = table.one_of("kind", StepKind) or StepKind.MESSAGE
    only = table.table("only")
    given = {name for name in _OWN if table.has(name)}
    step = FlowStep(
        id=table.text("id"),
        kind=kind,
        title=table.text("title"),
        say=table.text("say", ""),
        fields=tuple(_field(inner) for inner in table.entries("fields")),
        when=table.one_of("when", When, needed=kind is StepKind.APPROVAL),
        above=table.number("above"),
        waits_for=table.one_of("waits_for", WaitFor, needed=kind is StepKind.WAIT),
        days=table.number("days"),
        to=table.some_of("to", Told),
        message=table.text("message", ""),
        only=tuple(only.lists()) if only else (),
    )
    for name in sorted(given):
        if kind not in _OWN[name]:
            kinds = " and ".join(_OWN[name])
            table.wrong(name, f"is not for a step of kind {kind.value}.", f"It belongs to {kinds}.")
    table.finish()
    return step


def _message(name: str, table: Table) -> FlowMessage:
    found = FlowMessage(id=name, subject=table.text("subject"), body=table.text("body"))
    table.finish()
    return found


def _field(table: Table) -> FormField:
    found = FormField(
        name=table.text("name"),
        label=table.text("label"),
        kind=table.one_of("kind", FormKind, FormKind.LINE) or FormKind.LINE,
        hint=table.text("hint", ""),
        choices=table.texts("choices"),
        needed=table.flag("needed") or False,
    )
    table.finish()
    return found
