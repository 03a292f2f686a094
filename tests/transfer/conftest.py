"""A desk in a database of its own, and `caseline` run on it, as an operator would."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.clock import Clock
from bot.commerce import later
from bot.config import settings_table
from bot.domain.commands import AddTeam
from bot.domain.ids import SlackUserId, WorkspaceId
from bot.domain.people import TeamKind
from bot.policy_file import load_policy
from bot.services import accounts as account_service
from bot.services.desk import Desk
from bot.services.people import ensure_desk
from bot.store.store import Store
from tests.databases import kind, with_tables

OMAR = SlackUserId("U0OMAR")


class Operator:
    """Somebody at the command line of a machine with a desk."""

    def __init__(self, folder: Path, url: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.url = url
        self._capsys = capsys
        self.said = ""

    def writes(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def runs(self, *words: object) -> int:
        """The exit code; what was said is in `said`."""
        code = main([str(word) for word in words])
        told = self._capsys.readouterr()
        self.said = told.out + told.err
        return code

    def does(self, work: Callable[[Desk], Any]) -> Any:
        """Something with the desk itself: `work` gives a coroutine."""

        async def run() -> Any:
            store = Store(self.url)
            store.start()
            try:
                return await work(a_desk(store))
            finally:
                await store.stop()

        return asyncio.run(run())


def a_desk(store: Store) -> Desk:
    return Desk(
        store=store,
        clock=Clock(),
        workspace_id=WorkspaceId("T0NORTH"),
        shop=later.embedded(store, Clock(), WorkspaceId("T0NORTH")),
        policy=load_policy(None)[0],
        policy_revision=1,
        cases_channel="support-cases",
    )


async def furnish(desk: Desk) -> None:
    """What a first start makes, and a team."""
    await ensure_desk(desk, [OMAR], "digest")
    await account_service.add_team(desk, AddTeam(name="Level two", kind=TeamKind.LEVEL_TWO), OMAR)


@pytest.fixture(params=["sqlite", "postgres"])
def operator(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Operator]:
    for row in settings_table():
        monkeypatch.delenv(row.variable, raising=False)
    chosen = kind(request.param)
    url = with_tables(request.param, tmp_path)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.chdir(tmp_path)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    there = Operator(tmp_path, url, capsys)
    there.does(furnish)
    yield there
    root.handlers[:], root.level = handlers, level
    chosen.drop(url)
