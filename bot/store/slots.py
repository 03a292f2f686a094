"""The ledger of slots in the database: claimed before anything is sent, settled once it is.

`services.slots` claims, `scheduler.reporting` settles, `/case reports` shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, bindparam, false, func, literal_column, select, update

from bot.domain.ids import PersonId, SlackUserId, WorkspaceId
from bot.domain.people import PersonRef, Viewer
from bot.domain.permissions import Act, allowed
from bot.domain.reports import LedgerRow
from bot.domain.reviews import review_job
from bot.domain.slots import SlotState
from bot.store.at_once import insert_new
from bot.store.schema import IS_WAITING, outbox, people, slots
from bot.store.work import Work

PAGE = 8

REVIEWS = review_job(PersonId(0)).removesuffix("0")
"""What the jobs of daily reviews begin with."""


class Kind(StrEnum):
    """Why there is a slot."""

    REGULAR = "regular"  # its time came
    ASKED = "asked"  # somebody pressed Send now
    PREVIEW = "preview"  # the same for who pressed alone
    BEGUN = "begun"  # a job was first seen: nothing before that is owed


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A slot to be claimed, for a channel or a person; `meant` are the dates that it stands for."""

    job: str
    period: str
    audience: str
    due_at: datetime
    person_id: PersonId | None = None
    meant: tuple[date, ...] = ()
    late: bool = False
    kind: Kind = Kind.REGULAR
    asked_by: PersonId | None = None
    state: SlotState = SlotState.CLAIMED


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A slot that is claimed, to be sent."""

    job: str
    period: str
    audience: str
    person_id: PersonId | None
    due_at: datetime
    claimed_at: datetime
    meant: tuple[date, ...]
    late: bool
    kind: Kind
    asked_by: PersonId | None
    state: SlotState


def last_due(connection: Connection, workspace_id: WorkspaceId, job: str) -> datetime | None:
    """When the newest slot of a job was due, or when the job was first seen; None before that."""
    found: datetime | None = connection.execute(_LAST, {"workspace": workspace_id, "of": job}).scalar_one()
    return found


_LAST = select(func.max(slots.c.due_at)).where(
    (slots.c.workspace_id == bindparam("workspace")) & (slots.c.job == bindparam("of")),
    slots.c.occasion.in_([literal_column("'regular'"), literal_column("'begun'")]),
)
"""Asked of every report at every look: built once."""


def last_claimed(connection: Connection, workspace_id: WorkspaceId, job: str) -> datetime | None:
    """When the newest regular slot of a job was claimed; None before the first."""
    mine = (slots.c.workspace_id == workspace_id) & (slots.c.job == job)
    newest = select(func.max(slots.c.claimed_at)).where(mine, slots.c.occasion == Kind.REGULAR.value)
    found: datetime | None = connection.execute(newest).scalar_one()
    return found


def last_told(connection: Connection, workspace_id: WorkspaceId, job: str) -> date | None:
    """The last of the days that the newest regular slot of a job stands for; None before the first."""
    mine = (slots.c.workspace_id == workspace_id) & (slots.c.job == job)
    newest = select(slots.c.meant).where(mine, slots.c.occasion == Kind.REGULAR.value, slots.c.meant != "")
    meant = connection.execute(newest.order_by(slots.c.due_at.desc()).limit(1)).scalar()
    return max(date.fromisoformat(day) for day in meant.split(",")) if meant else None


def begin(work: Work, job: str, at: datetime | None = None) -> datetime:
    """Note that a job is there from now on, or since `at`; from when it was."""
    claim(
        work,
        Claim(
            job=job,
            period="begun",
            audience="",
            due_at=at or work.now,
            kind=Kind.BEGUN,
            state=SlotState.DROPPED,
        ),
        "",
        None,
    )
    return last_due(work.connection, work.workspace_id, job) or work.now


def claim(work: Work, one: Claim, claimed_by: str, token: str | None) -> bool:
    """Claim a slot; False when this or another bot has it already. `token` is that of the outbox row."""
    row = insert_new(work.connection, slots).values(
        workspace_id=work.workspace_id,
        job=one.job,
        period=one.period,
        audience=one.audience,
        occasion=one.kind.value,
        person_id=one.person_id,
        asked_by_id=one.asked_by,
        meant=",".join(day.isoformat() for day in one.meant),
        due_at=one.due_at,
        late=one.late,
        state=one.state.value,
        claimed_at=work.now,
        claimed_by=claimed_by,
        token=token,
        trouble="",
    )
    claimed: bool = work.connection.execute(row).rowcount == 1
    return claimed


def of_token(connection: Connection, token: str) -> tuple[Claimed, ...]:
    """The slots that one message stands for, by job and then by time; none once they are discarded."""
    found = select(slots).where(slots.c.token == token).order_by(slots.c.job, slots.c.due_at)
    return tuple(_claimed(row) for row in connection.execute(found))


def told_before(
    connection: Connection, workspace_id: WorkspaceId, job: str, audience: str, before: datetime
) -> datetime | None:
    """Up to when an audience was told of a job's changes by a regular slot claimed before; None: never.

    One that is unknown was perhaps told, and "what changed since" must not leave out what nobody saw: it
    does not count.
    """
    mine = (slots.c.workspace_id == workspace_id) & (slots.c.job == job) & (slots.c.audience == audience)
    told = slots.c.state.in_([SlotState.SENT.value, SlotState.LATE.value, SlotState.QUIET.value])
    regular = slots.c.occasion == Kind.REGULAR.value
    newest = select(func.max(slots.c.claimed_at)).where(mine, told, regular, slots.c.claimed_at < before)
    found: datetime | None = connection.execute(newest).scalar_one()
    return found


def settle(
    work: Work, token: str, states: dict[str, SlotState], *, channel: str, ts: str, file_token: str | None
) -> None:
    """A message was sent: its slots are done, each job's with its own state. Files come by another row."""
    for job, state in states.items():
        mine = (slots.c.workspace_id == work.workspace_id) & (slots.c.token == token) & (slots.c.job == job)
        done: dict[str, object] = {
            "state": state.value,
            "sent_at": work.now,
            "channel": channel,
            "ts": ts,
            "trouble": "",
        }
        done["file_token"] = file_token
        work.connection.execute(update(slots).where(mine).values(**done))


