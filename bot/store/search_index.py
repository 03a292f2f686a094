"""What can be found by words: a document for each case and each comment, kept with what it says.

`cases` and `records` call it in the transaction that writes what is indexed; whoever edits or deletes a
comment calls it too. `search.py` asks it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Text, bindparam, delete, func, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.cases import Case
from bot.domain.commands import Audience
from bot.domain.ids import AccountId, CaseId, CommentId, shown
from bot.domain.search import words_in
from bot.store.schema import cases
from bot.store.schema_finding import search_documents
from bot.store.work import Work

SPAN_BITS = 20
SPAN = 1 << SPAN_BITS
"""Ids of documents that a case has for its own: id by id is case by case, so newest first needs no sort."""

_UPSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def account_mark(account_id: AccountId | int) -> str:
    """The word that stands in every document of an account; nobody can type it, because of its `_`."""
    return f"_a{account_id}"


def audience_mark(audience: Audience) -> str:
    """The same for an audience."""
    return f"_{audience.value}"


def index_case(work: Work, case: Case) -> None:
    """Keep what a case says: its number, title and description. After opening it, and after an edit."""
    said = f"{case.number} {shown(case.number)} {case.title} {case.description}"
    row = {
        "id": case.id * SPAN,
        "workspace_id": work.workspace_id,
        "kind": "case",
        "case_id": case.id,
        "account_id": case.account_id,
        "audience": Audience.PUBLIC.value,
        "said": _document(said, case.account_id, Audience.PUBLIC),
    }
    work.connection.execute(_upsert(work.connection.dialect.name), row)


def index_comment(
    work: Work,
    comment_id: CommentId,
    case_id: CaseId,
    audience: Audience,
    text: str,
    *,
    is_new: bool = False,
) -> None:
    """Keep what a comment says, for those of its audience. After writing it, and after an edit.

    Hold the case (`cases.hold`) where two might comment at once: documents of a case are numbered.
    """
    connection, dialect = work.connection, work.connection.dialect.name
    account_id = connection.execute(_ACCOUNT_OF, {"of_case": case_id}).scalar_one()
    said = _document(text, account_id, audience)
    given = {"said": said, "of_comment": comment_id, "for_audience": audience.value}
    if not is_new and connection.execute(_change(dialect), given).rowcount:
        return
    row = {
        "first": case_id * SPAN,
        "last": case_id * SPAN + SPAN - 1,
        "workspace_id": work.workspace_id,
        "kind": "comment",
        "case_id": case_id,
        "comment_id": comment_id,
        "account_id": account_id,
        "audience": audience.value,
        "said": said,
    }
    connection.execute(_add(dialect), row)


def unindex_comment(work: Work, comment_id: CommentId) -> None:
    """Forget what a comment said, because it is deleted."""
    work.connection.execute(delete(search_documents).where(search_documents.c.comment_id == comment_id))


def _document(text: str, account_id: int, audience: Audience) -> str:
    return " ".join((account_mark(account_id), audience_mark(audience), *words_in(text)))


_ACCOUNT_OF = select(cases.c.account_id).where(cases.c.id == bindparam("of_case"))


def _said(dialect: str) -> Any:
    """The words as the database keeps them: text for FTS5, a vector of exactly these words on PostgreSQL."""
    said = bindparam("said", type_=Text)
    if dialect == "postgresql":
        return func.array_to_tsvector(func.string_to_array(said, literal(" ", Text)))
    return said


@cache
def _upsert(dialect: str) -> Any:
    new = _UPSERTS[dialect](search_documents).values(words=_said(dialect))
    return new.on_conflict_do_update(index_elements=["id"], set_={"words": new.excluded.words})


@cache
def _change(dialect: str) -> Any:
    mine = search_documents.c.comment_id == bindparam("of_comment")
    changed = update(search_documents).where(mine)
    return changed.values(words=_said(dialect), audience=bindparam("for_audience"))


@cache
def _add(dialect: str) -> Any:
    """A comment's document stands behind those that its case has."""
    first, last = bindparam("first", type_=BigInteger), bindparam("last", type_=BigInteger)
    newest = func.coalesce(func.max(search_documents.c.id), first)
    before = select(newest).where(search_documents.c.id.between(first, last))
    return insert(search_documents).values(id=before.scalar_subquery() + 1, words=_said(dialect))
