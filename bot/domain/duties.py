"""Who owes what by when: one table of duties over what is known of a case. Cards, pages, lists and Home ask.

A rule says that somebody owes something, since when, and by when if there is an hour for it. What customers
may know of is said by the rule; by default they know nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from bot.domain.cases import Case
from bot.domain.commands import AskKind, Audience
from bot.domain.lifecycle import Status
from bot.domain.limits import DEFAULT_LIMITS
from bot.domain.outcomes import Outcome
from bot.domain.turns import SILENCE, Turns


class DutyKind(StrEnum):
    """What is owed; `blocks.duties` has the words for each."""

    MANAGERS_CALL = "managers_call"  # T13
    CALL = "call"  # T2
    FIRST_ANSWER = "first_answer"  # T0
    FIRST_COMMENT = "first_comment"  # T1
    CLOSING = "closing"  # T6
    CLOSES = "closes"  # T5
    QUESTION = "question"
    UPDATE = "update"
    INFORMATION = "information"  # T4
    RESPONSE = "response"  # T8
    OWNER = "owner"
    ANSWER = "answer"
    CUSTOMERS_WORD = "customers_word"
    NEXT_WORD = "next_word"


# The hours of T1, T2, T5 and T6 come with the facts: the clocks of a case set them, under the desk's policy
# (`services.clocks`). These count only what was ticked before there were such clocks.
_CALL_WITHIN = timedelta(hours=DEFAULT_LIMITS.customer_call)
_CLOSE_WITHIN = timedelta(hours=DEFAULT_LIMITS.spoke)


class Debtor(StrEnum):
    """Who owes it."""

    OWNER = "owner"
    TEAM = "team"  # somebody of it: the case has no owner
    MANAGER = "manager"
    CUSTOMER = "customer"
    NOBODY = "nobody"


OF_STAFF = frozenset({Debtor.OWNER, Debtor.TEAM, Debtor.MANAGER})


QUIET = frozenset({Status.WAITING, Status.NO_RESPONSE})
"""Something from outside is waited for: no comment and no nudge is owed then (T4)."""


class Facts(NamedTuple):
    """What is known of a case. Instants are aware, in UTC. `answer_by` is when the first answer that the
    customer can read is owed (T0), `first_answered` when it was given.
    """

    status: Status
    has_owner: bool
    created_at: datetime
    answer_by: datetime | None = None
    first_answered: datetime | None = None
    call_back_due: datetime | None = None
    turns: Turns = SILENCE

    @property
    def is_unanswered(self) -> bool:
        return self.first_answered is None and self.answer_by is not None


class Duty(NamedTuple):
    """Something that is owed, since when, and by when if there is an hour for it; both aware, in UTC."""

    kind: DutyKind
    debtor: Debtor
    since: datetime | None = None
    due: datetime | None = None

    @property
    def at(self) -> datetime | None:
        """Where it stands among others: by its hour, else as old as it is."""
        return self.due or self.since

    def is_overdue(self, now: datetime) -> bool:
        return self.due is not None and self.due <= now


class Span(NamedTuple):
    """Since when something is owed, and by when."""

    since: datetime | None = None
    due: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A row of the table. `holds` is None where nothing of it is owed.

    `while_quiet`: also while a case waits for something from outside. `only_alone`: if no rule above holds.
    """

    kind: DutyKind
    debtor: Debtor
    holds: Callable[[Facts], Span | None]
    audience: Audience = Audience.INTERNAL
    while_quiet: bool = False
    only_alone: bool = False


def _managers_call(facts: Facts) -> Span | None:
    return Span(due=facts.call_back_due) if facts.call_back_due is not None else None


def _call(facts: Facts) -> Span | None:
    wanted = facts.turns.call_wanted
    return Span(wanted, facts.turns.call_due or wanted + _CALL_WITHIN) if wanted is not None else None


def _first_answer(facts: Facts) -> Span | None:
    return Span(facts.created_at, facts.answer_by) if facts.is_unanswered else None


def _first_comment(facts: Facts) -> Span | None:
    due = facts.turns.comment_due
    return Span(facts.created_at, due) if due is not None else None


def _closing(facts: Facts) -> Span | None:
    reached = facts.turns.reached
    if reached is None or reached.outcome is not Outcome.SPOKE:
        return None
    return Span(reached.at, facts.turns.closes_at or reached.at + _CLOSE_WITHIN)


def _closes(facts: Facts) -> Span | None:
    reached = facts.turns.reached
    if reached is None or reached.outcome is not Outcome.LEFT_MESSAGE:
        return None
    return Span(reached.at, facts.turns.closes_at)


def _asked(kind: AskKind) -> Callable[[Facts], Span | None]:
    def holds(facts: Facts) -> Span | None:
        asked = facts.turns.asked
        return Span(asked.at) if asked is not None and asked.kind is kind else None

    return holds


def _status(status: Status) -> Callable[[Facts], Span | None]:
    return lambda facts: Span() if facts.status is status else None


def _owner(facts: Facts) -> Span | None:
    return None if facts.has_owner or facts.is_unanswered else Span(facts.created_at)


