"""Files of cases: from the open form and from threads, kept or left in Slack; what cannot be read says so."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import build
from bot.domain.files import FileRules
from bot.scheduler import delivery
from bot.slack.pacing import Pacer
from tests.flows.conftest import Workplace, open_case
from tests.flows.test_capturing import becomes_a_case, page

LOG = b"2026-11-22 fuser overheated\n" * 40
KEY = b"-----BEGIN KEY-----"


def kept(workplace: Workplace) -> list[bytes]:
    """What the files in the data folder hold."""
    folder = Path(workplace.bot.settings.data) / "files"
    return sorted(one.read_bytes() for one in folder.rglob("*") if one.is_file())


async def test_a_file_of_the_open_form_is_kept_and_listed(workplace: Workplace) -> None:
    linda, ana = workplace.people("linda ana")
    await open_case(linda, files={"fuser.log": LOG})  # type: ignore[arg-type]
    await linda.closes(everything=True)
    await workplace.settled()
    for reader in (linda, ana):
        told = await page(reader)
        assert "*Files* (1)" in told
        assert "fuser.log · 1 KB · kept here · public" in told
    assert kept(workplace) == [LOG]
    [place] = (Path(workplace.bot.settings.data) / "files").rglob(hashlib.sha256(LOG).hexdigest())
    assert place.is_file()


async def test_files_of_a_thread_have_the_audience_of_their_message(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    card = await workplace.card(await workplace.case_of("linda"))
    await ana.says("see", channel="support-cases", thread=card, files={"dump.txt": LOG, "photo.png": b"png"})
    await workplace.settled()
    told = await page(ana)
    assert "*Files* (2)" in told
    assert "dump.txt · 1 KB · kept here · internal" in told
    assert "photo.png · 3 bytes · kept here · internal" in told
    assert "Files" not in await page(linda)


async def test_files_of_a_captured_thread_are_kept_too(workplace: Workplace) -> None:
    linda, ana = workplace.people("linda ana")
    root = await linda.says("", channel="cloud-nine", files={"label.pdf": b"%PDF black"})
    await ana.says("thanks", channel="cloud-nine", thread=root)
    await becomes_a_case(workplace, linda, on=root, title="Labels", description="Black")
    told = await page(linda)
    assert "2 messages, all captured" in told
    assert "label.pdf · 10 bytes · kept here · public" in told
    assert kept(workplace) == [b"%PDF black"]


async def test_a_deleted_message_takes_its_files_along(workplace: Workplace) -> None:
    ana, ben = workplace.people("ana ben")
    card = await workplace.card(await workplace.case_of("linda"))
    said = await ana.says("key", channel="support-cases", thread=card, files={"id_rsa": KEY})
    await ben.says("log", channel="support-cases", thread=card, files={"a.log": LOG})
    await workplace.settled()
    assert kept(workplace) == sorted([KEY, LOG])
    await ana.deletes(said)
    await workplace.settled()
    told = await page(ben)
    assert "id_rsa" not in told
    assert "deleted with its message" in told
    assert kept(workplace) == [LOG]


async def test_a_file_that_cannot_be_read_says_so_until_it_can(workplace: Workplace) -> None:
    ana, sandbox = workplace.person("ana"), workplace.sandbox
    card = await workplace.card(await workplace.case_of("linda"))
    sandbox.manifest.withdrawn.add("files:read")
    await ana.says("see", channel="support-cases", thread=card, files={"a.log": LOG})
    await workplace.settled()
    assert "a.log · 1 KB · cannot be read: the app may not read files" in await page(ana)
    sandbox.manifest.withdrawn.clear()
    await ana.says("again", channel="support-cases", thread=card, files={"b.log": b"b"})
    await workplace.settled()
    omar = workplace.person("omar")
    await omar.runs("/desk health")
    await omar.clicks("desk.health.now")
    await workplace.settled()
    told = await page(ana)
    assert "a.log · 1 KB · kept here" in told
    assert kept(workplace) == sorted([LOG, b"b"])


async def test_a_file_that_takes_long_to_fetch_is_not_begun_again(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "LEASE", timedelta(seconds=1))  # an attempt of others may take half of it
    asked: list[str] = []

    async def is_slow(moment: str, method: str, _args: dict[str, Any]) -> None:
        if (moment, method) == ("before", "files.info"):
            asked.append(method)
            await asyncio.sleep(1.5)

    workplace.sandbox.interfere = is_slow
    await open_case(workplace.person("linda"), files={"fuser.log": LOG})  # type: ignore[arg-type]
    await workplace.settled()
    assert kept(workplace) == [LOG]
    assert len(asked) == 1


async def test_a_desk_that_keeps_no_files_leaves_them_in_slack(workplace: Workplace) -> None:
    ana, bot, sandbox = workplace.person("ana"), workplace.bot, workplace.sandbox
    card = await workplace.card(await workplace.case_of("linda"))
    await bot.stop()
    settings = bot.settings.model_copy(update={"files": "leave"})
    workplace.bot = build(settings, clock=sandbox.clock, pacer=Pacer(enabled=False), control=sandbox.control)
    await workplace.bot.start()
    await sandbox.bot_connected()
    await ana.says("see", channel="support-cases", thread=card, files={"a.log": LOG})
    await workplace.settled()
    assert "a.log · 1 KB · left in Slack · internal" in await page(ana)
    assert kept(workplace) == []


def test_a_file_beyond_the_limit_is_left() -> None:
    rules = FileRules(keep=True, largest=100)
    assert rules.takes(100)
    assert not rules.takes(101)
    assert not FileRules(keep=False).takes(1)


async def test_files_of_the_comment_form_have_the_readers_of_the_comment(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    await workplace.case_of("linda")
    await ana.runs("/case comment 1001")
    await ana.submits(text="See", audience="internal", files={"dump.txt": LOG})
    assert ana.errors == {}
    await linda.runs("/case comment 1001")
    await linda.submits(text="And this", files={"label.pdf": b"%PDF"})
    await workplace.settled()
    told = await page(ana)
    assert "dump.txt · 1 KB · kept here · internal" in told
    assert "label.pdf · 4 bytes · kept here · public" in told
    theirs = await page(linda)
    assert "label.pdf" in theirs
    assert "dump.txt" not in theirs


async def test_files_of_a_public_comment_are_shown_first_and_come_with_it(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    await workplace.case_of("linda")
    await ana.runs("/case comment 1001")
    await ana.submits(text="See", audience="public", files={"fix.txt": LOG})
    assert ana.modal is not None
    assert "With fix.txt" in ana.modal.text
    await workplace.settled()
    assert "fix.txt" not in await page(linda)
    assert kept(workplace) == []
    await ana.clicks("Back to writing")
    assert ana.modal is not None
    assert "Slack keeps no files" in ana.modal.text
    await ana.submits(files={"fix.txt": LOG})
    await ana.submits()
    await workplace.settled()
    assert "fix.txt · 1 KB · kept here · public" in await page(linda)
    assert kept(workplace) == [LOG]


async def test_files_that_an_edit_adds_are_kept_and_go_with_a_deletion(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    card = await workplace.card(await workplace.case_of("linda"))
    said = await ana.says("see", channel="support-cases", thread=card, files={"a.log": LOG})
    await ana.edits(said, "see both", files={"b.log": b"b"})
    await workplace.settled()
    told = await page(ana)
    assert "*Files* (2)" in told
    assert "b.log · 1 bytes · kept here · internal" in told
    await ana.deletes(said)
    await workplace.settled()
    assert "b.log" not in await page(ana)
    assert kept(workplace) == []
