"""What `caseline doctor` finds: a line each; every check answers with one, whatever happens to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.blocks.troubles import trouble
from bot.slack.faults import SlackBusy, SlackRefused, SlackUnsure


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line: what was looked at, how it is, and what to do next where it is not well."""

    level: Level
    about: str
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.level:<5} {self.about}: {self.what}{f' {self.remedy}' if self.remedy else ''}"


def ok(about: str, what: str) -> Finding:
    return Finding(level=Level.OK, about=about, what=what)


def warn(about: str, what: str, remedy: str) -> Finding:
    return Finding(level=Level.WARN, about=about, what=what, remedy=remedy)


def fail(about: str, what: str, remedy: str) -> Finding:
    return Finding(level=Level.FAIL, about=about, what=what, remedy=remedy)


async def safely(about: str, check: Callable[[], Awaitable[Finding]]) -> Finding:
    """Whatever goes wrong while something is looked at is a finding itself."""
    try:
        return await check()
    except SlackRefused as refused:
        found = trouble(refused.error)
        return fail(about, found.what, found.remedy)
    except SlackBusy as busy:
        return warn(about, f"Slack asks to wait {busy.seconds:.0f} seconds.", "Run doctor again then.")
    except SlackUnsure:
        return fail(about, "Slack did not answer.", "Check the network, then run doctor again.")
    except Exception as fault:
        return fail(
            about,
            f"it could not be looked at ({type(fault).__name__}).",
            "Run doctor as the user that Caseline runs as, in the same folder.",
        )
