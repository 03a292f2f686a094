"""The files of a shop, CSV or JSON, row by row: a file of any size is read without being held whole."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from bot.domain.imports import RowError, WrongRow
from bot.domain.shop.sheets import Sheet, columns_of
from bot.domain.spreadsheet import unguarded
from bot.transfer.tables import UnreadableFile, lines_in

KINDS = (".csv", ".json", ".jsonl")
PIECE = 1 << 16

Cells = Mapping[str, str]


def files_in(folder: Path) -> dict[Sheet, Path]:
    """The files of a folder that are of a shop, by their names. Raises UnreadableFile where there are two."""
    found: dict[Sheet, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in KINDS and path.stem.lower() in set(Sheet):
            sheet = Sheet(path.stem.lower())
            if sheet in found:
                raise UnreadableFile(f"{folder} has {found[sheet].name} and {path.name}. Keep one of them.")
            found[sheet] = path
    return found


def rows_in(sheet: Sheet, path: Path) -> Iterator[tuple[int, Cells | RowError]]:
    """Each row with its line (CSV) or its place (JSON), or what is wrong with it. Raises UnreadableFile."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            read = _csv_rows if path.suffix.lower() == ".csv" else _json_rows
            yield from read(sheet, path, file)
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{path} is no UTF-8 text. Save it as UTF-8, then import it again.") from error
    except csv.Error as error:
        raise UnreadableFile(f"{path} is no CSV file: {error}. Save it as CSV UTF-8.") from error


def _csv_rows(sheet: Sheet, path: Path, file: IO[str]) -> Iterator[tuple[int, Cells | RowError]]:
    lines = lines_in(path, file)
    _, header = next(lines, (1, []))
    names = [one.strip().lower() for one in header]
    _check_names(sheet, path, names)
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(names):
            what = f"it has {len(cells)} cells, the first line has {len(names)}. Quote commas."
            yield number, RowError(file=path.name, line=number, what=what)
            continue
        filled = (unguarded(cell.strip()) for cell in cells)
        yield number, dict.fromkeys(names, "") | dict(zip(names, filled, strict=False))


def _check_names(sheet: Sheet, path: Path, names: list[str]) -> None:
    """Every column known, each once, all that are needed there: what is misspelt would be lost silently."""
    columns = columns_of(sheet)
    missing = sorted(columns.needed - set(names))
    unknown = [one for one in names if one not in columns.cells]
    if missing or unknown or len(set(names)) < len(names):
        wrong = f"lacks {', '.join(missing)}" if missing else f"has {', '.join(map(repr, unknown))}"
        if not missing and not unknown:
            wrong = "has a column twice"
        raise UnreadableFile(
            f"The first line of {path} {wrong}. {sheet.value} has the columns {', '.join(columns.cells)}; "
            f"needed are {', '.join(sorted(columns.needed))}."
        )


def _json_rows(sheet: Sheet, path: Path, file: IO[str]) -> Iterator[tuple[int, Cells | RowError]]:
    for number, value in enumerate(_values(path, file), 1):
        try:
            yield number, _cells(sheet, value)
        except WrongRow as wrong:
            yield number, RowError(file=path.name, line=number, what=str(wrong))


def _cells(sheet: Sheet, value: Any) -> Cells:
    if not isinstance(value, dict):
        raise WrongRow("it is no object. Write {column: value, ...}.")
    columns = columns_of(sheet)
    for name in value:
        if name not in columns.cells:
            raise WrongRow(f'it has "{name}". {sheet.value} has the columns {", ".join(columns.cells)}.')
    missing = sorted(columns.needed - set(value))
    if missing:
        raise WrongRow(f"it lacks {', '.join(missing)}.")
    return {name: _text(name, cell) for name, cell in value.items()}


def _text(name: str, cell: Any) -> str:
    """A JSON value as its text. Fractions come as text: a float has lost cents before we see it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, str):
        return cell.strip()
    raise WrongRow(f'{name} is neither text nor a whole number. Write amounts as text, like "12.50".')


def _values(path: Path, file: IO[str]) -> Iterator[Any]:
    """What a JSON array, or a file of JSON lines, has in it; one value at a time."""
    decoder, waiting, begun, number = json.JSONDecoder(), "", False, 0
    while True:
        piece = file.read(PIECE)
        waiting += piece
        while True:
            waiting = waiting.lstrip(" \t\r\n,")
            if not begun and waiting.startswith("["):
                begun, waiting = True, waiting[1:]
                continue
            if not waiting or waiting.startswith("]"):
                break
            try:
                value, end = decoder.raw_decode(waiting)
            except ValueError as error:
                if piece:
                    break  # the rest of it comes with the next piece
                raise UnreadableFile(
                    f"{path}: what stands after object {number} is no JSON ({error}). Mend it."
                ) from error
            if end == len(waiting) and piece and not isinstance(value, dict | list):
                break
            waiting, number, begun = waiting[end:], number + 1, True
            yield value
        if not piece:
            return
