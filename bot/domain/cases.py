"""Cases: what one is, and the decisions about it that need no database. Services call it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.commands import Audience, Contact, EditCase, OpenCase, Origin
from bot.domain.ids import AccountId, CaseId, CaseNumber, ChannelId, CommentId, MessageTs, PersonId, TeamId
from bot.domain.lifecycle import Move, Status, after, settable
from bot.domain.outcomes import Outcome
from bot.domain.people import Account, Person, PersonRef, Role, SuccessPlan, Team
from bot.domain.permissions import RIGHTS, Act, Reach, allowed, require
from bot.domain.refusals import Reason, Refusal
from bot.domain.threads import CapturedThread
from bot.domain.turns import SILENCE, Turns, begun_again, handed_over
from bot.domain.windows import UNTOUCHED, Escalation

UNSAVED = CaseId(0)
"""The id of a case that is not in the store yet."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A case as it stands. Instants are aware, in UTC; `timezone` is an IANA name; `severity` is 1 to 4.

    `opened_by_staff` says on whose side it was created, which decides who closes it. `card_place` is where
    its card goes, an id or a name as configured; `card_channel` and `card_ts` say where Slack has put it.
    """

    id: CaseId
    number: CaseNumber
    version: int
    status: Status
    severity: int
    kind: str
    origin: Origin
    title: str
    description: str
    business_impact: str
    timezone: str
    account_id: AccountId
    account_name: str
    org_id_or_mid: str
    contact: Contact
    creator: PersonRef
    opened_by_staff: bool
    created_at: datetime
    updated_at: datetime
    team_id: TeamId | None = None
    team_name: str = ""
    owner: PersonRef | None = None
    resolution: str = ""
    closed_at: datetime | None = None
    closed_by: PersonRef | None = None
    card_place: str | None = None
    card_channel: ChannelId | None = None
    card_ts: MessageTs | None = None
    permalink: str | None = None
    plan: SuccessPlan = SuccessPlan.STANDARD  # the account's, as it is now
    escalation: Escalation = UNTOUCHED
    first_answered_at: datetime | None = None  # when staff first wrote what the customer can read (T0)
    thread: CapturedThread | None = None
    turns: Turns = SILENCE

    @property
    def owner_id(self) -> PersonId | None:
        return self.owner.id if self.owner else None

    @property
    def owner_name(self) -> str:
        return self.owner.name if self.owner else ""

    @property
    def is_closed(self) -> bool:
        return self.status is Status.CLOSED


@dataclass(frozen=True, kw_only=True)
class Comment:
    """Something said about a case. Instants are aware, in UTC; a deleted one has no text any more."""

    id: CommentId
    case_id: CaseId
    author: PersonRef
    audience: Audience
    text: str
    at: datetime
    version: int = 1
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    outcomes: tuple[Outcome, ...] = ()
    to_contact: bool = False
    is_message: bool = False
    """Its author said it in Slack, and edits it there."""
    by_mail: bool = False
    """Whether it came in by e-mail."""


EDITABLE = (
    "title",
    "description",
    "business_impact",
    "severity",
    "kind",
    "timezone",
    "org_id_or_mid",
    "contact",
)
EDITABLE_BY_DSC = frozenset({"description", "business_impact", "severity", "contact"})
"""domain.md 2, row "edit a case": what the customer side may change of its own case."""


class ChangeKind(StrEnum):
    """What happened to a case, in the past tense; the kinds of history rows and of notices."""

    OPENED = "opened"
    TAKEN = "taken"
    ASSIGNED = "assigned"
    COMMENTED = "commented"
    EDITED = "edited"
    STATUS_SET = "status_set"
    CLOSED = "closed"
    REOPENED = "reopened"
    ESCALATED = "escalated"
    EXPEDITE_ASKED = "expedite_asked"
    CALL_BACK_ASKED = "call_back_asked"
    CALLED_BACK = "called_back"
    RULES_CHANGED = "rules_changed"  # the account's plan or the desk's policy
    COMMENT_EDITED = "comment_edited"
    COMMENT_DELETED = "comment_deleted"
    ASKED = "asked"
    ASKED_FOR_UPDATE = "asked_for_update"
    ARTICLE_LINKED = "article_linked"
    ARTICLE_UNLINKED = "article_unlinked"
    LIMIT_PASSED = "limit_passed"  # of a timed rule
    TIED = "tied"  # to an order or cart, or to none any more
    ORDER_ACT = "order_act"  # something was done with its order, or asked for


def may_read(case: Case, person: Person) -> bool:
    """Whether the case is one that `person` may see at all (the SQL of every read says the same)."""
    reach = RIGHTS[Act.READ_CASE].reach(person.role)
    return _within(reach, case, person)


def _within(reach: Reach, case: Case, person: Person) -> bool:
    if reach is Reach.ALL:
        return True
    own = person.account_id is not None and person.account_id == case.account_id
    if reach is Reach.OWN_ACCOUNT:
        return own
    if reach is Reach.OWN_ACCOUNT_OPEN:
        return own and not case.is_closed
    return False


def check(act: Act, case: Case, person: Person) -> None:
    """Raise the Refusal that keeps `person` from `act` on `case` by role, team or account."""
    require(act, person)
    if not _within(RIGHTS[act].reach(person.role), case, person):
        raise Refusal(Reason.NO_SUCH_CASE, {"number": case.number})


def check_version(case: Case, version: int) -> None:
    """Raise CHANGED_MEANWHILE when the case is not the one that the person was looking at."""
    if case.version != version:
        raise Refusal(Reason.CHANGED_MEANWHILE, {"number": case.number})


def check_audience(person: Person, audience: Audience) -> None:
    """Raise when `person` may not write to `audience` (domain.md 2 and 5)."""
    if audience is Audience.INTERNAL:
        if not allowed(Act.COMMENT_INTERNAL, person):
            raise Refusal(Reason.INTERNAL_IS_FOR_STAFF)
        return
    require(Act.COMMENT_PUBLIC, person)


def default_audience(person: Person) -> Audience:
    """Staff write internal by default, the customer side always writes public (domain.md 5)."""
    return Audience.PUBLIC if person.is_customer_side else Audience.INTERNAL


def check_may_close(case: Case, creator: Person, person: Person) -> None:
    """Raise when the case is not for `person` to close or reopen (domain.md 5, "Who closes")."""
    if person.role in (Role.MANAGER, Role.ADMINISTRATOR):
        return
    if case.opened_by_staff:
        allowed = person.id == creator.id or (person.is_staff and person.shares_a_team_with(creator))
        who = "creator"
    else:
        allowed = person.id == case.owner_id or person.role is Role.DSC
        who = "owner"
    if not allowed:
        raise Refusal(
            Reason.NOT_YOUR_CASE_TO_CLOSE,
            {"number": case.number, "who": who, "creator": creator.name, "owner": case.owner_name},
        )


def closed_refusal(case: Case) -> Refusal:
    """ALREADY_CLOSED with who was faster and when."""
    return Refusal(
        Reason.ALREADY_CLOSED,
        {"number": case.number, "by": case.closed_by.name if case.closed_by else "", "at": case.closed_at},
    )


def check_open(case: Case) -> None:
    if case.is_closed:
        raise closed_refusal(case)


def check_settable(case: Case, person: Person, status: Status) -> None:
    """Raise when `person` may not set `status` by hand from where the case stands (domain.md 2)."""
    for step in settable(case.status):
        if step.end is status:
            if step.only is not None:
                check(Act.SET_NO_RESPONSE, case, person)
            return
    raise Refusal(
        Reason.STATUS_NOT_REACHABLE,
        {"number": case.number, "status": case.status.value, "wanted": status.value},
    )


def reachable(case: Case, person: Person) -> tuple[Status, ...]:
    """The statuses that `person` may set by hand now."""
    return tuple(
        step.end
        for step in settable(case.status)
        if step.only is None or allowed(Act.SET_NO_RESPONSE, person)
    )


def opened(
    command: OpenCase,
    by: Person,
    *,
    number: CaseNumber,
    account: Account,
    team: Team | None,
    card_place: str | None,
    now: datetime,
) -> Case:
    """A new case, UNSAVED until the store gives it an id; its side and origin follow from who opens it."""
    return Case(
        id=UNSAVED,
        number=number,
        version=1,
        status=Status.NEW,
        severity=command.severity,
        kind=command.kind,
        origin=_origin(command, by),
        title=command.title,
        description=command.description,
        business_impact=command.business_impact,
        timezone=command.timezone or account.timezone,
        account_id=account.id,
        account_name=account.name,
        org_id_or_mid=command.org_id_or_mid or account.org_id_or_mid,
        contact=command.contact,
        creator=by.ref,
        opened_by_staff=by.is_staff,
        created_at=now,
        updated_at=now,
        team_id=team.id if team else None,
        team_name=team.name if team else "",
        card_place=card_place,
        plan=account.success_plan,
    )


def _origin(command: OpenCase, by: Person) -> Origin:
    if command.origin is not None:
        return command.origin
    if command.thread is not None:
        return Origin.THREAD
    return Origin.SUPPORT if by.is_staff else Origin.DSC


def commented(case: Case, author: Person, now: datetime, outcomes: Collection[Outcome] = ()) -> Case:
    """The case after a comment: the first one by staff makes it Working, any inbound ends No Response.

    That the customer answered by phone or mail is inbound too (domain.md 5).
    """
    move = Move.CUSTOMER_COMMENT if author.is_customer_side else Move.STAFF_COMMENT
    status = after(case.status, move)
    if Outcome.CUSTOMER_ANSWERED in outcomes:
        status = after(status, Move.CUSTOMER_COMMENT)
    return _moved(case, status, now)


def taken(case: Case, by: Person, now: datetime) -> Case:
    """The case as `by`'s own. Raises ALREADY_OWNER, or ALREADY_TAKEN when somebody was faster."""
    if case.owner_id == by.id:
        raise Refusal(Reason.ALREADY_OWNER, {"number": case.number})
    if case.owner is not None:
        raise Refusal(Reason.ALREADY_TAKEN, {"number": case.number, "by": case.owner.name})
    moved = _moved(case, after(case.status, Move.TAKE), now)
    return replace(moved, owner=by.ref, turns=handed_over(case.turns, by.id))


