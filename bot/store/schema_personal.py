"""The tables of one customer's affairs: reports of personal data, erasures, sessions, carts placed."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.metadata import metadata
from bot.store.types import Id, UtcDateTime

personal_reports = Table(  # who asked for everything that is held of whom; the files are in Slack alone
    "personal_reports",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("customer_id", Id, ForeignKey("customers.id"), nullable=False),
    Column("asked_by_id", Id, ForeignKey("people.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("token", String(32), nullable=False),  # of the outbox row; in the files' names
    Column("state", String(16), nullable=False),  # `domain.personal.ReportState`
    Column("sent_at", UtcDateTime),
    Column("expires_at", UtcDateTime),  # when the files are deleted in Slack
    Column("deleted_at", UtcDateTime),
    Column("files", JSON, nullable=False),  # what Slack calls them
    Column("counts", JSON, nullable=False),  # {part: rows} of what was in it
    Index(None, "workspace_id", "id"),
    Index(None, "workspace_id", "state", "id"),
    UniqueConstraint("workspace_id", "token"),
    Index(None, "customer_id"),
)

erasures = Table(  # that somebody was erased, and how far that is; nothing of what was erased
    "erasures",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("customer_id", Id, ForeignKey("customers.id"), nullable=False),
    Column("asked_by_id", Id, ForeignKey("people.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("token", String(32), nullable=False),  # of the outbox row that carries it out
    Column("after_id", Id, nullable=False),  # the last of their cases that is done
    Column("done_at", UtcDateTime),
    Column("counts", JSON, nullable=False),  # {what: how many}
    UniqueConstraint("workspace_id", "customer_id"),
    UniqueConstraint("workspace_id", "token"),
)

asm_sessions = Table(  # whom somebody of staff has before them; one open session each
    "asm_sessions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("person_id", Id, ForeignKey("people.id"), nullable=False),
    Column("customer_id", Id, ForeignKey("customers.id")),
    Column("case_id", Id, ForeignKey("cases.id")),
    Column("order_id", Id, ForeignKey("orders.id")),
    Column("cart_id", Id, ForeignKey("carts.id")),
    Column("assisted", Boolean(name="assisted"), nullable=False),  # what they do is done for the customer
    Column("began_at", UtcDateTime, nullable=False),
    Column("touched_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("ending", String(16), nullable=False),  # `domain.sessions.Ending`; empty while it goes on
    Index(None, "customer_id"),
)
IS_ON = asm_sessions.c.ended_at.is_(None)
"""The one spelling of "goes on": a partial index helps only what says it so."""

Index(
    "ix_asm_sessions_on",
    asm_sessions.c.workspace_id,
    asm_sessions.c.person_id,
    unique=True,
    sqlite_where=IS_ON,
    postgresql_where=IS_ON,
)

cart_placings = Table(  # carts that staff placed as orders, or want to place
    "cart_placings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("cart_id", Id, ForeignKey("carts.id"), nullable=False),
    Column("customer_id", Id, ForeignKey("customers.id"), nullable=False),
    Column("asked_by_id", Id, ForeignKey("people.id"), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("for_customer", Boolean(name="for_customer"), nullable=False),  # in assisted service
    Column("digest", String(64), nullable=False),  # of the cart as it was shown
    Column("amount", BigInteger, nullable=False),  # minor units
    Column("currency", String(3), nullable=False),
    Column("state", String(16), nullable=False),  # `domain.placing.PlacingState`
    Column("decided_by_id", Id, ForeignKey("people.id")),
    Column("decided_at", UtcDateTime),
    Column("order_number", Text, nullable=False),
    Column("said", Text, nullable=False),  # why not, in the shop's words or an approver's
    Column("settled_at", UtcDateTime),
    Index(None, "customer_id"),
)
IS_PLACING = cart_placings.c.settled_at.is_(None)
"""The one spelling of "not settled": it waits for somebody, is on its way, or nobody knows."""

Index(
    "ix_cart_placings_open",
    cart_placings.c.workspace_id,
    cart_placings.c.cart_id,
    unique=True,
    sqlite_where=IS_PLACING,
    postgresql_where=IS_PLACING,
)
