"""The tables by which cases are found and watched over; `schema.py` has the others."""

from __future__ import annotations

from typing import Any

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

from bot.store.metadata import partial_index
from bot.store.schema import IS_OPEN, cases, metadata
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

IS_NOBODYS = cases.c.team_id.is_(None) & cases.c.owner_id.is_(None)
"""What everybody of staff may pick up; spelt as in its index."""

_IS_ESCALATED = cases.c.escalated_at.is_not(None)


def _some_cases(name: str, of: Any, *columns: Any) -> None:
    """An index of some cases, of each workspace."""
    partial_index(name, of, cases.c.workspace_id, *columns)


# With the status, or SQLite looks into each case for it to count; a team's with the owner, for the same.
for _by in ("owner_id", "creator_id", "account_id"):
    _some_cases(f"ix_cases_open_{_by}", IS_OPEN, cases.c[_by], cases.c.id, cases.c.status)
_some_cases("ix_cases_open_team_id", IS_OPEN, cases.c.team_id, cases.c.id, cases.c.status, cases.c.owner_id)
_some_cases("ix_cases_open", IS_OPEN, cases.c.id, cases.c.status)
_some_cases(
    "ix_cases_open_nobodys",
    IS_NOBODYS & IS_OPEN,
    cases.c.team_id,
    cases.c.owner_id,
    cases.c.id,
    cases.c.status,
)
_some_cases("ix_cases_escalated", _IS_ESCALATED, cases.c.id)
_some_cases("ix_cases_account_escalated", _IS_ESCALATED, cases.c.account_id, cases.c.id)
_IS_OWED = cases.c.duty_at.is_not(None)
_some_cases("ix_cases_owed_by_owner", _IS_OWED, cases.c.owner_id, cases.c.duty_at, cases.c.id)
_some_cases(
    "ix_cases_owed_by_team",
    _IS_OWED & cases.c.owner_id.is_(None),
    cases.c.team_id,
    cases.c.duty_at,
    cases.c.id,
)
_some_cases("ix_cases_closed_owner_id", IS_CLOSED, cases.c.owner_id, cases.c.id)

# Without the workspace in front: SQLite would take them for lists that have better ones.
Index("ix_cases_status", cases.c.status, cases.c.id)
Index("ix_cases_created_at", cases.c.created_at)
# What a report says was closed since the last one. Not "of closed ones": where a query names that status,
# SQLite reads all of them by the index of statuses.
partial_index("ix_cases_closed_at", cases.c.closed_at.is_not(None), cases.c.closed_at)

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
    Column("entity", String(16), nullable=False, server_default="cases"),  # `domain.pages.Entity`
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
