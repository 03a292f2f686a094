"""What is told of calls: to managers, to who takes one over, to sales; and the e-mails that calls send."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import kit, words_phone
from bot.blocks import text as texts
from bot.blocks.kit import Message
from bot.blocks.written_letters import written_letter
from bot.domain.mail import Letter
from bot.domain.phone_calls import CallPage, MailToSend, Ruling
from bot.domain.playbook.script import FieldKind
from bot.domain.playbook.walk import written_down

SAID = 800


def _resume(page: CallPage) -> sb.Button:
    call = page.call
    return kit.button("Open the call", "call.show", f"{call.id}.{call.version}", label="Open this call")


def handed_over(page: CallPage) -> Message | None:
    """For who has the caller now, or for who had them."""
    call = page.call
    if call.is_over:
        return None
    label = texts.inline(call.label, 60) or "a caller"
    where = f"step {page.place.number}, {page.place.step.title}"
    if page.is_mine:
        sentence = f"The call with {label} is yours now: {where}. All answers are there."
    else:
        sentence = f"{texts.inline(call.owner.name, 60)} has taken over the call with {label}: {where}."
    return kit.message(sentence, [kit.section("what", sentence), kit.buttons("acts", _resume(page))])


def overrule(page: CallPage) -> Message | None:
    """For a manager: whether the verdict holds, and the button to decide."""
    call, asked, receipt = page.call, page.call.asked, page.call.receipt
    if call.is_over or receipt is None or asked is None or asked.ruling is not Ruling.ASKED:
        return None
    label = texts.inline(call.label, 60) or "a caller"
    now, wished = words_phone.VERDICTS[receipt.in_force], words_phone.VERDICTS[asked.wished]
    sentence = f"{texts.inline(asked.by, 60)} asks you about the verdict on {label}, who is on the phone."
    decide = kit.button(
        "Decide...", "call.overrule", f"{call.id}.{call.version}", style="primary", label="Decide about it"
    )
    lines: list[list[kit.Part]] = [
        [kit.bold("Now: "), f"{now}. {texts.first(receipt.because, SAID)}"],
        [kit.bold("Wished: "), wished],
        [kit.bold("Why: "), texts.first(asked.reason, SAID)],
    ]
    spoken = f"{sentence} Now: {now}. Wished: {wished}. Why: {asked.reason}"
    return kit.message(
        spoken,
        [
            kit.section("what", sentence),
            kit.rich("facts", lines),
            kit.buttons("acts", decide, _resume(page)),
        ],
    )


def overrule_settled(page: CallPage) -> Message | None:
    """The same once there is nothing to decide any more: who has said what, without the button."""
    call, asked, receipt = page.call, page.call.asked, page.call.receipt
    if asked is None or receipt is None:
        return None
    label, name = texts.inline(call.label, 60) or "a caller", words_phone.VERDICTS[receipt.in_force]
    by = texts.inline(asked.ruled_by, 60)
    sentence = {
        Ruling.ASKED: f"The call with {label} was over before anybody decided about the verdict.",
        Ruling.STANDS: f"{by} has let the verdict on {label} stand: {name}.",
        Ruling.OVERRULED: f"{by} has overruled the verdict on {label}: {name}.",
    }[asked.ruling]
    wished = words_phone.VERDICTS[asked.wished]
    lines: list[list[kit.Part]] = [
        [kit.bold("Asked by: "), f"{texts.inline(asked.by, 60)}: {texts.first(asked.reason, SAID)}"],
        [kit.bold("Wished: "), wished],
    ]
    if asked.answer:
        lines.append([kit.bold("Why: "), texts.first(asked.answer, SAID)])
    blocks = [kit.section("what", sentence), kit.rich("facts", lines), kit.buttons("acts", _resume(page))]
    return kit.message(f"{sentence} {asked.answer}".strip(), blocks)


def ruled(page: CallPage) -> str | None:
    """The same in one sentence, for the window in which it is waited for; raw text."""
    asked, receipt = page.call.asked, page.call.receipt
    if asked is None or receipt is None or asked.ruling is Ruling.ASKED:
        return None
    name = words_phone.VERDICTS[receipt.in_force]
    if asked.ruling is Ruling.STANDS:
        return f"{texts.inline(asked.ruled_by, 60)} lets the verdict stand: {name}. Go on from here."
    return f"{texts.inline(asked.ruled_by, 60)} has overruled the verdict: {name}. Go on from here."


def overruled(page: CallPage) -> Message | None:
    """For who asked, and for who has the caller: what the manager said."""
    call, asked, receipt = page.call, page.call.asked, page.call.receipt
    if receipt is None:
        return None
    label, name = texts.inline(call.label, 60) or "your caller", words_phone.VERDICTS[receipt.in_force]
    if asked is not None and asked.ruling is Ruling.STANDS:
        by, reason, what = asked.ruled_by, asked.answer, f"The verdict on {label} stands: {name}."
    elif receipt.overruled is not None:
        by, reason = receipt.overruled.by, receipt.overruled.reason
        what = f"The verdict on {label} is overruled: {name}."
    else:
        return None
    why = f"{texts.inline(by, 60)}: {texts.first(reason, SAID)}"
    return kit.message(
        f"{what} {why}",
        [kit.section("what", what), kit.section("why", why), kit.buttons("acts", _resume(page))],
    )


def to_sales(page: CallPage) -> Message:
    """For sales: who is theirs, how they are reached, and why."""
    lines = sales_lines(page)
    sentence = f"A caller for sales: {texts.inline(page.call.label, 80) or 'not named'}."
    spoken = " ".join((sentence, *(f"{name}: {text}." for name, text in lines)))
    rich: list[list[kit.Part]] = [[kit.bold(f"{name}: "), texts.first(text, SAID)] for name, text in lines]
    return kit.message(
        spoken,
        [
            kit.section("what", sentence),
            *([kit.rich("facts", rich)] if rich else []),
            kit.small("by", kit.plain(f"From a call that {texts.inline(page.call.owner.name, 60)} took")),
        ],
    )


def sales_lines(page: CallPage) -> list[tuple[str, str]]:
    """What sales needs to know, name and text."""
    lines = [
        (field.label, text)
        for field, text in written_down(page.script, page.place)
        if field.kind is not FieldKind.ACCOUNT and field.name != "licence_key"
    ]
    caller = page.caller
    if caller is not None:
        known = (("Customer", caller.customer.called), ("E-mail", caller.customer.email))
        lines = [*((name, text) for name, text in known if text), *lines]
    if page.call.receipt is not None:
        lines.append(("Verdict", page.call.receipt.because))
    return lines


def sales_letter(page: CallPage, mail: MailToSend, token: str) -> Letter:
    """The same by e-mail."""
    lines = [f"{name}: {text}" for name, text in sales_lines(page)]
    text = "\n".join(["A caller is for sales to get in touch with.", "", *lines, ""])
    subject = f"A caller for sales: {texts.inline(page.call.label, 100) or 'not named'}"
    return _letter(mail, token, subject, text, page.call.id)


def canned_letter(mail: MailToSend, token: str, call_id: int) -> Letter:
    """A message of the playbook, as it was drafted when somebody pressed Send."""
    return _letter(mail, token, mail.subject, mail.body, call_id)


def _letter(mail: MailToSend, token: str, subject: str, text: str, call_id: int) -> Letter:
    return written_letter(
        to=mail.address, subject=subject, text=text, token=token, thread=f"call-{call_id}", at=mail.created_at
    )
