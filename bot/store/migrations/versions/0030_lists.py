"""Indexes of lists that were read through: customers, orders by status and currency, one's own requests.

Revision: 0030, after 0027
"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_customers_workspace_id_id"), "customers", ["workspace_id", "id"])
    op.create_index(
        op.f("ix_orders_workspace_id_status_currency_ordered_at_id"),
        "orders",
        ["workspace_id", "status", "currency", "ordered_at", "id"],
    )
    op.drop_index(op.f("ix_order_requests_asked_by_id"), "order_requests")
    op.create_index(
        op.f("ix_order_requests_asked_by_state_id_workspace_id"),
        "order_requests",
        ["asked_by", "state", "id", "workspace_id"],
    )
    op.drop_index("ix_fraud_reports_state", "fraud_reports")
    op.create_index(
        "ix_fraud_reports_state", "fraud_reports", ["workspace_id", "state", "arrived_at", "id", "score"]
    )
