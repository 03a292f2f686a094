"""Slack's rates, as sums: the clock is the test's."""

from __future__ import annotations

import pytest

from bot.sandbox.limits import METHOD_TIERS, TIERS, Limits
from bot.sandbox.scopes import METHOD_SCOPES


class Clock:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def allowed(limits: Limits, method: str, times: int, channel: str = "C1") -> int:
    return sum(limits.refused(method, {"channel": channel}) is None for _ in range(times))


@pytest.mark.parametrize("method", sorted(METHOD_TIERS))
def test_a_method_has_the_minute_that_its_tier_promises(method: str) -> None:
    clock = Clock()
    limits = Limits(300, 30, now=clock)
    minute = TIERS[METHOD_TIERS[method]]
    assert allowed(limits, method, 500) == max(minute, 12)
    clock.at += 60
    assert allowed(limits, method, 500) == minute


def test_a_channel_takes_a_message_a_second_and_short_bursts() -> None:
    clock = Clock()
    limits = Limits(300, 100, now=clock)
    assert allowed(limits, "chat.postMessage", 20) == 5
    assert limits.refused("chat.postMessage", {"channel": "C1"}) == 1
    assert allowed(limits, "chat.postMessage", 20, channel="C2") == 5
    clock.at += 1
    assert allowed(limits, "chat.postMessage", 20) == 1
    clock.at += 60
    assert allowed(limits, "chat.postMessage", 20) == 5


def test_the_workspace_has_a_cap_of_its_own() -> None:
    clock = Clock()
    limits = Limits(60, 10, now=clock)
    each_elsewhere = [limits.refused("chat.postMessage", {"channel": f"C{n}"}) for n in range(20)]
    assert each_elsewhere == [None] * 10 + [1] * 10
    clock.at += 30
    assert [limits.refused("chat.postMessage", {"channel": f"D{n}"}) for n in range(20)].count(None) == 10


def test_a_refused_call_costs_nothing() -> None:
    clock = Clock()
    limits = Limits(300, 100, now=clock)
    assert allowed(limits, "chat.postMessage", 1000) == 5
    clock.at += 1
    assert allowed(limits, "chat.postMessage", 1) == 1


def test_in_a_hurry_everything_is_faster_alike() -> None:
    clock = Clock()
    limits = Limits(300, 100, hurry=50, now=clock)
    assert allowed(limits, "chat.postMessage", 20) == 5
    assert limits.refused("chat.postMessage", {"channel": "C1"}) == pytest.approx(1 / 50)
    clock.at += 0.02
    assert allowed(limits, "chat.postMessage", 20) == 1


def test_every_method_of_a_tier_is_one_that_the_sandbox_knows() -> None:
    assert set(METHOD_TIERS) <= set(METHOD_SCOPES)
