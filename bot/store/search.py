"""Finding cases by words and filters: counted and paged by key in the asker's own SQL, newest first.

`services.finding` asks. Words are matched by FTS5 or by PostgreSQL's text search, filters by the columns of
the case; both through the asker's eyes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Connection,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
    true,
    union_all,
)
from sqlalchemy.dialects import postgresql

from bot.domain.ids import CaseId
from bot.domain.pages import Found
from bot.domain.people import Viewer
from bot.domain.permissions import Reach
from bot.domain.search import Search
from bot.store.cases import visible_to
from bot.store.lists import LINE, case_rows, line, with_names
from bot.store.records import readable_by
from bot.store.schema import IS_OPEN, cases
from bot.store.schema_finding import IS_CLOSED, search_documents
from bot.store.search_index import SPAN, SPAN_BITS
from bot.store.search_shapes import Named as Named
from bot.store.search_shapes import Shape, shape_of, values_of
from bot.store.types import Id, UtcDateTime
from bot.store.work import Query

PAGE = 10

MOST_COUNTED = 100
"""Beyond it a page says "more than": to count on costs more than to find, and who has more looks closer."""

TOP = 24
"""Documents that are read with their lines at first: a page, and some that are of the same cases."""

FIRST_READ = 200
"""Documents that are read first where they are walked: they give the count, and mostly the page."""

AT_A_TIME = 64
"""Documents read at once after that: a case may have many that match, and shows once."""

MOST_MATCHES = 2000
"""Where more match than that, words are common: on PostgreSQL the newest are then found by walking, too."""

PROBED, COMMON = 200, 20
"""PostgreSQL looks at so many of the newest documents, and where so many of them match, words are common.

It plans a statement once for all words (`postgres.py`), and to gather a word that is everywhere from its
index takes long.
"""

SHAPES = 256
"""Shapes whose statements are kept; a desk's people ask in a few dozen ways."""

_FTS = table("search_words", column("rowid", BigInteger))


def find(search: Search, named: Named, start: CaseId | None = None, *, limit: int = PAGE) -> Query[Found]:
    """A page of what is found, from the case `start` (included) on downwards; from the top without it."""

    def query(connection: Connection, viewer: Viewer) -> Found:
        asked = _question(connection, viewer, search, named)
        if asked.shape.is_walked and start is None:
            found = _from_the_top(asked, limit + 1)
        else:
            found = _found(asked, start, limit + 1)
        shown, is_staff = found.ids[:limit], viewer.is_staff
        is_read = found.lines.keys() >= set(shown)
        return Found(
            rows=tuple(line(found.lines[one], for_staff=is_staff) for one in shown)
            if is_read
            else case_rows(connection, viewer, shown),
            total=min(found.total, MOST_COUNTED),
            is_more=found.is_more or found.total > MOST_COUNTED,
            older=found.ids[limit] if len(found.ids) > limit else None,
        )

    return query


class _Found(NamedTuple):
    """The ids of a page and one more, how many cases there are, and whether there are more than that.

    `lines` are of the newest ones, where they were read on the way.
    """

    ids: list[CaseId]
    total: int
    is_more: bool
    lines: Mapping[CaseId, Sequence[Any]] = MappingProxyType({})


def condition(dialect: str, viewer: Viewer, search: Search, named: Named) -> Any:
    """What a search asks of cases, as SQL over `cases`: for reports, which count and list by themselves.

    It is run with `values`.
    """
    shape = shape_of(dialect, viewer, search, named)
    wanted = or_(*_parts(shape))
    if shape.has_words:
        found = select(search_documents.c.case_id).select_from(search_documents)
        if shape.dialect == "sqlite":
            found = found.join(_FTS, _FTS.c.rowid == search_documents.c.id)
        wanted &= cases.c.id.in_(found.where(_matching(shape)))
    return wanted


def values(dialect: str, viewer: Viewer, search: Search, named: Named) -> dict[str, Any]:
    """The parameters of `condition`."""
    return values_of(shape_of(dialect, viewer, search, named), viewer, search, named)


@dataclass(frozen=True, kw_only=True)
class _Question:
    """What is asked, and where: the shape of the statements, and their parameters."""

    connection: Connection
    shape: Shape
    values: Mapping[str, Any]

    def ids(self, statement: Select[Any], **more: Any) -> list[CaseId]:
        return list(self.connection.execute(statement, {**self.values, **more}).scalars().all())


