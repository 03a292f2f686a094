"""What Home has beside lists: what waits for the one who looks, and what a new desk still lacks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.contacts import Recognition


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What somebody is asked to see to. `people` are the first of `people_total` who wait to be confirmed."""

    access: int = 0
    mails: int = 0
    people: tuple[Recognition, ...] = ()
    people_total: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.access or self.mails or self.people_total)


NOTHING_WAITS = Waiting()


class Lacking(StrEnum):
    """What an administrator has still to set up."""

    ACCOUNTS = "accounts"
    TEAMS = "teams"
    STAFF = "staff"  # nobody is there to own a case
    DEPUTY = "deputy"  # one administrator alone
    PHONES = "phones"
    CHANNEL = "channel"
