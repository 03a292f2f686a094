"""How people want to be told of changes: read, chosen, and the digests that collect what waits."""

from __future__ import annotations

from bot.domain.due import DueKind, DueTime
from bot.domain.ids import CallKey, SlackUserId
from bot.domain.mail import is_in_slack
from bot.domain.notify import Pace, Preference, Way, digest_at, ways
from bot.domain.pages import NotifyForm
from bot.domain.people import Person, Viewer
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.services.desk import Desk, actor
from bot.services.hours import after_a_pause, own_calendar
from bot.services.reviews import plan_again
from bot.store import notify as store
from bot.store.due import drop_due, put_off, set_due
from bot.store.outbox import Announcement, Kind, announce
from bot.store.people import person_by_id
from bot.store.work import Connection, Work


async def form(desk: Desk, by: SlackUserId) -> NotifyForm:
    """What somebody has chosen so far. Raises NOT_SET_UP."""

    def query(connection: Connection, viewer: Viewer) -> NotifyForm:
        if viewer.role is None:
            raise Refusal(Reason.NOT_SET_UP)
        chosen = store.preference_of(connection, viewer.person_id)
        return NotifyForm(person=viewer.person, preference=chosen, email_ready=desk.email_ready)

    return await desk.read(query, by)


async def choose(desk: Desk, chosen: Preference, by: SlackUserId, key: CallKey) -> Receipt:
    """Keep a choice. What waits for a digest comes at the new hour, or now for who wants none any more."""

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        store.set_preference(work, person.id, chosen)
        if store.is_waiting(work, person.id):
            later = chosen.pace is Pace.DIGEST
            at = (
                digest_at(chosen, work.now, own_calendar(work.connection, person, work.now))
                if later
                else work.now
            )
            set_due(work, DueKind.DIGEST, at, person_id=person.id)
        else:
            drop_due(work, DueKind.DIGEST, person_id=person.id)
        plan_again(work, person)
        return Receipt()

    return await desk.write(unit, key)


def begin_digest(desk: Desk, work: Work, due: DueTime) -> None:
    """It is somebody's hour: what waits is told in one direct message or e-mail. The scheduler calls it."""
    assert due.person_id is not None
    person = person_by_id(work.connection, due.person_id)
    assert person is not None  # people are never deleted
    later = after_a_pause(work, person, due.at)
    if later > work.now:
        put_off(work, due, later)
        return
    by = digest_ways(work.connection, person, email_ready=desk.email_ready)
    if not store.begin_digest(work, person.id, due.at, by):
        return
    if Way.SLACK in by:
        told = Announcement(kind=Kind.DIGEST, conversation=person.slack_user_id, person_id=person.id)
        announce(work, told)
    if Way.EMAIL in by:
        road = f"mail:digest:{person.id}"
        announce(work, Announcement(kind=Kind.EMAIL_DIGEST, conversation=road, person_id=person.id))


def digest_ways(connection: Connection, person: Person, *, email_ready: bool) -> frozenset[Way]:
    """By which ways somebody gets their digest now; who has no Slack never gets it there."""
    return ways(
        store.preference_of(connection, person.id),
        email_ready=email_ready and bool(person.email),
        in_slack=is_in_slack(person.slack_user_id),
    )