def _question(connection: Connection, viewer: Viewer, search: Search, named: Named) -> _Question:
    shape = shape_of(connection.dialect.name, viewer, search, named)
    return _Question(connection=connection, shape=shape, values=values_of(shape, viewer, search, named))


def _from_the_top(asked: _Question, size: int) -> _Found:
    """A first page of what FTS5 finds, with its lines: most words are rare, and then this is all there is."""
    rows = asked.connection.execute(_of_lines(asked.shape), {**asked.values, "size": TOP}).all()
    lines = {CaseId(row[0]): row for row in rows}
    if len(rows) < TOP:
        return _Found(list(lines), len(lines), is_more=False, lines=lines)
    if len(lines) < size:
        return _found(asked, None, size)._replace(lines=lines)
    asked_for = {**asked.values, "size": FIRST_READ}
    documents, total = asked.connection.execute(_of_count(asked.shape), asked_for).one()
    return _Found(list(lines)[:size], total, documents == FIRST_READ, lines)


def _found(asked: _Question, start: CaseId | None, size: int) -> _Found:
    """The newest are read once, as far as it is worth while to count; mostly the page is among them."""
    if not asked.shape.has_words:
        newest = asked.ids(_of_cases(asked.shape, turned=False), size=MOST_COUNTED + 1)
        page = newest[:size]
        if start is not None:
            page = asked.ids(_of_cases(asked.shape, turned=True), size=size, start=start)
        return _Found(page, len(newest), is_more=False)
    if asked.shape.is_narrow:
        ids = asked.ids(_of_owners(asked.shape), size=MOST_MATCHES)
        if len(ids) < MOST_MATCHES:
            newest = sorted(set(ids), reverse=True)
            page = [one for one in newest if start is None or one <= start][:size]
            return _Found(page, len(newest), is_more=False)
    elif not asked.shape.is_walked:
        found, is_common = _matches(asked, start, size)
        if not is_common or (start is None and found.total > max(size, MOST_COUNTED)):
            return found._replace(is_more=is_common)
    read = asked.ids(_of_documents(asked.shape, turned=False), size=FIRST_READ)
    newest, is_more = list(dict.fromkeys(read)), len(read) == FIRST_READ
    page = [one for one in newest if start is None or one <= start][:size]
    if is_more and len(page) < size:
        page = _walked(asked, start, size)
    return _Found(page, len(newest), is_more)


def _matches(asked: _Question, start: CaseId | None, size: int) -> tuple[_Found, bool]:
    """A page of the cases of all documents that match, and whether they are common: then of the newest."""
    given = {**asked.values, "most": MOST_MATCHES, "probed": PROBED, "common": COMMON, "size": size}
    rows = asked.connection.execute(
        _of_matches(asked.shape, start is not None), given | {"start": start}
    ).all()
    hits, documents, total = rows[0][-3:]
    lines = {CaseId(row[0]): row for row in rows if row[0] is not None}
    is_common = hits >= COMMON or documents == MOST_MATCHES
    return _Found(list(lines), total, is_more=False, lines=lines), is_common


def _walked(asked: _Question, start: CaseId | None, size: int) -> list[CaseId]:
    """Documents from the newest case on, a stretch at a time: those of one case stand together.

    FTS5 gives them in this order by itself. On PostgreSQL this is for words that are everywhere.
    """
    found: dict[CaseId, None] = {}
    above = (start + 1) * SPAN if start is not None else None
    while len(found) < size:
        stretch = _of_documents(asked.shape, turned=above is not None)
        read = asked.ids(stretch, size=AT_A_TIME, above=above)
        found |= dict.fromkeys(read)
        if len(read) < AT_A_TIME:
            break
        above = read[-1] * SPAN  # what is left of this case shows it already
    return list(found)[:size]


# The statements: built once for each shape, because building one costs ten times what it takes to run.


@lru_cache(SHAPES)
def _of_cases(shape: Shape, *, turned: bool) -> Select[Any]:
    """The newest `size` cases, at or below `start` if the page is `turned`: where no words are asked for.

    Where several indexes take turns, each gives as many, in its order; then the newest of those count.
    """
    below = cases.c.id <= bindparam("start", type_=Id) if turned else true()
    size = bindparam("size", type_=Integer)
    newest = select(cases.c.id).order_by(cases.c.id.desc()).limit(size)
    each = [newest.where(one & below) for one in _parts(shape)]
    if len(each) == 1:
        return each[0]
    every = union_all(*(select(one.subquery().c.id) for one in each)).subquery()
    return select(every.c.id).order_by(every.c.id.desc()).limit(size)


