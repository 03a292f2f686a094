"""What pages, lists, forms and notices are drawn from: `services` read it, `blocks` and `dialogs` draw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from bot.domain.articles import ArticleRow
from bot.domain.audiences import Held
from bot.domain.call_rows import CallRow, Entitled
from bot.domain.cases import Case, ChangeKind, Comment
from bot.domain.commands import AskKind, Audience, Contact
from bot.domain.commerce.requests import RequestLine
from bot.domain.duties import Duty
from bot.domain.escalation import CallBack
from bot.domain.files import CaseFile
from bot.domain.home import NOTHING_WAITS, Lacking, Waiting
from bot.domain.ids import AccountId, CaseId, CaseNumber, CustomerId, HistoryId, QueryId
from bot.domain.lifecycle import Status
from bot.domain.mail import SentMail
from bot.domain.notify import Preference
from bot.domain.offers import Offer
from bot.domain.people import Account, Person, PersonRef, Team
from bot.domain.phones import PhoneAnswer
from bot.domain.policy import Policy
from bot.domain.sessions import Session
from bot.domain.shop.ties import Tie, Tieable
from bot.domain.talk import Wording
from bot.domain.threads import ThreadPlace
from bot.domain.web_forms import NOTHING_TO_TRIAGE, TriageQueue


class ListKind(StrEnum):
    """The lists of cases (product.md A4)."""

    MINE = "mine"  # I own them
    CREATED = "created"  # I created them
    TEAM = "team"  # my teams' cases
    ACCOUNT = "account"  # my account's cases: the customer side's view
    WAITING = "waiting"  # mine and my teams' that wait for information; the account's on the customer side


class CaseRow(NamedTuple):
    """One line of a list. Instants are aware, in UTC. `duty` is what is owed next, if its reader may know."""

    id: CaseId
    number: CaseNumber
    version: int
    title: str
    status: Status
    severity: int
    account_name: str
    owner: PersonRef | None
    updated_at: datetime
    escalated_at: datetime | None = None
    duty: Duty | None = None


@dataclass(frozen=True, kw_only=True)
class CaseList:
    """One page of a list, newest first. `newer` and `older` are where the next pages start, None at the ends.

    `first` is the place of the first row among `total`, counted from 1 (0 when the list is empty).
    `person` is who looks at it, for the next step that an empty list offers; `now` is when.
    """

    kind: ListKind
    rows: tuple[CaseRow, ...]
    total: int
    first: int
    newer: CaseId | None
    older: CaseId | None
    person: Person | None = None
    now: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Found:
    """One page of what a search finds, newest first; `older` is where the next page starts.

    `total` counts cases as far as it is worth while; `is_more` says that there are more than that.
    """

    rows: tuple[CaseRow, ...]
    total: int
    is_more: bool = False
    older: CaseId | None = None


@dataclass(frozen=True, kw_only=True)
class SearchPage:
    """What somebody looked for, as they typed it, and a page of what there is; `found` None: nothing asked.

    `starts` are the first cases of the pages before this one, without the very first.
    """

    person: Person
    text: str
    found: Found | None = None
    starts: tuple[CaseId, ...] = ()
    now: datetime | None = None


class Entity(StrEnum):
    """What a saved query looks through."""

    CASES = "cases"
    REVIEWS = "reviews"
    FRAUD = "fraud"
    ORDERS = "orders"
    RETURNS = "returns"
    CUSTOMERS = "customers"
    PERSONAL = "personal"  # reports of personal data


@dataclass(frozen=True, kw_only=True)
class SavedQuery:
    """A search that somebody keeps. `is_own` says whether the one who looks at it may change it."""

    id: QueryId
    name: str
    text: str
    is_shared: bool
    owner: PersonRef
    is_own: bool
    entity: Entity = Entity.CASES


@dataclass(frozen=True, kw_only=True)
class SavedQueries:
    """The queries that one person may run: their own, and those that others share."""

    person: Person
    queries: tuple[SavedQuery, ...]


@dataclass(frozen=True, kw_only=True)
class HistoryEntry:
    """One thing that happened to a case. `changes` maps a field to (before, after) as shown values.

    Free text is never in it, only the field's name with None and None. `on_behalf_of` is the customer for
    whom somebody did it in assisted service.
    """

    id: HistoryId
    at: datetime
    kind: ChangeKind
    actor: PersonRef
    audience: Audience
    changes: Mapping[str, tuple[str | None, str | None]]
    on_behalf_of: str = ""


@dataclass(frozen=True, kw_only=True)
class HistoryPage:
    """A page of a case's history, newest first; `older` is where the next one starts, None at the end."""

    case: Case
    entries: tuple[HistoryEntry, ...]
    total: int
    newer: HistoryId | None
    older: HistoryId | None


@dataclass(frozen=True, kw_only=True)
class CommentsPage:
    """Some comments of a case, oldest first; `start` is how many stand before them."""

    case: Case
    viewer: Person
    comments: tuple[Comment, ...]
    total: int
    start: int
    size: int

    @property
    def older(self) -> int | None:
        """Where the page before begins."""
        return max(self.start - self.size, 0) if self.start else None

    @property
    def newer(self) -> int | None:
        """Where the next page begins."""
        follows = self.start + self.size
        return follows if follows < self.total else None


