"""Whether a request is Slack's, is new, and comes for the first time; `server.py` asks for every request."""

from __future__ import annotations

import hashlib
import hmac
import re
from enum import StrEnum

from bot.clock import Clock

VERSION = "v0"
LIFETIME = 300
"""Seconds by which a request's time may differ from ours: Slack's own advice, five minutes."""

_TIMESTAMP = re.compile(r"[0-9]{1,12}")


class Doubt(StrEnum):
    """Why a request is not taken."""

    FORGED = "forged"
    STALE = "stale"
    REPLAYED = "replayed"


SAME_SECOND = 2.0
"""Seconds for which a question may be signed as the one before: Slack's clock has whole ones."""


class Signatures:
    """Checks requests against one signing secret, by real time, and remembers those that it let in.

    Slack's retries are signed anew, so a signature that comes twice is somebody's replay; but Slack's clock
    has whole seconds, and a first retry comes at once: what was not taken is to be forgotten. What a retry
    would do twice is held off by the call's key, which also serves replicas, whose memories are their own.
    """

    def __init__(self, secret: str, clock: Clock) -> None:
        self._secret = secret.encode()
        self._clock = clock
        self._seen: dict[bytes, float] = {}
        self._harmless: set[bytes] = set()

    def doubt(self, body: bytes, timestamp: str, signature: str) -> Doubt | None:
        """Why this request is not to be taken; None lets it in, once."""
        if _TIMESTAMP.fullmatch(timestamp) is None:
            return Doubt.FORGED
        expected = sign(self._secret, timestamp, body)
        given = signature.encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(expected, given):
            return Doubt.FORGED
        now, stamped = self._clock.real_now().timestamp(), int(timestamp)
        if abs(now - stamped) > LIFETIME:
            return Doubt.STALE
        self._forget_old(now)
        if given in self._seen and not (given in self._harmless and now - stamped <= SAME_SECOND):
            return Doubt.REPLAYED
        self._seen[given] = stamped + LIFETIME
        return None

    def excuse(self, signature: str) -> None:
        """This request only asks, and Slack may ask the same again while its clock shows the same second."""
        self._harmless.add(signature.encode("utf-8", "surrogateescape"))

    def forget(self, signature: str) -> None:
        """This request was not taken after all, and may come again as it is."""
        self._seen.pop(signature.encode("utf-8", "surrogateescape"), None)

    def _forget_old(self, now: float) -> None:
        """What is stale by now need not be remembered. Slack's times go up: the oldest come first."""
        while self._seen:
            oldest = next(iter(self._seen))
            if self._seen[oldest] >= now:
                return
            del self._seen[oldest]
            self._harmless.discard(oldest)


def sign(secret: bytes, timestamp: str, body: bytes) -> bytes:
    """Slack's signature of a request."""
    told = f"{VERSION}:{timestamp}:".encode() + body
    return f"{VERSION}={hmac.new(secret, told, hashlib.sha256).hexdigest()}".encode()
