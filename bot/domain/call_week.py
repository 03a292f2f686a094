"""The calls of a week as managers read them: how they ended, how long they were, where people stopped. Pure.

`store.call_week` counts, `blocks.call_week` draws; it is a part of a report beside those about cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.domain.ids import CaseNumber, PhoneCallId, TeamId, shown
from bot.domain.mail import MailState
from bot.domain.people import PersonRef
from bot.domain.phone_calls import HUNG_UP
from bot.domain.slots import Rhythm
from bot.domain.spreadsheet import guarded

CALLS_JOB = "report.calls"
CALLS_NAME = "Calls of the week"
MONDAYS = Rhythm(weekdays=frozenset({0}), hour=8)

LEFT_OPEN = "left_open"
"""How a call ended that nobody ended: no answer was given for LEFT_AFTER."""
LEFT_AFTER = timedelta(days=1)

CAME_BACK = frozenset({MailState.REFUSED, MailState.RETURNED})


@dataclass(frozen=True, kw_only=True)
class CallsAsked:
    """Which calls: ended after `since` and up to `at`, both aware; of a team's people, or of everybody."""

    at: datetime
    since: datetime
    team_id: TeamId | None = None


@dataclass(frozen=True, kw_only=True)
class CallCount:
    """So many calls that ended alike and were equally long, in whole seconds.

    `step` is where they stopped, for those that ended before their script did; `seconds` is None for those
    that were left open.
    """

    outcome: str
    calls: int
    seconds: int | None = None
    step: str = ""


@dataclass(frozen=True, kw_only=True)
class MessageCount:
    """So many e-mails of one canned message, by what became of them."""

    message: str
    state: MailState
    mails: int


@dataclass(frozen=True, kw_only=True)
class OutcomeLine:
    """Calls that ended alike; lengths in seconds, None where no length is known."""

    outcome: str
    calls: int
    median: int | None
    longest: int | None


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """A step at which callers were lost: how many hung up there, how many calls were left open there."""

    step: str
    title: str
    hung_up: int
    left_open: int

    @property
    def calls(self) -> int:
        return self.hung_up + self.left_open


@dataclass(frozen=True, kw_only=True)
class MessageLine:
    """A canned message: how often it was sent, and how many of those came back or were refused."""

    message: str
    title: str
    sent: int
    came_back: int


@dataclass(frozen=True, kw_only=True)
class CallsTold:
    """All that the database knows of the calls of a week; `before` is how many the week before had."""

    outcomes: tuple[OutcomeLine, ...] = ()
    every: OutcomeLine = OutcomeLine(outcome="", calls=0, median=None, longest=None)
    stopped: tuple[StepLine, ...] = ()
    messages: tuple[MessageLine, ...] = ()
    triaged: tuple[OutcomeLine, ...] = ()
    before: int = 0


@dataclass(frozen=True, kw_only=True)
class CallsPart:
    """The calls of a week as they stand in a report, since the last one, at `at`; aware, in UTC."""

    job: str
    name: str
    at: datetime
    since: datetime
    zone: str
    told: CallsTold
    team: str = ""
    set_up_by: PersonRef | None = None
    is_whole: bool = False
    """Somebody asked for it by hand: it says all, also of a week without calls."""
    trouble: None = None

    @property
    def total(self) -> int:
        """Calls, which its file has a line of each."""
        return self.told.every.calls

    @property
    def is_quiet(self) -> bool:
        return not self.total and not self.told.triaged and not self.is_whole


@dataclass(frozen=True, kw_only=True)
class CallLine:
    """One call in a report's file; `messages` are those that it sent."""

    id: PhoneCallId
    began_at: datetime
    ended_at: datetime | None
    seconds: int | None
    outcome: str
    step: str
    step_number: int
    owner: str
    customer: str
    verdict: str
    messages: str
    case_number: CaseNumber | None


