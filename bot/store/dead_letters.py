"""Rows of the outbox that were given up: kept, told to administrators, sent again or discarded by them.

Delivery buries them and tells of them; `services.health` shows them. All instants here are real time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, false, func, select, update

from bot.domain.health import DeadLetter, HeldUp, Letters, Outbox
from bot.domain.ids import CaseNumber, PersonId, SlackUserId, WorkspaceId
from bot.domain.people import PersonRef, Role, Viewer
from bot.store.outbox import Announcement, Kind, OutboxRow, State, announce
from bot.store.schema import IS_DEAD, IS_WAITING, cases, outbox, people
from bot.store.work import Work

PAGE = 8
MOST_HELD = 6
DIGEST_EVERY = timedelta(hours=1)
"""Digests, not drips (slack.md, 9): an administrator hears of dead letters once in this time at most."""


def letters(connection: Connection, viewer: Viewer, start: int | None = None) -> Letters:
    """A page of dead letters from the row `start` on, newest first; none for who is no administrator."""
    mine = IS_DEAD & _theirs(viewer)
    here = mine if start is None else mine & (outbox.c.id <= start)
    found = connection.execute(_letters().where(here).order_by(outbox.c.id.desc()).limit(PAGE + 1)).all()
    newer = None
    if start is not None:
        above = select(outbox.c.id).where(mine, outbox.c.id > start).order_by(outbox.c.id).limit(PAGE)
        newer = next(reversed(connection.execute(above).scalars().all()), None)
    return Letters(
        rows=tuple(_letter(row) for row in found[:PAGE]),
        total=connection.execute(select(func.count()).select_from(outbox).where(mine)).scalar_one(),
        newer=newer,
        older=found[PAGE].id if len(found) > PAGE else None,
    )


def _letters() -> Select[Any]:
    return (
        select(
            outbox,
            cases.c.number,
            people.c.slack_user_id,
            people.c.name,
        )
        .select_from(outbox)
        .outerjoin(cases, cases.c.id == outbox.c.case_id)
        .outerjoin(people, people.c.id == outbox.c.person_id)
    )


def _theirs(viewer: Viewer) -> Any:
    here = outbox.c.workspace_id == viewer.workspace_id
    return here if viewer.role is Role.ADMINISTRATOR else here & false()


def _letter(row: Row[Any]) -> DeadLetter:
    recipient = None
    if row.person_id is not None:
        recipient = PersonRef(
            id=PersonId(row.person_id), slack_user_id=SlackUserId(row.slack_user_id), name=row.name
        )
    return DeadLetter(
        id=row.id,
        kind=row.kind,
        place=row.conversation,
        recipient=recipient,
        case_number=CaseNumber(row.number) if row.number is not None else None,
        error=row.error or "",
        attempts=row.attempts,
        given_up_at=row.sent_at or row.not_before,  # rows of the first version say only when they were due
    )


def waiting(connection: Connection, viewer: Viewer) -> Outbox:
    """What waits to be sent, and the conversations whose first row has failed and is tried again."""
    mine = IS_WAITING & _theirs(viewer)
    count, oldest, due_since = connection.execute(
        select(func.count(), func.min(outbox.c.created_at), func.min(outbox.c.not_before))
        .select_from(outbox)
        .where(mine)
    ).one()
    heads = select(func.min(outbox.c.id)).where(mine).group_by(outbox.c.conversation)
    failed = connection.execute(
        select(outbox.c.conversation, outbox.c.error)
        .where(outbox.c.id.in_(heads), outbox.c.error.is_not(None))
        .order_by(outbox.c.id)
        .limit(MOST_HELD)
    ).all()
    behind = connection.execute(
        select(
            outbox.c.conversation, func.count().label("rows"), func.min(outbox.c.created_at).label("since")
        )
        .where(mine, outbox.c.conversation.in_([row.conversation for row in failed]))
        .group_by(outbox.c.conversation)
    ).all()
    sums = {row.conversation: row for row in behind}
    held = tuple(
        HeldUp(
            place=row.conversation,
            error=row.error,
            count=sums[row.conversation].rows,
            since=sums[row.conversation].since,
        )
        for row in failed
    )
    return Outbox(waiting=count, oldest=oldest, due_since=due_since, held=held)


def count_dead(connection: Connection, workspace_id: WorkspaceId) -> int:
    """How many dead letters there are."""
    mine = (outbox.c.workspace_id == workspace_id) & IS_DEAD
    return connection.execute(select(func.count()).select_from(outbox).where(mine)).scalar_one()


def revive(work: Work, row_id: int | None = None) -> int:
    """Send one dead letter again, or all of them; how many. Each takes its old place in its conversation.

    Its last attempt may have reached Slack after all: it is looked up first, like after a crash.
    """
    again = update(outbox).where(*_dead(work, row_id))
    return work.connection.execute(
        again.values(
            state=State.SENDING.value,
            attempts=0,
            not_before=work.stamp.real_now,
            sent_at=None,
            error=None,
        )
    ).rowcount


def discard(work: Work, row_id: int) -> int:
    """Never send a dead letter; it stays to be read for as long as what was sent. How many: one, or none."""
    gone = update(outbox).where(*_dead(work, row_id))
    return work.connection.execute(
        gone.values(state=State.DISCARDED.value, sent_at=work.stamp.real_now)
    ).rowcount


def hurry(work: Work) -> int:
    """Try now what waits for its next attempt; how many rows. For when its obstacle is gone."""
    later = (
        (outbox.c.workspace_id == work.workspace_id)
        & IS_WAITING
        & outbox.c.error.is_not(None)
        & (outbox.c.not_before > work.stamp.real_now)
    )
    return work.connection.execute(
        update(outbox).where(later).values(not_before=work.stamp.real_now)
    ).rowcount


def _dead(work: Work, row_id: int | None) -> Sequence[Any]:
    mine = (outbox.c.workspace_id == work.workspace_id, IS_DEAD)
    return mine if row_id is None else (*mine, outbox.c.id == row_id)


def settled_by(work: Work, row: OutboxRow) -> None:
    """A card and a profile are drawn as things are now: one that went well makes up for older dead ones."""
    same = {Kind.CARD: outbox.c.case_id == row.case_id, Kind.PROFILE: outbox.c.person_id == row.person_id}
    if row.kind not in same:
        return
    older = (
        (outbox.c.workspace_id == row.workspace_id) & IS_DEAD & (outbox.c.kind == row.kind.value)
    ) & same[row.kind]
    work.connection.execute(update(outbox).where(older).values(state=State.COLLAPSED.value))


def tell_administrators(work: Work) -> None:
    """Announce that there are dead letters, to each administrator once in `DIGEST_EVERY` at most.

    The digest says how things stand when it is sent, so one that waits speaks for all that die meanwhile.
    """
    administrators = work.connection.execute(
        select(people.c.id, people.c.slack_user_id).where(
            people.c.workspace_id == work.workspace_id, people.c.role == Role.ADMINISTRATOR.value
        )
    ).all()
    for person in administrators:
        theirs = (outbox.c.workspace_id == work.workspace_id) & (
            outbox.c.conversation == f"health:{person.slack_user_id}"
        )
        if work.connection.execute(select(outbox.c.id).where(theirs, IS_WAITING).limit(1)).first():
            continue
        told = select(func.max(outbox.c.sent_at)).where(theirs, outbox.c.state == State.SENT.value)
        last = work.connection.execute(told).scalar_one()
        announce(
            work,
            Announcement(
                kind=Kind.HEALTH,
                conversation=person.slack_user_id,
                person_id=PersonId(person.id),
                not_before=max(work.stamp.real_now, last + DIGEST_EVERY) if last else None,
            ),
        )
