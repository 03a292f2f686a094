"""Reports: the ledger of slots, which reports there are, and who gets their own part.

Revision: 0016, after 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
CLOSED = sa.text("status = 'closed'")


def upgrade() -> None:
    _slots()
    _reports()
    op.create_index(
        "ix_cases_closed_at", "cases", ["closed_at"], sqlite_where=CLOSED, postgresql_where=CLOSED
    )


def _slots() -> None:
    op.create_table(
        "slots",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("job", sa.String(length=48), nullable=False),
        sa.Column("period", sa.String(length=48), nullable=False),
        sa.Column("audience", sa.String(length=96), nullable=False),
        sa.Column("occasion", sa.String(length=16), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("asked_by_id", ID, nullable=True),
        sa.Column("meant", sa.Text(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("late", sa.Boolean(name="late"), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("claimed_at", INSTANT, nullable=False),
        sa.Column("claimed_by", sa.String(length=80), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.Column("file_token", sa.String(length=32), nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("channel", sa.String(length=32), nullable=True),
        sa.Column("ts", sa.String(length=32), nullable=True),
        sa.Column("permalink", sa.Text(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_slots_person_id_people")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["people.id"], name=op.f("fk_slots_asked_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slots")),
        sa.UniqueConstraint(
            "workspace_id",
            "job",
            "period",
            "audience",
            name=op.f("uq_slots_workspace_id_job_period_audience"),
        ),
    )
    op.create_index(op.f("ix_slots_token"), "slots", ["token"])
    op.create_index(op.f("ix_slots_file_token"), "slots", ["file_token"])
    op.create_index(op.f("ix_slots_workspace_id_job_due_at"), "slots", ["workspace_id", "job", "due_at"])


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("usual_of_id", ID, nullable=True),
        sa.Column("team_id", ID, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("weekdays", sa.String(length=16), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("to_managers", sa.Boolean(name="to_managers"), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("search_name", sa.Text(), nullable=False),
        sa.Column("is_on", sa.Boolean(name="is_on"), nullable=False),
        sa.Column("set_up_by_id", ID, nullable=False),
        sa.Column("set_up_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["usual_of_id"], ["teams.id"], name=op.f("fk_reports_usual_of_id_teams")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_reports_team_id_teams")),
        sa.ForeignKeyConstraint(["set_up_by_id"], ["people.id"], name=op.f("fk_reports_set_up_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("workspace_id", "usual_of_id", name=op.f("uq_reports_workspace_id_usual_of_id")),
    )
    op.create_table(
        "report_readers",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("report_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_report_readers_report_id_reports")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_report_readers_person_id_people")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "report_id", "person_id", name=op.f("pk_report_readers")),
    )
    op.create_table(
        "report_subscriptions",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_report_subscriptions_person_id_people")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "person_id", name=op.f("pk_report_subscriptions")),
    )
