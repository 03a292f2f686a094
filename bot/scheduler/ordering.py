"""What the outbox tells of acts on orders: the question of an approval, and what became of a request."""

from __future__ import annotations

from bot.blocks import order_requests as blocks
from bot.blocks.kit import Message
from bot.domain.ids import shown as shown_number
from bot.domain.people import Person, Viewer
from bot.domain.refusals import Reason, Refusal
from bot.scheduler.about import NothingToSay
from bot.services import order_requests as service
from bot.services.desk import Desk
from bot.store import cases, order_mails
from bot.store import order_requests as store
from bot.store.outbox import Kind, OutboxRow

ORDERING = frozenset({Kind.ORDER_APPROVAL, Kind.ORDER_DECIDED, Kind.ORDER_SETTLED, Kind.ORDER_IN_DOUBT})


async def ordering(desk: Desk, row: OutboxRow, reader: Person | None) -> Message:
    """The message of a row, through its reader's eyes and as the request stands when it is told.

    Raises NothingToSay where it is not theirs to know, or is decided before it was asked.
    """
    request_id, workspace_id = row.order_request_id, desk.workspace_id
    if request_id is None:
        raise NothingToSay("it names no request")
    if row.kind is Kind.ORDER_APPROVAL and reader is not None:
        try:
            shown = await service.shown(desk, reader.slack_user_id, request_id)
        except Refusal as refusal:
            if refusal.reason is Reason.SHOP_AWAY:
                raise  # it comes again
            raise NothingToSay("it is not for them to see") from refusal
        return blocks.approval(shown, await _case(desk, row, reader))
    found, mails = await desk.store.look(
        lambda connection: (
            store.itself(connection, workspace_id, request_id),
            order_mails.itself(connection, workspace_id, request_id),
        )
    )
    if found is None or (reader is not None and not reader.is_staff):
        raise NothingToSay("it is not for them to see")
    return blocks.news(found, mails)


async def _case(desk: Desk, row: OutboxRow, reader: Person) -> str:
    """The number and title of the case that a request is about; empty where there is none."""
    case_id = row.case_id
    if case_id is None:
        return ""
    found = await desk.store.read(
        lambda connection, viewer: cases.by_id(connection, viewer, case_id), Viewer(reader)
    )
    return f"{shown_number(found.number)} · {found.title}" if found is not None else ""
