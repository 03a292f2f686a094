"""Lockout, password and user-name requests: who asks, who sees to them, and that only one does (A7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.calendars import Calendar, open_from
from bot.domain.ids import AccessRequestId, AccountId
from bot.domain.people import Account, Person, PersonRef, Role
from bot.domain.permissions import RIGHTS, Act, Reach, allowed, require
from bot.domain.refusals import Reason, Refusal
from bot.domain.slots import DAY, Rhythm, next_due
from bot.domain.timetable import EVERY_DAY


class AccessKind(StrEnum):
    """Why somebody cannot get in."""

    LOCKOUT = "lockout"
    PASSWORD = "password"  # noqa: S105  a kind of request, and no secret
    USER_NAME = "user_name"


class AccessState(StrEnum):
    WAITING = "waiting"
    TAKEN = "taken"
    FINISHED = "finished"


@dataclass(frozen=True, kw_only=True)
class AccessRequest:
    """Somebody cannot get in. Instants are aware, in UTC."""

    id: AccessRequestId
    number: int
    version: int
    kind: AccessKind
    state: AccessState
    account_id: AccountId
    account_name: str
    who_name: str
    who_email: str
    note: str
    requester: PersonRef
    created_at: datetime
    taken_by: PersonRef | None = None
    taken_at: datetime | None = None
    finished_by: PersonRef | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class RequestAccess:
    """Ask for somebody who cannot get in."""

    kind: AccessKind
    account_id: AccountId
    who_name: str
    who_email: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class AccessForm:
    """What the form is drawn from: the accounts that this person may ask for."""

    person: Person
    accounts: tuple[Account, ...]


@dataclass(frozen=True, kw_only=True)
class AccessRow:
    """A request as one person sees it, and what they may do with it now."""

    request: AccessRequest
    may_take: bool = False
    may_finish: bool = False
    may_put_back: bool = False


@dataclass(frozen=True, kw_only=True)
class AccessList:
    """A page of requests, the oldest open one first, or the newest finished one."""

    rows: tuple[AccessRow, ...]
    total: int
    start: int
    finished: bool

    @property
    def earlier(self) -> int | None:
        return max(self.start - LISTED, 0) if self.start else None

    @property
    def later(self) -> int | None:
        after = self.start + len(self.rows)
        return after if after < self.total else None


@dataclass(frozen=True, kw_only=True)
class AccessAsked:
    """A request that was just made and those who were asked; where nobody is named, it was support staff."""

    request: AccessRequest
    asked: tuple[PersonRef, ...]


LISTED = 8

REMINDER = Rhythm(weekdays=EVERY_DAY, hour=9, moves=False)
"""Who owes something is reminded on the morning of each office day."""


def next_morning(now: datetime, calendar: Calendar) -> datetime:
    """When somebody with this calendar is reminded next, in UTC: at nine, or when their office opens later.

    One that has no office day within two months holds nothing back: then it is the next day.
    """
    found = next_due(REMINDER, now, calendar)
    return open_from(calendar, found.at) if found is not None else now + DAY


def check_may_ask(person: Person, account_id: AccountId) -> None:
    """Raise the Refusal that keeps `person` from asking for somebody of an account."""
    require(Act.REQUEST_ACCESS, person)
    own = RIGHTS[Act.REQUEST_ACCESS].reach(person.role) is Reach.OWN_ACCOUNT
    if own and person.account_id != account_id:
        raise Refusal(Reason.WRONG_ACCOUNT)


def check_may_see_to(request: AccessRequest, person: Person, *, has_contacts: bool) -> None:
    """Raise the Refusal that keeps `person` from taking this request (domain.md 2).

    An agent does it only where the account has no support contact who could.
    """
    require(Act.FINISH_ACCESS_REQUEST, person)
    match RIGHTS[Act.FINISH_ACCESS_REQUEST].reach(person.role):
        case Reach.OWN_ACCOUNT if person.account_id != request.account_id:
            raise Refusal(Reason.NO_SUCH_REQUEST)
        case Reach.WITHOUT_DSC if has_contacts:
            raise Refusal(Reason.ACCESS_IS_THEIRS)


def taken(request: AccessRequest, person: Person, now: datetime, *, has_contacts: bool) -> AccessRequest:
    """The request once `person` has it. Raises ACCESS_TAKEN or ACCESS_FINISHED with who was faster."""
    check_may_see_to(request, person, has_contacts=has_contacts)
    _check_unfinished(request)
    if request.state is AccessState.TAKEN:
        raise _taken(request, Reason.ACCESS_TAKEN)
    return replace(request, state=AccessState.TAKEN, taken_by=person.ref, taken_at=now)


def finished(request: AccessRequest, person: Person, now: datetime, *, has_contacts: bool) -> AccessRequest:
    """The request once it is done: by who took it, or at once by whoever could take it."""
    if not _holds(request, person):
        if request.state is AccessState.TAKEN:
            check_may_see_to(request, person, has_contacts=has_contacts)
            raise _taken(request, Reason.ACCESS_NOT_YOURS)
        request = taken(request, person, now, has_contacts=has_contacts)
    return replace(request, state=AccessState.FINISHED, finished_by=person.ref, finished_at=now)


def put_back(request: AccessRequest, person: Person, *, has_contacts: bool) -> AccessRequest:
    """The request once it waits again: who took it gives it back, or a manager takes it from them."""
    if not _holds(request, person):
        check_may_see_to(request, person, has_contacts=has_contacts)
        _check_unfinished(request)
        if request.state is AccessState.WAITING:
            raise Refusal(Reason.ACCESS_NOT_TAKEN)
        if not _leads(person):
            raise _taken(request, Reason.ACCESS_NOT_YOURS)
    return replace(request, state=AccessState.WAITING, taken_by=None, taken_at=None)


def _holds(request: AccessRequest, person: Person) -> bool:
    """Whether it is theirs now; who has lost the right since then does not hold it any more."""
    holder = request.taken_by if request.state is AccessState.TAKEN else None
    if holder is None or holder.id != person.id or not allowed(Act.FINISH_ACCESS_REQUEST, person):
        return False
    own = RIGHTS[Act.FINISH_ACCESS_REQUEST].reach(person.role) is Reach.OWN_ACCOUNT
    return not own or person.account_id == request.account_id


def _leads(person: Person) -> bool:
    return person.role in (Role.MANAGER, Role.ADMINISTRATOR)


def _check_unfinished(request: AccessRequest) -> None:
    if request.state is AccessState.FINISHED:
        by = request.finished_by.name if request.finished_by else None
        raise Refusal(Reason.ACCESS_FINISHED, {"by": by, "at": request.finished_at})


def _taken(request: AccessRequest, reason: Reason) -> Refusal:
    by = request.taken_by.name if request.taken_by else None
    return Refusal(reason, {"by": by, "at": request.taken_at})


def _goes(act: Callable[[], AccessRequest]) -> bool:
    try:
        act()
    except Refusal:
        return False
    return True


def offered(request: AccessRequest, person: Person, *, has_contacts: bool) -> AccessRow:
    """What `person` may do with a request now."""
    now = request.created_at  # the instant of a change that nobody saves
    return AccessRow(
        request=request,
        may_take=_goes(lambda: taken(request, person, now, has_contacts=has_contacts)),
        may_finish=request.state is AccessState.TAKEN
        and _goes(lambda: finished(request, person, now, has_contacts=has_contacts)),
        may_put_back=_goes(lambda: put_back(request, person, has_contacts=has_contacts)),
    )
