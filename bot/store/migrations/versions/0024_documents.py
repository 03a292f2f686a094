"""Change orders, returns, credit memos and refunds; what is pending of payments; orders found by lists.

Revision: 0024, after 0023
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
PENDING = ("reversed", "pending_capture", "pending_reversal", "pending_refund")


def upgrade() -> None:
    for name in PENDING:
        column = sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
        op.add_column("order_payments", column)
    with op.batch_alter_table("carts") as batch_op:
        batch_op.add_column(sa.Column("placed_as_id", ID, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_carts_placed_as_id_orders"), "orders", ["placed_as_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_carts_placed_as_id"), ["placed_as_id"])
    _order_indexes()
    _change_orders()
    _return_orders()
    _finance_files()
    _credit_memos()
    _refunds()
    _shop_answers()


def _order_indexes() -> None:
    for first in ((), ("status",), ("currency",)):
        columns = ["workspace_id", *first, "ordered_at", "id"]
        op.create_index(op.f(f"ix_orders_{'_'.join(columns)}"), "orders", columns)
    for name, condition in (("suspended", "is_suspended"), ("in_return", "in_return > 0")):
        where = sa.text(condition)
        op.create_index(
            f"ix_orders_{name}",
            "orders",
            ["workspace_id", "ordered_at", "id"],
            sqlite_where=where,
            postgresql_where=where,
        )


def _document(table: str, *more: sa.Column[Any], keys: tuple[tuple[str, str], ...] = ()) -> None:
    """A table of documents, with what each of them has."""
    keys = (
        *keys,
        ("order_id", "orders"),
        ("by_id", "people"),
        ("on_behalf_of_id", "customers"),
        ("case_id", "cases"),
    )
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("on_behalf_of_id", ID, nullable=True),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("call_key", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=True),
        *more,
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
            for column, other in keys
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("workspace_id", "number", name=op.f(f"uq_{table}_workspace_id_number")),
    )
    op.create_index(op.f(f"ix_{table}_order_id"), table, ["order_id"])


def _lines(table: str, parent: str, parents: str, *more: sa.Column[Any]) -> None:
    op.create_table(
        table,
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column(parent, ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        *more,
        sa.ForeignKeyConstraint([parent], [f"{parents}.id"], name=op.f(f"fk_{table}_{parent}_{parents}")),
        sa.PrimaryKeyConstraint(parent, "position", name=op.f(f"pk_{table}")),
    )


def _change_orders() -> None:
    _document(
        "change_orders",
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("is_pre_fulfillment", sa.Boolean(name="is_pre_fulfillment"), nullable=False),
        sa.Column("tax_type", sa.String(length=8), nullable=False),
        sa.Column("return_number", sa.Text(), nullable=False),
    )
    money = ("line", "line_discount", "order_discount", "tax")
    _lines(
        "change_order_lines",
        "change_id",
        "change_orders",
        sa.Column("type", sa.String(length=8), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in money),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("takes_shipping", sa.Boolean(name="takes_shipping"), nullable=False),
    )


def _return_orders() -> None:
    _document("return_orders", sa.Column("stage", sa.String(length=32), nullable=False))
    op.create_index(op.f("ix_return_orders_workspace_id_id"), "return_orders", ["workspace_id", "id"])
    op.create_index(
        op.f("ix_return_orders_workspace_id_stage_id"), "return_orders", ["workspace_id", "stage", "id"]
    )
    counts = ("expected", "accepted", "rejected", "given_up")
    _lines(
        "return_order_lines",
        "return_id",
        "return_orders",
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rejection", sa.Text(), nullable=False),
        sa.Column("ship", sa.Boolean(name="ship"), nullable=True),
    )


def _finance_files() -> None:
    op.create_table(
        "finance_files",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("since", INSTANT, nullable=True),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("reconciled_at", INSTANT, nullable=True),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_finance_files_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finance_files")),
        sa.UniqueConstraint("workspace_id", "number", name=op.f("uq_finance_files_workspace_id_number")),
    )


def _credit_memos() -> None:
    _document(
        "credit_memos",
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("file_id", ID, nullable=True),
        keys=(("file_id", "finance_files"),),
    )
    op.create_index(op.f("ix_credit_memos_file_id"), "credit_memos", ["file_id"])
    op.create_index(
        op.f("ix_credit_memos_workspace_id_state_at"), "credit_memos", ["workspace_id", "state", "at"]
    )


def _refunds() -> None:
    _document(
        "refunds",
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("payment_ref", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("provider_ref", sa.Text(), nullable=False),
        sa.Column("needs_approval", sa.Boolean(name="needs_approval"), nullable=False),
        sa.Column("paid_at", INSTANT, nullable=True),
        sa.Column("exported", sa.String(length=16), nullable=False),
        sa.Column("file_id", ID, nullable=True),
        keys=(("file_id", "finance_files"),),
    )
    op.create_index(op.f("ix_refunds_file_id"), "refunds", ["file_id"])
    op.create_index(
        op.f("ix_refunds_workspace_id_exported_paid_at"), "refunds", ["workspace_id", "exported", "paid_at"]
    )


def _shop_answers() -> None:
    op.create_table(
        "shop_answers",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("asked", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_shop_answers")),
    )
