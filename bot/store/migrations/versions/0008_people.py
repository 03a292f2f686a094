"""People from outside in: contacts of accounts, recognising people by e-mail, phone numbers and hours.

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("people") as batch_op:
        batch_op.add_column(sa.Column("email", sa.Text(), server_default="", nullable=False))
    _account_contacts()
    _recognitions()
    op.create_table(
        "phone_hours",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(length=32), nullable=False),
        sa.Column("team_id", ID, nullable=True),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.Column("weekdays", sa.String(length=16), nullable=False),
        sa.Column("opens", sa.String(length=16), nullable=False),
        sa.Column("closes", sa.String(length=16), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_phone_hours_team_id_teams")),
        sa.PrimaryKeyConstraint("workspace_id", "scope", name=op.f("pk_phone_hours")),
    )


def _account_contacts() -> None:
    op.create_table(
        "account_contacts",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("named_by", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_account_contacts_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_contacts")),
        sa.UniqueConstraint(
            "workspace_id", "email_key", name=op.f("uq_account_contacts_workspace_id_email_key")
        ),
    )
    op.create_index(op.f("ix_account_contacts_account_id"), "account_contacts", ["account_id"])


def _recognitions() -> None:
    op.create_table(
        "recognitions",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("history_id", ID, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_recognitions_person_id_people")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["account_contacts.id"], name=op.f("fk_recognitions_contact_id_account_contacts")
        ),
        sa.ForeignKeyConstraint(
            ["history_id"], ["history.id"], name=op.f("fk_recognitions_history_id_history")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name=op.f("fk_recognitions_decided_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognitions")),
        sa.UniqueConstraint(
            "workspace_id",
            "person_id",
            "contact_id",
            name=op.f("uq_recognitions_workspace_id_person_id_contact_id"),
        ),
    )
    op.create_index(op.f("ix_recognitions_history_id"), "recognitions", ["history_id"])
