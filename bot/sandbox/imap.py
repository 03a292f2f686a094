"""A mailbox by IMAP, as small as can be: what a client needs to read unread mail; `post.py` opens it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

from bot.sandbox.records import Json

LONGEST_LINE = 8192

HANG_UP = "hang up"
Interference = Callable[[str, str, Json], Awaitable[str | None]]
"""A test's hand on the line: awaited with ("before" | "after", what, its facts); a word is the answer."""


@dataclass
class Kept:
    """One e-mail in the mailbox."""

    uid: int
    raw: bytes
    seen: bool = False


@dataclass
class Inbox:
    """The one folder that there is."""

    kept: list[Kept] = field(default_factory=list)

    def add(self, raw: bytes) -> None:
        self.kept.append(Kept(len(self.kept) + 1, raw))

    @property
    def unread(self) -> int:
        return sum(not one.seen for one in self.kept)


class ImapServer:
    """Serves one inbox on a port of its own, to whoever gives the right password."""

    def __init__(self, inbox: Inbox, user: str, password: str) -> None:
        self._inbox = inbox
        self._login = (user, password)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.interfere: Interference | None = None

    async def start(self) -> int:
        """Listen; the port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            for writer in self._writers:
                writer.close()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        known = False
        try:
            writer.write(b"* OK Sandbox ready\r\n")
            while line := await reader.readline():
                tag, _, rest = line.decode("ascii", "replace").strip().partition(" ")
                word = rest.partition(" ")[0].upper()
                if word == "LOGIN":
                    known = tuple(_words(rest)[1:3]) == self._login
                    writer.write(_ended(tag, known, "LOGIN"))
                elif word in ("CAPABILITY", "NOOP", "LOGOUT"):
                    writer.write(_PLAIN[word] + _ended(tag, True, word))
                elif not known:
                    writer.write(_ended(tag, False, word))
                else:
                    if await self._interfered("before", rest):
                        break
                    answer = b"".join(self._answer(rest, word)) + _ended(tag, word in _KNOWN, word)
                    if await self._interfered("after", rest):
                        break
                    writer.write(answer)
                await writer.drain()
                if word == "LOGOUT":
                    break
        except (ConnectionError, asyncio.LimitOverrunError, ValueError):
            pass  # whoever speaks another language is hung up on
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _interfered(self, moment: str, rest: str) -> bool:
        """Whether to hang up on somebody who reads an e-mail or marks it as read."""
        word, what, uid, *_ = *rest.upper().split(" ", 3), "", "", ""
        if self.interfere is None or word != "UID" or what not in ("FETCH", "STORE"):
            return False
        return await self.interfere(moment, f"imap.{what.lower()}", {"uid": uid}) is not None

    def _answer(self, rest: str, word: str) -> Iterator[bytes]:
        if word == "SELECT":
            yield f"* {len(self._inbox.kept)} EXISTS\r\n* FLAGS (\\Seen)\r\n".encode()
        elif word == "UID":
            _, what, *more = rest.split(" ", 3)
            if what.upper() == "SEARCH":
                unread = " ".join(str(one.uid) for one in self._inbox.kept if not one.seen)
                yield f"* SEARCH {unread}".rstrip().encode() + b"\r\n"
                return
            uid = int(more[0])
            for one in self._inbox.kept:
                if one.uid == uid and what.upper() == "FETCH":
                    yield _fetched(one, more[1].upper())
                elif one.uid == uid and what.upper() == "STORE":
                    one.seen = "\\SEEN" in more[1].upper()


_PLAIN = {
    "CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n",
    "NOOP": b"",
    "LOGOUT": b"* BYE\r\n",
}
_KNOWN = frozenset({"SELECT", "UID"})


def _fetched(one: Kept, wanted: str) -> bytes:
    if "RFC822.SIZE" in wanted:
        return f"* {one.uid} FETCH (UID {one.uid} RFC822.SIZE {len(one.raw)})\r\n".encode()
    head = f"* {one.uid} FETCH (UID {one.uid} BODY[] {{{len(one.raw)}}}\r\n".encode()
    return head + one.raw + b")\r\n"


def _words(rest: str) -> list[str]:
    """Atoms and quoted strings."""
    return [quoted or plain for quoted, plain in re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', rest)]


def _ended(tag: str, well: bool, word: str) -> bytes:
    return f"{tag} {'OK' if well else 'NO'} {word}\r\n".encode()
