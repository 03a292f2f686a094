"""The tables of an order's documents: change orders, returns, credit memos, refunds; the shop's answers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.metadata import metadata
from bot.store.types import Id, UtcDateTime


def _document() -> tuple[Column[Any], ...]:
    """What each document has: its order, its number, and who made it, for whom, on which case, by what."""
    return (
        Column("id", Id, primary_key=True),
        Column("workspace_id", String(32), nullable=False),
        Column("order_id", Id, ForeignKey("orders.id"), nullable=False),
        Column("number", Text, nullable=False),
        Column("by_id", Id, ForeignKey("people.id")),
        Column("on_behalf_of_id", Id, ForeignKey("customers.id")),
        Column("case_id", Id, ForeignKey("cases.id")),
        Column("flow", Text, nullable=False),  # whose version it was made by
        Column("call_key", Text, nullable=False),
        Column("at", UtcDateTime),
    )


change_orders = Table(
    "change_orders",
    metadata,
    *_document(),
    Column("type", String(32), nullable=False),  # `domain.commerce.documents.ChangeType`
    Column("is_pre_fulfillment", Boolean(name="is_pre_fulfillment"), nullable=False),
    Column("tax_type", String(8), nullable=False),
    Column("return_number", Text, nullable=False),
    UniqueConstraint("workspace_id", "number"),
    Index(None, "order_id"),
)

change_order_lines = Table(  # amounts and quantities in the sign of the record: negative comes off
    "change_order_lines",
    metadata,
    Column("workspace_id", String(32), nullable=False),
    Column("change_id", Id, ForeignKey("change_orders.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("line_no", Integer, nullable=False),
    Column("type", String(8), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("line", BigInteger, nullable=False),  # this and the next three: minor units
    Column("line_discount", BigInteger, nullable=False),
    Column("order_discount", BigInteger, nullable=False),
    Column("tax", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("takes_shipping", Boolean(name="takes_shipping"), nullable=False),
)

return_orders = Table(
    "return_orders",
    metadata,
    *_document(),
    Column("stage", String(32), nullable=False),  # `domain.commerce.states.ReturnStage`
    UniqueConstraint("workspace_id", "number"),
    Index(None, "order_id"),
    Index(None, "workspace_id", "id"),
    Index(None, "workspace_id", "stage", "id"),
)

return_order_lines = Table(
    "return_order_lines",
    metadata,
    Column("workspace_id", String(32), nullable=False),
    Column("return_id", Id, ForeignKey("return_orders.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("line_no", Integer, nullable=False),
    Column("expected", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("given_up", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("rejection", Text, nullable=False),
    Column("ship", Boolean(name="ship")),  # null: as the flow has it
)

finance_files = Table(  # what went to the finance system: which lines, its rows say by `file_id`
    "finance_files",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("since", UtcDateTime),  # null: from the first on
    Column("until", UtcDateTime, nullable=False),
    Column("by_id", Id, ForeignKey("people.id")),  # null: the operator, on the machine
    Column("made_at", UtcDateTime, nullable=False),
    Column("reconciled_at", UtcDateTime),
    Column("token", String(32)),  # of the row of the outbox that brings it to who asked
    UniqueConstraint("workspace_id", "number"),
)

credit_memos = Table(
    "credit_memos",
    metadata,
    *_document(),
    Column("changes", JSON, nullable=False),  # the numbers of its change orders
    Column("amount", BigInteger, nullable=False),  # minor units, positive
    Column("state", String(16), nullable=False),  # what finance knows of it: `MemoState`
    Column("file_id", Id, ForeignKey("finance_files.id")),
    UniqueConstraint("workspace_id", "number"),
    Index(None, "order_id"),
    Index(None, "file_id"),
    Index(None, "workspace_id", "state", "at"),
)

refunds = Table(  # as whoever pays them back knows them
    "refunds",
    metadata,
    *_document(),
    Column("source", String(8), nullable=False),
    Column("payment_ref", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),  # minor units, positive
    Column("memo", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", String(24), nullable=False),  # `RefundState`
    Column("attempt", Integer, nullable=False),
    Column("provider_ref", Text, nullable=False),
    Column("needs_approval", Boolean(name="needs_approval"), nullable=False),
    Column("paid_at", UtcDateTime),
    Column("exported", String(16), nullable=False),  # `MemoState`
    Column("file_id", Id, ForeignKey("finance_files.id")),
    UniqueConstraint("workspace_id", "number"),
    Index(None, "order_id"),
    Index(None, "file_id"),
    Index(None, "workspace_id", "exported", "paid_at"),
)

shop_answers = Table(  # what the shop of our own answered to a key: the same key, the same answer
    "shop_answers",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("asked", String(64), nullable=False),  # a digest of what was asked by it
    Column("answer", JSON, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
