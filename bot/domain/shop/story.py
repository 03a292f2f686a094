"""What happened with a customer, in one line of time: orders, cases, calls, messages, returns. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from bot.domain.ids import CaseId, CaseNumber, PhoneCallId
from bot.domain.mail import MailState
from bot.domain.pages import CaseRow
from bot.domain.people import PersonRef
from bot.domain.shop.orders import OrderRow


class StoryKind(StrEnum):
    """What somebody wants to see of it."""

    ALL = "all"
    ORDERS = "orders"
    RETURNS = "returns"  # orders of which something came back or is on its way
    CASES = "cases"
    CALLS = "calls"
    MESSAGES = "messages"


TOLD = (StoryKind.CASES, StoryKind.MESSAGES, StoryKind.CALLS, StoryKind.ORDERS)
"""What the whole story is made of; of what happened at one moment the later consequence stands first."""


class Place(NamedTuple):
    """Where something stands in a story: newest first, then in the order of TOLD, then the later id."""

    at: datetime
    rank: int
    id: int

    @property
    def key(self) -> str:
        """As a button carries it."""
        return f"{(self.at - _BEGINNING) // timedelta(microseconds=1)}.{self.rank}.{self.id}"


_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
NEWEST = Place(datetime(9000, 1, 1, tzinfo=UTC), 0, 0)
"""In front of all that ever happens."""


def place_of(key: str) -> Place | None:
    """What `Place.key` has written; None for what is none."""
    parts = key.split(".")
    if len(parts) != 3 or not all(one.removeprefix("-").isdecimal() and len(one) < 20 for one in parts):
        return None
    micros, rank, number = map(int, parts)
    try:
        return Place(_BEGINNING + timedelta(microseconds=micros), rank, number)
    except OverflowError:
        return None


@dataclass(frozen=True, kw_only=True)
class CallTold:
    """A call as a customer's story has it. `outcome`: of `phone_calls.OUTCOMES`, empty while it goes on."""

    id: PhoneCallId
    owner: PersonRef
    began_at: datetime
    ended_at: datetime | None
    outcome: str
    case_id: CaseId | None = None
    case_number: CaseNumber | None = None


@dataclass(frozen=True, kw_only=True)
class MailTold:
    """An e-mail that a call or a triage sent to them."""

    subject: str
    address: str
    state: MailState
    by: str


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One thing that happened: exactly one of the four is there."""

    place: Place
    order: OrderRow | None = None
    case: CaseRow | None = None
    call: CallTold | None = None
    mail: MailTold | None = None


@dataclass(frozen=True, kw_only=True)
class Story:
    """A page of it, newest first. `newer` and `older` are where the next pages begin, None at the ends.

    `counts` says how much there is of each kind that the viewer may read, MOST_COUNTED at most.
    """

    kind: StoryKind = StoryKind.ALL
    happenings: tuple[Happening, ...] = ()
    counts: Mapping[StoryKind, int] = field(default_factory=dict)
    newer: Place | None = None
    older: Place | None = None


MOST_COUNTED = 1000
A_PAGE = 10
