"""One customer's affairs: reports of personal data, erasures, sessions, carts placed for them.

Revision: 0027, after 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0025"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _personal_reports()
    _erasures()
    _asm_sessions()
    _cart_placings()
    op.create_index(op.f("ix_customers_workspace_id_kind_id"), "customers", ["workspace_id", "kind", "id"])
    with op.batch_alter_table("history") as batch_op:
        batch_op.add_column(sa.Column("asm_session_id", ID, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_history_asm_session_id_asm_sessions"), "asm_sessions", ["asm_session_id"], ["id"]
        )
    some = sa.text("asm_session_id IS NOT NULL")
    op.create_index(
        "ix_history_asm_session_id",
        "history",
        ["asm_session_id"],
        sqlite_where=some,
        postgresql_where=some,
    )


def _fk(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _personal_reports() -> None:
    op.create_table(
        "personal_reports",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("customer_id", ID, nullable=False),
        sa.Column("asked_by_id", ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        _fk("personal_reports", "customer_id", "customers"),
        _fk("personal_reports", "asked_by_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_reports")),
        sa.UniqueConstraint("workspace_id", "token", name=op.f("uq_personal_reports_workspace_id_token")),
    )
    op.create_index(op.f("ix_personal_reports_workspace_id_id"), "personal_reports", ["workspace_id", "id"])
    op.create_index(op.f("ix_personal_reports_customer_id"), "personal_reports", ["customer_id"])


def _erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("customer_id", ID, nullable=False),
        sa.Column("asked_by_id", ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("after_id", ID, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        _fk("erasures", "customer_id", "customers"),
        _fk("erasures", "asked_by_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("workspace_id", "customer_id", name=op.f("uq_erasures_workspace_id_customer_id")),
        sa.UniqueConstraint("workspace_id", "token", name=op.f("uq_erasures_workspace_id_token")),
    )


def _asm_sessions() -> None:
    op.create_table(
        "asm_sessions",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("customer_id", ID, nullable=True),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("order_id", ID, nullable=True),
        sa.Column("cart_id", ID, nullable=True),
        sa.Column("assisted", sa.Boolean(name="assisted"), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("touched_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ending", sa.String(length=16), nullable=False),
        _fk("asm_sessions", "person_id", "people"),
        _fk("asm_sessions", "customer_id", "customers"),
        _fk("asm_sessions", "case_id", "cases"),
        _fk("asm_sessions", "order_id", "orders"),
        _fk("asm_sessions", "cart_id", "carts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asm_sessions")),
    )
    op.create_index(op.f("ix_asm_sessions_customer_id"), "asm_sessions", ["customer_id"])
    some = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_asm_sessions_on",
        "asm_sessions",
        ["workspace_id", "person_id"],
        unique=True,
        sqlite_where=some,
        postgresql_where=some,
    )


def _cart_placings() -> None:
    op.create_table(
        "cart_placings",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("cart_id", ID, nullable=False),
        sa.Column("customer_id", ID, nullable=False),
        sa.Column("asked_by_id", ID, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("for_customer", sa.Boolean(name="for_customer"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        _fk("cart_placings", "cart_id", "carts"),
        _fk("cart_placings", "customer_id", "customers"),
        _fk("cart_placings", "asked_by_id", "people"),
        _fk("cart_placings", "decided_by_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart_placings")),
    )
    op.create_index(op.f("ix_cart_placings_customer_id"), "cart_placings", ["customer_id"])
    some = sa.text("settled_at IS NULL")
    op.create_index(
        "ix_cart_placings_open",
        "cart_placings",
        ["workspace_id", "cart_id"],
        unique=True,
        sqlite_where=some,
        postgresql_where=some,
    )
