"""`/case clock N`: how each clock of a case has been counted, for whoever may know of it."""

from __future__ import annotations

from bot.domain.asking import update_opens
from bot.domain.clocks import Story, Timing, timings, waited
from bot.domain.ids import CaseId, SlackUserId
from bot.domain.ledger import (
    Account,
    Ledger,
    account_of,
    escalation_accounts,
    is_for_customers,
    update_account,
)
from bot.domain.lifecycle import Status
from bot.domain.people import TeamKind, Viewer
from bot.domain.permissions import Act, require
from bot.domain.refusals import Reason, Refusal
from bot.domain.rules import RuleId
from bot.services.clocks import calendar_of
from bot.services.desk import Desk
from bot.store import case_dues, cases, records, stories
from bot.store.escalation import call_back_owed
from bot.store.work import Connection


async def ledger(desk: Desk, by: SlackUserId, case_id: CaseId) -> Ledger:
    """The ledger of a case. Raises NO_SUCH_CASE. The customer side sees the hours announced to it alone."""
    now, limits = desk.clock.now(), desk.policy.limits

    def query(connection: Connection, viewer: Viewer) -> Ledger:
        require(Act.READ_CASE, viewer.person)
        case = cases.by_id(connection, viewer, case_id)
        if case is None:
            raise Refusal(Reason.NO_SUCH_CASE)
        calendar, office_clock = calendar_of(connection, viewer, case, now)
        story = stories.story_of(connection, viewer, case, office_clock=office_clock)
        stored = {
            (one.kind, one.began): one.policy_revision
            for one in case_dues.dues_of_case(connection, viewer, case_id)
        }

        def told(timing: Timing) -> Account:
            kinds = [one.kind for one in timing.stages]
            revision = next(
                (stored[kind, timing.began] for kind in kinds if (kind, timing.began) in stored), None
            )
            return account_of(timing, now, revision)

        found = [told(one) for one in timings(story, limits, calendar)]
        found += escalation_accounts(case, call_back_owed(connection, viewer, case_id), None)
        if _may_be_asked(story):
            last = records.last_word_of(connection, viewer, case_id, TeamKind.INTEGRATIONS)
            began, pauses = last or case.created_at, waited(story)
            opens = update_opens(began, calendar, limits.update_days, pauses)
            found.append(update_account(began, opens, calendar, limits.update_days, pauses))
        if not viewer.is_staff:
            found = [one for one in found if is_for_customers(one)]
        order = list(RuleId)
        found.sort(key=lambda one: order.index(one.rule))
        return Ledger(
            case=case, viewer=viewer.person, now=now, accounts=tuple(found), revision=desk.policy_revision
        )

    return await desk.read(query, by)


def _may_be_asked(story: Story) -> bool:
    """Whether T3 counts: for Integrations, and neither while it waits (T4) nor once it is closed."""
    return story.with_integrations and story.status not in (Status.CLOSED, Status.WAITING)
