"""What people do about a case that takes too long: wait, ask, escalate, want a call."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import cases as case_rules
from bot.domain import escalation as rules
from bot.domain.cases import Case, ChangeKind
from bot.domain.commands import AskToExpedite, Escalate, RequestCallBack
from bot.domain.due import DueKind
from bot.domain.ids import CallKey, CaseId, CommentId, SlackUserId
from bot.domain.people import Person, Viewer
from bot.domain.permissions import Act, require
from bot.domain.policy import choice_of
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.services import windows
from bot.services.announcing import record
from bot.services.desk import Desk, actor
from bot.store import cases as case_store
from bot.store import due as due_store
from bot.store import escalation as store
from bot.store import records
from bot.store.outbox import Announcement, Kind, announce
from bot.store.people import person_by_id
from bot.store.work import Work


async def escalate(desk: Desk, command: Escalate, by: SlackUserId, key: CallKey) -> Receipt:
    """Set the flag, and tell the team's channel and the managers.

    Raises ESCALATION_NOT_YET with when it opens, ALREADY_ESCALATED, REASON_NEEDS_WORDS and others.
    """

    def unit(work: Work) -> Receipt:
        person, case = _begin(work, by, command.case_id, Act.ESCALATE)
        case_rules.check_version(case, command.version)
        if choice_of(desk.policy.escalation_reasons, command.reason) is None:
            raise Refusal(Reason.NO_SUCH_CHOICE, {"field": "reason"})
        if command.reason == rules.OTHER and not command.note.strip():
            raise Refusal(Reason.REASON_NEEDS_WORDS)
        after = rules.escalated(case, person, command.reason, work.now)
        comment_id = _note(work, case, person, command.note)
        after = replace(after, version=case_store.save(work, after))
        store.insert_escalation(work, after)
        history_id = record(
            work,
            after,
            ChangeKind.ESCALATED,
            person,
            changes={"escalation_reason": (None, command.reason)},
            comment_id=comment_id,
            also=windows.managers(work),
        )
        if after.card_place is not None:
            told = Announcement(
                kind=Kind.ESCALATION,
                conversation=after.card_place,
                case_id=case.id,
                history_id=history_id,
            )
            announce(work, told)
        return _receipt(after, person)

    return await desk.write(unit, key)


async def tell_me_then(desk: Desk, case_id: CaseId, by: SlackUserId, key: CallKey) -> Receipt:
    """Have the asker told at the minute. Raises ESCALATION_IS_OPEN when there is nothing to wait for."""

    def unit(work: Work) -> Receipt:
        person, case = _begin(work, by, case_id, Act.TELL_ME_THEN)
        assert case.escalation.opens_at is not None  # or there were nothing to wait for
        due_store.set_due(
            work,
            DueKind.TELL_ESCALATION,
            case.escalation.opens_at,
            case_id=case.id,
            person_id=person.id,
        )
        return Receipt(case_id=case.id, number=case.number, version=case.version)

    return await desk.write(unit, key)


async def ask_to_expedite(desk: Desk, command: AskToExpedite, by: SlackUserId, key: CallKey) -> Receipt:
    """Ask in a public comment for faster work; the owner hears. Raises EXPEDITE_ASKED while one is fresh."""

    def unit(work: Work) -> Receipt:
        person, case = _begin(work, by, command.case_id, Act.ASK_TO_EXPEDITE)
        after = rules.expedited(case, desk.policy.escalation, work.now)
        case_rules.check_version(case, command.version)
        if not command.text.strip():
            raise Refusal(Reason.EMPTY_TEXT)
        audience = rules.expedite_audience(person)
        comment_id = records.insert_comment(work, case.id, person, audience, command.text)
        if person.is_customer_side:
            heard = windows.heard(work, after, person, audience)
            after = case_rules.commented(heard, person, work.now)
        after = replace(after, version=case_store.save(work, after))
        moved = after.status is not case.status
        nobody = after.owner is None and after.card_place is None
        record(
            work,
            after,
            ChangeKind.EXPEDITE_ASKED,
            person,
            changes={"status": (case.status.value, after.status.value)} if moved else {},
            audience=audience,
            comment_id=comment_id,
            also=windows.managers(work) if nobody else (),
        )
        return _receipt(after, person)

    return await desk.write(unit, key)


async def request_call_back(desk: Desk, command: RequestCallBack, by: SlackUserId, key: CallKey) -> Receipt:
    """Ask for a manager's call. Raises NOT_ESCALATED, or CALL_BACK_ASKED with when it is owed."""

    def unit(work: Work) -> Receipt:
        person, case = _begin(work, by, command.case_id, Act.REQUEST_CALL_BACK)
        case_rules.check_version(case, command.version)
        if not command.phone.strip():
            raise Refusal(Reason.EMPTY_TEXT)
        policy = desk.policy.escalation
        after = rules.call_back_asked(case, policy, work.now)
        owed, first = after.escalation.call_back_due, policy.next_reminder(work.now)
        assert owed is not None
        assert first is not None
        after = replace(after, version=case_store.save(work, after))
        store.insert_call_back(work, case, person.id, owed, command.phone, command.wanted)
        due_store.set_due(work, DueKind.CALL_BACK, first, case_id=case.id)
        record(
            work, after, ChangeKind.CALL_BACK_ASKED, person, changes={}, also=windows.responsible(work, after)
        )
        return _receipt(after, person)

    return await desk.write(unit, key)


async def called_back(desk: Desk, case_id: CaseId, by: SlackUserId, key: CallKey) -> Receipt:
    """Staff made the call: whoever asked for it is told. Raises NO_CALL_BACK."""

    def unit(work: Work) -> Receipt:
        person, case = _begin(work, by, case_id, Act.FINISH_CALL_BACK)
        asked = store.call_back_owed(work.connection, Viewer(person), case.id)
        after = rules.called_back(case, work.now)
        after = replace(after, version=case_store.save(work, after))
        windows.follow(work, case, after, person)
        asker = person_by_id(work.connection, asked.asked_by.id) if asked is not None else None
        also = [asker] if asker is not None else []
        record(work, after, ChangeKind.CALLED_BACK, person, changes={}, also=also)
        return _receipt(after, person)

    return await desk.write(unit, key)


def _begin(work: Work, by: SlackUserId, case_id: CaseId, act: Act) -> tuple[Person, Case]:
    """Who acts and on what, once role, account and the state of the case allow it."""
    person = actor(work, by)
    require(act, person)
    case_store.hold(work, case_id)
    case = case_store.by_id(work.connection, Viewer(person), case_id)
    if case is None:
        raise Refusal(Reason.NO_SUCH_CASE)
    case_rules.check(act, case, person)
    rules.check(act, case, work.now)
    return person, case


def _note(work: Work, case: Case, person: Person, text: str) -> CommentId | None:
    if not text.strip():
        return None
    return records.insert_comment(work, case.id, person, case_rules.default_audience(person), text)


def _receipt(case: Case, person: Person) -> Receipt:
    seen = person.is_staff and case.card_ts is not None
    return Receipt(case_id=case.id, number=case.number, version=case.version, seen_on_card=seen)
