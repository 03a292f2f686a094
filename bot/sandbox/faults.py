"""Trouble on demand: which faults are switched on, and when they strike; the parts on the wire ask here."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Any

from bot.sandbox.limits import Limits
from bot.sandbox.manifest import Manifest
from bot.sandbox.records import Json
from bot.sandbox.workspace import BOT_USER, Workspace

SPARED = frozenset({"auth.test", "apps.connections.open"})
"""Methods that no random fault strikes: a bot that cannot start shows nothing of what it does then."""


@dataclass(frozen=True, kw_only=True)
class FaultPlan:
    """What goes wrong, and how often: chances from 0 (never) to 1 (always). Equal plans strike alike."""

    seed: int = 0
    limits: bool = False
    """Slack's rates are kept: see `limits.py`."""
    workspace_cap: int = 300
    """Messages a minute in the whole workspace; Slack does not publish its own."""
    workspace_burst: int = 30
    server_errors: float = 0.0
    """Web API calls answered 500, half of them after their effect."""
    lost_answers: float = 0.0
    """Web API calls whose connection is closed after the effect."""
    slow_answers: float = 0.0
    slowness: float = 2.0
    """Seconds that a slow answer takes."""
    dropped_sockets: float = 0.0
    """Deliveries whose connection breaks before they can be acknowledged."""
    refreshed_sockets: float = 0.0
    """Deliveries before which the bot is asked to replace its connections."""
    duplicates: float = 0.0
    """Events that come again although they were acknowledged."""
    late: float = 0.0
    lateness: float = 3.0
    """Seconds after which a late event comes."""
    not_in_channel: frozenset[str] = frozenset()
    """Names or ids of channels that the bot is removed from; `EVERY_CHANNEL` means all."""
    removed_scopes: frozenset[str] = frozenset()
    hurry: float = 1.0
    """How many times faster all waiting goes (rates, Retry-After, slow, late), for tests."""


EVERY_CHANNEL = "*"


class Fate(Enum):
    """What becomes of one call of the bot."""

    ANSWERED = ""
    ERROR_BEFORE = "500 before the effect"
    ERROR_AFTER = "500 after the effect"
    ANSWER_LOST = "answer lost after the effect"


@dataclass(frozen=True, kw_only=True)
class Switch:
    """One fault as the page offers it. `on` are the fields of the plan that switching it on sets.

    What is `usual` is how Slack always is: the page counts it as no trouble, and *All off* leaves it.
    """

    name: str
    label: str
    meaning: str
    on: dict[str, Any]
    usual: bool = False


SWITCHES: tuple[Switch, ...] = (
    Switch(
        name="limits",
        label="Slack's limits",
        meaning="Too many calls are answered 429: by method, by channel (one message a second), and in all.",
        on={"limits": True},
        usual=True,
    ),
    Switch(
        name="server_errors",
        label="Server errors",
        meaning="One call in ten is answered 500, before or after it has taken effect.",
        on={"server_errors": 0.1},
    ),
    Switch(
        name="lost_answers",
        label="Lost answers",
        meaning="One call in ten takes effect, and then its connection breaks before the answer.",
        on={"lost_answers": 0.1},
    ),
    Switch(
        name="slow_answers",
        label="Slow answers",
        meaning="One call in five is answered two seconds late.",
        on={"slow_answers": 0.2},
    ),
    Switch(
        name="dropped_sockets",
        label="Dropped sockets",
        meaning="One delivery in ten finds the bot's connection broken before it is acknowledged.",
        on={"dropped_sockets": 0.1},
    ),
    Switch(
        name="refreshed_sockets",
        label="Sockets refreshed",
        meaning="Before one delivery in ten Slack asks the bot to replace its connection, in mid-work.",
        on={"refreshed_sockets": 0.1},
    ),
    Switch(
        name="duplicates",
        label="Events twice",
        meaning="One event in five is delivered again although the bot acknowledged it.",
        on={"duplicates": 0.2},
    ),
    Switch(
        name="late",
        label="Late events",
        meaning="One event in five is delivered three seconds late, and so out of order.",
        on={"late": 0.2},
    ),
    Switch(
        name="not_in_channel",
        label="Removed from channels",
        meaning="The bot is in no channel any more, until you switch this off.",
        on={"not_in_channel": frozenset({EVERY_CHANNEL})},
    ),
    Switch(
        name="removed_scopes",
        label="Scope chat:write removed",
        meaning="The bot may not post or update messages, until you switch this off.",
        on={"removed_scopes": frozenset({"chat:write"})},
    ),
)
CALM = FaultPlan()


class Faults:
    """The faults of one sandbox. All are off at first; `struck` counts how often each has struck."""

    def __init__(self, workspace: Workspace, manifest: Manifest, tell: Callable[[], None]) -> None:
        self._workspace = workspace
        self._manifest = manifest
        self._tell = tell
        self._away: set[str] = set()
        self._dice: dict[str, random.Random] = {}
        self._plan = CALM
        self.limits: Limits | None = None
        self.struck: Counter[str] = Counter()

    @property
    def plan(self) -> FaultPlan:
        return self._plan

    def use(self, plan: FaultPlan) -> None:
        """Make this the plan, with fresh dice and empty buckets; `clear` goes back to none."""
        self._dice = {one.name: random.Random(f"{plan.seed} {one.name}") for one in fields(plan)}  # noqa: S311 - a game, no secret
        self._apply(plan)

    def clear(self) -> None:
        """Switch everything off."""
        self.use(CALM)

    def turn(self, name: str, on: bool = True) -> None:
        """Switch one fault on or off by its name in `SWITCHES`, and leave the others. Raises KeyError."""
        switch = next((one for one in SWITCHES if one.name == name), None)
        if switch is None:
            raise KeyError(f"there is no fault called {name}")
        self.change(**{key: switch.on[key] if on else getattr(CALM, key) for key in switch.on})

    def change(self, **more: Any) -> None:
        """Change fields of the plan in mid-work; dice and buckets go on as they are."""
        if not self._dice:
            self.use(self._plan)
        self._apply(replace(self._plan, **more))

    def is_on(self, name: str) -> bool:
        return bool(getattr(self._plan, name))

    def strikes(self, name: str) -> bool:
        """Whether a fault that has a chance strikes now."""
        chance = getattr(self._plan, name)
        if not chance or self._dice[name].random() >= chance:
            return False
        self.struck[name] += 1
        return True

    def fate(self, method: str) -> Fate:
        """What becomes of a call that is not refused."""
        if method in SPARED:
            return Fate.ANSWERED
        if self.strikes("server_errors"):
            return Fate.ERROR_BEFORE if self.either("server_errors") else Fate.ERROR_AFTER
        return Fate.ANSWER_LOST if self.strikes("lost_answers") else Fate.ANSWERED

    async def answer_slowly(self, method: str) -> None:
        """Hold back an answer, now and then."""
        if method not in SPARED and self.strikes("slow_answers"):
            await asyncio.sleep(self._plan.slowness / self._plan.hurry)

    def either(self, name: str) -> bool:
        """One of two variants of a fault, by the same dice."""
        return self._dice[name].random() < 0.5

    def busy(self, method: str, args: Json) -> float | None:
        """Seconds to wait if Slack would answer 429 to this call now; else it is counted."""
        wait = None if self.limits is None else self.limits.refused(method, args)
        if wait is not None:
            self.struck["limits"] += 1
        return wait

    @property
    def lateness(self) -> float:
        return self._plan.lateness / self._plan.hurry

    def to_json(self) -> list[Json]:
        """The switches as the page draws them."""
        return [
            {
                "name": one.name,
                "label": one.label,
                "meaning": one.meaning,
                "on": self.is_on(one.name),
                "usual": one.usual,
            }
            for one in SWITCHES
        ]

    def _apply(self, plan: FaultPlan) -> None:
        before, self._plan = self._plan, plan
        if not plan.limits:
            self.limits = None
        elif self.limits is None or _rates(before) != _rates(plan):
            self.limits = Limits(plan.workspace_cap, plan.workspace_burst, hurry=plan.hurry)
        self._manifest.withdrawn.clear()
        self._manifest.withdrawn.update(plan.removed_scopes)
        self._remove_from(plan.not_in_channel)
        self._tell()

    def _remove_from(self, channels: frozenset[str]) -> None:
        """Take the bot out of these channels, and back into those that it was taken out of before."""
        for channel in self._workspace.channels.values():
            meant = EVERY_CHANNEL in channels or channel.id in channels or channel.name in channels
            if channel.im_with is not None:
                continue
            if meant and BOT_USER in channel.members:
                channel.members.discard(BOT_USER)
                self._away.add(channel.id)
            elif not meant and channel.id in self._away:
                channel.members.add(BOT_USER)
                self._away.discard(channel.id)


def _rates(plan: FaultPlan) -> tuple[object, ...]:
    return plan.workspace_cap, plan.workspace_burst, plan.hurry
