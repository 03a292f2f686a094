"""What is said of the phones: open now or when next, the numbers, the hours; Home and dialogs draw it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import slackblocks as sb

from bot.blocks import kit
from bot.blocks import text as texts
from bot.blocks.names import listed
from bot.domain.phones import ALWAYS_OPEN, PhoneAnswer, PhoneHours

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def for_case(answer: PhoneAnswer | None) -> list[sb.Block]:
    """For the page of a case: whether somebody answers now for its severity."""
    if answer is None:
        return []
    return [kit.small("phones", f"Phones, severity {answer.severity}: {state(answer)}", _numbers(answer))]


def for_everything(answer: PhoneAnswer | None) -> list[sb.Block]:
    """For where there is no case yet: severity 1 always, everything else in office hours."""
    if answer is None:
        return []
    return [kit.small("phones", told_of(answer), _numbers(answer))]


def told_of(answer: PhoneAnswer) -> str:
    """Severity 1, and all others; mrkdwn."""
    return f"Phones: severity {ALWAYS_OPEN} at any hour; other severities {state(answer)}"


def spoken(answer: PhoneAnswer | None) -> str:
    """The same as `for_case` for a screen reader, in UTC."""
    if answer is None:
        return ""
    told = state(answer, lambda at: texts.spoken(at, "UTC"))
    return f" Phones, severity {answer.severity}: {told} {_numbers_in_words(answer)}."


def state(answer: PhoneAnswer, tell: Callable[[datetime], str] = texts.date) -> str:
    """Whether they are open now, and until or from when; mrkdwn, each reader sees their own zone."""
    if answer.severity == ALWAYS_OPEN:
        return "open now, at any hour."
    if answer.is_open:
        return f"open now, until {tell(answer.until)}." if answer.until else "open now, at any hour."
    if answer.opens is None:
        return "closed. Open a case, or comment on yours."
    return f"closed, open again {tell(answer.opens)}."


def _numbers(answer: PhoneAnswer) -> sb.Text:
    return kit.plain(_numbers_in_words(answer))


def _numbers_in_words(answer: PhoneAnswer) -> str:
    return "Call " + listed([texts.inline(one, 60) for one in answer.hours.numbers], "or")


def hours_in_words(hours: PhoneHours) -> str:
    """`Monday to Friday, 09:00-17:00`; raw text."""
    zone = hours.zone or "the account's zone"
    if not hours.weekdays:
        return f"severity {ALWAYS_OPEN} only"
    whole_day = hours.opens == hours.closes
    when = "the whole day" if whole_day else f"{hours.opens:%H:%M}-{hours.closes:%H:%M}"
    return f"{days_in_words(hours.weekdays)}, {when}, {zone}"


def days_in_words(weekdays: frozenset[int]) -> str:
    """Days in a row by the first and the last, others one by one."""
    days = sorted(weekdays)
    if len(days) == len(WEEKDAYS):
        return "every day"
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"{WEEKDAYS[days[0]]} to {WEEKDAYS[days[-1]]}"
    return listed([WEEKDAYS[day] for day in days])
