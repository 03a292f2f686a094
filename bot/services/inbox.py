"""E-mail that comes in: it becomes a comment where all is certain, and else waits for a person to decide.

The safe reading everywhere: who cannot be certain to be who they say posts nothing, and no answer of staff is
ever public, because public is a second, explicit step.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from bot.domain import cases as rules
from bot.domain.audiences import Readers
from bot.domain.cases import Case
from bot.domain.commands import Audience
from bot.domain.ids import CaseId, CaseNumber, SlackUserId
from bot.domain.mail import (
    FAST,
    FLOOD,
    Fate,
    Held,
    HeldMail,
    Incoming,
    MailQueue,
    MailState,
    SentMail,
    address_of,
    held_for_itself,
    is_machines,
)
from bot.domain.people import Person, Role, Viewer, channel_viewer
from bot.domain.permissions import Act, require
from bot.domain.refusals import Reason, Refusal
from bot.services.cases import say
from bot.services.desk import Desk, actor
from bot.services.order_telling import settle_mail
from bot.services.outsiders import outsider
from bot.services.readers import readers_now
from bot.store import canned, cases, mails, people, received, web_forms
from bot.store.outbox import announce
from bot.store.work import Connection, Work

log = logging.getLogger(__name__)

MOST_AT_ONCE = 500
"""People whose address is learnt at one start: it is asked of Slack one by one."""


async def learn_addresses(desk: Desk) -> None:
    """At a start: ask Slack for the e-mail of people who were here before there was any."""

    def unit(work: Work) -> None:
        announce(work, *mails.people_without_address(work, MOST_AT_ONCE))

    await desk.write(unit)


async def receive(desk: Desk, mail: Incoming) -> Fate:
    """Deal with one e-mail, once, whoever brings it how often."""

    def unit(work: Work) -> Fate:
        if received.is_known(work, mail.digest):
            return Fate.IGNORED
        if is_machines(mail):
            return _machines(work, mail)
        recent = received.count_since(work, mail.sender, work.stamp.real_now - FAST)
        if recent >= FLOOD:
            received.keep(work, replace(mail, text=""), Fate.IGNORED, why=Held.TOO_MANY)
            return Fate.IGNORED
        answered = _answered(work, mail)
        why = held_for_itself(mail, answered, recent)
        if why is None:
            assert answered is not None  # or else it is UNMATCHED
            why = _post(work, mail, answered)
        if why is None:
            return Fate.COMMENT
        return _hold(work, mail, why, answered)

    fate = await desk.write(unit)
    log.info("an e-mail came in: %s", fate)
    return fate


async def set_aside(desk: Desk, mail: Incoming) -> None:
    """Let a person look at an e-mail that broke something of ours: it must not hold up the others."""

    def unit(work: Work) -> None:
        if not received.is_known(work, mail.digest):
            received.keep(work, mail, Fate.HELD, why=Held.UNREADABLE)

    await desk.write(unit)


def _answered(work: Work, mail: Incoming) -> SentMail | None:
    """Which of our mails it answers: the latest that went to its sender, else the latest."""
    found = [mails.sent_mail(work.connection, work.workspace_id, token) for token in mail.tokens]
    known = [one for one in reversed(found) if one is not None]
    theirs = [one for one in known if one.address == mail.sender]
    return next(iter(theirs or known), None)


def _machines(work: Work, mail: Incoming) -> Fate:
    """Nobody answers a machine. A report that ours came back is kept on the case."""
    if mail.bounced is not None:
        for token in mail.tokens:
            mails.settle(work, token, MailState.RETURNED, mail.bounced)
            canned.settle(work, token, MailState.RETURNED, mail.bounced)
            web_forms.settle(work, token, MailState.RETURNED, mail.bounced)
            settle_mail(work, token, MailState.RETURNED, mail.bounced)
    received.keep(work, mail, Fate.IGNORED)
    return Fate.IGNORED


def _hold(work: Work, mail: Incoming, why: Held, answered: SentMail | None) -> Fate:
    """Let a person decide. What it may belong to is a guess, and so is never acted upon."""
    case_id = answered.case_id if answered is not None else None
    if case_id is None:
        eyes = channel_viewer(work.workspace_id)
        guesses = (cases.by_number(work.connection, eyes, number) for number in mail.numbers)
        case_id = next((case.id for case in guesses if case is not None), None)
    received.keep(work, replace(mail, text=_told(mail)), Fate.HELD, why=why, case_id=case_id)
    return Fate.HELD


def _post(work: Work, mail: Incoming, answered: SentMail) -> Held | None:
    """Make it a comment by whom our mail went to, or say why not."""
    cases.hold(work, answered.case_id)
    case = cases.by_id(work.connection, channel_viewer(work.workspace_id), answered.case_id)
    assert case is not None  # mails are of cases, and cases stay
    try:
        if answered.person is None:
            if address_of(case.contact.email) != mail.sender:
                return Held.CONTACT_CHANGED
            author, audience = (
                outsider(
                    work,
                    mail.sender,
                    case.contact.name or mail.sender_name,
                    case.account_id,
                    Role.COMMUNITY,
                ),
                Audience.PUBLIC,
            )
        else:
            found = people.person_by_id(work.connection, answered.person.id)
            if found is None or found.email != mail.sender:
                return Held.OTHER_SENDER
            if answered.audience is Audience.INTERNAL and not found.is_staff:
                return Held.OVER_HEARD
            author = found
            rules.check(Act.COMMENT, case, author)
            audience = rules.default_audience(author)
            rules.check_audience(author, audience)
    except Refusal:
        return Held.NOT_ALLOWED
    # Kept first: another bot may have read it at the same moment, and then waits here for this one.
    if received.keep(work, mail, Fate.COMMENT, case_id=case.id):
        say(work, case, author, audience, _told(mail), by_mail=True)
    return None


def _told(mail: Incoming) -> str:
    """What the comment says: the words, and honestly what was left out."""
    text = mail.text.strip()
    if len(text) > received.LONGEST_TEXT:
        text = f"{text[: received.LONGEST_TEXT]}\n(The rest of this e-mail is too long to keep.)"
    if mail.attachments:
        names = ", ".join(mail.attachments[:20])
        text += f"\n\n({len(mail.attachments)} attached, and left in the mailbox: {names})"
    return text.strip()


# What people decide about the rest


async def mail_queue(desk: Desk, by: SlackUserId, start: int | None = None) -> MailQueue:
    """What waits for a person, oldest first, from `start` on. Raises NOT_YOUR_ROLE."""

    def query(connection: Connection, viewer: Viewer) -> MailQueue:
        require(Act.SORT_MAIL, viewer.person)
        return received.queue(connection, viewer, start)

    return await desk.read(query, by)


async def held_mail(desk: Desk, by: SlackUserId, mail_id: int) -> tuple[HeldMail, Person]:
    """One of them, and who asks. Raises NOT_YOUR_ROLE, or MAIL_DECIDED when somebody was faster."""

    def query(connection: Connection, viewer: Viewer) -> tuple[HeldMail, Person]:
        require(Act.SORT_MAIL, viewer.person)
        found = received.held_mail(connection, viewer, mail_id)
        if found is None:
            raise Refusal(Reason.MAIL_DECIDED)
        return found, viewer.person

    return await desk.read(query, by)


async def to_assign(desk: Desk, by: SlackUserId, mail_id: int, case_id: CaseId) -> tuple[HeldMail, Readers]:
    """A held e-mail and who would read it in public, shown before it is put there. Raises as that does."""

    def unit(work: Work) -> tuple[HeldMail, Readers]:
        person, mail, case = _to_assign(work, by, mail_id, case_id)
        return mail, readers_now(work, case, person)

    return await desk.write(unit)


def _to_assign(work: Work, by: SlackUserId, mail_id: int, case_id: CaseId) -> tuple[Person, HeldMail, Case]:
    person = actor(work, by)
    require(Act.SORT_MAIL, person)
    viewer = Viewer(person)
    mail = received.held_mail(work.connection, viewer, mail_id)
    if mail is None:
        raise Refusal(Reason.MAIL_DECIDED)
    cases.hold(work, case_id)
    case = cases.by_id(work.connection, viewer, case_id)
    if case is None:
        raise Refusal(Reason.NO_SUCH_CASE)
    rules.check(Act.COMMENT, case, person)
    if not mail.text.strip():
        raise Refusal(Reason.EMPTY_TEXT)
    return person, mail, case


async def assign_mail(
    desk: Desk, by: SlackUserId, mail_id: int, case_id: CaseId, audience: Audience
) -> CaseNumber:
    """Put a held e-mail into a case as its sender's comment, for `audience`; the case's number.

    Raises MAIL_DECIDED, NO_SUCH_CASE, EMPTY_TEXT, and what keeps the sorter from writing to that audience.
    It needs no call key: an e-mail that was put somewhere is in the queue no more.
    """

    def unit(work: Work) -> CaseNumber:
        person, mail, case = _to_assign(work, by, mail_id, case_id)
        rules.check_audience(person, audience)
        if not received.decide(work, mail_id, Fate.COMMENT, person, case_id=case.id):
            raise Refusal(Reason.MAIL_DECIDED)
        author = outsider(
            work, mail.sender or "unknown sender", mail.sender_name, case.account_id, Role.COMMUNITY
        )
        say(work, case, author, audience, mail.text, by_mail=True)
        return case.number

    return await desk.write(unit)


async def discard_mail(desk: Desk, by: SlackUserId, mail_id: int) -> bool:
    """Throw a held e-mail away; False when somebody was faster. Raises NOT_YOUR_ROLE."""

    def unit(work: Work) -> bool:
        person = actor(work, by)
        require(Act.SORT_MAIL, person)
        return received.decide(work, mail_id, Fate.DISCARDED, person)

    return await desk.write(unit)
