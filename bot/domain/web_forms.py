"""The form for customers without Slack: signed links to it, what may be sent by it, the triage queue. Pure.

`services/web_forms.py` makes links and takes what comes back; `bot/web` serves the page.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.domain.call_rows import CallRow
from bot.domain.files import MEGABYTE
from bot.domain.ids import AccountId, CaseId, CaseNumber, CustomerId, FormLinkId
from bot.domain.mail import MailState
from bot.domain.people import Person, PersonRef, Role, TeamKind
from bot.domain.permissions import Act, allowed
from bot.domain.shop.ties import Tieable

PATH = "/form/"
PURPOSE = "caseline form 1"
"""What a signature is for: one that was made for anything else opens no form."""

LONGEST_DESCRIPTION = 10_000
"""Characters; what is longer is a file."""

LONGEST_TITLE = 150
LONGEST_NAME = 120
MOST_FILES = 10
LARGEST_FILE = 25 * MEGABYTE
LARGEST_WHOLE = 60 * MEGABYTE
"""Bytes of one request, files and all."""

_TOKEN = re.compile(r"([1-9][0-9]{0,15})\.([1-9][0-9]{0,11})\.([0-9a-f]{32})\.([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """What a link says and its signature covers: whose form, until when (whole seconds, UTC), which one."""

    customer_id: CustomerId
    expires_at: datetime
    nonce: str


@dataclass(frozen=True, kw_only=True)
class Links:
    """How this desk makes links and knows its own again: its address, its secret, how long they hold."""

    root: str
    secret: bytes = field(repr=False)
    lifetime: timedelta

    def expiry(self, now: datetime) -> datetime:
        """Until when a link of this moment holds: a whole second, as its text has it."""
        return (now + self.lifetime).astimezone(UTC).replace(microsecond=0)

    def url(self, workspace: str, ticket: Ticket) -> str:
        """The address that goes out by e-mail."""
        return f"{self.root}{PATH}{self.token(workspace, ticket)}"

    def token(self, workspace: str, ticket: Ticket) -> str:
        """The ticket in letters that need no escaping, and its signature."""
        said = f"{ticket.customer_id}.{int(ticket.expires_at.timestamp())}.{ticket.nonce}"
        return f"{said}.{self._signature(workspace, said)}"

    def read(self, workspace: str, token: str) -> Ticket | None:
        """The ticket of a link that this desk made; None for every other text. Whether it holds still is
        for its reader to say: `expires_at`.
        """
        found = _TOKEN.fullmatch(token)
        if found is None or not token.isascii():
            return None
        said = token.rpartition(".")[0]
        expected = self._signature(workspace, said)
        if not hmac.compare_digest(expected.encode(), found[4].encode()):
            return None
        return Ticket(
            customer_id=CustomerId(int(found[1])),
            expires_at=datetime.fromtimestamp(int(found[2]), UTC),
            nonce=found[3],
        )

    def _signature(self, workspace: str, said: str) -> str:
        message = "\n".join((PURPOSE, workspace, said)).encode()
        digest = hmac.new(self.secret, message, hashlib.sha256).digest()
        return urlsafe_b64encode(digest).rstrip(b"=").decode()


@dataclass(frozen=True, kw_only=True)
class FormLink:
    """A link that was sent, and what became of it. `case_number` is that of the case that came of it.

    `asks_about` is set where it asks more of a case that is open already.
    """

    id: FormLinkId
    customer_id: CustomerId
    nonce: str
    address: str
    sent_by: PersonRef
    sent_at: datetime
    expires_at: datetime
    state: MailState
    error: str = ""
    used_at: datetime | None = None
    case_id: CaseId | None = None
    case_number: CaseNumber | None = None
    asks_about: CaseId | None = None

    @property
    def ticket(self) -> Ticket:
        return Ticket(customer_id=self.customer_id, expires_at=self.expires_at, nonce=self.nonce)


@dataclass(frozen=True, kw_only=True)
class FormWriter:
    """Whom a link belongs to, as the form needs them; `account_id` is what their cases are of."""

    customer_id: CustomerId
    name: str
    company: str
    email: str
    phone: str
    timezone: str
    account_id: AccountId


@dataclass(frozen=True, kw_only=True)
class WebForm:
    """What the page is drawn from. `things` are the customer's own orders and carts.

    `case_number` and `case_title` are of the case that the link asks more about, where it does;
    `is_closed` says that this one is closed by now, so that nothing can be added.
    """

    link: FormLink
    writer: FormWriter
    things: tuple[Tieable, ...] = ()
    case_number: CaseNumber | None = None
    case_title: str = ""
    is_closed: bool = False

    @property
    def adds(self) -> bool:
        """Whether it adds to a case, and opens none."""
        return self.link.asks_about is not None


@dataclass(frozen=True, kw_only=True)
class SentFile:
    """A file that came with the form and is in the data folder by now."""

    name: str
    mimetype: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class FillForm:
    """What somebody sends by the form. `about` is a Tieable's key; kind and severity count for new cases."""

    description: str
    about: str = ""
    kind: str = ""
    severity: int = 3
    files: tuple[SentFile, ...] = ()

    @property
    def title(self) -> str:
        """What lists call the case: the first line, and no more of it than they show."""
        first = next((line.strip() for line in self.description.splitlines() if line.strip()), "")
        line = " ".join(first.split())
        if len(line) <= LONGEST_TITLE:
            return line
        cut = line[: LONGEST_TITLE - 1]
        return f"{cut.rpartition(' ')[0] or cut}…"