@dataclass(frozen=True, kw_only=True)
class Editor:
    """Somebody who has a form of a case open, and since when (aware, UTC)."""

    person: PersonRef
    since: datetime


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """A case as one person sees it: the newest comments they may read (oldest first), what they may do."""

    case: Case
    viewer: Person
    comments: tuple[Comment, ...]
    comment_count: int
    offers: tuple[Offer, ...]
    permalink: str | None = None
    now: datetime | None = None
    call_back: CallBack | None = None
    on_their_way: tuple[Held, ...] = ()
    """The viewer's own public comments that can still be taken back."""
    articles: tuple[ArticleRow, ...] = ()
    phones: PhoneAnswer | None = None
    files: tuple[CaseFile, ...] = ()
    file_count: int = 0
    editors: tuple[Editor, ...] = ()
    mails: tuple[SentMail, ...] = ()
    """The newest e-mails about it that they may know of, newest first."""
    mail_count: int = 0
    entitled: Entitled | None = None
    """The verdict that a call or a triage came to; staff alone see it."""
    may_triage: bool = False
    tie: Tie | None = None
    has_orders: bool = False
    """Whether its account has an order or a cart that it might be tied to."""
    session: Session | None = None
    """The viewer's session as it is once they see this."""


@dataclass(frozen=True, kw_only=True)
class HomePage:
    """App Home for one person; all of it empty for somebody not set up.

    Agents see MINE and CREATED, managers and administrators TEAM too, the customer side CREATED and ACCOUNT.
    `due` is what they owe and `to_take` what nobody owns, what is due first before the rest. `escalated` are
    their account's, a manager's all. `starts` says which lists are not at their first page. `said` is a
    sentence on top, raw text.
    """

    person: Person
    account: Account | None
    lists: tuple[CaseList, ...]
    now: datetime
    phones: PhoneAnswer | None = None
    is_being_confirmed: bool = False
    due: tuple[CaseRow, ...] = ()
    to_take: tuple[CaseRow, ...] = ()
    escalated: tuple[CaseRow, ...] = ()
    waiting: Waiting = NOTHING_WAITS
    calls: tuple[CallRow, ...] = ()
    """The calls that they have and that are not over."""
    triage: TriageQueue = NOTHING_TO_TRIAGE
    """New cases of customers, for level one and managers."""
    busy: Mapping[CustomerId, CallRow] = field(default_factory=dict)
    """The calls that others have with the same customers at this moment."""
    queries: tuple[SavedQuery, ...] = ()
    lacking: frozenset[Lacking] = frozenset()
    starts: Mapping[ListKind, CaseId] = field(default_factory=dict)
    approvals: tuple[RequestLine, ...] = ()
    """Acts on orders that wait for their approval, the oldest first; `approvals_total` of them."""
    approvals_total: int = 0
    said: str = ""
    session: Session | None = None


@dataclass(frozen=True, kw_only=True)
class OpenForm:
    """What the open modal is drawn from: what this person may pick, and what is filled in already.

    `thread` is the chat thread that is to become the case.
    """

    person: Person
    policy: Policy
    accounts: tuple[Account, ...]
    teams: tuple[Team, ...]
    title: str = ""
    phones: PhoneAnswer | None = None
    description: str = ""
    account_id: AccountId | None = None
    thread: ThreadPlace | None = None
    asks_orders: bool = False
    """Whether an account that can be chosen has an order or a cart."""
    has_orders: bool = False
    """Whether the one that is chosen has."""
    thing: Tieable | None = None
    """The order or cart that it is about, where it was opened from one."""
    contact: Contact | None = None


@dataclass(frozen=True, kw_only=True)
class Wordings:
    """What a comment said before its edits, oldest first; of a deleted one the times alone are left."""

    comment: Comment
    case: Case
    earlier: tuple[Wording, ...]


@dataclass(frozen=True, kw_only=True)
class DigestItem:
    """One change that waits for somebody's digest."""

    id: int
    case_id: CaseId
    history_id: HistoryId


@dataclass(frozen=True, kw_only=True)
class Digest:
    """A direct message a day: the cases that changed, each with what happened, and who reads it.

    `is_daily`: they have chosen it. Others get one for what rules did outside their office hours.
    """

    recipient: Person
    cases: tuple[tuple[Case, tuple[HistoryEntry, ...]], ...]
    is_daily: bool = True


@dataclass(frozen=True, kw_only=True)
class NotifyForm:
    """What the form of `/case notify` is drawn from; `email_ready` says that the desk can send e-mail."""

    person: Person
    preference: Preference
    email_ready: bool


@dataclass(frozen=True, kw_only=True)
class AskForm:
    """What the form of asking is drawn from: when an update may be asked for, if that is not always."""

    case: Case
    person: Person
    kind: AskKind
    opens: datetime | None
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One direct message to a creator or owner about one change; `comment` only where they may read it."""

    case: Case
    entry: HistoryEntry
    recipient: Person
    comment: Comment | None
    permalink: str | None
    call_back: CallBack | None = None