def set_link(work: Work, token: str, permalink: str) -> None:
    """Where the message can be seen."""
    mine = (slots.c.workspace_id == work.workspace_id) & (slots.c.token == token)
    work.connection.execute(update(slots).where(mine).values(permalink=permalink))


def end_badly(work: Work, token: str, state: SlotState, trouble: str) -> None:
    """What was not sent, or perhaps: what is known of it, and why."""
    mine = (slots.c.workspace_id == work.workspace_id) & (slots.c.token == token)
    claimed = slots.c.sent_at.is_(None)
    work.connection.execute(
        update(slots).where(mine, claimed).values(state=state.value, trouble=trouble[:500])
    )


def move(work: Work, token: str, later: str) -> None:
    """What one message was to tell is told by another one, which is late."""
    mine = (slots.c.workspace_id == work.workspace_id) & (slots.c.token == token)
    work.connection.execute(update(slots).where(mine).values(token=later, late=True))


def sent_to(connection: Connection, token: str) -> tuple[str, str] | None:
    """Channel and timestamp of a message that was sent; None before that."""
    where = select(slots.c.channel, slots.c.ts).where(slots.c.token == token, slots.c.ts.is_not(None))
    found = connection.execute(where.limit(1)).first()
    return (found.channel, found.ts) if found else None


