"""Sends one row of the outbox by e-mail, and keeps what became of it on the case; delivery calls it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from bot.blocks.form_letters import form_letter
from bot.blocks.letters import digest_letter, letter
from bot.blocks.written_letters import written_letter
from bot.domain.mail import Letter, MailState, SentMail, is_in_slack
from bot.domain.notify import Way, ways
from bot.domain.people import Person, Viewer, channel_viewer, contact_viewer
from bot.mail.faults import MailAway, MailLater, MailMisconfigured, MailRefused, MailUnsure
from bot.scheduler.about import NothingToSay
from bot.scheduler.calling import canned_letter
from bot.scheduler.drawing import told
from bot.services import digests, web_forms
from bot.services.desk import Desk
from bot.services.digests import Collected
from bot.services.order_telling import settle_mail
from bot.store import canned, cases, mails, notify, order_mails, people, playbooks
from bot.store import web_forms as form_links
from bot.store.outbox import Kind, OutboxRow
from bot.store.work import Connection, Work

MAIL_FAULTS = (MailAway, MailLater, MailRefused, MailMisconfigured, MailUnsure)

MOST_TRIES = 100
"""Attempts at a letter that its server puts off: with the waits below that is two days."""

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=30)

TIRED_OF_FAULTS = timedelta(minutes=5)


BOOKS: dict[Kind, Callable[[Work, str, MailState, str], None]] = {
    Kind.EMAIL: mails.settle,
    Kind.CANNED: canned.settle,
    Kind.FORM_LINK: form_links.settle,
    Kind.ORDER_MAIL: settle_mail,
}
"""Where it is kept what became of each kind."""


class Carrier(Protocol):
    """What hands a letter to a mail server: `bot.mail.smtp.SmtpPost`, or a test's."""

    async def send(self, letter: Letter) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Post:
    """The way out; `answers` says whether what comes back is read."""

    carrier: Carrier
    answers: bool = False


def is_mail(conversation: str) -> bool:
    """Whether a conversation of the outbox goes by e-mail."""
    return conversation.startswith("mail:")


async def send(desk: Desk, post: Post | None, row: OutboxRow) -> None:
    """Draw and send the e-mail of a row. Raises the mail's faults, and NothingToSay."""
    if post is None:
        raise MailMisconfigured("SMTP_HOST is not set")
    if row.kind is Kind.EMAIL_DIGEST:
        await _send_digest(desk, post, row)
        return
    if row.kind in _ONCE:
        await _send_once(desk, post, row)
        return
    if row.kind is Kind.FORM_LINK:
        await post.carrier.send(await _form_letter(desk, row))
        return
    mail = await desk.store.look(lambda c: mails.sent_mail(c, desk.workspace_id, row.token))
    if mail is None or not mail.address:
        raise NothingToSay("nobody is to get it")
    eyes = await desk.store.look(lambda connection: _eyes(connection, row, mail))
    what = await desk.store.read(lambda connection, viewer: told(connection, viewer, row), eyes)
    if row.comment_id is not None and (what.comment is None or not what.comment.text.strip()):
        raise NothingToSay("the comment was taken back")
    form = ""
    if mail.person is None and row.comment_id is not None:
        form = await web_forms.link_with(desk, row.comment_id)
    if mail.person is None:  # whoever reads it there has no Slack of ours
        what = replace(what, permalink=None)
    await post.carrier.send(letter(what, mail, desk.policy, answers=post.answers, form=form))


async def _send_once(desk: Desk, post: Post, row: OutboxRow) -> None:
    """A message of a call goes once: whoever reads out that it came should not see it come again. What a
    customer is told of their order goes once too.

    What was perhaps taken, because the bot or the line died before the answer was kept, waits for a person.
    """
    if row.maybe_sent:
        raise MailUnsure("the bot ended before the server's answer was kept")
    try:
        await post.carrier.send(await _ONCE[row.kind](desk, row))
    except MailAway as away:
        if away.perhaps:
            raise MailUnsure(f"the line broke before the server's answer came: {away}") from away
        raise


