"""What people look for: words as they are kept in the index, and `/case search` words with filters, read.

Pure: the parser gets the time and the asker's zone; `services.finding` asks with what it gives.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.domain.lifecycle import Status
from bot.domain.refusals import Reason, Refusal

T = TypeVar("T")

LONGEST_QUERY = 200
LONGEST_WORD = 60
MOST_WORDS = 12
"""More words than that narrow nothing any more."""


def words_in(text: str) -> list[str]:
    """The words of a text as both databases keep and find them: letters and digits, plain and small."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(letter for letter in folded if not unicodedata.category(letter).startswith("M"))
    return [word[:LONGEST_WORD] for word in re.findall(r"[^\W_]+", bare)]


def is_called(name: str, sought: str) -> bool:
    """Whether every word that is sought begins a word of a name."""
    words = words_in(name)
    wanted = words_in(sought)
    return bool(wanted) and all(any(word.startswith(one) for word in words) for one in wanted)


@dataclass(frozen=True)
class Sought:
    """One word; `is_beginning` where any word that begins so will do."""

    text: str
    is_beginning: bool = False


@dataclass(frozen=True, kw_only=True)
class Search:
    """What is asked for. What is empty or None narrows nothing; instants are aware, in UTC.

    `owners`, `accounts` and `teams` are names or parts of names; `ME` among the owners is the asker and
    `NOBODY` the lack of one. `since` is included, `before` is not.
    """

    words: tuple[Sought, ...] = ()
    statuses: frozenset[Status] = frozenset()
    severities: frozenset[int] = frozenset()
    owners: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    since: datetime | None = None
    before: datetime | None = None
    is_open: bool | None = None
    is_escalated: bool = False

    @property
    def is_empty(self) -> bool:
        return self == Search()


ME = "me"
NOBODY = "none"

FILTERS: dict[str, str] = {
    "status": "status:waiting",
    "owner": "owner:me",
    "account": 'account:"Cloud Nine"',
    "severity": "severity:1,2",
    "team": "team:billing",
    "created": "created:2026-11",
    "is": "is:open",
}
"""Every filter, with how it is written."""

_PART = re.compile(
    r'(?P<name>[^\W\d_]+):(?!//)(?P<value>(?:[<>]=?)?"[^"]*"|[^\s"]+)|"(?P<quoted>[^"]*)"|(?P<word>\S+)'
)


def parse(text: str, now: datetime, zone: str) -> Search:
    """Read what somebody typed, days in their `zone` (an IANA name).

    Raises Refusal UNKNOWN_FILTER or UNKNOWN_FILTER_VALUE.
    """
    words: list[Sought] = []
    given: dict[str, list[str]] = {}
    for part in _PART.finditer(text[:LONGEST_QUERY]):
        name = (part["name"] or "").casefold()
        if not name:
            words += _sought(part["quoted"] if part["quoted"] is not None else part["word"])
        elif name not in FILTERS:
            raise Refusal(Reason.UNKNOWN_FILTER, {"filter": name})
        else:
            values = [one.strip() for one in part["value"].replace('"', "").split(",")]
            given.setdefault(name, []).extend(one for one in values if one)
    since, before = _created(given.get("created", []), now, ZoneInfo(zone))
    states = [_known("is", one, _STATES) for one in given.get("is", [])]
    opens = {one for one in states if one is not None}
    return Search(
        words=tuple(dict.fromkeys(words))[:MOST_WORDS],
        statuses=frozenset(_known("status", one, _STATUSES) for one in given.get("status", [])),
        severities=frozenset(_known("severity", one, _SEVERITIES) for one in given.get("severity", [])),
        owners=tuple(_name(one) for one in given.get("owner", [])),
        accounts=tuple(given.get("account", [])),
        teams=tuple(given.get("team", [])),
        since=since,
        before=before,
        is_open=opens.pop() if len(opens) == 1 else None,
        is_escalated=None in states,
    )


def is_one_word(text: str) -> bool:
    """Whether what is asked for is one whole word and nothing else: it is in the index as it stands."""
    return text.strip().isalnum()


def _sought(text: str) -> list[Sought]:
    """The words of a part; a star behind its last one makes a beginning of it."""
    found = words_in(text)
    is_beginning = text.rstrip().endswith("*")
    last = len(found) - 1
    return [Sought(word, is_beginning and place == last) for place, word in enumerate(found)]


_STATUSES: dict[str, Status] = {
    **{status.value: status for status in Status},
    "noresponse": Status.NO_RESPONSE,
}
_SEVERITIES = {"1": 1, "2": 2, "3": 3, "4": 4}
_STATES: dict[str, bool | None] = {"open": True, "closed": False, "escalated": None}


def _known(name: str, value: str, choices: dict[str, T]) -> T:
    key = value.casefold().replace("-", "_").replace(" ", "_")
    for candidate in (key, key.replace("_", "")):
        if candidate in choices:
            return choices[candidate]
    raise _unknown(name, value)


def _unknown(name: str, value: str) -> Refusal:
    return Refusal(Reason.UNKNOWN_FILTER_VALUE, {"filter": name, "value": value})


def _name(value: str) -> str:
    """A name as somebody wrote it; `me`, `none` and `nobody` are words of ours."""
    plain = value.removeprefix("@").casefold()
    return {"me": ME, "none": NOBODY, "nobody": NOBODY}.get(plain, value.removeprefix("@"))


_AGO = re.compile(r"(?:last[\s-]*)?(\d{1,4})\s*([hdwm])(?:\w*)?", re.IGNORECASE)
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1), "m": timedelta(days=30)}
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")

Span = tuple[datetime | None, datetime | None]


def _created(values: list[str], now: datetime, zone: ZoneInfo) -> Span:
    """From when (included) to when (not included); several values narrow each other."""
    since: datetime | None = None
    before: datetime | None = None
    for value in values:
        first, last = _span(value, now, zone)
        since = max(filter(None, (since, first)), default=None)
        before = min(filter(None, (before, last)), default=None)
    return since, before


def _span(value: str, now: datetime, zone: ZoneInfo) -> Span:
    ago = _AGO.fullmatch(value)
    if ago is not None:
        return now - int(ago[1]) * _UNITS[ago[2].lower()], None
    if ".." in value:
        first, _, last = value.partition("..")
        return _day_span(first, zone)[0], _day_span(last, zone)[1]
    for mark, pick in _COMPARISONS.items():
        if value.startswith(mark):
            return pick(*_day_span(value.removeprefix(mark).strip(), zone))
    return _day_span(value, zone)


_COMPARISONS: dict[str, Callable[[datetime, datetime], Span]] = {
    ">=": lambda begin, end: (begin, None),
    "<=": lambda begin, end: (None, end),
    ">": lambda begin, end: (end, None),
    "<": lambda begin, end: (None, begin),
}


def _day_span(value: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """A year, a month or a day of the calendar, from its first moment to the first one behind it."""
    found = _DAY.fullmatch(value)
    try:
        if found is None:
            raise ValueError
        year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
        first = date(year, month, day)
        if found[3]:
            behind = first + timedelta(days=1)
        elif found[2]:
            behind = date(year + month // 12, month % 12 + 1, 1)
        else:
            behind = date(year + 1, 1, 1)
        return _midnight(first, zone), _midnight(behind, zone)
    except (ValueError, OverflowError):
        raise _unknown("created", value) from None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time_of_day(), zone).astimezone(UTC)
