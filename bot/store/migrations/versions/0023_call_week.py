"""The calls of a week as a kind of report, and calls found by when they ended.

Revision: 0023, after 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reports", sa.Column("kind", sa.String(length=16), nullable=False, server_default="cases"))
    op.add_column("reports", sa.Column("usual_kind", sa.String(length=16), nullable=True))
    op.create_index(
        op.f("ix_reports_workspace_id_usual_kind"), "reports", ["workspace_id", "usual_kind"], unique=True
    )
    op.create_index(op.f("ix_phone_calls_workspace_id_ended_at"), "phone_calls", ["workspace_id", "ended_at"])
