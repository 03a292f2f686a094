"""Level one takes calls: `/call`, its window step by step, its notes, handing over; verdicts and managers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from bot.blocks import usage, words
from bot.dialogs import call_forms, phone_call
from bot.dialogs.forms import FieldErrors
from bot.domain.ids import CallKey, CaseId, CustomerId, PhoneCallId
from bot.domain.phone_calls import CallPage, GiveAnswer, PickCustomer
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.handlers.call import Call, Payload
from bot.handlers.reply import Errors, Nothing, Open, Options, Refresh, Replace, Reply, Say
from bot.handlers.spoken import as_typed
from bot.handlers.targets import case_in_button, number_in, numbers_in
from bot.handlers.wire import Unreadable
from bot.services import call_page, overruling, pictures, sessions
from bot.services import phone_calls as service
from bot.services.desk import Desk

REDRAWN = frozenset(
    {
        Reason.CALL_CHANGED,
        Reason.CALL_IS_OVER,
        Reason.CALL_IS_THEIRS,
        Reason.ANSWER_NOT_OFFERED,
        Reason.ANSWER_NEEDS,
        Reason.NO_SUCH_CUSTOMER_HERE,
        Reason.VALUE_MISSING,
        Reason.CONTRADICTS_VERDICT,
        Reason.SENT_TODAY,
        Reason.NO_LEVEL_TWO,
        Reason.NO_EMAIL_HERE,
        Reason.ALREADY_CLOSED,
    }
)
"""Refusals that the window of the call itself says, drawn as things stand."""


async def begin(desk: Desk, call: Call) -> Reply:
    """`/call`, *Take a call* in Home and among the shortcuts, *New call* where one is over."""
    receipt = await service.begin(desk, call.by, call.key)
    page, after = await _opened(desk, call, _made(receipt))
    shown = phone_call.view(page)
    if call.payload is Payload.MODAL_BUTTON:
        return Replace(shown)
    return Open(shown, after=after)


async def usage_of_call(desk: Desk, call: Call) -> Reply:
    """`/call help`, and every word that we do not know; `/call` alone takes one."""
    word = call.route.removeprefix("/call").strip()
    if not word:
        return await begin(desk, call)
    typed = " ".join(part for part in (word, as_typed(call.text)) if part)
    return Say(usage.call_help(None if word == "help" else typed))


async def triage(desk: Desk, call: Call) -> Reply:
    """*Triage* on a case's page."""
    case_id: CaseId = case_in_button(call.value)
    receipt = await service.triage(desk, case_id, call.by, call.key)
    page, after = await _opened(desk, call, _made(receipt))
    return Open(phone_call.view(page), after=after)


async def show(desk: Desk, call: Call) -> Reply:
    """*Resume* in Home and in messages. Where a manager is asked, the answer comes into this window."""
    call_id = PhoneCallId(number_in(call.value.partition(".")[0]))
    page, after = await _opened(desk, call, call_id)
    if not page.waits_for_manager:
        return Open(phone_call.view(page), after=after)

    async def opened(window: str) -> None:
        await overruling.waits_in(desk, call_id, window, call.by)

    return Open(phone_call.view(page), opened, after)


async def look(desk: Desk, call: Call) -> Reply:
    """*Look again*: the window as the call stands now."""
    call_id, _ = _carried(call)
    return Replace(phone_call.view(await call_page.page(desk, call_id, call.by)))


async def answer(desk: Desk, call: Call) -> Reply:
    """A button of an answer: one transaction, and the window is drawn again."""
    call_id, version, value = _answer_in(call.value)
    step = _reference(call)[2]
    command = GiveAnswer(
        call_id=call_id,
        version=version,
        answer=value,
        data=await _data(desk, call, call_id, step, value),
        notes=phone_call.notes_in(call.fields),
    )
    return await _drawn(desk, call, call_id, lambda key: service.give(desk, command, call.by, key), value)


async def submitted(desk: Desk, call: Call) -> Reply:
    """The window's own button, and Enter: the answer that what was typed is for; at other steps the notes."""
    call_id, version, step, value = _reference(call)
    notes = phone_call.notes_in(call.fields)
    if not value:
        return await _drawn(
            desk,
            call,
            call_id,
            lambda key: service.note(desk, call_id, version, notes or "", call.by, key),
            "note",
        )
    data = await _data(desk, call, call_id, step, value)
    command = GiveAnswer(call_id=call_id, version=version, answer=value, data=data, notes=notes)
    return await _drawn(desk, call, call_id, lambda key: service.give(desk, command, call.by, key), value)


