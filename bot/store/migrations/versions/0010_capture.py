"""Chat threads that became cases; where files are in Slack.

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "threads",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("root_ts", sa.String(length=32), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=True),
        sa.Column("permalink", sa.Text(), nullable=True),
        sa.Column("read_to", sa.String(length=32), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("captured", sa.Integer(), nullable=False),
        sa.Column("unreadable", sa.JSON(), nullable=False),
        sa.Column("trouble", sa.String(length=80), nullable=True),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.Column("note_ts", sa.String(length=32), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_threads_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threads")),
        sa.UniqueConstraint(
            "workspace_id", "channel", "root_ts", name=op.f("uq_threads_workspace_id_channel_root_ts")
        ),
    )
    with op.batch_alter_table("threads") as batch_op:
        batch_op.create_index(batch_op.f("ix_threads_case_id"), ["case_id"], unique=False)
    with op.batch_alter_table("files") as batch_op:
        batch_op.add_column(sa.Column("permalink", sa.Text(), nullable=True))
