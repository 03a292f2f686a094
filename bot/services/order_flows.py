"""The flow that a kind of act goes by: the one that a team published, or the packaged one."""

from __future__ import annotations

from functools import cache

from bot.domain.commerce.flows import Flow, FlowKind
from bot.domain.commerce.requests import RequestKind
from bot.flow_file import packaged_flow, sound_flow
from bot.services.desk import Desk
from bot.store import order_flows as store
from bot.store.work import Connection

KINDS = {RequestKind.CANCEL: FlowKind.CANCEL, RequestKind.RETURN: FlowKind.RETURN}
"""The kinds of acts that teams have flows for."""

packaged = cache(packaged_flow)
_sound = cache(sound_flow)


def flow_for(desk: Desk, connection: Connection, kind: RequestKind) -> Flow | None:
    """The flow that counts for a kind of act now; None where it has none."""
    return in_force(desk, connection, KINDS[kind]) if kind in KINDS else None


def in_force(desk: Desk, connection: Connection, kind: FlowKind) -> Flow:
    """The flow of a kind that counts now; it was sound when it was published."""
    newest = store.newest(connection, desk.workspace_id, kind)
    return _sound(kind, newest.text) if newest is not None and newest.text else packaged(kind)
