"""What a handler answers with; `delivering.py` knows how each reply reaches the person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.blocks import kit
from bot.blocks.kit import Message
from bot.domain.policy import Choice

View = Mapping[str, Any]


@dataclass(frozen=True)
class Nothing:
    """All is done and seen elsewhere; a submitted modal closes."""


@dataclass(frozen=True)
class Say:
    """A message that only the acting person sees."""

    message: Message
    sentence: str = ""
    """The same as raw text, for the windows that say one sentence and escape it themselves."""


def said(sentence: str, mrkdwn: str | None = None) -> Say:
    """A sentence: raw text, and how it is marked up where it is not shown as it stands."""
    block = kit.section("said", sentence) if mrkdwn is None else kit.marked_section("said", mrkdwn)
    return Say(kit.message(sentence, [block]), sentence)


@dataclass(frozen=True)
class Open:
    """Show a modal: on its own, or on top of the one that the person is in.

    `opened` hears by which name Slack knows the window, for what is to be drawn in it later; `after` is done
    behind the acknowledgement, which does not wait for it.
    """

    view: View
    opened: Callable[[str], Awaitable[None]] | None = None
    after: Callable[[], Awaitable[None]] | None = None


@dataclass(frozen=True)
class Replace:
    """Draw the modal that the person is in again."""

    view: View


@dataclass(frozen=True)
class Refresh:
    """Close the submitted modal and draw the one below again; without one below just close."""

    view: View


@dataclass(frozen=True)
class Redraw:
    """Draw the message again in which the person pressed something."""

    message: Message


@dataclass(frozen=True)
class Errors:
    """Sentences at the inputs of a submitted modal, by block id; what was typed stays."""

    errors: Mapping[str, str]


@dataclass(frozen=True)
class Publish:
    """Show App Home."""

    view: View


@dataclass(frozen=True)
class Options:
    """What a select offers for what was typed in it, at most 100."""

    choices: tuple[Choice, ...]


class LeftToSlack(Exception):
    """No reply: the event is not acknowledged, and Slack brings it again. Nobody may be waiting for it."""


Reply = Nothing | Say | Open | Replace | Refresh | Redraw | Errors | Publish | Options
