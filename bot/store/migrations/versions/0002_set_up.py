"""Set-up: who named a support contact, versions of what administrators edit, history of accounts and teams.

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for table in ("accounts", "teams", "people"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    with op.batch_alter_table("people") as batch_op:
        batch_op.add_column(sa.Column("named_by", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("named_on", sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f("ix_people_account_id"), ["account_id"])
    with op.batch_alter_table("history") as batch_op:
        batch_op.add_column(sa.Column("account_id", ID, nullable=True))
        batch_op.add_column(sa.Column("team_id", ID, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_history_account_id_accounts"), "accounts", ["account_id"], ["id"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_history_team_id_teams"), "teams", ["team_id"], ["id"])
