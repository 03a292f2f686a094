"""No service writes without asking the table of rights, none reads past a viewer: what the sources say."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import bot

BOT = Path(bot.__file__).parent
ASKS = {"require", "_begin", "check"}

WRITES_UNASKED = {
    "people.learn_profile": "what Slack says of somebody; nobody chose it",
    "people.home_was_opened": "that one's own Home was opened",
    "people.ensure_desk": "at a start, by the operator's settings",
    "inbox.learn_addresses": "at a start, from Slack",
    "inbox.set_aside": "the same where something of ours broke",
    "inbox.receive": "what came by e-mail; who wrote it is asked for the right inside, and nobody else is",
    "announcing.publish_later": "one's own Home once more",
}
"""Functions of services that write and ask for no right, each with its reason."""

LOOKS = {
    "services/inbox.py:_post": "the case of a mail of ours, before its writer is asked for the right",
    "services/inbox.py:_hold": "guesses the case of a held e-mail, for staff who decide",
    "services/reading.py:thread": "says whether a thread is a case's, and tells nothing else of it",
    "services/reading.py:card_on_its_way": "says that some card may be on its way, and nothing of its case",
}
"""Reads through nobody's eyes above the store, each with its reason. The scheduler draws for a channel or for
a recipient, and asks through their eyes: `tests/store/test_viewers.py` holds the reads themselves."""


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _called(node: ast.AST) -> set[str]:
    calls = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
    methods = {one.attr for one in calls if isinstance(one, ast.Attribute)}
    return methods | {one.id for one in calls if isinstance(one, ast.Name)}


def test_whatever_a_person_can_change_asks_the_table_first() -> None:
    unasked = {
        f"{path.stem}.{node.name}"
        for path in (BOT / "services").glob("*.py")
        if path.stem != "desk"
        for node in _functions(path)
        if "write" in _called(node) and not ASKS & _called(node)
    }
    assert unasked == set(WRITES_UNASKED)


def test_nothing_outside_the_store_reads_past_a_viewer() -> None:
    past = {
        f"{path.relative_to(BOT).as_posix()}:{node.name}"
        for floor in ("services", "handlers", "dialogs", "blocks")
        for path in (BOT / floor).glob("*.py")
        if path.stem != "desk" or floor != "services"
        for node in _functions(path)
        if {"look", "channel_viewer"} & _called(node)
    }
    assert past == set(LOOKS)
