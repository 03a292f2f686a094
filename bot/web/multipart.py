"""Reads what a browser sends by a form with files: in pieces, onto the disk, no more than is allowed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from enum import StrEnum

from aiohttp import BodyPartReader, MultipartReader, web

from bot.domain.files import MEGABYTE
from bot.domain.web_forms import MOST_FILES, file_name, mimetype
from bot.store.blobs import BlobWriter

PIECE = 64 * 1024
LONGEST_TEXT = 64 * 1024
"""Bytes of one field; the rules count characters, and less of them."""

MOST_PARTS = 40
SILENCE = 20.0
"""Seconds that a sender may say nothing."""

SECONDS = 300.0
"""How long a form may take to arrive."""

DISCARDED = 120 * MEGABYTE
"""Bytes beyond what is allowed that are read and thrown away, so that a browser comes to hear why."""

FILES = "files"


class NoForm(Exception):
    """What came is no form of ours: another kind of body, or broken."""


class Trouble(StrEnum):
    """What is wrong with files; the text is kept all the same."""

    FILE_TOO_LARGE = "file_too_large"
    ALL_TOO_LARGE = "all_too_large"
    TOO_MANY = "too_many"


@dataclass(kw_only=True)
class Upload:
    """A file on the disk that nobody keeps yet."""

    name: str
    mimetype: str
    writer: BlobWriter


@dataclass(kw_only=True)
class Posted:
    """What came: texts by the names of their fields, files in their order, and what is wrong with those."""

    fields: dict[str, str] = field(default_factory=dict)
    uploads: list[Upload] = field(default_factory=list)
    trouble: Trouble | None = None
    of: str = ""
    """The file that the trouble is with."""
    whole: bool = True
    """Whether all of it was read; the line is closed where it was not."""

    def forget(self) -> None:
        """Nothing of it is kept."""
        for one in self.uploads:
            one.writer.forget()
        self.uploads.clear()


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How much may come, in bytes."""

    file: int
    whole: int


class _Reading:
    """One body, being read; `taken` counts its bytes."""

    def __init__(self, sizes: Sizes, begin: Callable[[], BlobWriter]) -> None:
        self.sizes, self.begin = sizes, begin
        self.posted = Posted()
        self.taken = 0

    async def read(self, request: web.Request) -> None:
        try:
            reader = await request.multipart()
        except (AssertionError, ValueError):
            raise NoForm from None
        for _ in range(MOST_PARTS):
            async with asyncio.timeout(SILENCE):
                part = await reader.next()
            if part is None:
                return
            if isinstance(part, MultipartReader):
                raise NoForm
            await self._part(part)
            if not self.posted.whole:
                return
        raise NoForm

    async def _part(self, part: BodyPartReader) -> None:
        name = part.name or ""
        if part.filename is None:
            text = await self._text(part)
            if name and name != FILES:
                self.posted.fields.setdefault(name, text)
        else:
            await self._file(part, wanted=name == FILES)

    async def _text(self, part: BodyPartReader) -> str:
        held = bytearray()
        async for piece in self._pieces(part):
            held += piece[: max(LONGEST_TEXT - len(held), 0)]
        text = held.decode("utf-8", "replace").replace("\x00", "")
        return text.replace("\r\n", "\n").replace("\r", "\n")

    async def _file(self, part: BodyPartReader, *, wanted: bool) -> None:
        """Write a file as it comes. Once something is wrong, the rest is only listened to."""
        posted, given = self.posted, part.filename or ""
        upload: Upload | None = None
        async for piece in self._pieces(part):
            if not wanted or posted.trouble is not None:
                continue
            if upload is None:
                if len(posted.uploads) == MOST_FILES:
                    posted.trouble = Trouble.TOO_MANY
                    continue
                writer = await asyncio.to_thread(self.begin)
                upload = Upload(
                    name=file_name(given),
                    mimetype=mimetype(part.headers.get("Content-Type", "")),
                    writer=writer,
                )
                posted.uploads.append(upload)
            if upload.writer.size + len(piece) > self.sizes.file:
                posted.trouble, posted.of = Trouble.FILE_TOO_LARGE, upload.name
                continue
            upload.writer.write(piece)

    async def _pieces(self, part: BodyPartReader) -> AsyncIterator[bytes]:
        while self.posted.whole:
            async with asyncio.timeout(SILENCE):
                piece = await part.read_chunk(PIECE)
            if not piece:
                return
            self.taken += len(piece)
            if self.taken > self.sizes.whole and self.posted.trouble is None:
                self.posted.trouble = Trouble.ALL_TOO_LARGE
            if self.taken > self.sizes.whole + DISCARDED:
                self.posted.whole = False
            yield piece


async def read_form(request: web.Request, sizes: Sizes, begin: Callable[[], BlobWriter]) -> Posted:
    """What was posted. Raises NoForm, and TimeoutError where it does not come.

    Whoever calls keeps or forgets the uploads; where it raises nothing is left of them.
    """
    if request.content_type != "multipart/form-data":
        raise NoForm
    if (request.content_length or 0) > sizes.whole + DISCARDED:  # nobody waits for that
        return Posted(trouble=Trouble.ALL_TOO_LARGE, whole=False)
    reading = _Reading(sizes, begin)
    try:
        async with asyncio.timeout(SECONDS):
            await reading.read(request)
    except (TimeoutError, OSError, asyncio.CancelledError):
        reading.posted.forget()
        raise
    except Exception:  # whatever the reader makes of a body that is none, by whichever name
        reading.posted.forget()
        raise NoForm from None
    return reading.posted
