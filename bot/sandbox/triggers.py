"""Trigger ids: valid for three seconds of real time, once; `acts.py` issues and `api/` redeems them."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

LIFETIME = 3.0  # seconds


@dataclass(kw_only=True, slots=True)
class Trigger:
    """What a trigger id stands for. `view_id` is the modal that was clicked or submitted, if any."""

    user: str
    born: float
    view_id: str | None = None
    used: bool = False


class TriggerError(Exception):
    """The trigger id cannot be redeemed; the argument is Slack's error name."""


class Triggers:
    """All trigger ids of one sandbox."""

    def __init__(self, team: str) -> None:
        self._team = team
        self._issued: dict[str, Trigger] = {}
        self._count = 0
        self.lifetime = LIFETIME

    def issue(self, user: str, view_id: str | None = None, lost: bool = False) -> str:
        """A new trigger id for this person; a lost one has expired before the bot gets it."""
        self._count += 1
        key = f"{self._count}.{self._team[1:]}.{secrets.token_hex(16)}"
        born = time.monotonic() - (self.lifetime + 1 if lost else 0)
        self._issued[key] = Trigger(user=user, born=born, view_id=view_id)
        return key

    def look(self, key: str) -> Trigger:
        """The trigger, if it may still be used. Raises `TriggerError`."""
        trigger = self._issued.get(key)
        if trigger is None:
            raise TriggerError("invalid_trigger_id")
        if trigger.used:
            raise TriggerError("exchanged_trigger_id")
        if time.monotonic() - trigger.born > self.lifetime:
            raise TriggerError("expired_trigger_id")
        return trigger