@dataclass(frozen=True, kw_only=True)
class Received:
    """What the form came to. `before`: it was sent already, and this is what came of it then."""

    number: CaseNumber
    before: bool = False


@dataclass(frozen=True, kw_only=True)
class SendForm:
    """What the window of *Send the form* is drawn from: to whom, and what went there before."""

    customer_id: CustomerId
    name: str
    address: str
    days: int
    ready: bool
    links: tuple[FormLink, ...] = ()


@dataclass(frozen=True, kw_only=True)
class QueuedCase:
    """A case that waits for triage, since `since`; `again` says that its customer has answered a question.

    `at_it` is the triage of it that is under way.
    """

    id: CaseId
    number: CaseNumber
    version: int
    title: str
    account_name: str
    severity: int
    since: datetime
    again: bool = False
    at_it: CallRow | None = None


@dataclass(frozen=True, kw_only=True)
class TriageQueue:
    """The cases that wait for triage, the longest first, and how many there are in all."""

    cases: tuple[QueuedCase, ...] = ()
    total: int = 0


NOTHING_TO_TRIAGE = TriageQueue()


def sees_it(person: Person) -> bool:
    """Whether Home shows somebody the queue: level one, managers and administrators."""
    if not allowed(Act.TAKE_CALL, person):
        return False
    leads = person.role in (Role.MANAGER, Role.ADMINISTRATOR)
    return leads or any(team.kind is TeamKind.LEVEL_ONE for team in person.teams)


_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff/\\:*?\"<>|]+")


def file_name(given: str) -> str:
    """A name for a file whose sender chose it: no folders, nothing unseen, its ending kept."""
    base = given.replace("\\", "/").rpartition("/")[2]
    clean = " ".join(_UNFIT.sub(" ", base).split()).strip(". ")
    stem, dot, ending = clean.rpartition(".")
    if not dot or not stem or len(ending) > 10:
        return clean[:LONGEST_NAME] or "file"
    return f"{stem[: LONGEST_NAME - len(ending) - 1].rstrip()}.{ending}"


_MIMETYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,60}")


def mimetype(given: str) -> str:
    """What a file says it is, if it says it properly; nobody goes by it."""
    lowered = given.partition(";")[0].strip().lower()
    return lowered if _MIMETYPE.fullmatch(lowered) else "application/octet-stream"
