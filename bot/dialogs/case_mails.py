"""What became of the e-mails about a case, in small print on its page."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import kit
from bot.blocks import text as texts
from bot.blocks.troubles import trouble
from bot.domain.mail import MailState, SentMail
from bot.domain.pages import CasePage

STATES: dict[MailState, str] = {
    MailState.WAITING: "waiting",
    MailState.SENT: "sent",
    MailState.REFUSED: "refused",
    MailState.RETURNED: "came back",
    MailState.UNKNOWN: "perhaps sent, nobody knows",
    MailState.NEEDLESS: "not sent, there was no need any more",
}


def blocks(page: CasePage) -> list[sb.Block]:
    """The newest e-mails, newest first; nothing where there are none."""
    if not page.mails:
        return []
    here, total = len(page.mails), page.mail_count
    some = f" (the newest {here} of {total})" if here < total else ""
    lines = [f"*E-mail*{some}", *(_line(mail) for mail in page.mails)]
    return [kit.small("mails", "\n".join(lines))]


def _line(mail: SentMail) -> str:
    """To whom, what became of it and when; why, where it did not arrive."""
    to = texts.who(mail.person) if mail.person is not None else texts.marked(mail.address, 100)
    told = f"To {to}: {STATES[mail.state]} {texts.date(mail.settled_at or mail.created_at)}"
    if mail.error and mail.state in (MailState.WAITING, MailState.REFUSED):
        told += f". {trouble(mail.error).what}"
    if mail.error and mail.state in (MailState.REFUSED, MailState.RETURNED):
        told += f" “{texts.marked(_said(mail.error), 150)}”"
    return told


def _said(error: str) -> str:
    """The server's own words."""
    return error.partition("(")[2].removesuffix(")") or error