def _from_words(shape: Shape, *columns: Any) -> tuple[Select[Any], Any]:
    """Columns of the documents that match and of their cases, and what numbers documents."""
    documents = search_documents.c
    if shape.dialect == "sqlite" and shape.internal:
        # Who may read every audience needs no look at the documents: their numbers name the case.
        case_id = _FTS.c.rowid.op(">>")(SPAN_BITS)
        read = [cases.c.id if one is documents.case_id else one for one in columns]
        found = select(*read).select_from(_FTS).join(cases, cases.c.id == case_id)
        return found.where(_has_words(shape), or_(*_parts(shape))), _FTS.c.rowid
    found = select(*columns).select_from(search_documents).join(cases, cases.c.id == documents.case_id)
    found = found.where(_matching(shape), or_(*_parts(shape)))
    if shape.dialect != "sqlite":
        return found, documents.id
    return found.join(_FTS, _FTS.c.rowid == documents.id), _FTS.c.rowid


@lru_cache(SHAPES)
def _of_lines(shape: Shape) -> Select[Any]:
    """SQLite: the lines of the newest `size` documents that match."""
    found, number = _from_words(shape, *LINE)
    return with_names(found).order_by(number.desc()).limit(bindparam("size", type_=Integer))


@lru_cache(SHAPES)
def _of_documents(shape: Shape, *, turned: bool) -> Select[Any]:
    """The cases of the newest `size` documents that match, one for each document, by walking from the top."""
    found, number = _from_words(shape, search_documents.c.case_id)
    if turned:
        found = found.where(number < bindparam("above", type_=BigInteger))
    return found.order_by(number.desc()).limit(bindparam("size", type_=Integer))


@lru_cache(SHAPES)
def _of_count(shape: Shape) -> Select[Any]:
    """How many documents match, up to `size`, and of how many cases they are."""
    read = _of_documents(shape, turned=False).subquery()
    counted: list[Any] = [func.count(), func.count(read.c[0].distinct())]
    return select(*counted)


@lru_cache(SHAPES)
def _of_matches(shape: Shape, turned: bool) -> Select[Any]:
    """PostgreSQL: the lines of the newest `size` cases, at or below `start` if `turned`, of what matches.

    Behind each: how many of the newest documents match, how many of all up to `most`, and of how many cases
    they are. Where the newest have the words so often (`common`), of them alone; no cases where it is `most`.
    First what matches, by the index of words, then what is wanted of it. Materialised: for the sake of an
    order or a limit it would else walk a whole table.
    """
    documents, most = search_documents.c, bindparam("most", type_=Integer)
    newest = select(documents.workspace_id, documents.audience, documents.words, documents.case_id)
    newest = newest.order_by(documents.id.desc()).limit(bindparam("probed", type_=Integer))
    some = newest.subquery("newest")
    probe = select(some.c.case_id).where(_matching(shape, some.c)).cte("probe").prefix_with("MATERIALIZED")
    hits = select(func.count()).select_from(probe).scalar_subquery()
    common = bindparam("common", type_=Integer)
    every = select(documents.case_id).where(_matching(shape, documents), hits < common).limit(most).subquery()
    matches = union_all(select(probe.c.case_id).where(hits >= common), select(every.c.case_id))
    found = matches.cte("found").prefix_with("MATERIALIZED")
    count = select(func.count()).select_from(found).scalar_subquery()
    wanted = select(cases.c.id).join(found, found.c.case_id == cases.c.id).distinct()
    each = wanted.where(count < most, or_(*_parts(shape))).cte("each").prefix_with("MATERIALIZED")
    newest_first = select(each.c.id).order_by(each.c.id.desc()).limit(bindparam("size", type_=Integer))
    if turned:
        newest_first = newest_first.where(each.c.id <= bindparam("start", type_=Id))
    lines = with_names(select(*LINE).select_from(cases)).where(cases.c.id.in_(newest_first)).subquery("lines")
    total = select(func.count()).select_from(each).scalar_subquery()
    counted = select(hits.label("hits"), count.label("documents"), total.label("total")).subquery("counted")
    page = select(*lines.c, *counted.c).select_from(counted.outerjoin(lines, true()))
    return page.order_by(lines.c.id.desc())


