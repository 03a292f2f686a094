"""A desk with e-mail both ways, on which everything that anybody is sent is heard."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import build
from bot.config import Settings
from bot.domain.audiences import TAKE_BACK
from bot.sandbox import Sandbox
from bot.slack.pacing import Pacer
from tests.audience.ears import Ears
from tests.flows.conftest import MANIFEST, OMAR, Workplace, database_url, furnished, starting_clock, unhurried
from tests.transport import request_url, served_by, ways_in

__all__ = ["database_url", "furnished"]


class Lines(logging.Handler):
    """Every line of the log, of any level."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(("mail.", "sandbox")):  # the other side's
            return
        self.lines.append(self.format(record))


@dataclass
class Guarded(Workplace):
    """The workplace, with ears."""

    ears: Ears = field(kw_only=True)
    log: Lines = field(kw_only=True)

    async def time_passes(self, **much: float) -> None:
        """Business time goes on, and everything that is due is done and delivered."""
        await self.sandbox.travel(self.sandbox.clock.now() + timedelta(**much))
        await self.settled()

    async def mail_comes(self) -> None:
        """The bot looks into its mailbox."""
        assert self.bot.mail_in is not None
        await self.bot.mail_in.look()


@pytest.fixture
async def guarded(tmp_path: Path, database_url: str) -> AsyncIterator[Guarded]:
    """The furnished desk at work."""
    log, root = Lines(), logging.getLogger()
    before = root.level
    root.addHandler(log)
    root.setLevel(logging.INFO)
    async with Sandbox(
        manifest=MANIFEST, request_url=request_url(), clock=starting_clock(), mail=True
    ) as sandbox:
        unhurried(sandbox)
        ears = Ears(sandbox)
        sandbox.control = tmp_path / "control.sock"
        pacer = Pacer(enabled=False)
        settings = _settings(sandbox, tmp_path, database_url)
        bot = build(settings, clock=sandbox.clock, pacer=pacer, control=sandbox.control, take_back=TAKE_BACK)
        there = Guarded(sandbox, bot, TAKE_BACK, ears=ears, log=log)
        await bot.start()
        try:
            await sandbox.bot_connected()
            await sandbox.settled()  # everybody's address is known
            yield there
            await sandbox.settled()
        finally:
            await bot.stop()
            root.removeHandler(log)
            root.setLevel(before)
        assert sandbox.complaints == []


def _settings(sandbox: Sandbox, folder: Path, database_url: str) -> Settings:
    assert sandbox.post is not None
    return Settings(
        slack_bot_token=SecretStr(sandbox.bot_token),
        **served_by(ways_in(sandbox)),
        slack_api_url=sandbox.api_url,
        database_url=database_url,
        data=folder,
        admins=(OMAR,),
        cases_channel="support-cases",
    )
