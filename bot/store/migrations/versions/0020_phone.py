"""The phone: revisions of the playbook, calls with their answers, the e-mails that they sent, verdicts of cases.

Revision: 0020, after 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
GOES_ON = sa.text("ended_at IS NULL")


def upgrade() -> None:
    _playbooks()
    _calls()
    _answers()
    _mails()
    _entitlements()
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.add_column(sa.Column("phone_call_id", ID, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_outbox_phone_call_id_phone_calls"), "phone_calls", ["phone_call_id"], ["id"]
        )


def _playbooks() -> None:
    op.create_table(
        "playbook_revisions",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("goes_back_to", sa.Integer(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_playbook_revisions_by_id_people")),
        sa.PrimaryKeyConstraint("workspace_id", "revision", name=op.f("pk_playbook_revisions")),
    )
    op.create_table(
        "phone_settings",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_phone_settings")),
    )


def _calls() -> None:
    op.create_table(
        "phone_calls",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("script", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("begun_by_id", ID, nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("step_number", sa.Integer(), nullable=False),
        sa.Column("customer_id", ID, nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("receipt", sa.JSON(), nullable=True),
        sa.Column("asked", sa.JSON(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["begun_by_id"], ["people.id"], name=op.f("fk_phone_calls_begun_by_id_people")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_phone_calls_owner_id_people")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_phone_calls_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_calls")),
    )
    op.create_index(op.f("ix_phone_calls_workspace_id_began_at"), "phone_calls", ["workspace_id", "began_at"])
    op.create_index(op.f("ix_phone_calls_case_id"), "phone_calls", ["case_id"])
    for name, column in (("ix_phone_calls_own", "owner_id"), ("ix_phone_calls_with", "customer_id")):
        op.create_index(
            name,
            "phone_calls",
            ["workspace_id", column],
            sqlite_where=GOES_ON,
            postgresql_where=GOES_ON,
        )


def _answers() -> None:
    op.create_table(
        "phone_answers",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("call_id", ID, nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.String(length=64), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("undone_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["call_id"], ["phone_calls.id"], name=op.f("fk_phone_answers_call_id_phone_calls")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_phone_answers_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_answers")),
    )
    op.create_index(op.f("ix_phone_answers_call_id_id"), "phone_answers", ["call_id", "id"])


def _mails() -> None:
    op.create_table(
        "canned_mails",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("call_id", ID, nullable=False),
        sa.Column("message", sa.String(length=64), nullable=False),
        sa.Column("message_version", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["call_id"], ["phone_calls.id"], name=op.f("fk_canned_mails_call_id_phone_calls")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_canned_mails_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_mails")),
        sa.UniqueConstraint("workspace_id", "token", name=op.f("uq_canned_mails_workspace_id_token")),
    )
    op.create_index(op.f("ix_canned_mails_call_id_id"), "canned_mails", ["call_id", "id"])
    op.create_index(
        op.f("ix_canned_mails_workspace_id_address_day"), "canned_mails", ["workspace_id", "address", "day"]
    )


def _entitlements() -> None:
    op.create_table(
        "entitlements",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("call_id", ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.JSON(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_entitlements_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["call_id"], ["phone_calls.id"], name=op.f("fk_entitlements_call_id_phone_calls")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entitlements")),
    )
    op.create_index(op.f("ix_entitlements_case_id_id"), "entitlements", ["case_id", "id"])
