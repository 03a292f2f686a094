"""The way in: a mailbox read by IMAP, in a thread of its own because the standard library's client blocks.

The one asynchronous client that is well kept (aioimaplib) is under GPL-3.0-only, which Caseline, under MIT,
cannot be shipped with. A mailbox is asked every few seconds; nothing of it is deleted, and what was dealt
with is marked as read only after that is saved.
"""

from __future__ import annotations

import asyncio
import contextlib
import imaplib
import logging
import re
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from email.utils import parseaddr
from functools import partial
from typing import Any, TypeVar

from bot.domain.mail import Incoming
from bot.mail.faults import MailboxAway
from bot.mail.incoming import take_apart, tokens_in_bounce
from bot.mail_settings import MailSettings

log = logging.getLogger(__name__)

SECONDS = 15.0
MOST_AT_ONCE = 50
"""E-mails of one look: the rest comes with the next."""

LARGEST = 10 * 1024 * 1024
"""Bytes; of what is larger only the head is read, and a person decides."""

_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")

R = TypeVar("R")
Taker = Callable[[Incoming], Awaitable[object]]


@dataclass(frozen=True)
class _Found:
    uid: bytes
    raw: bytes
    too_large: bool


class Mailbox:
    """One mailbox; `look` brings what is unread. Not for two tasks at once."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._line: imaplib.IMAP4 | None = None
        self._own_domain = parseaddr(settings.smtp_sender or settings.imap_user or "")[1].rpartition("@")[2]

    async def look(self, take: Taker) -> int:
        """Give each unread e-mail to `take`, oldest first, and mark it as read afterwards; how many.

        Raises MailboxAway; what `take` raises leaves that e-mail and the rest unread.
        """
        count = 0
        for uid in await self._in_thread(self._unread):
            found = await self._in_thread(partial(self._fetch, uid))
            if found is None:
                continue  # somebody moved it meanwhile
            await take(self._apart(found))
            await self._in_thread(partial(self._mark, uid))
            count += 1
        return count

    async def close(self) -> None:
        await asyncio.to_thread(self._hang_up)

    def _apart(self, found: _Found) -> Incoming:
        mail = take_apart(found.raw, self._settings, self._own_domain)
        if mail.bounced is not None:
            return replace(mail, tokens=(*mail.tokens, *tokens_in_bounce(found.raw, self._own_domain)))
        return replace(mail, unreadable=True) if found.too_large else mail

    async def _in_thread(self, work: Callable[[], R]) -> R:
        try:
            return await asyncio.to_thread(work)
        except (imaplib.IMAP4.error, OSError, EOFError) as trouble:
            await self.close()
            raise MailboxAway(str(trouble) or type(trouble).__name__) from trouble

    # In the thread

    def _open(self) -> imaplib.IMAP4:
        if self._line is not None:
            return self._line
        settings = self._settings
        assert settings.imap_host is not None
        assert settings.imap_user is not None
        assert settings.imap_password is not None
        if settings.imap_tls == "tls":
            context = ssl.create_default_context()
            line: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                settings.imap_host, settings.imap_port, ssl_context=context, timeout=SECONDS
            )
        else:
            line = imaplib.IMAP4(settings.imap_host, settings.imap_port, timeout=SECONDS)
        self._line = line
        if settings.imap_tls == "starttls":
            line.starttls(ssl.create_default_context())
        line.login(settings.imap_user, settings.imap_password.get_secret_value())
        self._sure(line.select(_quoted(settings.imap_folder)))
        return line

    def _unread(self) -> list[bytes]:
        line = self._open()
        line.noop()  # new mail is told between two commands
        (found,) = self._sure(line.uid("SEARCH", "UNSEEN"))
        return found.split()[:MOST_AT_ONCE] if found else []

    def _fetch(self, uid: bytes) -> _Found | None:
        line, name = self._open(), uid.decode()
        sizes = self._sure(line.uid("FETCH", name, "(RFC822.SIZE)"))
        size = next((int(found[1]) for one in sizes if (found := _SIZE.search(_flat(one)))), None)
        if size is None:
            return None
        part = "BODY.PEEK[]" if size <= LARGEST else "BODY.PEEK[HEADER]"
        for one in self._sure(line.uid("FETCH", name, f"({part})")):
            if isinstance(one, tuple):
                return _Found(uid, one[1], size > LARGEST)
        return None

    def _mark(self, uid: bytes) -> None:
        self._sure(self._open().uid("STORE", uid.decode(), "+FLAGS.SILENT", "(\\Seen)"))

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with contextlib.suppress(imaplib.IMAP4.error, OSError, EOFError):
                line.logout()
            with contextlib.suppress(OSError):
                line.shutdown()

    def _sure(self, answer: tuple[str, list[Any]]) -> list[Any]:
        kind, data = answer
        if kind != "OK":
            raise imaplib.IMAP4.error(f"{kind}: {data!r}"[:200])
        return data


def _flat(one: object) -> bytes:
    return one[0] if isinstance(one, tuple) else one if isinstance(one, bytes) else b""


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
