"""Looks into the mailbox again and again, and hands what came to the services."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from bot.domain.mail import Incoming
from bot.mail.faults import MailboxAway
from bot.mail.imap import Mailbox
from bot.services import inbox
from bot.services.desk import Desk

log = logging.getLogger(__name__)

EVERY = 15.0
"""Seconds between two looks: an answer is a comment within a quarter of a minute."""

AWAY = 60.0
"""Seconds until the next look at a mailbox that could not be read."""


class MailIn:
    """The reader of one bot. Several bots may read one mailbox: each e-mail counts once."""

    def __init__(self, desk: Desk, mailbox: Mailbox, every: float = EVERY) -> None:
        self._desk = desk
        self._mailbox = mailbox
        self.every = every
        self._loop: asyncio.Task[None] | None = None
        self._looking = asyncio.Lock()
        self.trouble: str | None = None

    def start(self) -> None:
        self._loop = asyncio.create_task(self._run(), name="mail in")

    async def stop(self) -> None:
        """Finish nothing: what is not marked as read comes again, and counts once."""
        if self._loop is not None:
            self._loop.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._loop
        await self._mailbox.close()

    async def look(self) -> int:
        """Take what is unread now; how many. Raises MailboxAway."""
        async with self._looking:
            return await self._mailbox.look(self._take)

    async def _take(self, mail: Incoming) -> None:
        try:
            await inbox.receive(self._desk, mail)
        except Exception:
            log.exception("an e-mail could not be taken in; it waits for a person")
            await inbox.set_aside(self._desk, mail)  # where that fails too, it stays unread

    async def _run(self) -> None:
        while True:
            pause = self.every
            try:
                await self.look()
                self.trouble = None
            except MailboxAway as away:
                pause = max(AWAY, self.every)
                self.trouble = str(away)
                log.error("the mailbox could not be read, next look in %g s: %s", pause, away)
            except Exception:
                log.exception("an e-mail could not be taken in; it stays unread")
            await asyncio.sleep(pause)
