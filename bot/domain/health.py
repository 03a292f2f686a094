"""How the desk itself is doing: what `/desk health` and `caseline doctor` are drawn from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import CaseNumber
from bot.domain.people import PersonRef


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What Slack said when it was asked who we are. `error` is its word for a refusal, None if it knows us.

    `scopes` is None where Slack did not name them; `ahead` is by how many seconds our clock is ahead of
    Slack's, None where no time was told.
    """

    error: str | None = None
    scopes: frozenset[str] | None = None
    ahead: float | None = None


@dataclass(frozen=True, kw_only=True)
class Pacing:
    """How fast messages go now; `slowed_for` is how many seconds ago Slack asked to slow down, if it did."""

    per_minute: float
    slowed_for: float | None


@dataclass(frozen=True, kw_only=True)
class Pulse:
    """What only the running bot can say of itself; `bot/app.py` fills it in."""

    way: str
    """How Slack reaches us: Socket Mode or signed HTTP."""
    ask_slack: Callable[[], Awaitable[Standing]]
    pacing: Callable[[], Pacing]
    late_jobs: Callable[[], Sequence[str]]
    mailbox_trouble: Callable[[], str | None] = lambda: None
    """Why the mailbox of answers could not be read when it was last tried, if so."""


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    """A row of the outbox that was given up. `error` is as the outbox keeps it; instants are real time."""

    id: int
    kind: str
    place: str
    recipient: PersonRef | None
    case_number: CaseNumber | None
    error: str
    attempts: int
    given_up_at: datetime


@dataclass(frozen=True, kw_only=True)
class HeldUp:
    """Rows of one conversation that wait because of one error, which somebody has to repair."""

    place: str
    error: str
    count: int
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Letters:
    """A page of dead letters, newest first; `newer` and `older` are where the next pages start."""

    rows: tuple[DeadLetter, ...]
    total: int
    newer: int | None
    older: int | None


@dataclass(frozen=True, kw_only=True)
class Outbox:
    """What waits to be sent: how many rows, since when the oldest, and what is held up.

    `due_since` is when the first of them might have gone: long ago means that nobody sends.
    """

    waiting: int
    oldest: datetime | None
    due_since: datetime | None
    held: tuple[HeldUp, ...]


@dataclass(frozen=True, kw_only=True)
class Health:
    """The whole picture for an administrator. `standing` is None where Slack gave no answer in time."""

    real_now: datetime
    version: str
    policy_revision: int
    database: str
    revision: str
    way: str
    standing: Standing | None
    pacing: Pacing | None
    late_jobs: tuple[str, ...]
    outbox: Outbox
    letters: Letters
    mailbox_trouble: str | None = None
