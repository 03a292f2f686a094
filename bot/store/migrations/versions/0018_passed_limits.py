"""Limits that were passed while what is owed still is, and what was closed lately: reports find them at once.

Revision: 0018, after 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

PASSED = sa.text("kind IN ('first_comment', 'customer_call') AND done_at IS NOT NULL AND detail = ''")
HAS_ENDED = sa.text("closed_at IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_cases_closed_at", "cases")
    op.create_index(
        "ix_cases_closed_at", "cases", ["closed_at"], sqlite_where=HAS_ENDED, postgresql_where=HAS_ENDED
    )
    op.create_index(
        "ix_due_times_passed",
        "due_times",
        ["workspace_id", "case_id"],
        sqlite_where=PASSED,
        postgresql_where=PASSED,
    )
