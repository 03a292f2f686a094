"""An index of the reports of personal data by their state, by which their list may be narrowed.

Revision: 0031, after 0030
"""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_personal_reports_workspace_id_state_id"), "personal_reports", ["workspace_id", "state", "id"]
    )
