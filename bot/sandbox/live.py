"""Tells open browser pages what changed; `page_api.py` hands each page's queue to its WebSocket."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from bot.sandbox.records import Json


class Live:
    """Queues of news, one for each open page, by the person it is opened as."""

    def __init__(self) -> None:
        self._pages: defaultdict[str, set[asyncio.Queue[Json]]] = defaultdict(set)

    def open(self, user: str) -> asyncio.Queue[Json]:
        """A queue that receives the news of `user` until it is closed."""
        queue: asyncio.Queue[Json] = asyncio.Queue()
        self._pages[user].add(queue)
        return queue

    def close(self, user: str, queue: asyncio.Queue[Json]) -> None:
        self._pages[user].discard(queue)

    def watched(self, user: str) -> bool:
        """Whether a page is open as this person."""
        return bool(self._pages.get(user))

    @property
    def anybody(self) -> bool:
        """Whether any page is open at all."""
        return any(self._pages.values())

    def tell(self, people: Iterable[str], kind: str, **facts: Any) -> None:
        """Send one piece of news to the pages of these people."""
        for user in people:
            for queue in self._pages.get(user, ()):
                queue.put_nowait({"type": kind, **facts})

    def tell_all(self, kind: str, **facts: Any) -> None:
        """Send one piece of news to every open page."""
        self.tell(list(self._pages), kind, **facts)
