"""Fetching what a file in Slack holds, and telling Slack's addresses from others; the client uses it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.faults import SlackBusy, SlackRefused, SlackUnsure

DOWNLOAD = "a file"
PIECE = 256 * 1024
SILENCE = 10.0
"""Seconds without a byte after which a download is given up for now."""

HOOKS = ("hooks.slack.com", "hooks.slack-gov.com")
FILES = ("files.slack.com", "files.slack-gov.com")

_ERRORS = {401: "invalid_auth", 403: "access_denied", 404: "file_not_found", 410: "file_deleted"}


@dataclass(frozen=True, kw_only=True)
class FileFacts:
    """What Slack says of a file. `url` is empty where it lies elsewhere and Slack has but a link."""

    name: str
    mimetype: str
    size: int
    url: str
    permalink: str | None


def read_facts(body: dict[str, Any]) -> FileFacts:
    """The facts of a `files.info`. Raises SlackRefused for a file that is not to be had."""
    mode = body.get("mode")
    if mode in ("tombstone", "hidden_by_limit"):
        raise SlackRefused("files.info", "file_deleted" if mode == "tombstone" else "hidden_by_limit")
    hosted = not body.get("is_external") and mode != "external"
    size = body.get("size")
    return FileFacts(
        name=str(body.get("name") or body.get("title") or ""),
        mimetype=str(body.get("mimetype") or ""),
        size=size if isinstance(size, int) else 0,
        url=str(body.get("url_private_download") or body.get("url_private") or "") if hosted else "",
        permalink=str(body["permalink"]) if body.get("permalink") else None,
    )


async def download(web: AsyncWebClient, facts: FileFacts, take: Callable[[bytes], None], most: int) -> None:
    """Hand over what a file holds, piece by piece. Raises the client's errors.

    Slack sends a page to sign in, and no error, to a token that may not read files.
    """
    if not is_slacks(facts.url, web.base_url, FILES):
        raise SlackRefused(DOWNLOAD, "not_slacks", "its address is none of Slack's")
    session = web.session
    assert session is not None, "app.py gives the client a session"
    taken = 0
    try:
        async with session.get(
            facts.url,
            headers={"Authorization": f"Bearer {web.token}"},
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_read=SILENCE, sock_connect=SILENCE),
        ) as answer:
            _check(answer, facts)
            async for piece in answer.content.iter_chunked(PIECE):
                taken += len(piece)
                if taken > most:
                    raise SlackRefused(DOWNLOAD, "too_large")
                take(piece)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise SlackUnsure(DOWNLOAD) from error


def _check(answer: aiohttp.ClientResponse, facts: FileFacts) -> None:
    status = answer.status
    if status == 429:
        raise SlackBusy(DOWNLOAD, float(answer.headers.get("Retry-After", "30")))
    if status >= 500:
        raise SlackUnsure(DOWNLOAD)
    signs_in = answer.content_type == "text/html" and "html" not in facts.mimetype
    if 300 <= status < 400 or (status == 200 and signs_in):
        raise SlackRefused(DOWNLOAD, "missing_scope")
    if status != 200:
        raise SlackRefused(DOWNLOAD, _ERRORS.get(status, f"http_{status}"))


def is_slacks(address: str, api_url: str, hosts: tuple[str, ...] = HOOKS) -> bool:
    """Whether an address that came from outside is Slack's own; nothing of ours goes to any other.

    A local workspace has them beside its API.
    """
    try:
        there, api = urlsplit(address), urlsplit(api_url)
    except ValueError:
        return False
    if (there.scheme, there.netloc) == (api.scheme, api.netloc):
        return True
    return there.scheme == "https" and there.netloc in hosts
