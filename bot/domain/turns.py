"""What was said about a case, as far as it tells whose turn it is; services note it for `domain.duties`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.commands import AskKind
from bot.domain.ids import PersonId
from bot.domain.outcomes import Outcome

INBOUND = frozenset({Outcome.CUSTOMER_ANSWERED, Outcome.CUSTOMER_ASKS})
"""Ticks that say: the customer has spoken, by another way."""

REACHED = (Outcome.LEFT_MESSAGE, Outcome.SPOKE)
"""Ticks after which nothing more is needed (T5, T6)."""

CALLED = frozenset({*REACHED, Outcome.CUSTOMER_ANSWERED})
"""Ticks that say: the call that the customer wanted was made."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Somebody of staff has asked the owner something. `at` is aware, in UTC."""

    kind: AskKind
    at: datetime
    by: PersonId


@dataclass(frozen=True, kw_only=True)
class Reached:
    """The customer was left a message, or spoken to, and nothing more is needed. `at` is aware, in UTC."""

    outcome: Outcome
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Turns:
    """The last words about a case. Instants are aware, in UTC; None: not since it was opened.

    The first two are what everybody reads; the rest is staff's own. The last three are what the timed rules
    have set (`services.clocks`): when Integrations' first comment is owed (T1), the call that is wanted (T2),
    and when a rule closes the case by itself (T5, T6).
    """

    customer_wrote: datetime | None = None
    staff_wrote: datetime | None = None
    asked: Asked | None = None
    reached: Reached | None = None
    call_wanted: datetime | None = None
    comment_due: datetime | None = None
    call_due: datetime | None = None
    closes_at: datetime | None = None

    @property
    def public(self) -> Turns:
        """What customers may know of it."""
        if not (self.asked or self.reached or self.call_wanted or self.closes_at or self.comment_due):
            return self
        return Turns(customer_wrote=self.customer_wrote, staff_wrote=self.staff_wrote)

    @property
    def is_the_customers(self) -> bool:
        """Whether staff spoke last to the customer."""
        return self.staff_wrote is not None and not _before(self.staff_wrote, self.customer_wrote)


SILENCE = Turns()
"""Nothing was said since the case was opened."""


def _before(one: datetime, other: datetime | None) -> bool:
    return other is not None and one < other


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None or one < other else one


def heard(
    turns: Turns,
    at: datetime,
    *,
    by_customer: bool = False,
    by_staff: bool = False,
    by_owner: bool = False,
    public: bool = False,
    outcomes: Collection[Outcome] = (),
) -> Turns:
    """The turns after a comment that was said at `at`. Messages of threads may come in another order.

    Whatever is said ends what a tick has begun (T5); the owner's word answers what they were asked.
    """
    after = turns
    if (by_customer and public) or INBOUND & set(outcomes):
        after = replace(after, customer_wrote=_later(after.customer_wrote, at))
    if by_staff and public:
        after = replace(after, staff_wrote=_later(after.staff_wrote, at))
    if by_owner and after.asked is not None and after.asked.at < at:
        after = replace(after, asked=None)
    if after.reached is not None and after.reached.at < at:
        after = replace(after, reached=None, closes_at=None)
    if Outcome.CALL_BACK_REQUESTED in outcomes:
        after = replace(after, call_wanted=after.call_wanted or at)  # T2 counts from the first wish
    elif CALLED & set(outcomes):
        after = replace(after, call_wanted=None, call_due=None)
    for outcome in REACHED:
        if outcome in outcomes:
            after = replace(after, reached=Reached(outcome=outcome, at=at), closes_at=None)
    return after


def asked(turns: Turns, kind: AskKind, at: datetime, by: PersonId) -> Turns:
    """The turns once the owner was asked a question, or for an update."""
    ended = replace(turns, reached=None, closes_at=None)
    return replace(ended, asked=Asked(kind=kind, at=at, by=by))


def handed_over(turns: Turns, owner: PersonId) -> Turns:
    """The turns with another owner: a question goes with the case, but nobody answers their own."""
    mine = turns.asked is not None and turns.asked.by == owner
    return replace(turns, asked=None if mine else turns.asked, reached=None, closes_at=None)


def begun_again(turns: Turns) -> Turns:
    """The turns of a case that is reopened: what was owed inside was over with its end."""
    return turns.public


def timed(
    turns: Turns,
    *,
    comment_due: datetime | None = None,
    call: tuple[datetime, datetime] | None = None,
    closes_at: datetime | None = None,
) -> Turns:
    """The turns as the timed rules have them, which go by the whole story of a case and by the policy.

    `call` is since when a call is wanted, and by when it is owed. What a tick has begun and no rule counts is
    over.
    """
    wanted, due = call or (None, None)
    reached = turns.reached if closes_at is not None else None
    return replace(
        turns,
        comment_due=comment_due,
        call_wanted=wanted,
        call_due=due,
        reached=reached,
        closes_at=closes_at,
    )
