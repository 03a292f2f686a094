"""Calls: begun, gone on with step by step, noted, handed over and ended; each act is one transaction.

Every answer is in the database before its window is drawn again, so that nothing that happens to a window, a
bot or a connection loses one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.ids import CallKey, CaseId, CustomerId, PhoneCallId, SlackUserId
from bot.domain.people import Person, Viewer
from bot.domain.permissions import Act, allowed, require
from bot.domain.phone_calls import (
    HUNG_UP,
    LONGEST_NOTES,
    PHONE,
    TRIAGE,
    GiveAnswer,
    PhoneCall,
    PickCustomer,
)
from bot.domain.playbook.script import SENDS, Outcome, StepKind
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.services import call_effects, playbooks
from bot.services.announcing import home_of
from bot.services.desk import Desk, actor
from bot.services.triage import finish
from bot.services.walking import Walking, draw_questions
from bot.store import cases as case_store
from bot.store import customers, people
from bot.store import phone_calls as store
from bot.store.outbox import Announcement, Kind, announce
from bot.store.work import Connection, Work


async def begin(desk: Desk, by: SlackUserId, key: CallKey, customer_id: CustomerId | None = None) -> Receipt:
    """Take a call; with a customer it begins at their orders. NOT_YOUR_ROLE, NO_SUCH_CUSTOMER_HERE."""

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.TAKE_CALL, person)
        revision, book = playbooks.counting(desk, work)
        call_id = store.insert_call(work, person.id, script=PHONE, revision=revision, step=book.phone.start)
        version = 1
        if customer_id is not None:
            walking = Walking(desk, work, person, _held(work, Viewer(person), call_id))
            _named(walking, customer_id)
            version = walking.save()
        _home_again(work, person)
        return Receipt(phone_call_id=call_id, version=version)

    return await desk.write(unit, key)


async def triage(desk: Desk, case_id: CaseId, by: SlackUserId, key: CallKey) -> Receipt:
    """Begin to triage a case, or go on with the triage of it that is under way."""

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.TAKE_CALL, person)
        viewer = Viewer(person)
        case = case_store.by_id(work.connection, viewer, case_id)
        if case is None:
            raise Refusal(Reason.NO_SUCH_CASE)
        running = store.of_case(work.connection, viewer, case_id, TRIAGE)
        if running is not None:
            return Receipt(phone_call_id=running, case_id=case_id)
        revision, book = playbooks.counting(desk, work)
        call_id = store.insert_call(
            work,
            person.id,
            script=TRIAGE,
            revision=revision,
            step=book.triage.start,
            case_id=case_id,
            label=case.title,
        )
        _home_again(work, person)
        return Receipt(phone_call_id=call_id, version=1, case_id=case_id)

    return await desk.write(unit, key)


async def give(desk: Desk, command: GiveAnswer, by: SlackUserId, key: CallKey) -> Receipt:
    """Go one step on, with all that the answer brings about: all of it is saved, or nothing.

    Raises CALL_CHANGED, CALL_IS_THEIRS, CALL_IS_OVER, ANSWER_NEEDS, ANSWER_NOT_OFFERED and what
    `call_effects` raises.
    """

    def unit(work: Work) -> Receipt:
        walking = _going_on(desk, work, command.call_id, command.version, by)
        stands = walking.place
        sends = stands.step.kind is StepKind.SEND and command.answer == SENDS
        if sends:
            require(Act.SEND_CANNED, walking.person)
        walking.press(command.answer, command.data)
        case_id = walking.call.case_id
        if sends:
            call_effects.send(walking, stands.message)
        if stands.step.kind is StepKind.CASE and walking.call.script == PHONE:
            case_id = call_effects.open_case(walking)
        place = walking.place
        if place.step.outcome is Outcome.TO_SALES:
            call_effects.to_sales(walking)
        if walking.call.script == TRIAGE and place.is_over:
            finish(walking, stands, sent=sends)
        version = walking.save(_notes(command.notes), case_id=case_id)
        if place.is_over:
            _home_again(work, walking.person)
        return Receipt(phone_call_id=command.call_id, version=version)

    return await desk.write(unit, key)


async def pick(desk: Desk, command: PickCustomer, by: SlackUserId, key: CallKey) -> Receipt:
    """Go on with a customer who was found by typing, from wherever the script asks who it is."""

    def unit(work: Work) -> Receipt:
        walking = _going_on(desk, work, command.call_id, command.version, by)
        require(Act.FIND_ACCOUNT, walking.person)
        _named(walking, command.customer_id)
        version = walking.save(_notes(command.notes))
        return Receipt(phone_call_id=command.call_id, version=version)

    return await desk.write(unit, key)


def _named(walking: Walking, customer_id: CustomerId) -> None:
    """Give the answers that lead to a customer's account: what they are found by, and that it is them."""
    standing = customers.standing(walking.work.connection, walking.viewer, customer_id)
    if standing is None:
        raise Refusal(Reason.NO_SUCH_CUSTOMER_HERE)
    known = {
        "site": standing.sites[0].name if standing.sites else "",
        "caller_name": standing.customer.name,
        "downloaded_by": standing.customer.name,
        "company": standing.customer.company,
        "email": standing.customer.email,
    }
    place = walking.place
    looking = next((one for one in place.offers if one.needs_any), None)
    if looking is not None:
        field = next((name for name in looking.needs_any if known.get(name)), None)
        if field is None:
            raise Refusal(Reason.ANSWER_NOT_OFFERED)
        walking.look_up(looking.value, {field: known[field]}, customer_id)
    else:
        walking.choose(customer_id, walking.person.id)
        walking.settle()


