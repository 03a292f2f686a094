"""Turns are handed out by sums on a clock; here the clock is moved by hand and nobody waits."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import pytest

from bot.slack.faults import SlackBusy
from bot.slack.methods import METHODS
from bot.slack.pacing import (
    FIRST_PER_MINUTE,
    LEAST_PER_MINUTE,
    LONGEST_TURN,
    PER_CHANNEL,
    PER_METHOD,
    POSTING,
    Pace,
    Pacer,
)


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


def pacer(watch: Watch, enabled: bool = True, cap: float = 6000.0) -> Pacer:
    """With a cap that is in nobody's way, unless the test is about it."""
    return Pacer(enabled, cap=cap, now=watch, sleep=watch.sleep)


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


# The pace of posting, which nobody tells us


async def posts(paced: Pacer, watch: Watch, count: int) -> list[float]:
    """Post to as many people, one after the other, as the outbox does; when each message went."""
    sent = []
    while len(sent) < count:
        try:
            await paced.turn(POSTING, f"D{len(sent)}")
            sent.append(watch.at)
        except SlackBusy as busy:  # the pace is so low that the outbox comes again instead of waiting
            watch.at += busy.seconds
    return sent


@pytest.mark.parametrize("cap", [10, 30, 60, 100, 240, 600, 1200])
async def test_no_minute_ever_holds_more_messages_than_the_cap(cap: int) -> None:
    watch = Watch()
    sent = await posts(pacer(watch, cap=cap), watch, 3 * cap)
    busiest = max(bisect_left(sent, begin + 60) - number for number, begin in enumerate(sent))
    assert busiest <= cap


@pytest.mark.parametrize("cap", [30, 60, 100, 240, 600])
async def test_a_thousand_nudges_take_little_longer_than_the_cap_itself_would(cap: int) -> None:
    watch = Watch()
    sent = await posts(pacer(watch, cap=cap), watch, 1000)
    assert sent[-1] / (1000 * 60 / cap) <= 1.1


async def test_posting_begins_at_a_message_a_second_and_rises() -> None:
    watch = Watch()
    paced = pacer(watch, cap=240)
    assert paced.messages_per_minute == FIRST_PER_MINUTE == 60
    await posts(paced, watch, 60)
    assert paced.messages_per_minute == pytest.approx(0.95 * 240)


async def test_a_refusal_halves_the_pace_once_however_many_calls_were_under_way() -> None:
    watch = Watch()
    paced = pacer(watch, cap=240)
    await posts(paced, watch, 100)
    for seconds in (2, 1.5, 2):
        paced.pause(POSTING, seconds)
        watch.at += 0.01
    assert paced.messages_per_minute == pytest.approx(0.95 * 120)
    assert paced.refused == 3
    watch.at += 10
    assert paced.slowed_for == pytest.approx(10.01)
    paced.pause(POSTING, 1)
    assert paced.messages_per_minute == pytest.approx(0.95 * 60)


async def test_calls_that_had_their_turn_by_the_old_pace_do_not_halve_it_again() -> None:
    """They go one by one after the pause, seconds later, and Slack refuses them one by one."""
    watch = Watch()
    paced = pacer(watch, cap=240)
    await posts(paced, watch, 100)
    paced.pause(POSTING, 1)
    for _ in range(3):
        watch.at += 1.5
        paced.pause(POSTING, 1)
    assert paced.messages_per_minute == pytest.approx(0.95 * 120)
    watch.at += 1 + LONGEST_TURN
    paced.pause(POSTING, 1)
    assert paced.messages_per_minute == pytest.approx(0.95 * 60)


async def test_after_a_refusal_the_pace_comes_back_within_minutes_and_not_in_seconds() -> None:
    watch = Watch()
    paced = pacer(watch, cap=240)
    await posts(paced, watch, 100)
    paced.pause(POSTING, 1)
    begun = watch.at
    await posts(paced, watch, 50)
    assert paced.messages_per_minute == pytest.approx(0.95 * 120 + 10)
    while paced.messages_per_minute < 0.95 * 240:
        await posts(paced, watch, 1)
    assert 120 < watch.at - begun < 600
    await posts(paced, watch, 50)
    assert paced.messages_per_minute == pytest.approx(0.95 * 240)


async def test_the_pace_never_falls_so_low_that_nothing_goes_any_more() -> None:
    watch = Watch()
    paced = pacer(watch, cap=240)
    for _ in range(20):
        paced.pause(POSTING, 1)
        watch.at += 2
    assert paced.messages_per_minute == LEAST_PER_MINUTE


@pytest.mark.parametrize("hidden", [40, 90, 150])
async def test_a_cap_that_slack_keeps_secret_is_found_with_few_refusals(hidden: int) -> None:
    """The workspace allows less in any minute than its operator believes, and says 429 for thirty seconds."""
    watch = Watch()
    paced = pacer(watch, cap=240)
    sent: list[float] = []
    while len(sent) < 1000:
        try:
            await paced.turn(POSTING, f"D{len(sent)}")
        except SlackBusy as busy:
            watch.at += busy.seconds
            continue
        if len(sent) - bisect_right(sent, watch.at - 60) >= hidden:
            paced.pause(POSTING, 30)
        else:
            sent.append(watch.at)
    assert paced.refused <= 15
    assert sent[-1] <= 1.7 * 1000 * 60 / hidden


async def test_a_method_of_a_documented_tier_is_slowed_down_alone_and_returns_to_it() -> None:
    watch = Watch()
    paced = pacer(watch, cap=240)
    before = paced.messages_per_minute
    for _ in range(21):
        await paced.turn("chat.update")
    paced.pause("chat.update", 1)
    assert paced.messages_per_minute == before
    watch.slept.clear()
    for _ in range(22):
        await paced.turn("chat.update")
    assert watch.slept[-1] == pytest.approx(2.4, rel=0.15)
    for _ in range(300):
        await paced.turn("chat.update")
    assert watch.slept[-1] == pytest.approx(1.2)


async def test_a_turn_that_is_far_off_is_said_and_not_lost() -> None:
    watch = Watch()

    async def nobody_waits(seconds: float) -> None:
        return None

    paced = Pacer(cap=240, now=watch, sleep=nobody_waits)
    for number in range(20):  # twelve at once, and eight who wait a second each
        await paced.turn(POSTING, f"D{number}")
    told = []
    for _ in range(3):
        with pytest.raises(SlackBusy) as busy:
            await _many(paced)
        told.append(busy.value.seconds)
    assert LONGEST_TURN < told[0] < LONGEST_TURN + 1
    assert told[0] == told[1] == told[2], "asking takes no turn"


async def _many(paced: Pacer) -> None:
    for number in range(100):
        await paced.turn(POSTING, f"E{number}")


async def test_thousands_of_direct_messages_leave_no_limiter_behind_for_each() -> None:
    watch = Watch()
    paced = pacer(watch, cap=60000)
    await posts(paced, watch, 5000)
    assert len(paced._channels) <= 3000
