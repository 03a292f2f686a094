"""Whom somebody of staff has before them: set by opening something, shown, ended; and assisted service.

Setting it costs nobody's window a moment: it is written down after the answer (`reply.Open.after`).
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.domain.due import DueKind, DueTime
from bot.domain.ids import CallKey, CustomerId, SlackUserId
from bot.domain.people import Person, Viewer
from bot.domain.permissions import Act, allowed, require
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.domain.sessions import Ending, Opened, Session, goes_on, joined
from bot.services.desk import Desk, actor
from bot.store import customers
from bot.store import sessions as store
from bot.store.due import drop_due, put_off, set_due
from bot.store.faults import DatabaseAway, StillSaving
from bot.store.work import Connection, Work

log = logging.getLogger(__name__)


def as_opened(connection: Connection, viewer: Viewer, opened: Opened, now: datetime) -> Session | None:
    """The viewer's session as it is once this is opened; None for the customer side."""
    if not allowed(Act.READ_CUSTOMERS, viewer.person):
        return None
    whose = store.known(connection, viewer, opened)
    before = store.current(connection, viewer, now)
    if before is not None and goes_on(before.opened, whose):
        return store.numbered(connection, viewer, before, joined(before.opened, whose))
    return store.called(connection, viewer, whose, now)


async def beside(desk: Desk, by: SlackUserId, opened: Opened) -> Session | None:
    """The same in a trip of its own, which goes beside that of the page."""
    now = desk.clock.now()
    return await desk.read(lambda c, viewer: as_opened(c, viewer, opened, now), by, brief=True)


async def current(desk: Desk, by: SlackUserId) -> Session | None:
    """The session that the asker has, if one goes on."""
    now = desk.clock.now()
    return await desk.read(lambda c, viewer: store.current(c, viewer, now), by, brief=True)


async def opened(desk: Desk, by: SlackUserId, what: Opened) -> None:
    """Write down what somebody has opened, after they have it. It is no reason to fail: there is the log."""
    if desk.viewing is not None:
        return

    def unit(work: Work) -> None:
        person = actor(work, by)
        if not allowed(Act.READ_CUSTOMERS, person):
            return
        join(work, person, what)

    try:
        await desk.store.write(unit, desk.stamp(), quietly=True)
    except (Refusal, StillSaving, DatabaseAway) as trouble:
        log.info("a session was not set: %s", trouble)


def join(work: Work, person: Person, what: Opened) -> None:
    """The same within a transaction that does more."""
    whose = store.known(work.connection, Viewer(person), what)
    if store.touch(work, person.id, whose):
        minutes = work.stamp.limits.session_minutes
        set_due(work, DueKind.SESSION, work.now + timedelta(minutes=minutes), person_id=person.id)


async def assist(desk: Desk, by: SlackUserId, customer_id: CustomerId, key: CallKey) -> Receipt:
    """Act for a customer from now on. Raises NOT_YOUR_ROLE, TAKEN_FROM_YOUR_TEAM, NO_SUCH_CUSTOMER."""

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.ASSIST_CUSTOMER, person)
        if customers.by_id(work.connection, Viewer(person), customer_id) is None:
            raise Refusal(Reason.NO_SUCH_CUSTOMER)
        if store.touch(work, person.id, Opened(customer_id=customer_id)):
            minutes = work.stamp.limits.session_minutes
            set_due(work, DueKind.SESSION, work.now + timedelta(minutes=minutes), person_id=person.id)
        store.assist(work, person.id, customer_id)
        return Receipt(customer_id=customer_id)

    return await desk.write(unit, key)


async def end(desk: Desk, by: SlackUserId, key: CallKey) -> Receipt:
    """End one's own session. Raises NOT_YOUR_ROLE, NO_SESSION."""

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.READ_CUSTOMERS, person)
        if not store.end(work, person.id, Ending.BY_HAND):
            raise Refusal(Reason.NO_SESSION)
        drop_due(work, DueKind.SESSION, person_id=person.id)
        return Receipt()

    return await desk.write(unit, key)


def end_idle(desk: Desk, work: Work, due: DueTime) -> None:
    """Its idle minutes are over, or something was opened or done meanwhile: then it is looked at again."""
    assert due.person_id is not None
    touched = store.last_touch(work, due.person_id)
    if touched is None:
        return
    ends = touched + timedelta(minutes=work.stamp.limits.session_minutes)
    if ends <= work.now:
        store.end(work, due.person_id, Ending.IDLE)
    else:
        put_off(work, due, ends)