def message_before(connection: Connection, token: str) -> tuple[str, str] | None:
    """Where stands what told the same job to the same audience before this message; None: nothing did."""
    newest = slots.alias()
    same = (
        (slots.c.workspace_id == newest.c.workspace_id)
        & (slots.c.job == newest.c.job)
        & (slots.c.audience == newest.c.audience)
        & (slots.c.due_at < newest.c.due_at)
    )
    asked = (
        select(slots.c.channel, slots.c.ts)
        .join(newest, same)
        .where(newest.c.token == token, slots.c.token != token, slots.c.ts.is_not(None))
        .order_by(slots.c.due_at.desc())
        .limit(1)
    )
    found = connection.execute(asked).first()
    return (found.channel, found.ts) if found else None


def message_of(connection: Connection, file_token: str) -> str | None:
    """The token of the message that files belong to."""
    found = select(slots.c.token).where(slots.c.file_token == file_token).limit(1)
    token: str | None = connection.execute(found).scalar()
    return token


def ledger(
    connection: Connection, viewer: Viewer, start: int | None = None
) -> tuple[tuple[LedgerRow, ...], int | None, int | None]:
    """A page of the ledger, newest first: all of it for who sets reports up, else one's own. Newer, older."""
    mine = _theirs(viewer)
    here = mine if start is None else mine & (slots.c.id <= start)
    found = connection.execute(_ledger().where(here).order_by(slots.c.id.desc()).limit(PAGE + 1)).all()
    newer = None
    if start is not None:
        above = select(slots.c.id).where(mine, slots.c.id > start).order_by(slots.c.id).limit(PAGE)
        newer = next(reversed(connection.execute(above).scalars().all()), None)
    return tuple(_row(row) for row in found[:PAGE]), newer, found[PAGE].id if len(found) > PAGE else None


def _ledger() -> Any:
    waiting = (outbox.c.token == slots.c.token) & IS_WAITING
    return (
        select(slots, people.c.name.label("person_name"), people.c.slack_user_id, outbox.c.error)
        .outerjoin(people, people.c.id == slots.c.person_id)
        .outerjoin(outbox, waiting)
    )


def _theirs(viewer: Viewer) -> Any:
    here = (slots.c.workspace_id == viewer.workspace_id) & (slots.c.occasion != Kind.BEGUN.value)
    # Everybody's every morning would bury the reports: of reviews each sees those that were told, and who
    # looks after it all what went wrong with them.
    of_reviews, unknown = slots.c.job.startswith(REVIEWS), slots.c.state == SlotState.UNKNOWN.value
    told = slots.c.state != SlotState.NOTHING.value
    here &= ~of_reviews | unknown | ((slots.c.person_id == viewer.person_id) & told)
    if allowed(Act.SET_UP_REPORT, viewer.person):
        return here
    if not allowed(Act.SUBSCRIBE_TO_REPORT, viewer.person):
        return here & false()
    return here & (slots.c.person_id == viewer.person_id)


def _row(row: Row[Any]) -> LedgerRow:
    person = None
    if row.person_id is not None:
        who = SlackUserId(row.slack_user_id)
        person = PersonRef(id=PersonId(row.person_id), slack_user_id=who, name=row.person_name)
    return LedgerRow(
        id=row.id,
        job=row.job,
        occasion=row.occasion,
        period=row.period,
        due_at=row.due_at,
        state=SlotState(row.state),
        to=row.channel or row.audience.partition(".")[2],
        person=person,
        claimed_at=row.claimed_at,
        claimed_by=row.claimed_by,
        sent_at=row.sent_at,
        permalink=row.permalink,
        trouble=row.trouble or row.error or "",
    )


def _claimed(row: Row[Any]) -> Claimed:
    return Claimed(
        job=row.job,
        period=row.period,
        audience=row.audience,
        person_id=PersonId(row.person_id) if row.person_id is not None else None,
        due_at=row.due_at,
        claimed_at=row.claimed_at,
        meant=tuple(date.fromisoformat(day) for day in row.meant.split(",") if day),
        late=row.late,
        kind=Kind(row.occasion),
        asked_by=PersonId(row.asked_by_id) if row.asked_by_id is not None else None,
        state=SlotState(row.state),
    )
