"""How often somebody may knock: buckets by link and by client address; `forms.py` asks first of all."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

MOST_KEPT = 20_000
"""Buckets that are remembered; the one that was touched longest ago is forgotten first, and begins full."""

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, kw_only=True)
class Rate:
    """So many at once, and one more each `every` seconds."""

    at_once: int
    every: float


class Buckets:
    """One bucket for each key. `now` is a clock that only goes on, in seconds."""

    def __init__(self, rate: Rate, now: Callable[[], float]) -> None:
        self._rate = rate
        self._now = now
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str) -> int:
        """Take one; zero where there was one, or else in how many whole seconds there is."""
        left = self._left(key)
        taken = left >= 1.0
        self._held[key] = (left - 1.0 if taken else left, self._now())
        self._held.move_to_end(key)
        while len(self._held) > MOST_KEPT:
            self._held.popitem(last=False)
        return 0 if taken else self._until(left)

    def empty(self, key: str) -> int:
        """The same without taking one."""
        left = self._left(key)
        return 0 if left >= 1.0 else self._until(left)

    def _left(self, key: str) -> float:
        left, at = self._held.get(key, (float(self._rate.at_once), self._now()))
        return min(float(self._rate.at_once), left + (self._now() - at) / self._rate.every)

    def _until(self, left: float) -> int:
        return max(1, math.ceil((1.0 - left) * self._rate.every))


def networks(text: str) -> tuple[Network, ...]:
    """The networks of a setting, with commas between."""
    return tuple(ip_network(one.strip(), strict=False) for one in text.split(",") if one.strip())


def client_of(peer: str | None, forwarded: Sequence[str], proxies: Sequence[Network]) -> str:
    """Who knocks: the nearest address that is no proxy of ours. What stands before it may be made up.

    Of IPv6 the network counts, because everybody has one with endless addresses.
    """
    known = peer or ""
    said = [one.strip() for line in forwarded for one in line.split(",")]
    while _is_one_of(known, proxies) and said:
        known = said.pop()
    try:
        address = ip_address(known)
    except ValueError:
        return peer or ""
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped is not None else str(ip_network(f"{address}/64", strict=False))
    return str(address)


def _is_one_of(known: str, proxies: Sequence[Network]) -> bool:
    try:
        address = ip_address(known)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address in network for network in proxies)