def told(
    calls: Sequence[CallCount],
    triaged: Sequence[CallCount],
    messages: Iterable[MessageCount],
    before: int,
) -> CallsTold:
    """What was counted, put together: most frequent first, steps and messages by their own names."""
    return CallsTold(
        outcomes=_by_outcome(calls),
        every=_line("", calls),
        stopped=_stopped(calls),
        messages=_messages(messages),
        triaged=_by_outcome(triaged),
        before=before,
    )


def named(what: CallsTold, steps: Mapping[str, str], messages: Mapping[str, str]) -> CallsTold:
    """The same with titles in place of names, where the playbook that counts has them."""
    return replace(
        what,
        stopped=tuple(replace(one, title=steps.get(one.step, one.title)) for one in what.stopped),
        messages=tuple(replace(one, title=messages.get(one.message, one.title)) for one in what.messages),
    )


def _by_outcome(counts: Sequence[CallCount]) -> tuple[OutcomeLine, ...]:
    kinds = dict.fromkeys(one.outcome for one in counts)
    lines = [_line(kind, [one for one in counts if one.outcome == kind]) for kind in kinds]
    return tuple(sorted(lines, key=lambda line: (-line.calls, line.outcome)))


def _line(outcome: str, counts: Sequence[CallCount]) -> OutcomeLine:
    lengths = [(one.seconds, one.calls) for one in counts if one.seconds is not None]
    return OutcomeLine(
        outcome=outcome,
        calls=sum(one.calls for one in counts),
        median=median(lengths),
        longest=max((seconds for seconds, _ in lengths), default=None),
    )


def median(lengths: Iterable[tuple[int, int]]) -> int | None:
    """The middle of lengths that come with how often each is there, in whole seconds; of two, their mean."""
    known = sorted(lengths)
    count = sum(times for _, times in known)
    if not count:
        return None
    return (_at(known, (count - 1) // 2) + _at(known, count // 2)) // 2


def _at(known: Sequence[tuple[int, int]], place: int) -> int:
    for seconds, times in known:
        if place < times:
            return seconds
        place -= times
    raise IndexError(place)


def _stopped(counts: Sequence[CallCount]) -> tuple[StepLine, ...]:
    lost = [one for one in counts if one.outcome in (HUNG_UP, LEFT_OPEN)]
    lines = [
        StepLine(
            step=step,
            title=step,
            hung_up=sum(one.calls for one in lost if (one.step, one.outcome) == (step, HUNG_UP)),
            left_open=sum(one.calls for one in lost if (one.step, one.outcome) == (step, LEFT_OPEN)),
        )
        for step in dict.fromkeys(one.step for one in lost)
    ]
    return tuple(sorted(lines, key=lambda line: (-line.calls, line.step)))


def _messages(counts: Iterable[MessageCount]) -> tuple[MessageLine, ...]:
    """What was needless in the end was not sent."""
    known = [one for one in counts if one.state is not MailState.NEEDLESS]
    lines = [
        MessageLine(
            message=message,
            title=message,
            sent=sum(one.mails for one in known if one.message == message),
            came_back=sum(one.mails for one in known if one.message == message and one.state in CAME_BACK),
        )
        for message in dict.fromkeys(one.message for one in known)
    ]
    return tuple(sorted(lines, key=lambda line: (-line.sent, line.message)))


CALL_COLUMNS = (
    "began_at", "ended_at", "seconds", "outcome", "step", "step_number", "taken_by", "customer", "verdict",
    "messages", "case",
)  # fmt: skip


def call_cells(line: CallLine) -> tuple[object, ...]:
    """A call of a report's file, in the order of `CALL_COLUMNS`, safe for a spreadsheet."""
    return (
        _said(line.began_at),
        _said(line.ended_at),
        "" if line.seconds is None else line.seconds,
        line.outcome,
        line.step,
        line.step_number,
        guarded(line.owner),
        guarded(line.customer),
        line.verdict,
        line.messages,
        shown(line.case_number) if line.case_number is not None else "",
    )


def _said(instant: datetime | None) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if instant is not None else ""
