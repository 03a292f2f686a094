"""The files of flows: TOML from the package or from a text. The wiring and the command line load them."""

from __future__ import annotations

import tomllib
from pathlib import Path

from bot.domain.commerce.flow_reading import FLOW_FILES, read_flow
from bot.domain.commerce.flows import Flow, FlowKind
from bot.domain.playbook.faults import Fault, FaultKind, UnsoundPlaybook

PACKAGED_FLOWS = Path(__file__).with_name("playbooks") / "flows"
LARGEST = 256 * 1024
"""Bytes of one file: more is no flow."""


def packaged_text(kind: FlowKind) -> str:
    """The text of the flow that a team without one of its own goes by: what an editor begins with."""
    return (PACKAGED_FLOWS / FLOW_FILES[kind]).read_text(encoding="utf-8")


def packaged_flow(kind: FlowKind) -> Flow:
    """The same as a flow."""
    return sound_flow(kind, packaged_text(kind))


def sound_flow(kind: FlowKind, text: str) -> Flow:
    """The flow of a text, when nothing is wrong with it. Raises UnsoundPlaybook with everything that is."""
    size = len(text.encode())
    if size > LARGEST:
        raise _unreadable(kind, f"It has {size} bytes; a flow has at most {LARGEST}.", "Shorten it.")
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        wrong = f"It is not TOML: {error}."
        raise _unreadable(kind, wrong, "Look at that line, and the one before.") from None
    return read_flow(kind, raw)


def _unreadable(kind: FlowKind, wrong: str, remedy: str) -> UnsoundPlaybook:
    fault = Fault(kind=FaultKind.UNREADABLE, file=FLOW_FILES[kind], key="", wrong=wrong, remedy=remedy)
    return UnsoundPlaybook([fault])