def assigned(case: Case, owner: Person, now: datetime) -> Case:
    """The case with another owner. Raises OWNER_MUST_BE_STAFF, OWNER_MAY_NOT_WORK or ALREADY_OWNER.

    Whoever created a case may get it back also where they may not work cases: they close it (domain.md 5).
    """
    if not owner.is_staff:
        raise Refusal(Reason.OWNER_MUST_BE_STAFF, {"name": owner.name})
    if not allowed(Act.TAKE, owner) and owner.id != case.creator.id:
        raise Refusal(Reason.OWNER_MAY_NOT_WORK, {"name": owner.name})
    if case.owner_id == owner.id:
        raise Refusal(Reason.ALREADY_OWNER, {"number": case.number, "name": owner.name})
    return replace(case, updated_at=now, owner=owner.ref, turns=handed_over(case.turns, owner.id))


def closed(case: Case, by: Person | None, resolution: str, now: datetime) -> Case:
    """The case after closing, by a rule where `by` is None; raises ALREADY_CLOSED."""
    check_open(case)
    ended = _moved(case, Status.CLOSED, now)
    nothing_owed = replace(case.escalation, call_back_due=None)
    return replace(
        ended, resolution=resolution, closed_at=now, closed_by=by.ref if by else None, escalation=nothing_owed
    )


