"""What people command the desk to do with cases: frozen values, imperative names, made by `dialogs/`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.ids import AccountId, CaseId, ChannelId, CommentId, SlackUserId, TeamId
from bot.domain.lifecycle import Status
from bot.domain.outcomes import Outcome
from bot.domain.people import Role, SuccessPlan, TeamKind
from bot.domain.talk import Attached
from bot.domain.threads import ThreadPlace


class Audience(StrEnum):
    """Who may read something: staff only, or staff and the people of the case's account (domain.md 5)."""

    INTERNAL = "internal"
    PUBLIC = "public"


class AskKind(StrEnum):
    """What somebody is asked for about a case."""

    QUESTION = "question"
    UPDATE = "update"


class Origin(StrEnum):
    """Where a case came from (domain.md 1.1)."""

    DSC = "dsc"
    SUPPORT = "support"
    PHONE = "phone"
    FORM = "form"
    THREAD = "thread"


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Whom to reach about a case; may be outside Slack. Empty text means unknown."""

    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class OpenCase:
    """Open a case (product.md A1).

    An empty `org_id_or_mid` or `timezone` means the account's own. `thread` is the chat thread that becomes
    the case.
    """

    account_id: AccountId
    org_id_or_mid: str
    title: str
    description: str
    business_impact: str
    timezone: str
    severity: int
    kind: str
    contact: Contact
    team_id: TeamId | None = None
    thread: ThreadPlace | None = None
    files: tuple[Attached, ...] = ()
    origin: Origin | None = None
    """Where it came from, where that does not follow from who opens it."""
    about: str = ""
    """The order or cart that was chosen, by its key (`shop.ties.Tieable`); without, the text may name one."""


@dataclass(frozen=True, kw_only=True)
class EditCase:
    """Change what a case says. A field that is None stays as it is."""

    case_id: CaseId
    version: int
    title: str | None = None
    description: str | None = None
    business_impact: str | None = None
    severity: int | None = None
    kind: str | None = None
    timezone: str | None = None
    org_id_or_mid: str | None = None
    contact: Contact | None = None


@dataclass(frozen=True, kw_only=True)
class AddComment:
    """Say something about a case; `audience` None means the one that the writer has by default."""

    case_id: CaseId
    text: str
    audience: Audience | None = None
    outcomes: tuple[Outcome, ...] = ()
    to_contact: bool = False
    """Whether the case's contact gets it by e-mail too; for public ones only."""
    files: tuple[Attached, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EditComment:
    """Say something else in a comment of one's own; `version` is the one that its author was looking at."""

    comment_id: CommentId
    version: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Ask about a case: comment, reassign and notify, all or none. `who` empty means the owner."""

    case_id: CaseId
    version: int
    kind: AskKind
    who: str
    text: str
    customer_asks: bool = False


@dataclass(frozen=True, kw_only=True)
class AddMessage:
    """Make a message of Slack a comment of a case; `audience` None means what who adds it has by default."""

    case_id: CaseId
    audience: Audience | None = None


@dataclass(frozen=True, kw_only=True)
class AssignCase:
    """Make somebody of staff the owner; `note` becomes an internal comment when it is not empty."""

    case_id: CaseId
    version: int
    owner_slack_id: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class SetStatus:
    case_id: CaseId
    version: int
    status: Status


@dataclass(frozen=True, kw_only=True)
class CloseCase:
    """Close with a resolution of the policy's list; a `note` that is not empty becomes a comment."""

    case_id: CaseId
    version: int
    resolution: str
    note: str = ""
    audience: Audience | None = None


@dataclass(frozen=True, kw_only=True)
class ReopenCase:
    """Open a closed case again; `reason` becomes a comment of `audience`."""

    case_id: CaseId
    version: int
    reason: str
    audience: Audience | None = None


@dataclass(frozen=True, kw_only=True)
class Escalate:
    """Escalate a case for a reason of the policy's list; `note` becomes a comment when it is not empty."""

    case_id: CaseId
    version: int
    reason: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class AskToExpedite:
    """Ask, before a case may be escalated, that it be worked sooner; `text` becomes a public comment."""

    case_id: CaseId
    version: int
    text: str


@dataclass(frozen=True, kw_only=True)
class RequestCallBack:
    """Ask a manager to call back about an escalated case: on which number, and when it suits."""

    case_id: CaseId
    version: int
    phone: str
    wanted: str


@dataclass(frozen=True, kw_only=True)
class AddAccount:
    """Add a customer of the desk; `timezone` is an IANA name."""

    name: str
    org_id_or_mid: str
    success_plan: SuccessPlan
    timezone: str


@dataclass(frozen=True, kw_only=True)
class EditAccount(AddAccount):
    """Change a customer of the desk; `version` is the one that the administrator was looking at."""

    account_id: AccountId
    version: int


@dataclass(frozen=True, kw_only=True)
class AddTeam:
    """Add a team of staff; `channel` takes its case cards, None leaves them to the desk's cases channel."""

    name: str
    kind: TeamKind
    channel: ChannelId | None = None
    public_comments_locked: bool = False


@dataclass(frozen=True, kw_only=True)
class EditTeam(AddTeam):
    """Change a team; `version` is the one that the administrator was looking at."""

    team_id: TeamId
    version: int


@dataclass(frozen=True, kw_only=True)
class SetUpPerson:
    """Say what somebody is to the desk; everything not named here is taken from them.

    `named_by` and `named_on` are for support contacts: who at the customer named them, and on which day
    (None: the day of the set-up). `version` is the one that the administrator was looking at, 0 for somebody
    new to the desk, and None where nobody looked.
    """

    slack_user_id: SlackUserId
    role: Role | None
    account_id: AccountId | None
    team_ids: tuple[TeamId, ...] = ()
    named_by: str = ""
    named_on: date | None = None
    version: int | None = None
