"""What an administrator's windows are drawn from: lists of accounts, people and teams, and their forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.domain.ids import AccountId, SlackUserId
from bot.domain.people import Account, Person, Team
from bot.domain.policy import Policy

Row = TypeVar("Row")

LISTED = 10
"""Rows on one page of a list."""


@dataclass(frozen=True, kw_only=True)
class Listing(Generic[Row]):
    """One page of a list, by name: `start` is how many stand before it, `words` what was looked for."""

    rows: tuple[Row, ...]
    total: int
    start: int = 0
    words: str = ""

    @property
    def earlier(self) -> int | None:
        """Where the page before begins; None on the first one."""
        return max(self.start - LISTED, 0) if self.start else None

    @property
    def later(self) -> int | None:
        """Where the next page begins; None on the last one."""
        after = self.start + len(self.rows)
        return after if after < self.total else None


@dataclass(frozen=True, kw_only=True)
class AccountRow:
    """An account, and how many support contacts and community users it has."""

    account: Account
    contacts: int
    community: int


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """Somebody with a role, and what their account is called."""

    person: Person
    account_name: str = ""


@dataclass(frozen=True, kw_only=True)
class TeamRow:
    """A team, and how many people are in it."""

    team: Team
    members: int


@dataclass(frozen=True, kw_only=True)
class AccountForm:
    """An account to edit, with its people; no account while one is being added."""

    policy: Policy
    account: Account | None = None
    contacts: tuple[Person, ...] = ()
    community: tuple[Person, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TeamForm:
    """A team to edit, with its people; no team while one is being added."""

    team: Team | None = None
    members: tuple[Person, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PersonForm:
    """What somebody is to the desk; `slack_user_id` is None while nobody is picked yet.

    `person` is None for somebody whom the desk has never heard of; `suggested` is the account from whose
    window somebody without a role is set up.
    """

    accounts: tuple[Account, ...]
    teams: tuple[Team, ...]
    slack_user_id: SlackUserId | None = None
    person: Person | None = None
    suggested: AccountId | None = None


@dataclass(frozen=True, kw_only=True)
class AccountNow:
    """How many support contacts an account has after a change."""

    account: Account
    contacts: int


@dataclass(frozen=True, kw_only=True)
class PersonSaved:
    """What somebody is after a set-up; `affected` are the accounts that won or lost a support contact."""

    person: Person
    account_name: str = ""
    affected: tuple[AccountNow, ...] = ()
