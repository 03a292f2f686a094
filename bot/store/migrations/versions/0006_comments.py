"""Comments that reach the right people: held ones, outcomes, and how people want to be told.

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("comments") as batch_op:
        batch_op.add_column(sa.Column("posted_channel", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("posted_ts", sa.String(length=32), nullable=True))
        batch_op.add_column(
            sa.Column("to_contact", sa.Boolean(name="to_contact"), server_default=sa.false(), nullable=False)
        )
    _outcomes()
    _held()
    _preferences()
    _digest_items()


def _outcomes() -> None:
    op.create_table(
        "comment_outcomes",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("comment_id", ID, nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["people.id"], name=op.f("fk_comment_outcomes_author_id_people")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_comment_outcomes_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_comment_outcomes_comment_id_comments")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "comment_id", "outcome", name=op.f("pk_comment_outcomes")),
    )
    with op.batch_alter_table("comment_outcomes") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_comment_outcomes_case_id_outcome_at"), ["case_id", "outcome", "at"], unique=False
        )


def _held() -> None:
    op.create_table(
        "held_comments",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("case_version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("resolution", sa.String(length=75), nullable=False),
        sa.Column("outcomes", sa.JSON(), nullable=False),
        sa.Column("to_contact", sa.Boolean(name="to_contact"), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("goes_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_held_comments_author_id_people")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_held_comments_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_comments")),
    )
    with op.batch_alter_table("held_comments") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_held_comments_case_id_author_id"), ["case_id", "author_id"], unique=False
        )


def _preferences() -> None:
    op.create_table(
        "notify_preferences",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("pace", sa.String(length=16), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("slack", sa.Boolean(name="slack"), nullable=False),
        sa.Column("email", sa.Boolean(name="email"), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_notify_preferences_person_id_people")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "person_id", name=op.f("pk_notify_preferences")),
    )


def _digest_items() -> None:
    op.create_table(
        "digest_items",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("history_id", ID, nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("slot", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_digest_items_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["history_id"], ["history.id"], name=op.f("fk_digest_items_history_id_history")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_digest_items_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_items")),
    )
    with op.batch_alter_table("digest_items") as batch_op:
        batch_op.create_index(batch_op.f("ix_digest_items_person_id_id"), ["person_id", "id"], unique=False)
