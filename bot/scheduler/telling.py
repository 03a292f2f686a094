"""What time has the desk tell somebody, of a case or of their own words; `drawing.py` sends it."""

from __future__ import annotations

from bot.blocks import escalation
from bot.blocks.kit import Message
from bot.blocks.unsaid import unsaid
from bot.domain.audiences import Held
from bot.domain.escalation import wants_a_named_person
from bot.domain.pages import CasePage
from bot.domain.people import Person, Viewer
from bot.domain.permissions import Act
from bot.scheduler.about import NothingToSay
from bot.services.desk import Desk
from bot.store import cases, held
from bot.store.outbox import Kind, OutboxRow


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


async def given_back(desk: Desk, row: OutboxRow, author: Person) -> tuple[tuple[Held, ...], Message]:
    """What an author wrote in public and may not say any more, and the message that gives it back."""
    assert row.case_id is not None
    case_id = row.case_id
    found, case = await desk.store.read(
        lambda c, viewer: (held.unsaid(c, viewer, case_id), cases.by_id(c, viewer, case_id)), Viewer(author)
    )
    if not found:
        raise NothingToSay("they have been told")
    return found, unsaid(found, case, author)
