"""Finding cases by words and filters: counted and paged by key in the asker's own SQL, newest first.

`services.finding` asks. Words are matched by FTS5 or by PostgreSQL's text search, filters by the columns of
the case; both through the asker's eyes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    Text,
    cast,
    column,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
    true,
)
from sqlalchemy.dialects import postgresql

from bot.domain.commands import Audience
from bot.domain.ids import AccountId, CaseId, PersonId, TeamId
from bot.domain.pages import Found
from bot.domain.people import Viewer
from bot.domain.permissions import RIGHTS, Act, Reach
from bot.domain.search import Search, Sought
from bot.store.cases import visible
from bot.store.lists import case_rows
from bot.store.records import readable
from bot.store.schema import IS_OPEN, cases
from bot.store.schema_finding import IS_CLOSED, search_documents
from bot.store.search_index import SPAN, account_mark, audience_mark
from bot.store.work import Query

PAGE = 10

MOST_COUNTED = 100
"""Beyond it a page says "more than": to count on costs more than to find, and who has more looks closer."""

DOCUMENTS_COUNTED = {"sqlite": 200, "postgresql": 1000}
"""Where more match than that, words are common: on PostgreSQL the newest are then found by walking."""

AT_A_TIME = 64
"""Documents read at once: a case may have many that match, and shows once."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """The people, accounts and teams that the names in a search mean; None where none was given.

    `without_owner` asks for cases that nobody owns, beside those of `owners`.
    """

    owners: tuple[PersonId, ...] | None = None
    without_owner: bool = False
    accounts: tuple[AccountId, ...] | None = None
    teams: tuple[TeamId, ...] | None = None


def find(search: Search, named: Named, start: CaseId | None = None, *, limit: int = PAGE) -> Query[Found]:
    """A page of what is found, from the case `start` (included) on downwards; from the top without it."""

    def query(connection: Connection, viewer: Viewer) -> Found:
        asked = _question(connection.dialect.name, viewer, search, named)
        total, is_more = _count(connection, asked)
        ids = _page(connection, asked, start, limit + 1, is_common=is_more) if total else []
        return Found(
            rows=case_rows(connection, viewer, ids[:limit]),
            total=total,
            is_more=is_more,
            older=ids[limit] if len(ids) > limit else None,
        )

    return query


def condition(connection: Connection, viewer: Viewer, search: Search, named: Named) -> Any:
    """What a search asks of cases, as SQL over `cases`: for reports, which count and list by themselves."""
    dialect = connection.dialect.name
    asked = _question(dialect, viewer, search, named)
    if not search.words:
        return asked.wanted
    found = select(search_documents.c.case_id).select_from(search_documents)
    if dialect == "sqlite":
        found = found.join(_FTS, _FTS.c.rowid == search_documents.c.id)
    return asked.wanted & cases.c.id.in_(found.where(asked.matches))


@dataclass(frozen=True, kw_only=True)
class _Question:
    """What is asked, as SQL: of documents where there are words (`matches`), of cases (`wanted`)."""

    dialect: str
    has_words: bool
    matches: Any
    wanted: Any


def _question(dialect: str, viewer: Viewer, search: Search, named: Named) -> _Question:
    documents = search_documents.c
    matches = (documents.workspace_id == viewer.workspace_id) & readable(viewer, documents.audience)
    if search.words:
        matches &= _match(dialect, search.words, _marks(viewer, named))
    by_index = dialect != "sqlite" or not viewer.is_staff or _names_an_index(search, named)
    wanted = visible(viewer, by_index=by_index) & _filtered(dialect, viewer, search, named)
    return _Question(dialect=dialect, has_words=bool(search.words), matches=matches, wanted=wanted)


def _count(connection: Connection, asked: _Question) -> tuple[int, bool]:
    """How many cases, as far as it is worth while to count, and whether there are more."""
    if asked.has_words:
        most = DOCUMENTS_COUNTED[asked.dialect]
        some = (_documents if asked.dialect == "sqlite" else _of_all_matches)(asked).limit(most)
    else:
        most = MOST_COUNTED + 1
        some = select(cases.c.id).where(asked.wanted).limit(most)
    found = connection.execute(some).scalars().all()
    total = len(set(found))
    return min(total, MOST_COUNTED), len(found) == most or total > MOST_COUNTED


def _page(
    connection: Connection, asked: _Question, start: CaseId | None, size: int, *, is_common: bool
) -> list[CaseId]:
    """The ids of so many cases, newest first."""
    below = cases.c.id <= start if start is not None else true()
    if not asked.has_words:
        found = select(cases.c.id).where(asked.wanted)
    elif asked.dialect == "postgresql" and not is_common:
        found = _of_all_matches(asked).distinct()
    else:
        return _walked(connection, asked, start, size)
    newest = found.where(below).order_by(cases.c.id.desc()).limit(size)
    return [CaseId(one) for one in connection.execute(newest).scalars().all()]


def _documents(asked: _Question) -> Select[Any]:
    """The cases of documents that match, one for each document."""
    found = select(search_documents.c.case_id).select_from(search_documents)
    if asked.dialect == "sqlite":
        found = found.join(_FTS, _FTS.c.rowid == search_documents.c.id)
    return found.join(cases, cases.c.id == search_documents.c.case_id).where(asked.matches, asked.wanted)


def _of_all_matches(asked: _Question) -> Select[Any]:
    """PostgreSQL: what matches, by the index of words, one for each document; then what is wanted of it.

    Materialised: for the sake of the order it would else walk the whole table by its primary key, and for
    the sake of a limit read the table from its beginning.
    """
    matches = select(search_documents.c.case_id).where(asked.matches)
    found = matches.cte("found").prefix_with("MATERIALIZED")
    return select(cases.c.id).join(found, found.c.case_id == cases.c.id).where(asked.wanted)


def _walked(connection: Connection, asked: _Question, start: CaseId | None, size: int) -> list[CaseId]:
    """Documents from the newest case on, a stretch at a time: those of one case stand together.

    FTS5 gives them in this order by itself. On PostgreSQL this is for words that are everywhere.
    """
    number = _FTS.c.rowid if asked.dialect == "sqlite" else search_documents.c.id
    found: dict[CaseId, None] = {}
    above = (start + 1) * SPAN if start is not None else None
    while len(found) < size:
        stretch = _documents(asked).order_by(number.desc()).limit(AT_A_TIME)
        if above is not None:
            stretch = stretch.where(number < above)
        read = [CaseId(one) for one in connection.execute(stretch).scalars().all()]
        found |= dict.fromkeys(read)
        if len(read) < AT_A_TIME:
            break
        above = read[-1] * SPAN  # what is left of this case shows it already
    return list(found)[:size]


_FTS = table("search_words", column("rowid", BigInteger))
_ESCALATED = cases.c.get("escalated_at")


def _match(dialect: str, words: Sequence[Sought], marks: Sequence[Sequence[str]]) -> Any:
    """The documents that have all these words and one mark of each kind. Words are letters and digits."""
    if dialect == "postgresql":
        either = [f"({' | '.join(_quoted(mark) for mark in kind)})" for kind in marks]
        asked = " & ".join([*(f"'{one.text}'{':*' * one.is_beginning}" for one in words), *either])
        return search_documents.c.words.op("@@")(cast(literal(asked, Text), postgresql.TSQUERY))
    either = [f"({' OR '.join(_quoted(mark, chr(34)) for mark in kind)})" for kind in marks]
    asked = " AND ".join([*(f'"{one.text}"{"*" * one.is_beginning}' for one in words), *either])
    return literal_column("search_words").op("MATCH")(literal(asked, Text))


def _quoted(mark: str, quote: str = "'") -> str:
    return f"{quote}{mark}{quote}"


def _marks(viewer: Viewer, named: Named) -> list[list[str]]:
    """What the index itself can narrow by; the columns say it all once more."""
    marks = []
    if RIGHTS[Act.READ_CASE].reach(viewer.role) in (Reach.OWN_ACCOUNT, Reach.OWN_ACCOUNT_OPEN):
        marks.append([account_mark(viewer.account_id or 0)])
    elif named.accounts:
        marks.append([account_mark(one) for one in named.accounts])
    if RIGHTS[Act.READ_INTERNAL].reach(viewer.role) is Reach.NONE:
        marks.append([audience_mark(Audience.PUBLIC)])
    return marks


def _names_an_index(search: Search, named: Named) -> bool:
    """Whether the workspace is the beginning of an index that fits: SQLite knows no better than to try."""
    theirs = named.owners is not None or named.without_owner
    return named.accounts is not None or (search.is_open is not None and theirs)


LONGEST_SPAN = timedelta(days=62)
"""Beyond it, what was created then is found by walking from the newest on, not by an index and sorting."""


def _filtered(dialect: str, viewer: Viewer, search: Search, named: Named) -> Any:
    """The filters over the columns of a case."""
    wanted: Any = true()
    if search.statuses:
        wanted &= cases.c.status.in_([one.value for one in sorted(search.statuses)])
    if search.severities:
        wanted &= cases.c.severity.in_(sorted(search.severities))
    if search.is_open is not None:
        wanted &= IS_OPEN if search.is_open else IS_CLOSED
    if search.is_escalated:
        wanted &= _ESCALATED.is_not(None) if _ESCALATED is not None else false()
    created: Any = cases.c.created_at
    since, before = search.since, search.before
    if dialect == "sqlite" and (since is None or before is None or before - since > LONGEST_SPAN):
        created = func.coalesce(created, created)  # no index, then
    if since is not None:
        wanted &= created >= since
    if before is not None:
        wanted &= created < before
    if named.accounts is not None:
        wanted &= cases.c.account_id.in_(named.accounts)
    if named.teams is not None:
        wanted &= cases.c.team_id.in_(named.teams)
    if named.owners is not None or named.without_owner:
        theirs = cases.c.owner_id.in_(named.owners or ())
        owned = or_(theirs, cases.c.owner_id.is_(None)) if named.without_owner else theirs
        # Open and closed cases have an index of owners each: either of them is named, or both.
        here = cases.c.workspace_id == viewer.workspace_id
        both = or_(here & owned & IS_OPEN, here & owned & IS_CLOSED)
        wanted &= both if search.is_open is None else owned
    return wanted
