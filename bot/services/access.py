"""What the desk does with lockout, password and user-name requests; each act tells all who know of it."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain import access as rules
from bot.domain.access import (
    AccessAsked,
    AccessForm,
    AccessKind,
    AccessList,
    AccessRequest,
    AccessRow,
    AccessState,
    RequestAccess,
    next_morning,
)
from bot.domain.calendars import Calendar, open_from
from bot.domain.commands import Audience
from bot.domain.due import DueKind, DueTime
from bot.domain.ids import AccessRequestId, AccountId, CallKey, SlackUserId, WorkspaceId
from bot.domain.people import Person, Viewer, channel_viewer
from bot.domain.permissions import Act, require
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.domain.team_calendars import personal
from bot.services.calendars import calendar_for
from bot.services.desk import Desk, actor
from bot.services.on_call import eyes
from bot.store import access as store
from bot.store import people, records
from bot.store.due import due_at, insert_due
from bot.store.outbox import Announcement, Kind, announce
from bot.store.work import Connection, Work

STAFF_ZONE = "UTC"
"""The mornings of a channel, where the desk's calendar names no zone."""


async def form(desk: Desk, by: SlackUserId) -> AccessForm:
    """What may be asked for. Raises NOT_SET_UP."""

    def query(connection: Connection, viewer: Viewer) -> AccessForm:
        require(Act.REQUEST_ACCESS, viewer.person)
        accounts = people.list_accounts(connection, viewer)
        own = [one for one in accounts if not viewer.person.is_customer_side or one.id == viewer.account_id]
        return AccessForm(person=viewer.person, accounts=tuple(own))

    return await desk.read(query, by)


async def listing(desk: Desk, by: SlackUserId, start: int = 0, *, finished: bool = False) -> AccessList:
    """A page of the requests that the asker may see, with what they may do with each. Raises NOT_SET_UP."""

    def query(connection: Connection, viewer: Viewer) -> AccessList:
        require(Act.REQUEST_ACCESS, viewer.person)
        found, total, first = store.access_page(connection, viewer, start, finished=finished)
        staffed = {
            one: bool(store.contacts(connection, viewer, one)) for one in {row.account_id for row in found}
        }
        rows = (rules.offered(one, viewer.person, has_contacts=staffed[one.account_id]) for one in found)
        return AccessList(rows=tuple(rows), total=total, start=first, finished=finished)

    return await desk.read(query, by)


async def asked(desk: Desk, by: SlackUserId, request_id: AccessRequestId) -> AccessAsked:
    """A request that was just made, and who was asked. Raises NO_SUCH_REQUEST."""

    def query(connection: Connection, viewer: Viewer) -> AccessAsked:
        request = _seen(connection, viewer, request_id)
        found = store.contacts(connection, viewer, request.account_id)
        return AccessAsked(request=request, asked=tuple(one.ref for one in found))

    return await desk.read(query, by)


def seen_by(
    desk: Desk, connection: Connection, reader: Person | None, request_id: AccessRequestId
) -> AccessRow:
    """A request for its message: to one person, or to a channel of staff, which sees what its state allows.

    Raises NO_SUCH_REQUEST for somebody who may not see it (any more).
    """
    viewer = Viewer(reader) if reader is not None else channel_viewer(desk.workspace_id)
    request = _seen(connection, viewer, request_id)
    if reader is None:
        taken = request.state is AccessState.TAKEN
        waiting = request.state is AccessState.WAITING
        return AccessRow(request=request, may_take=waiting, may_finish=taken, may_put_back=taken)
    has_contacts = bool(store.contacts(connection, viewer, request.account_id))
    return rules.offered(request, reader, has_contacts=has_contacts)


def _seen(connection: Connection, viewer: Viewer, request_id: AccessRequestId) -> AccessRequest:
    request = store.by_id(connection, viewer, request_id)
    if request is None:
        raise Refusal(Reason.NO_SUCH_REQUEST)
    return request


