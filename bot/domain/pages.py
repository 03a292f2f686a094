"""What pages, lists, forms and notices are drawn from: `services` read it, `blocks` and `dialogs` draw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.cases import Case, ChangeKind, Comment
from bot.domain.commands import Audience
from bot.domain.ids import CaseId, CaseNumber, HistoryId
from bot.domain.lifecycle import Status
from bot.domain.mail import SentMail
from bot.domain.offers import Offer
from bot.domain.people import Account, Person, PersonRef, Team
from bot.domain.policy import Policy


class ListKind(StrEnum):
    """The lists of cases (product.md A4)."""

    MINE = "mine"  # I own them
    CREATED = "created"  # I created them
    TEAM = "team"  # my teams' cases
    ACCOUNT = "account"  # my account's cases: the customer side's view


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """One line of a list. Instants are aware, in UTC."""

    id: CaseId
    number: CaseNumber
    version: int
    title: str
    status: Status
    severity: int
    account_name: str
    owner: PersonRef | None
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class CaseList:
    """One page of a list, newest first. `newer` and `older` are where the next pages start, None at the ends.

    `first` is the place of the first row among `total`, counted from 1 (0 when the list is empty).
    `person` is who looks at it, for the next step that an empty list offers.
    """

    kind: ListKind
    rows: tuple[CaseRow, ...]
    total: int
    first: int
    newer: CaseId | None
    older: CaseId | None
    person: Person | None = None


@dataclass(frozen=True, kw_only=True)
class HistoryEntry:
    """One thing that happened to a case. `changes` maps a field to (before, after) as shown values.

    Free text is never in it, only the field's name with None and None.
    """

    id: HistoryId
    at: datetime
    kind: ChangeKind
    actor: PersonRef
    audience: Audience
    changes: Mapping[str, tuple[str | None, str | None]]


@dataclass(frozen=True, kw_only=True)
class HistoryPage:
    """A page of a case's history, newest first; `older` is where the next one starts, None at the end."""

    case: Case
    entries: tuple[HistoryEntry, ...]
    total: int
    newer: HistoryId | None
    older: HistoryId | None


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """A case as one person sees it: the newest comments they may read (oldest first), what they may do."""

    case: Case
    viewer: Person
    comments: tuple[Comment, ...]
    comment_count: int
    offers: tuple[Offer, ...]
    permalink: str | None = None
    mails: tuple[SentMail, ...] = ()
    """The newest e-mails about it that they may know of, newest first."""
    mail_count: int = 0


@dataclass(frozen=True, kw_only=True)
class HomePage:
    """App Home for one person: two lists with their counts; both empty for somebody not set up.

    Staff see MINE and CREATED, the customer side CREATED and ACCOUNT.
    """

    person: Person
    account: Account | None
    lists: tuple[CaseList, ...]
    now: datetime


@dataclass(frozen=True, kw_only=True)
class OpenForm:
    """What the open modal is drawn from: what this person may pick, and what is filled in already."""

    person: Person
    policy: Policy
    accounts: tuple[Account, ...]
    teams: tuple[Team, ...]
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One direct message to a creator or owner about one change; `comment` only where they may read it."""

    case: Case
    entry: HistoryEntry
    recipient: Person
    comment: Comment | None
    permalink: str | None
