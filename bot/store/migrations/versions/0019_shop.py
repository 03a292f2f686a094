"""The shop: customers, licensed sites, orders, carts, reviews, fraud reports, ties of cases, words to find by.

Revision: 0019, after 0018
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
PLAIN = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    _customers()
    _licensed_sites()
    _orders()
    _order_lines()
    _order_payments()
    _carts()
    _cart_lines()
    _product_reviews()
    _fraud_reports()
    _case_ties()
    _shop_words()
    _shop_spellings()
    _shop_parts()
    _shop_mentions()
    with op.batch_alter_table("history") as batch_op:
        batch_op.add_column(sa.Column("customer_id", ID, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_history_customer_id_customers"), "customers", ["customer_id"], ["id"]
        )


def _keys(table: str, *columns: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
        for column, other in columns
    ]


def _customers() -> None:
    op.create_table(
        "customers",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("plan", sa.String(length=16), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("eval_start", sa.Date(), nullable=True),
        sa.Column("addresses", sa.JSON(), nullable=False),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        *_keys("customers", ("account_id", "accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("workspace_id", "number", name=op.f("uq_customers_workspace_id_number")),
    )
    op.create_index(op.f("ix_customers_account_id"), "customers", ["account_id"])
    op.create_index(op.f("ix_customers_workspace_id_email_key"), "customers", ["workspace_id", "email_key"])


def _licensed_sites() -> None:
    op.create_table(
        "licensed_sites",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("customer_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("site_key", sa.Text(), nullable=False),
        sa.Column("licence_hash", sa.String(length=64), nullable=False),
        sa.Column("licence_last4", sa.String(length=4), nullable=False),
        sa.Column("product_version", sa.Text(), nullable=False),
        sa.Column("hosting_until", sa.Date(), nullable=True),
        sa.Column("priority_until", sa.Date(), nullable=True),
        sa.Column("order_number", sa.Text(), nullable=False),
        *_keys("licensed_sites", ("customer_id", "customers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensed_sites")),
        sa.UniqueConstraint("workspace_id", "site_key", name=op.f("uq_licensed_sites_workspace_id_site_key")),
    )
    op.create_index(op.f("ix_licensed_sites_customer_id"), "licensed_sites", ["customer_id"])
    op.create_index(
        op.f("ix_licensed_sites_workspace_id_licence_hash"),
        "licensed_sites",
        ["workspace_id", "licence_hash"],
    )


def _orders() -> None:
    op.create_table(
        "orders",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_key", sa.Text(), nullable=False),
        sa.Column("customer_id", ID, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("tax_type", sa.String(length=8), nullable=False),
        sa.Column("ordered_at", INSTANT, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("is_suspended", sa.Boolean(name="is_suspended"), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("deliveries", sa.JSON(), nullable=False),
        sa.Column("grand_total", sa.BigInteger(), nullable=False),
        sa.Column("is_void", sa.Boolean(name="is_void"), nullable=False),
        sa.Column("in_return", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_keys("orders", ("customer_id", "customers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("workspace_id", "number", name=op.f("uq_orders_workspace_id_number")),
    )
    op.create_index(
        op.f("ix_orders_customer_id_ordered_at_id"), "orders", ["customer_id", "ordered_at", "id"]
    )
    op.create_index(op.f("ix_orders_workspace_id_number_key"), "orders", ["workspace_id", "number_key"])


def _order_lines() -> None:
    op.create_table(
        "order_lines",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=8), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("delivery_group", sa.Integer(), nullable=False),
        sa.Column("ordered", sa.Integer(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("line_discount", sa.BigInteger(), nullable=False),
        sa.Column("order_discount", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("allocated", sa.Integer(), nullable=False),
        sa.Column("fulfilled", sa.Integer(), nullable=False),
        sa.Column("canceled", sa.Integer(), nullable=False),
        sa.Column("return_initiated", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        *_keys("order_lines", ("order_id", "orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_lines")),
        sa.UniqueConstraint("order_id", "line_no", name=op.f("uq_order_lines_order_id_line_no")),
    )


def _order_payments() -> None:
    op.create_table(
        "order_payments",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("authorized", sa.BigInteger(), nullable=False),
        sa.Column("captured", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        *_keys("order_payments", ("order_id", "orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_payments")),
        sa.UniqueConstraint("order_id", "ref", name=op.f("uq_order_payments_order_id_ref")),
    )


def _carts() -> None:
    op.create_table(
        "carts",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("customer_id", ID, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        *_keys("carts", ("customer_id", "customers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carts")),
        sa.UniqueConstraint("workspace_id", "number", name=op.f("uq_carts_workspace_id_number")),
    )
    op.create_index(op.f("ix_carts_customer_id_updated_at_id"), "carts", ["customer_id", "updated_at", "id"])


def _cart_lines() -> None:
    op.create_table(
        "cart_lines",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("cart_id", ID, nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        *_keys("cart_lines", ("cart_id", "carts")),
        sa.PrimaryKeyConstraint("cart_id", "line_no", name=op.f("pk_cart_lines")),
    )


def _product_reviews() -> None:
    op.create_table(
        "product_reviews",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("customer_id", ID, nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        *_keys("product_reviews", ("customer_id", "customers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_reviews")),
        sa.UniqueConstraint("workspace_id", "number", name=op.f("uq_product_reviews_workspace_id_number")),
    )
    op.create_index(op.f("ix_product_reviews_customer_id"), "product_reviews", ["customer_id"])


def _fraud_reports() -> None:
    op.create_table(
        "fraud_reports",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("symptoms", sa.JSON(), nullable=False),
        *_keys("fraud_reports", ("order_id", "orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fraud_reports")),
        sa.UniqueConstraint("order_id", "provider", name=op.f("uq_fraud_reports_order_id_provider")),
    )


def _case_ties() -> None:
    op.create_table(
        "case_ties",
        sa.Column("case_id", ID, nullable=False, autoincrement=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("order_id", ID, nullable=True),
        sa.Column("cart_id", ID, nullable=True),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        *_keys(
            "case_ties",
            ("case_id", "cases"),
            ("order_id", "orders"),
            ("cart_id", "carts"),
            ("by_id", "people"),
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_ties")),
    )
    op.create_index(op.f("ix_case_ties_cart_id"), "case_ties", ["cart_id"])
    op.create_index(op.f("ix_case_ties_order_id"), "case_ties", ["order_id"])


def _shop_words() -> None:
    op.create_table(
        "shop_words",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("word", PLAIN, nullable=False),
        sa.Column("has_parts", sa.Boolean(name="has_parts"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_words")),
        sa.UniqueConstraint("workspace_id", "word", name=op.f("uq_shop_words_workspace_id_word")),
    )


def _shop_spellings() -> None:
    op.create_table(
        "shop_spellings",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("spelling", PLAIN, nullable=False),
        sa.Column("word_id", ID, nullable=False, autoincrement=False),
        *_keys("shop_spellings", ("word_id", "shop_words")),
        sa.PrimaryKeyConstraint("workspace_id", "spelling", "word_id", name=op.f("pk_shop_spellings")),
        sqlite_with_rowid=False,
    )


def _shop_parts() -> None:
    op.create_table(
        "shop_parts",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("part", PLAIN, nullable=False),
        sa.Column("word_id", ID, nullable=False, autoincrement=False),
        *_keys("shop_parts", ("word_id", "shop_words")),
        sa.PrimaryKeyConstraint("workspace_id", "part", "word_id", name=op.f("pk_shop_parts")),
        sqlite_with_rowid=False,
    )


def _shop_mentions() -> None:
    op.create_table(
        "shop_mentions",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("word_id", ID, nullable=False, autoincrement=False),
        sa.Column("customer_id", ID, nullable=False, autoincrement=False),
        sa.Column("field", sa.String(length=8), nullable=False),
        *_keys("shop_mentions", ("word_id", "shop_words"), ("customer_id", "customers")),
        sa.PrimaryKeyConstraint(
            "workspace_id", "word_id", "customer_id", "field", name=op.f("pk_shop_mentions")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_shop_mentions_customer_id"), "shop_mentions", ["customer_id"])