def _answer(facts: Facts) -> Span | None:
    wrote = facts.turns.customer_wrote
    if wrote is None or facts.turns.is_the_customers or facts.is_unanswered or not facts.has_owner:
        return None
    return Span(wrote)


def _customers_word(facts: Facts) -> Span | None:
    return Span(facts.turns.staff_wrote) if facts.turns.is_the_customers else None


_STAFF, _ALL = Audience.INTERNAL, Audience.PUBLIC

RULES: tuple[Rule, ...] = (
    Rule(
        kind=DutyKind.MANAGERS_CALL,
        debtor=Debtor.MANAGER,
        holds=_managers_call,
        audience=_ALL,
        while_quiet=True,
    ),
    Rule(kind=DutyKind.CALL, debtor=Debtor.OWNER, holds=_call, audience=_STAFF, while_quiet=True),
    Rule(kind=DutyKind.FIRST_ANSWER, debtor=Debtor.OWNER, holds=_first_answer, audience=_ALL),
    Rule(kind=DutyKind.FIRST_COMMENT, debtor=Debtor.OWNER, holds=_first_comment, audience=_STAFF),
    Rule(kind=DutyKind.CLOSING, debtor=Debtor.OWNER, holds=_closing, audience=_STAFF),
    Rule(kind=DutyKind.CLOSES, debtor=Debtor.NOBODY, holds=_closes, audience=_STAFF),
    Rule(kind=DutyKind.QUESTION, debtor=Debtor.OWNER, holds=_asked(AskKind.QUESTION), audience=_STAFF),
    Rule(kind=DutyKind.UPDATE, debtor=Debtor.OWNER, holds=_asked(AskKind.UPDATE), audience=_STAFF),
    Rule(
        kind=DutyKind.INFORMATION,
        debtor=Debtor.NOBODY,
        holds=_status(Status.WAITING),
        audience=_ALL,
        while_quiet=True,
    ),
    Rule(
        kind=DutyKind.RESPONSE,
        debtor=Debtor.NOBODY,
        holds=_status(Status.NO_RESPONSE),
        audience=_ALL,
        while_quiet=True,
    ),
    Rule(kind=DutyKind.OWNER, debtor=Debtor.TEAM, holds=_owner, audience=_ALL),
    Rule(kind=DutyKind.ANSWER, debtor=Debtor.OWNER, holds=_answer, audience=_ALL),
    Rule(
        kind=DutyKind.CUSTOMERS_WORD,
        debtor=Debtor.CUSTOMER,
        holds=_customers_word,
        audience=_ALL,
        only_alone=True,
    ),
    Rule(
        kind=DutyKind.NEXT_WORD,
        debtor=Debtor.OWNER,
        holds=lambda facts: Span(),
        audience=_ALL,
        only_alone=True,
    ),
)
"""Every duty there is, in the order of those that have no hour; those with one come before, by it."""


_APPLY = {
    (for_staff, quiet): tuple(
        rule
        for rule in RULES
        if (for_staff or rule.audience is Audience.PUBLIC) and (rule.while_quiet or not quiet)
    )
    for for_staff in (False, True)
    for quiet in (False, True)
}
"""Those that matter, sorted out beforehand: a list asks for every row."""


def facts_of(case: Case) -> Facts:
    """What the rules know of a case."""
    return Facts(
        status=case.status,
        has_owner=case.owner is not None,
        created_at=case.created_at,
        answer_by=case.escalation.opens_at,
        first_answered=case.first_answered_at,
        call_back_due=case.escalation.call_back_due,
        turns=case.turns,
    )


def duties(facts: Facts, *, for_staff: bool) -> tuple[Duty, ...]:
    """All that is owed about a case, what is next first; `for_staff` or as far as customers may know.

    Nothing is owed about a closed one.
    """
    if facts.status is Status.CLOSED:
        return ()
    turns = facts.turns if for_staff else facts.turns.public
    known = facts if turns is facts.turns else facts._replace(turns=turns)
    found: list[Duty] = []
    for rule in _APPLY[for_staff, facts.status in QUIET]:
        if found and rule.only_alone:
            continue
        span = rule.holds(known)
        if span is not None:
            debtor = rule.debtor
            if debtor is Debtor.OWNER and not known.has_owner:
                debtor = Debtor.TEAM
            found.append(Duty(kind=rule.kind, debtor=debtor, since=span.since, due=span.due))
    if len(found) == 1:
        return (found[0],)
    by_hour = sorted((one.due, place) for place, one in enumerate(found) if one.due is not None)
    return (*(found[place] for _, place in by_hour), *(one for one in found if one.due is None))


def next_duty(facts: Facts, *, for_staff: bool) -> Duty | None:
    """What is owed next."""
    return next(iter(duties(facts, for_staff=for_staff)), None)


def owed_at(facts: Facts) -> datetime | None:
    """Where a case stands among those about which staff owes something: by the first hour of all that they
    owe, else as old as the oldest of it (aware, UTC). None where nobody of staff owes anything in particular.
    """
    owed = [one.at for one in duties(facts, for_staff=True) if one.debtor in OF_STAFF and one.at is not None]
    return min(owed, default=None)
