"""The files of a playbook: TOML from a folder or from texts. The wiring and the command line load them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from bot.domain.playbook.check import check
from bot.domain.playbook.faults import Fault, FaultKind, UnsoundPlaybook
from bot.domain.playbook.reading import FILES, read_playbook
from bot.domain.playbook.script import Playbook

PACKAGED_PLAYBOOK = Path(__file__).with_name("playbooks")
LARGEST = 256 * 1024
"""Bytes of one file: more is no playbook."""


def load_playbook(folder: Path | None = None) -> Playbook:
    """The playbook of a folder; files that it lacks are the packaged ones. Raises UnsoundPlaybook.

    A folder without a single file of a playbook is a mistake and not an empty playbook.
    """
    return sound_playbook(read_texts(folder))


def sound_playbook(texts: Mapping[str, str]) -> Playbook:
    """The playbook of these texts, by the names of its files, when nothing is wrong with it.

    Files that are left out are the packaged ones. Raises UnsoundPlaybook with everything that is wrong.
    """
    playbook = parse_playbook(texts)
    faults = check(playbook)
    if faults:
        raise UnsoundPlaybook(faults)
    return playbook


def parse_playbook(texts: Mapping[str, str]) -> Playbook:
    """The same without the check, so that a broken playbook can be drawn. Raises UnsoundPlaybook."""
    raw, faults = dict[str, dict[str, object]](), list[Fault]()
    for name, text in {**read_texts(None), **texts}.items():
        try:
            raw[name] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            faults.append(
                _unreadable(name, f"It is not TOML: {error}.", "Look at that line, and the one before.")
            )
    if faults:
        raise UnsoundPlaybook(faults)
    return read_playbook(raw)


def read_texts(folder: Path | None) -> dict[str, str]:
    """The texts of a folder's files, by their names; without a folder the packaged ones. UnsoundPlaybook."""
    place = folder or PACKAGED_PLAYBOOK
    found = [name for name in FILES if (place / name).exists()]
    faults = list[Fault]()
    if not found:
        raise UnsoundPlaybook(
            [
                _unreadable(
                    str(place),
                    "No file of a playbook is there.",
                    f"Name a folder with some of {', '.join(FILES)}.",
                )
            ]
        )
    faults += [
        _unreadable(path.name, "It is no file of a playbook.", f"Name it as one of {', '.join(FILES)}.")
        for path in sorted(place.glob("*.toml"))
        if path.name not in FILES
    ]
    texts = dict[str, str]()
    for name in found:
        try:
            texts[name] = _text(place / name)
        except OSError as error:
            faults.append(
                _unreadable(name, f"It cannot be read: {error.strerror}.", "Look at its permissions.")
            )
        except ValueError as error:
            faults.append(_unreadable(name, f"{error}", "Save it as UTF-8 text."))
    if faults:
        raise UnsoundPlaybook(faults)
    return texts


def _text(path: Path) -> str:
    raw = path.read_bytes()
    if len(raw) > LARGEST:
        raise ValueError(f"It has {len(raw)} bytes; a playbook has at most {LARGEST}.")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"It is not UTF-8 at byte {error.start}.") from error


def _unreadable(file: str, wrong: str, remedy: str) -> Fault:
    return Fault(kind=FaultKind.UNREADABLE, file=file, key="", wrong=wrong, remedy=remedy)
