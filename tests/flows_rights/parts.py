"""Everybody who can exist: each role, with each membership or account; the walks play all of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from bot.domain.ids import AccountId, TeamId
from bot.domain.people import Role, TeamKind
from tests.flows.conftest import CLOUD_NINE, HARBOUR, INTEGRATIONS, LEVEL_ONE, LEVEL_TWO, Workplace

TEAM_OF = {
    TeamKind.LEVEL_ONE: LEVEL_ONE,
    TeamKind.LEVEL_TWO: LEVEL_TWO,
    TeamKind.INTEGRATIONS: INTEGRATIONS,  # locks public comments
    TeamKind.OTHER: TeamId(4),
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """One who can exist. `handle` is who plays it."""

    handle: str
    role: Role | None
    account: AccountId | None = None
    kinds: tuple[TeamKind, ...] = ()

    def __str__(self) -> str:
        place = {CLOUD_NINE: "own account", HARBOUR: "other account"}.get(self.account or AccountId(0), "")
        return f"{self.role or 'stranger'} {place}{'+'.join(self.kinds) or ''}".strip()

    async def plays(self, workplace: Workplace) -> None:
        if self.role is None:
            return
        await workplace.role_of(
            self.handle, self.role, self.account, tuple(TEAM_OF[kind] for kind in self.kinds)
        )


MEMBERSHIPS: tuple[tuple[TeamKind, ...], ...] = (
    (),
    *((kind,) for kind in TeamKind),
    (TeamKind.LEVEL_ONE, TeamKind.LEVEL_TWO),
    (TeamKind.LEVEL_TWO, TeamKind.INTEGRATIONS),
)
TELLING = ((), (TeamKind.LEVEL_ONE,), (TeamKind.INTEGRATIONS,))
"""The memberships that take something away; a test of rules goes through all of them for every role."""

PARTS = (
    Part(handle="sam", role=None),
    *(
        Part(handle="ben", role=role, account=account)
        for role, account in product((Role.COMMUNITY, Role.DSC), (CLOUD_NINE, HARBOUR))
    ),
    *(Part(handle="ben", role=Role.AGENT, kinds=kinds) for kinds in MEMBERSHIPS),
    *(
        Part(handle="ben", role=role, kinds=kinds)
        for role, kinds in product((Role.MANAGER, Role.ADMINISTRATOR), TELLING)
    ),
)
