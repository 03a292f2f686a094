"""The tables of time: calendars of teams, shifts, leave, runs of jobs, revisions of the policy."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table

from bot.store.metadata import metadata
from bot.store.types import Id, UtcDateTime

team_calendars = Table(
    "team_calendars",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("scope", String(32), primary_key=True),  # "desk", or "team." and its id
    Column("team_id", Id, ForeignKey("teams.id")),
    Column("timezone", String(64), nullable=False),  # empty: of whoever asks
    Column("hours", JSON, nullable=False),  # {weekday: [opens, closes]}, 0 is Monday, HH:MM
    Column("country", String(8), nullable=False),
    Column("region", String(32), nullable=False),
    Column("own_days", JSON, nullable=False),  # {YYYY-MM-DD: name}
    Column("worked_days", JSON, nullable=False),  # public holidays that are none here
    Column("office_clock", Boolean(name="office_clock"), nullable=False),  # T1 counts office hours only
    Column("version", Integer, nullable=False),
)

shifts = Table(
    "shifts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("team_id", Id, ForeignKey("teams.id")),  # empty: the managers
    Column("person_id", Id, ForeignKey("people.id"), nullable=False),
    Column("weekdays", String(16), nullable=False),  # digits, 0 is Monday
    Column("begins", String(16), nullable=False),  # HH:MM on the clocks of the team's zone
    Column("ends", String(16), nullable=False),
    Column("first", Date),
    Column("last", Date),
    Index(None, "workspace_id", "team_id"),
)

absences = Table(  # somebody's leave, and who stands in
    "absences",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("person_id", Id, ForeignKey("people.id"), nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("deputy_id", Id, ForeignKey("people.id")),
    Index(None, "workspace_id", "person_id"),
    Index(None, "workspace_id", "last"),
)

job_runs = Table(
    "job_runs",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("job", String(48), primary_key=True),
    Column("period", String(48), primary_key=True),
    Column("due_at", UtcDateTime, nullable=False),
    Column("claimed_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
)

policy_revisions = Table(
    "policy_revisions",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("digest", String(64), nullable=False),  # of the file that it was made from
    Column("at", UtcDateTime, nullable=False),
    Column("source", String(16), nullable=False, server_default="file"),  # file, or desk
    Column("own", JSON),  # what was set in the desk, over the file; {table: {setting: value}}
    Column("content", JSON),  # all that it says: the pick lists and the settings
    Column("by_id", Id, ForeignKey("people.id")),
)
