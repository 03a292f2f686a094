"""What a report says, counted and picked by the database through its receiver's eyes; never all at once.

`services.report_reading` asks. Every statement aggregates, or reads one short page by key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, case, exists, false, func, or_, select, true

from bot.domain.cases import ChangeKind
from bot.domain.ids import CaseId, CaseNumber, PersonId, SlackUserId
from bot.domain.lifecycle import Status
from bot.domain.people import PersonRef, Viewer
from bot.domain.reports import (
    MOST_OF_A_CHANGE,
    Changed,
    Changes,
    Mentioned,
    OwnerLine,
    ReportRow,
    Scope,
    age_ends,
    rows_for_each,
)
from bot.domain.search import Search
from bot.store.cases import ref, visible
from bot.store.schema import IS_OPEN, IS_OWED, accounts, call_backs, cases, history, people
from bot.store.schema_finding import IS_CLOSED
from bot.store.search import Named, condition

HANDED_OVER = (ChangeKind.ASSIGNED.value, ChangeKind.ASKED.value, ChangeKind.ASKED_FOR_UPDATE.value)

_owner = people.alias("owner")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which cases, of what time: `at` is when the report was claimed, `since` when the last one was.

    `search` and its names stand for `scope.search`; `untouched_*` are the instants before which a case's
    last event lies when it counts as untouched, at those two times.
    """

    scope: Scope
    at: datetime
    since: datetime
    untouched_at: datetime
    untouched_since: datetime
    search: Search | None = None
    named: Named | None = None


def _of_report(connection: Connection, viewer: Viewer, asked: Asked) -> Any:
    """The cases of a report, open or closed, that the viewer may see at all; nobody but staff sees any."""
    if not viewer.is_staff:
        return visible(viewer) & false()
    scope, mine = asked.scope, visible(viewer)
    if scope.team_id is not None:
        mine &= cases.c.team_id == scope.team_id
    if scope.own_of is not None:
        return mine & or_(cases.c.owner_id == scope.own_of, cases.c.creator_id == scope.own_of)
    if asked.search is None or asked.named is None:
        return mine & cases.c.opened_by_staff
    return mine & condition(connection, viewer, asked.search, asked.named)


def _past_limit(at: datetime) -> Any:
    """The first answer is owed since then (T0), or a manager's call is (T13)."""
    unanswered = and_(cases.c.first_answered_at.is_(None), cases.c.escalation_opens_at <= at)
    owed = exists().where(
        call_backs.c.workspace_id == cases.c.workspace_id,
        call_backs.c.case_id == cases.c.id,
        IS_OWED,
        call_backs.c.due_at <= at,
    )
    return or_(unanswered, owed)


def _untouched(before: datetime) -> Any:
    """No event since: neither a change of the case nor anything in its history."""
    event = exists().where(history.c.case_id == cases.c.id, history.c.at >= before)
    return and_(cases.c.updated_at < before, ~event)


def owner_lines(connection: Connection, viewer: Viewer, asked: Asked) -> tuple[OwnerLine, ...]:
    """Open cases by owner and age, owners by name, what nobody owns last."""
    ends = age_ends(asked.at)
    age = case(*((cases.c.created_at > end, number) for number, end in enumerate(ends)), else_=len(ends))
    past = case((_past_limit(asked.at), 1), else_=0)
    quiet = case((_untouched(asked.untouched_at), 1), else_=0)
    counted = (
        select(
            cases.c.owner_id,
            age.label("age"),
            func.count().label("count"),
            func.sum(past).label("past"),
            func.sum(quiet).label("quiet"),
        )
        .where(_of_report(connection, viewer, asked), IS_OPEN, cases.c.created_at <= asked.at)
        .group_by(cases.c.owner_id, age)
        .subquery()
    )
    named = select(counted, _owner.c.name, _owner.c.slack_user_id).outerjoin(
        _owner, _owner.c.id == counted.c.owner_id
    )
    found: dict[int | None, list[Row[Any]]] = {}
    for row in connection.execute(named):
        found.setdefault(row.owner_id, []).append(row)
    lines = [_line(rows, len(ends) + 1) for rows in found.values()]
    return tuple(sorted(lines, key=_by_name))


def _line(rows: list[Row[Any]], ages: int) -> OwnerLine:
    first, by_age = rows[0], [0] * ages
    for row in rows:
        by_age[row.age] += row.count
    return OwnerLine(
        owner=ref(first.owner_id, first.slack_user_id, first.name),
        by_age=tuple(by_age),
        past_limit=sum(int(row.past) for row in rows),
        untouched=sum(int(row.quiet) for row in rows),
    )


def _by_name(line: OwnerLine) -> tuple[bool, str, int]:
    owner = line.owner
    return (True, "", 0) if owner is None else (False, owner.name.casefold(), owner.id)


