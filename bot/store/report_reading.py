"""What a report says, counted and picked by the database through its receiver's eyes: `report` is all of it.

`services.report_reading` asks. Open cases are counted owner by owner, in the order of their index; what is
shown of each is picked in it. No row of theirs leaves the database but those that are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Row,
    Select,
    bindparam,
    case,
    literal_column,
    select,
    union_all,
)

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
    rows_for_each,
)
from bot.store.cases import ref, visible
from bot.store.planning import planned_each_time
from bot.store.report_counts import by_name, closed, counted, line_of, total_of
from bot.store.report_counts import owners as owners
from bot.store.report_scope import HAS_ENDED, Here, last_event, past_limit, untouched, was_handed
from bot.store.report_scope import Asked as Asked
from bot.store.schema import accounts, cases, people

SOME = MOST_OF_A_CHANGE
"""Cases that are mentioned of each change."""

_owner = people.alias("owner")


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
    with planned_each_time(connection):
        return _report(connection, viewer, asked, most)


def _report(connection: Connection, viewer: Viewer, asked: Asked, most: int) -> Told:
    here = Here(connection, viewer, asked)
    counts = counted(connection, viewer, asked)
    lines = tuple(sorted((line_of(one) for one in counts), key=by_name))
    ended, ended_and_new = closed(connection, viewer, asked)
    handed, quiet, past = (total_of(counts, name) for name in ("handed", "quiet", "past"))
    picked = _pressing(here, lines, most)
    first = {
        "new": here.ids(_new(here)),
        "closed": here.ids(_just_closed(here)) if ended else [],
        "handed": here.ids(_handed(here)) if handed else [],
        "past": here.ids(_past(here)) if past and not _all_are_picked(lines, most) else [],
        "quiet": here.ids(_quiet(here)) if quiet else [],
    }
    known = _rows_by_id(here, [*picked, *(one for ids in first.values() for one in ids)])
    rows = tuple(known[one] for one in picked if one in known)
    if past and not first["past"]:
        most_pressing = sorted((row.severity, row.id) for row in rows if row.past_limit)
        first["past"] = [one for _, one in most_pressing[:SOME]]

    def changed(what: str, total: int, newly: int | None = None) -> Changed:
        some = tuple(_mentioned(known[one]) for one in first[what] if one in known)
        return Changed(total=total, newly=total if newly is None else newly, some=some)

    return Told(
        owners=lines,
        changes=Changes(
            new=changed("new", total_of(counts, "is_new") + ended_and_new),
            closed=changed("closed", ended),
            handed_over=changed("handed", handed),
            past_limit=changed("past", past, past - total_of(counts, "was_past")),
            untouched=changed("quiet", quiet, quiet - total_of(counts, "was_quiet")),
        ),
        rows=rows,
    )


def _new(here: Here) -> Select[Any]:
    newest = (cases.c.created_at.desc(), cases.c.id.desc())
    return here.every(cases.c.id).where(here.between(cases.c.created_at)).order_by(*newest).limit(SOME)


def _just_closed(here: Here) -> Select[Any]:
    closed = here.every(cases.c.id).where(HAS_ENDED, here.between(cases.c.closed_at))
    return closed.order_by(cases.c.closed_at.desc()).limit(SOME)


def _handed(here: Here) -> Select[Any]:
    """The newest cases: from those on it is looked, and no further than to the last that is shown."""
    return here.open(cases.c.id).where(was_handed(here)).order_by(cases.c.id.desc()).limit(SOME)


def _quiet(here: Here) -> Select[Any]:
    """The oldest ones, for the same reason."""
    return here.open(cases.c.id).where(untouched(here.asked.untouched_at)).order_by(cases.c.id).limit(SOME)


def _past(here: Here) -> Select[Any]:
    past = here.open(cases.c.id).where(past_limit(here.viewer, here.asked.at))
    return past.order_by(cases.c.severity, cases.c.id).limit(SOME)


def _all_are_picked(lines: Sequence[OwnerLine], most: int) -> bool:
    """Whether the most pressing cases of all are among those that the table has of each owner."""
    return len(lines) <= most and rows_for_each(lines, most) >= SOME


def _pressing(here: Here, lines: Sequence[OwnerLine], most: int) -> list[CaseId]:
    """The most pressing cases of each owner, as many as the table holds of each.

    Each owner's are read by their index and no more is sorted than is kept: to rank all cases takes twice as
    long.
    """
    if not lines:
        return []
    first = case((past_limit(here.viewer, here.asked.at), 0), else_=1)
    ranked = here.open(cases.c.id).order_by(first, cases.c.severity, cases.c.id)
    ranked = ranked.limit(bindparam("of_each", type_=Integer))
    each = [ranked.where(_is_owned_by(line)).subquery() for line in lines[:most]]
    parts = [select(one.c.id, literal_column(str(place))) for place, one in enumerate(each)]
    rows = here.run(union_all(*parts).order_by(literal_column("2")), of_each=rows_for_each(lines, most))
    return [CaseId(row.id) for row in rows][:most]


def _is_owned_by(line: OwnerLine) -> Any:
    return cases.c.owner_id.is_(None) if line.owner is None else cases.c.owner_id == line.owner.id


def _mentioned(row: ReportRow) -> Mentioned:
    return Mentioned(
        number=row.number,
        title=row.title,
        owner=row.owner.name if row.owner else "",
        permalink=row.permalink,
    )


def _rows_by_id(here: Here, ids: Iterable[CaseId]) -> dict[CaseId, ReportRow]:
    """What is shown of single cases, open or closed."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    mine = visible(here.viewer, by_index=False) & cases.c.id.in_(wanted)
    rows = here.run(_rows(here.viewer, here.asked).where(mine))
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
            last_event().label("last"),
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
        touched_at=max(row.updated_at, row.last),
        permalink=row.card_permalink,
        is_escalated=row.escalated_at is not None,
        past_limit=bool(row.past),
    )
