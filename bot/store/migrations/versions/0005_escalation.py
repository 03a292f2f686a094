"""Due times; escalation: when it opens, who escalated a case and why, a manager's calls that are owed.

Revision: 0005, after 0004. Open cases get the windows that 0005 came with; the next start of a bot with
other ones in its policy counts them anew.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

PREMIER = {"Premier": (1, 2, 4, 8), "Premier+": (1, 2, 4, 8)}
STANDARD = (48, 48, 48, 48)
BATCH = 1000


def upgrade() -> None:
    with op.batch_alter_table("cases") as batch_op:
        for name in ("escalation_opens_at", "escalated_at", "expedite_asked_at", "first_answered_at"):
            batch_op.add_column(sa.Column(name, INSTANT, nullable=True))
        batch_op.create_index(
            "ix_cases_escalated",
            ["workspace_id", "id"],
            unique=False,
            sqlite_where=sa.text("escalated_at IS NOT NULL"),
            postgresql_where=sa.text("escalated_at IS NOT NULL"),
        )
    _due_times()
    _escalations()
    _call_backs()
    _first_answers()
    _openings()


def _due_times() -> None:
    op.create_table(
        "due_times",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("policy_revision", sa.Integer(), nullable=True),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_due_times_case_id_cases")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_due_times_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_times")),
    )
    with op.batch_alter_table("due_times") as batch_op:
        batch_op.create_index(batch_op.f("ix_due_times_case_id_kind"), ["case_id", "kind"], unique=False)
        batch_op.create_index(
            "ix_due_times_waiting",
            ["workspace_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )


def _escalations() -> None:
    op.create_table(
        "escalations",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("reason", sa.String(length=75), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_escalations_by_id_people")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_escalations_case_id_cases")),
        sa.PrimaryKeyConstraint("workspace_id", "case_id", name=op.f("pk_escalations")),
    )


def _call_backs() -> None:
    op.create_table(
        "call_backs",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("asked_by_id", ID, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["people.id"], name=op.f("fk_call_backs_asked_by_id_people")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_call_backs_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["people.id"], name=op.f("fk_call_backs_ended_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_backs")),
    )
    with op.batch_alter_table("call_backs") as batch_op:
        batch_op.create_index(
            "ix_call_backs_owed",
            ["workspace_id", "case_id"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )


CASES = sa.table(
    "cases",
    sa.column("id", ID),
    sa.column("workspace_id"),
    sa.column("account_id"),
    sa.column("severity"),
    sa.column("status"),
    sa.column("created_at", INSTANT),
    sa.column("updated_at", INSTANT),
    sa.column("escalation_opens_at", INSTANT),
    sa.column("first_answered_at", INSTANT),
)


def _first_answers() -> None:
    """The first public comment by somebody who is staff, of each case."""
    comments = sa.table(
        "comments", *(sa.column(name) for name in ("case_id", "author_id", "audience", "created_at"))
    )
    people = sa.table("people", sa.column("id"), sa.column("role"))
    first = (
        sa.select(sa.func.min(comments.c.created_at))
        .select_from(comments.join(people, people.c.id == comments.c.author_id))
        .where(comments.c.case_id == CASES.c.id, comments.c.audience == "public")
        .where(people.c.role.in_(["agent", "manager", "administrator"]))
        .scalar_subquery()
    )
    op.execute(sa.update(CASES).values(first_answered_at=first))


def _openings() -> None:
    """When escalation of each open case opens; one that is reopened later is counted then.

    Nothing is due for those whose hour came before the desk's last act: thousands of cards drawn at once would keep new
    ones waiting, and each gets its button with its next change.
    """
    accounts = sa.table("accounts", sa.column("id"), sa.column("success_plan"))
    due_times = sa.table(
        "due_times",
        sa.column("workspace_id"),
        sa.column("kind"),
        sa.column("case_id", ID),
        sa.column("due_at", INSTANT),
        sa.column("set_at", INSTANT),
    )
    asked = (
        sa.select(
            CASES.c.id, CASES.c.workspace_id, CASES.c.severity, CASES.c.created_at, accounts.c.success_plan
        )
        .select_from(CASES.join(accounts, accounts.c.id == CASES.c.account_id))
        .where(CASES.c.status != "closed")
        .order_by(CASES.c.id)
        .limit(BATCH)
    )
    mine = sa.update(CASES).where(CASES.c.id == sa.bindparam("mine"))
    opening = mine.values(escalation_opens_at=sa.bindparam("opens", type_=INSTANT))
    connection, last = op.get_bind(), 0
    latest = connection.execute(sa.select(sa.func.max(CASES.c.updated_at))).scalar()
    while found := connection.execute(asked.where(CASES.c.id > last)).all():
        last = found[-1].id
        assert latest is not None  # there are cases
        opens = {
            one.id: _aware(one.created_at)
            + timedelta(hours=PREMIER.get(one.success_plan, STANDARD)[one.severity - 1])
            for one in found
        }
        to_come = [one for one in found if opens[one.id] > _aware(latest)]
        connection.execute(opening, [{"mine": case_id, "opens": at} for case_id, at in opens.items()])
        for one in to_come:
            connection.execute(
                sa.insert(due_times),
                {
                    "workspace_id": one.workspace_id,
                    "kind": "escalation_opens",
                    "case_id": one.id,
                    "due_at": opens[one.id],
                    "set_at": _aware(one.created_at),
                },
            )


def _aware(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant
