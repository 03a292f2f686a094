"""A question of Slack's that is signed as the one before: answered within the same second, and no longer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.clock import Clock
from bot.web.signing import Doubt, Signatures, sign


class HandClock(Clock):
    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    def real_now(self) -> datetime:
        return self.at


def test_only_a_question_may_come_twice_and_only_while_slacks_clock_stands() -> None:
    clock = HandClock()
    signatures = Signatures("secret", clock)
    stamp = str(int(clock.at.timestamp()))

    def doubt(body: bytes) -> Doubt | None:
        return signatures.doubt(body, stamp, sign(b"secret", stamp, body).decode())

    assert doubt(b"question") is None
    assert doubt(b"command") is None
    signatures.excuse(sign(b"secret", stamp, b"question").decode())
    clock.at += timedelta(seconds=1)
    assert doubt(b"question") is None
    assert doubt(b"command") is Doubt.REPLAYED
    clock.at += timedelta(seconds=2)
    assert doubt(b"question") is Doubt.REPLAYED
