"""`caseline import FOLDER` with the files of a shop: read, checked as a whole, written, and reported."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from bot.domain.imports import RowError, WrongRow
from bot.domain.shop.money import grouped
from bot.domain.shop.sheets import Sheet, read_row
from bot.services import shop_checking, shop_importing
from bot.services.desk import Desk
from bot.services.shop_importing import Report
from bot.store.staging import Staged, Staging
from bot.transfer.progress import progress
from bot.transfer.shop_files import Cells, files_in, rows_in


class ShopImport:
    """One import: its files, how many rows are wrong, and where that is said."""

    def __init__(self, folder: Path, say: Callable[[str], None] = print) -> None:
        self._files = files_in(folder)
        self._paths = list(self._files.values())
        self._say = say
        self._wrong = 0

    async def run(self, desk: Desk, *, dry_run: bool, skip_wrong: bool) -> bool:
        """Whether all of it is in the desk now. With anything wrong nothing is written, unless it is to be
        left out. Raises UnreadableFile.
        """
        began = time.monotonic()
        with Staging() as staging:
            self._read(staging)
            with progress("checking", sum(staging.count(sheet) for sheet in Sheet)) as advance:
                await shop_checking.check(desk, staging, self._told, advance)
            rows = sum(staging.count(sheet) for sheet in Sheet)
            if self._wrong and not skip_wrong:
                self._say(
                    f"Nothing is imported: {_rows(self._wrong)} must be put right first. "
                    f"--skip-wrong leaves them out and takes the other {rows:,}."
                )
                return False
            if dry_run:
                self._say(f"{_rows(rows)} would be taken. Nothing is imported: this was a dry run.")
                return not self._wrong
            report = Report()
            await self._write(desk, staging, report)
        self._report(report, time.monotonic() - began)
        return not self._wrong

    def _read(self, staging: Staging) -> None:
        total = sum(path.stat().st_size for path in self._paths)
        with progress("reading", total) as advance:
            for place, (sheet, path) in enumerate(self._files.items()):
                for line, row in rows_in(sheet, path):
                    self._stage(staging, sheet, place, line, row)
                    if isinstance(row, Mapping):
                        advance(sum(map(len, row.values())) + len(row))  # its cells, and what is between

    def _stage(self, staging: Staging, sheet: Sheet, place: int, line: int, row: Cells | RowError) -> None:
        if isinstance(row, RowError):
            self._error(row)
            return
        try:
            key, given = read_row(sheet, row)
        except WrongRow as wrong:
            self._error(RowError(file=self._paths[place].name, line=line, what=str(wrong)))
            return
        first = staging.add(sheet, Staged(key, place, line, given))
        if first is not None:
            what = f"the same stands in {self._paths[first[0]].name}, line {first[1]}. Keep one of them."
            self._error(RowError(file=self._paths[place].name, line=line, what=what))

    def _told(self, sheet: Sheet, row: Staged, what: str) -> None:
        self._error(RowError(file=self._paths[row.file].name, line=row.line, what=what))

    def _error(self, error: RowError) -> None:
        self._wrong += 1
        self._say(str(error))

    async def _write(self, desk: Desk, staging: Staging, report: Report) -> None:
        with progress("writing", sum(staging.count(sheet) for sheet in shop_checking.ALONE)) as advance:
            await shop_importing.take(desk, staging, report, advance)

    def _report(self, report: Report, seconds: float) -> None:
        for sheet, tally in report.tallies.items():
            if sheet in self._files:
                self._say(f"{sheet.value}: {tally}.")
        for currency, minor in sorted(report.orders.items()):
            self._say(f"Products and delivery come to {currency} {grouped(minor, currency)}.")
        left_out = f", {_rows(self._wrong)} left out" if self._wrong else ""
        self._say(f"Done in {seconds:,.0f} s{left_out}.")


def is_shop(folder: Path) -> bool:
    """Whether a folder holds files of a shop, and not a whole desk."""
    return not (folder / "contents.json").exists() and bool(files_in(folder))


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"
