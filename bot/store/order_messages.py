"""Where the messages stand that ask people about acts on orders, so that each is drawn again in its place.

`services.order_telling` asks for them, `scheduler.ordering` posts and updates them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, insert, select, update

from bot.domain.commerce.requests import Request, stage_of
from bot.domain.ids import ChannelId, MessageTs, OrderRequestId
from bot.domain.people import Person
from bot.store.outbox import Announcement, Kind, OutboxRow, announce
from bot.store.personal_subject import some_of
from bot.store.schema_requests import order_messages as table
from bot.store.schema_requests import order_requests
from bot.store.work import Work

LIVE = frozenset({Kind.ORDER_APPROVAL, Kind.ORDER_IN_DOUBT})
"""Messages with buttons to decide by, in more than one place: they are kept up to date in all of them."""


def expect(work: Work, kind: Kind, request: Request, people: Iterable[Person]) -> None:
    """Note that each of them gets a new message of this kind about a request."""
    rows = [
        {
            "workspace_id": work.workspace_id,
            "order_request_id": request.id,
            "kind": kind.value,
            "conversation": one.slack_user_id,
            "person_id": one.id,
            "stage": stage_of(request.state).value,
        }
        for one in people
    ]
    if not rows:
        return
    before = (table.c.workspace_id == work.workspace_id) & (table.c.order_request_id == request.id)
    before &= (table.c.kind == kind.value) & table.c.conversation.in_([one["conversation"] for one in rows])
    work.connection.execute(delete(table).where(before))
    work.connection.execute(insert(table), rows)


def keep_up(work: Work, request: Request) -> None:
    """Have every message about a request drawn again whose reader would see it as it is no more."""
    stage = stage_of(request.state).value
    mine = (table.c.workspace_id == work.workspace_id) & (table.c.order_request_id == request.id)
    behind = update(table).where(mine, table.c.stage != stage).values(stage=stage)
    rows = work.connection.execute(behind.returning(table.c.kind, table.c.conversation, table.c.person_id))
    announce(
        work,
        *(
            Announcement(
                kind=Kind(row.kind),
                conversation=row.conversation,
                case_id=request.case_id,
                person_id=row.person_id,
                order_request_id=request.id,
            )
            for row in sorted(rows, key=lambda row: (row.kind, row.conversation))
        ),
    )


def draw_again(work: Work, requests: Sequence[int]) -> None:
    """Have all messages about some requests drawn again: what they say of the customer has changed."""
    found = (
        select(table, order_requests.c.case_id)
        .join(order_requests, order_requests.c.id == table.c.order_request_id)
        .where(table.c.workspace_id == work.workspace_id, some_of(table.c.order_request_id, requests))
        .order_by(table.c.order_request_id, table.c.kind, table.c.conversation)
    )
    announce(
        work,
        *(
            Announcement(
                kind=Kind(row.kind),
                conversation=row.conversation,
                case_id=row.case_id,
                person_id=row.person_id,
                order_request_id=row.order_request_id,
            )
            for row in work.connection.execute(found).all()
        ),
    )


def place_of(connection: Connection, row: OutboxRow) -> tuple[ChannelId, MessageTs] | None:
    """Where Slack has the message of a row; None while it has none."""
    mine = (table.c.order_request_id == row.order_request_id) & (table.c.kind == row.kind.value)
    here = (table.c.workspace_id == row.workspace_id) & (table.c.conversation == row.conversation)
    found = connection.execute(select(table.c.channel, table.c.ts).where(here, mine)).first()
    return (ChannelId(found.channel), MessageTs(found.ts)) if found and found.channel and found.ts else None


def set_place(work: Work, row: OutboxRow, channel: ChannelId, ts: MessageTs) -> None:
    """Note where the message of a row stands."""
    assert row.order_request_id is not None
    here = (table.c.workspace_id == work.workspace_id) & (table.c.conversation == row.conversation)
    mine = (table.c.order_request_id == OrderRequestId(row.order_request_id)) & (
        table.c.kind == row.kind.value
    )
    work.connection.execute(update(table).where(here, mine).values(channel=channel, ts=ts))
