"""Who has a form of a case open, as far as we know: a person is warned before two write at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.ids import CaseId, PersonId, SlackUserId
from bot.domain.pages import Editor
from bot.domain.people import PersonRef, Viewer
from bot.store.cases import visible
from bot.store.schema import cases, people
from bot.store.schema_finding import case_editing
from bot.store.work import Work

FORGOTTEN_AFTER = timedelta(minutes=15)
"""A client that died tells nobody that its window is gone."""

_UPSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def others_editing(
    connection: Connection, viewer: Viewer, case_id: CaseId, now: datetime
) -> tuple[Editor, ...]:
    """Who else has a form of this case open, whoever came first in front."""
    here = (case_editing.c.workspace_id == viewer.workspace_id) & (case_editing.c.case_id == case_id)
    found = connection.execute(
        select(case_editing.c.since, people.c.id, people.c.slack_user_id, people.c.name)
        .join(people, people.c.id == case_editing.c.person_id)
        .join(cases, cases.c.id == case_editing.c.case_id)
        .where(here, visible(viewer), case_editing.c.expires_at > now)
        .where(case_editing.c.person_id != viewer.person_id)
        .order_by(case_editing.c.since)
    )
    return tuple(
        Editor(
            person=PersonRef(
                id=PersonId(row.id), slack_user_id=SlackUserId(row.slack_user_id), name=row.name
            ),
            since=row.since,
        )
        for row in found
    )


def begin_editing(work: Work, case_id: CaseId, person_id: PersonId) -> None:
    """Note that somebody has a form open; what is long past is forgotten on the way."""
    here = case_editing.c.workspace_id == work.workspace_id
    work.connection.execute(delete(case_editing).where(here, case_editing.c.expires_at <= work.now))
    row = {
        "workspace_id": work.workspace_id,
        "case_id": case_id,
        "person_id": person_id,
        "since": work.now,
        "expires_at": work.now + FORGOTTEN_AFTER,
    }
    new = _UPSERTS[work.connection.dialect.name](case_editing)
    again = new.on_conflict_do_update(
        index_elements=["workspace_id", "case_id", "person_id"],
        set_={"expires_at": new.excluded.expires_at},
    )
    work.connection.execute(again, row)


def end_editing(work: Work, case_id: CaseId, person_id: PersonId) -> None:
    """Somebody saved their form, or closed it."""
    mine = (case_editing.c.workspace_id == work.workspace_id) & (case_editing.c.case_id == case_id)
    work.connection.execute(delete(case_editing).where(mine, case_editing.c.person_id == person_id))
