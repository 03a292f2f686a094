"""What a unit of work and a query get in hand: whose call it is, when it came, and a connection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection as Connection  # for services, which write queries but no SQL

from bot.domain.ids import CallKey, WorkspaceId
from bot.domain.limits import DEFAULT_LIMITS, Limits
from bot.domain.people import Viewer

R = TypeVar("R")


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """Where, when and why something is written. `now` is business time; `real_now` never jumps; both UTC.

    `key` is the call's: the same key again gets the first receipt and changes nothing.
    """

    workspace_id: WorkspaceId
    now: datetime
    real_now: datetime
    key: CallKey | None = None
    policy_revision: int | None = None
    limits: Limits = DEFAULT_LIMITS
    """The hours of the timed rules, under that revision."""
    email_ready: bool = False
    """Whether the desk can send e-mail now."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """A transaction in progress. What it wrote is kept whole or not at all."""

    connection: Connection
    stamp: Stamp

    @property
    def workspace_id(self) -> WorkspaceId:
        return self.stamp.workspace_id

    @property
    def now(self) -> datetime:
        return self.stamp.now


Unit = Callable[[Work], R]
"""One transaction's work: a plain function that may neither await nor call Slack."""

Query = Callable[[Connection, Viewer], R]
"""One read, through somebody's eyes."""
