"""What a person's digest has to tell, read through their own eyes; delivery draws it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.cases import Case
from bot.domain.ids import CaseId
from bot.domain.notify import Pace, Way
from bot.domain.pages import Digest, HistoryEntry
from bot.domain.people import Viewer
from bot.store import cases, notify, records
from bot.store.work import Connection


@dataclass(frozen=True, kw_only=True)
class Collected:
    """A digest, and the ids of all that it stands for, also of what its reader may not see (any more)."""

    digest: Digest
    items: tuple[int, ...]


def collected(connection: Connection, viewer: Viewer, way: Way = Way.SLACK) -> Collected:
    """What waited until now, by case in the order in which they changed first."""
    items = notify.due_items(connection, viewer, way)
    found: dict[CaseId, tuple[Case | None, list[HistoryEntry]]] = {}
    for item in items:
        if item.case_id not in found:
            found[item.case_id] = cases.by_id(connection, viewer, item.case_id), []
        case, entries = found[item.case_id]
        told = records.history_entry(connection, viewer, item.history_id) if case is not None else None
        if told is not None:
            entries.append(told[0])
    told_of = tuple(
        (case, tuple(entries)) for case, entries in found.values() if case is not None and entries
    )
    chosen = notify.preference_of(connection, viewer.person_id)
    digest = Digest(recipient=viewer.person, cases=told_of, is_daily=chosen.pace is Pace.DIGEST)
    return Collected(digest=digest, items=tuple(item.id for item in items))
