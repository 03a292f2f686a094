"""The tables of the phone: revisions of the playbook, calls with their answers, what they sent."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.metadata import metadata, partial_index
from bot.store.types import Id, UtcDateTime

playbook_revisions = Table(
    "playbook_revisions",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("digest", String(64), nullable=False),  # of what the files say, comments left out
    Column("texts", JSON, nullable=False),  # {file: its text}
    Column("source", String(16), nullable=False),  # packaged, or desk
    Column("goes_back_to", Integer),  # the revision whose texts these are again
    Column("at", UtcDateTime, nullable=False),
    Column("by_id", Id, ForeignKey("people.id")),  # empty: it came with Caseline
)

phone_settings = Table(  # what prompts and messages name of the desk, and where sales is
    "phone_settings",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("content", JSON, nullable=False),
    Column("version", Integer, nullable=False),
)

phone_calls = Table(  # a walk through a script: a call, or the triage of a new case
    "phone_calls",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("script", String(16), nullable=False),  # phone, or triage
    Column("revision", Integer, nullable=False),  # of the playbook that it began with
    Column("begun_by_id", Id, ForeignKey("people.id"), nullable=False),
    Column("owner_id", Id, ForeignKey("people.id"), nullable=False),  # who has the caller on the line
    Column("began_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("outcome", String(32), nullable=False),  # of the script, or hung_up; empty while it goes on
    Column("step", String(64), nullable=False),
    Column("step_number", Integer, nullable=False),
    Column("customer_id", Id),  # the caller's record, once it is found
    Column("label", Text, nullable=False),  # what lists call it
    Column("case_id", Id, ForeignKey("cases.id")),  # what it opened, or what a triage is of
    Column("notes", Text, nullable=False),
    Column("receipt", JSON),  # the verdict with all that it came from
    Column("asked", JSON),  # the question to a manager whether it holds, and what became of it
    Column("version", Integer, nullable=False),
    Index(None, "workspace_id", "began_at"),
    Index(None, "workspace_id", "ended_at"),
    Index(None, "case_id"),
    Index(None, "customer_id", "began_at", "id"),
)
GOES_ON = phone_calls.c.ended_at.is_(None)
"""The one spelling of "under way": the calls grow, those under way do not."""

partial_index("ix_phone_calls_own", GOES_ON, phone_calls.c.workspace_id, phone_calls.c.owner_id)
partial_index("ix_phone_calls_with", GOES_ON, phone_calls.c.workspace_id, phone_calls.c.customer_id)

phone_answers = Table(  # one row an answer; Back marks it, so that the log stays whole
    "phone_answers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("call_id", Id, ForeignKey("phone_calls.id"), nullable=False),
    Column("step", String(64), nullable=False),
    Column("answer", String(64), nullable=False),
    Column("data", JSON, nullable=False),  # [[field, what was written down]]
    Column("by_id", Id, ForeignKey("people.id")),  # empty: the desk itself decided
    Column("at", UtcDateTime, nullable=False),
    Column("undone_at", UtcDateTime),
    Index(None, "call_id", "id"),
)

canned_mails = Table(  # what was sent from a call or a triage, as it was sent
    "canned_mails",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("call_id", Id, ForeignKey("phone_calls.id"), nullable=False),
    Column("message", String(64), nullable=False),  # of the playbook; "to_sales" for what sales gets
    Column("message_version", Integer, nullable=False),
    Column("address", String(254), nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("day", Date, nullable=False),  # in the store's zone: the same goes once a day
    Column("token", String(32), nullable=False),  # of its row in the outbox
    Column("state", String(16), nullable=False),  # `domain.mail.MailState`
    Column("error", Text, nullable=False),
    Column("by_id", Id, ForeignKey("people.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    Index(None, "call_id", "id"),
    UniqueConstraint("workspace_id", "token"),
    Index(None, "workspace_id", "address", "day"),
)

entitlements = Table(  # verdicts kept with the case that they are about; the newest counts
    "entitlements",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False),
    Column("call_id", Id, ForeignKey("phone_calls.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("receipt", JSON, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "case_id", "id"),
)
