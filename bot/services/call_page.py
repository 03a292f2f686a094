"""What the window of a call shows, read in one trip; handlers draw it, the outbox tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.call_rows import ON_THE_LINE
from bot.domain.ids import CustomerId, PhoneCallId, SlackUserId, shown
from bot.domain.mail import address_of
from bot.domain.people import Viewer
from bot.domain.permissions import Act, require
from bot.domain.phone_calls import (
    TRIAGE,
    CallPage,
    CallRow,
    PhoneCall,
    PhoneSettings,
    account_in,
    site_of,
    values_of,
)
from bot.domain.playbook.canned import Blocked, CannedMessage, FilledMessage, fill, hindrances
from bot.domain.playbook.script import Panel, Playbook
from bot.domain.playbook.walk import Place, at
from bot.domain.policy import Choice
from bot.domain.shop.customers import CustomerStanding
from bot.domain.shop.lookup import Find
from bot.services import callers, case_links, phones, playbooks, sessions, triage_queue
from bot.services.desk import Desk
from bot.services.phone_calls import held
from bot.services.walking import script_of
from bot.store import canned, customer_find, customers, ties
from bot.store import cases as case_store
from bot.store import phone_calls as store
from bot.store import playbooks as playbook_store
from bot.store import sessions as session_store
from bot.store.work import Connection

SUGGESTED = 10


async def page(desk: Desk, call_id: PhoneCallId, by: SlackUserId, *, opening: bool = False) -> CallPage:
    """The window of a call; `opening` says that its customer is before them by it, as by their own page.

    Raises NO_SUCH_CALL, NOT_YOUR_ROLE.
    """

    def query(connection: Connection, viewer: Viewer) -> CallPage:
        drawn = as_it_stands(desk, connection, viewer, call_id)
        opened = drawn.opens if opening else None
        if opened is not None:
            return replace(drawn, session=sessions.as_opened(connection, viewer, opened, drawn.now))
        return drawn

    return await desk.read(query, by)


def as_it_stands(desk: Desk, connection: Connection, viewer: Viewer, call_id: PhoneCallId) -> CallPage:
    """`page` as a part of a query: `read` with the session of who looks, whose bar is on the window."""
    drawn = read(desk, connection, viewer, call_id)
    return replace(drawn, session=session_store.current(connection, viewer, drawn.now))


def read(desk: Desk, connection: Connection, viewer: Viewer, call_id: PhoneCallId) -> CallPage:
    """What a call says, as a part of a query; without a session: messages have none."""
    call = held(connection, viewer, call_id)
    book = playbooks.book(desk, connection, call.revision)
    script = script_of(book, call)
    place = at(script, call.answers)
    settings = playbook_store.settings(connection, desk.workspace_id)
    caller, picked = _caller(connection, viewer, call, account_in(script, place.data))
    site = site_of(caller, place.data) if caller is not None else None
    number = shown(call.case_number) if call.case_number is not None else ""
    values = values_of(settings, viewer.person, caller, site, place.data, number)
    now = desk.clock.now()
    message = book.message(place.message) if Panel.PREVIEW in place.step.shows else _read_out(book, place)
    if case_links.is_personal(desk, caller, address_of(values.get("email", ""))):
        values[case_links.FIELD] = case_links.previewed(desk)
    filled, hindered = _drafted(desk, connection, call, message, values, settings)
    hits = None
    if Panel.HITS in place.step.shows and not picked:
        found = callers.hits(connection, viewer, place.data)
        ids = {one.customer_id for one in found.hits}
        hits = replace(found, busy=store.on_the_line(connection, viewer, ids, now - ON_THE_LINE))
    return CallPage(
        call=call,
        viewer=viewer.person,
        script=script,
        place=place,
        now=now,
        settings=settings,
        values=values,
        caller=caller,
        picked=picked,
        site=site,
        hits=hits,
        others=_others(connection, viewer, call, caller, now - ON_THE_LINE),
        phones=phones.verdict_of(
            connection, viewer, desk, zone=caller.customer.timezone if caller else viewer.person.timezone
        ),
        message=message,
        filled=filled,
        hindered=hindered,
        fields={one.name: one for one in book.message_fields},
        mails=canned.of_call(connection, viewer, call.id),
        case=case_store.by_id(connection, viewer, call.case_id) if call.case_id is not None else None,
        about=_about(connection, viewer, call),
        today=now.astimezone(ZoneInfo(settings.zone)).date(),
        email_ready=desk.email_ready,
    )


def _caller(
    connection: Connection, viewer: Viewer, call: PhoneCall, picked: CustomerId | None
) -> tuple[CustomerStanding | None, bool]:
    """The customer that was picked; in a triage, before that, the one that the case's account belongs to."""
    if picked is not None:
        return customers.standing(connection, viewer, picked), True
    if call.script == TRIAGE and call.case_id is not None:
        case = case_store.by_id(connection, viewer, call.case_id)
        owner = triage_queue.customer_of(connection, viewer, case) if case is not None else None
        return (customers.standing(connection, viewer, owner) if owner is not None else None), False
    return None, False


