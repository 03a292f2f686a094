"""Indexes of requests by when they are looked at: every few seconds, among however many that wait.

Revision: 0032, after 0031
"""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("look_at", "waits_until"):
        op.create_index(
            op.f(f"ix_order_requests_workspace_id_state_{column}_id"),
            "order_requests",
            ["workspace_id", "state", column, "id"],
        )
