"""Under each fault, and under all at once, the run ends as it does without: only later."""

from __future__ import annotations

import dataclasses
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.handlers import delivering, socket_mode
from bot.sandbox import EVERY_CHANNEL, FaultPlan, Sandbox
from bot.sandbox.imap import HANG_UP
from bot.sandbox.records import Json
from tests.faults_runs.conftest import Trouble, run
from tests.faults_runs.ending import Ending, differences
from tests.faults_runs.post import came_again
from tests.faults_runs.script import CALLS, CONTACT, LIVES, Step, waves
from tests.flows.conftest import Furnished
from tests.once import once_async

HURRY = 8.0
DICED = (
    "limits",
    "server_errors",
    "lost_answers",
    "slow_answers",
    "dropped_sockets",
    "refreshed_sockets",
    "duplicates",
    "late",
)
BAD_POST = ("mail", "all")
"""Plans under which the mail servers have faults of their own."""
SCOPE = frozenset({"chat:write"})
AWAY = frozenset({EVERY_CHANNEL})

PLANS: dict[str, FaultPlan] = {
    "limits": FaultPlan(limits=True, workspace_cap=60, workspace_burst=2, hurry=HURRY),
    "server_errors": FaultPlan(server_errors=0.15),
    "lost_answers": FaultPlan(lost_answers=0.15),
    "slow_answers": FaultPlan(slow_answers=0.1, slowness=0.4),
    "dropped_sockets": FaultPlan(dropped_sockets=0.05),
    "refreshed_sockets": FaultPlan(refreshed_sockets=0.05),
    "duplicates": FaultPlan(duplicates=0.5),
    "late": FaultPlan(late=0.5, lateness=0.05),
    "not_in_channel": FaultPlan(not_in_channel=AWAY),
    "removed_scopes": FaultPlan(removed_scopes=SCOPE),
    "mail": FaultPlan(),
    "all": FaultPlan(
        limits=True,
        workspace_cap=60,
        workspace_burst=2,
        hurry=HURRY,
        server_errors=0.05,
        lost_answers=0.05,
        slow_answers=0.05,
        slowness=0.4 * HURRY,
        dropped_sockets=0.01,  # few: Slack lets an app connect once a minute, after the first dozen
        refreshed_sockets=0.005,
        duplicates=0.2,
        late=0.2,
        lateness=0.05 * HURRY,
        not_in_channel=AWAY,
        removed_scopes=SCOPE,
    ),
}


class BadPost:
    """Mail servers that put off, hang up, and lose their answers after they took a letter."""

    def __init__(self) -> None:
        self.lost: Counter[str] = Counter()
        """How often a letter was taken, and its sender not told so, by Message-ID: it comes again."""
        self.struck = dict.fromkeys(("put off", "not taken", "answer lost", "not read", "not marked"), 0)
        self._dice = random.Random(12)

    async def __call__(self, moment: str, what: str, about: Json) -> str | None:
        if what != "smtp.data":
            return self._strikes("not read" if moment == "before" else "not marked", 0.2, HANG_UP)
        if moment == "before":
            away = self._strikes("put off", 0.1, "451 4.3.0 Later, please")
            return away or self._strikes("not taken", 0.1, HANG_UP)
        lost = self._strikes("answer lost", 0.15, HANG_UP)
        if lost is not None:
            self.lost[about["message_id"]] += 1
        return lost

    def _strikes(self, name: str, chance: float, answer: str) -> str | None:
        if self._dice.random() >= chance:
            return None
        self.struck[name] += 1
        return answer


@dataclass(frozen=True, kw_only=True)
class Calm:
    """The run without trouble: its end, what failed all the same, and letters that came again."""

    ending: Ending
    said: list[str]
    came_again: dict[str, int]


