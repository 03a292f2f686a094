"""CSV files of accounts and people: recognised by their first line, read row by row, written guarded."""

from __future__ import annotations

import csv
import zoneinfo
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bot.domain.commands import AddAccount
from bot.domain.imports import (
    ACCOUNT_COLUMNS,
    BETWEEN_TEAMS,
    NEEDED,
    PERSON_COLUMNS,
    Numbered,
    PersonRow,
    RowError,
    Sheet,
    WrongRow,
    read_account,
    read_person,
)
from bot.domain.spreadsheet import guarded, unguarded


class UnreadableFile(Exception):
    """A file that holds neither accounts nor people; the sentence says what to do."""


def read_files(paths: Iterable[Path]) -> Sheet:
    """All rows of all files, and what is wrong with the others. Raises UnreadableFile."""
    sheet = Sheet()
    for path in paths:
        _read(path, sheet)
    return sheet


def _read(path: Path, sheet: Sheet) -> None:
    zones = frozenset(zoneinfo.available_timezones())
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = lines_in(path, file)
            header = [one.strip().casefold() for one in next(lines, (0, []))[1]]
            kind = _kind(path, header)
            for number, cells in lines:
                if not any(cell.strip() for cell in cells):
                    continue
                try:
                    if len(cells) > len(header) and any(cells[len(header) :]):
                        raise WrongRow(
                            f"it has {len(cells)} cells, the first line has {len(header)}. Quote commas."
                        )
                    row = dict.fromkeys(header, "") | dict(
                        zip(header, (unguarded(cell.strip()) for cell in cells), strict=False)
                    )
                    read = read_account(row, zones) if kind == "accounts" else read_person(row)
                except WrongRow as wrong:
                    sheet.errors.append(RowError(file=path.name, line=number, what=str(wrong)))
                    continue
                rows = sheet.accounts if kind == "accounts" else sheet.people
                rows.append(Numbered(file=path.name, line=number, row=read))
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"{path} is no UTF-8 text. Save it as CSV UTF-8, then import it again."
        ) from error
    except csv.Error as error:
        raise UnreadableFile(f"{path} is no CSV file: {error}. Save it as CSV UTF-8.") from error


def lines_in(path: Path, file: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of its first line; some spreadsheets put semicolons between cells."""
    source = iter(file)
    first = next(source, "")
    between = ";" if first.count(";") > first.count(",") else ","

    def again() -> Iterator[str]:
        yield first
        yield from source

    reader = csv.reader(again(), delimiter=between, strict=True)
    begins = 1
    for cells in reader:
        yield begins, cells
        begins = reader.line_num + 1


def _kind(path: Path, header: Sequence[str]) -> str:
    """Which of the two it is, by its columns; a column that nobody knows is a misspelt one."""
    kind = "accounts" if "success_plan" in header else "people"
    columns = ACCOUNT_COLUMNS if kind == "accounts" else PERSON_COLUMNS
    missing = sorted(NEEDED[kind] - set(header))
    unknown = [one for one in header if one not in columns]
    if missing or unknown:
        wrong = f"lacks {', '.join(missing)}" if missing else f"has {', '.join(map(repr, unknown))}"
        raise UnreadableFile(
            f"The first line of {path} {wrong}. Accounts have the columns {', '.join(ACCOUNT_COLUMNS)}; "
            f"people have {', '.join(PERSON_COLUMNS)}."
        )
    return kind


def write_files(folder: Path, accounts: Sequence[AddAccount], people: Sequence[PersonRow]) -> None:
    """`accounts.csv` and `people.csv` as they are read again; formula cells are guarded."""
    _write(
        folder / "accounts.csv",
        ACCOUNT_COLUMNS,
        ((one.org_id_or_mid, one.name, one.success_plan.value, one.timezone) for one in accounts),
    )
    _write(folder / "people.csv", PERSON_COLUMNS, map(_person_cells, people))


def _person_cells(one: PersonRow) -> tuple[str, ...]:
    teams = BETWEEN_TEAMS.join(one.teams or ())
    return one.email, one.name, one.phone, one.role.value, one.account, one.named_by, one.slack_user_id, teams


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("x", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([guarded(cell) for cell in row] for row in rows)