async def request_access(desk: Desk, command: RequestAccess, by: SlackUserId, key: CallKey) -> Receipt:
    """Ask for somebody who cannot get in: all support contacts of the account hear of it at once.

    Where there is none, the staff's channel does, or managers where there is no channel. Raises
    NOT_YOUR_ROLE, WRONG_ACCOUNT, EMPTY_TEXT.
    """

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.REQUEST_ACCESS, person)
        rules.check_may_ask(person, command.account_id)
        if people.find_account(work.connection, Viewer(person), command.account_id) is None:
            raise Refusal(Reason.WRONG_ACCOUNT)
        if not command.who_name.strip():
            raise Refusal(Reason.EMPTY_TEXT)
        request_id = store.insert_request(work, command, person)
        request = _seen(work.connection, Viewer(person), request_id)
        _note(work, "access_asked", person, request, {"kind": (None, AccessKind(command.kind).value)})
        _ask(desk, work, request)
        return Receipt(access_request_id=request_id)

    return await desk.write(unit, key)


async def take(desk: Desk, request_id: AccessRequestId, by: SlackUserId, key: CallKey) -> Receipt:
    """Make a request one's own. Raises ACCESS_TAKEN or ACCESS_FINISHED with who was faster, and when."""

    def change(request: AccessRequest, person: Person, work: Work, has_contacts: bool) -> AccessRequest:
        return rules.taken(request, person, work.now, has_contacts=has_contacts)

    return await _changed(desk, request_id, by, key, "access_taken", change)


async def put_back(desk: Desk, request_id: AccessRequestId, by: SlackUserId, key: CallKey) -> Receipt:
    """Let somebody else take it. Raises ACCESS_NOT_YOURS, ACCESS_NOT_TAKEN, ACCESS_FINISHED."""

    def change(request: AccessRequest, person: Person, work: Work, has_contacts: bool) -> AccessRequest:
        return rules.put_back(request, person, has_contacts=has_contacts)

    return await _changed(desk, request_id, by, key, "access_put_back", change)


async def finish(desk: Desk, request_id: AccessRequestId, by: SlackUserId, key: CallKey) -> Receipt:
    """Say that they can get in again; whoever asked is told. Raises ACCESS_NOT_YOURS, ACCESS_FINISHED."""

    def change(request: AccessRequest, person: Person, work: Work, has_contacts: bool) -> AccessRequest:
        return rules.finished(request, person, work.now, has_contacts=has_contacts)

    return await _changed(desk, request_id, by, key, "access_finished", change)


async def _changed(
    desk: Desk,
    request_id: AccessRequestId,
    by: SlackUserId,
    key: CallKey,
    kind: str,
    change: Callable[[AccessRequest, Person, Work, bool], AccessRequest],
) -> Receipt:
    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.FINISH_ACCESS_REQUEST, person)
        store.hold(work, request_id)
        before = _seen(work.connection, Viewer(person), request_id)
        has_contacts = bool(_contacts(work.connection, work.workspace_id, before.account_id))
        after = change(before, person, work, has_contacts)
        store.save_request(work, after)
        _note(work, kind, person, after, {"state": (before.state.value, after.state.value)})
        if after.state is AccessState.FINISHED:
            _tell_requester(work, after)
        elif after.state is AccessState.TAKEN:
            _remind_later(work, person)
        if after.state is AccessState.WAITING:
            _ask(desk, work, after)
        else:
            _redraw(work, after)
        return Receipt(access_request_id=request_id, version=after.version + 1)

    return await desk.write(unit, key)


def _note(work: Work, kind: str, person: Person, request: AccessRequest, changes: records.Changes) -> None:
    records.insert_history(
        work,
        kind,
        actor_id=person.id,
        audience=Audience.PUBLIC,
        changes=changes,
        account_id=request.account_id,
        access_request_id=request.id,
    )


def _contacts(connection: Connection, workspace_id: WorkspaceId, account_id: AccountId) -> tuple[Person, ...]:
    return store.contacts(connection, channel_viewer(workspace_id), account_id)


def _ask(desk: Desk, work: Work, request: AccessRequest) -> None:
    """Bring a request that waits to everybody who could take it, also to who has come meanwhile."""
    contacts = _contacts(work.connection, work.workspace_id, request.account_id)
    if contacts:
        for person in contacts:
            store.tell(work, request.id, person.slack_user_id, person.id)
            _remind_later(work, person)
    elif desk.cases_channel is not None:
        store.tell(work, request.id, desk.cases_channel, None)
        _remind_later(work, None)
    else:
        for person in store.leaders(work):
            store.tell(work, request.id, person.slack_user_id, person.id)
            _remind_later(work, person)
    _redraw(work, request)


