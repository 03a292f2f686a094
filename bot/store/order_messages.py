"""Where the messages stand that tell people of acts on orders, so that each is drawn again in its place.

`services.order_telling` asks for them, `scheduler.ordering` posts and updates them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, case, delete, insert, select, update

from bot.domain.commerce.requests import Request, RequestState, stage_of
from bot.domain.ids import ChannelId, MessageTs, OrderRequestId
from bot.domain.people import Person
from bot.store.outbox import Announcement, Kind, OutboxRow, announce
from bot.store.personal_subject import some_of
from bot.store.schema import outbox
from bot.store.schema_requests import order_messages as table
from bot.store.schema_requests import order_requests
from bot.store.work import Work

NEWS = frozenset({Kind.ORDER_DECIDED, Kind.ORDER_SETTLED})
"""What became of a request, with the buttons of what is to be done next."""
LIVE = NEWS | {Kind.ORDER_APPROVAL, Kind.ORDER_IN_DOUBT}
"""Messages with buttons, in more than one place: they are kept up to date in all of them."""


def expect(work: Work, kind: Kind, request: Request, people: Iterable[Person]) -> None:
    """Note that each of them gets a new message of this kind about a request; news before it folds."""
    rows = [
        {
            "workspace_id": work.workspace_id,
            "order_request_id": request.id,
            "kind": kind.value,
            "conversation": one.slack_user_id,
            "person_id": one.id,
            "stage": (request.state if kind in NEWS else stage_of(request.state)).value,
        }
        for one in people
    ]
    if not rows:
        return
    before = (table.c.workspace_id == work.workspace_id) & (table.c.order_request_id == request.id)
    before &= (table.c.kind == kind.value) & table.c.conversation.in_([one["conversation"] for one in rows])
    gone = work.connection.execute(delete(table).where(before).returning(table)).all()
    work.connection.execute(insert(table), rows)
    if kind in NEWS:
        announce(work, *(_passed(one, request) for one in gone if one.channel and one.ts))


def _passed(message: Row[Any], request: Request) -> Announcement:
    """Have a message folded that newer news stand below; it is known by its place alone from now on."""
    return Announcement(
        kind=Kind(message.kind),
        conversation=message.conversation,
        case_id=request.case_id,
        person_id=message.person_id,
        order_request_id=request.id,
        token=_folding(message.channel, message.ts),
    )


def _folding(channel: str, ts: str) -> str:
    return f"{channel}/{ts}"


def passed_in(row: OutboxRow) -> tuple[ChannelId, MessageTs] | None:
    """The place of a message that a row wants folded, because newer news stand below it."""
    channel, slash, ts = row.token.partition("/")
    return (ChannelId(channel), MessageTs(ts)) if slash else None


def keep_up(work: Work, request: Request) -> None:
    """Have every message about a request drawn again whose reader would see it as it is no more."""
    mine = (table.c.workspace_id == work.workspace_id) & (table.c.order_request_id == request.id)
    news = table.c.kind.in_([one.value for one in NEWS])
    if request.state is RequestState.UNDER_WAY:  # in seconds it is something else, which news then say
        mine &= ~news
    stage = case((news, request.state.value), else_=stage_of(request.state).value)
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


def set_place(work: Work, row: OutboxRow, channel: ChannelId, ts: MessageTs) -> bool:
    """Note where the message of a row stands; False where it folds, because newer news stand below it.

    Those would take its place for their own: nobody would be told of them, and it could not fold again.
    """
    assert row.order_request_id is not None
    if work.connection.execute(select(outbox.c.id).where(outbox.c.token == _folding(channel, ts))).first():
        return False
    here = (table.c.workspace_id == work.workspace_id) & (table.c.conversation == row.conversation)
    mine = (table.c.order_request_id == OrderRequestId(row.order_request_id)) & (
        table.c.kind == row.kind.value
    )
    work.connection.execute(update(table).where(here, mine).values(channel=channel, ts=ts))
    return True