async def _order_letter(desk: Desk, row: OutboxRow) -> Letter:
    """What a step of a request tells the customer, as it was shown to whoever pressed the button."""
    mail = await desk.store.look(lambda c: order_mails.to_send(c, desk.workspace_id, row.token))
    if mail is None or not mail.address:
        raise NothingToSay("nobody is to get it any more")
    if not mail.is_newest:
        raise NothingToSay("it was sent anew")
    return written_letter(
        to=mail.address,
        to_name=mail.to_name,
        subject=mail.subject,
        text=mail.body,
        token=row.token,
        thread=f"order-request-{mail.request_id}",
        at=mail.created_at,
    )


_ONCE: dict[Kind, Callable[[Desk, OutboxRow], Awaitable[Letter]]] = {
    Kind.CANNED: canned_letter,
    Kind.ORDER_MAIL: _order_letter,
}
"""What never goes twice by itself: it was shown to a person, who pressed a button for it."""


async def _form_letter(desk: Desk, row: OutboxRow) -> Letter:
    """The link is signed now: it stands nowhere but in the e-mail."""
    found = await web_forms.letter_of(desk, row.token)
    if found is None:
        raise NothingToSay("the form was sent already, or they have another address by now")
    link, writer, address = found
    settings = await desk.store.look(lambda c: playbooks.settings(c, desk.workspace_id))
    return form_letter(link, writer, address, settings.desk, row.token)


async def _send_digest(desk: Desk, post: Post, row: OutboxRow) -> None:
    """What waited for somebody's daily e-mail, through their eyes as they are now; then it is forgotten."""
    assert row.person_id is not None
    person_id = row.person_id

    def query(connection: Connection) -> tuple[Person, Collected]:
        person = people.person_by_id(connection, person_id)
        if person is None or not person.email or not _wants_mail(connection, person):
            raise NothingToSay("they have no address, or want no e-mail any more")
        return person, digests.collected(connection, Viewer(person), Way.EMAIL)

    person, found = await desk.store.look(query)
    if found.digest.cases:
        in_slack = is_in_slack(person.slack_user_id)
        now = desk.clock.now()
        drawn = digest_letter(found.digest, person.email, row.token, now, desk.policy, in_slack=in_slack)
        await post.carrier.send(drawn)
    if not found.items:
        raise NothingToSay("it is told already")
    await desk.write(lambda work: notify.end_digest(work, person_id, found.items))


def _eyes(connection: Connection, row: OutboxRow, mail: SentMail) -> Viewer:
    """Through whose eyes an e-mail is read, once more now: what they may not see (any more) is not sent."""
    if mail.person is None:
        case = cases.by_id(connection, channel_viewer(row.workspace_id), mail.case_id)
        if case is None:
            raise NothingToSay("there is no such case")
        return contact_viewer(row.workspace_id, case.account_id)
    person = people.person_by_id(connection, mail.person.id)
    if person is None or person.email != mail.address or not _wants_mail(connection, person):
        raise NothingToSay("they have another address, or want no e-mail any more")
    return Viewer(person)


def _wants_mail(connection: Connection, person: Person) -> bool:
    in_slack = is_in_slack(person.slack_user_id)
    return Way.EMAIL in ways(notify.preference_of(connection, person.id), email_ready=True, in_slack=in_slack)


def settle(
    work: Work, row: OutboxRow, error: str | None, *, given_up: bool, needless: bool, unsure: bool = False
) -> None:
    """Keep on the case what became of one attempt."""
    if row.kind not in BOOKS:
        return
    if error is None:
        state = MailState.SENT
    elif needless:
        state = MailState.NEEDLESS
    elif unsure:
        state = MailState.UNKNOWN
    else:
        state = MailState.REFUSED if given_up else MailState.WAITING
    BOOKS[row.kind](work, row.token, state, error or "")


def wait_after(trouble: Exception, row: OutboxRow) -> timedelta | None:
    """How long to wait before the next attempt, zero for the usual time; None to give it up."""
    match trouble:
        case MailRefused() | MailUnsure():
            return None
        case MailLater():
            if row.attempts >= MOST_TRIES:
                return None
            return min(FIRST_WAIT * (1 << min(row.attempts - 1, 10)), LONGEST_WAIT)
        case MailMisconfigured():
            return TIRED_OF_FAULTS
    return timedelta()
