"""What is counted of the cases of a report, owner by owner and in the order of their index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Select, and_, false, func, not_, select

from bot.domain.people import PersonRef, Viewer
from bot.domain.reports import OwnerLine, age_begins
from bot.store.cases import ref
from bot.store.planning import planned_each_time
from bot.store.report_scope import (
    HAS_ENDED,
    Asked,
    Here,
    in_default,
    one_if,
    unanswered,
    untouched,
    was_handed,
)
from bot.store.schema import cases, people

_owner = people.alias("owner")


def counted(connection: Connection, viewer: Viewer, asked: Asked) -> list[Count]:
    """What is counted of the open cases of each owner. It costs as much as the rest together."""
    here = Here(connection, viewer, asked)
    younger = [
        one_if(cases.c.created_at >= begins).label(f"age_{at}")
        for at, begins in enumerate(age_begins(asked.at, asked.zone))
    ]
    each = (
        here.open(
            cases.c.owner_id,
            func.count().label("total"),
            *younger,
            one_if(unanswered(asked.at)).label("past"),
            one_if(unanswered(asked.since)).label("was_past"),
            one_if(untouched(asked.untouched_at)).label("quiet"),
            one_if(untouched(asked.untouched_since)).label("was_quiet"),
            one_if(was_handed(here)).label("handed"),
            one_if(cases.c.created_at > asked.since).label("is_new"),
        )
        .group_by(cases.c.owner_id)
        .subquery()
    )
    found = {row.owner_id: _count(row._mapping, len(younger)) for row in here.run(_with_names(each))}
    for row in here.run(_others_past(here)):
        if row.owner_id in found:  # a case may have got its first owner in between
            found[row.owner_id].past += row.past
            found[row.owner_id].was_past += row.was_past
    return list(found.values())


def _others_past(here: Here) -> Select[Any]:
    """By owner, the cases that are past another limit than that of the first answer: there are few."""
    asked = here.asked
    were = one_if(in_default(here.viewer, asked.since))
    past = here.open(cases.c.owner_id, func.count().label("past"), were.label("was_past"))
    others = and_(in_default(here.viewer, asked.at), not_(func.coalesce(unanswered(asked.at), false())))
    return past.where(others).group_by(cases.c.owner_id)


def _with_names(counted: Any) -> Select[Any]:
    named = select(counted, _owner.c.name, _owner.c.slack_user_id)
    return named.outerjoin(_owner, _owner.c.id == counted.c.owner_id)


@dataclass(kw_only=True)
class Count:
    """What was counted of one owner's cases; None owns what is nobody's."""

    owner: PersonRef | None
    by_age: tuple[int, ...]
    past: int
    was_past: int
    quiet: int
    was_quiet: int
    handed: int
    is_new: int


def _count(row: Mapping[str, Any], ages: int) -> Count:
    younger = [0, *(int(row[f"age_{at}"]) for at in range(ages)), int(row["total"])]
    return Count(
        owner=ref(row["owner_id"], row["slack_user_id"], row["name"]),
        by_age=tuple(more - less for less, more in pairwise(younger)),
        **{name: int(row[name]) for name in _COUNTS},
    )


_COUNTS = ("past", "was_past", "quiet", "was_quiet", "handed", "is_new")


def line_of(count: Count) -> OwnerLine:
    return OwnerLine(owner=count.owner, by_age=count.by_age, past_limit=count.past, untouched=count.quiet)


def total_of(counts: Iterable[Count], name: str) -> int:
    return sum(getattr(one, name) for one in counts)


def by_name(line: OwnerLine) -> tuple[bool, str, int]:
    owner = line.owner
    return (True, "", 0) if owner is None else (False, owner.name.casefold(), owner.id)


def closed(connection: Connection, viewer: Viewer, asked: Asked) -> tuple[int, int]:
    """How many were closed since the last report, and how many were opened since then and are closed."""
    here = Here(connection, viewer, asked)
    ended = one_if(cases.c.closed_at <= asked.at).label("closed")
    new = one_if(here.between(cases.c.created_at)).label("is_new")
    row = here.run(here.every(ended, new).where(HAS_ENDED, cases.c.closed_at > asked.since)).one()
    return int(row.closed or 0), int(row.is_new or 0)


def owners(connection: Connection, viewer: Viewer, asked: Asked) -> tuple[OwnerLine, ...]:
    """The same owners with the number of their cases alone, whatever their age: a file is read by them."""
    here = Here(connection, viewer, asked)
    counted = here.open(cases.c.owner_id, func.count().label("total")).group_by(cases.c.owner_id).subquery()
    with planned_each_time(connection):
        found = here.run(_with_names(counted)).all()
    lines = (
        OwnerLine(owner=ref(row.owner_id, row.slack_user_id, row.name), by_age=(row.total,)) for row in found
    )
    return tuple(sorted(lines, key=by_name))