def _about(connection: Connection, viewer: Viewer, call: PhoneCall) -> str:
    """The order or cart that a case under triage is tied to."""
    if call.script != TRIAGE or call.case_id is None:
        return ""
    known = ties.tie_of(connection, viewer, call.case_id)
    return known[0].number if known is not None else ""


def _read_out(book: Playbook, place: Place) -> CannedMessage | None:
    """The message whose steps are read aloud, or whose delivery is watched."""
    wanted = {Panel.READ_ALOUD, Panel.DELIVERY} & set(place.step.shows)
    return book.message(place.message) if wanted else None


def _drafted(
    desk: Desk,
    connection: Connection,
    call: PhoneCall,
    message: CannedMessage | None,
    values: Mapping[str, str],
    settings: PhoneSettings,
) -> tuple[FilledMessage | None, tuple[Blocked, ...]]:
    """The message with real values where none lacks, and what stands against sending it."""
    if message is None or call.receipt is None:
        return None, ()
    address = address_of(values.get("email", ""))
    today = desk.clock.now().astimezone(ZoneInfo(settings.zone)).date()
    sent = address is not None and canned.was_sent(connection, desk.workspace_id, message.id, address, today)
    hindered = hindrances(message, values, call.receipt.in_force, sent_today=sent)
    complete = all(values.get(name) for name in message.fields)
    return (fill(message, values) if complete else None), hindered


def _others(
    connection: Connection,
    viewer: Viewer,
    call: PhoneCall,
    caller: CustomerStanding | None,
    since: datetime,
) -> tuple[CallRow, ...]:
    if caller is None or call.is_over:
        return ()
    found = store.on_the_line(connection, viewer, {caller.customer.id}, since)
    return tuple(one for one in found.values() if one.id != call.id)


async def suggestions(desk: Desk, typed: str, by: SlackUserId) -> tuple[Choice, ...]:
    """Customers for what is being typed, the site first; the live search of a call."""

    def query(connection: Connection, viewer: Viewer) -> tuple[Choice, ...]:
        require(Act.FIND_ACCOUNT, viewer.person)
        found = customer_find.find(connection, viewer, Find(text=typed)).hits[:SUGGESTED]
        since = desk.clock.now() - ON_THE_LINE
        busy = store.on_the_line(connection, viewer, {one.customer_id for one in found}, since)
        return tuple(
            Choice(
                value=str(one.customer_id),
                label=" · ".join(
                    part for part in (one.site, one.company, one.name, one.masked_email) if part
                ),
                meaning=_busy(busy.get(one.customer_id), viewer),
            )
            for one in found
        )

    return await desk.read(query, by, brief=True)


def _busy(other: CallRow | None, viewer: Viewer) -> str:
    """A list that fills while somebody types has no dates of its own: the time is in the reader's zone."""
    if other is None:
        return ""
    since = other.began_at.astimezone(ZoneInfo(viewer.person.timezone))
    return f"On the phone with {other.owner.name} since {since:%H:%M}"[:75]
