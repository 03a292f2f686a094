"""How people want to be told, and what waits for their digests."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, insert, literal, select, update

from bot.domain.commands import Audience
from bot.domain.ids import CaseId, HistoryId, PersonId
from bot.domain.notify import USUAL, Pace, Preference, Way
from bot.domain.pages import DigestItem
from bot.domain.people import Viewer
from bot.store.at_once import insert_new
from bot.store.schema import digest_items, notify_preferences
from bot.store.types import UtcDateTime
from bot.store.work import Work

MOST_ITEMS = 500
"""How much one digest reads: what is beyond is counted away with it."""


def preferences(connection: Connection, person_ids: Collection[PersonId]) -> dict[PersonId, Preference]:
    """The choices of those who have made one."""
    if not person_ids:
        return {}
    rows = connection.execute(
        select(notify_preferences).where(notify_preferences.c.person_id.in_(person_ids))
    )
    return {
        PersonId(row.person_id): Preference(
            pace=Pace(row.pace),
            hour=row.hour,
            slack=row.slack,
            email=row.email,
            review_hour=row.review_hour,
        )
        for row in rows
    }


def preference_of(connection: Connection, person_id: PersonId) -> Preference:
    """Somebody's choice, or what is usual."""
    return preferences(connection, [person_id]).get(person_id, USUAL)


def set_preference(work: Work, person_id: PersonId, chosen: Preference) -> None:
    values = {
        "pace": chosen.pace.value,
        "hour": chosen.hour,
        "slack": chosen.slack,
        "email": chosen.email,
        "review_hour": chosen.review_hour,
        "changed_at": work.now,
    }
    mine = {"workspace_id": work.workspace_id, "person_id": person_id}
    if work.connection.execute(insert_new(work.connection, notify_preferences), {**mine, **values}).rowcount:
        return
    there = notify_preferences.c.workspace_id == work.workspace_id
    there &= notify_preferences.c.person_id == person_id
    work.connection.execute(update(notify_preferences).where(there).values(**values))


def add_item(
    work: Work, person_id: PersonId, case_id: CaseId, history_id: HistoryId, audience: Audience
) -> None:
    """Keep a change for somebody's next digest."""
    row = {
        "workspace_id": work.workspace_id,
        "person_id": person_id,
        "case_id": case_id,
        "history_id": history_id,
        "audience": audience.value,
        "at": work.now,
    }
    work.connection.execute(insert(digest_items), row)


def begin_digest(work: Work, person_id: PersonId, slot: datetime, by: Collection[Way]) -> bool:
    """Give what waits for somebody to the digests that are due at `slot`, one each way; whether any did."""
    mine = (digest_items.c.workspace_id == work.workspace_id) & (digest_items.c.person_id == person_id)
    waits = mine & digest_items.c.slot.is_(None)
    first, *others = sorted(by, key=lambda way: way is not Way.SLACK)
    kept = [one for one in digest_items.c if one.name not in ("id", "slot", "way")]
    names = [*(one.name for one in kept), "slot", "way"]
    for way in others:
        same = select(*kept, literal(slot, UtcDateTime), literal(way.value)).where(waits)
        copies = insert(digest_items).from_select(names, same.order_by(digest_items.c.id))
        work.connection.execute(copies)
    begun = update(digest_items).where(waits).values(slot=slot, way=first.value)
    return work.connection.execute(begun).rowcount > 0


def is_waiting(work: Work, person_id: PersonId) -> bool:
    """Whether something waits for somebody's digest that is not due yet."""
    mine = (digest_items.c.workspace_id == work.workspace_id) & (digest_items.c.person_id == person_id)
    return (
        work.connection.execute(
            select(digest_items.c.id).where(mine, digest_items.c.slot.is_(None)).limit(1)
        ).first()
        is not None
    )


def due_items(connection: Connection, viewer: Viewer, way: Way = Way.SLACK) -> tuple[DigestItem, ...]:
    """What the viewer's digests that are due by one way have to tell, in the order in which it happened."""
    mine = (digest_items.c.workspace_id == viewer.workspace_id) & (
        digest_items.c.person_id == viewer.person_id
    )
    mine &= digest_items.c.way == way.value
    rows = connection.execute(
        select(digest_items)
        .where(mine, digest_items.c.slot.is_not(None))
        .order_by(digest_items.c.id)
        .limit(MOST_ITEMS)
    )
    return tuple(
        DigestItem(id=row.id, case_id=CaseId(row.case_id), history_id=HistoryId(row.history_id))
        for row in rows
    )


def end_digest(work: Work, person_id: PersonId, item_ids: Collection[int]) -> None:
    """A digest has told these."""
    mine = (digest_items.c.workspace_id == work.workspace_id) & (digest_items.c.person_id == person_id)
    work.connection.execute(delete(digest_items).where(mine, digest_items.c.id.in_(item_ids)))
