"""Response URLs: five uses within thirty minutes of real time; the server hands their posts here."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from bot.sandbox.records import Json, Message
from bot.sandbox.speech import Speech
from bot.sandbox.workspace import Workspace

MOST_USES = 5
LIFETIME = 30 * 60.0  # seconds


@dataclass(kw_only=True)
class ResponseUrl:
    """One response URL: where it speaks, to whom, and which message its click was on."""

    user: str
    channel: str
    born: float
    thread_ts: str | None = None
    original: Message | None = None
    uses: int = 0


class ResponseError(Exception):
    """The post is refused; the argument is Slack's error name."""


class Responses:
    """All response URLs of one sandbox."""

    def __init__(self, workspace: Workspace, speech: Speech) -> None:
        self._workspace = workspace
        self._speech = speech
        self._issued: dict[str, ResponseUrl] = {}
        self.base = ""

    def issue(self, user: str, channel: str, original: Message | None = None) -> str:
        """A new response URL."""
        key = f"{self._workspace.team['id']}/{secrets.randbelow(10**12)}/{secrets.token_urlsafe(18)}"
        thread = original.thread_ts if original is not None and original.is_reply else None
        self._issued[key] = ResponseUrl(
            user=user, channel=channel, born=time.monotonic(), thread_ts=thread, original=original
        )
        return f"{self.base}{key}"

    def post(self, key: str, body: Json) -> None:
        """What the bot posted to the URL. Raises `ResponseError`."""
        url = self._issued.get(key)
        if url is None or time.monotonic() - url.born > LIFETIME:
            raise ResponseError("expired_url")
        if url.uses >= MOST_USES:
            raise ResponseError("used_url")
        url.uses += 1
        if _yes(body.get("delete_original")):
            if url.original is not None:
                self._speech.delete(url.original)
            return
        problem = self._speech.refused(body)
        if problem:
            raise ResponseError(problem)
        if _yes(body.get("replace_original")) and url.original is not None:
            self._speech.edit(url.original, body)
            return
        thread = body.get("thread_ts") or url.thread_ts
        if body.get("response_type") == "in_channel":
            self._speech.post(url.channel, body, thread_ts=thread)
        else:
            self._speech.whisper(url.user, url.channel, body, thread_ts=thread)

    def age(self, seconds: float) -> None:
        """Make all issued URLs older, so that a test need not wait for half an hour."""
        for url in self._issued.values():
            url.born -= seconds


def _yes(value: object) -> bool:
    return value is True or value == "true"
