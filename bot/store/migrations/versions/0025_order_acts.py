"""Acts on orders: requests and what is asked of a shop, the desk's refunds, who holds an order; flows of teams.

Revision: 0025, after 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _order_requests()
    _order_intents()
    _desk_refunds()
    _order_holds()
    _flow_revisions()
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.add_column(sa.Column("order_request_id", ID, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_outbox_order_request_id_order_requests"), "order_requests", ["order_request_id"], ["id"]
        )


def _keys(table: str, *columns: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
        for column, other in columns
    ]


def _order_requests() -> None:
    op.create_table(
        "order_requests",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("act", sa.JSON(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("at_stake", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("asked_by", ID, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("on_behalf_of", ID, nullable=True),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("parent_id", ID, nullable=True),
        sa.Column("flow", sa.JSON(), nullable=True),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("done", sa.JSON(), nullable=False),
        sa.Column("return_number", sa.Text(), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column("hands", sa.JSON(), nullable=False),
        sa.Column("needs_approval", sa.Boolean(name="needs_approval"), nullable=False),
        sa.Column("approved", sa.Boolean(name="approved"), nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("waits_until", INSTANT, nullable=True),
        sa.Column("look_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_keys(
            "order_requests",
            ("asked_by", "people"),
            ("on_behalf_of", "customers"),
            ("case_id", "cases"),
            ("parent_id", "order_requests"),
            ("decided_by", "people"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_requests")),
    )
    op.create_index(op.f("ix_order_requests_asked_by_id"), "order_requests", ["asked_by", "id"])
    op.create_index(op.f("ix_order_requests_case_id"), "order_requests", ["case_id"])
    op.create_index(op.f("ix_order_requests_parent_id"), "order_requests", ["parent_id"])
    op.create_index(
        op.f("ix_order_requests_workspace_id_order_number_id"),
        "order_requests",
        ["workspace_id", "order_number", "id"],
    )
    op.create_index(
        op.f("ix_order_requests_workspace_id_state_id"), "order_requests", ["workspace_id", "state", "id"]
    )


def _order_intents() -> None:
    op.create_table(
        "order_intents",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("request_id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("act", sa.JSON(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("shop_version", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("sent_by", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("settled_by", ID, nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        *_keys("order_intents", ("request_id", "order_requests"), ("settled_by", "people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_intents")),
        sa.UniqueConstraint("workspace_id", "key", name=op.f("uq_order_intents_workspace_id_key")),
    )
    op.create_index(op.f("ix_order_intents_request_id"), "order_intents", ["request_id"])
    op.create_index(op.f("ix_order_intents_settled_by"), "order_intents", ["settled_by"])


def _desk_refunds() -> None:
    op.create_table(
        "desk_refunds",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("request_id", ID, nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("payment_ref", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("provider_ref", sa.Text(), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("back_before", sa.BigInteger(), nullable=True),
        sa.Column("sent_by", INSTANT, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("settled_by", ID, nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        *_keys("desk_refunds", ("request_id", "order_requests"), ("settled_by", "people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_refunds")),
        sa.UniqueConstraint("workspace_id", "number", name=op.f("uq_desk_refunds_workspace_id_number")),
    )
    op.create_index(op.f("ix_desk_refunds_request_id"), "desk_refunds", ["request_id"])
    op.create_index(op.f("ix_desk_refunds_settled_by"), "desk_refunds", ["settled_by"])
    op.create_index(
        op.f("ix_desk_refunds_workspace_id_order_number"), "desk_refunds", ["workspace_id", "order_number"]
    )


def _order_holds() -> None:
    op.create_table(
        "order_holds",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("request_id", ID, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("doubtful", sa.Boolean(name="doubtful"), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        *_keys("order_holds", ("request_id", "order_requests")),
        sa.PrimaryKeyConstraint("workspace_id", "order_number", name=op.f("pk_order_holds")),
    )
    op.create_index(op.f("ix_order_holds_request_id"), "order_holds", ["request_id"])


def _flow_revisions() -> None:
    op.create_table(
        "flow_revisions",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("goes_back_to", sa.Integer(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", ID, nullable=False),
        *_keys("flow_revisions", ("by_id", "people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow_revisions")),
        sa.UniqueConstraint(
            "workspace_id", "kind", "revision", name=op.f("uq_flow_revisions_workspace_id_kind_revision")
        ),
    )
    op.create_index(op.f("ix_flow_revisions_by_id"), "flow_revisions", ["by_id"])
