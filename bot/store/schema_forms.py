"""The tables of the form for customers without Slack: links that were sent, and the triage queue."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from bot.store.metadata import metadata, partial_index
from bot.store.types import Id, UtcDateTime

form_links = Table(  # the link itself stands nowhere: it is signed anew when its e-mail is written
    "form_links",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("nonce", String(32), nullable=False),
    Column("customer_id", Id, ForeignKey("customers.id"), nullable=False),
    Column("asks_about_id", Id, ForeignKey("cases.id")),  # the case that it asks more about
    Column("comment_id", Id, ForeignKey("comments.id")),  # the question, whose e-mail has it
    Column("address", String(254), nullable=False),
    Column("sent_by_id", Id, ForeignKey("people.id"), nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Column("case_id", Id, ForeignKey("cases.id")),  # what came of it
    Column("token", String(32), nullable=False),  # of its row in the outbox; the nonce where there is none
    Column("state", String(16), nullable=False),  # `domain.mail.MailState`
    Column("error", Text, nullable=False),
    Column("settled_at", UtcDateTime),
    UniqueConstraint("workspace_id", "nonce"),
    UniqueConstraint("workspace_id", "token"),
    Index(None, "customer_id", "id"),
    Index(None, "case_id"),
    Index(None, "comment_id"),
)

triage_queue = Table(  # new cases of customers that level one is to look at; a row goes when that is done
    "triage_queue",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), primary_key=True, autoincrement=False),
    Column("since", UtcDateTime, nullable=False),
    Column("asked_at", UtcDateTime),  # more was asked for, and nothing has come yet
    Column("again", Boolean(name="again"), nullable=False),  # it came
)
TO_TRIAGE = triage_queue.c.asked_at.is_(None)
"""The one spelling of "for level one, now"."""

partial_index(
    "ix_triage_queue_waiting",
    TO_TRIAGE,
    triage_queue.c.workspace_id,
    triage_queue.c.since,
    triage_queue.c.case_id,
)