async def go_back(
    desk: Desk,
    call_id: PhoneCallId,
    version: int,
    notes: str | None,
    by: SlackUserId,
    key: CallKey,
    data: Mapping[str, str] | None = None,
) -> Receipt:
    """Undo the last answer of a person; what was sent stays sent. Raises as `give`.

    `data` is what was written down at the step that is left: it stands there again when they come back.
    """

    def unit(work: Work) -> Receipt:
        walking = _going_on(desk, work, call_id, version, by)
        walking.leave(data or {})
        walking.undo()
        return Receipt(phone_call_id=call_id, version=walking.save(_notes(notes)))

    return await desk.write(unit, key)


async def note(
    desk: Desk, call_id: PhoneCallId, version: int, notes: str, by: SlackUserId, key: CallKey
) -> Receipt:
    """Keep the notes, at any step, also of a call that is over. Raises as `give`."""

    def unit(work: Work) -> Receipt:
        _, call = _mine(work, call_id, version, by)
        after = store.save(work, replace(call, notes=_notes(notes) or ""))
        return Receipt(phone_call_id=call_id, version=after)

    return await desk.write(unit, key)


async def jot(
    desk: Desk,
    call_id: PhoneCallId,
    version: int,
    data: Mapping[str, str],
    notes: str | None,
    by: SlackUserId,
) -> None:
    """Keep what stands in a window that another one is opened over: who is given the call finds it there.

    The call stays at its version, so that the window below goes on; one that has gone on keeps nothing.
    """

    await desk.write(lambda work: _jot(desk, work, call_id, version, data, notes, by))


def _jot(
    desk: Desk,
    work: Work,
    call_id: PhoneCallId,
    version: int,
    data: Mapping[str, str],
    notes: str | None,
    by: SlackUserId,
) -> None:
    try:
        person, call = _mine(work, call_id, version, by)
    except Refusal:
        return  # whatever is pressed next says why
    if not call.is_over:
        Walking(desk, work, person, call).leave(data)
    if notes is not None and _notes(notes) != call.notes:
        store.set_notes(work, call_id, _notes(notes) or "")


async def hang_up(
    desk: Desk, call_id: PhoneCallId, version: int, notes: str | None, by: SlackUserId, key: CallKey
) -> Receipt:
    """End a call that came to no end of its script. Raises as `give`."""

    def unit(work: Work) -> Receipt:
        person, call = _mine(work, call_id, version, by)
        _check_goes_on(call)
        kept = call.notes if notes is None else _notes(notes) or ""
        after = store.save(work, replace(call, ended_at=work.now, outcome=HUNG_UP, notes=kept))
        draw_questions(work, call)
        _home_again(work, person)
        return Receipt(phone_call_id=call_id, version=after)

    return await desk.write(unit, key)


