"""`make bench`: runs rows of the table, prints it, and with --keep writes it into bench/README.md."""

from __future__ import annotations

import argparse
import asyncio
import platform
import re
import sqlite3
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.figures import Figure
from bench.rows import ROWS, ground

README = Path(__file__).parent / "README.md"
MARK = "<!-- results -->"
PARTS = ("slack-bolt", "aiohttp", "sqlalchemy", "aiosqlite")


def main() -> int:
    wants = argparse.ArgumentParser(prog="make bench", description=__doc__)
    wants.add_argument("rows", nargs="*", help=f"which rows: {', '.join(ROWS)} (all of them)")
    wants.add_argument("--rounds", type=int, default=5, help="how often each is measured (5)")
    wants.add_argument("--keep", action="store_true", help="write the table into bench/README.md")
    given = wants.parse_args()
    unknown = set(given.rows) - set(ROWS)
    if unknown:
        wants.error(f"there is no row {', '.join(sorted(unknown))}: choose from {', '.join(ROWS)}")
    figures = asyncio.run(_measure(given.rows or list(ROWS), given.rounds))
    table = _table(figures)
    print(table)
    if given.keep:
        text, _, before = README.read_text().partition(MARK)
        README.write_text(f"{text}{MARK}\n\n{_made_with()}\n\n{_merged(before, table)}\n")
    return 0 if all(figure.is_met for figure in figures) else 1


async def _measure(rows: list[str], rounds: int) -> list[Figure]:
    """Rows that are measured together are measured once."""
    figures = []
    async with ground() as here:
        for measure in dict.fromkeys(ROWS[row] for row in rows):
            print(f"measuring {measure.__name__} ...", file=sys.stderr)
            figures += await measure(here, rounds)
    return figures


def _table(figures: list[Figure]) -> str:
    lines = ["| # | measured | floor | Caseline | ratio | wanted | met |", "|---|---|---|---|---|---|---|"]
    for one in figures:
        sign = ">=" if one.more_is_better else "<="
        lines.append(
            f"| {one.row} | {one.what} | {one.floor:.2f} {one.unit} | {one.ours:.2f} {one.unit} "
            f"| {one.ratio:.2f} | {sign} {one.wanted} | {'yes' if one.is_met else 'NO'} |"
        )
    return "\n".join(lines)


def _merged(before: str, table: str) -> str:
    """The table with the rows of `before` that were not measured this time, in the order of their numbers."""
    heading, rule, *new = table.splitlines()
    measured = {_number(line) for line in new}
    old = [line for line in before.splitlines() if re.match(r"\| \d", line)]
    lines = [*new, *(line for line in old if _number(line) not in measured)]
    return "\n".join([heading, rule, *sorted(lines, key=_number)])


def _number(line: str) -> int:
    return int(line.split("|")[1])


def _made_with() -> str:
    parts = ", ".join(f"{part} {version(part)}" for part in PARTS)
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {parts}, "
        f"SQLite {sqlite3.sqlite_version}. Medians of the rounds."
    )


if __name__ == "__main__":
    sys.exit(main())
