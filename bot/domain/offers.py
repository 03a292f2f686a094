"""What a person may do with a case now, and why not the rest; cards and case pages draw it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain import cases, escalation
from bot.domain.cases import Case
from bot.domain.people import Person
from bot.domain.permissions import Act
from bot.domain.refusals import Refusal

CASE_ACTS = (Act.TAKE, Act.ASSIGN, Act.COMMENT, Act.EDIT_CASE, Act.SET_STATUS, Act.CLOSE, Act.REOPEN)
"""The acts that a case page offers, in its order."""


UNEXPLAINED = frozenset({Act.TELL_ME_THEN, Act.ASK_TO_EXPEDITE, Act.FINISH_CALL_BACK})
"""What nobody misses who may not do it: a page that says why not would only be longer."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One act, and what keeps this person from it now (None: go ahead)."""

    act: Act
    obstacle: Refusal | None


def offers(case: Case, person: Person, creator: Person, now: datetime | None = None) -> tuple[Offer, ...]:
    """Every act that the state of the case allows, with the obstacle for `person` where there is one.

    An act that the state itself rules out (reopening an open case) is not offered at all. Escalation is a
    matter of time: without `now` it is left out.
    """
    found = tuple(
        Offer(act=act, obstacle=_obstacle(act, case, person, creator))
        for act in (*CASE_ACTS, *escalation.ACTS)
        if allowed_by_state(act, case, now)
    )
    return tuple(one for one in found if one.obstacle is None or one.act not in UNEXPLAINED)


def allowed_by_state(act: Act, case: Case, now: datetime | None = None) -> bool:
    """Whether the act makes sense for anybody in this state; the card, which is one for all, draws these."""
    if act in escalation.ACTS:
        return now is not None and escalation.obstacle(act, case, now) is None
    if act is Act.REOPEN:
        return case.is_closed
    if act is Act.TAKE:
        return not case.is_closed and case.owner is None
    if act in (Act.ASSIGN, Act.SET_STATUS, Act.CLOSE):
        return not case.is_closed
    return True


def _obstacle(act: Act, case: Case, person: Person, creator: Person) -> Refusal | None:
    try:
        cases.check(act, case, person)
        if act in (Act.CLOSE, Act.REOPEN):
            cases.check_may_close(case, creator, person)
    except Refusal as refusal:
        return refusal
    return None
