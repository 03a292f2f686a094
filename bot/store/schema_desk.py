"""The tables of what surrounds a case: escalation, outcomes, notices, articles, people to come, mail."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from bot.store.metadata import metadata, partial_index
from bot.store.types import Id, UtcDateTime

due_times = Table(
    "due_times",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("kind", String(32), nullable=False),  # `domain.due.DueKind`
    Column("case_id", Id, ForeignKey("cases.id")),
    Column("person_id", Id, ForeignKey("people.id")),
    Column("due_at", UtcDateTime, nullable=False),
    Column("policy_revision", Integer),
    Column("set_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Column("detail", String(32), nullable=False, server_default=""),  # which reminder, or what is told
    Column("began_at", UtcDateTime),  # what a rule counts it from
    Index(None, "case_id", "kind"),
)
IS_DUE = due_times.c.done_at.is_(None)
"""The one spelling of "not done yet", which its index says in the same words."""

Index(
    "ix_due_times_waiting",
    due_times.c.workspace_id,
    due_times.c.due_at,
    due_times.c.id,
    sqlite_where=IS_DUE,
    postgresql_where=IS_DUE,
)

# Of a limit whose debt has been paid since then the detail says "over" (`case_dues.settle`).
IS_PASSED = (
    due_times.c.kind.in_([literal_column("'first_comment'"), literal_column("'customer_call'")])
    & due_times.c.done_at.is_not(None)
    & (due_times.c.detail == literal_column("''"))
)
"""Limits of T1 and T2 that were passed while what is owed still is: few, for reports to find."""

partial_index("ix_due_times_passed", IS_PASSED, due_times.c.workspace_id, due_times.c.case_id)

escalations = Table(
    "escalations",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), primary_key=True),
    Column("by_id", Id, ForeignKey("people.id"), nullable=False),
    Column("reason", String(75), nullable=False),
)

call_backs = Table(  # a manager's calls that customers asked for
    "call_backs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False),
    Column("asked_by_id", Id, ForeignKey("people.id"), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("phone", Text, nullable=False),
    Column("wanted", Text, nullable=False),  # when it suits, as typed
    Column("ended_at", UtcDateTime),
    Column("ended_by_id", Id, ForeignKey("people.id")),
)
IS_OWED = call_backs.c.ended_at.is_(None)
"""The one spelling of "owed", for the same reason; a rule sees to it that a case is owed one call at most."""

Index(
    "ix_call_backs_owed",
    call_backs.c.workspace_id,
    call_backs.c.case_id,
    sqlite_where=IS_OWED,
    postgresql_where=IS_OWED,
)

comment_outcomes = Table(  # what a comment says about the talk with the customer: timed rules read it
    "comment_outcomes",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("comment_id", Id, ForeignKey("comments.id"), primary_key=True),
    Column("outcome", String(32), primary_key=True),  # `domain.outcomes.Outcome`
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False),
    Column("author_id", Id, ForeignKey("people.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "case_id", "outcome", "at"),
)

held_comments = Table(  # public comments of staff that are shown before they are sent, then held for a moment
    "held_comments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False),
    Column("author_id", Id, ForeignKey("people.id"), nullable=False),
    Column("act", String(16), nullable=False),  # `domain.audiences.PublicAct`: what it was written for
    Column("case_version", Integer, nullable=False),  # that the form was drawn from
    Column("text", Text, nullable=False),  # empty once it has ended
    Column("resolution", String(75), nullable=False),
    Column("outcomes", JSON, nullable=False),
    Column("to_contact", Boolean(name="to_contact"), nullable=False),
    Column("state", String(16), nullable=False),  # `domain.audiences.HeldState`
    Column("made_at", UtcDateTime, nullable=False),  # real time
    Column("goes_at", UtcDateTime),  # business time
    Column("comment_id", Id),  # which comment it is to change, where it is an edit of one
    Column("files", JSON, nullable=False, server_default="[]"),  # what Slack says of them
    Index(None, "case_id", "author_id"),
)

notify_preferences = Table(  # how somebody wants to be told; without a row: at once, by both ways
    "notify_preferences",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("person_id", Id, ForeignKey("people.id"), primary_key=True),
    Column("pace", String(16), nullable=False),  # `domain.notify.Pace`
    Column("hour", Integer, nullable=False),  # of the digest, in the person's own zone
    Column("slack", Boolean(name="slack"), nullable=False),
    Column("email", Boolean(name="email"), nullable=False),
    Column("review_hour", Integer, nullable=False, server_default="9"),  # when their daily review comes
    Column("changed_at", UtcDateTime, nullable=False),
)

digest_items = Table(  # what waits for somebody's digest; gone once it is told
    "digest_items",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("person_id", Id, ForeignKey("people.id"), nullable=False),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False),
    Column("history_id", Id, ForeignKey("history.id"), nullable=False),
    Column("audience", String(16), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("slot", UtcDateTime),  # when the digest that tells it became due; none: it is not due yet
    Column("way", String(16), nullable=False, server_default="slack"),  # `domain.notify.Way`, once it is due
    Index(None, "person_id", "id"),
)

articles = Table(
    "articles",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),  # Markdown
    Column("readers", String(16), nullable=False),  # `domain.articles.Readers`
    Column("account_id", Id, ForeignKey("accounts.id")),  # whose it is where it is for one account
    Column("retired", Boolean(name="retired"), nullable=False),
    Column("title_words", Text, nullable=False),  # normalised, as they are compared
    Column("words", Text, nullable=False),  # the same of title and body
    Column("author_id", Id, ForeignKey("people.id"), nullable=False),
    Column("editor_id", Id, ForeignKey("people.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("workspace_id", "number"),
    Index(None, "account_id"),
)

article_versions = Table(  # what an article said before its edits; `articles` has what it says now
    "article_versions",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("article_id", Id, ForeignKey("articles.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("readers", String(16), nullable=False),
    Column("account_id", Id, ForeignKey("accounts.id")),
    Column("editor_id", Id, ForeignKey("people.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),  # when it was written
)

case_articles = Table(
    "case_articles",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), primary_key=True),
    Column("article_id", Id, ForeignKey("articles.id"), primary_key=True),
    Column("linked_by_id", Id, ForeignKey("people.id"), nullable=False),
    Column("linked_at", UtcDateTime, nullable=False),
)

access_requests = Table(
    "access_requests",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", String(16), nullable=False),  # `domain.access.AccessKind`
    Column("state", String(16), nullable=False),  # `domain.access.AccessState`
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("who_name", Text, nullable=False),  # who cannot get in
    Column("who_email", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("requester_id", Id, ForeignKey("people.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("taken_by_id", Id, ForeignKey("people.id")),
    Column("taken_at", UtcDateTime),
    Column("finished_by_id", Id, ForeignKey("people.id")),
    Column("finished_at", UtcDateTime),
    UniqueConstraint("workspace_id", "number"),
    Index(None, "account_id", "state"),
)
IS_ACCESS_OPEN = access_requests.c.state != literal_column("'finished'")
"""The one spelling of "not finished", for the same reason."""

Index(
    "ix_access_requests_open",
    access_requests.c.workspace_id,
    access_requests.c.id,
    sqlite_where=IS_ACCESS_OPEN,
    postgresql_where=IS_ACCESS_OPEN,
)

access_messages = Table(  # where a request stands in Slack: one live message in each conversation
    "access_messages",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("access_request_id", Id, ForeignKey("access_requests.id"), primary_key=True),
    Column("conversation", String(80), primary_key=True),  # a person's Slack id, or a channel as configured
    Column("person_id", Id, ForeignKey("people.id")),  # who reads it; none: a channel of staff
    Column("channel", String(32)),
    Column("ts", String(32)),
    Index(None, "person_id"),
)

account_contacts = Table(  # whom a customer has named; known before they ever come to Slack
    "account_contacts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),  # as it was written
    Column("email_key", Text, nullable=False),  # `domain.contacts.email_key`
    Column("phone", Text, nullable=False),
    Column("role", String(16), nullable=False),  # what they shall be: dsc or community
    Column("named_by", Text, nullable=False, server_default=""),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("workspace_id", "email_key"),
    Index(None, "account_id"),
)

recognitions = Table(  # somebody's e-mail is a contact's: administrators and managers are asked
    "recognitions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("person_id", Id, ForeignKey("people.id"), nullable=False),
    Column("contact_id", Id, ForeignKey("account_contacts.id"), nullable=False),
    Column("history_id", Id, ForeignKey("history.id"), nullable=False),  # by which a message finds it
    Column("asked_at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),  # asked, confirmed, rejected
    Column("decided_by_id", Id, ForeignKey("people.id")),
    Column("decided_at", UtcDateTime),
    UniqueConstraint("workspace_id", "person_id", "contact_id"),
    Index(None, "history_id"),
)

recognition_messages = Table(  # the question about somebody, in the direct message of each who may decide
    "recognition_messages",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("recognition_id", Id, ForeignKey("recognitions.id"), primary_key=True),
    Column("person_id", Id, ForeignKey("people.id"), primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("ts", String(32), nullable=False),
)

phone_hours = Table(
    "phone_hours",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("scope", String(32), primary_key=True),  # "desk", or "team." and its id
    Column("team_id", Id, ForeignKey("teams.id")),
    Column("numbers", Text, nullable=False),  # a line each
    Column("weekdays", String(16), nullable=False),  # digits, 0 is Monday
    Column("opens", String(16), nullable=False),  # HH:MM on the clocks of the zone
    Column("closes", String(16), nullable=False),
    Column("timezone", String(64), nullable=False),  # empty: the account's
    Column("version", Integer, nullable=False),
)

mails = Table(  # e-mails that the desk wrote, for as long as somebody may answer them
    "mails",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("token", String(32), nullable=False),  # of its outbox row; its recipient's secret
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False),
    Column("comment_id", Id, ForeignKey("comments.id")),
    Column("person_id", Id, ForeignKey("people.id")),  # empty: to the case's contact
    Column("address", String(254), nullable=False),
    Column("audience", String(16), nullable=False),
    Column("state", String(16), nullable=False),  # `domain.mail.MailState`
    Column("error", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    UniqueConstraint("workspace_id", "token"),
    Index(None, "case_id", "id"),
)

received_mails = Table(  # e-mails that came in; their text only while somebody has to decide about them
    "received_mails",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("sender", String(254), nullable=False),
    Column("sender_name", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("fate", String(16), nullable=False),  # `domain.mail.Fate`
    Column("why", String(32), nullable=False),  # `domain.mail.Held`, or empty
    Column("case_id", Id, ForeignKey("cases.id")),  # where it went, or may belong
    Column("comment_id", Id, ForeignKey("comments.id")),
    Column("received_at", UtcDateTime, nullable=False),  # real time
    Column("decided_by_id", Id, ForeignKey("people.id")),
    Column("decided_at", UtcDateTime),
    UniqueConstraint("workspace_id", "digest"),
    Index(None, "workspace_id", "sender", "received_at"),
)
IS_HELD = received_mails.c.fate == literal_column("'held'")
"""The one spelling of "waits for a person", for the same reason."""

Index(
    "ix_received_mails_held",
    received_mails.c.workspace_id,
    received_mails.c.id,
    sqlite_where=IS_HELD,
    postgresql_where=IS_HELD,
)
