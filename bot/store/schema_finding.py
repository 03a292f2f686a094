"""The tables by which cases are found and watched over; `schema.py` has the others."""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
    literal_column,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import ExecutableDDLElement

from bot.store.schema import cases, metadata
from bot.store.types import Id, UtcDateTime

search_documents = Table(  # one for each case and each comment; `search_index.py` keeps it
    "search_documents",
    metadata,
    Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
    Column("workspace_id", String(32), nullable=False),
    Column("kind", String(16), nullable=False),  # case or comment
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False),
    Column("comment_id", Id, ForeignKey("comments.id")),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("audience", String(16), nullable=False),
    # Normalised in Python, with marks of account and audience among the words (`domain.search.words_in`).
    Column("words", Text().with_variant(postgresql.TSVECTOR(), "postgresql"), nullable=False),
    Index(None, "case_id"),
    Index(None, "comment_id"),
)
Index(
    "ix_search_documents_words",
    search_documents.c.words,
    postgresql_using="gin",
    postgresql_with={"fastupdate": "off"},  # what waits to be sorted in would be read by every search
).ddl_if("postgresql")

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
"""SQLite's index of words. It follows the table by itself, but not where a migration builds that anew."""

for _statement in SEARCH_WORDS:
    _made: ExecutableDDLElement = DDL(_statement).execute_if(dialect="sqlite")  # type: ignore[no-untyped-call]
    event.listen(search_documents, "after_create", _made)

IS_CLOSED = cases.c.status == literal_column("'closed'")
"""The one spelling of "closed", for the same reason."""

# Without the workspace in front: SQLite would take them for lists that have better ones.
Index("ix_cases_status", cases.c.status, cases.c.id)
Index("ix_cases_created_at", cases.c.created_at)
Index(
    "ix_cases_closed_owner_id",
    cases.c.workspace_id,
    cases.c.owner_id,
    cases.c.id,
    sqlite_where=IS_CLOSED,
    postgresql_where=IS_CLOSED,
)
Index(  # what a report says was closed since the last one
    "ix_cases_closed_at",
    cases.c.closed_at,
    sqlite_where=IS_CLOSED,
    postgresql_where=IS_CLOSED,
)

saved_queries = Table(
    "saved_queries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("owner_id", Id, ForeignKey("people.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("shared", Boolean(name="shared"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("workspace_id", "owner_id", "name"),
)

case_editing = Table(  # who has a form of a case open, as far as we know
    "case_editing",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), primary_key=True),
    Column("person_id", Id, ForeignKey("people.id"), primary_key=True),
    Column("since", UtcDateTime, nullable=False),  # business time
    Column("expires_at", UtcDateTime, nullable=False),
)
