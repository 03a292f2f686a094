"""The lines of a report's file, read by key and made by the database itself: plain tuples, to be written.

`services.report_reading` asks, a page at a time. In a file of 40,000 cases each value costs that Python turns
into another one: here it turns none.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, Integer, Select, bindparam, case, func, select

from bot.domain.ids import CaseId, PersonId
from bot.domain.people import Viewer
from bot.domain.reports import FileLine
from bot.store.made_text import said, whole_days
from bot.store.report_scope import Asked, open_of_report, past_limit, values_of
from bot.store.schema import accounts, cases, people
from bot.store.types import Id

_owner = people.alias("owner")


def lines_of(
    connection: Connection,
    viewer: Viewer,
    asked: Asked,
    owners: Sequence[PersonId],
    after: CaseId | None = None,
    limit: int = 0,
) -> list[FileLine]:
    """The open cases of some owners, by owner, oldest first; of one, or of nobody (none given), a page of
    `limit` from behind the case `after`.
    """
    if not viewer.is_staff:
        return []
    dialect = connection.dialect.name
    statement = _lines(dialect, viewer, asked, is_owned=bool(owners), is_paged=after is not None)
    page = {"file_owners": list(owners), "after": after, "size": limit}
    found = connection.execute(statement, values_of(dialect, viewer, asked) | page)
    return cast(list[FileLine], found.all())


@lru_cache(8)  # a file is read by one or two statements, which take longer to build than to run
def _lines(dialect: str, viewer: Viewer, asked: Asked, *, is_owned: bool, is_paged: bool) -> Select[Any]:
    mine = open_of_report(dialect, viewer, asked)
    if is_owned:
        mine &= cases.c.owner_id.in_(bindparam("file_owners", expanding=True, type_=Id))
    else:
        mine &= cases.c.owner_id.is_(None)
    wanted = _columns(dialect, viewer, asked).where(mine).order_by(cases.c.owner_id, cases.c.id)
    if not is_paged:
        return wanted
    after = cases.c.id > bindparam("after", type_=Id)
    return wanted.where(after).limit(bindparam("size", type_=Integer))


def _columns(dialect: str, viewer: Viewer, asked: Asked) -> Select[Any]:
    return (
        select(
            cases.c.id,
            cases.c.owner_id,
            func.coalesce(_owner.c.name, ""),
            cases.c.number,
            cases.c.title,
            accounts.c.name,
            cases.c.severity,
            cases.c.status,
            said(dialect, cases.c.created_at),
            said(dialect, cases.c.updated_at),
            whole_days(dialect, cases.c.created_at, asked.at),
            whole_days(dialect, cases.c.updated_at, asked.at),
            case((cases.c.escalated_at.is_not(None), "yes"), else_=""),
            case((past_limit(viewer, asked.at), "yes"), else_=""),
            func.coalesce(cases.c.card_permalink, ""),
        )
        .select_from(cases)
        .join(accounts, accounts.c.id == cases.c.account_id)
        .outerjoin(_owner, _owner.c.id == cases.c.owner_id)
    )
