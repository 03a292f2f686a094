"""The commands of `caseline playbook`: which files are meant, and what is said of them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.clock import Clock
from bot.domain.commerce.flow_changes import flow_changes
from bot.domain.commerce.flow_reading import FLOW_FILES
from bot.domain.playbook.changes import changes
from bot.domain.playbook.check import check as find_faults
from bot.domain.playbook.faults import Fault, UnsoundPlaybook
from bot.domain.playbook.reading import FILES
from bot.domain.playbook.script import Playbook, Script
from bot.flow_file import FOLDER as FLOW_FOLDER
from bot.flow_file import flow_texts, load_flows
from bot.playbook_file import load_playbook, parse_playbook, read_texts
from bot.playbook_picture import Path as Taken
from bot.playbook_picture import mermaid, svg
from bot.playbook_tool.callers import CALLERS
from bot.playbook_tool.dry_run import DryRun

SOUND, BROKEN = 0, 1

EXAMPLES = """\
A playbook is a folder with some of phone.toml, triage.toml, verdict.toml, association.toml and messages.toml;
what it lacks is taken from the packaged one, and without a folder the packaged one is meant. Its folder flows
may have cancel.toml and return.toml: the steps by which orders are cancelled and taken back.
docs/playbooks.md says how to write one.

examples:
  caseline playbook new ./ours            a copy of the packaged one, to change it
  caseline playbook check ./ours
  caseline playbook draw ./ours --to phone.svg
  caseline playbook draw --script triage --mermaid
  caseline playbook try ./ours --caller evaluator
  caseline playbook diff ./ours           what is different from the packaged one
  caseline playbook diff ./before ./after
