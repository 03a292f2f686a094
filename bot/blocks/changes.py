"""What happened to a case, told in words; the history modal and the notices use it."""

from __future__ import annotations

from bot.blocks import text as texts
from bot.blocks.names import AUDIENCE_NAMES, STATUS_NAMES, field, listed
from bot.domain.cases import ChangeKind
from bot.domain.lifecycle import Status
from bot.domain.pages import HistoryEntry

_ARTICLES = {"internal": "an internal", "public": "a public"}


def told(entry: HistoryEntry) -> str:
    """The entry as raw text that follows the actor's name: "took the case"."""
    return _TELLERS[entry.kind](entry) + _status_after(entry)


def _opened(_: HistoryEntry) -> str:
    return "opened the case"


def _taken(_: HistoryEntry) -> str:
    return "took the case"


def _assigned(entry: HistoryEntry) -> str:
    before, after = entry.changes.get("owner", (None, None))
    if after is None:
        return "changed the owner"
    return f"made {_shown('owner', after)} the owner" + (
        f" (before: {_shown('owner', before)})" if before else ""
    )


def _commented(entry: HistoryEntry) -> str:
    return f"wrote {_ARTICLES[AUDIENCE_NAMES[entry.audience]]} comment"


def _edited(entry: HistoryEntry) -> str:
    return "changed " + (listed([_change(name, *pair) for name, pair in entry.changes.items()]) or "the case")


def _change(name: str, before: str | None, after: str | None) -> str:
    if after is None:
        return field(name)
    if not before:
        return f"{field(name)} to {_shown(name, after)}"
    return f"{field(name)} from {_shown(name, before)} to {_shown(name, after)}"


def _status_set(entry: HistoryEntry) -> str:
    before, after = entry.changes.get("status", (None, None))
    if after is None:
        return "set the status"
    return f"set the status to {_shown('status', after)}" + (
        f" (before: {_shown('status', before)})" if before else ""
    )


def _closed(entry: HistoryEntry) -> str:
    resolution = entry.changes.get("resolution", (None, None))[1]
    return "closed the case" + (f": {_shown('resolution', resolution)}" if resolution else "")


def _reopened(_: HistoryEntry) -> str:
    return "reopened the case"


def _status_after(entry: HistoryEntry) -> str:
    """A status that moved along with another act, as the lifecycle has it."""
    if entry.kind not in (ChangeKind.TAKEN, ChangeKind.ASSIGNED, ChangeKind.COMMENTED):
        return ""
    after = entry.changes.get("status", (None, None))[1]
    return f"; the status is now {_shown('status', after)}" if after else ""


def _shown(name: str, value: str) -> str:
    if name == "status" and value in set(Status):
        return STATUS_NAMES[Status(value)]
    return texts.inline(value, 60)


_TELLERS = {
    ChangeKind.OPENED: _opened,
    ChangeKind.TAKEN: _taken,
    ChangeKind.ASSIGNED: _assigned,
    ChangeKind.COMMENTED: _commented,
    ChangeKind.EDITED: _edited,
    ChangeKind.STATUS_SET: _status_set,
    ChangeKind.CLOSED: _closed,
    ChangeKind.REOPENED: _reopened,
}
