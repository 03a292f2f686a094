"""What Slack would send, signed; and many of it at once, with a clock beside each."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

TEAM, USER, CHANNEL, APP = "T0NORTHWIND", "U0ANA", "C0CASES", "A0CASELINE"

Body = bytes


@dataclass(frozen=True, kw_only=True)
class Line:
    """Where requests go, and the secret that they are signed with."""

    url: str
    secret: str

    def signed(self, body: Body) -> dict[str, str]:
        now = str(int(time.time()))
        digest = hmac.new(self.secret.encode(), b"v0:" + now.encode() + b":" + body, hashlib.sha256)
        return {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": f"v0={digest.hexdigest()}",
        }


_numbers = itertools.count(1)


def command(text: str) -> Body:
    """A slash command that nobody has sent before."""
    fields = {
        "command": "/case",
        "text": text,
        "team_id": TEAM,
        "user_id": USER,
        "channel_id": CHANNEL,
        "api_app_id": APP,
        "trigger_id": f"1.2.{next(_numbers)}.{time.time_ns()}",
        "response_url": "http://127.0.0.1:9/none",
    }
    return urlencode(fields).encode()


def submission(view: dict[str, object]) -> Body:
    """A window that nobody has sent before."""
    fresh = {**view, "id": f"V{next(_numbers)}X{time.time_ns()}"}
    payload = {
        "type": "view_submission",
        "team": {"id": TEAM},
        "user": {"id": USER, "team_id": TEAM},
        "api_app_id": APP,
        "trigger_id": f"1.2.{next(_numbers)}",
        "view": fresh,
        "response_urls": [],
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


def pressed(view: dict[str, object], action: str, value: str) -> Body:
    """A button in a window, pressed anew."""
    payload = {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": USER, "team_id": TEAM},
        "api_app_id": APP,
        "trigger_id": f"1.2.{next(_numbers)}.{time.time_ns()}",
        "container": {"type": "view", "view_id": "V0BENCH"},
        "view": {**view, "id": "V0BENCH", "hash": "1.h", "previous_view_id": None},
        "actions": [
            {
                "type": "button",
                "action_id": action,
                "block_id": "b",
                "value": value,
                "text": {"type": "plain_text", "text": "Go"},
                "action_ts": f"{time.time():.6f}",
            }
        ],
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


async def hammer(line: Line, body: Callable[[], Body], requests: int, at_once: int) -> Taken:
    """Send so many requests, `at_once` of them under way at any time."""
    milliseconds: list[float] = []
    bodies: Iterator[Body] = iter([body() for _ in range(requests)])

    async def sender(session: aiohttp.ClientSession) -> None:
        for one in bodies:
            began = time.perf_counter()
            async with session.post(line.url, data=one, headers=line.signed(one)) as answer:
                await answer.read()
                if answer.status != 200:
                    raise AssertionError(f"{line.url} answered {answer.status}")
            milliseconds.append((time.perf_counter() - began) * 1000)

    connector = aiohttp.TCPConnector(limit=at_once)
    async with aiohttp.ClientSession(connector=connector) as session:
        began = time.perf_counter()
        await asyncio.gather(*(sender(session) for _ in range(at_once)))
        return Taken(milliseconds=sorted(milliseconds), seconds=time.perf_counter() - began)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What a round took: each request's milliseconds, sorted, and the seconds of all of them."""

    milliseconds: list[float]
    seconds: float

    def percentile(self, percent: int) -> float:
        """Milliseconds that `percent` of the requests did not exceed."""
        return self.milliseconds[min(len(self.milliseconds) - 1, len(self.milliseconds) * percent // 100)]

    @property
    def per_second(self) -> float:
        return len(self.milliseconds) / self.seconds
