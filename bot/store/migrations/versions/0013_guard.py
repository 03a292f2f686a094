"""What a held text brings along; digests by e-mail; where a question about a person stands.

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("held_comments") as batch_op:
        batch_op.add_column(sa.Column("comment_id", ID, nullable=True))
        batch_op.add_column(sa.Column("files", sa.JSON(), server_default="[]", nullable=False))
    with op.batch_alter_table("digest_items") as batch_op:
        batch_op.add_column(sa.Column("way", sa.String(length=16), server_default="slack", nullable=False))
    op.create_table(
        "recognition_messages",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("recognition_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_recognition_messages_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["recognition_id"],
            ["recognitions.id"],
            name=op.f("fk_recognition_messages_recognition_id_recognitions"),
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "recognition_id", "person_id", name=op.f("pk_recognition_messages")
        ),
    )
