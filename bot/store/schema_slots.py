"""The tables of what is sent by the calendar: the ledger of slots, reports, who gets their own part."""

from __future__ import annotations

from sqlalchemy import (
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

slots = Table(  # one for each (job, period, audience), written before anything is sent
    "slots",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("job", String(48), nullable=False),
    Column("period", String(48), nullable=False),  # the local date, or a mark of what somebody asked for
    Column("audience", String(96), nullable=False),  # "person." and its id, or "channel." and its place
    Column("occasion", String(16), nullable=False),  # `store.slots.Kind`
    Column("person_id", Id, ForeignKey("people.id")),  # who gets it, where it is a person
    Column("asked_by_id", Id, ForeignKey("people.id")),  # who pressed the button, where somebody did
    Column("meant", Text, nullable=False),  # the dates that it stands for, with commas between
    Column("due_at", UtcDateTime, nullable=False),
    Column("late", Boolean(name="late"), nullable=False),  # when it was claimed
    Column("state", String(16), nullable=False),  # `domain.slots.SlotState`
    Column("claimed_at", UtcDateTime, nullable=False),
    Column("claimed_by", String(80), nullable=False),  # the bot's machine and process
    Column("token", String(32)),  # of the outbox row; what is sent together shares one
    Column("file_token", String(32)),  # the same of the row that brings the files
    Column("sent_at", UtcDateTime),
    Column("channel", String(32)),
    Column("ts", String(32)),
    Column("permalink", Text),
    Column("trouble", Text, nullable=False),
    UniqueConstraint("workspace_id", "job", "period", "audience"),
    Index(None, "token"),
    Index(None, "file_token"),
    Index(None, "workspace_id", "job", "due_at"),
)

reports = Table(
    "reports",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("kind", String(16), nullable=False, server_default="cases"),  # `domain.reports.ReportKind`
    Column("usual_of_id", Id, ForeignKey("teams.id")),  # the team whose usual report this is
    Column("usual_kind", String(16)),  # the kind of which this is the desk's usual one
    Column("team_id", Id, ForeignKey("teams.id")),  # whose cases it is about; none: all
    Column("name", Text, nullable=False),
    Column("weekdays", String(16), nullable=False),  # digits, 0 is Monday
    Column("hour", Integer, nullable=False),
    Column("channel", String(80), nullable=False),  # an id or a name; empty: none
    Column("to_managers", Boolean(name="to_managers"), nullable=False),
    Column("search", Text, nullable=False),  # empty: what support staff have created
    Column("search_name", Text, nullable=False),
    Column("is_on", Boolean(name="is_on"), nullable=False),
    Column("set_up_by_id", Id, ForeignKey("people.id"), nullable=False),
    Column("set_up_at", UtcDateTime, nullable=False),  # no slot before that is owed
    Column("version", Integer, nullable=False),
    UniqueConstraint("workspace_id", "usual_of_id"),
    Index(None, "workspace_id", "usual_kind", unique=True),
)

report_readers = Table(  # people who get a report beside the managers
    "report_readers",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("report_id", Id, ForeignKey("reports.id"), primary_key=True),
    Column("person_id", Id, ForeignKey("people.id"), primary_key=True),
)

report_subscriptions = Table(  # who gets a report of the cases that they own or created
    "report_subscriptions",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("person_id", Id, ForeignKey("people.id"), primary_key=True),
    Column("since", UtcDateTime, nullable=False),
)