def reopened(case: Case, now: datetime) -> Case:
    """The case after reopening; raises NOT_CLOSED."""
    if not case.is_closed:
        raise Refusal(Reason.NOT_CLOSED, {"number": case.number})
    again = replace(_moved(case, Status.REOPENED, now), turns=begun_again(case.turns))
    return replace(again, resolution="", closed_at=None, closed_by=None)


def edited(case: Case, command: EditCase, by: Person, now: datetime) -> Case:
    """The case with the new field values.

    Raises NOT_YOUR_FIELD when the customer side changes more than it may, NOTHING_CHANGED when nothing did.
    """
    wanted = {name: getattr(command, name) for name in EDITABLE}
    changed = {name: new for name, new in wanted.items() if new is not None and new != getattr(case, name)}
    if not changed:
        raise Refusal(Reason.NOTHING_CHANGED, {"number": case.number})
    if by.is_customer_side and not EDITABLE_BY_DSC.issuperset(changed):
        beyond = sorted(set(changed) - EDITABLE_BY_DSC)
        raise Refusal(Reason.NOT_YOUR_FIELD, {"fields": ", ".join(beyond)})
    return replace(case, updated_at=now, **changed)


def _moved(case: Case, status: Status, now: datetime) -> Case:
    return replace(case, status=status, updated_at=now)
