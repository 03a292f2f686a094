"""Playbooks that this bot has read; the desk holds them, `services.playbooks` asks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from bot.domain.playbook.script import Playbook
from bot.playbook_file import parse_playbook, read_texts


@cache
def _packaged() -> tuple[Mapping[str, str], Playbook]:
    texts = read_texts(None)
    return texts, parse_playbook(texts)


MOST_KEPT = 8
"""Playbooks that are kept read: calls go by the newest and the few before it."""


class Books:
    """Playbooks that were read before: reading one takes longer than all else that a step of a call does."""

    def __init__(self) -> None:
        self._read: dict[str, Playbook] = {}

    def get(self, digest: str) -> Playbook | None:
        return self._read.get(digest)

    def read(self, texts: Mapping[str, str]) -> Playbook:
        """The playbook of texts that were sound when they were published."""
        playbook = parse_playbook(texts)
        while len(self._read) >= MOST_KEPT:
            self._read.pop(next(iter(self._read)), None)
        self._read[playbook.digest] = playbook
        return playbook

    def packaged(self) -> tuple[Mapping[str, str], Playbook]:
        """The texts that came with this release, and the playbook that they are."""
        return _packaged()
