"""The daily review: what each has seen of a case, which message shows it, and at which hour it comes.

Revision: 0017, after 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "case_reviews",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("seen_to", ID, nullable=True),
        sa.Column("seen_at", INSTANT, nullable=True),
        sa.Column("snoozed_until", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_case_reviews_person_id_people")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_reviews_case_id_cases")),
        sa.PrimaryKeyConstraint("workspace_id", "person_id", "case_id", name=op.f("pk_case_reviews")),
    )
    op.create_table(
        "review_rows",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("of_id", ID, nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_review_rows_case_id_cases")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_review_rows_person_id_people")),
        sa.ForeignKeyConstraint(["of_id"], ["people.id"], name=op.f("fk_review_rows_of_id_people")),
        sa.PrimaryKeyConstraint("workspace_id", "token", "case_id", name=op.f("pk_review_rows")),
    )
    op.create_index(op.f("ix_review_rows_case_id"), "review_rows", ["case_id"])
    op.create_index(op.f("ix_review_rows_person_id"), "review_rows", ["person_id"])
    with op.batch_alter_table("notify_preferences") as batch_op:
        batch_op.add_column(sa.Column("review_hour", sa.Integer(), server_default="9", nullable=False))