"""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Give the command line its `playbook` commands."""
    here = commands.add_parser(
        "playbook",
        help="check, draw, try and compare phone scripts",
        description="Playbooks: phone script, triage, verdict, canned messages.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    acts = here.add_subparsers(title="commands", metavar="COMMAND", required=True)

    look = acts.add_parser("check", help="say what is wrong with a playbook, and what to do")
    look.set_defaults(command=check)

    picture = acts.add_parser("draw", help="draw a script as SVG or Mermaid")
    picture.add_argument("--mermaid", action="store_true", help="as a Mermaid flowchart instead of SVG")
    picture.add_argument("--to", type=Path, metavar="FILE", help="the file; without it, to the terminal")
    picture.add_argument(
        "--path", default="", metavar="ANSWERS", help="mark a path: values of answers, with commas between"
    )
    picture.set_defaults(command=draw)

    rehearse = acts.add_parser("try", help="walk through a script with a made-up caller; nothing is sent")
    rehearse.add_argument(
        "--caller", choices=sorted(CALLERS), default="customer", help="who calls (%(default)s)"
    )
    rehearse.add_argument(
        "--phones", choices=("open", "closed"), default="open", help="phone hours (%(default)s)"
    )
    rehearse.set_defaults(command=try_)

    for one in (look, picture, rehearse):
        one.add_argument("folder", type=Path, nargs="?", metavar="FOLDER", help="the playbook's folder")
    for one in (picture, rehearse):
        one.add_argument(
            "--script", choices=("phone", "triage"), default="phone", help="which of the two (%(default)s)"
        )

    copy = acts.add_parser("new", help="write a copy of the packaged playbook, to change it")
    copy.add_argument("folder", type=Path, metavar="FOLDER", help="a new or an empty folder")
    copy.set_defaults(command=new)

    compare = acts.add_parser("diff", help="say what is different between two playbooks")
    compare.add_argument("folders", type=Path, nargs="+", metavar="FOLDER", help="[before] after")
    compare.set_defaults(command=diff)


def new(chosen: argparse.Namespace) -> int:
    """Write the packaged playbook's files into a folder. Nothing is written over."""
    folder: Path = chosen.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            print(f"{folder} is not empty. Name a new folder.", file=sys.stderr)
            return BROKEN
        for name, text in read_texts(None).items():
            (folder / name).write_text(text, encoding="utf-8")
        (folder / FLOW_FOLDER).mkdir()
        for kind, text in flow_texts(None).items():
            (folder / FLOW_FOLDER / FLOW_FILES[kind]).write_text(text, encoding="utf-8")
    except OSError as error:
        print(f"{folder} cannot be written to: {error.strerror}.", file=sys.stderr)
        return BROKEN
    names = (*FILES, *(f"{FLOW_FOLDER}/{name}" for name in FLOW_FILES.values()))
    print(f"{folder} has {', '.join(names)}. Change them, then: caseline playbook check {folder}")
    return SOUND


def check(chosen: argparse.Namespace) -> int:
    """Say what is wrong with a playbook."""
    faults = list[Fault]()
    try:
        playbook = load_playbook(chosen.folder)
    except UnsoundPlaybook as broken:
        faults += broken.faults
    try:
        flows = load_flows(chosen.folder)
    except UnsoundPlaybook as broken:
        faults += broken.faults
    if faults:
        for fault in faults:
            print(fault)
        print(_count(len(faults), "thing", "is", "are") + " wrong.")
        return BROKEN
    phone, triage = playbook.scripts
    print(
        f"Sound: {len(phone.steps)} steps for calls, {len(triage.steps)} for new cases, "
        f"{len(playbook.rules)} rules for the verdict, {len(playbook.messages)} messages. "
        f"Digest {playbook.digest[:12]}."
    )
    steps = (f"{_count(len(one.steps), 'step')} to {one.kind.value} (version {one.version})" for one in flows)
    print(f"Flows: {', '.join(steps)}.")
    return SOUND


def draw(chosen: argparse.Namespace) -> int:
    """Draw a script; also one that has faults, because a picture helps to find them."""
    try:
        playbook = parse_playbook(read_texts(chosen.folder))
    except UnsoundPlaybook as broken:
        return _say(broken)
    script = _script(playbook, chosen.script)
    taken = _path(script, [one.strip() for one in chosen.path.split(",") if one.strip()])
    if taken is None:
        return BROKEN
    picture = mermaid(playbook, script, taken) if chosen.mermaid else svg(playbook, script, taken)
    if chosen.to is None:
        print(picture, end="")
    else:
        try:
            chosen.to.write_text(picture, encoding="utf-8")
        except OSError as error:
            print(f"{chosen.to} cannot be written: {error.strerror}.", file=sys.stderr)
            return BROKEN
        print(f"{chosen.to} shows {script.title}: {len(script.steps)} steps.")
    faults = find_faults(playbook)
    if faults:
        wrong = _count(len(faults), "thing", "is", "are")
        print(f"{wrong} wrong with this playbook: caseline playbook check says what.", file=sys.stderr)
    return SOUND


def try_(chosen: argparse.Namespace) -> int:
    """Walk through a script with a made-up caller. Nothing is written, nothing is sent."""
    try:
        playbook = load_playbook(chosen.folder)
    except UnsoundPlaybook as broken:
        return _say(broken)
    script = _script(playbook, chosen.script)
    caller = CALLERS[chosen.caller](Clock().now())
    DryRun(playbook, script, caller, phones=chosen.phones, now=Clock().now()).run(input, print)
    return SOUND


def diff(chosen: argparse.Namespace) -> int:
    """Say what is different, in words; of one folder, what is different from the packaged playbook."""
    if len(chosen.folders) > 2:
        print("Name one folder, or two: the one before and the one after.", file=sys.stderr)
        return BROKEN
    before, after = (None, *chosen.folders)[-2:]
    try:
        found = [
            str(one) for one in changes(parse_playbook(read_texts(before)), parse_playbook(read_texts(after)))
        ]
        for old, now in zip(load_flows(before), load_flows(after), strict=True):
            found += [f"{now.title}: {said}" for said in flow_changes(old, now)]
    except UnsoundPlaybook as broken:
        return _say(broken)
    for change in found:
        print(change)
    print(_count(len(found), "change") + "." if found else "Nothing is different.")
    return SOUND


def _path(script: Script, answers: Sequence[str]) -> Taken | None:
    """The path of these answers from the start; None, and said so, where one is not there."""
    taken, here = list[tuple[str, str]](), script.step(script.start)
    for value in answers:
        chosen = here.answer(value) if here else None
        if here is None or chosen is None:
            known = ", ".join(one.value for one in here.answers) if here else "none"
            print(f"{len(taken) + 1}. answer: there is no “{value}” here. There is {known}.", file=sys.stderr)
            return None
        taken.append((here.id, value))
        here = script.step(chosen.go)
    return (*taken, (here.id, "")) if taken and here else tuple(taken)


def _script(playbook: Playbook, name: str) -> Script:
    return next(script for script in playbook.scripts if script.name == name)


def _say(broken: UnsoundPlaybook) -> int:
    print(broken, file=sys.stderr)
    return BROKEN


def _count(number: int, what: str, one: str = "", many: str = "") -> str:
    words = f"{number} {what}{'' if number == 1 else 's'}"
    return f"{words} {one if number == 1 else many}" if one else words
