"""Where each message stands that asks somebody about an act on an order.

Revision: 0029, after 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "order_messages",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("order_request_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("conversation", sa.String(length=80), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("stage", sa.String(length=24), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=True),
        sa.Column("ts", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_request_id"],
            ["order_requests.id"],
            name=op.f("fk_order_messages_order_request_id_order_requests"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_order_messages_person_id_people")
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "order_request_id", "kind", "conversation", name=op.f("pk_order_messages")
        ),
    )
    op.create_index(op.f("ix_order_messages_order_request_id"), "order_messages", ["order_request_id"])
    op.create_index(op.f("ix_order_messages_person_id"), "order_messages", ["person_id"])
