"""The sentences of reports of personal data, erasures, sessions and carts placed for a customer."""

from __future__ import annotations

from bot.blocks import text as texts
from bot.domain.personal import PersonalData, PersonalReport, ReportState

STATES: dict[ReportState, str] = {
    ReportState.ASKED: "being made",
    ReportState.SENT: "sent",
    ReportState.DELETED: "deleted",
    ReportState.WITHDRAWN: "not sent: whoever asked may not have it any more",
}


def sent(report: PersonalReport, data: PersonalData, days: int) -> str:
    """mrkdwn, beside the files of a report."""
    rows = sum(data.counts().values())
    return (
        f"Everything that is held of {texts.marked(report.customer, 80)} "
        f"({texts.marked(report.number, 40)}): {rows:,} entries, as a page to read and as JSON. "
        f"It is for you alone and was logged. I delete the files in {days} days."
    )


def begun(days: int) -> str:
    """What the window says once a report was asked for."""
    return (
        "The report is being made. It comes to you as a direct message from me, and nobody else gets it. "
        f"Its files are deleted after {days} days."
    )
