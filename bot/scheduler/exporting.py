"""Makes the files of an export and brings them to who asked: `drawing` calls it for a row of the outbox."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

from bot.blocks import made_files
from bot.domain.commerce.finance import written
from bot.domain.exports import COMMENT_COLUMNS, case_cells, case_columns, comment_cells
from bot.domain.people import Person
from bot.domain.spreadsheet import guarded
from bot.scheduler.about import NothingToSay
from bot.services import exporting, finance
from bot.services.desk import Desk
from bot.slack.client import SlackClient
from bot.store.outbox import OutboxRow


async def send_export(desk: Desk, slack: SlackClient, row: OutboxRow, person: Person, channel: str) -> None:
    """The files, into a direct message, once. Raises the client's errors and Refusal.

    A message with files has no metadata: the files' names carry the row's token, by which an earlier attempt
    is found that was never answered.
    """
    day = desk.clock.now().date().isoformat()
    mark = row.token[:8]
    if row.maybe_sent and await slack.find_file(channel, f"-{mark}.csv"):
        return
    with tempfile.TemporaryDirectory(prefix="caseline-") as folder:  # only its owner may enter it
        cases, comments = Path(folder, f"cases-{day}-{mark}.csv"), Path(folder, f"comments-{day}-{mark}.csv")
        staff = person.is_staff
        case_count = await write_rows(
            cases,
            case_columns(staff=staff),
            (
                [case_cells(one, staff=staff) for one in page]
                async for page in exporting.case_pages(desk, person.slack_user_id)
            ),
        )
        comment_count = await write_rows(
            comments,
            COMMENT_COLUMNS,
            (
                [comment_cells(one) for one in page]
                async for page in exporting.comment_pages(desk, person.slack_user_id)
            ),
        )
        sentence = made_files.exported(case_count, comment_count)
        await slack.upload(channel, [cases, comments], sentence)


async def send_finance(desk: Desk, slack: SlackClient, row: OutboxRow, person: Person, channel: str) -> None:
    """A file of credit memos and refunds, as CSV and JSON, into a direct message, once."""
    made = await finance.asked_for(desk, person.slack_user_id, row.token, row.history_id)
    if made is None:
        raise NothingToSay("they may not export credit memos any more")
    mark = row.token[:8]
    if row.maybe_sent and await slack.find_file(channel, f"-{mark}.csv"):
        return
    with tempfile.TemporaryDirectory(prefix="caseline-") as folder:
        paths = _in_files(Path(folder, f"finance-{made.number:05d}-{mark}"), written(made))
        await slack.upload(channel, paths, made_files.finance(made))


def _in_files(name: Path, texts: Mapping[str, str]) -> list[Path]:
    """A file for each text, by how its name ends; spreadsheets know UTF-8 by the mark in front."""
    paths = [name.with_suffix(f".{ending}") for ending in texts]
    for path, (ending, text) in zip(paths, texts.items(), strict=True):
        path.write_text(text, encoding="utf-8-sig" if ending == "csv" else "utf-8", newline="")
    return paths


async def write_rows(path: Path, columns: Sequence[str], pages: AsyncIterator[list[list[str]]]) -> int:
    """A file with guarded cells; how many rows it has. Spreadsheets know UTF-8 by the mark in front."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # pages are short: it stalls nobody
        writer = csv.writer(file)
        writer.writerow(columns)
        async for page in pages:
            writer.writerows([guarded(cell) for cell in row] for row in page)
            count += len(page)
    return count
