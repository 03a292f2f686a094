"""The desk's secret for licence keys, how far an import has come, and a customer's calls by their time.

Revision: 0022, after 0021
"""

import hashlib
import hmac
import secrets

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
BATCH = 1000
PLAIN_HASH = 64
"""Signs of a SHA-256."""

SITES = sa.table(
    "licensed_sites", sa.column("id"), sa.column("workspace_id"), sa.column("licence_hash", sa.String(64))
)


def upgrade() -> None:
    made = op.create_table(
        "licence_secrets",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_licence_secrets")),
    )
    op.create_table(
        "shop_imports",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sheet", sa.String(length=16), nullable=False),
        sa.Column("after_key", sa.Text(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "digest", name=op.f("pk_shop_imports")),
    )
    op.create_index(
        op.f("ix_phone_calls_customer_id_began_at_id"), "phone_calls", ["customer_id", "began_at", "id"]
    )
    _key_hashes(made)


def _key_hashes(kept: sa.Table) -> None:
    """Hashes that anybody could make of a guessed key become the desk's own; the keys find as before."""
    connection, last = op.get_bind(), 0
    mine: dict[str, bytes] = {}
    asked = sa.select(SITES).order_by(SITES.c.id).limit(BATCH)
    plain = sa.func.length(SITES.c.licence_hash) == PLAIN_HASH
    change = (
        sa.update(SITES).where(SITES.c.id == sa.bindparam("mine")).values(licence_hash=sa.bindparam("made"))
    )
    while found := connection.execute(asked.where(SITES.c.id > last, plain)).all():
        for row in found:
            if row.workspace_id not in mine:
                mine[row.workspace_id] = secrets.token_bytes(32)
        rows = [{"mine": row.id, "made": _keyed(row.licence_hash, mine[row.workspace_id])} for row in found]
        connection.execute(change, rows)
        last = found[-1].id
    for workspace, secret in mine.items():
        its_own = {"workspace_id": workspace, "secret": secret.hex()}
        connection.execute(sa.insert(kept).values(its_own))


def _keyed(plain: str, secret: bytes) -> str:
    """As `domain.shop.lookup.keyed` had it when this was written."""
    return hmac.new(secret, plain.encode(), hashlib.sha256).hexdigest()
