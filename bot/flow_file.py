"""The files of flows: TOML from the package or from a text. The wiring and the command line load them."""

from __future__ import annotations

import tomllib
from pathlib import Path

from bot.domain.commerce.flow_reading import FLOW_FILES, read_flow
from bot.domain.commerce.flows import Flow, FlowKind
from bot.domain.playbook.faults import Fault, FaultKind, UnsoundPlaybook

FOLDER = "flows"
"""Where they stand within a playbook's folder."""

PACKAGED_FLOWS = Path(__file__).with_name("playbooks") / FOLDER
LARGEST = 256 * 1024
"""Bytes of one file: more is no flow."""


def packaged_text(kind: FlowKind) -> str:
    """The text of the flow that a team without one of its own goes by: what an editor begins with."""
    return (PACKAGED_FLOWS / FLOW_FILES[kind]).read_text(encoding="utf-8")


def packaged_flow(kind: FlowKind) -> Flow:
    """The same as a flow."""
    return sound_flow(kind, packaged_text(kind))


def flow_texts(folder: Path | None) -> dict[FlowKind, str]:
    """The texts of the flows in a playbook's folder; those that it lacks are the packaged ones.

    Raises UnsoundPlaybook for files that are no flow, or cannot be read.
    """
    texts = {kind: packaged_text(kind) for kind in FlowKind}
    place = folder / FOLDER if folder else None
    if place is None or not place.is_dir():
        return texts
    names = {name: kind for kind, name in FLOW_FILES.items()}
    faults = list[Fault]()
    for path in sorted(place.glob("*.toml")):
        kind = names.get(path.name)
        if kind is None:
            remedy = f"Name it as one of {', '.join(names)}."
            faults.append(_fault(f"{FOLDER}/{path.name}", "It is no flow.", remedy))
            continue
        try:
            texts[kind] = path.read_text(encoding="utf-8")
        except OSError as error:
            faults.append(
                _fault(path.name, f"It cannot be read: {error.strerror}.", "Look at its permissions.")
            )
        except UnicodeDecodeError as error:
            faults.append(
                _fault(path.name, f"It is not UTF-8 at byte {error.start}.", "Save it as UTF-8 text.")
            )
    if faults:
        raise UnsoundPlaybook(faults)
    return texts


def load_flows(folder: Path | None = None) -> tuple[Flow, ...]:
    """The flows of a playbook's folder. Raises UnsoundPlaybook with what is wrong with any of them."""
    flows, faults = list[Flow](), list[Fault]()
    for kind, text in flow_texts(folder).items():
        try:
            flows.append(sound_flow(kind, text))
        except UnsoundPlaybook as broken:
            faults += broken.faults
    if faults:
        raise UnsoundPlaybook(faults)
    return tuple(flows)


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
    return UnsoundPlaybook([_fault(FLOW_FILES[kind], wrong, remedy)])


def _fault(file: str, wrong: str, remedy: str) -> Fault:
    return Fault(kind=FaultKind.UNREADABLE, file=file, key="", wrong=wrong, remedy=remedy)
