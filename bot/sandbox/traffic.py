"""The wire as the page's inspector shows it: one short entry for each delivery and each call of the bot."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass
from typing import Any

from bot.sandbox.journal import Delivery, Request
from bot.sandbox.live import Live
from bot.sandbox.records import Json

KEPT = 500
"""Entries that a page which is opened later still finds."""

LONGEST_TEXT = 200
LONGEST_LIST = 12


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One exchange. It is drawn when somebody looks: tests make thousands that nobody sees."""

    n: int
    at: float
    seconds: float
    what: Delivery | Request

    def to_json(self) -> Json:
        head: Json = {"n": self.n, "at": self.at, "ms": round(self.seconds * 1000)}
        return head | (_call(self.what) if isinstance(self.what, Request) else _delivery(self.what))


class Traffic:
    """The newest entries of one sandbox, and the news of each for open pages."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._count = 0

    def note(self, what: Delivery | Request, at: float, seconds: float) -> None:
        """Something has gone over the wire: it began `at` (unix, real time) and took `seconds`."""
        self._count += 1
        entry = Entry(n=self._count, at=at, seconds=seconds, what=what)
        self._entries.append(entry)
        if self._live.anybody:
            self._live.tell_all("traffic", entry=entry.to_json())

    def after(self, n: int) -> list[Json]:
        """The entries that came after entry `n`, oldest first."""
        return [entry.to_json() for entry in self._entries if entry.n > n]


def _call(request: Request) -> Json:
    args, answer = request.args, request.response
    place = args.get("channel") or args.get("user_id") or args.get("user") or args.get("users")
    told = args.get("text") or _title(args.get("view"))
    ok = bool(answer.get("ok")) and not request.fault
    parts = [place, told, request.fault or answer.get("error")]
    return {
        "direction": "from_bot",
        "method": request.method,
        "summary": shortened(" · ".join(str(part) for part in parts if part)),
        "ok": ok,
        "detail": {"request": shortened(args), "answer": shortened(answer)},
    }


def _delivery(delivery: Delivery) -> Json:
    payload = delivery.payload
    inner = payload.get("event", payload)
    kind = str(inner.get("type") or delivery.type)
    who = payload.get("user_name") or (payload.get("user") or {}).get("username") or inner.get("user")
    parts = [who, _what(inner), f"retry {delivery.retry_attempt}" if delivery.retry_attempt else ""]
    parts.append(delivery.fault or delivery.failure or _ack(delivery.ack))
    return {
        "direction": "to_bot",
        "kind": kind,
        "summary": shortened(" · ".join(str(part) for part in parts if part)),
        "ok": not delivery.failure,
        "detail": {"payload": shortened(payload), "ack": shortened(delivery.ack)},
    }


def _what(inner: Json) -> str:
    if "command" in inner:
        return f"{inner['command']} {inner.get('text', '')}".strip()
    if inner.get("actions"):
        return str(inner["actions"][0].get("action_id", ""))
    return _title(inner.get("view")) or str(inner.get("text") or inner.get("subtype") or "")


def _ack(ack: Json | None) -> str:
    if not ack:
        return "ack"
    return f"ack: {ack.get('response_action') or ack.get('response_type') or 'text'}"


def _title(view: Any) -> str:
    return str((view.get("title") or {}).get("text", "")) if isinstance(view, dict) else ""


def shortened(value: Any) -> Any:
    """The same JSON with long texts and lists cut, so that a page can show thousands."""
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT else f"{value[:LONGEST_TEXT]}…"
    if isinstance(value, dict):
        return {str(key): shortened(inner) for key, inner in value.items()}
    if isinstance(value, list):
        cut = [shortened(inner) for inner in value[:LONGEST_LIST]]
        return cut if len(value) <= LONGEST_LIST else [*cut, f"… and {len(value) - LONGEST_LIST} more"]
    return value if isinstance(value, int | float | bool) or value is None else json.dumps(value, default=str)
