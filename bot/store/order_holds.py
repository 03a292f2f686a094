"""Who holds an order: one act on it at a time over all bots, led by one of them under a lease (real time)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, select, update

from bot.domain.ids import OrderRequestId, WorkspaceId
from bot.store.at_once import insert_new
from bot.store.schema_requests import order_holds
from bot.store.work import Work


@dataclass(frozen=True, kw_only=True)
class Lease:
    """That a bot leads a request on an order until `until`; `fence` tells it from whoever comes after."""

    order_number: str
    request_id: OrderRequestId
    owner: str
    fence: int


@dataclass(frozen=True, kw_only=True)
class HoldRow:
    """Why an order is held, and since when."""

    request_id: OrderRequestId
    since: datetime
    doubtful: bool


def hold(
    work: Work, order_number: str, request_id: OrderRequestId, owner: str, until: datetime
) -> Lease | None:
    """Hold an order for a request; None while another one does. Who asks at the same moment waits here."""
    row = insert_new(work.connection, order_holds).values(
        workspace_id=work.workspace_id,
        order_number=order_number,
        request_id=request_id,
        since=work.now,
        doubtful=False,
        owner=owner,
        expires_at=until,
        fence=1,
    )
    if work.connection.execute(row).rowcount != 1:
        return None
    return Lease(order_number=order_number, request_id=request_id, owner=owner, fence=1)


def held(connection: Connection, workspace_id: WorkspaceId, order_number: str) -> HoldRow | None:
    """What holds an order; it is no secret of anybody's, and nothing else of the request is told."""
    mine = (order_holds.c.workspace_id == workspace_id) & (order_holds.c.order_number == order_number)
    row = connection.execute(select(order_holds).where(mine)).first()
    if row is None:
        return None
    return HoldRow(request_id=OrderRequestId(row.request_id), since=row.since, doubtful=row.doubtful)


def left_behind(
    connection: Connection, workspace_id: WorkspaceId, now: datetime, limit: int
) -> Sequence[str]:
    """Orders that are held and led by nobody any more, the longest first."""
    mine = (order_holds.c.workspace_id == workspace_id) & (order_holds.c.expires_at <= now)
    found = select(order_holds.c.order_number).where(mine).order_by(order_holds.c.expires_at).limit(limit)
    return tuple(connection.execute(found).scalars())


def take_over(work: Work, order_number: str, owner: str, until: datetime) -> Lease | None:
    """Lead what nobody leads any more; None where another bot was faster."""
    mine = (order_holds.c.workspace_id == work.workspace_id) & (order_holds.c.order_number == order_number)
    taken = (
        update(order_holds)
        .where(mine, order_holds.c.expires_at <= work.stamp.real_now)
        .values(owner=owner, expires_at=until, fence=order_holds.c.fence + 1)
        .returning(order_holds.c.fence, order_holds.c.request_id)
    )
    row = work.connection.execute(taken).first()
    if row is None:
        return None
    return Lease(
        order_number=order_number, request_id=OrderRequestId(row.request_id), owner=owner, fence=row.fence
    )


def seize(
    work: Work, order_number: str, request_id: OrderRequestId, owner: str, until: datetime
) -> Lease | None:
    """Lead what is in doubt because a person has settled it, whoever led it; None where nothing is."""
    mine = (order_holds.c.workspace_id == work.workspace_id) & (order_holds.c.order_number == order_number)
    taken = (
        update(order_holds)
        .where(mine, order_holds.c.request_id == request_id, order_holds.c.doubtful)
        .values(owner=owner, expires_at=until, fence=order_holds.c.fence + 1)
        .returning(order_holds.c.fence)
    )
    fence = work.connection.execute(taken).scalar_one_or_none()
    if fence is None:
        return None
    return Lease(order_number=order_number, request_id=request_id, owner=owner, fence=fence)


def keeps(work: Work, lease: Lease, until: datetime, *, doubtful: bool | None = None) -> bool:
    """Keep a lease until then, if it is still ours; it cannot be taken before this transaction ends."""
    values: dict[str, object] = {"expires_at": until}
    if doubtful is not None:
        values["doubtful"] = doubtful
    return work.connection.execute(update(order_holds).where(_same(work, lease)).values(values)).rowcount == 1


def let_go(work: Work, lease: Lease) -> bool:
    """The order is free again; False where the lease was another bot's."""
    return work.connection.execute(delete(order_holds).where(_same(work, lease))).rowcount == 1


def _same(work: Work, lease: Lease) -> ColumnElement[bool]:
    return (
        (order_holds.c.workspace_id == work.workspace_id)
        & (order_holds.c.order_number == lease.order_number)
        & (order_holds.c.request_id == lease.request_id)
        & (order_holds.c.owner == lease.owner)
        & (order_holds.c.fence == lease.fence)
    )