async def _data(desk: Desk, call: Call, call_id: PhoneCallId, step: str, value: str) -> dict[str, str]:
    """What was typed at the step; in a triage the account that the case belongs to comes along."""
    data = phone_call.data_in(call.fields, step)
    if value != "known":
        return data
    page = await call_page.page(desk, call_id, call.by)
    if page.caller is None or page.picked:
        return data
    return {**data, **phone_call.account_of(page)}


async def pick(desk: Desk, call: Call) -> Reply:
    """*This is them* beside a hit."""
    call_id, version, customer_id = numbers_in(call.value, 3)
    return await _picked(desk, call, PhoneCallId(call_id), version, CustomerId(customer_id))


async def found(desk: Desk, call: Call) -> Reply:
    """Somebody was chosen in the live search."""
    call_id, version, _, _ = _reference(call)
    return await _picked(desk, call, call_id, version, CustomerId(number_in(call.value)))


async def _picked(
    desk: Desk, call: Call, call_id: PhoneCallId, version: int, customer_id: CustomerId
) -> Reply:
    command = PickCustomer(
        call_id=call_id,
        version=version,
        customer_id=customer_id,
        notes=phone_call.notes_in(call.fields),
    )
    what = f"pick.{customer_id}"
    return await _drawn(desk, call, call_id, lambda key: service.pick(desk, command, call.by, key), what)


async def customers_like(desk: Desk, call: Call) -> Reply:
    """The live search: customers for what has been typed so far."""
    try:
        return Options(await call_page.suggestions(desk, call.text, call.by))
    except Refusal:
        return Options(())


async def back(desk: Desk, call: Call) -> Reply:
    """*Back*."""
    call_id, version = _carried(call)
    notes = phone_call.notes_in(call.fields)
    data = phone_call.data_in(call.fields, _reference(call)[2])
    return await _drawn(
        desk,
        call,
        call_id,
        lambda key: service.go_back(desk, call_id, version, notes, call.by, key, data),
        "back",
    )


async def note(desk: Desk, call: Call) -> Reply:
    """*Save notes*."""
    call_id, version = _carried(call)
    notes = phone_call.notes_in(call.fields) or ""
    return await _drawn(
        desk, call, call_id, lambda key: service.note(desk, call_id, version, notes, call.by, key), "note"
    )


async def hang_up(desk: Desk, call: Call) -> Reply:
    """*Hang up*."""
    call_id, version = _carried(call)
    notes = phone_call.notes_in(call.fields)
    return await _drawn(
        desk,
        call,
        call_id,
        lambda key: service.hang_up(desk, call_id, version, notes, call.by, key),
        "hang_up",
    )


async def take_over(desk: Desk, call: Call) -> Reply:
    """*Take it over*, in the window of somebody else's call."""
    call_id, version = _carried(call)
    return await _drawn(
        desk,
        call,
        call_id,
        lambda key: service.hand_over(desk, call_id, version, call.by, call.by, key),
        "take_over",
    )


async def path(desk: Desk, call: Call) -> Reply:
    """*The path taken*: its picture comes as a direct message."""
    call_id, _ = _carried(call)
    await pictures.ask_for_path(desk, call_id, call.by, call.key)
    said = "The picture is being drawn. It comes to you as a direct message from me."
    return Replace(phone_call.view(await call_page.page(desk, call_id, call.by), said))


async def closed(desk: Desk, call: Call) -> Reply:
    """The window was closed: Home offers to resume the call where it stands, with what was typed."""
    call_id, version, step, _ = _reference(call)
    data, notes = phone_call.data_in(call.fields, step), phone_call.notes_in(call.fields)
    await service.window_closed(desk, call.by, call_id, version, data, notes)
    return Nothing()


FORMS = {
    phone_call.HAND_OVER: call_forms.hand_over,
    call_forms.ASK: call_forms.ask,
    call_forms.OVERRULE: call_forms.overrule,
}


async def form(desk: Desk, call: Call) -> Reply:
    """The windows on top of a call; a manager opens theirs from a message, too."""
    call_id, version = _carried(call)
    if call.payload is Payload.MODAL_BUTTON:  # what was typed below shall not be lost with that window
        data = phone_call.data_in(call.fields, _reference(call)[2])
        await service.jot(desk, call_id, version, data, phone_call.notes_in(call.fields), call.by)
    return Open(FORMS[call.route](await call_page.page(desk, call_id, call.by)))


