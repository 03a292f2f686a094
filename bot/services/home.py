"""App Home, read in one trip and through the asker's eyes; handlers and the outbox publish it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.call_rows import ON_THE_LINE
from bot.domain.commerce.requests import Queue
from bot.domain.home import NOTHING_WAITS, Lacking, Waiting
from bot.domain.ids import CaseId, SlackUserId
from bot.domain.pages import CaseList, HomePage, ListKind
from bot.domain.people import Person, Role, Viewer
from bot.domain.permissions import Act, allowed
from bot.services import order_requests, phones, triage_queue
from bot.services.desk import Desk
from bot.store import contacts, people, phone_calls, queries, sessions
from bot.store import home as store
from bot.store.lists import case_list
from bot.store.work import Connection

ROWS = 5
"""Cases in each list: Slack takes a hundred blocks in Home."""

ASKED_ABOUT = 3
"""People who wait to be confirmed, and are shown at once."""

TO_APPROVE = 3
"""Acts on orders that wait for approval, and are shown at once."""

Starts = Mapping[ListKind, CaseId]


async def home(desk: Desk, by: SlackUserId, starts: Starts | None = None, said: str = "") -> HomePage:
    """App Home of the asker; nothing but who they are for somebody not set up.

    `starts` are the first cases of lists that are not at their first page; `said` is a sentence on top.
    """
    now, begins = desk.clock.now(), starts or {}

    def query(connection: Connection, viewer: Viewer) -> HomePage:
        person = viewer.person
        if person.role is None:
            asked = contacts.is_being_asked(connection, person.id)
            return HomePage(person=person, account=None, lists=(), now=now, is_being_confirmed=asked)
        account = people.find_account(connection, viewer, person.account_id) if person.account_id else None
        lists = tuple(_page(connection, viewer, kind, begins.get(kind)) for kind in lists_of(person))
        due = store.due_next(connection, viewer)
        calls = phone_calls.to_resume(connection, viewer)
        callers = {one.customer_id for one in calls if one.customer_id is not None}
        return HomePage(
            person=person,
            account=account,
            lists=lists,
            now=now,
            phones=phones.answer(
                connection, viewer, desk, zone=account.timezone if account else person.timezone
            ),
            due=due.own,
            to_take=due.to_take,
            escalated=store.escalated(connection, viewer),
            waiting=_waiting(connection, viewer),
            calls=calls,
            busy=phone_calls.on_the_line(connection, viewer, callers, now - ON_THE_LINE),
            triage=triage_queue.of_home(connection, viewer),
            queries=queries.queries(connection, viewer),
            lacking=_lacking(connection, viewer, desk),
            starts={one.kind: begins[one.kind] for one in lists if one.kind in begins and one.first > 1},
            said=said,
            session=sessions.current(connection, viewer, now),
        )

    return await _with_approvals(desk, by, await desk.read(query, by))


async def _with_approvals(desk: Desk, by: SlackUserId, page: HomePage) -> HomePage:
    """The same with the acts on orders that wait for them."""
    if not allowed(Act.APPROVE, page.person):
        return page
    found = await order_requests.waiting(desk, by, Queue.TO_APPROVE, limit=TO_APPROVE)
    return replace(page, approvals=found.rows, approvals_total=found.total)


def lists_of(person: Person) -> tuple[ListKind, ...]:
    """The lists of somebody's Home. A community user opens no cases, and has none of their own."""
    if person.role in (Role.MANAGER, Role.ADMINISTRATOR):
        return ListKind.MINE, ListKind.CREATED, ListKind.TEAM
    if person.is_staff:
        return ListKind.MINE, ListKind.CREATED
    if person.role is Role.DSC:
        return ListKind.CREATED, ListKind.ACCOUNT
    return (ListKind.ACCOUNT,) if person.is_customer_side else ()


def _page(connection: Connection, viewer: Viewer, kind: ListKind, start: CaseId | None) -> CaseList:
    """A page of a list; the first one where the asked one has nothing any more."""
    found = case_list(kind, start, limit=ROWS)(connection, viewer)
    if start is not None and not found.rows:
        return case_list(kind, limit=ROWS)(connection, viewer)
    return found


def _waiting(connection: Connection, viewer: Viewer) -> Waiting:
    if not (allowed(Act.FINISH_ACCESS_REQUEST, viewer.person) or allowed(Act.SORT_MAIL, viewer.person)):
        return NOTHING_WAITS
    access, mails = store.waiting(connection, viewer)
    found, total = contacts.waiting_recognitions(connection, viewer, ASKED_ABOUT)
    return Waiting(access=access, mails=mails, people=found, people_total=total)


def _lacking(connection: Connection, viewer: Viewer, desk: Desk) -> frozenset[Lacking]:
    found = store.lacking(connection, viewer)
    no_channel = desk.cases_channel is None and allowed(Act.SET_UP_DESK, viewer.person)
    return found | {Lacking.CHANNEL} if no_channel else found
