"""Who may do what: a right is given by role and taken away by team; a denial wins (domain.md 2, "Rights")."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from bot.domain.people import Person, Role, TeamKind
from bot.domain.refusals import Reason, Refusal


class Act(StrEnum):
    READ_CASE = "read_case"
    COMMENT_PUBLIC = "comment_public"
    COMMENT_INTERNAL = "comment_internal"
    OPEN_CASE = "open_case"
    EDIT_CASE = "edit_case"
    ASSIGN = "assign"
    TAKE = "take"
    SET_STATUS = "set_status"
    SET_NO_RESPONSE = "set_no_response"
    CLOSE = "close"
    REOPEN = "reopen"
    SET_UP_DESK = "set_up_desk"
    MIND_HEALTH = "mind_health"


class Reach(IntEnum):
    """How far a right goes."""

    NONE = 0
    OWN_ACCOUNT_OPEN = 1
    OWN_ACCOUNT = 2
    ALL = 3


@dataclass(frozen=True, kw_only=True)
class Right:
    """A row of the table: the reach by role, the teams it is taken from, the team it is kept for."""

    community: Reach = Reach.NONE
    dsc: Reach = Reach.NONE
    agent: Reach = Reach.NONE
    manager: Reach = Reach.NONE
    administrator: Reach = Reach.NONE
    taken_from: frozenset[TeamKind] = frozenset()
    kept_for: TeamKind | None = None

    def reach(self, role: Role | None) -> Reach:
        if role is None:
            return Reach.NONE
        by_role: dict[Role, Reach] = {
            Role.COMMUNITY: self.community,
            Role.DSC: self.dsc,
            Role.AGENT: self.agent,
            Role.MANAGER: self.manager,
            Role.ADMINISTRATOR: self.administrator,
        }
        return by_role[role]

    def roles(self) -> tuple[Role, ...]:
        """The roles that have this right at all, for the sentence that says who could do it."""
        return tuple(role for role in Role if self.reach(role) is not Reach.NONE)


def _staff(
    *,
    community: Reach = Reach.NONE,
    dsc: Reach = Reach.NONE,
    taken_from: frozenset[TeamKind] = frozenset(),
    kept_for: TeamKind | None = None,
) -> Right:
    return Right(
        community=community,
        dsc=dsc,
        agent=Reach.ALL,
        manager=Reach.ALL,
        administrator=Reach.ALL,
        taken_from=taken_from,
        kept_for=kept_for,
    )


_LEVEL_ONE = frozenset({TeamKind.LEVEL_ONE})

RIGHTS: dict[Act, Right] = {
    Act.READ_CASE: _staff(community=Reach.OWN_ACCOUNT_OPEN, dsc=Reach.OWN_ACCOUNT),
    Act.COMMENT_PUBLIC: _staff(community=Reach.OWN_ACCOUNT_OPEN, dsc=Reach.OWN_ACCOUNT),
    Act.COMMENT_INTERNAL: _staff(),
    Act.OPEN_CASE: _staff(dsc=Reach.OWN_ACCOUNT),
    Act.EDIT_CASE: _staff(dsc=Reach.OWN_ACCOUNT),
    Act.ASSIGN: _staff(),  # level one hands over to others, but never takes or works
    Act.TAKE: _staff(taken_from=_LEVEL_ONE),
    Act.SET_STATUS: _staff(taken_from=_LEVEL_ONE),
    Act.SET_NO_RESPONSE: _staff(kept_for=TeamKind.INTEGRATIONS),
    Act.CLOSE: _staff(dsc=Reach.OWN_ACCOUNT),
    Act.REOPEN: _staff(dsc=Reach.OWN_ACCOUNT),
    Act.SET_UP_DESK: Right(administrator=Reach.ALL),
    Act.MIND_HEALTH: Right(administrator=Reach.ALL),
}


def obstacle(act: Act, person: Person) -> Refusal | None:
    """Why `person` may not do `act` anywhere, or None; `domain.cases` and the SQL limit it to accounts."""
    if person.role is None:
        return Refusal(Reason.NOT_SET_UP)
    right = RIGHTS[act]
    if right.reach(person.role) is Reach.NONE:
        return Refusal(Reason.NOT_YOUR_ROLE, {"act": act.value, "who": ",".join(right.roles())})
    kinds = {team.kind for team in person.teams}
    if kinds and kinds <= right.taken_from:
        team = ", ".join(team.name for team in person.teams)
        return Refusal(Reason.TAKEN_FROM_YOUR_TEAM, {"act": act.value, "team": team})
    if right.kept_for is not None and right.kept_for not in kinds:
        return Refusal(Reason.NOT_YOUR_TEAM, {"act": act.value, "who": right.kept_for.value})
    return None


def require(act: Act, person: Person) -> None:
    """Raise the `Refusal` that keeps `person` from `act`, if there is one."""
    refusal = obstacle(act, person)
    if refusal is not None:
        raise refusal


def public_comments_locked(person: Person) -> bool:
    """Whether every team of a member of staff locks public comments (domain.md 2: denied by every team)."""
    teams = person.teams
    return person.is_staff and bool(teams) and all(team.public_comments_locked for team in teams)