def troubled_by(plan: FaultPlan, post: BadPost | None = None) -> Trouble:
    """The plan's faults all the time; channels and scopes only while nobody acts in a channel, by turns."""
    turn = 0
    always = dataclasses.replace(plan, not_in_channel=frozenset(), removed_scopes=frozenset())

    def trouble(sandbox: Sandbox, wave: list[Step], begins: bool) -> None:
        nonlocal turn
        if begins and wave[0].n == 0:
            sandbox.faults.use(always)
            assert sandbox.post is not None
            sandbox.post.interfere = post
        away, scopes = frozenset[str](), frozenset[str]()
        if begins and not any(step.needs_card for step in wave):
            turn += 1
            away = plan.not_in_channel if turn % 2 or not plan.removed_scopes else frozenset()
            scopes = plan.removed_scopes if not away else frozenset()
        sandbox.faults.change(not_in_channel=away, removed_scopes=scopes)

    return trouble


@pytest.fixture
async def calm(
    hurried: None, tmp_path: Path, furnished: Furnished, tmp_path_factory: pytest.TempPathFactory
) -> Calm:
    """How the run ends without trouble; made by whoever asks first."""

    async def make() -> Calm:
        (folder := tmp_path / "calm").mkdir()
        ending, crew = await run(folder, furnished)
        said = [*crew.failures, *crew.sandbox.complaints]
        return Calm(ending=ending, said=said, came_again=came_again(crew.sandbox))

    return await once_async(tmp_path_factory, "calm-run", make)


@pytest.mark.usefixtures("hurried")
async def test_the_run_is_long_and_mixed(calm: Calm) -> None:
    steps = [step for wave in waves() for step in wave]
    assert len(steps) == CALLS
    ending = calm.ending
    assert calm.said == []
    assert ending.outbox == {}
    assert len(ending.cases) == CALLS // 12
    assert all(len(cards) == 1 for cards in ending.cards.values())
    assert {step.act for step in steps} == {plan[1] for life in LIVES for plan in life}
    assert all(sum("is case" in said for _, said in chat) == 1 for chat in ending.chats.values())
    contacts = [step.case for step in steps if step.who == "lou"]
    assert {address: sum(texts.values()) > 20 for address, texts in ending.letters.items()} == {
        "linda@cloudnine.example": True,
        "ben@northwind.example": True,
        CONTACT: False,
    }
    assert sum(ending.letters[CONTACT].values()) == len(contacts) > 0, "one each, of the comment with a tick"
    assert {one for told in ending.letters_on_case.values() for one in told if one[2] != "sent"} == set()
    assert ending.inbox == {"comment": sum(step.act == "mail" for step in steps)}
    assert calm.came_again == {}


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.usefixtures("hurried")
async def test_the_run_ends_the_same_under(
    name: str, tmp_path: Path, furnished: Furnished, calm: Calm, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = PLANS[name]
    if plan.slow_answers:  # so that a slow window comes too late
        monkeypatch.setattr(delivering, "VIEW_SECONDS", 0.3)
    if plan.dropped_sockets:  # so that a broken one is found soon; a busy machine then breaks some itself
        monkeypatch.setattr(socket_mode, "PING_SECONDS", 0.3)
    post = BadPost() if name in BAD_POST else None
    ending, crew = await run(tmp_path, furnished, troubled_by(plan, post))
    wrong = differences(calm.ending, ending)
    assert not wrong, "\n".join(wrong)
    assert came_again(crew.sandbox) == (post.lost if post is not None else {})
    assert post is None or min(post.struck.values()) > 0
    struck = crew.sandbox.faults.struck
    for fault in DICED:
        assert bool(getattr(plan, fault)) == (struck[fault] > 0), f"{fault} struck {struck[fault]} times"
    refused = {request.response.get("error") for request in crew.sandbox.requests}
    assert bool(plan.removed_scopes) == ("missing_scope" in refused)
    assert bool(plan.not_in_channel) == ("channel_not_found" in refused)
    assert all(len(sentence) > 10 for sentence in crew.failures)