def _redraw(work: Work, request: AccessRequest) -> None:
    """Post or update the message of a request wherever it is."""
    announce(
        work,
        *(
            Announcement(
                kind=Kind.ACCESS,
                conversation=conversation,
                person_id=person_id,
                access_request_id=request.id,
            )
            for conversation, person_id in store.told(work, request.id)
        ),
    )


def _tell_requester(work: Work, request: AccessRequest) -> None:
    """Whoever asked hears that it is over, unless they did it themselves."""
    requester = people.person_by_id(work.connection, request.requester.id)
    by = request.finished_by
    if requester is not None and requester.role is not None and by is not None and by.id != requester.id:
        store.tell(work, request.id, requester.slack_user_id, requester.id)


def _remind_later(work: Work, person: Person | None) -> None:
    """On the next office morning of theirs (None: of the staff's channel), unless that waits already."""
    kind, person_id = DueKind.ACCESS_REMINDER, person.id if person is not None else None
    if due_at(work.connection, work.workspace_id, kind, person_id=person_id) is None:
        insert_due(work, kind, next_morning(work.now, _calendar(work, person)), person_id=person_id)


def _calendar(work: Work, person: Person | None) -> Calendar:
    """The desk's office days, on somebody's own clocks."""
    calendar = calendar_for(work.connection, eyes(work), None, STAFF_ZONE, work.now)
    return personal(calendar, person) if person is not None else calendar


def remind(desk: Desk, work: Work, due: DueTime) -> None:
    """An office morning of somebody, or of the staff's channel: one message about all that they still owe.

    What nobody has taken goes to who has become able to meanwhile. It goes on until all of it is finished.
    """
    person = people.person_by_id(work.connection, due.person_id) if due.person_id is not None else None
    opens = open_from(_calendar(work, person), work.now)
    if opens > work.now:  # found late, after the bot was away: nobody hears of it at night
        insert_due(work, due.kind, opens, person_id=due.person_id)
        return
    open_ones = store.owed(work.connection, work.workspace_id, due.person_id)
    for request in open_ones:
        if request.state is AccessState.WAITING:
            _reach_newcomers(desk, work, request)
    if any(_owes(work.connection, work.workspace_id, one, person) for one in open_ones):
        conversation = person.slack_user_id if person is not None else desk.cases_channel
        if conversation is not None:
            announce(
                work,
                Announcement(kind=Kind.ACCESS_REMINDER, conversation=conversation, person_id=due.person_id),
            )
    if open_ones:
        _remind_later(work, person)


def _reach_newcomers(desk: Desk, work: Work, request: AccessRequest) -> None:
    known = {conversation for conversation, _ in store.told(work, request.id)}
    contacts = {
        one.slack_user_id for one in _contacts(work.connection, work.workspace_id, request.account_id)
    }
    if (contacts - known) or (not contacts and desk.cases_channel and desk.cases_channel not in known):
        _ask(desk, work, request)


def _owes(
    connection: Connection, workspace_id: WorkspaceId, request: AccessRequest, person: Person | None
) -> bool:
    """Whether it is for them to do something about it: what others have taken is not."""
    has_contacts = bool(_contacts(connection, workspace_id, request.account_id))
    if person is None:
        return request.state is AccessState.WAITING and not has_contacts
    offered = rules.offered(request, person, has_contacts=has_contacts)
    if request.state is AccessState.WAITING:
        return offered.may_take
    return request.taken_by is not None and request.taken_by.id == person.id and offered.may_finish


def reminder(desk: Desk, connection: Connection, person: Person | None) -> tuple[AccessRequest, ...]:
    """What somebody, or the staff's channel, owes now, the oldest first; for the message that says so."""
    workspace_id = desk.workspace_id
    found = store.owed(connection, workspace_id, person.id if person is not None else None)
    return tuple(one for one in found if _owes(connection, workspace_id, one, person))
