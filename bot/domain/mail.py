"""E-mail as the rules see it: what is sent, what came in, and what may become a comment without a person.

Blocks draw letters, `bot/mail` carries them both ways, `services/inbox.py` decides by these rules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.cases import Case
from bot.domain.commands import Audience
from bot.domain.ids import CaseId, CaseNumber, CommentId, SlackUserId
from bot.domain.people import PersonRef
from bot.domain.refusals import Reason, Refusal

LONGEST_ADDRESS = 254
"""RFC 5321, 4.5.3.1.3, without the angle brackets."""

_ADDRESS = re.compile(r"[^\s@<>(),;:\\\"\[\]\x00-\x1f\x7f]+@[^\s@<>(),;:\\\"\[\]\x00-\x1f\x7f]+")


def address_of(text: str) -> str | None:
    """An e-mail address as it is compared and kept: without case; None for what is none."""
    text = text.strip()
    if len(text) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(text):
        return None
    return text.casefold()


class MailState(StrEnum):
    """What became of an e-mail that the desk wrote."""

    WAITING = "waiting"
    SENT = "sent"  # a mail server took it
    REFUSED = "refused"
    RETURNED = "returned"  # a mail server further on sent it back
    UNKNOWN = "unknown"  # a server may have taken it: whether it goes again is for a person to say
    NEEDLESS = "needless"  # there was nothing to say any more, or not to them


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One e-mail to be, in words: text and HTML say the same. `thread` is what holds a case's mails together.

    `token` is a secret that only its recipient learns: an answer proves by it what it answers.
    """

    to: str
    to_name: str
    subject: str
    text: str
    html: str
    token: str
    thread: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class SentMail:
    """An e-mail that the desk wrote or is about to: to a person, or to a case's contact (`person` None).

    `audience` is that of what it tells. Instants are business time.
    """

    id: int
    case_id: CaseId
    token: str
    address: str
    audience: Audience
    state: MailState
    error: str
    created_at: datetime
    settled_at: datetime | None
    person: PersonRef | None = None
    comment_id: CommentId | None = None


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """An e-mail that came in, taken apart. `digest` knows it again; `text` is without what it quotes.

    `tokens` are the secrets of our own mails that it names as answered; `automatic` says that a machine wrote
    it; `bounced` is the reason that a mail server gives for sending ours back; `doubtful` that our own mail
    server does not believe the sender; `numbers` are case numbers in its subject.
    """

    digest: str
    sender: str
    sender_name: str
    subject: str
    text: str
    tokens: tuple[str, ...] = ()
    numbers: tuple[CaseNumber, ...] = ()
    attachments: tuple[str, ...] = ()
    automatic: bool = False
    bounced: str | None = None
    doubtful: bool = False
    ours: bool = False
    """Written by this desk: it must never answer itself."""
    unreadable: bool = False


class Held(StrEnum):
    """Why an e-mail waits for a person to decide."""

    UNMATCHED = "unmatched"  # it answers none of our mails
    OTHER_SENDER = "other_sender"  # it answers one, which went to somebody else
    DOUBTFUL = "doubtful"  # the mail server does not believe that the sender is who they say
    TOO_MANY = "too_many"  # that address writes faster than people do
    EMPTY = "empty"  # nothing is left without what it quotes
    NOT_ALLOWED = "not_allowed"  # who wrote it may not comment on that case
    OVER_HEARD = "over_heard"  # it answers an internal notice, and its writer is staff no more
    CONTACT_CHANGED = "contact_changed"  # that address is no longer the case's contact
    UNREADABLE = "unreadable"


class Fate(StrEnum):
    """What became of an e-mail that came in."""

    COMMENT = "comment"
    HELD = "held"
    IGNORED = "ignored"  # written by a machine
    DISCARDED = "discarded"


@dataclass(frozen=True, kw_only=True)
class NamedCase:
    """What tells a case from another."""

    id: CaseId
    number: CaseNumber
    title: str
    account_name: str


@dataclass(frozen=True, kw_only=True)
class HeldMail:
    """An e-mail in the queue, for whoever sorts it, and the case it may belong to."""

    id: int
    sender: str
    sender_name: str
    subject: str
    text: str
    why: Held
    received_at: datetime
    perhaps: NamedCase | None = None


@dataclass(frozen=True, kw_only=True)
class MailQueue:
    """A page of held mails, oldest first; `start` is the id that it begins at."""

    rows: tuple[HeldMail, ...]
    total: int
    later: int | None = None


FASTEST = 20
"""How many e-mails of one address become comments within `FAST`: two machines answer each other faster."""

FLOOD = 100
"""Beyond this many within `FAST` not even the queue takes them: nobody could read it any more."""

FAST = timedelta(hours=1)


def check_contact(case: Case, audience: Audience, email_ready: bool) -> None:
    """Raise when a comment may not go to a case's contact by e-mail, or cannot."""
    if audience is Audience.INTERNAL:
        raise Refusal(Reason.INTERNAL_IS_NEVER_MAILED)
    if not email_ready or address_of(case.contact.email) is None:
        raise Refusal(Reason.CONTACT_HAS_NO_MAIL, {"number": case.number})


def is_machines(mail: Incoming) -> bool:
    """Whether no person wrote it, so that nobody shall be answered and no comment made of it."""
    return mail.ours or mail.automatic or mail.bounced is not None


def held_for_itself(mail: Incoming, answered: SentMail | None, recent: int) -> Held | None:
    """Why a person has to decide about a mail, as far as mail and answered mail tell. First the worst.

    `recent` is how many mails came from its address within `FAST`.
    """
    if mail.unreadable:
        return Held.UNREADABLE
    if recent >= FASTEST:
        return Held.TOO_MANY
    if answered is None:
        return Held.UNMATCHED
    if mail.sender != answered.address:
        return Held.OTHER_SENDER
    if mail.doubtful:
        return Held.DOUBTFUL
    if not mail.text.strip():
        return Held.EMPTY
    return None


MAIL_PERSON = "mail:"
"""How the id of somebody begins who is known by their e-mail alone; Slack's ids have no colon."""


def is_in_slack(slack_user_id: SlackUserId) -> bool:
    """Whether somebody can be met in Slack at all."""
    return not slack_user_id.startswith(MAIL_PERSON)
