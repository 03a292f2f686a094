"""Lists of cases: counted and paged by key in the viewer's own SQL, newest first.

A list is made of stretches: parts of one index each, in the order of ids, that have no case in common. So a
page reads no further than it shows, and the count reads the index alone. Statements are built once for each
shape of list, and run with the viewer's own parameters: building one costs ten times what it takes to run.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Integer,
    Row,
    Select,
    Text,
    bindparam,
    cast,
    func,
    select,
    union_all,
)

from bot.domain.duties import Facts, next_duty
from bot.domain.ids import CaseId, CaseNumber
from bot.domain.lifecycle import Status
from bot.domain.pages import CaseList, CaseRow, ListKind
from bot.domain.people import Viewer
from bot.domain.permissions import Reach
from bot.store import turns
from bot.store.cases import eyes, of_case, reach_of, ref, visible_to
from bot.store.schema import IS_OPEN, IS_OWED, accounts, call_backs, cases, people
from bot.store.schema_finding import IS_NOBODYS
from bot.store.types import Id
from bot.store.work import Query

PAGE = 10
LINES = 64
"""Statements that are kept of those that read lines by their ids, one for each number of ids."""

_WAITS = (cases.c.status == Status.WAITING.value) & IS_OPEN


def case_list(kind: ListKind, start: CaseId | None = None, *, limit: int = PAGE) -> Query[CaseList]:
    """A page of a list, from the case `start` (included) on downwards; from the top without it."""

    def query(connection: Connection, viewer: Viewer) -> CaseList:
        shape = _shape(kind, viewer)
        found, counted = _read(connection, viewer, shape, start, limit) if shape else ([], _NOTHING)
        is_staff = viewer.is_staff
        return CaseList(
            kind=kind,
            rows=tuple(line(row, for_staff=is_staff) for row in found[:limit]),
            total=counted.total,
            first=counted.above + 1 if found else 0,
            newer=CaseId(counted.newer) if counted.newer is not None else None,
            older=CaseId(found[limit].id) if len(found) > limit else None,
            person=viewer.person,
        )

    return query


class _Shape(NamedTuple):
    """What decides how the statement of a list reads: all but its parameters."""

    kind: ListKind
    reach: Reach
    is_staff: bool
    teams: int = 0


class _Counted(NamedTuple):
    """How many there are, how many above the page, and where the page above it starts."""

    total: int
    above: int
    newer: int | None


_NOTHING = _Counted(0, 0, None)


def _shape(kind: ListKind, viewer: Viewer) -> _Shape | None:
    """None where there is no such list for the viewer: staff have no account, others have no teams."""
    reach, is_staff = reach_of(viewer), viewer.is_staff
    if reach is Reach.NONE:
        return None
    match kind:
        case ListKind.MINE | ListKind.CREATED:
            return _Shape(kind, reach, is_staff)
        case ListKind.TEAM if is_staff:
            return _Shape(kind, reach, is_staff, len(viewer.person.teams))
        case ListKind.WAITING if is_staff:
            return _Shape(kind, reach, is_staff, len(viewer.person.teams))
        case ListKind.WAITING | ListKind.ACCOUNT if viewer.account_id is not None:
            return _Shape(kind, reach, is_staff)
        case _:
            return None


def _stretches(shape: _Shape) -> list[Any]:
    seen = visible_to(shape.reach)
    own = cases.c.owner_id == bindparam("viewer_person")
    of_teams = [cases.c.team_id == bindparam(f"team_{number}") for number in range(shape.teams)]
    match shape.kind:
        case ListKind.MINE:
            return [seen & own & IS_OPEN]
        case ListKind.CREATED:
            return [seen & (cases.c.creator_id == bindparam("viewer_person")) & IS_OPEN]
        case ListKind.TEAM:
            # What has neither team nor owner is everybody's to pick up: on no other list would it be seen.
            return [seen & IS_NOBODYS & IS_OPEN, *(seen & one & IS_OPEN for one in of_teams)]
        case ListKind.WAITING if shape.is_staff:
            others = cases.c.owner_id.is_distinct_from(bindparam("viewer_person"))
            return [seen & own & _WAITS, *(seen & one & others & _WAITS for one in of_teams)]
        case ListKind.WAITING:
            return [seen & (cases.c.account_id == bindparam("viewer_account")) & _WAITS]
        case ListKind.ACCOUNT:
            return [seen & (cases.c.account_id == bindparam("viewer_account"))]


def _read(
    connection: Connection, viewer: Viewer, shape: _Shape, start: CaseId | None, limit: int
) -> tuple[Sequence[Row[Any]], _Counted]:
    """A page and one row more, with what is counted; in one statement unless the page is empty."""
    asked = eyes(viewer) | {"start": start, "size": limit, "one_more": limit + 1}
    asked |= {f"team_{number}": team.id for number, team in enumerate(viewer.person.teams)}
    turned = start is not None
    found = connection.execute(_page(shape, turned), asked).all()
    if not found and not turned:
        return found, _NOTHING
    counted = found[0] if found else connection.execute(_counts(shape), asked).one()
    above = counted.above if turned else 0
    return found, _Counted(counted.total, above, counted.newer if above else None)


@cache
def _page(shape: _Shape, turned: bool) -> Select[Any]:
    """The lines of a page; every line says again what is counted, which is counted once."""
    stretches = _stretches(shape)
    wanted = _rows().add_columns(*_counted(stretches, turned))
    if turned:
        stretches = [one & (cases.c.id <= bindparam("start", type_=Id)) for one in stretches]
    newest = cases.c.id.desc()
    if len(stretches) == 1:
        wanted = wanted.where(stretches[0]).order_by(newest)
    else:
        each = [_first(one, newest, "one_more") for one in stretches]
        wanted = wanted.where(cases.c.id.in_(union_all(*each))).order_by(newest)
    return wanted.limit(bindparam("one_more", type_=Integer))


def _first(stretch: Any, order: Any, size: str) -> Select[Any]:
    """The first ids of a stretch, as a part of a union."""
    first = select(cases.c.id).where(stretch).order_by(order).limit(bindparam(size, type_=Integer))
    return select(first.correlate(None).subquery().c.id)


@cache
def _counts(shape: _Shape) -> Select[Any]:
    return select(*_counted(_stretches(shape), turned=True))


def _counted(stretches: Sequence[Any], turned: bool) -> list[Any]:
    total = _sum(stretches).label("total")
    if not turned:
        return [total]
    newer = [one & (cases.c.id > bindparam("start", type_=Id)) for one in stretches]
    nearest = [_first(one, cases.c.id, "size") for one in newer]
    if len(nearest) > 1:
        every = union_all(*nearest).subquery()
        nearest = [select(every.c.id).order_by(every.c.id).limit(bindparam("size", type_=Integer))]
    start = select(func.max(nearest[0].subquery().c.id)).scalar_subquery()
    return [total, _sum(newer).label("above"), start.label("newer")]


def _sum(stretches: Sequence[Any]) -> Any:
    """How many cases they have together."""
    counts = [
        select(func.count()).select_from(cases).where(one).correlate(None).scalar_subquery()
        for one in stretches
    ]
    return sum(counts[1:], start=counts[0])


def case_rows(connection: Connection, viewer: Viewer, ids: Sequence[CaseId]) -> tuple[CaseRow, ...]:
    """The lines of cases that were found, newest first; of those that the viewer may see."""
    if not ids:
        return ()
    asked = eyes(viewer) | {f"id_{place}": one for place, one in enumerate(ids)}
    found = connection.execute(_lines(reach_of(viewer), len(ids)), asked).all()
    is_staff = viewer.is_staff
    rows = (line(row, for_staff=is_staff) for row in found)
    return tuple(sorted(rows, key=lambda row: row.id, reverse=True))


@lru_cache(LINES)
def _lines(reach: Reach, count: int) -> Select[Any]:
    # One parameter for each: a parameter that is a list makes SQLAlchemy write the statement anew each time.
    mine = cases.c.id.in_([bindparam(f"id_{place}", type_=Id) for place in range(count)])
    return _rows().where(visible_to(reach, by_index=False), mine)


LINE = (
    cases.c.id,
    cases.c.number,
    cases.c.version,
    cases.c.title,
    cases.c.status,
    cases.c.severity,
    cases.c.updated_at,
    cases.c.escalated_at,
    cases.c.owner_id,
    accounts.c.name.label("account_name"),
    people.c.name.label("owner_name"),
    people.c.slack_user_id.label("owner_slack"),
    cases.c.created_at,
    cases.c.escalation_opens_at,
    cases.c.first_answered_at,
    call_backs.c.due_at.label("call_back_due"),
    cast(cases.c.turns, Text).label("turns"),  # mostly there are none, and nothing is to be read
)
"""What a line is made of, in the order in which `line` takes it apart."""


def with_names(of_cases: Select[Any]) -> Select[Any]:
    """A statement that reads cases, with the names around them and the call that is owed."""
    named = of_cases.join(accounts, accounts.c.id == cases.c.account_id)
    owned = named.outerjoin(people, people.c.id == cases.c.owner_id)
    return owned.outerjoin(call_backs, of_case(call_backs) & IS_OWED)


def _rows() -> Select[Any]:
    return with_names(select(*LINE).select_from(cases))


def line(row: Sequence[Any], *, for_staff: bool) -> CaseRow:
    """A line of a list as staff or others may know it; the row may have more behind it."""
    # By place: in a page of twenty, asking a row for its columns by name costs as much as reading them.
    id_, number, version, title, status, severity, updated, escalated, owner, account, name, slack = row[:12]
    created, opens, answered, call_back, turned = row[12:17]
    facts = Facts(
        status=_STATUSES[status],
        has_owner=owner is not None,
        created_at=created,
        answer_by=opens,
        first_answered=answered,
        call_back_due=call_back,
        turns=turns.read_text(turned),
    )
    return CaseRow(
        id=CaseId(id_),
        number=CaseNumber(number),
        version=version,
        title=title,
        status=facts.status,
        severity=severity,
        account_name=account,
        owner=_owner(owner, slack, name),
        updated_at=updated,
        escalated_at=escalated,
        duty=next_duty(facts, for_staff=for_staff),
    )


_STATUSES = {status.value: status for status in Status}
_owner = lru_cache(1024)(ref)
"""Most cases of a page have one of a few owners."""
