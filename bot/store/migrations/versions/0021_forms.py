"""The form for customers without Slack: links that were sent, the triage queue, files put into a card's thread.

Revision: 0021, after 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
WAITING = sa.text("asked_at IS NULL")


def upgrade() -> None:
    _links()
    _queue()
    with op.batch_alter_table("files") as batch_op:
        batch_op.add_column(sa.Column("shared_at", INSTANT, nullable=True))


def _links() -> None:
    op.create_table(
        "form_links",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("customer_id", ID, nullable=False),
        sa.Column("asks_about_id", ID, nullable=True),
        sa.Column("comment_id", ID, nullable=True),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("sent_by_id", ID, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_form_links_customer_id_customers")
        ),
        sa.ForeignKeyConstraint(
            ["asks_about_id"], ["cases.id"], name=op.f("fk_form_links_asks_about_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_form_links_comment_id_comments")
        ),
        sa.ForeignKeyConstraint(["sent_by_id"], ["people.id"], name=op.f("fk_form_links_sent_by_id_people")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_form_links_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_links")),
        sa.UniqueConstraint("workspace_id", "nonce", name=op.f("uq_form_links_workspace_id_nonce")),
        sa.UniqueConstraint("workspace_id", "token", name=op.f("uq_form_links_workspace_id_token")),
    )
    for columns in (("customer_id", "id"), ("case_id",), ("comment_id",)):
        op.create_index(op.f(f"ix_form_links_{'_'.join(columns)}"), "form_links", list(columns))


def _queue() -> None:
    op.create_table(
        "triage_queue",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", ID, autoincrement=False, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=True),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_triage_queue_case_id_cases")),
        sa.PrimaryKeyConstraint("workspace_id", "case_id", name=op.f("pk_triage_queue")),
    )
    op.create_index(
        "ix_triage_queue_waiting",
        "triage_queue",
        ["workspace_id", "since", "case_id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