def changes(connection: Connection, viewer: Viewer, asked: Asked) -> Changes:
    """What happened since the last report, and what needs a look now."""
    mine = _of_report(connection, viewer, asked)
    now = and_(mine, IS_OPEN)
    past = _past_limit(asked.at)
    quiet = _untouched(asked.untouched_at)
    within = _between(history.c.at, asked)
    handed = exists().where(history.c.case_id == cases.c.id, history.c.kind.in_(HANDED_OVER), within)
    count = _Counter(connection)
    return Changes(
        new=count(and_(mine, _between(cases.c.created_at, asked)), cases.c.id.desc()),
        closed=count(and_(mine, IS_CLOSED, _between(cases.c.closed_at, asked)), cases.c.closed_at.desc()),
        handed_over=count(and_(now, handed), cases.c.id.desc()),
        past_limit=count(and_(now, past), cases.c.severity, cases.c.id, was=and_(_past_limit(asked.since))),
        untouched=count(
            and_(now, quiet), cases.c.updated_at, cases.c.id, was=_untouched(asked.untouched_since)
        ),
    )


def _between(column: Any, asked: Asked) -> Any:
    return and_(column > asked.since, column <= asked.at)


class _Counter:
    """Counts cases of a kind, and reads the first few."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __call__(self, wanted: Any, *order: Any, was: Any = None) -> Changed:
        newly = func.sum(case((was, 0), else_=1)) if was is not None else func.count()
        total, new = self._connection.execute(select(func.count(), newly).where(wanted)).one()
        if not total:
            return Changed()
        some = (
            select(cases.c.number, cases.c.title, cases.c.card_permalink, _owner.c.name)
            .outerjoin(_owner, _owner.c.id == cases.c.owner_id)
            .where(wanted)
            .order_by(*order)
            .limit(MOST_OF_A_CHANGE)
        )
        return Changed(
            total=total,
            newly=int(new or 0),
            some=tuple(
                Mentioned(
                    number=CaseNumber(row.number),
                    title=row.title,
                    owner=row.name or "",
                    permalink=row.card_permalink,
                )
                for row in self._connection.execute(some)
            ),
        )


def table_rows(
    connection: Connection, viewer: Viewer, asked: Asked, lines: tuple[OwnerLine, ...], most: int
) -> tuple[ReportRow, ...]:
    """The cases of the table: of each owner the most pressing ones, so that nobody is left out."""
    if not lines:
        return ()
    past = _past_limit(asked.at)
    pressing = (case((past, 0), else_=1), cases.c.severity, cases.c.id)
    place = func.row_number().over(partition_by=cases.c.owner_id, order_by=pressing)
    ranked = (
        select(cases.c.id, place.label("place"))
        .where(_of_report(connection, viewer, asked), IS_OPEN, cases.c.created_at <= asked.at)
        .subquery()
    )
    wanted = (
        _rows(asked)
        .join(ranked, ranked.c.id == cases.c.id)
        .where(ranked.c.place <= rows_for_each(lines, most))
        .order_by(cases.c.owner_id.is_(None), func.lower(_owner.c.name), cases.c.owner_id, ranked.c.place)
        .limit(most)
    )
    return tuple(_row(row) for row in connection.execute(wanted))


def page_of(
    connection: Connection,
    viewer: Viewer,
    asked: Asked,
    owner: PersonId | None,
    after: CaseId,
    limit: int,
) -> tuple[ReportRow, ...]:
    """The next open cases of one owner (None: of nobody), oldest first: the file is written page by page."""
    theirs = cases.c.owner_id == owner if owner is not None else cases.c.owner_id.is_(None)
    wanted = (
        _rows(asked)
        .where(_of_report(connection, viewer, asked), theirs, IS_OPEN, cases.c.created_at <= asked.at)
        .where(cases.c.id > after)
        .order_by(cases.c.id)
        .limit(limit)
    )
    return tuple(_row(row) for row in connection.execute(wanted))


def _rows(asked: Asked) -> Select[Any]:
    past = case((_past_limit(asked.at), 1), else_=0)
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
            past.label("past"),
        )
        .select_from(cases)
        .join(accounts, accounts.c.id == cases.c.account_id)
        .outerjoin(_owner, _owner.c.id == cases.c.owner_id)
        .where(true())
    )


def _row(row: Row[Any]) -> ReportRow:
    return ReportRow(
        id=CaseId(row.id),
        number=CaseNumber(row.number),
        title=row.title,
        account=row.account,
        severity=row.severity,
        status=Status(row.status),
        owner=_ref(row),
        created_at=row.created_at,
        touched_at=row.updated_at,
        permalink=row.card_permalink,
        is_escalated=row.escalated_at is not None,
        past_limit=bool(row.past),
    )


def _ref(row: Row[Any]) -> PersonRef | None:
    if row.owner_id is None:
        return None
    return PersonRef(
        id=PersonId(row.owner_id), slack_user_id=SlackUserId(row.owner_slack), name=row.owner_name
    )
