"""The lines of a report's file, read by key and made by the database itself: plain tuples, to be written.

`services.report_reading` asks, a page at a time. In a file of 40,000 cases each value costs that Python turns
into another one: here it turns none.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, Integer, Select, Text, bindparam, case, func, literal_column, select

from bot.domain.ids import CaseId
from bot.domain.people import Viewer
from bot.domain.reports import FileLine, OwnerLine
from bot.store.made_text import days_between, eight_digits, said
from bot.store.report_scope import Asked, open_of_report, past_limit, values_of
from bot.store.schema import accounts, cases, people
from bot.store.types import Id

_owner = people.alias("owner")


def lines_of(
    connection: Connection,
    viewer: Viewer,
    asked: Asked,
    owners: Sequence[OwnerLine],
    after: CaseId | None = None,
    limit: int = 0,
) -> list[FileLine]:
    """The open cases of some owners, by owner, oldest first; of one (or of nobody), with `after`, a page of
    `limit` from behind that case.
    """
    if not viewer.is_staff:
        return []
    dialect = connection.dialect.name
    known = [one.owner for one in owners if one.owner is not None]
    values: dict[str, Any] = {"file_owners": [one.id for one in known], "after": after, "size": limit}
    values["file_owner"] = known[0].name if known else ""
    statement = _lines(dialect, viewer, asked, is_owned=bool(known), is_paged=after is not None)
    found: Any = connection.execute(statement, values_of(dialect, viewer, asked) | values)
    # As the driver has them: to make rows of them, which know the names of their columns, takes half as long
    # again as to read them.
    lines = cast(list[FileLine], found.cursor.fetchall())
    found.close()
    return lines


@lru_cache(8)  # a file is read by one or two statements, which take longer to build than to run
def _lines(dialect: str, viewer: Viewer, asked: Asked, *, is_owned: bool, is_paged: bool) -> Select[Any]:
    wanted = _columns(dialect, viewer, asked, is_paged=is_paged)
    wanted = wanted.where(open_of_report(dialect, viewer, asked)).order_by(cases.c.owner_id, cases.c.id)
    if is_owned:
        wanted = wanted.where(cases.c.owner_id.in_(bindparam("file_owners", expanding=True, type_=Id)))
    else:
        wanted = wanted.where(cases.c.owner_id.is_(None))
    if not is_paged:
        return wanted
    after = cases.c.id > bindparam("after", type_=Id)
    return wanted.where(after).limit(bindparam("size", type_=Integer))


def _columns(dialect: str, viewer: Viewer, asked: Asked, *, is_paged: bool) -> Select[Any]:
    """In the order of `domain.exports.REPORT_COLUMNS`, and behind them what it is paged by.

    All lines of a page are of one owner, whose name is known.
    """
    name: Any = bindparam("file_owner", type_=Text) if is_paged else _owner.c.name
    yes: Any = literal_column("'yes'")
    no: Any = literal_column("''")
    found = (
        select(
            name,
            eight_digits(dialect, cases.c.number),
            cases.c.title,
            accounts.c.name,
            cases.c.severity,
            cases.c.status,
            said(dialect, cases.c.created_at),
            said(dialect, cases.c.updated_at),
            days_between(dialect, cases.c.created_at, asked.at, asked.zone),
            days_between(dialect, cases.c.updated_at, asked.at, asked.zone),
            case((cases.c.escalated_at.is_not(None), yes), else_=no),
            case((past_limit(viewer, asked.at), yes), else_=no),
            func.coalesce(cases.c.card_permalink, no),
            cases.c.owner_id,
            cases.c.id,
        )
        .select_from(cases)
        .join(accounts, accounts.c.id == cases.c.account_id)
    )
    return found if is_paged else found.join(_owner, _owner.c.id == cases.c.owner_id)
