"""E-mail both ways: what the desk wrote, what came in, and whom it may write to.

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("comments") as batch_op:
        batch_op.add_column(
            sa.Column("by_mail", sa.Boolean(name="by_mail"), server_default=sa.false(), nullable=False)
        )
    _mails()
    _received_mails()


def _mails() -> None:
    op.create_table(
        "mails",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("comment_id", ID, nullable=True),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_mails_case_id_cases")),
        sa.ForeignKeyConstraint(["comment_id"], ["comments.id"], name=op.f("fk_mails_comment_id_comments")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_mails_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
        sa.UniqueConstraint("workspace_id", "token", name=op.f("uq_mails_workspace_id_token")),
    )
    with op.batch_alter_table("mails") as batch_op:
        batch_op.create_index(batch_op.f("ix_mails_case_id_id"), ["case_id", "id"], unique=False)


def _received_mails() -> None:
    op.create_table(
        "received_mails",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sender", sa.String(length=254), nullable=False),
        sa.Column("sender_name", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("fate", sa.String(length=16), nullable=False),
        sa.Column("why", sa.String(length=32), nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("comment_id", ID, nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_received_mails_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_received_mails_comment_id_comments")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name=op.f("fk_received_mails_decided_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_mails")),
        sa.UniqueConstraint("workspace_id", "digest", name=op.f("uq_received_mails_workspace_id_digest")),
    )
    with op.batch_alter_table("received_mails") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_received_mails_workspace_id_sender_received_at"),
            ["workspace_id", "sender", "received_at"],
            unique=False,
        )
        batch_op.create_index(
            "ix_received_mails_held",
            ["workspace_id", "id"],
            unique=False,
            sqlite_where=sa.text("fate = 'held'"),
            postgresql_where=sa.text("fate = 'held'"),
        )
