"""Turns are handed out by sums on a clock; here the clock is moved by hand and nobody waits."""

from __future__ import annotations

import pytest

from bot.slack.faults import SlackBusy
from bot.slack.methods import METHODS
from bot.slack.pacing import PER_CHANNEL, PER_METHOD, Pace, Pacer


class Watch:
    """Monotonic seconds that pass only when somebody sleeps, or when a test says so."""

    def __init__(self, at: float = 0.0) -> None:
        self.at = at
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        if round(seconds, 6):  # sums of tenths leave crumbs
            self.slept.append(round(seconds, 6))
        self.at += seconds


def pacer(watch: Watch, enabled: bool = True) -> Pacer:
    return Pacer(enabled, now=watch, sleep=watch.sleep)


@pytest.mark.parametrize("start", [-500.0, 0.0, 12345.678])
async def test_a_channel_gets_a_short_burst_and_then_a_message_a_second(start: float) -> None:
    watch = Watch(start)
    paced = pacer(watch)
    for _ in range(5):
        await paced.turn("chat.postMessage", "C1")
    assert watch.slept == [1.0, 1.0]  # three at once, then one a second
    assert Pace(interval=1.0, burst=3) == PER_CHANNEL


async def test_a_channel_that_was_quiet_for_a_while_has_its_burst_again() -> None:
    watch = Watch()
    paced = pacer(watch)
    for _ in range(3):
        await paced.turn("chat.postMessage", "C1")
    watch.at += 2.0
    for _ in range(3):
        await paced.turn("chat.postMessage", "C1")
    assert watch.slept == [1.0], "two turns have grown back, the third must wait"
    watch.at += 3600
    for _ in range(3):
        await paced.turn("chat.postMessage", "C1")
    assert watch.slept == [1.0], "a long rest gives one burst and no more"
    await paced.turn("chat.postMessage", "C1")
    assert watch.slept == [1.0, 1.0]


async def test_one_busy_channel_does_not_slow_down_another() -> None:
    watch = Watch()
    paced = pacer(watch)
    for channel in ("C1", "C2", "C3"):
        for _ in range(3):
            await paced.turn("chat.postMessage", channel)
    assert watch.slept == []


@pytest.mark.parametrize(("method", "pace"), PER_METHOD.items())
async def test_a_method_keeps_below_its_tier(method: str, pace: Pace) -> None:
    watch = Watch()
    paced = pacer(watch)
    for _ in range(pace.burst):
        await paced.turn(method)
    assert watch.slept == []
    for _ in range(3):
        await paced.turn(method)
    assert watch.slept == [pytest.approx(pace.interval)] * 3


async def test_many_who_come_at_once_each_get_a_turn_of_their_own() -> None:
    waits: list[float] = []

    async def note(seconds: float) -> None:
        waits.append(round(seconds, 6))

    paced = Pacer(now=lambda: 100.0, sleep=note)
    for _ in range(6):
        await paced.turn("chat.postMessage", "C1")
    assert waits == [1.0, 2.0, 3.0]


async def test_a_window_is_opened_without_waiting_for_a_turn() -> None:
    watch = Watch()
    paced = pacer(watch)
    for _ in range(200):
        await paced.turn("views.open")
        await paced.turn("views.update")
    assert watch.slept == []


@pytest.mark.parametrize("enabled", [True, False])
async def test_a_pause_that_slack_asked_for_is_kept_for_that_method_alone(enabled: bool) -> None:
    watch = Watch(50.0)
    paced = pacer(watch, enabled)
    paced.pause("chat.postMessage", 2)
    await paced.turn("chat.update")
    assert watch.slept == []
    await paced.turn("chat.postMessage", "C1")
    assert watch.slept == [2.0]
    await paced.turn("chat.postMessage", "C1")
    assert watch.slept == [2.0]


async def test_a_long_pause_is_not_slept_through_but_said() -> None:
    watch = Watch(50.0)
    paced = pacer(watch)
    paced.pause("chat.postMessage", 30)
    watch.at += 10
    with pytest.raises(SlackBusy) as busy:
        await paced.turn("chat.postMessage", "C1")
    assert (busy.value.seconds, watch.slept) == (20.0, [])
    watch.at += 20
    await paced.turn("chat.postMessage", "C1")
    assert watch.slept == []


@pytest.mark.parametrize(("grows_to", "slept"), [(1.5, [1.0, 0.5]), (9.0, [1.0])])
async def test_a_pause_that_grows_while_somebody_waits_counts(grows_to: float, slept: list[float]) -> None:
    watch = Watch()
    paced = pacer(watch)
    paced.pause("chat.postMessage", 1)

    async def sleep(seconds: float) -> None:
        paced.pause("chat.postMessage", grows_to - watch.at)
        await watch.sleep(seconds)

    paced._sleep = sleep
    if grows_to > 3:
        with pytest.raises(SlackBusy):
            await paced.turn("chat.postMessage")
    else:
        await paced.turn("chat.postMessage")
    assert watch.slept == slept


async def test_who_looks_at_the_screen_takes_a_turn_and_waits_for_none() -> None:
    watch = Watch()
    paced = pacer(watch)
    for _ in range(25):
        await paced.turn("views.publish", at_once=True)
    assert watch.slept == []
    await paced.turn("views.publish")
    assert watch.slept == [3.6], "the turns that were taken are missing to the others"


async def test_the_longest_of_several_pauses_counts() -> None:
    watch = Watch()
    paced = pacer(watch)
    paced.pause("chat.postMessage", 2)
    paced.pause("chat.postMessage", 1)
    await paced.turn("chat.postMessage")
    assert watch.slept == [2.0]


async def test_a_workspace_without_limits_is_not_paced() -> None:
    watch = Watch()
    paced = pacer(watch, enabled=False)
    for _ in range(100):
        await paced.turn("chat.postMessage", "C1")
    assert watch.slept == []


def test_only_methods_that_the_bot_calls_are_paced() -> None:
    assert set(PER_METHOD) <= set(METHODS)
