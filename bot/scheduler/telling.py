"""What time has the desk tell somebody, of a case or of their own words; `drawing.py` sends it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.blocks import escalation, reminders
from bot.blocks.kit import Message
from bot.blocks.unsaid import unsaid
from bot.domain.audiences import Held
from bot.domain.cases import Case
from bot.domain.clocks import Timing
from bot.domain.escalation import is_watched, wants_a_named_person
from bot.domain.pages import CasePage
from bot.domain.people import Person, Viewer
from bot.domain.permissions import Act
from bot.domain.rules import RuleId
from bot.scheduler.about import NothingToSay
from bot.services.clocks import timings_of
from bot.services.desk import Desk
from bot.store import cases, held
from bot.store.outbox import Kind, OutboxRow

Drawn = Callable[[Case, Timing, datetime], Message]

OF_RULES: dict[Kind, tuple[tuple[RuleId, ...], Drawn]] = {
    Kind.FIRST_COMMENT: ((RuleId.T1,), reminders.first_comment),
    Kind.CUSTOMER_CALL: ((RuleId.T2,), reminders.customer_call),
    Kind.CLOSES_SOON: ((RuleId.T5, RuleId.T6), reminders.closes_soon),
    Kind.MAY_CLOSE: ((RuleId.T5, RuleId.T6), lambda case, one, now: reminders.may_close(case, one)),
    Kind.NO_RESPONSE: ((RuleId.T8,), lambda case, one, now: reminders.no_response(case, one)),
}
"""Which rules' clocks have to run still, and how it is said."""


async def running(desk: Desk, recipient: Person, page: CasePage) -> tuple[Timing, ...]:
    """The clocks that run on a case, as its reader may know of them."""
    case, limits, now = page.case, desk.policy.limits, desk.clock.now()
    return await desk.store.read(
        lambda connection, viewer: timings_of(connection, viewer, case, limits, now), Viewer(recipient)
    )


def telling(
    kind: Kind, page: CasePage, running: Sequence[Timing] = (), *, may_answer: bool = True
) -> Message | None:
    """What is said to somebody about a case as they see it now; None where it has settled itself."""
    case, now = page.case, page.now
    assert now is not None
    if kind in OF_RULES:
        rules, drawn = OF_RULES[kind]
        found = next((one for one in running if one.rule in rules), None)
        return drawn(case, found, now) if found is not None else None
    match kind:
        case Kind.MAY_ESCALATE:
            offered = any(one.act is Act.ESCALATE and one.obstacle is None for one in page.offers)
            return escalation.may_escalate(case) if offered else None
        case Kind.CALL_BACK:
            call = page.call_back
            return escalation.call_back_due(case, call, now) if call is not None else None
        case Kind.FIRST_ANSWER:
            owed = next((one for one in running if one.rule is RuleId.T0), None)
            return reminders.first_answer(case, owed, now, may_answer=may_answer) if owed else None
        case Kind.SHIFT_ENDED:
            return reminders.shift_ended(case) if is_watched(case) and case.owner else None
        case _:
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
