"""Lists of many: open cases are counted in their indexes alone; an account's and nobody's have one too.

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

OPEN = sa.text("status != 'closed'")
NOBODYS = sa.text("team_id IS NULL AND owner_id IS NULL AND status != 'closed'")
WAITING = sa.text("done_at IS NULL")


def upgrade() -> None:
    for by in ("owner_id", "creator_id", "team_id"):
        op.drop_index(f"ix_cases_open_{by}", "cases")
    for by in ("owner_id", "creator_id", "account_id"):
        _index(f"ix_cases_open_{by}", ["workspace_id", by, "id", "status"], OPEN)
    _index("ix_cases_open_team_id", ["workspace_id", "team_id", "id", "status", "owner_id"], OPEN)
    _index("ix_cases_open", ["workspace_id", "id", "status"], OPEN)
    _index("ix_cases_open_nobodys", ["workspace_id", "team_id", "owner_id", "id", "status"], NOBODYS)
    op.drop_index("ix_due_times_waiting", "due_times")
    _index("ix_due_times_waiting", ["workspace_id", "due_at", "id"], WAITING, "due_times")


def _index(name: str, columns: list[str], where: sa.TextClause, table: str = "cases") -> None:
    op.create_index(name, table, columns, unique=False, sqlite_where=where, postgresql_where=where)
