"""`caseline import FOLDER` with the files of a shop: read, checked as a whole, written, and reported."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from secrets import token_bytes

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
        secret = await shop_importing.licence_secret(desk) if not dry_run else token_bytes()
        with Staging() as staging:
            self._read(staging, secret)
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
            report = await self._write(desk, staging)
        self._report(report, time.monotonic() - began)
        return not self._wrong

    def _read(self, staging: Staging, secret: bytes) -> None:
        total = sum(path.stat().st_size for path in self._paths)
        with progress("reading", total) as advance:
            for place, (sheet, path) in enumerate(self._files.items()):
                for line, row in rows_in(sheet, path):
                    self._stage(staging, sheet, place, line, row, secret)
                    if isinstance(row, Mapping):
                        advance(sum(map(len, row.values())) + len(row))  # its cells, and what is between

    def _stage(
        self, staging: Staging, sheet: Sheet, place: int, line: int, row: Cells | RowError, secret: bytes
    ) -> None:
        if isinstance(row, RowError):
            self._error(row)
            return
        try:
            key, given = read_row(sheet, row, secret)
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

    async def _write(self, desk: Desk, staging: Staging) -> Report:
        digest = digest_of(self._files)
        behind = await shop_importing.broken_off(desk, digest)
        if behind is not None:
            done = sum(tally.all_rows for tally in Report.of(behind.report).tallies.values())
            self._say(
                f"An import of these files broke off: it goes on in {behind.sheet.value} behind the {done:,} "
                "rows that it has brought. Run it once more to compare those, too."
            )
        with progress("writing", sum(staging.count(sheet) for sheet in shop_checking.ALONE)) as advance:
            return await shop_importing.take(desk, staging, advance, digest=digest, behind=behind)

    def _report(self, report: Report, seconds: float) -> None:
        for sheet, tally in report.tallies.items():
            if sheet in self._files:
                self._say(f"{sheet.value}: {tally}.")
        for currency, minor in sorted(report.orders.items()):
            self._say(f"Products and delivery come to {currency} {grouped(minor, currency)}.")
        left_out = f", {_rows(self._wrong)} left out" if self._wrong else ""
        self._say(f"Done in {seconds:,.0f} s{left_out}.")


def digest_of(files: Mapping[Sheet, Path]) -> str:
    """What tells these files from others: what stands in them."""
    whole = hashlib.sha256()
    for sheet, path in sorted(files.items()):
        with path.open("rb") as file:
            whole.update(f"{sheet.value} {hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return whole.hexdigest()


def is_shop(folder: Path) -> bool:
    """Whether a folder holds files of a shop, and not a whole desk."""
    return not (folder / "contents.json").exists() and bool(files_in(folder))


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"
