"""Lists of cases: counted and paged by key in the viewer's own SQL, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, false, func, select

from bot.domain.duties import Facts, next_duty
from bot.domain.ids import CaseId, CaseNumber
from bot.domain.lifecycle import Status
from bot.domain.pages import CaseList, CaseRow, ListKind
from bot.domain.people import Viewer
from bot.store import turns
from bot.store.cases import of_case, ref, visible
from bot.store.schema import IS_OPEN, IS_OWED, accounts, call_backs, cases, people
from bot.store.work import Query

PAGE = 10
_WAITS = cases.c.status == Status.WAITING.value


def case_list(kind: ListKind, start: CaseId | None = None, *, limit: int = PAGE) -> Query[CaseList]:
    """A page of a list, from the case `start` (included) on downwards; from the top without it."""

    def query(connection: Connection, viewer: Viewer) -> CaseList:
        mine = visible(viewer) & _of_kind(kind, viewer)
        total = _count(connection, mine)
        above = _count(connection, mine & (cases.c.id > start)) if start is not None else 0
        wanted = mine & (cases.c.id <= start) if start is not None else mine
        found = connection.execute(_rows().where(wanted).order_by(cases.c.id.desc()).limit(limit + 1)).all()
        return CaseList(
            kind=kind,
            rows=tuple(_row(row, viewer) for row in found[:limit]),
            total=total,
            first=above + 1 if found else 0,
            newer=_start_of_newer(connection, mine, start, limit) if above else None,
            older=CaseId(found[limit].id) if len(found) > limit else None,
            person=viewer.person,
        )

    return query


def case_rows(connection: Connection, viewer: Viewer, ids: Sequence[CaseId]) -> tuple[CaseRow, ...]:
    """The lines of cases that were found, newest first; of those that the viewer may see."""
    if not ids:
        return ()
    theirs = visible(viewer, by_index=False) & cases.c.id.in_(ids)
    found = connection.execute(_rows().where(theirs)).all()
    rows = (_row(row, viewer) for row in found)
    return tuple(sorted(rows, key=lambda row: row.id, reverse=True))


def _of_kind(kind: ListKind, viewer: Viewer) -> Any:
    match kind:
        case ListKind.MINE:
            return (cases.c.owner_id == viewer.person_id) & IS_OPEN
        case ListKind.CREATED:
            return (cases.c.creator_id == viewer.person_id) & IS_OPEN
        case ListKind.TEAM if viewer.is_staff:
            # Named one by one: of a subquery PostgreSQL expects that it finds half of all cases.
            my_teams = [team.id for team in viewer.person.teams]
            # What has neither team nor owner is everybody's to pick up: on no other list would it be seen.
            is_nobodys = cases.c.team_id.is_(None) & cases.c.owner_id.is_(None)
            return (cases.c.team_id.in_(my_teams) | is_nobodys) & IS_OPEN
        case ListKind.WAITING if viewer.is_staff:
            teams_too = cases.c.team_id.in_([team.id for team in viewer.person.teams])
            return _WAITS & ((cases.c.owner_id == viewer.person_id) | teams_too)
        case ListKind.WAITING if viewer.account_id is not None:
            return _WAITS & (cases.c.account_id == viewer.account_id)
        case ListKind.ACCOUNT if viewer.account_id is not None:
            return cases.c.account_id == viewer.account_id
        case _:
            return false()


def _count(connection: Connection, mine: Any) -> int:
    return connection.execute(select(func.count()).select_from(cases).where(mine)).scalar_one()


def _start_of_newer(connection: Connection, mine: Any, start: CaseId | None, limit: int) -> CaseId | None:
    newer = select(cases.c.id).where(mine, cases.c.id > start).order_by(cases.c.id).limit(limit)
    found = connection.execute(newer).scalars().all()
    return CaseId(found[-1]) if found else None


def _rows() -> Select[Any]:
    return (
        select(
            cases.c.id,
            cases.c.number,
            cases.c.version,
            cases.c.title,
            cases.c.status,
            cases.c.severity,
            cases.c.updated_at,
            cases.c.escalated_at,
            cases.c.owner_id,
            cases.c.created_at,
            cases.c.escalation_opens_at,
            cases.c.first_answered_at,
            cases.c.turns,
            call_backs.c.due_at.label("call_back_due"),
            accounts.c.name.label("account_name"),
            people.c.name.label("owner_name"),
            people.c.slack_user_id.label("owner_slack"),
        )
        .join(accounts, accounts.c.id == cases.c.account_id)
        .outerjoin(people, people.c.id == cases.c.owner_id)
        .outerjoin(call_backs, of_case(call_backs) & IS_OWED)
    )


def _row(row: Row[Any], viewer: Viewer) -> CaseRow:
    return CaseRow(
        id=CaseId(row.id),
        number=CaseNumber(row.number),
        version=row.version,
        title=row.title,
        status=Status(row.status),
        severity=row.severity,
        account_name=row.account_name,
        owner=ref(row.owner_id, row.owner_slack, row.owner_name),
        updated_at=row.updated_at,
        escalated_at=row.escalated_at,
        duty=next_duty(_facts(row), for_staff=viewer.is_staff),
    )


def _facts(row: Row[Any]) -> Facts:
    return Facts(
        status=Status(row.status),
        has_owner=row.owner_id is not None,
        created_at=row.created_at,
        answer_by=row.escalation_opens_at,
        first_answered=row.first_answered_at,
        call_back_due=row.call_back_due,
        turns=turns.read(row.turns),
    )
