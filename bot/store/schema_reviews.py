"""The tables of the daily review: what each has seen of a case, and which message shows it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from bot.store.metadata import metadata
from bot.store.types import Id, UtcDateTime

case_reviews = Table(  # what somebody has answered about a case in their review
    "case_reviews",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("person_id", Id, ForeignKey("people.id"), primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), primary_key=True),
    Column("seen_to", Id),  # the newest row of its history that they looked at; none: never
    Column("seen_at", UtcDateTime),
    Column("snoozed_until", UtcDateTime),
)

review_rows = Table(  # the cases of the newest review of each reader: a change of one draws it again
    "review_rows",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("token", String(32), primary_key=True),  # of the slot and of the outbox row
    Column("case_id", Id, ForeignKey("cases.id"), primary_key=True),
    Column("person_id", Id, ForeignKey("people.id"), nullable=False),  # who reads it
    Column("of_id", Id, ForeignKey("people.id"), nullable=False),  # whose review it is
    Column("part", String(16), nullable=False),  # `domain.reviews.Part`
    Column("place", Integer, nullable=False),
    Index(None, "case_id"),
    Index(None, "person_id"),
)
