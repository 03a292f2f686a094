"""Sending what a file holds to an address that Slack gave for it; the client uses it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.downloads import FILES, is_slacks
from bot.slack.faults import SlackRefused, SlackUnsure

SENDING_SECONDS = 30.0
"""How long Slack may be silent while it takes a file."""

PIECE = 64 * 1024


Files = Sequence[Path] | Mapping[Path, str]
"""Files to be uploaded; of pictures with what each shows, for who cannot see it."""


def facts_of(path: Path, among: Files) -> dict[str, Any]:
    """What Slack wants to know of a file before it comes: its name, its size in bytes, what it shows."""
    seen = {"alt_txt": among[path]} if isinstance(among, Mapping) else {}
    return {"filename": path.name, "length": _size_of(path), **seen}


def _size_of(path: Path) -> int:
    return path.stat().st_size


async def send_file(web: AsyncWebClient, address: str, path: Path) -> None:
    """The bytes of one file, in pieces. Nothing is seen of it before the upload is completed.

    Raises SlackRefused for an address that is not Slack's own, SlackUnsure where it was not taken.
    """
    if not is_slacks(address, web.base_url, FILES):  # files of customers go nowhere else
        raise SlackRefused("upload_url", "is no address of Slack's")
    assert web.session is not None  # the app gives it one
    headers = {"Content-Length": str(_size_of(path)), "Content-Type": "application/octet-stream"}
    limit = aiohttp.ClientTimeout(total=None, sock_read=SENDING_SECONDS, sock_connect=SENDING_SECONDS)
    try:
        async with web.session.post(address, data=_pieces(path), headers=headers, timeout=limit) as answer:
            if answer.status != 200:
                raise SlackUnsure("upload_url")
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise SlackUnsure("upload_url") from error


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
