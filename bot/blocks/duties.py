"""Who owes what by when, in words; cards, pages, rows and Home use it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.blocks import text as texts
from bot.domain.cases import Case
from bot.domain.duties import Debtor, Duty, DutyKind, duties, facts_of

_WHAT: dict[DutyKind, str] = {
    DutyKind.MANAGERS_CALL: "A manager's call is owed",
    DutyKind.CALL: "{who} a call to the customer",
    DutyKind.FIRST_ANSWER: "{who} a first answer",
    DutyKind.FIRST_COMMENT: "{who} Integrations' first comment",
    DutyKind.CLOSING: "{who} its closing: the customer was spoken to",
    DutyKind.CLOSES: "The customer was left a message: nothing is owed",
    DutyKind.QUESTION: "{who} an answer to a question",
    DutyKind.UPDATE: "{who} an update",
    DutyKind.INFORMATION: "Waits for information: nobody owes anything",
    DutyKind.RESPONSE: "Nobody answers: nothing is owed until somebody does",
    DutyKind.OWNER: "{who} it an owner",
    DutyKind.ANSWER: "{who} the customer an answer",
    DutyKind.CUSTOMERS_WORD: "{who} the next word",
    DutyKind.NEXT_WORD: "{who} the next word",
}
"""A sentence for each duty; a test holds that none is missing."""

TO_CUSTOMERS: dict[DutyKind, str] = {
    DutyKind.ANSWER: "{who} you an answer",
    DutyKind.CUSTOMERS_WORD: "Your answer is awaited",
}
"""The same where the account's people read it, and it would sound odd."""

SINCE = frozenset({DutyKind.QUESTION, DutyKind.UPDATE, DutyKind.ANSWER, DutyKind.CUSTOMERS_WORD})
"""Duties without an hour whose age matters."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads it. `is_owner`: the case is theirs, so that it says "you"; nobody reads over a shoulder."""

    is_staff: bool = True
    is_owner: bool = False


STAFF = Reader()


@dataclass(frozen=True, kw_only=True)
class Names:
    """The names around a case, raw."""

    owner: str
    account: str
    team: str = ""


Tell = Callable[[datetime], str]
Write = Callable[[str], str]


def said(duty: Duty, names: Names, reader: Reader, now: datetime, tell: Tell, write: Write) -> str:
    """One duty as a sentence without its full stop."""
    what = (TO_CUSTOMERS if not reader.is_staff else {}).get(duty.kind, _WHAT[duty.kind])
    sentence = what.format(who=_who(duty.debtor, names, reader, write))
    if duty.due is not None:
        word = "closes by itself" if duty.kind is DutyKind.CLOSES else "by"
        sentence += f", {word} {tell(duty.due)}" if word != "by" else f" by {tell(duty.due)}"
        return sentence + (", overdue" if duty.is_overdue(now) else "")
    if duty.since is not None and duty.kind in SINCE:
        return f"{sentence} since {tell(duty.since)}"
    return sentence


def _who(debtor: Debtor, names: Names, reader: Reader, write: Write) -> str:
    """Who owes it, with its verb."""
    if debtor is Debtor.OWNER:
        return "You owe" if reader.is_owner else f"{write(names.owner)} owes"
    if debtor is Debtor.TEAM:
        if not reader.is_staff:
            return "Support owes"
        return f"Somebody of {write(names.team)} owes" if names.team else "Somebody owes"
    if debtor is Debtor.CUSTOMER:
        return f"{write(names.account)} owes"
    return ""


def marked(duty: Duty, names: Names, reader: Reader, now: datetime) -> str:
    """In mrkdwn: each reader sees the instants in their own zone."""
    return said(duty, names, reader, now, texts.date, lambda name: texts.marked(name, 60))


def of_case(
    case: Case, reader: Reader, now: datetime, tell: Tell = texts.date, write: Write | None = None
) -> list[str]:
    """All that is owed about a case, what is next first, as far as this reader may know."""
    names = Names(owner=case.owner_name, account=case.account_name, team=case.team_name)
    write = write or (lambda name: texts.marked(name, 60))
    found = duties(facts_of(case), for_staff=reader.is_staff)
    return [said(duty, names, reader, now, tell, write) for duty in found]
