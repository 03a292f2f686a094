"""Every table of the desk. Only `bot/store` and its migrations know them; rows never leave the store."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    literal_column,
)

from bot.store.metadata import metadata as metadata
from bot.store.metadata import partial_index
from bot.store.schema_decisions import fraud_decisions as fraud_decisions
from bot.store.schema_decisions import review_decisions as review_decisions
from bot.store.schema_desk import IS_ACCESS_OPEN as IS_ACCESS_OPEN
from bot.store.schema_desk import IS_DUE as IS_DUE
from bot.store.schema_desk import IS_HELD as IS_HELD
from bot.store.schema_desk import IS_OWED as IS_OWED
from bot.store.schema_desk import IS_PASSED as IS_PASSED
from bot.store.schema_desk import access_messages as access_messages
from bot.store.schema_desk import access_requests as access_requests
from bot.store.schema_desk import account_contacts as account_contacts
from bot.store.schema_desk import article_versions as article_versions
from bot.store.schema_desk import articles as articles
from bot.store.schema_desk import call_backs as call_backs
from bot.store.schema_desk import case_articles as case_articles
from bot.store.schema_desk import comment_outcomes as comment_outcomes
from bot.store.schema_desk import digest_items as digest_items
from bot.store.schema_desk import due_times as due_times
from bot.store.schema_desk import escalations as escalations
from bot.store.schema_desk import held_comments as held_comments
from bot.store.schema_desk import mails as mails
from bot.store.schema_desk import notify_preferences as notify_preferences
from bot.store.schema_desk import phone_hours as phone_hours
from bot.store.schema_desk import received_mails as received_mails
from bot.store.schema_desk import recognitions as recognitions
from bot.store.schema_documents import change_orders as change_orders
from bot.store.schema_forms import TO_TRIAGE as TO_TRIAGE
from bot.store.schema_forms import form_links as form_links
from bot.store.schema_forms import triage_queue as triage_queue
from bot.store.schema_personal import IS_ON as IS_ON
from bot.store.schema_personal import asm_sessions as asm_sessions
from bot.store.schema_personal import cart_placings as cart_placings
from bot.store.schema_personal import erasures as erasures
from bot.store.schema_personal import personal_reports as personal_reports
from bot.store.schema_phone import GOES_ON as GOES_ON
from bot.store.schema_phone import canned_mails as canned_mails
from bot.store.schema_phone import entitlements as entitlements
from bot.store.schema_phone import phone_answers as phone_answers
from bot.store.schema_phone import phone_calls as phone_calls
from bot.store.schema_phone import phone_settings as phone_settings
from bot.store.schema_phone import playbook_revisions as playbook_revisions
from bot.store.schema_requests import order_requests as order_requests
from bot.store.schema_reviews import case_reviews as case_reviews
from bot.store.schema_reviews import review_rows as review_rows
from bot.store.schema_shop import customers as customers
from bot.store.schema_slots import report_readers as report_readers
from bot.store.schema_slots import report_subscriptions as report_subscriptions
from bot.store.schema_slots import reports as reports
from bot.store.schema_slots import slots as slots
from bot.store.schema_time import absences as absences
from bot.store.schema_time import job_runs as job_runs
from bot.store.schema_time import policy_revisions as policy_revisions
from bot.store.schema_time import shifts as shifts
from bot.store.schema_time import team_calendars as team_calendars
from bot.store.types import Id, UtcDateTime

accounts = Table(
    "accounts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("name", Text, nullable=False),
    Column("org_id_or_mid", Text, nullable=False),
    Column("success_plan", String(16), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),  # one more with each edit
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("workspace_id", "org_id_or_mid"),
)

teams = Table(
    "teams",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("channel", String(80)),
    Column("public_comments_locked", Boolean(name="public_comments_locked"), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),  # one more with each edit
    UniqueConstraint("workspace_id", "name"),
)

people = Table(
    "people",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("slack_user_id", String(32), nullable=False),
    Column("name", Text, nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("email", Text, nullable=False, server_default=""),  # as Slack has it
    Column("role", String(16)),
    Column("account_id", Id, ForeignKey("accounts.id")),
    Column("named_by", Text, nullable=False, server_default=""),  # who at the customer named this contact
    Column("named_on", Date),
    Column("version", Integer, nullable=False, server_default="1"),  # one more with each edit
    Column("dm_channel", String(32)),
    Column("home_seen", Boolean(name="home_seen"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("workspace_id", "slack_user_id"),
    Index(None, "account_id"),
)

team_members = Table(
    "team_members",
    metadata,
    Column("team_id", Id, ForeignKey("teams.id"), primary_key=True),
    Column("person_id", Id, ForeignKey("people.id"), primary_key=True),
    Index(None, "person_id"),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("severity", Integer, nullable=False),
    Column("kind", String(75), nullable=False),
    Column("origin", String(16), nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("business_impact", String(75), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("org_id_or_mid", Text, nullable=False),
    Column("contact_name", Text, nullable=False),
    Column("contact_email", Text, nullable=False),
    Column("contact_phone", Text, nullable=False),
    Column("team_id", Id, ForeignKey("teams.id")),
    Column("creator_id", Id, ForeignKey("people.id"), nullable=False),
    Column("opened_by_staff", Boolean(name="opened_by_staff"), nullable=False),
    Column("owner_id", Id, ForeignKey("people.id")),
    Column("resolution", String(75), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("closed_by_id", Id, ForeignKey("people.id")),
    Column("escalation_opens_at", UtcDateTime),
    Column("escalated_at", UtcDateTime),  # the flag; `escalations` says by whom and why
    Column("expedite_asked_at", UtcDateTime),
    Column("first_answered_at", UtcDateTime),  # by staff, where the customer reads it
    Column("turns", JSON, nullable=False, server_default="{}"),  # `domain.turns`, by `store.turns`
    Column("duty_at", UtcDateTime),  # `domain.duties.owed_at`, for the order of what is due next
    # card_place is where the card was meant to go (an id or a name, as configured), card_channel where
    # Slack says that it is: the messenger's business, so writing them makes no new version of the case.
    Column("card_place", String(80)),
    Column("card_channel", String(32)),
    Column("card_ts", String(32)),
    Column("card_permalink", Text),
    UniqueConstraint("workspace_id", "number"),
    UniqueConstraint("workspace_id", "card_channel", "card_ts"),
    CheckConstraint("severity BETWEEN 1 AND 4", name="severity"),
)
IS_OPEN = cases.c.status != literal_column("'closed'")
"""The one spelling of "open": a partial index (`schema_finding.py`) helps only what says it so."""

Index("ix_cases_account_id", cases.c.workspace_id, cases.c.account_id, cases.c.id)

comments = Table(
    "comments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False),
    Column("author_id", Id, ForeignKey("people.id"), nullable=False),
    Column("audience", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("channel", String(32)),  # the Slack message that it is, where it was said in a thread
    Column("ts", String(32)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),  # one more with each edit
    Column("edited_at", UtcDateTime),
    Column("deleted_at", UtcDateTime),  # the stub stays, the text of it and of its versions is empty
    Column("posted_channel", String(32)),  # where the bot has put it into the card's thread
    Column("posted_ts", String(32)),
    Column("to_contact", Boolean(name="to_contact"), nullable=False, server_default=false()),  # mail it too
    Column("by_mail", Boolean(name="by_mail"), nullable=False, server_default=false()),  # it came as one
    UniqueConstraint("workspace_id", "channel", "ts"),
    Index(None, "case_id", "id"),
)

comment_versions = Table(  # what a comment said before its edits; `comments` has what it says now
    "comment_versions",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("comment_id", Id, ForeignKey("comments.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("author_id", Id, ForeignKey("people.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),  # when it was written
)

files = Table(
    "files",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False),
    Column("comment_id", Id, ForeignKey("comments.id")),  # whose audience it has; none: the case's own
    Column("slack_file_id", String(32)),
    Column("name", Text, nullable=False),
    Column("mimetype", String(255), nullable=False),
    Column("size", BigInteger, nullable=False),  # bytes
    Column("sha256", String(64)),  # of what was downloaded
    Column("state", String(16), nullable=False),  # pending, kept, in_slack, unreadable or deleted
    Column("trouble", String(80)),  # why it is not readable: an error's name
    Column("permalink", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("shared_at", UtcDateTime),  # when what came by the form was put into the card's thread
    Index(None, "case_id", "id"),
    Index(None, "comment_id"),
)

threads = Table(  # chat threads that became cases; a case has one at most, and a thread one case
    "threads",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("root_ts", String(32), nullable=False),
    Column("audience", String(16)),  # of who is in the channel; empty until it was asked
    Column("permalink", Text),
    Column("read_to", String(32)),  # the last message that was read, where a reading was interrupted
    Column("total", Integer, nullable=False),  # messages that it held when it was read
    Column("captured", Integer, nullable=False),
    Column("unreadable", JSON, nullable=False),  # {why: how many messages}
    Column("trouble", String(80)),  # why none can be read now: an error's name
    Column("read_at", UtcDateTime),
    Column("note_ts", String(32)),  # our word in it that it has become a case
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("workspace_id", "channel", "root_ts"),
    Index(None, "case_id"),
)

history = Table(
    "history",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("case_id", Id, ForeignKey("cases.id")),
    Column("person_id", Id, ForeignKey("people.id")),  # whom it is about, where it is about a person
    Column("account_id", Id, ForeignKey("accounts.id")),  # the same of an account that was set up
    Column("team_id", Id, ForeignKey("teams.id")),
    Column("article_id", Id, ForeignKey("articles.id")),
    Column("access_request_id", Id, ForeignKey("access_requests.id")),
    Column("customer_id", Id, ForeignKey("customers.id")),
    Column("asm_session_id", Id, ForeignKey("asm_sessions.id")),  # for whose customer it was done
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("actor_id", Id, ForeignKey("people.id")),  # empty: the operator's settings or a rule did it
    Column("on_behalf_of_id", Id, ForeignKey("people.id")),
    Column("source", String(16), nullable=False),  # person, rule or import
    Column("call_key", Text),
    Column("policy_revision", Integer),
    Column("audience", String(16), nullable=False),
    Column("comment_id", Id, ForeignKey("comments.id")),
    Column("changes", JSON, nullable=False),  # {field: [before, after]}; [null, null] for free text
    Index(None, "case_id", "id"),
)
partial_index("ix_history_asm_session_id", history.c.asm_session_id.is_not(None), history.c.asm_session_id)

calls = Table(
    "calls",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("content", String(64), nullable=False),
    Column("receipt", JSON, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "at"),
)

counters = Table(
    "counters",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("value", Integer, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("conversation", String(80), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("audience", String(16), nullable=False),
    Column("case_id", Id, ForeignKey("cases.id")),
    Column("comment_id", Id, ForeignKey("comments.id")),
    Column("history_id", Id, ForeignKey("history.id")),
    Column("person_id", Id, ForeignKey("people.id")),
    Column("access_request_id", Id, ForeignKey("access_requests.id")),
    Column("phone_call_id", Id, ForeignKey("phone_calls.id")),
    Column("order_request_id", Id, ForeignKey("order_requests.id")),
    Column("token", String(32), nullable=False, unique=True),  # in the message's metadata, for look-up
    Column("state", String(16), nullable=False),  # pending, sending, or how it ended: `outbox.State`
    Column("attempts", Integer, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),  # real time
    Column("created_at", UtcDateTime, nullable=False),  # real time
    Column("sent_at", UtcDateTime),  # real time; of what was given up: when
    Column("error", Text),
)
IS_WAITING = outbox.c.state.in_([literal_column("'pending'"), literal_column("'sending'")])
"""The one spelling of "waiting", for the same reason: the outbox grows, what waits in it does not."""

partial_index("ix_outbox_waiting", IS_WAITING, outbox.c.conversation, outbox.c.id)

IS_DEAD = outbox.c.state == literal_column("'dead'")
"""The one spelling of "dead", for the same reason."""

partial_index("ix_outbox_dead", IS_DEAD, outbox.c.workspace_id, outbox.c.id)

leases = Table(
    "leases",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("conversation", String(80), primary_key=True),
    Column("owner", String(32), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),  # real time
    Column("fence", Integer, nullable=False),
)
