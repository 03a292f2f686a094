"""Whether a verdict holds: asked by who has the caller on the line, ruled by a manager with a reason."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.entitlement import overrule
from bot.domain.ids import CallKey, PhoneCallId, SlackUserId
from bot.domain.people import Person, Viewer
from bot.domain.permissions import Act, require
from bot.domain.phone_calls import Asked, PhoneCall, Ruling, verdict_step
from bot.domain.playbook.walk import decided_again, facts_of
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.domain.verdict import Verdict, fits_caller
from bot.services.call_effects import keep_receipt
from bot.services.desk import Desk, actor
from bot.services.on_call import managers_on_duty
from bot.services.phone_calls import held
from bot.services.walking import Walking, draw_questions
from bot.store import people
from bot.store import phone_calls as store
from bot.store.outbox import Announcement, Kind, announce
from bot.store.work import Work


async def ask(
    desk: Desk,
    call_id: PhoneCallId,
    wished: Verdict,
    reason: str,
    by: SlackUserId,
    key: CallKey,
    window: str = "",
) -> Receipt:
    """Ask a manager whether the verdict holds; `window` is where the answer is waited for.

    Raises NO_VERDICT_YET, REASON_NEEDS_WORDS, VERDICT_ASKED.
    """

    def unit(work: Work) -> Receipt:
        person, call = _begin(work, call_id, by, Act.ASK_TO_OVERRULE)
        _check(call, wished, reason)
        if call.asked is not None and call.asked.ruling is Ruling.ASKED:
            raise Refusal(Reason.VERDICT_ASKED, {"by": call.asked.by, "at": call.asked.at})
        asked = Asked(
            wished=wished,
            reason=reason.strip(),
            by=person.name,
            by_slack=person.slack_user_id,
            at=work.now,
            window=window,
            seen_by=person.slack_user_id if window else "",
        )
        version = store.save(work, replace(call, asked=asked))
        for manager in managers_on_duty(work):
            announce(work, _told(Kind.OVERRULE, manager, call_id))
        return Receipt(phone_call_id=call_id, version=version)

    return await desk.write(unit, key)


async def rule(
    desk: Desk, call_id: PhoneCallId, verdict: Verdict | None, reason: str, by: SlackUserId, key: CallKey
) -> Receipt:
    """Overrule the verdict, or with None let it stand; the call goes on from there, whoever has it.

    Raises NOT_YOUR_ROLE, VERDICT_RULED for who comes second, CALL_IS_OVER, VERDICT_NOT_FOR_THEM.
    """

    def unit(work: Work) -> Receipt:
        person, call = _begin(work, call_id, by, Act.OVERRULE)
        if verdict is not None:
            _check(call, verdict, reason)
        elif not reason.strip():
            raise Refusal(Reason.REASON_NEEDS_WORDS)
        asked = call.asked
        if asked is not None and asked.ruling is not Ruling.ASKED:
            raise Refusal(Reason.VERDICT_RULED, {"by": asked.ruled_by})
        walking = Walking(desk, work, person, call)
        if verdict is not None:
            _overrule(walking, verdict, reason)
        if asked is not None:
            ruling = Ruling.STANDS if verdict is None else Ruling.OVERRULED
            left = call.version + 1
            asked = replace(asked, ruling=ruling, ruled_by=person.name, answer=reason.strip(), version=left)
        version = walking.save(asked=asked)
        keep_receipt(walking, call.case_id)
        if asked is not None:
            _draw_window(work, call_id, asked)
            draw_questions(work, call)
        _tell(work, call, asked, person)
        return Receipt(phone_call_id=call_id, version=version)

    return await desk.write(unit, key)


async def waits_in(desk: Desk, call_id: PhoneCallId, window: str, by: SlackUserId) -> None:
    """The call was opened in another window while a manager is asked: the answer shall come there.

    Whoever was ruled meanwhile finds it there at once.
    """

    def unit(work: Work) -> None:
        person = actor(work, by)
        store.hold(work, call_id)
        call = held(work.connection, Viewer(person), call_id)
        if call.asked is None or call.is_over:
            return
        asked = replace(call.asked, window=window, seen_by=person.slack_user_id)
        store.set_question(work, call_id, asked)
        if asked.ruling is not Ruling.ASKED:
            _draw_window(work, call_id, asked)

    await desk.write(unit)


async def asked_in(desk: Desk, call_id: PhoneCallId, reader: Person, channel: str, ts: str) -> None:
    """A manager has been asked in this message, which is to say what came of it, perhaps at once."""

    def unit(work: Work) -> None:
        store.hold(work, call_id)
        call = held(work.connection, Viewer(reader), call_id)
        if call.asked is None:
            return
        others = [one for one in call.asked.messages if one[0] != reader.slack_user_id]
        here = (str(reader.slack_user_id), channel, ts)
        asked = replace(call.asked, messages=(*others, here))
        store.set_question(work, call_id, asked)
        if call.is_over or asked.ruling is not Ruling.ASKED:
            draw_questions(work, replace(call, asked=replace(asked, messages=(here,))))

    await desk.write(unit)


def _draw_window(work: Work, call_id: PhoneCallId, asked: Asked) -> None:
    """The window in which somebody waits for the answer shows it, if it is still open."""
    person = people.find_person(work.connection, work.workspace_id, SlackUserId(asked.seen_by))
    if asked.window and person is not None and person.is_staff:
        announce(
            work,
            Announcement(
                kind=Kind.CALL_WINDOW,
                conversation=asked.window,
                person_id=person.id,
                phone_call_id=call_id,
            ),
        )


def _overrule(walking: Walking, verdict: Verdict, reason: str) -> None:
    """The walk goes on from the verdict; what was answered after it stood on the old one."""
    assert walking.receipt is not None
    step = verdict_step(walking.script, walking.answers)
    walking.receipt = overrule(walking.receipt, verdict, walking.person.name, reason, walking.work.now)
    if step is None:  # Back was pressed meanwhile: the word holds when the verdict is judged again
        return
    value, facts = facts_of(walking.receipt)
    walking.answers = decided_again(walking.script, walking.answers, step, value, facts)
    walking.by[len(walking.answers) - 1] = walking.person.id
    walking.settle()


def _begin(work: Work, call_id: PhoneCallId, by: SlackUserId, act: Act) -> tuple[Person, PhoneCall]:
    person = actor(work, by)
    require(act, person)
    store.hold(work, call_id)
    call = held(work.connection, Viewer(person), call_id)
    if call.is_over:
        raise Refusal(Reason.CALL_IS_OVER)
    if call.receipt is None:
        raise Refusal(Reason.NO_VERDICT_YET)
    return person, call


def _check(call: PhoneCall, verdict: Verdict, reason: str) -> None:
    assert call.receipt is not None
    if not fits_caller(verdict, call.receipt.kind):
        raise Refusal(Reason.VERDICT_NOT_FOR_THEM)
    if verdict is call.receipt.in_force:
        raise Refusal(Reason.NOTHING_CHANGED)
    if not reason.strip():
        raise Refusal(Reason.REASON_NEEDS_WORDS)


def _tell(work: Work, call: PhoneCall, asked: Asked | None, by: Person) -> None:
    """Whoever asked, and whoever has the caller now, hear of it; never the manager themselves."""
    ids = {call.owner.slack_user_id, *([SlackUserId(asked.by_slack)] if asked else [])}
    for slack_user_id in sorted(ids - {by.slack_user_id}):
        person = people.find_person(work.connection, work.workspace_id, slack_user_id)
        if person is not None and person.is_staff:
            announce(work, _told(Kind.OVERRULED, person, call.id))


def _told(kind: Kind, person: Person, call_id: PhoneCallId) -> Announcement:
    return Announcement(
        kind=kind, conversation=person.slack_user_id, person_id=person.id, phone_call_id=call_id
    )
