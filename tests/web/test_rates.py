"""Who knocks too often waits; and nobody makes others wait by a made-up address."""

from __future__ import annotations

import pytest

from bot.web.rates import MOST_KEPT, Buckets, Rate, client_of, networks

PROXIES = networks("127.0.0.1,::1,10.0.0.0/8")


def test_so_many_at_once_and_then_one_for_each_wait() -> None:
    now = [0.0]
    buckets = Buckets(Rate(at_once=2, every=10.0), lambda: now[0])
    assert [buckets.wait("a") for _ in range(3)] == [0, 0, 10]
    assert buckets.wait("b") == 0
    now[0] = 4.0
    assert (buckets.empty("a"), buckets.wait("a")) == (6, 6)
    now[0] = 10.0
    assert [buckets.wait("a") for _ in range(2)] == [0, 10]
    now[0] = 1000.0
    assert [buckets.wait("a") for _ in range(3)] == [0, 0, 10]


def test_what_is_remembered_has_an_end() -> None:
    buckets = Buckets(Rate(at_once=1, every=1000.0), lambda: 0.0)
    for number in range(MOST_KEPT + 1):
        buckets.wait(str(number))
    assert buckets.wait(str(MOST_KEPT)) > 0
    assert buckets.wait("0") == 0, "the oldest is forgotten"


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", (), "203.0.113.9"),
        ("203.0.113.9", ("198.51.100.1",), "203.0.113.9"),  # no proxy of ours: whatever it says
        ("127.0.0.1", (), "127.0.0.1"),
        ("127.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("127.0.0.1", ("6.6.6.6, 198.51.100.1",), "198.51.100.1"),  # the first is made up
        ("127.0.0.1", ("6.6.6.6", "198.51.100.1, 10.1.2.3"), "198.51.100.1"),
        ("127.0.0.1", ("nonsense",), "127.0.0.1"),
        ("::ffff:127.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("::1", ("2001:db8:1:2:3:4:5:6",), "2001:db8:1:2::/64"),
        (None, (), ""),
    ],
)
def test_the_nearest_address_that_is_no_proxy_of_ours_counts(
    peer: str | None, forwarded: tuple[str, ...], client: str
) -> None:
    assert client_of(peer, forwarded, PROXIES) == client
