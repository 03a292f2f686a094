"""What the rules say of a case, written down a second time: from what was done to it, as domain.md 3 says it.

A `Book` is kept beside each case; after every step what waits in the database has to be what the books say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.services.year.slow import DAY, Duty, Leave, Pauses, Week, counted, next_shift

HOUR = timedelta(hours=1)
Key = tuple[str, str, datetime | None]
"""Kind of due time, which reminder it is, and what it is counted from."""

OPENS: Key = ("escalation_opens", "", None)
CALL: Key = ("call_back", "", None)
SHIFT: Key = ("shift", "", None)
CLOSING = {"left_message": "left_message_soon", "spoke": "spoke_soon"}


@dataclass
class Limits:
    """Hours of the policy that counts."""

    first_comment: int = 48
    first_comment_reminder: int = 36
    left_message: int = 48
    premier: tuple[int, ...] = (1, 2, 4, 8)


@dataclass(frozen=True)
class Group:
    """A team: its week, whether it is of Integrations, whether its first comment counts office hours."""

    name: str
    week: Week
    integrations: bool = False
    office_clock: bool = False
    roster: tuple[Duty, ...] = ()
    leave: tuple[tuple[Leave, str], ...] = ()


@dataclass(frozen=True)
class Done:
    """One thing that was done to a case. `who` is None for a rule."""

    at: datetime
    who: str | None = None
    customer: bool = False
    integrations: bool = False
    word: bool = False
    public: bool = False
    tick: str | None = None
    status: str | None = None
    owner: bool = False


@dataclass
class Book:
    """A case as it was told to us, what waits of it, and what has come already."""

    created: datetime
    group: Group
    premier: bool
    severity: int
    creator: str
    by_customer: bool
    opens: datetime
    status: str = "new"
    owner: str | None = None
    owner_integrations: bool = False
    escalated: bool = False
    call_asked: datetime | None = None
    done: list[Done] = field(default_factory=list)
    waiting: dict[Key, datetime] = field(default_factory=dict)
    come: set[Key] = field(default_factory=set)
    warned: dict[datetime, datetime] = field(default_factory=dict)

    @property
    def closed(self) -> bool:
        return self.status == "closed"

    @property
    def watched(self) -> bool:
        return self.premier and self.severity == 1 and not self.closed

    def window(self, limits: Limits) -> timedelta:
        return (limits.premier[self.severity - 1] if self.premier else 48) * HOUR

    def rebase(self, limits: Limits, now: datetime, *, policy: bool = False) -> None:
        """Another severity or policy: creation and the new window, but what is open stays open."""
        if self.escalated or self.opens <= now or (policy and self.closed):
            return
        opens = self.created + self.window(limits)
        self.opens = max(opens, self.opens) if policy else opens

    def tick(self) -> tuple[str, Done] | None:
        """T5, T6: the tick that closes, while it is the last word."""
        last: tuple[str, Done] | None = None
        for one in self.done:
            if one.tick in CLOSING:
                last = one.tick or "", one
            elif one.word or one.status or one.owner:
                last = None
        return last

    def settle(self, now: datetime, limits: Limits, *, quiet: bool = False) -> None:
        """What waits from now on: never sooner than it was set, and nothing that has come comes again."""
        before, self.waiting = self.waiting, {}
        for key, (at, last) in self._says(limits).items():
            if key in self.come:
                continue
            if key in before:
                self.waiting[key] = max(at, before[key])
            elif at > now or (last and not quiet):
                self.waiting[key] = at
        if not self.closed and not self.escalated and self.opens > now:
            self.waiting[OPENS] = self.opens
        coming = [at for at in self._reminders() if at > now or at == before.get(CALL)]
        if coming:
            self.waiting[CALL] = coming[0]
        if SHIFT in before:
            self.waiting[SHIFT] = before[SHIFT]

    def comes(self, now: datetime) -> list[Key]:
        """What comes now; it does not wait any more."""
        found = [key for key, at in self.waiting.items() if at <= now]
        for key in found:
            del self.waiting[key]
            if key[2] is not None:
                self.come.add(key)
            elif key == CALL:
                self.waiting |= dict([(CALL, at) for at in self._reminders() if at > now][:1])
        return sorted(found, key=lambda key: not key[0].endswith("soon"))

    def _reminders(self) -> list[datetime]:
        """When a manager's call is reminded of: 24, 44 and 48 hours after it was asked for."""
        return [self.call_asked + hours * HOUR for hours in (24, 44, 48)] if self.call_asked else []

    def shift_ended(self, now: datetime) -> None:
        if self.watched:
            self.waiting[SHIFT] = next_shift(self.group.roster, self.group.leave, now)

    def _says(self, limits: Limits) -> dict[Key, tuple[datetime, bool]]:
        if self.closed:
            return {}
        return dict((*self._first_comment(limits), *self._call(), *self._closing(limits), *self._silence()))

    def _first_comment(self, limits: Limits) -> Iterator[tuple[Key, tuple[datetime, bool]]]:
        if not self.group.integrations or any(one.word and one.integrations for one in self.done):
            return
        week = self.group.week if self.group.office_clock else None
        for kind, hours in (
            ("first_comment_soon", limits.first_comment_reminder),
            ("first_comment", limits.first_comment),
        ):
            at = counted(self.created, hours * HOUR, self._pauses(), week)
            if at is not None:
                yield (kind, "", self.created), (at, kind == "first_comment")

    def _pauses(self) -> Pauses:
        found: list[tuple[datetime, datetime | None]] = []
        for one in self.done:
            if one.status == "waiting":
                found.append((one.at, None))
            elif one.status and found and found[-1][1] is None:
                found[-1] = found[-1][0], one.at
        return tuple(found)

    def _call(self) -> Iterator[tuple[Key, tuple[datetime, bool]]]:
        asked: datetime | None = None
        for one in self.done:
            if one.tick == "call_back_requested":
                asked = asked or one.at
            elif one.tick in ("spoke", "left_message", "customer_answered") or one.status == "closed":
                asked = None
        if asked is not None:
            yield ("customer_call_soon", "", asked), (asked + 24 * HOUR, False)
            yield ("customer_call_soon", "1", asked), (asked + 44 * HOUR, False)
            yield ("customer_call", "", asked), (asked + 48 * HOUR, True)

    def _closing(self, limits: Limits) -> Iterator[tuple[Key, tuple[datetime, bool]]]:
        found = self.tick()
        if found is not None:
            kind, one = found
            ends = one.at + (limits.left_message if kind == "left_message" else 24) * HOUR
            yield (CLOSING[kind], "", one.at), (ends - 4 * HOUR, False)
            yield (kind, "", one.at), (ends, True)

    def _silence(self) -> Iterator[tuple[Key, tuple[datetime, bool]]]:
        theirs = self.group.integrations or self.owner_integrations
        if not theirs or self.status not in ("working", "waiting"):
            return
        tried: list[datetime] = []
        for one in self.done:
            heard = one.customer and one.word
            if heard or one.status == "reopened" or one.tick not in (None, "left_message"):
                tried = []
            elif one.word and not one.customer and (one.public or one.tick == "left_message"):
                tried.append(one.at)
        zone = ZoneInfo(self.group.week.zone)
        days = [at.astimezone(zone).date() for at in tried]
        if len(set(days)) >= 2:
            second = next(at for at, day in zip(tried, days, strict=True) if day != days[0])
            begins = self.group.week.begin_of(days[0] + 21 * DAY, tried[0] + 20 * DAY)
            yield ("no_response", "", tried[0]), (max(begins, second), True)
