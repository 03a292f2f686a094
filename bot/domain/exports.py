"""What an export of cases says of each case and comment: the columns, and a row's cells as text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.commands import Audience
from bot.domain.commerce.review_queue import REVIEW_COLUMNS, ExportedReview
from bot.domain.ids import CaseId, CaseNumber, CommentId, shown
from bot.domain.reports import FileLine
from bot.domain.spreadsheet import RISKY, guarded

CASE_COLUMNS = (
    "number", "title", "description", "status", "severity", "kind", "business_impact", "account",
    "org_id_or_mid", "owner", "opened_by", "contact_name", "contact_email", "contact_phone", "timezone",
    "resolution", "opened_at", "changed_at", "closed_at",
)  # fmt: skip
TEAM_COLUMN = "team"
"""The desk's own business: the customer side's files do not have it."""

COMMENT_COLUMNS = ("number", "at", "author", "audience", "text")

LONGEST_CELL = 32_000
"""A cell of a spreadsheet takes no more; what is cut says so."""


@dataclass(frozen=True, kw_only=True)
class ExportedCase:
    """A case as one person may read it. Instants are aware, in UTC."""

    id: CaseId
    number: CaseNumber
    title: str
    description: str
    status: str
    severity: int
    kind: str
    business_impact: str
    account: str
    org_id_or_mid: str
    owner: str
    opened_by: str
    contact_name: str
    contact_email: str
    contact_phone: str
    timezone: str
    resolution: str
    team: str
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ExportedComment:
    """A comment that the same person may read."""

    id: CommentId
    number: CaseNumber
    at: datetime
    author: str
    audience: Audience
    text: str


def case_columns(*, staff: bool) -> tuple[str, ...]:
    return (*CASE_COLUMNS, TEAM_COLUMN) if staff else CASE_COLUMNS


def case_cells(case: ExportedCase, *, staff: bool) -> list[str]:
    """The cells in the order of `case_columns`."""
    return _cells(case, case_columns(staff=staff))


def comment_cells(comment: ExportedComment) -> list[str]:
    return _cells(comment, COMMENT_COLUMNS)


def review_cells(review: ExportedReview) -> list[str]:
    """The cells in the order of `REVIEW_COLUMNS`."""
    return [_text(getattr(review, column)) for column in REVIEW_COLUMNS]


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S UTC")
    return _cut("" if value is None else str(value))


REPORT_COLUMNS = (
    "owner", "number", "title", "account", "severity", "status", "opened_at", "changed_at", "days_open",
    "days_quiet", "escalated", "past_a_limit", "link",
)  # fmt: skip


def report_cells(line: FileLine) -> tuple[object, ...]:
    """A case of a report's file, in the order of `REPORT_COLUMNS`, safe for a spreadsheet.

    It runs for each of tens of thousands of cases: only what people typed is looked at.
    """
    owner, title, account = line[0], line[2], line[3]
    if owner[:1] in RISKY or title[:1] in RISKY or account[:1] in RISKY or len(title) > LONGEST_CELL:
        return guarded(owner), line[1], guarded(_cut(title)), guarded(account), *line[4:_LINK]
    return line[:_LINK]


_LINK = len(REPORT_COLUMNS)


def _cells(row: ExportedCase | ExportedComment, columns: Sequence[str]) -> list[str]:
    return [_cell(column, getattr(row, column)) for column in columns]


def _cell(column: str, value: object) -> str:
    if column == "number":
        assert isinstance(value, int)
        return shown(CaseNumber(value))
    return _text(value)


def _cut(text: str) -> str:
    if len(text) <= LONGEST_CELL:
        return text
    return f"{text[:LONGEST_CELL]}… (cut; {len(text)} characters in the case)"
