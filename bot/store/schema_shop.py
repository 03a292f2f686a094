"""The tables of the shop: customers, sites, orders, carts, ties of cases, and words to find customers by."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)
from sqlalchemy.dialects import postgresql

from bot.store.metadata import metadata, partial_index
from bot.store.types import Id, UtcDateTime

Plain = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
"""Text in the order of its bytes on both databases, so that an index finds what begins with something."""

customers = Table(
    "customers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("number", Text, nullable=False),  # the shop's own
    Column("name", Text, nullable=False),
    Column("company", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False),  # as addresses are compared
    Column("phone", Text, nullable=False),
    Column("plan", String(16), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("eval_start", Date),
    Column("addresses", JSON, nullable=False),
    Column("account_id", Id, ForeignKey("accounts.id")),  # whose cases are theirs; none: there are none yet
    Column("version", Integer, nullable=False),  # one more with each edit
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("workspace_id", "number"),
    Index(None, "workspace_id", "email_key"),
    Index(None, "workspace_id", "id"),  # lists, the newest first
    Index(None, "workspace_id", "kind", "id"),
    Index(None, "account_id"),
)

licensed_sites = Table(
    "licensed_sites",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("customer_id", Id, ForeignKey("customers.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("site_key", Text, nullable=False),  # `domain.entitlement.site_key`
    Column("licence_hash", String(64), nullable=False),  # by the desk's secret; the key is kept nowhere
    Column("licence_last4", String(4), nullable=False),
    Column("product_version", Text, nullable=False),
    Column("hosting_until", Date),
    Column("priority_until", Date),
    Column("order_number", Text, nullable=False),
    UniqueConstraint("workspace_id", "site_key"),
    Index(None, "customer_id"),
    Index(None, "workspace_id", "licence_hash"),
)

licence_secrets = Table(  # what a desk hashes licence keys with
    "licence_secrets",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("secret", String(64), nullable=False),
)

shop_imports = Table(  # how far an import of these very files has come; gone once it is through
    "shop_imports",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("digest", String(64), primary_key=True),  # of the files
    Column("sheet", String(16), nullable=False),
    Column("after_key", Text, nullable=False),  # the last row of that sheet that is in the desk
    Column("report", JSON, nullable=False),  # what became of the rows so far
    Column("at", UtcDateTime, nullable=False),
)

orders = Table(
    "orders",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("number", Text, nullable=False),
    Column("number_key", Text, nullable=False),  # `domain.playbook.association.number_key`
    Column("customer_id", Id, ForeignKey("customers.id"), nullable=False),
    Column("site", Text, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("tax_type", String(8), nullable=False),
    Column("ordered_at", UtcDateTime, nullable=False),
    Column("status", String(16), nullable=False),
    Column("is_suspended", Boolean(name="is_suspended"), nullable=False),
    Column("notes", Text, nullable=False),
    Column("deliveries", JSON, nullable=False),
    # What the lines come to, so that lists need no lines; the import and each act keep it.
    Column("grand_total", BigInteger, nullable=False),  # minor units
    Column("is_void", Boolean(name="is_void"), nullable=False),  # nothing of it is left
    Column("in_return", Integer, nullable=False),  # units on their way back
    Column("returned", Integer, nullable=False),
    Column("version", Integer, nullable=False),  # one more with each change
    UniqueConstraint("workspace_id", "number"),
    Index(None, "workspace_id", "number_key"),
    Index(None, "customer_id", "ordered_at", "id"),
    # Lists, the newest first.
    Index(None, "workspace_id", "ordered_at", "id"),
    Index(None, "workspace_id", "status", "ordered_at", "id"),
    Index(None, "workspace_id", "currency", "ordered_at", "id"),
    Index(None, "workspace_id", "status", "currency", "ordered_at", "id"),
)
IS_SUSPENDED: ColumnElement[bool] = literal_column("is_suspended")
"""The one spelling of it: few orders are, and the index holds no others. The same goes for the next."""

IS_IN_RETURN = literal_column("in_return") > literal_column("0")

partial_index("ix_orders_suspended", IS_SUSPENDED, orders.c.workspace_id, orders.c.ordered_at, orders.c.id)
partial_index("ix_orders_in_return", IS_IN_RETURN, orders.c.workspace_id, orders.c.ordered_at, orders.c.id)

order_lines = Table(
    "order_lines",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("order_id", Id, ForeignKey("orders.id"), nullable=False),
    Column("line_no", Integer, nullable=False),
    Column("type", String(8), nullable=False),
    Column("sku", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("delivery_group", Integer, nullable=False),
    Column("ordered", Integer, nullable=False),
    Column("unit_price", BigInteger, nullable=False),  # this and the next three: minor units
    Column("line_discount", BigInteger, nullable=False),
    Column("order_discount", BigInteger, nullable=False),
    Column("tax", BigInteger, nullable=False),
    Column("allocated", Integer, nullable=False),
    Column("fulfilled", Integer, nullable=False),
    Column("canceled", Integer, nullable=False),
    Column("return_initiated", Integer, nullable=False),
    Column("returned", Integer, nullable=False),
    UniqueConstraint("order_id", "line_no"),
)

order_payments = Table(
    "order_payments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("order_id", Id, ForeignKey("orders.id"), nullable=False),
    Column("ref", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("authorized", BigInteger, nullable=False),  # this and the next two: minor units
    Column("captured", BigInteger, nullable=False),
    Column("refunded", BigInteger, nullable=False),
    # Of the authorisation, given back; and what was asked of the provider, whose answer is not known yet.
    Column("reversed", BigInteger, nullable=False, server_default="0"),
    Column("pending_capture", BigInteger, nullable=False, server_default="0"),
    Column("pending_reversal", BigInteger, nullable=False, server_default="0"),
    Column("pending_refund", BigInteger, nullable=False, server_default="0"),
    UniqueConstraint("order_id", "ref"),
)

carts = Table(
    "carts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("number", Text, nullable=False),
    Column("customer_id", Id, ForeignKey("customers.id"), nullable=False),
    Column("site", Text, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("total", BigInteger, nullable=False),  # minor units
    Column("placed_as_id", Id, ForeignKey("orders.id")),  # the order that was made of it
    UniqueConstraint("workspace_id", "number"),
    Index(None, "customer_id", "updated_at", "id"),
    Index(None, "placed_as_id"),
)

cart_lines = Table(
    "cart_lines",
    metadata,
    Column("workspace_id", String(32), nullable=False),
    Column("cart_id", Id, ForeignKey("carts.id"), primary_key=True),
    Column("line_no", Integer, primary_key=True, autoincrement=False),
    Column("sku", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("unit_price", BigInteger, nullable=False),  # this and the next: minor units
    Column("discount", BigInteger, nullable=False),
)

product_reviews = Table(
    "product_reviews",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("number", Text, nullable=False),
    Column("sku", Text, nullable=False),
    Column("customer_id", Id, ForeignKey("customers.id"), nullable=False),
    Column("rating", Integer, nullable=False),
    Column("headline", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("status", String(16), nullable=False),  # pending, approved or rejected
    Column("written_at", UtcDateTime, nullable=False),  # or else when the desk got to know it
    Column("version", Integer, nullable=False, server_default="1"),  # one more with each change
    UniqueConstraint("workspace_id", "number"),
    Index(None, "customer_id"),
    # The queues: by state, by stars and by product, each in the order in which it is shown.
    Index("ix_product_reviews_status", "workspace_id", "status", "written_at", "id"),
    Index("ix_product_reviews_rating", "workspace_id", "status", "rating", "written_at", "id"),
    Index("ix_product_reviews_sku", "workspace_id", "sku", "status", "written_at", "id"),
)

fraud_reports = Table(
    "fraud_reports",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("order_id", Id, ForeignKey("orders.id"), nullable=False),
    Column("provider", Text, nullable=False),
    Column("score", Integer, nullable=False),
    Column("status", String(8), nullable=False),  # OK, CHECK or FRAUD
    Column("symptoms", JSON, nullable=False),  # [[name, score], ...]
    Column("state", String(16), nullable=False),  # `domain.commerce.fraud_queue.FraudState`
    Column("arrived_at", UtcDateTime, nullable=False),  # when the desk got to know it
    UniqueConstraint("order_id", "provider"),
    # The queue; the score, by which it is narrowed, stands in it and is not looked up row by row.
    Index("ix_fraud_reports_state", "workspace_id", "state", "arrived_at", "id", "score"),
)

case_ties = Table(  # to which order or cart a case is tied; a case has one at most
    "case_ties",
    metadata,
    Column("case_id", Id, ForeignKey("cases.id"), primary_key=True, autoincrement=False),
    Column("workspace_id", String(32), nullable=False),
    Column("order_id", Id, ForeignKey("orders.id")),
    Column("cart_id", Id, ForeignKey("carts.id")),  # neither: several were found, somebody is to choose
    Column("found", JSON, nullable=False),  # what the rule found, as keys of `domain.shop.ties.Tieable`
    Column("rule", Text, nullable=False),  # empty: tied by hand
    Column("by_id", Id, ForeignKey("people.id")),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "order_id"),
    Index(None, "cart_id"),
)

# --- words to find customers by -----------------------------------------------------------------------------

shop_words = Table(  # each word once; `store.shop_index` keeps these four
    "shop_words",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("word", Plain, nullable=False),
    Column("has_parts", Boolean(name="has_parts"), nullable=False),  # whether it stands in `shop_parts`
    UniqueConstraint("workspace_id", "word"),
)

shop_spellings = Table(  # a word, and what is left of it without one letter
    "shop_spellings",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("spelling", Plain, primary_key=True),
    Column("word_id", Id, ForeignKey("shop_words.id"), primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

shop_parts = Table(  # the ends of the words of sites: what stands in one begins one of them
    "shop_parts",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("part", Plain, primary_key=True),
    Column("word_id", Id, ForeignKey("shop_words.id"), primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

shop_mentions = Table(  # which customer a word stands for, and where it stands
    "shop_mentions",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("word_id", Id, ForeignKey("shop_words.id"), primary_key=True, autoincrement=False),
    Column("customer_id", Id, ForeignKey("customers.id"), primary_key=True, autoincrement=False),
    Column("field", String(8), primary_key=True),  # name, company, site or notes
    Index(None, "customer_id"),
    sqlite_with_rowid=False,
)
