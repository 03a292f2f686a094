"""The windows of `/desk mail`: e-mails that wait for a person, and the form that puts one into a case."""

from __future__ import annotations

import json
from dataclasses import dataclass

import slackblocks as sb

from bot.blocks import inputs, kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import picking, public_step
from bot.dialogs.forms import FieldErrors, Fields, banner, choice_in
from bot.domain.audiences import Readers
from bot.domain.commands import Audience
from bot.domain.ids import CaseId, CaseNumber, shown
from bot.domain.mail import Held, HeldMail, MailQueue
from bot.domain.people import Person
from bot.domain.permissions import Act, allowed
from bot.domain.policy import Choice

CALLBACK_ID = "desk.mail"
PUT = "desk.mail.put"
PUBLIC = "desk.mail.public"

TEXT_SHOWN = 500
TEXT_IN_FORM = 2500

WHY: dict[Held, str] = {
    Held.UNMATCHED: "It answers none of the desk's e-mails.",
    Held.OTHER_SENDER: "It answers an e-mail that went to somebody else. Make sure who wrote it.",
    Held.DOUBTFUL: "The mail server doubts that its sender is who they say. Ask them by another way.",
    Held.TOO_MANY: "This address writes faster than people do: perhaps two machines answer each other.",
    Held.EMPTY: "Nothing is left of it without what it quotes.",
    Held.NOT_ALLOWED: "Its writer may not comment on that case.",
    Held.OVER_HEARD: "It answers an internal notice, and its writer is not staff any more.",
    Held.CONTACT_CHANGED: "Its writer is no longer the contact of that case.",
    Held.UNREADABLE: "It could not be read, or was too large. Look at it in the mailbox.",
}
"""What somebody has to know who decides about an e-mail."""


@dataclass(frozen=True, kw_only=True)
class PutMail:
    """Put an e-mail into a case."""

    mail_id: int
    case_id: CaseId
    audience: Audience


def view(queue: MailQueue, said: str | None = None) -> View:
    """The list, oldest first; `said` is what the last button did."""
    blocks = banner(said)
    if not queue.rows:
        blocks.append(
            kit.section("none", "No e-mail waits for anybody. Answers go into their cases by themselves.")
        )
    else:
        some = "1 e-mail waits" if queue.total == 1 else f"{queue.total} e-mails wait"
        blocks.append(kit.marked_section("head", f"*{some} for somebody to decide*, the oldest first."))
    for mail in queue.rows:
        blocks += _mail(mail)
    turning = [kit.button("Look again", "desk.mail.look", "look", label="Look again at what waits")]
    if queue.later is not None:
        turning.insert(
            0, kit.button("Later ones", "desk.mail.later", str(queue.later), label="Later e-mails")
        )
    return kit.modal("E-mail to sort", [*blocks, kit.buttons("turn", *turning)], callback_id=CALLBACK_ID)


def _mail(mail: HeldMail) -> list[sb.Block]:
    maybe = f" · perhaps case {shown(mail.perhaps.number)}" if mail.perhaps is not None else ""
    name = f"e-mail of {mail.sender or 'somebody'}"
    return [
        kit.divider(f"line.{mail.id}"),
        kit.rich(f"subject.{mail.id}", [[kit.bold(texts.inline(mail.subject, 150) or "No subject")]]),
        kit.small(f"from.{mail.id}", kit.plain(_sender(mail)), f"{texts.date(mail.received_at)}{maybe}"),
        *kit.typed(f"text.{mail.id}", texts.first(mail.text, TEXT_SHOWN) or "No text", quote=True),
        kit.small(f"why.{mail.id}", kit.plain(WHY[mail.why])),
        kit.buttons(
            f"acts.{mail.id}",
            kit.button("Put into a case", PUT, str(mail.id), label=f"Put into a case: {name}"),
            kit.button("Discard", "desk.mail.discard", str(mail.id), label=f"Discard: {name}"),
        ),
    ]


def _sender(mail: HeldMail) -> str:
    name = texts.inline(mail.sender_name, 60)
    return f"{name} <{mail.sender}>" if name else mail.sender or "Sender unknown"


def form(mail: HeldMail, person: Person) -> View:
    """Which case it goes into, and who reads it there: internal unless it is said."""
    choices = [Choice(value=Audience.INTERNAL.value, label="Internal: staff only")]
    if allowed(Act.COMMENT_PUBLIC, person):
        choices.append(
            Choice(value=Audience.PUBLIC.value, label="Public: staff and the people of the account")
        )
    return kit.modal(
        "Put into a case",
        [
            kit.small("from", kit.plain(_sender(mail)), kit.plain(WHY[mail.why])),
            *kit.typed("mail", texts.first(mail.text, TEXT_IN_FORM) or "No text", quote=True),
            picking.cases("case", "Case", initial=_guess(mail)),
            inputs.radio(
                "audience",
                "Who reads it",
                choices,
                initial=Audience.INTERNAL.value,
            ),
        ],
        callback_id=PUT,
        submit="Put it there",
        close="Cancel",
        metadata=json.dumps({"mail": mail.id}),
    )


def _guess(mail: HeldMail) -> Choice | None:
    """The case that it may belong to."""
    maybe = mail.perhaps
    return picking.named(maybe.id, maybe.number, maybe.title, maybe.account_name) if maybe else None


def read(fields: Fields, metadata: str) -> PutMail | FieldErrors:
    """The command, or a sentence at the case."""
    case_id = picking.case_in(fields, "case")
    if case_id is None:
        return FieldErrors(errors={"case": picking.CHOOSE_A_CASE})
    mail_id = _mail_in(metadata)
    chosen = choice_in(fields, "audience")
    audience = Audience(chosen) if chosen in set(Audience) else Audience.INTERNAL
    return PutMail(mail_id=mail_id, case_id=case_id, audience=audience)


def second_step(mail: HeldMail, what: Readers) -> View:
    """Before it becomes public: the whole text, and the names of everyone who will read it."""
    return public_step.view(
        "Put into a case",
        mail.text,
        what,
        callback_id=PUBLIC,
        submit="Put it there",
        metadata=json.dumps({"mail": mail.id, "case": what.case.id}),
        says=f"In the words of {_sender(mail)}, as their comment.",
    )


def read_public(metadata: str) -> PutMail:
    """The second step's command. Raises ValueError when `metadata` is not what `second_step` wrote."""
    match json.loads(metadata):
        case {"mail": int(mail_id), "case": int(case_id)}:
            return PutMail(mail_id=mail_id, case_id=CaseId(case_id), audience=Audience.PUBLIC)
    raise ValueError("private_metadata holds no e-mail and case")


def _mail_in(metadata: str) -> int:
    """Which e-mail the form is about. Raises ValueError when `metadata` is not what `form` wrote."""
    match json.loads(metadata):
        case {"mail": int(mail_id)}:
            return mail_id
    raise ValueError("private_metadata holds no e-mail")


def put(number: CaseNumber) -> str:
    """What Put it there did."""
    return f"It is in case {shown(number)} now, as its sender's comment."


def discarded(gone: bool) -> str:
    """What Discard did."""
    return "Discarded. It still stands in the mailbox." if gone else "That one is gone: somebody was faster."
