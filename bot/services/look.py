"""That it is looked at once when the next slot is due; whatever changes what slots depend on calls it."""

from __future__ import annotations

from bot.domain.due import DueKind
from bot.store.due import set_due
from bot.store.work import Work


def look_again(work: Work) -> None:
    """Something changed that slots depend on: a plan, a calendar, a zone, who there is."""
    set_due(work, DueKind.SLOTS, work.now)
