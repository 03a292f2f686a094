"""The tables of what people decided: on product reviews, and on reports of fraud."""

from __future__ import annotations

from sqlalchemy import (
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

review_decisions = Table(  # each move of a review, never written over
    "review_decisions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("review_id", Id, ForeignKey("product_reviews.id"), nullable=False),
    Column("version", Integer, nullable=False),  # of the review, which this decision made
    Column("status", String(16), nullable=False),  # what it made of the review
    Column("reason", Text, nullable=False),
    Column("is_reversal", Boolean(name="is_reversal"), nullable=False),
    Column("by_id", Id, ForeignKey("people.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("review_id", "version"),
)

fraud_decisions = Table(  # what somebody decided on a report, or wants a second person to agree to
    "fraud_decisions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("report_id", Id, ForeignKey("fraud_reports.id"), nullable=False),
    Column("ruling", String(8), nullable=False),  # approve or reject
    Column("state", String(16), nullable=False),  # proposed, decided or declined
    Column("amount", BigInteger, nullable=False),  # of the order then, minor units
    Column("currency", String(3), nullable=False),
    Column("remark", Text, nullable=False),
    Column("by_id", Id, ForeignKey("people.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("second_id", Id, ForeignKey("people.id")),  # who agreed, or declined
    Column("second_at", UtcDateTime),
    Column("second_remark", Text, nullable=False, server_default=""),
)

STANDS = fraud_decisions.c.state != "declined"
"""A report has one decision or proposal at most: who comes second meets it, whatever the bots do."""

Index(
    "uq_fraud_decisions_standing",
    fraud_decisions.c.report_id,
    unique=True,
    sqlite_where=STANDS,
    postgresql_where=STANDS,
)
Index("ix_fraud_decisions_report_id", fraud_decisions.c.report_id, fraud_decisions.c.id)
