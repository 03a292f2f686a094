"""Whose turn it is in a case, as its row keeps it, and where it stands among those about which staff owes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.cases import Case
from bot.domain.commands import AskKind
from bot.domain.duties import facts_of, owed_at
from bot.domain.ids import PersonId
from bot.domain.outcomes import Outcome
from bot.domain.turns import SILENCE, Asked, Reached, Turns

NOTHING = "{}"

_INSTANTS = ("customer_wrote", "staff_wrote", "call_wanted", "comment_due", "call_due", "closes_at")


def columns(case: Case) -> dict[str, Any]:
    """What is kept of it with the case."""
    return {"turns": stored(case.turns), "duty_at": owed_at(facts_of(case))}


def stored(turns: Turns) -> dict[str, Any]:
    """As JSON; what is not said is left out."""
    kept: dict[str, Any] = {
        name: at.isoformat() for name in _INSTANTS if (at := getattr(turns, name)) is not None
    }
    if turns.asked is not None:
        asked = turns.asked
        kept["asked"] = {"kind": asked.kind.value, "at": asked.at.isoformat(), "by": asked.by}
    if turns.reached is not None:
        kept["reached"] = {"outcome": turns.reached.outcome.value, "at": turns.reached.at.isoformat()}
    return kept


def read_text(kept: str) -> Turns:
    """The same back, from the text that the database has."""
    return SILENCE if kept == NOTHING else read(json.loads(kept))


def read(kept: Mapping[str, Any]) -> Turns:
    """The same back."""
    if not kept:
        return SILENCE
    asked, reached = kept.get("asked"), kept.get("reached")
    instants = {name: datetime.fromisoformat(kept[name]) for name in _INSTANTS if name in kept}
    return Turns(
        **instants,
        asked=asked
        and Asked(
            kind=AskKind(asked["kind"]), at=datetime.fromisoformat(asked["at"]), by=PersonId(asked["by"])
        ),
        reached=reached
        and Reached(outcome=Outcome(reached["outcome"]), at=datetime.fromisoformat(reached["at"])),
    )
