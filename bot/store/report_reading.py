"""What a report says, counted and picked by the database through its receiver's eyes: `report` is all of it.

`services.report_reading` asks. Open cases are gone through once, for every count and for what comes first of
each kind; no row of theirs leaves the database but those that are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    exists,
    func,
    literal_column,
    null,
    select,
    union_all,
)

from bot.domain.cases import ChangeKind
from bot.domain.ids import CaseId, CaseNumber
from bot.domain.lifecycle import Status
from bot.domain.people import Viewer
from bot.domain.reports import (
    MOST_OF_A_CHANGE,
    Changed,
    Changes,
    Mentioned,
    OwnerLine,
    ReportRow,
    age_ends,
)
from bot.store.cases import ref, visible
from bot.store.report_scope import Asked as Asked
from bot.store.report_scope import of_report, open_of_report, past_limit, values_of
from bot.store.schema import accounts, cases, history, people
from bot.store.schema_finding import IS_CLOSED

HANDED_OVER = (ChangeKind.ASSIGNED.value, ChangeKind.ASKED.value, ChangeKind.ASKED_FOR_UPDATE.value)

_owner = people.alias("owner")
_NONE: ColumnElement[int] = literal_column("0")

LINE, PLACE = "line", "place"
PAST, UNTOUCHED, HANDED, NEW, CLOSED = "past", "untouched", "handed", "new", "closed"
"""What a row of the one statement says: an owner's count, a place in the table, the first of a change."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """All of a report's part that the database knows."""

    owners: tuple[OwnerLine, ...] = ()
    changes: Changes = field(default_factory=Changes)
    rows: tuple[ReportRow, ...] = ()


def report(connection: Connection, viewer: Viewer, asked: Asked, most: int) -> Told:
    """Open cases by owner and age, what changed since the last report, and the `most` rows of the table.

    Owners come by name, what nobody owns last; of each the table has the most pressing cases, so that nobody
    is left out while there is room.
    """
    if not viewer.is_staff:
        return Told()
    dialect = connection.dialect.name
    values = values_of(dialect, viewer, asked)
    found: dict[str, list[Row[Any]]] = {}
    for row in connection.execute(_gone_through(dialect, viewer, asked, most), values):
        found.setdefault(row.what, []).append(row)
    for row in connection.execute(_first_of_others(dialect, viewer, asked), values):
        found.setdefault(row.what, []).append(row)
    lines = found.get(LINE, [])
    closed = connection.execute(_closed(dialect, viewer, asked), values).one()
    known = _rows_by_id(connection, viewer, asked, [row.id for rows in found.values() for row in rows])
    by_name = _owners(lines, len(age_ends(asked.at)) + 1)
    return Told(
        owners=by_name,
        changes=_changes(lines, closed, {what: _some(rows, known) for what, rows in found.items()}),
        rows=_table(found.get(PLACE, []), by_name, known),
    )


def owners(connection: Connection, viewer: Viewer, asked: Asked) -> tuple[OwnerLine, ...]:
    """The same owners with the number of their cases alone, whatever their age: a file is read by them."""
    dialect = connection.dialect.name
    counted = (
        select(cases.c.owner_id, func.count().label("count"))
        .where(open_of_report(dialect, viewer, asked))
        .group_by(cases.c.owner_id)
        .subquery()
    )
    named = select(counted, _NONE.label("age"), _NONE.label("past"), _NONE.label("quiet"))
    named = named.add_columns(_owner.c.name, _owner.c.slack_user_id)
    rows = connection.execute(
        named.outerjoin(_owner, _owner.c.id == counted.c.owner_id), values_of(dialect, viewer, asked)
    )
    return _owners(rows.all(), 1)


def _gone_through(dialect: str, viewer: Viewer, asked: Asked, most: int) -> Any:
    """Everything that takes a look at each open case, in one statement."""
    base = _open_cases(dialect, viewer, asked)
    quiet = base.c.last_event < asked.untouched_at
    was_quiet = and_(base.c.updated_at < asked.untouched_since, base.c.last_event < asked.untouched_since)
    counted = (
        select(
            base.c.owner_id,
            base.c.age,
            func.count().label("count"),
            func.sum(base.c.past).label("past"),
            func.sum(case((base.c.was_past == 1, 0), else_=base.c.past)).label("newly_past"),
            func.sum(case((quiet, 1), else_=0)).label("quiet"),
            func.sum(case((was_quiet, 0), (quiet, 1), else_=0)).label("newly_quiet"),
            func.sum(base.c.handed).label("handed"),
            func.sum(base.c.is_new).label("is_new"),
        )
        .group_by(base.c.owner_id, base.c.age)
        .subquery()
    )
    lines = select(_said(LINE), _NONE.label("id"), *counted.c, _owner.c.name, _owner.c.slack_user_id)
    named = lines.select_from(counted).outerjoin(_owner, _owner.c.id == counted.c.owner_id)
    pressing = (base.c.past.desc(), base.c.severity, base.c.id)
    rank = func.row_number().over(partition_by=base.c.owner_id, order_by=pressing).label("rank")
    ranked = select(base.c.id, base.c.owner_id, rank).subquery()
    places = (
        select(ranked.c.id, ranked.c.rank.label("place"))
        .where(ranked.c.rank <= most)
        .order_by(ranked.c.rank, ranked.c.owner_id.is_(None), ranked.c.owner_id)
        .limit(most)
    )
    return union_all(
        named,
        _picked(PLACE, places),
        _picked(PAST, _first(base, base.c.past == 1, base.c.severity, base.c.id)),
        _picked(UNTOUCHED, _first(base, quiet, base.c.updated_at, base.c.id)),
        _picked(HANDED, _first(base, base.c.handed == 1, base.c.id.desc())),
    )


def _open_cases(dialect: str, viewer: Viewer, asked: Asked) -> CTE:
    """A short row for each open case of the report: by it all else is counted and picked."""
    ends = age_ends(asked.at)
    # History is appended under the lock of its case: its newest row has the newest time.
    newest = select(history.c.at).where(history.c.case_id == cases.c.id).order_by(history.c.id.desc())
    last_event = func.coalesce(newest.limit(1).correlate(cases).scalar_subquery(), cases.c.updated_at)
    handed = exists().where(
        history.c.case_id == cases.c.id,
        history.c.kind.in_(HANDED_OVER),
        history.c.at > asked.since,
        history.c.at <= asked.at,
    )
    return (
        select(
            cases.c.id,
            cases.c.owner_id,
            cases.c.severity,
            cases.c.updated_at,
            case(*((cases.c.created_at > end, at) for at, end in enumerate(ends)), else_=len(ends)).label(
                "age"
            ),
            case((past_limit(viewer, asked.at), 1), else_=0).label("past"),
            case((past_limit(viewer, asked.since), 1), else_=0).label("was_past"),
            # Only where it matters is a case's history looked at: whoever changes a case touches it.
            case((cases.c.updated_at < asked.untouched_at, last_event)).label("last_event"),
            case((and_(cases.c.updated_at > asked.since, handed), 1), else_=0).label("handed"),
            case((cases.c.created_at > asked.since, 1), else_=0).label("is_new"),
        )
        .where(open_of_report(dialect, viewer, asked))
        .cte("open_cases")
    )


def _first(base: CTE, wanted: Any, *order: Any) -> Select[Any]:
    return select(base.c.id, _NONE.label("place")).where(wanted).order_by(*order).limit(MOST_OF_A_CHANGE)


def _picked(what: str, cases_of: Select[Any]) -> Select[Any]:
    """Cases as rows of the statement, whose other columns say nothing of them."""
    found = cases_of.subquery()
    counts = [_NONE] * 7
    return select(_said(what), found.c.id, null(), found.c.place, *counts, null(), null())


def _said(what: str) -> Any:
    return literal_column(f"'{what}'").label("what")


def _first_of_others(dialect: str, viewer: Viewer, asked: Asked) -> Any:
    """The newest of those that were opened since the last report, and of those that were closed."""
    mine = of_report(dialect, viewer, asked, by_index=False)
    new = (
        select(cases.c.id)
        .where(mine, _between(cases.c.created_at, asked))
        .order_by(cases.c.created_at.desc(), cases.c.id.desc())
    )
    closed = (
        select(cases.c.id)
        .where(mine, IS_CLOSED, _between(cases.c.closed_at, asked))
        .order_by(cases.c.closed_at.desc())
    )
    both = (
        (NEW, new.limit(MOST_OF_A_CHANGE).subquery()),
        (CLOSED, closed.limit(MOST_OF_A_CHANGE).subquery()),
    )
    return union_all(*(select(_said(what), found.c.id) for what, found in both))


def _closed(dialect: str, viewer: Viewer, asked: Asked) -> Select[Any]:
    """How many were closed since the last report, and how many were opened since then and are closed."""
    mine = of_report(dialect, viewer, asked, by_index=False)
    ended = case((cases.c.closed_at <= asked.at, 1), else_=0)
    new = case((_between(cases.c.created_at, asked), 1), else_=0)
    since = (IS_CLOSED, cases.c.closed_at > asked.since)
    return select(func.sum(ended).label("closed"), func.sum(new).label("is_new")).where(mine, *since)


def _between(column: Any, asked: Asked) -> Any:
    return and_(column > asked.since, column <= asked.at)


def _owners(lines: Sequence[Row[Any]], ages: int) -> tuple[OwnerLine, ...]:
    by_owner: dict[int | None, list[Row[Any]]] = {}
    for row in lines:
        by_owner.setdefault(row.owner_id, []).append(row)
    return tuple(sorted((_line(rows, ages) for rows in by_owner.values()), key=_by_name))


def _line(rows: list[Row[Any]], ages: int) -> OwnerLine:
    first, by_age = rows[0], [0] * ages
    for row in rows:
        by_age[row.age] += row.count
    return OwnerLine(
        owner=ref(first.owner_id, first.slack_user_id, first.name),
        by_age=tuple(by_age),
        past_limit=_sum(rows, "past"),
        untouched=_sum(rows, "quiet"),
    )


def _sum(rows: Iterable[Row[Any]], name: str) -> int:
    return sum(int(getattr(row, name)) for row in rows)


def _by_name(line: OwnerLine) -> tuple[bool, str, int]:
    owner = line.owner
    return (True, "", 0) if owner is None else (False, owner.name.casefold(), owner.id)


def _changes(
    lines: Sequence[Row[Any]], closed: Row[Any], some: Mapping[str, tuple[Mentioned, ...]]
) -> Changes:
    def changed(what: str, total: int, newly: int | None = None) -> Changed:
        return Changed(total=total, newly=total if newly is None else newly, some=some.get(what, ()))

    return Changes(
        new=changed(NEW, _sum(lines, "is_new") + int(closed.is_new or 0)),
        closed=changed(CLOSED, int(closed.closed or 0)),
        handed_over=changed(HANDED, _sum(lines, "handed")),
        past_limit=changed(PAST, _sum(lines, "past"), _sum(lines, "newly_past")),
        untouched=changed(UNTOUCHED, _sum(lines, "quiet"), _sum(lines, "newly_quiet")),
    )


def _some(rows: Sequence[Row[Any]], known: Mapping[CaseId, ReportRow]) -> tuple[Mentioned, ...]:
    """The first of a change in its order, which a statement of several parts does not keep."""
    order = _ORDER.get(rows[0].what)
    found = [known[CaseId(row.id)] for row in rows if CaseId(row.id) in known]
    return tuple(
        Mentioned(
            number=one.number,
            title=one.title,
            owner=one.owner.name if one.owner else "",
            permalink=one.permalink,
        )
        for one in (sorted(found, key=order) if order else found)
    )


_ORDER: dict[str, Callable[[ReportRow], tuple[Any, ...]]] = {
    PAST: lambda one: (one.severity, one.id),
    UNTOUCHED: lambda one: (one.touched_at, one.id),
    HANDED: lambda one: (-one.id,),
    NEW: lambda one: (-one.created_at.timestamp(), -one.id),
}


def _table(
    places: Sequence[Row[Any]], lines: Sequence[OwnerLine], known: Mapping[CaseId, ReportRow]
) -> tuple[ReportRow, ...]:
    by_name = {line.owner.id if line.owner else None: place for place, line in enumerate(lines)}
    found = [(row.age, known[CaseId(row.id)]) for row in places if CaseId(row.id) in known]

    def place(one: tuple[int, ReportRow]) -> tuple[int, int]:
        owner = one[1].owner
        return by_name.get(owner.id if owner else None, len(by_name)), one[0]

    return tuple(row for _, row in sorted(found, key=place))


def _rows_by_id(
    connection: Connection, viewer: Viewer, asked: Asked, ids: Sequence[int]
) -> dict[CaseId, ReportRow]:
    """What is shown of single cases, open or closed."""
    wanted = sorted({one for one in ids if one})
    if not wanted:
        return {}
    rows = connection.execute(_rows(viewer, asked).where(visible(viewer), cases.c.id.in_(wanted)))
    return {CaseId(row.id): _row(row) for row in rows}


def _rows(viewer: Viewer, asked: Asked) -> Select[Any]:
    return (
        select(
            cases.c.id,
            cases.c.number,
            cases.c.title,
            cases.c.severity,
            cases.c.status,
            cases.c.owner_id,
            cases.c.created_at,
            cases.c.updated_at,
            cases.c.card_permalink,
            cases.c.escalated_at,
            accounts.c.name.label("account"),
            _owner.c.name.label("owner_name"),
            _owner.c.slack_user_id.label("owner_slack"),
            case((past_limit(viewer, asked.at), 1), else_=0).label("past"),
        )
        .select_from(cases)
        .join(accounts, accounts.c.id == cases.c.account_id)
        .outerjoin(_owner, _owner.c.id == cases.c.owner_id)
    )


def _row(row: Row[Any]) -> ReportRow:
    return ReportRow(
        id=CaseId(row.id),
        number=CaseNumber(row.number),
        title=row.title,
        account=row.account,
        severity=row.severity,
        status=Status(row.status),
        owner=ref(row.owner_id, row.owner_slack, row.owner_name),
        created_at=row.created_at,
        touched_at=row.updated_at,
        permalink=row.card_permalink,
        is_escalated=row.escalated_at is not None,
        past_limit=bool(row.past),
    )
