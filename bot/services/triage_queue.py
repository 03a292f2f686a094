"""The triage queue: cases enter it by the form, leave it when looked at, come back with an answer."""

from __future__ import annotations

from bot.domain.cases import Case
from bot.domain.ids import CaseId, CustomerId
from bot.domain.people import Team, TeamKind, Viewer, channel_viewer
from bot.domain.web_forms import NOTHING_TO_TRIAGE, TriageQueue, sees_it
from bot.services.announcing import home_of
from bot.store import customers, people, web_forms
from bot.store import triage as store
from bot.store.outbox import announce
from bot.store.work import Connection, Work

SHOWN = 6
"""One more than Home shows at once."""


def enter(work: Work, case_id: CaseId) -> None:
    """A customer's new case waits for level one."""
    store.enter(work, case_id)
    _tell(work)


def asked(work: Work, case_id: CaseId) -> None:
    """More was asked for: it is the customer's turn."""
    store.asked(work, case_id)
    _tell(work)


def answered(work: Work, case_id: CaseId) -> None:
    """The customer has said something: what waited for that comes back."""
    if store.answered(work, case_id):
        _tell(work)


def leave(work: Work, case_id: CaseId) -> None:
    """It has been looked at."""
    if store.leave(work, case_id):
        _tell(work)


def _tell(work: Work) -> None:
    """Home of everybody in level one shows the queue."""
    announce(work, *(home_of(person) for person in store.watchers(work)))


def of_home(connection: Connection, viewer: Viewer) -> TriageQueue:
    """What waits, for who sees to it: level one, and the managers, who see what is left lying."""
    if not sees_it(viewer.person):
        return NOTHING_TO_TRIAGE
    return store.queue(connection, viewer, SHOWN)


def customer_of(connection: Connection, viewer: Viewer, case: Case) -> CustomerId | None:
    """Whose case it is: who opened it by the form, else the customer of its account."""
    found = web_forms.customer_of_case(connection, viewer, case.id)
    if found is not None:
        return found
    owner = customers.of_account(connection, viewer, case.account_id)
    return owner.id if owner is not None else None


def first_team(work: Work) -> Team | None:
    """The team of level one, where there is one."""
    teams = people.list_teams(work.connection, channel_viewer(work.workspace_id))
    return next((one for one in teams if one.kind is TeamKind.LEVEL_ONE), None)
