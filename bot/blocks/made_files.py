"""What is said of files that are made for somebody: exports and those of reports; `words.py` has the rest."""

from __future__ import annotations

from collections.abc import Sequence

from bot.blocks import text as texts
from bot.domain.commerce.finance import FinanceFile, LineKind, sums
from bot.domain.shop.money import Money


def export_begun() -> str:
    return "Your files are being made. They come to you as a direct message from me."


def exported(cases: int, comments: int) -> str:
    """mrkdwn, beside the files of an export."""
    told = f"{cases} case{'' if cases == 1 else 's'}, {comments} comment{'' if comments == 1 else 's'}"
    return (
        f"Here is what you asked for with `/case export`: {told}. Keep the files to those who may read them."
    )


def reviews(count: int, asked: str) -> str:
    """mrkdwn, beside the file of product reviews."""
    told = f"{count:,} product review{'' if count == 1 else 's'}"
    return f"{told}, {texts.marked(asked, 200)}. Keep the file to those who may read it."


def finance_begun(number: int) -> str:
    return f"File {number} is being made. It comes to you as a direct message from me."


def finance(made: FinanceFile) -> str:
    """mrkdwn, beside a file for the finance system."""
    lines = len(made.lines)
    named = {LineKind.CREDIT_MEMO: "Credit memos", LineKind.REFUND: "Refunds"}
    told = [
        f"{named[kind]} {Money(minor=minor, currency=currency)}"
        for (kind, currency), minor in sorted(sums(made.lines).items())
    ]
    return (
        f"File {made.number} for the finance system: {lines} line{'' if lines == 1 else 's'}. "
        f"{'. '.join(told)}. None of them comes in another file. "
        "`/order export list` sends it again, and notes that finance has it."
    )


LONGEST_SEEN = 1000
"""Slack takes no longer alt text."""


def seen(said: str) -> str:
    """What a picture shows, for who cannot see it; raw text."""
    return said if len(said) <= LONGEST_SEEN else f"{said[: LONGEST_SEEN - 1]}…"


def picture(label: str, taken: Sequence[object]) -> str:
    """mrkdwn, beside the pictures of a playbook, or of the path that a call with `label` took."""
    if not taken:
        return "The playbook as it counts now. Open a picture to see it whole."
    whose = f" with {texts.marked(label, 60)}" if label else ""
    return f"The path that the call{whose} took: thick lines, numbered steps. Open it to see it whole."


def report_files(cases: int, calls: int = 0) -> str:
    """mrkdwn, beside the files of a report."""
    counted = ((cases, "open case"), (calls, "call"))
    named = [f"{count:,} {what}{'' if count == 1 else 's'}" for count, what in counted if count]
    return f"All {' and '.join(named)} of this report, for a spreadsheet."
