"""Fetches the files of a case from Slack, and erases those of deleted messages; the outbox brings it here."""

from __future__ import annotations

import asyncio
import logging

from bot.domain.files import CaseFile, FileState
from bot.scheduler.sharing import unshare_files
from bot.services import files
from bot.services.desk import Desk
from bot.slack.client import SlackClient
from bot.slack.faults import SlackRefused
from bot.store.blobs import BlobWriter
from bot.store.outbox import OutboxRow

log = logging.getLogger(__name__)

WAITED_FOR = frozenset({"missing_scope"})
"""A refusal of all files alike: the row waits, and comes again."""


async def fetch_files(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    """Fetch what is to be fetched, one file after the other; what cannot be read says why."""
    assert row.case_id is not None
    await _erase(desk, slack, row)
    refusal: SlackRefused | None = None
    for file in await files.to_fetch(desk, row.case_id):
        try:
            await _fetch(desk, slack, file)
        except SlackRefused as refused:
            if refused.temporary:
                raise
            log.warning("file %d of case %d cannot be read: %s", file.id, row.case_id, refused)
            await files.settle(desk, file, FileState.UNREADABLE, trouble=refused.error[:80])
            if refused.error in WAITED_FOR:
                refusal = refused
    if refusal is not None:
        raise refusal


async def _fetch(desk: Desk, slack: SlackClient, file: CaseFile) -> None:
    facts = await slack.file(file.slack_file_id)
    known = {
        "name": facts.name or file.name,
        "mimetype": facts.mimetype[:255],
        "size": facts.size,
        "permalink": facts.permalink,
    }
    if desk.blobs is None or not facts.url or not desk.file_rules.takes(facts.size):
        await files.settle(desk, file, FileState.IN_SLACK, **known)
        return
    writer = await asyncio.to_thread(desk.blobs.begin)
    try:
        await slack.download(facts, writer.write, desk.file_rules.largest)
        sha256 = await asyncio.to_thread(_keep, writer)
    except BaseException:
        writer.forget()
        raise
    kept = {**known, "size": writer.size, "sha256": sha256}
    if not await files.settle(desk, file, FileState.KEPT, **kept) and not await files.is_needed(desk, sha256):
        await asyncio.to_thread(desk.blobs.remove, sha256)  # it was deleted while it was on its way


def _keep(writer: BlobWriter) -> str:
    return writer.keep()


async def _erase(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    """First what the bot has put into Slack: a bot that dies in between begins again."""
    assert row.case_id is not None
    gone = await files.to_erase(desk, row.case_id)
    await unshare_files(desk, slack, row.case_id, [file for file, _ in gone])
    for file, is_needed in gone:
        if desk.blobs is not None and file.sha256 is not None and not is_needed:
            await asyncio.to_thread(desk.blobs.remove, file.sha256)
        await files.erased(desk, file)
