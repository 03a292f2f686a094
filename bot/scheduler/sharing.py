"""Puts files that came by the form into the thread of their case's card, where staff open them."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot.blocks.files import came_by_form
from bot.domain.files import CaseFile
from bot.domain.ids import CaseId
from bot.domain.people import channel_viewer
from bot.services import files
from bot.services.desk import Desk
from bot.slack.client import SlackClient
from bot.slack.faults import SlackBusy, SlackRefused
from bot.store import cases
from bot.store.outbox import OutboxRow

CARD_COMES = 2.0
"""Seconds until another look where the card is still on its way; each time so much longer, up to so often."""

MOST_WAITS = 150


async def share_files(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    """One after the other, each once: a message with files has no metadata, a name is found again."""
    case_id = row.case_id
    assert case_id is not None
    waiting = await files.to_share(desk, case_id)
    if not waiting or desk.blobs is None:
        return
    eyes = channel_viewer(desk.workspace_id)
    case = await desk.store.read(lambda c, viewer: cases.by_id(c, viewer, case_id), eyes)
    if case is None or case.card_place is None:
        return
    if case.card_channel is None or case.card_ts is None:
        raise SlackBusy("files.completeUploadExternal", CARD_COMES * min(row.attempts, MOST_WAITS))
    for file in waiting:
        name = _named(file)
        if not await slack.find_file(case.card_channel, name, case.card_ts):
            with tempfile.TemporaryDirectory(prefix="caseline-") as folder:  # only its owner may enter it
                path = Path(folder, name)
                await asyncio.to_thread(_lay, desk.blobs.path(file.sha256 or ""), path)
                await slack.upload(case.card_channel, [path], came_by_form(file), case.card_ts)
        await files.shared(desk, file)


async def unshare_files(desk: Desk, slack: SlackClient, case_id: CaseId, gone: Sequence[CaseFile]) -> None:
    """What came by the form goes out of Slack again: its copy there is the bot's own."""
    marks = [f"-{file.id}" for file in gone if not file.slack_file_id]
    if not marks:
        return
    eyes = channel_viewer(desk.workspace_id)
    case = await desk.store.read(lambda c, viewer: cases.by_id(c, viewer, case_id), eyes)
    if case is None or case.card_channel is None or case.card_ts is None:
        return
    for name, file_id in await slack.list_files(case.card_channel, case.card_ts):
        stem = name.rpartition(".")[0] or name
        if not any(stem.endswith(mark) or name.endswith(mark) for mark in marks):
            continue
        try:
            await slack.delete_file(file_id)
        except SlackRefused as refused:
            if refused.error not in NOT_THERE:  # `cant_delete_file`: somebody's own, called alike
                raise


NOT_THERE = frozenset({"file_not_found", "file_deleted", "cant_delete_file"})


def _named(file: CaseFile) -> str:
    """Its own name with its number, so that it is known again: two may be called the same."""
    stem, dot, ending = file.name.rpartition(".")
    return f"{stem}-{file.id}.{ending}" if dot and stem else f"{file.name}-{file.id}"


def _lay(kept: Path, path: Path) -> None:
    """The content under another name, without a copy where the file system knows how."""
    try:
        os.link(kept, path)
    except OSError:
        shutil.copyfile(kept, path)
