"""The knowledge base with its versions and links to cases; lockout, password and user-name requests.

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _articles()
    _article_versions()
    _case_articles()
    _access_requests()
    _access_messages()
    with op.batch_alter_table("history") as batch_op:
        batch_op.add_column(sa.Column("article_id", ID, nullable=True))
        batch_op.add_column(sa.Column("access_request_id", ID, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_history_article_id_articles"), "articles", ["article_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_history_access_request_id_access_requests"),
            "access_requests",
            ["access_request_id"],
            ["id"],
        )
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.add_column(sa.Column("access_request_id", ID, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_outbox_access_request_id_access_requests"),
            "access_requests",
            ["access_request_id"],
            ["id"],
        )


def _keys(table: str, *columns: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
        for column, other in columns
    ]


def _articles() -> None:
    op.create_table(
        "articles",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("readers", sa.String(length=16), nullable=False),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("retired", sa.Boolean(name="retired"), nullable=False),
        sa.Column("title_words", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("editor_id", ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        *_keys("articles", ("account_id", "accounts"), ("author_id", "people"), ("editor_id", "people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
        sa.UniqueConstraint("workspace_id", "number", name=op.f("uq_articles_workspace_id_number")),
    )
    with op.batch_alter_table("articles") as batch_op:
        batch_op.create_index(batch_op.f("ix_articles_account_id"), ["account_id"], unique=False)


def _article_versions() -> None:
    op.create_table(
        "article_versions",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("readers", sa.String(length=16), nullable=False),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("editor_id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        *_keys(
            "article_versions",
            ("article_id", "articles"),
            ("account_id", "accounts"),
            ("editor_id", "people"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "article_id", "version", name=op.f("pk_article_versions")),
    )


def _case_articles() -> None:
    op.create_table(
        "case_articles",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("linked_by_id", ID, nullable=False),
        sa.Column("linked_at", INSTANT, nullable=False),
        *_keys("case_articles", ("case_id", "cases"), ("article_id", "articles"), ("linked_by_id", "people")),
        sa.PrimaryKeyConstraint("workspace_id", "case_id", "article_id", name=op.f("pk_case_articles")),
    )


def _access_requests() -> None:
    op.create_table(
        "access_requests",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("who_name", sa.Text(), nullable=False),
        sa.Column("who_email", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("requester_id", ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("taken_by_id", ID, nullable=True),
        sa.Column("taken_at", INSTANT, nullable=True),
        sa.Column("finished_by_id", ID, nullable=True),
        sa.Column("finished_at", INSTANT, nullable=True),
        *_keys(
            "access_requests",
            ("account_id", "accounts"),
            ("requester_id", "people"),
            ("taken_by_id", "people"),
            ("finished_by_id", "people"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_requests")),
        sa.UniqueConstraint("workspace_id", "number", name=op.f("uq_access_requests_workspace_id_number")),
    )
    with op.batch_alter_table("access_requests") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_access_requests_account_id_state"), ["account_id", "state"], unique=False
        )
        batch_op.create_index(
            "ix_access_requests_open",
            ["workspace_id", "id"],
            unique=False,
            sqlite_where=sa.text("state != 'finished'"),
            postgresql_where=sa.text("state != 'finished'"),
        )


def _access_messages() -> None:
    op.create_table(
        "access_messages",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("access_request_id", ID, nullable=False),
        sa.Column("conversation", sa.String(length=80), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("channel", sa.String(length=32), nullable=True),
        sa.Column("ts", sa.String(length=32), nullable=True),
        *_keys("access_messages", ("access_request_id", "access_requests"), ("person_id", "people")),
        sa.PrimaryKeyConstraint(
            "workspace_id", "access_request_id", "conversation", name=op.f("pk_access_messages")
        ),
    )
    with op.batch_alter_table("access_messages") as batch_op:
        batch_op.create_index(batch_op.f("ix_access_messages_person_id"), ["person_id"], unique=False)
