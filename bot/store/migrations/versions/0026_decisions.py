"""Decisions on product reviews and fraud reports, their queues by index, and what a saved query looks through.

Revision: 0026, after 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
STANDS = sa.text("state != 'declined'")


def upgrade() -> None:
    op.add_column(
        "saved_queries", sa.Column("entity", sa.String(length=16), nullable=False, server_default="cases")
    )
    _reviews()
    _reports()
    _review_decisions()
    _fraud_decisions()


def _reviews() -> None:
    op.add_column("product_reviews", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    known = "SELECT created_at FROM customers WHERE customers.id = product_reviews.customer_id"
    _since("product_reviews", "written_at", known)
    for name, *columns in (("status",), ("rating", "rating")):
        op.create_index(
            f"ix_product_reviews_{name}",
            "product_reviews",
            ["workspace_id", "status", *columns, "written_at", "id"],
        )
    op.create_index(
        "ix_product_reviews_sku", "product_reviews", ["workspace_id", "sku", "status", "written_at", "id"]
    )


def _reports() -> None:
    op.add_column("fraud_reports", sa.Column("state", sa.String(length=16), nullable=True))
    op.execute(
        "UPDATE fraud_reports SET state = CASE status WHEN 'OK' THEN 'ok' WHEN 'FRAUD' THEN 'fraud' "
        "ELSE 'waiting' END"
    )
    with op.batch_alter_table("fraud_reports") as batch_op:
        batch_op.alter_column("state", existing_type=sa.String(length=16), nullable=False)
    known = "SELECT ordered_at FROM orders WHERE orders.id = fraud_reports.order_id"
    _since("fraud_reports", "arrived_at", known)
    op.create_index("ix_fraud_reports_state", "fraud_reports", ["workspace_id", "state", "arrived_at", "id"])


def _since(table: str, column: str, known: str) -> None:
    """An instant that nobody has written down until now: the nearest that is known stands for it."""
    op.add_column(table, sa.Column(column, INSTANT, nullable=True))
    op.execute(f"UPDATE {table} SET {column} = ({known})")  # noqa: S608 - words of this file alone
    with op.batch_alter_table(table) as batch_op:
        batch_op.alter_column(column, existing_type=INSTANT, nullable=False)


def _review_decisions() -> None:
    op.create_table(
        "review_decisions",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("review_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("is_reversal", sa.Boolean(name="is_reversal"), nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        *_keys("review_decisions", ("review_id", "product_reviews"), ("by_id", "people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_decisions")),
        sa.UniqueConstraint("review_id", "version", name=op.f("uq_review_decisions_review_id_version")),
    )


def _fraud_decisions() -> None:
    op.create_table(
        "fraud_decisions",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("report_id", ID, nullable=False),
        sa.Column("ruling", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("second_id", ID, nullable=True),
        sa.Column("second_at", INSTANT, nullable=True),
        sa.Column("second_remark", sa.Text(), nullable=False, server_default=""),
        *_keys(
            "fraud_decisions",
            ("report_id", "fraud_reports"),
            ("by_id", "people"),
            ("second_id", "people"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fraud_decisions")),
    )
    op.create_index(
        "uq_fraud_decisions_standing",
        "fraud_decisions",
        ["report_id"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )
    op.create_index("ix_fraud_decisions_report_id", "fraud_decisions", ["report_id", "id"])


def _keys(table: str, *columns: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
        for column, other in columns
    ]
