"""What time has the desk tell somebody of a case; `drawing.py` sends it."""

from __future__ import annotations

from bot.blocks import escalation
from bot.blocks.kit import Message
from bot.domain.escalation import wants_a_named_person
from bot.domain.pages import CasePage
from bot.domain.permissions import Act
from bot.store.outbox import Kind


def telling(kind: Kind, page: CasePage) -> Message | None:
    """What is said to somebody about a case as they see it now; None where it has settled itself."""
    case, now = page.case, page.now
    assert now is not None
    if kind is Kind.MAY_ESCALATE:
        offered = any(one.act is Act.ESCALATE and one.obstacle is None for one in page.offers)
        return escalation.may_escalate(case) if offered else None
    if kind is Kind.CALL_BACK:
        return escalation.call_back_due(case, page.call_back, now) if page.call_back is not None else None
    return escalation.needs_owner(case) if wants_a_named_person(case) else None
