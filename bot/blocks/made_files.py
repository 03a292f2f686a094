"""What is said of files that are made for somebody: exports and those of reports; `words.py` has the rest."""

from __future__ import annotations


def export_begun() -> str:
    return "Your files are being made. They come to you as a direct message from me."


def exported(cases: int, comments: int) -> str:
    """mrkdwn, beside the files of an export."""
    told = f"{cases} case{'' if cases == 1 else 's'}, {comments} comment{'' if comments == 1 else 's'}"
    return (
        f"Here is what you asked for with `/case export`: {told}. Keep the files to those who may read them."
    )


def report_files(cases: int, calls: int = 0) -> str:
    """mrkdwn, beside the files of a report."""
    counted = ((cases, "open case"), (calls, "call"))
    named = [f"{count:,} {what}{'' if count == 1 else 's'}" for count, what in counted if count]
    return f"All {' and '.join(named)} of this report, for a spreadsheet."
