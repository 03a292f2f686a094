"""Public comments of staff before they are said: every read is their author's own, nobody else looks."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from bot.domain.audiences import Held, HeldState, PublicAct
from bot.domain.ids import CaseId, CommentId, HeldId, PersonId, WorkspaceId
from bot.domain.outcomes import Outcome
from bot.domain.people import Viewer
from bot.domain.talk import Attached
from bot.store.schema import held_comments
from bot.store.work import Work


def insert_held(work: Work, held: Held) -> HeldId:
    """Keep a text that its author is being shown."""
    row = {
        "workspace_id": work.workspace_id,
        "case_id": held.case_id,
        "author_id": held.author_id,
        "act": held.act.value,
        "case_version": held.case_version,
        "text": held.text,
        "resolution": held.resolution,
        "outcomes": [one.value for one in held.outcomes],
        "to_contact": held.to_contact,
        "comment_id": held.comment_id,
        "files": [asdict(one) for one in held.files],
        "state": held.state.value,
        "made_at": work.stamp.real_now,
    }
    made = work.connection.execute(insert(held_comments).returning(held_comments.c.id), row)
    return HeldId(made.scalar_one())


def own_held(connection: Connection, viewer: Viewer, held_id: HeldId) -> Held | None:
    """One of the viewer's own; None also for somebody else's."""
    row = connection.execute(select(held_comments).where(_own(viewer), held_comments.c.id == held_id)).first()
    return _held(row) if row else None


def on_their_way(connection: Connection, viewer: Viewer, case_id: CaseId) -> tuple[Held, ...]:
    """The viewer's own texts on a case that are sent and can still be taken back, oldest first."""
    mine = _own(viewer) & (held_comments.c.case_id == case_id)
    waiting = mine & (held_comments.c.state == HeldState.HELD.value)
    rows = connection.execute(select(held_comments).where(waiting).order_by(held_comments.c.id))
    return tuple(_held(row) for row in rows)


def due_of(work: Work, case_id: CaseId, author_id: PersonId, at: datetime) -> tuple[Held, ...]:
    """What somebody has sent on a case and whose moment is over at `at`, oldest first."""
    mine = _of(work.workspace_id, author_id) & (held_comments.c.case_id == case_id)
    over = mine & (held_comments.c.state == HeldState.HELD.value) & (held_comments.c.goes_at <= at)
    rows = work.connection.execute(select(held_comments).where(over).order_by(held_comments.c.id))
    return tuple(_held(row) for row in rows)


def hold(work: Work, held: Held, goes_at: datetime, *, to_contact: bool) -> bool:
    """Its author sends it; False when it was sent before."""
    return _step(
        work,
        held,
        HeldState.SHOWN,
        {"state": HeldState.HELD.value, "goes_at": goes_at, "to_contact": to_contact},
    )


def take_back(work: Work, held: Held) -> bool:
    """Its author takes it back; False when it has been said. The text stays a while, for its author alone."""
    return _step(work, held, HeldState.HELD, {"state": HeldState.TAKEN_BACK.value})


def unsay(work: Work, held: Held) -> bool:
    """It may not be said any more; its text waits for its author to be told."""
    return _step(work, held, HeldState.HELD, {"state": HeldState.NOT_SAID.value})


def unsaid(connection: Connection, viewer: Viewer, case_id: CaseId) -> tuple[Held, ...]:
    """What the viewer wrote on a case and is to be told that it was not said, oldest first."""
    mine = _own(viewer) & (held_comments.c.case_id == case_id)
    waiting = mine & (held_comments.c.state == HeldState.NOT_SAID.value)
    rows = connection.execute(select(held_comments).where(waiting).order_by(held_comments.c.id))
    return tuple(_held(row) for row in rows)


def give_back(work: Work, held: Held) -> bool:
    """Its author has been told; the text stays a while, for them alone."""
    return _step(work, held, HeldState.NOT_SAID, {"state": HeldState.TAKEN_BACK.value})


def say(work: Work, held: Held) -> bool:
    """It becomes a comment in this transaction; False when it was taken back or said before."""
    return _step(work, held, held.state, {"state": HeldState.SAID.value, "text": "", "goes_at": work.now})


def sweep_held(work: Work, before: datetime) -> int:
    """Throw away what was never sent, taken back or said, made before a real instant."""
    awaited = (HeldState.HELD.value, HeldState.NOT_SAID.value)
    old = (held_comments.c.made_at < before) & held_comments.c.state.not_in(awaited)
    gone = work.connection.execute(
        delete(held_comments).where(held_comments.c.workspace_id == work.workspace_id, old)
    )
    return gone.rowcount


def _step(work: Work, held: Held, start: HeldState, values: dict[str, Any]) -> bool:
    """One step of its life, taken by one of those who try at once."""
    mine = _of(work.workspace_id, held.author_id) & (held_comments.c.id == held.id)
    taken = update(held_comments).where(mine, held_comments.c.state == start.value).values(**values)
    return work.connection.execute(taken).rowcount == 1


def _own(viewer: Viewer) -> Any:
    return _of(viewer.workspace_id, viewer.person_id)


def _of(workspace_id: WorkspaceId, author_id: PersonId) -> Any:
    return (held_comments.c.workspace_id == workspace_id) & (held_comments.c.author_id == author_id)


def _held(row: Row[Any]) -> Held:
    return Held(
        id=HeldId(row.id),
        case_id=CaseId(row.case_id),
        author_id=PersonId(row.author_id),
        act=PublicAct(row.act),
        case_version=row.case_version,
        text=row.text,
        resolution=row.resolution,
        outcomes=tuple(Outcome(one) for one in row.outcomes),
        to_contact=row.to_contact,
        comment_id=CommentId(row.comment_id) if row.comment_id is not None else None,
        files=tuple(Attached(**one) for one in row.files),
        state=HeldState(row.state),
        goes_at=row.goes_at,
    )
