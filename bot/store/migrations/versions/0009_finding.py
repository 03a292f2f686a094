"""Finding cases: documents with an index of words, saved queries, who is editing what.

Revision: 0009, after 0008
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from bot.domain.search import words_in

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
SPAN = 1 << 20
BATCH = 2000


def upgrade() -> None:
    op.create_index("ix_cases_status", "cases", ["status", "id"], unique=False)
    op.create_index("ix_cases_created_at", "cases", ["created_at"], unique=False)
    op.create_index(
        "ix_cases_closed_owner_id",
        "cases",
        ["workspace_id", "owner_id", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'closed'"),
        postgresql_where=sa.text("status = 'closed'"),
    )
    _search_documents()
    _saved_queries()
    _case_editing()
    _fill(op.get_bind())


def _search_documents() -> None:
    op.create_table(
        "search_documents",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("comment_id", ID, nullable=True),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_search_documents_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_search_documents_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_search_documents_comment_id_comments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_documents")),
    )
    op.create_index("ix_search_documents_case_id", "search_documents", ["case_id"], unique=False)
    op.create_index("ix_search_documents_comment_id", "search_documents", ["comment_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.create_index(
            "ix_search_documents_words",
            "search_documents",
            ["words"],
            unique=False,
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        )
    else:
        for statement in SEARCH_WORDS:
            op.execute(statement)


SEARCH_WORDS = (
    """
    CREATE VIRTUAL TABLE search_words USING fts5(
        words, content='search_documents', content_rowid='id',
        tokenize="unicode61 remove_diacritics 0 tokenchars '_'"
    )
    """,
    """
    CREATE TRIGGER search_words_added AFTER INSERT ON search_documents BEGIN
        INSERT INTO search_words (rowid, words) VALUES (new.id, new.words);
    END
    """,
    """
    CREATE TRIGGER search_words_gone AFTER DELETE ON search_documents BEGIN
        INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', old.id, old.words);
    END
    """,
    """
    CREATE TRIGGER search_words_changed AFTER UPDATE ON search_documents BEGIN
        INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', old.id, old.words);
        INSERT INTO search_words (rowid, words) VALUES (new.id, new.words);
    END
    """,
)


def _saved_queries() -> None:
    op.create_table(
        "saved_queries",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_saved_queries_owner_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_queries")),
        sa.UniqueConstraint(
            "workspace_id", "owner_id", "name", name=op.f("uq_saved_queries_workspace_id_owner_id_name")
        ),
    )


def _case_editing() -> None:
    op.create_table(
        "case_editing",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_editing_case_id_cases")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_case_editing_person_id_people")),
        sa.PrimaryKeyConstraint("workspace_id", "case_id", "person_id", name=op.f("pk_case_editing")),
    )


# What was written before there was an index.


def _fill(connection: sa.Connection) -> None:
    is_postgres = connection.dialect.name == "postgresql"
    words = "array_to_tsvector(string_to_array(CAST(:words AS text), ' '))" if is_postgres else ":words"
    add = sa.text(
        "INSERT INTO search_documents"  # noqa: S608 - one of two texts of ours
        " (id, workspace_id, kind, case_id, comment_id, account_id, audience, words) VALUES"
        f" (:id, :workspace_id, :kind, :case_id, :comment_id, :account_id, :audience, {words})"
    )
    place: dict[int, int] = {}
    for rows in _batches(connection, _CASES):
        made = [_row(row, "case", 0, f"{row.number} {row.number:08d} {row.title} {row.text}") for row in rows]
        connection.execute(add, made)
    for rows in _batches(connection, _COMMENTS):
        made = []
        for row in rows:
            place[row.case_id] = place.get(row.case_id, 0) + 1
            made.append(_row(row, "comment", place[row.case_id], row.text))
        connection.execute(add, made)


_CASES = (
    "SELECT id, workspace_id, id AS case_id, NULL AS comment_id, account_id, 'public' AS audience,"
    " number, title, description AS text FROM cases WHERE id > :last ORDER BY id LIMIT :batch"
)
_COMMENTS = (
    "SELECT comments.id, cases.workspace_id, case_id, comments.id AS comment_id, account_id, audience, text"
    " FROM comments JOIN cases ON cases.id = comments.case_id"
    " WHERE comments.id > :last AND deleted_at IS NULL ORDER BY comments.id LIMIT :batch"
)


def _batches(connection: sa.Connection, query: str) -> Iterator[list[sa.Row[Any]]]:
    last = 0
    while rows := list(connection.execute(sa.text(query), {"last": last, "batch": BATCH})):
        yield rows
        last = rows[-1].id


def _row(row: sa.Row[Any], kind: str, place: int, text: str) -> dict[str, object]:
    return {
        "id": row.case_id * SPAN + place,
        "workspace_id": row.workspace_id,
        "kind": kind,
        "case_id": row.case_id,
        "comment_id": row.comment_id,
        "account_id": row.account_id,
        "audience": row.audience,
        "words": " ".join((f"_a{row.account_id}", f"_{row.audience}", *words_in(text))),
    }
