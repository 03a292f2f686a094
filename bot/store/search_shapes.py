"""What a search asks for, taken apart: the shape of its statements, and the parameters that go into them.

A shape is what decides how a statement reads: who asks, and which filters there are. Words, names and days
are parameters. `search.py` builds its statements by shapes, once each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from bot.domain.commands import Audience
from bot.domain.ids import AccountId, PersonId, TeamId
from bot.domain.lifecycle import Status
from bot.domain.people import Viewer
from bot.domain.permissions import Reach
from bot.domain.search import Search, Sought
from bot.store.cases import eyes, reach_of
from bot.store.records import reads_internal
from bot.store.search_index import account_mark, audience_mark

LONGEST_SPAN = timedelta(days=62)
"""Beyond it, what was created then is found by walking from the newest on, not by an index and sorting."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """The people, accounts and teams that the names in a search mean; None where none was given.

    `without_owner` asks for cases that nobody owns, beside those of `owners`.
    """

    owners: tuple[PersonId, ...] | None = None
    without_owner: bool = False
    accounts: tuple[AccountId, ...] | None = None
    teams: tuple[TeamId, ...] | None = None


class Shape(NamedTuple):
    """How the statements of a search read. `statuses` are in order; `days`: whether a short span is meant."""

    dialect: str
    reach: Reach
    internal: bool
    has_words: bool
    statuses: tuple[Status, ...]
    severities: bool
    is_open: bool | None
    is_escalated: bool
    since: bool
    before: bool
    days: bool
    accounts: bool
    teams: bool
    owners: bool
    without_owner: bool

    @property
    def is_owned(self) -> bool:
        """Whether owners narrow it, or the lack of one."""
        return self.owners or self.without_owner

    @property
    def is_narrow(self) -> bool:
        """Whether the cases of a few owners are looked into for the words, not all that has the words."""
        return self.owners and self.has_words

    @property
    def is_walked(self) -> bool:
        """Whether documents come newest first by themselves: FTS5 has them in this order."""
        return self.dialect == "sqlite" and self.has_words and not self.is_narrow

    @property
    def by_index(self) -> bool:
        """Whether an index that fits begins with the workspace: SQLite would try any that does."""
        fits = self.is_owned or self.accounts or self.reach is not Reach.ALL
        fits |= not self.has_words and (self.is_open is True or self.is_escalated)
        return fits or self.dialect != "sqlite"


def shape_of(dialect: str, viewer: Viewer, search: Search, named: Named) -> Shape:
    """What kind of question this is."""
    since, before = search.since, search.before
    return Shape(
        dialect=dialect,
        reach=reach_of(viewer),
        internal=reads_internal(viewer),
        has_words=bool(search.words),
        statuses=tuple(sorted(search.statuses)),
        severities=bool(search.severities),
        is_open=search.is_open,
        is_escalated=search.is_escalated,
        since=since is not None,
        before=before is not None,
        days=since is not None and before is not None and before - since <= LONGEST_SPAN,
        accounts=named.accounts is not None,
        teams=named.teams is not None,
        owners=bool(named.owners) or (named.owners is not None and not named.without_owner),
        without_owner=named.without_owner,
    )


def values_of(shape: Shape, viewer: Viewer, search: Search, named: Named) -> dict[str, Any]:
    """The parameters of those statements."""
    values = eyes(viewer)
    if search.words:
        values["words"] = _match(shape.dialect, search.words, _marks(shape, viewer, named))
    if search.severities:
        values["severities"] = sorted(search.severities)
    if shape.since or shape.before:
        values |= {"since": search.since, "before": search.before}
    for name in ("accounts", "teams", "owners"):
        if getattr(named, name) is not None:
            values[name] = list(getattr(named, name))
    return values


def _match(dialect: str, words: Sequence[Sought], marks: Sequence[Sequence[str]]) -> str:
    """The documents that have all these words and one mark of each kind. Words are letters and digits."""
    if dialect == "postgresql":
        either = [f"({' | '.join(_quoted(mark) for mark in kind)})" for kind in marks]
        return " & ".join([*(f"'{one.text}'{':*' * one.is_beginning}" for one in words), *either])
    either = [f"({' OR '.join(_quoted(mark, chr(34)) for mark in kind)})" for kind in marks]
    return " AND ".join([*(f'"{one.text}"{"*" * one.is_beginning}' for one in words), *either])


def _quoted(mark: str, quote: str = "'") -> str:
    return f"{quote}{mark}{quote}"


def _marks(shape: Shape, viewer: Viewer, named: Named) -> list[list[str]]:
    """What the index itself can narrow by; the columns say it all once more."""
    marks = []
    if shape.reach in (Reach.OWN_ACCOUNT, Reach.OWN_ACCOUNT_OPEN):
        marks.append([account_mark(viewer.account_id or 0)])
    elif named.accounts:
        marks.append([account_mark(one) for one in named.accounts])
    if not shape.internal:
        marks.append([audience_mark(Audience.PUBLIC)])
    return marks