@lru_cache(SHAPES)
def _of_owners(shape: Shape) -> Select[Any]:
    """The cases of `size` documents that match, the other way round: a few owners' cases, then the words."""
    each = [select(cases.c.id).where(one) for one in _parts(shape)]
    theirs = (union_all(*each) if len(each) > 1 else each[0]).cte("theirs").prefix_with("MATERIALIZED")
    said = select(search_documents.c.case_id).select_from(theirs)
    said = said.join(search_documents, search_documents.c.case_id == theirs.c.id)
    if shape.dialect == "sqlite":
        # The sum keeps SQLite from beginning with all that has the words.
        said = said.join(_FTS, _FTS.c.rowid == search_documents.c.id + literal_column("0"))
    return said.where(_matching(shape)).limit(bindparam("size", type_=Integer))


def _matching(shape: Shape, documents: Any = search_documents.c) -> Any:
    """The documents that the asker may read and that have the words."""
    here = documents.workspace_id == bindparam("viewer_workspace")
    return here & readable_by(shape.internal, documents.audience) & _has_words(shape, documents)


def _has_words(shape: Shape, documents: Any = search_documents.c) -> Any:
    words = bindparam("words", type_=Text)
    if shape.dialect == "postgresql":
        return documents.words.op("@@")(cast(words, postgresql.TSQUERY))
    return literal_column("search_words").op("MATCH")(words)


def _parts(shape: Shape) -> list[Any]:
    """What the filters ask of a case. In parts that no case is in twice, where each part has its own index:

    open cases and closed ones, with an owner and without; or one status and the other.
    """
    wanted = _filtered(shape)
    if shape.is_owned:
        owned = [cases.c.owner_id.in_(bindparam("owners", expanding=True))] if shape.owners else []
        owned += [cases.c.owner_id.is_(None)] if shape.without_owner else []
        states = [IS_OPEN, IS_CLOSED] if shape.is_open is None else [true()]
        parts = [wanted & one & state for one in owned for state in states]
    else:
        parts = [wanted]
    # As words of the statement: PostgreSQL plans once for all values, and most cases are closed.
    statuses: list[Any] = [literal_column(f"'{status.value}'") for status in shape.statuses]
    if not statuses:
        return parts
    if shape.has_words or shape.is_owned or shape.accounts or shape.reach is not Reach.ALL:
        return [one & cases.c.status.in_(statuses) for one in parts]
    return [one & (cases.c.status == status) for one in parts for status in statuses]


def _filtered(shape: Shape) -> Any:
    wanted: Any = visible_to(shape.reach, by_index=shape.by_index)
    for is_asked, kept, name in (
        (shape.severities, cases.c.severity, "severities"),
        (shape.accounts, cases.c.account_id, "accounts"),
        (shape.teams, cases.c.team_id, "teams"),
    ):
        if is_asked:
            wanted &= kept.in_(bindparam(name, expanding=True))
    if shape.is_open is not None:
        wanted &= IS_OPEN if shape.is_open else IS_CLOSED
    if shape.is_escalated:
        wanted &= cases.c.escalated_at.is_not(None)
    return wanted & _created(shape) if shape.since or shape.before else wanted


def _created(shape: Shape) -> Any:
    """Between two instants. Cases are walked by their ids, which for a short span lie between two of them."""
    since, before = bindparam("since", type_=UtcDateTime), bindparam("before", type_=UtcDateTime)
    unsorted = func.coalesce(
        cases.c.created_at, cases.c.created_at
    )  # no index: what it gives is to be sorted
    wanted: Any = true()
    if shape.since:
        wanted &= unsorted >= since
    if shape.before:
        wanted &= unsorted < before
    if shape.days and not shape.has_words:
        span = (cases.c.created_at >= since) & (cases.c.created_at < before)
        for end, compared in ((func.min, "__ge__"), (func.max, "__le__")):
            # The sum keeps databases from looking for the least id among all, from the first one on.
            edge = select(end(cases.c.id + literal_column("0"))).where(span).correlate(None).scalar_subquery()
            wanted &= getattr(cases.c.id, compared)(edge)
    return wanted
