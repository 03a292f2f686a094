"""The trial's desk, filled once for all tests by a real bot in a real workspace, and copies of it."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import TravellingClock
from bot.domain.policy import Policy
from bot.policy_file import load_policy
from bot.trial.folder import Folder
from bot.trial.running import trial
from bot.trial.stories import Story, load
from tests.once import once

TEAM_CHANNELS = ("support-cases", "level-one", "level-two", "integrations")


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy(None)[0]


@pytest.fixture(scope="session")
def stories(policy: Policy) -> tuple[Story, ...]:
    return load(policy)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What one start of the trial showed before it ended again."""

    folder: Path
    said: list[str]
    began: datetime
    complaints: list[str]
    offset: timedelta
    bots_offset: timedelta
    paced: bool
    posted: int
    cards: Counter[str]  # by case number
    replies: int
    unread: dict[str, int]


async def start(folder: Path, stories: tuple[Story, ...]) -> Seen:
    """Start a trial, look around as people would, and end it."""
    said: list[str] = []
    began = datetime.now(UTC)
    place = Folder(folder)
    with place.control() as control:
        async with trial(place, 0, control, stories, said.append) as (sandbox, bot):
            assert isinstance(bot.clock, TravellingClock)
            omar = sandbox.act_as("omar")
            seen = [message for channel in TEAM_CHANNELS for message in omar.messages(channel)]
            cards = [one for one in seen if one.text.startswith("Case ")]  # the others are reports
            return Seen(
                folder=folder,
                said=said,
                began=began,
                complaints=sandbox.complaints,
                offset=sandbox.clock.offset,
                bots_offset=bot.clock.offset,
                paced=bot.pacer.enabled,
                posted=sum(request.method == "chat.postMessage" for request in sandbox.requests),
                cards=Counter(card.text.removeprefix("Case ")[:8] for card in cards),
                replies=sum(len(card.replies) for card in cards),
                unread={channel: omar.unread(channel) for channel in TEAM_CHANNELS},
            )


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory, stories: tuple[Story, ...]) -> Seen:
    """The first start, with all stories."""

    def make() -> Seen:
        return asyncio.run(start(tmp_path_factory.mktemp("trial"), stories))

    return once(tmp_path_factory, "trial", make)


@pytest.fixture
def filled(first: Seen, tmp_path: Path) -> Path:
    """A folder as the first start left it, to do with as a test likes."""
    folder = tmp_path / "filled"
    shutil.copytree(first.folder, folder)
    return folder
