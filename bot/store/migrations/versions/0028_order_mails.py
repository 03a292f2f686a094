"""E-mails that steps of a request send to the customer.

Revision: 0028, after 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "order_mails",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("request_id", ID, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("to_name", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["order_requests.id"], name=op.f("fk_order_mails_request_id_order_requests")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_order_mails_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_mails")),
        sa.UniqueConstraint(
            "workspace_id",
            "request_id",
            "step",
            "attempt",
            name=op.f("uq_order_mails_workspace_id_request_id_step_attempt"),
        ),
        sa.UniqueConstraint("workspace_id", "token", name=op.f("uq_order_mails_workspace_id_token")),
    )
    op.create_index(op.f("ix_order_mails_by_id"), "order_mails", ["by_id"])
    op.create_index(op.f("ix_order_mails_request_id"), "order_mails", ["request_id"])
