"""Files of a case: what is known of one, where it is, and whether it is fetched or left in Slack."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.commands import Audience
from bot.domain.ids import CaseId

MEGABYTE = 1024 * 1024


class FileState(StrEnum):
    """Where a file is."""

    PENDING = "pending"  # it is to be fetched
    KEPT = "kept"  # in the data folder
    IN_SLACK = "in_slack"  # left there: the desk keeps none, or it is too large
    UNREADABLE = "unreadable"
    DELETED = "deleted"  # with the message that brought it


@dataclass(frozen=True, kw_only=True)
class FileRules:
    """What the desk does with files: keep those up to `largest` bytes, or leave all of them in Slack."""

    keep: bool = True
    largest: int = 50 * MEGABYTE

    def takes(self, size: int) -> bool:
        """Whether a file of that size is kept."""
        return self.keep and size <= self.largest


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    """One file of a case. It has the audience of the comment that brought it; the case's own are public."""

    id: int
    case_id: CaseId
    slack_file_id: str
    name: str
    mimetype: str
    size: int
    state: FileState
    audience: Audience
    trouble: str | None = None
    sha256: str | None = None
    permalink: str | None = None


PASSES = frozenset({"missing_scope", "not_in_channel", "file_not_found", "no_answer"})
"""Why a file cannot be read now and perhaps later can: a scope is granted, Caseline is invited."""
