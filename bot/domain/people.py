"""People, accounts and teams: who somebody is to the desk, and through whose eyes a read looks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from bot.domain.ids import AccountId, ChannelId, PersonId, SlackUserId, TeamId, WorkspaceId


class Role(StrEnum):
    """What somebody is to the desk (domain.md 2, "Rights")."""

    COMMUNITY = "community"
    DSC = "dsc"
    AGENT = "agent"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"

    @property
    def is_staff(self) -> bool:
        return self in (Role.AGENT, Role.MANAGER, Role.ADMINISTRATOR)


class SuccessPlan(StrEnum):
    PREMIER = "Premier"
    PREMIER_PLUS = "Premier+"
    STANDARD = "Standard"


class TeamKind(StrEnum):
    """What kind of work a team does; some rights are taken away by it (domain.md 2)."""

    LEVEL_ONE = "level_one"
    LEVEL_TWO = "level_two"
    INTEGRATIONS = "integrations"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class PersonRef:
    """Just enough of a person to mention them; `name` is for places that cannot show a mention."""

    id: PersonId
    slack_user_id: SlackUserId
    name: str

    @property
    def is_slack_user(self) -> bool:
        """Whether Slack has them: an app, somebody known by e-mail alone, and the desk itself it has not."""
        return self.slack_user_id.startswith(("U", "W"))


@dataclass(frozen=True, kw_only=True)
class Account:
    """A customer of the desk. `timezone` is an IANA name; `version` grows with each edit.

    `buys`: a customer of the shop is of it. Said of one account that is looked for, not of a list.
    """

    id: AccountId
    name: str
    org_id_or_mid: str
    success_plan: SuccessPlan
    timezone: str
    version: int = 1
    buys: bool = False


@dataclass(frozen=True, kw_only=True)
class Team:
    """A team of staff. `channel` is where its case cards go; None means the desk's cases channel.

    `version` grows with each edit.
    """

    id: TeamId
    name: str
    kind: TeamKind
    channel: ChannelId | None = None
    public_comments_locked: bool = False
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody of the workspace. `role` is None until one is set; `timezone` is an IANA name.

    `named_by` and `named_on` say who at the customer named this support contact, and on which day
    (domain.md 1.4); `version` grows whenever somebody is set up anew.
    """

    id: PersonId
    workspace_id: WorkspaceId
    slack_user_id: SlackUserId
    name: str
    timezone: str = "UTC"
    role: Role | None = None
    account_id: AccountId | None = None
    teams: tuple[Team, ...] = ()
    home_seen: bool = False
    named_by: str = ""
    named_on: date | None = None
    version: int = 1
    email: str = ""
    """As Slack tells it, without case; empty where it does not."""

    @property
    def ref(self) -> PersonRef:
        return PersonRef(id=self.id, slack_user_id=self.slack_user_id, name=self.name)

    @property
    def is_staff(self) -> bool:
        return self.role is not None and self.role.is_staff

    @property
    def is_customer_side(self) -> bool:
        return self.role is not None and not self.role.is_staff

    def shares_a_team_with(self, other: Person) -> bool:
        return bool({team.id for team in self.teams} & {team.id for team in other.teams})


FEWEST_CONTACTS, MOST_CONTACTS = 3, 5
"""How many designated support contacts an account should have (domain.md 1.4): others are warned of."""


def contacts_are_enough(count: int) -> bool:
    """Whether an account has as many support contacts as it should."""
    return FEWEST_CONTACTS <= count <= MOST_CONTACTS


class Identity(NamedTuple):
    """What tells whether two records are one human being; `email` is as `Person` has it."""

    id: PersonId
    slack_user_id: SlackUserId
    email: str


Known = Person | Identity


NOBODY = PersonId(0)


def stranger(workspace_id: WorkspaceId, slack_user_id: SlackUserId) -> Person:
    """Somebody whom the desk has never heard of: no role, no account, nothing to see."""
    return Person(id=NOBODY, workspace_id=workspace_id, slack_user_id=slack_user_id, name="")


@dataclass(frozen=True)
class Viewer:
    """Through whose eyes a read looks; every read takes one and makes it part of its SQL (house.md)."""

    person: Person

    @property
    def workspace_id(self) -> WorkspaceId:
        return self.person.workspace_id

    @property
    def person_id(self) -> PersonId:
        return self.person.id

    @property
    def role(self) -> Role | None:
        return self.person.role

    @property
    def account_id(self) -> AccountId | None:
        return self.person.account_id

    @property
    def is_staff(self) -> bool:
        return self.person.is_staff


def contact_viewer(workspace_id: WorkspaceId, account_id: AccountId) -> Viewer:
    """The eyes of a case's contact, who may be outside Slack: the public parts of their account's cases."""
    nobody = stranger(workspace_id, SlackUserId(""))
    return Viewer(replace(nobody, role=Role.DSC, account_id=account_id))


def channel_viewer(workspace_id: WorkspaceId) -> Viewer:
    """The eyes of a staff channel: what a case card, one message for all of them, may show."""
    nobody = stranger(workspace_id, SlackUserId(""))
    return Viewer(replace(nobody, role=Role.AGENT))
