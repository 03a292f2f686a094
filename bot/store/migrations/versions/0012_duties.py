"""Whose turn it is in a case, and an index of what staff owes next; escalated cases by account.

Revision: 0012, after 0011. What is open and owed is counted from what older rows tell: the first answer, and a
manager's call. Whose the last word was is known from the next comment on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("cases") as batch_op:
        batch_op.add_column(sa.Column("turns", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("duty_at", INSTANT, nullable=True))
    _owed()
    _index("ix_cases_owed_by_owner", ["workspace_id", "owner_id", "duty_at", "id"], "duty_at IS NOT NULL")
    _index(
        "ix_cases_owed_by_team",
        ["workspace_id", "team_id", "duty_at", "id"],
        "duty_at IS NOT NULL AND owner_id IS NULL",
    )
    _index("ix_cases_account_escalated", ["workspace_id", "account_id", "id"], "escalated_at IS NOT NULL")


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(
        name, "cases", columns, unique=False, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )


def _owed() -> None:
    """The earliest of what staff owes about each open case; while a case waits, no answer is owed."""
    op.execute(FIRST_ANSWERS)
    op.execute(OWNERS)
    op.execute(CALLS)


FIRST_ANSWERS = """
    UPDATE cases SET duty_at = escalation_opens_at
    WHERE status NOT IN ('closed', 'waiting', 'no_response') AND first_answered_at IS NULL
"""
OWNERS = """
    UPDATE cases SET duty_at = created_at
    WHERE status NOT IN ('closed', 'waiting', 'no_response') AND duty_at IS NULL AND owner_id IS NULL
"""
CALLS = """
    UPDATE cases SET duty_at = (
        SELECT MIN(due_at) FROM call_backs WHERE call_backs.case_id = cases.id AND ended_at IS NULL
    )
    WHERE status <> 'closed' AND EXISTS (
        SELECT 1 FROM call_backs WHERE call_backs.case_id = cases.id AND ended_at IS NULL
        AND (cases.duty_at IS NULL OR call_backs.due_at < cases.duty_at)
    )
"""
