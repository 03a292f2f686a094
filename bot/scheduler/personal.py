"""Makes the files of a report of personal data, brings them to who asked, deletes them; carries out erasures.

`drawing` calls it for rows of the outbox. The files are made in a folder that only the bot may enter, and are
gone from there once Slack has them.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import zipfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path, PurePath

from bot.blocks import personal_pages, words_personal, words_placing
from bot.blocks.kit import message, section
from bot.domain.ids import PlacingId
from bot.domain.people import Person
from bot.domain.personal import KeptFile, PersonalData, PersonalReport, mark_of
from bot.scheduler.about import NothingToSay
from bot.scheduler.posting import post
from bot.services import erasing, placing
from bot.services import personal_data as service
from bot.services.desk import Desk
from bot.slack.client import SlackClient
from bot.slack.faults import SlackRefused
from bot.store import erasing as erasures
from bot.store.outbox import OutboxRow

MOST_ZIPPED = 200 * 1024 * 1024
"""Bytes of files that go along; what is beyond is listed with the way to it."""

DELETED_ALREADY = frozenset({"file_not_found", "file_deleted"})
"""Somebody deleted it, or an earlier attempt did whose answer was lost."""


async def send_report(
    desk: Desk,
    slack: SlackClient,
    row: OutboxRow,
    person_of: Callable[[Desk, OutboxRow], Awaitable[Person]],
    direct_message: Callable[[Desk, SlackClient, Person], Awaitable[str]],
) -> None:
    """The files, into a direct message to the asker, once. Raises the client's errors and NothingToSay."""
    person = await person_of(desk, row)
    found = await service.wanted(desk, person, row.token)
    if found is None:
        await service.withdrawn(desk, row.token)
        raise NothingToSay("they may not have it any more")
    report, data = found
    channel = await direct_message(desk, slack, person)
    files = await _sent_before(slack, row, channel)
    if not files:
        files = await _send(desk, slack, channel, report, data)
    await service.sent(desk, row.token, files, data.counts())


async def _sent_before(slack: SlackClient, row: OutboxRow, channel: str) -> tuple[str, ...]:
    """The files that an attempt brought which was never answered: their names have the row's mark."""
    if not row.maybe_sent:
        return ()
    mark = f"-{mark_of(row.token)}."
    return tuple(file_id for name, file_id in await slack.list_files(channel) if mark in name)


async def _send(
    desk: Desk, slack: SlackClient, channel: str, report: PersonalReport, data: PersonalData
) -> tuple[str, ...]:
    mark, contents = mark_of(report.token), _contents(desk, data)
    stem = f"personal-data-{_plain(data.number)}-{data.at:%Y-%m-%d}"
    with tempfile.TemporaryDirectory(prefix="caseline-") as folder:  # only its owner may enter it
        made = await asyncio.to_thread(_write, Path(folder), stem, mark, report, data, contents)
        days = desk.policy.limits.personal_data_days
        return await slack.upload(channel, made, words_personal.sent(report, data, days))


def _contents(desk: Desk, data: PersonalData) -> dict[KeptFile, Path]:
    """The files whose content goes along, smallest first, as long as there is room."""
    if desk.blobs is None:
        return {}
    found, room = dict[KeptFile, Path](), MOST_ZIPPED
    for one in sorted(data.files, key=lambda file: (file.size, file.id)):
        if one.size <= room:
            found[one] = desk.blobs.path(one.sha256)
            room -= one.size
    return found


def _write(
    folder: Path,
    stem: str,
    mark: str,
    report: PersonalReport,
    data: PersonalData,
    contents: Mapping[KeptFile, Path],
) -> list[Path]:
    """In a thread of its own: a long story takes a while to write down."""
    names = {one.id: f"{one.id}-{_plain(one.name)}" for one, path in contents.items() if path.exists()}
    page = folder / f"{stem}-{mark}.html"
    page.write_text(personal_pages.page(data, report.asked_by.name, report.reason, names), encoding="utf-8")
    facts = folder / f"{stem}-{mark}.json"
    facts.write_text(json.dumps(as_json(data, names), ensure_ascii=False, indent=1), encoding="utf-8")
    made = [page, facts]
    if names:
        made.append(folder / f"{stem}-files-{mark}.zip")
        with zipfile.ZipFile(made[-1], "w", zipfile.ZIP_DEFLATED) as archive:
            for one, path in contents.items():
                if one.id in names:
                    archive.write(path, names[one.id])
    return made


def as_json(data: PersonalData, names: Mapping[int, str]) -> dict[str, object]:
    """What the machine-readable file holds; the README of the format is `docs/personal-data.md`."""
    return {
        "customer": data.number,
        "as_of": data.at.isoformat(),
        "amounts": "in minor units of `currency`",
        **({"shop": {"name": data.shop.name, "answered": data.shop.answered}} if data.shop else {}),
        "parts": {part.name: list(part.rows) for part in data.parts},
        "files_in_zip": {str(number): name for number, name in names.items()},
        "left_out": {part.name: dict(part.withheld) for part in data.parts if part.withheld},
    }


def _plain(name: str) -> str:
    """A name that is a name on every machine, and no way out of the folder."""
    kept = "".join(sign if sign.isalnum() or sign in "._-" else "_" for sign in PurePath(name).name)
    return os.fsdecode(kept.encode()[-80:]).strip(".") or "file"


async def delete_report(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    """Its files go out of Slack, then its row says so."""
    token = row.conversation.partition(":")[2]
    for file_id in await service.over(desk, token):
        try:
            await slack.delete_file(file_id)
        except SlackRefused as refused:
            if refused.error not in DELETED_ALREADY:
                raise
    await service.deleted(desk, token)


async def erase(
    desk: Desk,
    slack: SlackClient,
    row: OutboxRow,
    person_of: Callable[[Desk, OutboxRow], Awaitable[Person]],
    direct_message: Callable[[Desk, SlackClient, Person], Awaitable[str]],
) -> None:
    """Carry an erasure out to its end, whoever began it, then tell who asked. It may be done twice."""
    while await erasing.go_on(desk, row.token):
        continue  # a step a transaction, so that people's changes get their turn between two
    called = await desk.store.look(lambda connection: erasures.called(connection, row.token))
    asker = await person_of(desk, row)
    sentence = words_personal.erased(called)
    drawn = message(sentence, [section("said", sentence)])
    await post(slack, row, await direct_message(desk, slack, asker), drawn)


async def tell_of_cart(
    desk: Desk,
    slack: SlackClient,
    row: OutboxRow,
    person_of: Callable[[Desk, OutboxRow], Awaitable[Person]],
    direct_message: Callable[[Desk, SlackClient, Person], Awaitable[str]],
) -> None:
    """Ask somebody who may approve a cart, or tell who asked what came of it."""
    reader, number = await person_of(desk, row), row.conversation.split(":")[1]
    found = await placing.told(desk, reader, PlacingId(int(number)))
    drawn = words_placing.telling(*found, reader.id) if found is not None else None
    if drawn is None:
        raise NothingToSay("it is decided, or not for them to see")
    await post(slack, row, await direct_message(desk, slack, reader), drawn)
