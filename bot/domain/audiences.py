"""Who reads what is written: public comments of staff are shown first, and can be taken back for a moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.cases import Case, may_read
from bot.domain.ids import CaseId, CommentId, HeldId, PersonId
from bot.domain.lifecycle import Status
from bot.domain.outcomes import Outcome
from bot.domain.people import Person
from bot.domain.talk import Attached

TAKE_BACK = timedelta(seconds=10)
"""How long a public comment of staff waits before anybody is told (product.md, "Beyond" 7)."""


class PublicAct(StrEnum):
    """What a public text was written for."""

    COMMENT = "comment"
    CLOSE = "close"
    REOPEN = "reopen"
    EDIT = "edit"  # of a comment that is public already


class HeldState(StrEnum):
    SHOWN = "shown"  # to its author, who has not sent it
    HELD = "held"  # sent, and can be taken back
    SAID = "said"
    TAKEN_BACK = "taken_back"
    NOT_SAID = "not_said"  # its author lost the right meanwhile, and is still to be told


@dataclass(frozen=True, kw_only=True)
class Held:
    """A public text on its way. Nobody but its author sees it before it is said.

    `case_version` is the one that the form was drawn from; `to_contact` that the case's contact gets it by
    e-mail; `goes_at` (aware, UTC, business time) is None until it is sent.
    """

    id: HeldId
    case_id: CaseId
    author_id: PersonId
    act: PublicAct
    case_version: int
    text: str
    resolution: str = ""
    outcomes: tuple[Outcome, ...] = ()
    to_contact: bool = False
    comment_id: CommentId | None = None
    """Which comment it is to change; its version is then `case_version`."""
    files: tuple[Attached, ...] = ()
    state: HeldState = HeldState.SHOWN
    goes_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A public text with everything that its author is to see before it is sent."""

    held: Held
    case: Case
    author: Person
    readers: tuple[Person, ...]


@dataclass(frozen=True, kw_only=True)
class Readers:
    """A case and the people outside of support who will read what becomes public in it."""

    case: Case
    people: tuple[Person, ...]


def readers(case: Case, act: PublicAct, account_people: Iterable[Person]) -> tuple[Person, ...]:
    """The customer-side people who will read a public text, given all people of the case's account.

    They are those who may read the case as it stands after the act: community users read no closed case.
    """
    after = {PublicAct.CLOSE: Status.CLOSED, PublicAct.REOPEN: Status.REOPENED}
    then = replace(case, status=after.get(act, case.status))
    return tuple(one for one in account_people if one.is_customer_side and may_read(then, one))
