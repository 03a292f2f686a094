"""Calendars of teams, shifts, leave; due times say more; policy revisions keep what they say.

Revision: 0015, after 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _team_calendars()
    _shifts()
    _absences()
    with op.batch_alter_table("due_times") as batch_op:
        batch_op.add_column(sa.Column("detail", sa.String(length=32), server_default="", nullable=False))
        batch_op.add_column(sa.Column("began_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("policy_revisions") as batch_op:
        batch_op.add_column(sa.Column("source", sa.String(length=16), server_default="file", nullable=False))
        batch_op.add_column(sa.Column("own", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("content", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("by_id", ID, nullable=True))
        batch_op.create_foreign_key(op.f("fk_policy_revisions_by_id_people"), "people", ["by_id"], ["id"])


def _team_calendars() -> None:
    op.create_table(
        "team_calendars",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(length=32), nullable=False),
        sa.Column("team_id", ID, nullable=True),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("country", sa.String(length=8), nullable=False),
        sa.Column("region", sa.String(length=32), nullable=False),
        sa.Column("own_days", sa.JSON(), nullable=False),
        sa.Column("worked_days", sa.JSON(), nullable=False),
        sa.Column("office_clock", sa.Boolean(name="office_clock"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_team_calendars_team_id_teams")),
        sa.PrimaryKeyConstraint("workspace_id", "scope", name=op.f("pk_team_calendars")),
    )


def _shifts() -> None:
    op.create_table(
        "shifts",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("team_id", ID, nullable=True),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("weekdays", sa.String(length=16), nullable=False),
        sa.Column("begins", sa.String(length=16), nullable=False),
        sa.Column("ends", sa.String(length=16), nullable=False),
        sa.Column("first", sa.Date(), nullable=True),
        sa.Column("last", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_shifts_team_id_teams")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_shifts_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
    )
    op.create_index(op.f("ix_shifts_workspace_id_team_id"), "shifts", ["workspace_id", "team_id"])


def _absences() -> None:
    op.create_table(
        "absences",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("deputy_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_absences_person_id_people")),
        sa.ForeignKeyConstraint(["deputy_id"], ["people.id"], name=op.f("fk_absences_deputy_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_workspace_id_person_id"), "absences", ["workspace_id", "person_id"])
    op.create_index(op.f("ix_absences_workspace_id_last"), "absences", ["workspace_id", "last"])
