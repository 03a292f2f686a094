"""Only Slack is let in, only in time, and only once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier

from bot.clock import Clock
from bot.web.signing import LIFETIME, Doubt, Signatures, sign

SECRET = "8f742231b10e8888abcd99"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class StoppedClock(Clock):
    """Real time that stands still, until it is moved."""

    def __init__(self) -> None:
        self.at = NOW

    def real_now(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def signatures(clock: StoppedClock) -> Signatures:
    return Signatures(SECRET, clock)


def signed(body: bytes, at: datetime = NOW, secret: str = SECRET) -> tuple[bytes, str, str]:
    stamp = str(int(at.timestamp()))
    return body, stamp, sign(secret.encode(), stamp, body).decode()


@given(body=st.text(max_size=200))
def test_a_signature_is_the_one_that_slacks_own_library_makes(body: str) -> None:
    theirs = SignatureVerifier(SECRET).generate_signature(timestamp="1700000000", body=body)
    assert sign(SECRET.encode(), "1700000000", body.encode()).decode() == theirs


def test_what_is_signed_and_new_is_let_in(signatures: Signatures) -> None:
    assert signatures.doubt(*signed(b"text=hello")) is None


@pytest.mark.parametrize(
    ("body", "stamp", "signature"),
    [
        (b"text=hullo", *signed(b"text=hello")[1:]),
        signed(b"text=hello", secret="another"),
        (b"text=hello", "1700000001", signed(b"text=hello")[2]),
        (b"text=hello", "", signed(b"text=hello")[2]),
        (b"text=hello", signed(b"")[1], ""),
        (b"text=hello", signed(b"")[1], "v0="),
        (b"text=hello", signed(b"")[1], "v0=\u00e9\udce9"),
        (b"text=hello", "-1", sign(SECRET.encode(), "-1", b"text=hello").decode()),
        (b"text=hello", "1e9", sign(SECRET.encode(), "1e9", b"text=hello").decode()),
        (b"text=hello", "\u0661", sign(SECRET.encode(), "\u0661", b"text=hello").decode()),
        (b"text=hello", "9" * 5000, sign(SECRET.encode(), "9" * 5000, b"text=hello").decode()),
    ],
)
def test_what_is_not_signed_by_slack_is_forged(
    signatures: Signatures, body: bytes, stamp: str, signature: str
) -> None:
    assert signatures.doubt(body, stamp, signature) is Doubt.FORGED


@pytest.mark.parametrize(
    ("seconds", "doubt"), [(-300, None), (-301, Doubt.STALE), (300, None), (301, Doubt.STALE)]
)
def test_a_request_may_be_five_minutes_away_by_real_time_and_no_more(
    signatures: Signatures, seconds: int, doubt: Doubt | None
) -> None:
    assert signatures.doubt(*signed(b"text=hello", NOW + timedelta(seconds=seconds))) is doubt


def test_the_same_request_again_is_a_replay_until_it_is_stale(
    signatures: Signatures, clock: StoppedClock
) -> None:
    request = signed(b"text=hello")
    assert signatures.doubt(*request) is None
    assert signatures.doubt(*request) is Doubt.REPLAYED
    clock.at += timedelta(seconds=LIFETIME)
    assert signatures.doubt(*request) is Doubt.REPLAYED
    clock.at += timedelta(seconds=1)
    assert signatures.doubt(*request) is Doubt.STALE


def test_a_retry_is_signed_anew_and_let_in(signatures: Signatures, clock: StoppedClock) -> None:
    assert signatures.doubt(*signed(b"text=hello")) is None
    clock.at += timedelta(seconds=1)
    assert signatures.doubt(*signed(b"text=hello", clock.at)) is None


def test_what_was_not_taken_may_come_again_within_the_same_second(signatures: Signatures) -> None:
    request = signed(b"text=hello")
    assert signatures.doubt(*request) is None
    signatures.forget(request[2])
    assert signatures.doubt(*request) is None


def test_a_forged_request_does_not_use_up_the_true_one(signatures: Signatures) -> None:
    body, stamp, signature = signed(b"text=hello")
    assert signatures.doubt(b"text=other", stamp, signature) is Doubt.FORGED
    assert signatures.doubt(body, stamp, signature) is None


def test_no_more_is_remembered_than_could_be_replayed(signatures: Signatures, clock: StoppedClock) -> None:
    for second in range(3 * LIFETIME):
        clock.at = NOW + timedelta(seconds=second)
        assert signatures.doubt(*signed(b"text=hello", clock.at)) is None
    assert len(signatures._seen) <= LIFETIME + 1
