"""Saved queries: what somebody looks for again and again, for themselves or for all of staff."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, false, insert, select, update

from bot.domain.ids import PersonId, QueryId, SlackUserId
from bot.domain.pages import Entity, SavedQuery
from bot.domain.people import PersonRef, Viewer
from bot.domain.refusals import Reason, Refusal
from bot.store.at_once import keep
from bot.store.schema import people
from bot.store.schema_finding import saved_queries
from bot.store.work import Work

MOST_QUERIES = 30


def queries(connection: Connection, viewer: Viewer) -> tuple[SavedQuery, ...]:
    """Those that the viewer may run, their own first, by name."""
    found = connection.execute(_QUERIES.where(_may_run(viewer)).order_by(saved_queries.c.name))
    known = [_query(row, viewer) for row in found]
    return tuple(sorted(known, key=lambda one: not one.is_own))


def query_by_id(connection: Connection, viewer: Viewer, query_id: QueryId) -> SavedQuery | None:
    """One of those, or None."""
    found = connection.execute(_QUERIES.where(_may_run(viewer), saved_queries.c.id == query_id)).first()
    return _query(found, viewer) if found else None


def _may_run(viewer: Viewer) -> Any:
    """One's own, and for staff what staff share; a stranger has none."""
    here = saved_queries.c.workspace_id == viewer.workspace_id
    if viewer.role is None:
        return here & false()
    own = saved_queries.c.owner_id == viewer.person_id
    return here & (own | saved_queries.c.shared if viewer.is_staff else own)


_QUERIES = select(
    saved_queries, people.c.name.label("owner_name"), people.c.slack_user_id.label("owner_slack")
).join(people, people.c.id == saved_queries.c.owner_id)


def _query(row: Row[Any], viewer: Viewer) -> SavedQuery:
    owner = PersonRef(
        id=PersonId(row.owner_id), slack_user_id=SlackUserId(row.owner_slack), name=row.owner_name
    )
    return SavedQuery(
        id=QueryId(row.id),
        name=row.name,
        text=row.text,
        is_shared=row.shared,
        owner=owner,
        is_own=owner.id == viewer.person_id,
        entity=Entity(row.entity),
    )


def save_query(
    work: Work,
    owner: PersonId,
    query_id: QueryId | None,
    name: str,
    text: str,
    *,
    shared: bool,
    entity: Entity = Entity.CASES,
) -> None:
    """Keep a query, a new one (of that entity) or one of the owner's.

    Raises QUERY_NAME_TAKEN or NO_SUCH_QUERY.
    """
    keep(work.connection, select(people.c.id).where(people.c.id == owner))
    theirs = (saved_queries.c.workspace_id == work.workspace_id) & (saved_queries.c.owner_id == owner)
    same = select(saved_queries.c.id).where(theirs, saved_queries.c.name == name)
    if work.connection.execute(same).scalar() not in (None, query_id):
        raise Refusal(Reason.QUERY_NAME_TAKEN)
    values = {"name": name, "text": text, "shared": shared}
    if query_id is None:
        new = insert(saved_queries).values(workspace_id=work.workspace_id, owner_id=owner)
        work.connection.execute(new.values(created_at=work.now, entity=entity.value, **values))
        return
    mine = theirs & (saved_queries.c.id == query_id)
    if work.connection.execute(update(saved_queries).where(mine).values(**values)).rowcount != 1:
        raise Refusal(Reason.NO_SUCH_QUERY)


def delete_query(work: Work, owner: PersonId, query_id: QueryId) -> None:
    """Forget one of the owner's queries; nothing happens where it is gone already."""
    mine = (saved_queries.c.workspace_id == work.workspace_id) & (saved_queries.c.owner_id == owner)
    work.connection.execute(delete(saved_queries).where(mine, saved_queries.c.id == query_id))
