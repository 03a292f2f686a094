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


def report_files(count: int) -> str:
    """mrkdwn, beside the files of a report."""
    return f"All {count:,} open case{'' if count == 1 else 's'} of this report, for a spreadsheet."
