"""E-mails of requests to customers: as they will be read, why one cannot go, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence

import slackblocks as sb

from bot.blocks import kit
from bot.blocks import text as texts
from bot.blocks.troubles import trouble
from bot.domain.commerce.flow_messages import VALUES
from bot.domain.commerce.flows import Flow
from bot.domain.commerce.mail_drafts import ByHand, MailDraft
from bot.domain.commerce.request_mails import RequestMail, may_go_again
from bot.domain.mail import MailState

AGAIN = "order.request.mail_again"

BY_HAND: dict[ByHand, str] = {
    ByHand.NO_TEXT: "The flow has no text for this step.",
    ByHand.NO_EMAIL: "The desk cannot send e-mail yet: the operator sets up SMTP.",
    ByHand.NO_CUSTOMER: "The desk has no record of whose order this is.",
    ByHand.NO_ADDRESS: "The customer has no e-mail address: add one with /customer, then open this again.",
    ByHand.VALUE_MISSING: "A value is missing",
}
"""Why an e-mail cannot go, and what would let it."""

_SET_IN_DESK = frozenset({"desk", "return_address"})

STATES: dict[MailState, str] = {
    MailState.WAITING: "queued",
    MailState.SENT: "sent",
    MailState.REFUSED: "failed",
    MailState.RETURNED: "failed: it came back",
    MailState.UNKNOWN: "perhaps sent",
    MailState.NEEDLESS: "not sent: nobody is to get it any more",
}

WHAT_TO_DO: dict[MailState, str] = {
    MailState.REFUSED: "Correct the customer's address, then send it again; or tell them another way.",
    MailState.RETURNED: "Correct the customer's address, then send it again; or tell them another way.",
    MailState.UNKNOWN: "The mail server did not answer. Ask whether it came; if not, send it again.",
}


def preview(draft: MailDraft, flow: Flow | None) -> list[sb.Block]:
    """The e-mail as its recipient will read it, and all that stands against sending it."""
    blocks: list[sb.Block] = []
    for why in draft.by_hand:
        told = f":warning: {texts.marked(_why(why, draft, flow), 600)}"
        blocks.append(kit.marked_section(f"mail.{why.value}", told))
    if draft.address:
        blocks.append(kit.section("mail.to", f"To: {texts.inline(draft.to_name, 100)}, {draft.address}"))
    if draft.subject:
        blocks.append(kit.section("mail.subject", f"Subject: {texts.inline(draft.subject, 300)}"))
        blocks += kit.typed("mail.body", draft.body, quote=True)
    return blocks


def _why(why: ByHand, draft: MailDraft, flow: Flow | None) -> str:
    if why is not ByHand.VALUE_MISSING:
        return BY_HAND[why]
    fields = {one.name: one.label for step in (flow.steps if flow else ()) for one in step.fields}
    meanings = {one.name: one.meaning for one in VALUES.values()} | fields
    missing = ", ".join(meanings.get(name, name.replace("_", " ")) for name in draft.missing)
    told = f"{BY_HAND[why]}: {missing}."
    if _SET_IN_DESK & set(draft.missing):
        told += " A manager sets it in /desk playbooks, under Names and pages."
    return told


def delivery(mails: Sequence[RequestMail], flow: Flow | None, *, short: bool = False) -> list[sb.Block]:
    """What became of each, the newest last; `short`: only what did not surely arrive."""
    if short:
        mails = [one for one in mails if one.state in WHAT_TO_DO and may_go_again(mails, one.step)][-3:]
    made: list[sb.Block] = []
    for one in mails[-8:]:
        made.append(kit.small(f"mailed.{one.step}.{one.attempt}", *_line(one, flow)))
        if one.state in WHAT_TO_DO and one is _newest(mails, one.step):
            made.append(kit.section(f"mailed.{one.step}.{one.attempt}.do", _what_to_do(one)))
    return made


def _newest(mails: Sequence[RequestMail], step: str) -> RequestMail:
    return max((one for one in mails if one.step == step), key=lambda one: one.attempt)


def _line(mail: RequestMail, flow: Flow | None) -> tuple[str | sb.Text, ...]:
    step = flow.step(mail.step) if flow is not None else None
    name = texts.inline(step.title if step is not None else mail.step, 60)
    told = f"{name}: “{texts.inline(mail.subject, 150)}” to {mail.address}: {STATES[mail.state]}"
    if mail.state is MailState.WAITING and mail.error:
        told += f". {trouble(mail.error).what}"
    by = f"by {texts.inline(mail.by.name, 60)}"
    return kit.plain(texts.inline(f"{told} · {by}", 600)), texts.date(mail.settled_at or mail.created_at)


def _what_to_do(mail: RequestMail) -> str:
    """Why it did not arrive, in the server's words where it had some, and what to do; raw text."""
    said = mail.error.partition("(")[2].removesuffix(")") or mail.error
    why = (
        f" The server says: {texts.inline(said, 200)}."
        if said and mail.state is not MailState.UNKNOWN
        else ""
    )
    return f"E-mail {STATES[mail.state]}.{why} {WHAT_TO_DO[mail.state]}"


def again(mails: Sequence[RequestMail], request_id: int) -> list[sb.Button]:
    """A button for each step whose e-mail may go once more."""
    steps = dict.fromkeys(one.step for one in mails)
    return [
        kit.button(
            "Send again...", f"{AGAIN}", f"{request_id}.{step}", label=f"Send the e-mail of {step} again"
        )
        for step in steps
        if may_go_again(mails, step)
    ][:3]
