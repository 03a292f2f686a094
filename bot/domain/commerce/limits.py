"""How much a role may decide alone, and who may approve what is above it: four eyes, by any path (2). Pure.

Services ask `needs_approval` before they do an act, and `no_approval` when somebody presses Approve.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from bot.domain.people import Known, Person, Role
from bot.domain.permissions import RIGHTS, Act, Reach, allowed
from bot.domain.shop.money import Money, decimals, is_currency, plain

MOST_WHOLE = 10**9
"""A limit above this is a slip of the keyboard."""


@dataclass(frozen=True, kw_only=True)
class RoleLimits:
    """The most that each role decides alone in one act, in whole units of a currency; 0 is nothing alone."""

    agent: int = 200
    manager: int = 2_000

    def of(self, role: Role) -> int:
        return {Role.AGENT: self.agent, Role.MANAGER: self.manager}.get(role, 0)


@dataclass(frozen=True, kw_only=True)
class MoneyLimits:
    """A desk's limits. A currency without its own has the desk's numbers, in its whole units."""

    desk: RoleLimits = RoleLimits()  # frozen
    currencies: Mapping[str, RoleLimits] | None = None

    def of(self, currency: str) -> RoleLimits:
        return (self.currencies or {}).get(currency, self.desk)

    def alone(self, act: Act, role: Role, currency: str) -> Money | None:
        """The most that a role decides alone, or None where it has no limit."""
        if RIGHTS[act].reach(role) is Reach.ALL:
            return None
        return Money(minor=self.of(currency).of(role) * 10 ** decimals(currency), currency=currency)


DEFAULT_MONEY_LIMITS = MoneyLimits()


def needs_approval(
    act: Act, person: Person, amount: Money, limits: MoneyLimits = DEFAULT_MONEY_LIMITS, *, earlier: int = 0
) -> bool:
    """Whether somebody else has to agree before `person` does an act of that amount.

    `earlier` is what the same person did alone on the same order before, in minor units: an amount that is
    taken apart to stay below the limit is held against it whole. With 0 the limit is per act.
    """
    if person.role is None:
        return True
    most = limits.alone(act, person.role, amount.currency)
    return most is not None and amount.minor + earlier > most.minor


class NoApproval(StrEnum):
    """Why somebody may not approve a request."""

    NOT_THEIR_ROLE = "not_their_role"
    OWN_REQUEST = "own_request"
    HAD_A_HAND_IN_IT = "had_a_hand_in_it"
    SAME_PERSON = "same_person"  # another record of somebody who had a hand in it
    APPROVED_BEFORE = "approved_before"


@dataclass(frozen=True, kw_only=True)
class ApprovalRequest:
    """Something that waits for a second person.

    `hands` are all who had a part in it: who changed its amount, opened its return, decided the case's
    refund before. `on_behalf_of` is who somebody acted for in an assisted session or as a deputy.
    """

    requested_by: Known
    hands: Sequence[Known] = ()
    on_behalf_of: Sequence[Known] = ()
    decided_by: Known | None = None


def no_approval(request: ApprovalRequest, approver: Person) -> NoApproval | None:
    """Why `approver` may not approve (or decline) a request; None where they may."""
    if request.decided_by is not None:
        return NoApproval.APPROVED_BEFORE
    if approver.id == request.requested_by.id:
        return NoApproval.OWN_REQUEST
    if not allowed(Act.APPROVE, approver):
        return NoApproval.NOT_THEIR_ROLE
    others = (*request.hands, *request.on_behalf_of)
    if any(approver.id == one.id for one in others):
        return NoApproval.HAD_A_HAND_IN_IT
    if any(is_same_person(approver, one) for one in (request.requested_by, *others)):
        return NoApproval.SAME_PERSON
    return None


def is_same_person(one: Known, other: Known) -> bool:
    """Whether two records are one human being: the same Slack user, or the same e-mail address."""
    if one.id == other.id or (one.slack_user_id and one.slack_user_id == other.slack_user_id):
        return True
    return bool(one.email) and one.email.strip().casefold() == other.email.strip().casefold()


def approvers(request: ApprovalRequest, people: Sequence[Person]) -> tuple[Person, ...]:
    """Who of these may approve a request."""
    return tuple(one for one in people if no_approval(request, one) is None)


def read_money_limits(raw: object) -> tuple[MoneyLimits, list[str]]:
    """The limits that a policy file's table describes, and a sentence for all that is wrong with them.

    `agent = 200`, `manager = 2000`, and a table of the two for each currency that has its own.
    """
    if raw is None:
        return DEFAULT_MONEY_LIMITS, []
    if not isinstance(raw, Mapping):
        return DEFAULT_MONEY_LIMITS, ["money is no table of limits."]
    own = {name: value for name, value in raw.items() if isinstance(value, Mapping)}
    desk = {name: value for name, value in raw.items() if name not in own}
    faults = list(_role_faults("money", desk))
    for code, table in own.items():
        if not is_currency(code):
            faults.append(f"money.{code} is no currency: write its ISO code, like JPY.")
        faults += _role_faults(f"money.{code}", table)
    if faults:
        return DEFAULT_MONEY_LIMITS, faults
    base = RoleLimits(**desk)
    currencies = {code: RoleLimits(**table) for code, table in own.items()}
    return MoneyLimits(desk=base, currencies=currencies), []


def plain_money_limits(limits: MoneyLimits) -> dict[str, object]:
    """The limits as a policy file has them: what `read_money_limits` reads."""
    own = {code: asdict(one) for code, one in (limits.currencies or {}).items()}
    return {**asdict(limits.desk), **own}


def said(limit: Money | None) -> str:
    """A limit in words of a sentence."""
    return f"{limit.currency} {plain(limit.minor, limit.currency)}" if limit else "no limit"


def _role_faults(where: str, table: Mapping[str, object]) -> Iterator[str]:
    known = ("agent", "manager")
    for name, value in table.items():
        if name not in known:
            yield f"{where}.{name} is no setting of it: those are {', '.join(known)}."
        elif not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_WHOLE:
            yield f"{where}.{name} must be a whole number of 0 or more, without the smaller coins."
    both = [table.get(name, getattr(RoleLimits(), name)) for name in known]
    if all(isinstance(one, int) for one in both) and both[0] > both[1]:  # type: ignore[operator]
        yield f"{where}.agent must not be above {where}.manager."
