"""Canned messages: e-mails with named fields, and when one must not be sent. Services fill and send them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.verdict import Verdict

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_BRACE = re.compile(r"[{}]")
_ITEM = re.compile(r"\s*(?:[-*•]|\d+[.)])\s")

NARROWEST = 72
"""Characters a line: what is broken before was meant to end there."""


class Source(StrEnum):
    """Where the value of a message's field comes from."""

    ACCOUNT = "account"  # the customer's record
    CALL = "call"  # what was written down on the way: a field of the script with the same name
    DESK = "desk"  # the desk's settings
    LINK = "link"  # made for this one message and its recipient


@dataclass(frozen=True, kw_only=True)
class MessageField:
    """A field that messages may name. `sample` stands for it in a dry run."""

    name: str
    source: Source
    meaning: str
    sample: str


@dataclass(frozen=True, kw_only=True)
class CannedMessage:
    """One message. `version` grows when its text does; `fits` are the verdicts under which it may be sent.

    `aloud` are the steps that are read to a caller who wants help with what the message asks of them.
    """

    id: str
    version: int
    title: str
    subject: str
    body: str
    fits: tuple[Verdict, ...]
    aloud: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """The names in curly brackets, in the order in which they come, each once."""
        found = _PLACE.findall("\n".join((self.subject, self.body, *self.aloud)))
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, kw_only=True)
class FilledMessage:
    """A message with its values, as the recipient will read it."""

    id: str
    version: int
    subject: str
    body: str
    aloud: tuple[str, ...]


class Hindrance(StrEnum):
    """Why a message must not be sent."""

    VALUE_MISSING = "value_missing"
    CONTRADICTS_VERDICT = "contradicts_verdict"
    SENT_TODAY = "sent_today"


@dataclass(frozen=True, kw_only=True)
class Blocked:
    """One reason not to send; `fields` are the names of the values that are missing."""

    why: Hindrance
    fields: tuple[str, ...] = ()


def hindrances(
    message: CannedMessage, values: Mapping[str, str], verdict: Verdict, *, sent_today: bool
) -> tuple[Blocked, ...]:
    """All that stands against sending; () when it may go.

    `verdict` is the one in force. `sent_today`: the same message went to the same address on this date.
    """
    missing = tuple(name for name in message.fields if not values.get(name, "").strip())
    found = [Blocked(why=Hindrance.VALUE_MISSING, fields=missing)] if missing else []
    if verdict not in message.fits:
        found.append(Blocked(why=Hindrance.CONTRADICTS_VERDICT))
    if sent_today:
        found.append(Blocked(why=Hindrance.SENT_TODAY))
    return tuple(found)


def fill(message: CannedMessage, values: Mapping[str, str]) -> FilledMessage:
    """The message with its values, each in one line, so that none can add lines. KeyError if one lacks."""

    def put(text: str) -> str:
        return _PLACE.sub(lambda found: " ".join(values[found.group(1)].split()), unwrapped(text))

    return FilledMessage(
        id=message.id,
        version=message.version,
        subject=put(message.subject),
        body=put(message.body).strip() + "\n",
        aloud=tuple(put(one) for one in message.aloud),
    )


def unwrapped(text: str) -> str:
    """A text whose lines were broken for the width of a file, by paragraphs: a window or a phone breaks them.

    A line goes on in the next one where the first word of that would not have fitted into it.
    """
    lines: list[str] = []
    width = 0  # of the last line, as it stands in the file
    for line in text.split("\n"):
        first = line.split(maxsplit=1)[0] if line.strip() else ""
        begins = not first or _ITEM.match(line) is not None
        if lines and not begins and width + 1 + len(first) > NARROWEST:
            lines[-1] = f"{lines[-1]} {line.strip()}"
        else:
            lines.append(line)
        width = len(line)
    return "\n".join(lines)


def stray_braces(texts: Sequence[str]) -> bool:
    """Whether a curly bracket is left that belongs to no field: a field's name was misspelt, most likely."""
    return any(_BRACE.search(_PLACE.sub("", text)) for text in texts)
