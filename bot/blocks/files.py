"""Files of a case as its page lists them."""

from __future__ import annotations

from collections.abc import Sequence

import slackblocks as sb

from bot.blocks import kit
from bot.blocks import text as texts
from bot.blocks.kit import Part
from bot.blocks.names import AUDIENCE_NAMES
from bot.domain.files import CaseFile, FileState

STATES: dict[FileState, str] = {
    FileState.PENDING: "being fetched",
    FileState.KEPT: "kept here",
    FileState.IN_SLACK: "left in Slack",
    FileState.UNREADABLE: "cannot be read",
    FileState.DELETED: "deleted with its message",
}

WHY_NOT: dict[str, str] = {
    "missing_scope": "the app may not read files; install it again with manifest.yml",
    "file_not_found": "Slack does not show it to Caseline",
    "access_denied": "Slack does not show it to Caseline",
    "file_deleted": "it was deleted",
    "hidden_by_limit": "Slack hides it, for the workspace is over its limit",
    "too_large": "it is larger than Slack said",
    "not_slacks": "it lies outside of Slack",
}


def listed(files: Sequence[CaseFile], count: int) -> list[sb.Block]:
    """The files, each with its size, where it is, and who may know of it; nothing where there is none."""
    if not files:
        return []
    more = f" (the newest {len(files)} of {count})" if len(files) < count else f" ({count})"
    lines: list[list[Part]] = [
        [kit.bold(_name(one)), f" · {_size(one.size)} · {_state(one)} · {AUDIENCE_NAMES[one.audience]}"]
        for one in files
    ]
    return [kit.marked_section("files.head", f"*Files*{more}"), kit.rich("files", lines)]


def came_by_form(file: CaseFile) -> str:
    """What stands above a file in the card's thread; raw mrkdwn, without a word of its sender."""
    return f"A file that came by the web form ({_size(file.size)}). Nobody has looked into it yet."


def _name(file: CaseFile) -> str:
    return texts.inline(file.name, 80) or "A file"


def _state(file: CaseFile) -> str:
    if file.state is FileState.UNREADABLE:
        return f"{STATES[file.state]}: {WHY_NOT.get(file.trouble or '', f'Slack says {file.trouble}')}"
    return STATES[file.state]


def _size(size: int) -> str:
    """A size as people read it."""
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1000:.0f} KB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