async def hand_over(
    desk: Desk, call_id: PhoneCallId, version: int, to: SlackUserId, by: SlackUserId, key: CallKey
) -> Receipt:
    """Give a call to somebody else of staff with all its answers, or take one over: `to` is oneself then.

    Raises CALL_TO_STAFF, CALL_IS_OVER, CALL_CHANGED; CALL_IS_THEIRS where it is not theirs to give.
    """

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.HAND_OVER_CALL, person)
        store.hold(work, call_id)
        call = _held(work, Viewer(person), call_id)
        _check_goes_on(call)
        if call.version != version:
            raise Refusal(Reason.CALL_CHANGED)
        heir = people.find_person(work.connection, work.workspace_id, to)
        if heir is None or heir.role is None or not allowed(Act.TAKE_CALL, heir):
            raise Refusal(Reason.CALL_TO_STAFF, {"slack_user_id": to, "name": heir.name if heir else ""})
        if heir.id != person.id and call.owner.id != person.id:
            raise Refusal(Reason.CALL_IS_THEIRS, {"by": call.owner.name})
        if heir.id == call.owner.id:
            raise Refusal(Reason.NOTHING_CHANGED)
        before = people.person_by_id(work.connection, call.owner.id)
        after = store.save(work, replace(call, owner=heir.ref))
        for one in (before, heir):
            if one is not None:
                _home_again(work, one)
            if one is not None and one.id != person.id:
                announce(
                    work,
                    Announcement(
                        kind=Kind.HANDED_CALL,
                        conversation=one.slack_user_id,
                        person_id=one.id,
                        phone_call_id=call_id,
                    ),
                )
        return Receipt(phone_call_id=call_id, version=after)

    return await desk.write(unit, key)


async def window_closed(
    desk: Desk,
    by: SlackUserId,
    call_id: PhoneCallId,
    version: int,
    data: Mapping[str, str],
    notes: str | None,
) -> None:
    """The window of a call was closed: Home says where it stands, and what was typed in it is there again.

    What is empty changes nothing: a window that tells of no words is no proof that there were none.
    """
    typed = {name: text for name, text in data.items() if text.strip()}

    def unit(work: Work) -> None:
        person = people.find_person(work.connection, work.workspace_id, by)
        if person is None or not person.is_staff:
            return
        if typed or (notes or "").strip():
            _jot(desk, work, call_id, version, typed, notes or None, by)
        _home_again(work, person)

    await desk.write(unit)


def held(connection: Connection, viewer: Viewer, call_id: PhoneCallId) -> PhoneCall:
    """A call that the viewer may see. Raises NO_SUCH_CALL."""
    require(Act.TAKE_CALL, viewer.person)
    call = store.by_id(connection, viewer, call_id)
    if call is None:
        raise Refusal(Reason.NO_SUCH_CALL)
    return call


def _held(work: Work, viewer: Viewer, call_id: PhoneCallId) -> PhoneCall:
    return held(work.connection, viewer, call_id)


def _mine(work: Work, call_id: PhoneCallId, version: int, by: SlackUserId) -> tuple[Person, PhoneCall]:
    """A call that is the actor's, as they were looking at it."""
    person = actor(work, by)
    store.hold(work, call_id)
    call = _held(work, Viewer(person), call_id)
    if call.owner.id != person.id:
        raise Refusal(Reason.CALL_IS_THEIRS, {"by": call.owner.name})
    if call.version != version:
        raise Refusal(Reason.CALL_CHANGED)
    return person, call


def _going_on(desk: Desk, work: Work, call_id: PhoneCallId, version: int, by: SlackUserId) -> Walking:
    person, call = _mine(work, call_id, version, by)
    _check_goes_on(call)
    return Walking(desk, work, person, call)


def _check_goes_on(call: PhoneCall) -> None:
    if call.is_over:
        raise Refusal(Reason.CALL_IS_OVER)


def _notes(notes: str | None) -> str | None:
    return None if notes is None else notes.strip()[:LONGEST_NOTES]


def _home_again(work: Work, person: Person) -> None:
    if person.home_seen:
        announce(work, home_of(person))