async def handed_over(desk: Desk, call: Call) -> Reply:
    assert call.view is not None
    call_id, version = call_forms.reference(call.view.metadata)
    to = call_forms.read_hand_over(call.fields)
    if isinstance(to, FieldErrors):
        return Errors(to.errors)
    try:
        await service.hand_over(desk, call_id, version, to, call.by, call.key)
    except Refusal as refusal:
        return Errors({"who": words.plain(refusal, "UTC")})
    return await _below(desk, call, call_id, "The call is theirs now, with all answers.")


async def asked(desk: Desk, call: Call) -> Reply:
    """The question goes to the manager on duty."""
    return await _decided(desk, call, "The manager on duty has been asked. The answer comes as a message.")


async def overruled(desk: Desk, call: Call) -> Reply:
    """A manager has decided; the call goes on from there."""
    return await _decided(desk, call, "That is decided. Whoever has the caller is told at once.")


async def _decided(desk: Desk, call: Call, said: str) -> Reply:
    assert call.view is not None
    call_id, _ = call_forms.reference(call.view.metadata)
    read = call_forms.read_verdict(call.fields)
    if isinstance(read, FieldErrors):
        return Errors(read.errors)
    verdict, reason = read
    try:
        if call.route == call_forms.ASK and verdict is not None:
            window = call.view.below or ""
            await overruling.ask(desk, call_id, verdict, reason, call.by, call.key, window)
        else:
            await overruling.rule(desk, call_id, verdict, reason, call.by, call.key)
    except Refusal as refusal:
        return Errors({"verdict": words.plain(refusal, "UTC")})
    return await _below(desk, call, call_id, said)


async def _below(desk: Desk, call: Call, call_id: PhoneCallId, said: str) -> Reply:
    """The call in the window below, as it stands; without one the sentence."""
    assert call.view is not None
    if call.view.below is None:
        return Replace(call_forms.done(said))
    return Refresh(phone_call.view(await call_page.page(desk, call_id, call.by)))


async def _drawn(
    desk: Desk, call: Call, call_id: PhoneCallId, act: Callable[[CallKey], Awaitable[Receipt]], what: str
) -> Reply:
    """Act once, however often it is pressed in the window as it was drawn; then the window as it stands.

    The view's id is no key here: one window is submitted many times.
    """
    _, version, step, _ = _reference(call)
    banner = None
    try:
        await act(CallKey(f"call:{call_id}.{version}:{call.by}:{what}"))
    except Refusal as refusal:
        if refusal.reason not in REDRAWN:
            raise
        needed = str(refusal.facts.get("fields", "")).split(",")
        ids = [phone_call.field_id(step, name) for name in needed]
        here = next((one for one in ids if one in call.fields), None)
        if call.payload is Payload.SUBMISSION and refusal.reason is Reason.ANSWER_NEEDS and here:
            return Errors({here: words.plain(refusal, "UTC")})
        banner = words.plain(refusal, "UTC")
    return Replace(phone_call.view(await call_page.page(desk, call_id, call.by), banner))


def _reference(call: Call) -> tuple[PhoneCallId, int, str, str]:
    """What the window keeps of its call; of another window none, so that there is no such call."""
    try:
        return phone_call.reference(call.view.metadata if call.view is not None else "")
    except ValueError:
        return PhoneCallId(0), 0, "", ""


def _made(receipt: Receipt) -> PhoneCallId:
    assert receipt.phone_call_id is not None
    return receipt.phone_call_id


async def _opened(
    desk: Desk, call: Call, call_id: PhoneCallId
) -> tuple[CallPage, Callable[[], Awaitable[None]] | None]:
    """A call as it stands, and what writes down that its customer is before whoever leads it."""
    page = await call_page.page(desk, call_id, call.by, opening=True)
    opened = page.opens
    return page, partial(sessions.opened, desk, call.by, opened) if opened is not None else None


def _carried(call: Call) -> tuple[PhoneCallId, int]:
    call_id, version = numbers_in(call.value, 2)
    return PhoneCallId(call_id), version


def _answer_in(value: str) -> tuple[PhoneCallId, int, str]:
    """The call, its version and the answer that a button carries. Raises Unreadable."""
    parts = value.split(".", 2)
    if len(parts) != 3:
        raise Unreadable("a button carries no answer")
    call_id, version = numbers_in(".".join(parts[:2]), 2)
    return PhoneCallId(call_id), version, parts[2]
