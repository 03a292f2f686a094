"""Everything that is held of one customer, as a report of personal data has it; who asked for one. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.ids import CustomerId, PersonalReportId
from bot.domain.people import PersonRef

Value = str | int | float | bool | None | list["Value"] | dict[str, "Value"]
"""What JSON holds."""

Row = Mapping[str, Value]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One kind of thing: its rows as they are kept, and what was left out of each row, with the reason.

    Amounts are in minor units of `currency`, which the row or the one it belongs to names.
    """

    name: str
    title: str
    rows: tuple[Row, ...]
    withheld: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class KeptFile:
    """A file whose content goes along: its id in the report, its name, its size in bytes, its hash."""

    id: int
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class AskedShop:
    """A shop beside the desk's own tables that holds something of customers, and whether it said what."""

    name: str
    answered: bool


@dataclass(frozen=True, kw_only=True)
class PersonalData:
    """Everything that is held of a customer at a moment (UTC), part by part; no `shop`: there is none."""

    customer_id: CustomerId
    number: str
    called: str
    at: datetime
    parts: tuple[Part, ...]
    files: tuple[KeptFile, ...] = ()
    shop: AskedShop | None = None

    def counts(self) -> dict[str, int]:
        return {part.name: len(part.rows) for part in self.parts if part.rows}


class ReportState(StrEnum):
    """How a report stands. Its files are in Slack alone, from `sent` to `deleted`."""

    ASKED = "asked"
    SENT = "sent"
    DELETED = "deleted"
    WITHDRAWN = "withdrawn"  # whoever asked may not have it any more


@dataclass(frozen=True, kw_only=True)
class PersonalReport:
    """One that was asked for. `asked_by` alone got its files."""

    id: PersonalReportId
    customer_id: CustomerId
    customer: str
    number: str
    asked_by: PersonRef
    reason: str
    asked_at: datetime
    token: str
    state: ReportState
    sent_at: datetime | None = None
    expires_at: datetime | None = None
    deleted_at: datetime | None = None
    files: tuple[str, ...] = ()
    rows: int = 0
    is_stuck: bool = False
    """Slack would not take it: an administrator sees to that in `/desk health`."""


@dataclass(frozen=True, kw_only=True)
class AskForReport:
    """Ask for everything that is held of a customer; the reason stands in the log."""

    customer_id: CustomerId
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReportsPage:
    """A page of the reports that were asked for, newest first; `state` None is all of them."""

    reports: tuple[PersonalReport, ...]
    total: int
    first: int
    newer: PersonalReportId | None = None
    older: PersonalReportId | None = None
    days: int = 14
    state: ReportState | None = None


def expires(sent_at: datetime, days: int) -> datetime:
    """When the files of a report are deleted."""
    return sent_at + timedelta(days=days)


def mark_of(token: str) -> str:
    """What stands in the names of a report's files, by which they are known again."""
    return token[:8]
