"""Under each fault, and under all at once, the run ends as it does without: only later."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from bot.handlers import delivering, socket_mode
from bot.sandbox import EVERY_CHANNEL, FaultPlan, Sandbox
from tests.faults_runs.conftest import Trouble, run
from tests.faults_runs.ending import Ending, differences
from tests.faults_runs.script import CALLS, LIVES, Step, waves
from tests.flows.conftest import Furnished

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
SCOPE = frozenset({"chat:write"})
AWAY = frozenset({EVERY_CHANNEL})

PLANS: dict[str, FaultPlan] = {
    "limits": FaultPlan(limits=True, workspace_cap=60, workspace_burst=5, hurry=HURRY),
    "server_errors": FaultPlan(server_errors=0.15),
    "lost_answers": FaultPlan(lost_answers=0.15),
    "slow_answers": FaultPlan(slow_answers=0.1, slowness=0.4),
    "dropped_sockets": FaultPlan(dropped_sockets=0.05),
    "refreshed_sockets": FaultPlan(refreshed_sockets=0.05),
    "duplicates": FaultPlan(duplicates=0.5),
    "late": FaultPlan(late=0.5, lateness=0.05),
    "not_in_channel": FaultPlan(not_in_channel=AWAY),
    "removed_scopes": FaultPlan(removed_scopes=SCOPE),
    "all": FaultPlan(
        limits=True,
        workspace_cap=60,
        workspace_burst=5,
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


def troubled_by(plan: FaultPlan) -> Trouble:
    """The plan's faults all the time; channels and scopes only while nobody acts in a channel, by turns."""
    turn = 0
    always = dataclasses.replace(plan, not_in_channel=frozenset(), removed_scopes=frozenset())

    def trouble(sandbox: Sandbox, wave: list[Step], begins: bool) -> None:
        nonlocal turn
        if begins and wave[0].n == 0:
            sandbox.faults.use(always)
        away, scopes = frozenset[str](), frozenset[str]()
        if begins and not any(step.needs_card for step in wave):
            turn += 1
            away = plan.not_in_channel if turn % 2 or not plan.removed_scopes else frozenset()
            scopes = plan.removed_scopes if not away else frozenset()
        sandbox.faults.change(not_in_channel=away, removed_scopes=scopes)

    return trouble


@pytest.fixture(scope="module")
def calm() -> list[Ending]:
    """How the run ends without trouble; filled by the first test that asks."""
    return []


@pytest.mark.usefixtures("hurried")
async def test_the_run_is_long_and_mixed(tmp_path: Path, furnished: Furnished, calm: list[Ending]) -> None:
    steps = [step for wave in waves() for step in wave]
    assert len(steps) == CALLS
    ending, crew = await run(tmp_path, furnished)
    assert crew.failures == []
    assert crew.sandbox.complaints == []
    assert ending.outbox == {}
    assert len(ending.cases) == CALLS // 12
    assert all(len(cards) == 1 for cards in ending.cards.values())
    assert {step.act for step in steps} == {plan[1] for life in LIVES for plan in life}
    calm.append(ending)


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.usefixtures("hurried")
async def test_the_run_ends_the_same_under(
    name: str, tmp_path: Path, furnished: Furnished, calm: list[Ending], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not calm:
        (folder := tmp_path / "calm").mkdir()
        calm.append((await run(folder, furnished))[0])
    plan = PLANS[name]
    if plan.slow_answers:  # so that a slow window comes too late
        monkeypatch.setattr(delivering, "VIEW_SECONDS", 0.3)
    if plan.dropped_sockets:  # so that a broken one is found soon; a busy machine then breaks some itself
        monkeypatch.setattr(socket_mode, "PING_SECONDS", 0.3)
    ending, crew = await run(tmp_path, furnished, troubled_by(plan))
    assert differences(calm[0], ending) == []
    struck = crew.sandbox.faults.struck
    for fault in DICED:
        assert bool(getattr(plan, fault)) == (struck[fault] > 0), f"{fault} struck {struck[fault]} times"
    refused = {request.response.get("error") for request in crew.sandbox.requests}
    assert bool(plan.removed_scopes) == ("missing_scope" in refused)
    assert bool(plan.not_in_channel) == ("channel_not_found" in refused)
    assert all(len(sentence) > 10 for sentence in crew.failures)
