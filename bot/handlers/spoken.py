"""Slack's encoding of what people write, for handlers; the reading itself stands in `domain/spoken.py`."""

from __future__ import annotations

from bot.domain.spoken import as_typed as as_typed
from bot.domain.spoken import users_in as users_in
