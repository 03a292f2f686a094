"""What administrators list and edit: accounts, people and teams, read through a viewer's eyes.

Names are sorted and searched in Python, because no two databases agree about letters beyond ASCII.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, false, func, select, update

from bot.domain.commands import EditAccount, EditTeam
from bot.domain.ids import AccountId, PersonId
from bot.domain.people import Person, Role, Viewer
from bot.domain.refusals import Reason, Refusal
from bot.domain.set_up import LISTED, AccountRow, Listing, PersonRow, TeamRow
from bot.store.people import list_accounts, list_teams, people_by_ids
from bot.store.schema import accounts, people, team_members, teams
from bot.store.work import Work

T = TypeVar("T")


def account_page(connection: Connection, viewer: Viewer, start: int, words: str) -> Listing[AccountRow]:
    """A page of the accounts whose name or org id has `words` in it, with how many people each has."""
    found = [one for one in list_accounts(connection, viewer) if _has(words, one.name, one.org_id_or_mid)]
    page, start = _page(sorted(found, key=lambda one: (one.name.casefold(), one.id)), start)
    counts = _people_of_accounts(connection, viewer, [one.id for one in page])
    rows = tuple(
        AccountRow(
            account=one,
            contacts=counts.get((one.id, Role.DSC), 0),
            community=counts.get((one.id, Role.COMMUNITY), 0),
        )
        for one in page
    )
    return Listing(rows=rows, total=len(found), start=start, words=words)


def count_contacts(connection: Connection, viewer: Viewer, account_id: AccountId) -> int:
    """How many designated support contacts an account has."""
    return _people_of_accounts(connection, viewer, [account_id]).get((account_id, Role.DSC), 0)


def people_of_account(connection: Connection, viewer: Viewer, account_id: AccountId) -> tuple[Person, ...]:
    """The people of an account by name, whatever their role."""
    mine = _listed(viewer) & (people.c.account_id == account_id)
    return _by_name(connection, connection.execute(select(people.c.id).where(mine)).scalars())


def people_of_team(connection: Connection, viewer: Viewer, team_id: int) -> tuple[Person, ...]:
    """The people of a team by name."""
    members = select(team_members.c.person_id).where(team_members.c.team_id == team_id)
    mine = _listed(viewer) & people.c.id.in_(members)
    return _by_name(connection, connection.execute(select(people.c.id).where(mine)).scalars())


def people_page(connection: Connection, viewer: Viewer, start: int, words: str) -> Listing[PersonRow]:
    """A page of the people with a role: staff first, then the customer side, each by name.

    `words` are looked for in names, and in the names of accounts.
    """
    named = {one.id: one.name for one in list_accounts(connection, viewer)}
    rows: Sequence[Any] = connection.execute(
        select(people.c.id, people.c.name, people.c.role, people.c.account_id).where(_listed(viewer))
    ).all()
    found = [row for row in rows if _has(words, row.name, named.get(row.account_id, ""))]
    page, start = _page(sorted(found, key=_staff_first), start)
    loaded = {one.id: one for one in people_by_ids(connection, [PersonId(row.id) for row in page])}
    people_there = [loaded[PersonId(row.id)] for row in page]
    return Listing(
        rows=tuple(
            PersonRow(person=one, account_name=named.get(one.account_id, "") if one.account_id else "")
            for one in people_there
        ),
        total=len(found),
        start=start,
        words=words,
    )


def team_page(connection: Connection, viewer: Viewer, start: int, words: str) -> Listing[TeamRow]:
    """A page of the teams whose name has `words` in it, with how many people are in each."""
    found = [one for one in list_teams(connection, viewer) if _has(words, one.name)]
    page, start = _page(sorted(found, key=lambda one: (one.name.casefold(), one.id)), start)
    counted = (
        select(team_members.c.team_id, func.count().label("members"))
        .where(team_members.c.team_id.in_([one.id for one in page]))
        .group_by(team_members.c.team_id)
    )
    members: dict[int, int] = {row.team_id: row.members for row in connection.execute(counted)}
    rows = tuple(TeamRow(team=one, members=members.get(one.id, 0)) for one in page)
    return Listing(rows=rows, total=len(found), start=start, words=words)


def account_with(work: Work, viewer: Viewer, org_id_or_mid: str) -> AccountId | None:
    """The account that has this org id or MID, in capital or small letters: people read them out."""
    wanted = org_id_or_mid.casefold()
    found = list_accounts(work.connection, viewer)
    return next((one.id for one in found if one.org_id_or_mid.casefold() == wanted), None)


def save_account(work: Work, command: EditAccount) -> None:
    """Raises SET_UP_MEANWHILE when somebody was faster."""
    mine = (accounts.c.id == command.account_id) & (accounts.c.version == command.version)
    change = update(accounts).where(accounts.c.workspace_id == work.workspace_id, mine)
    _one(
        work,
        change.values(
            name=command.name,
            org_id_or_mid=command.org_id_or_mid,
            success_plan=command.success_plan.value,
            timezone=command.timezone,
            version=command.version + 1,
        ),
    )


def save_team(work: Work, command: EditTeam) -> None:
    """Raises SET_UP_MEANWHILE when somebody was faster."""
    mine = (teams.c.id == command.team_id) & (teams.c.version == command.version)
    change = update(teams).where(teams.c.workspace_id == work.workspace_id, mine)
    _one(
        work,
        change.values(
            name=command.name,
            kind=command.kind.value,
            channel=command.channel,
            public_comments_locked=command.public_comments_locked,
            version=command.version + 1,
        ),
    )


def _one(work: Work, change: Any) -> None:
    if work.connection.execute(change).rowcount != 1:
        raise Refusal(Reason.SET_UP_MEANWHILE)


def _listed(viewer: Viewer) -> Any:
    """The people who have a role here: for staff to look at, and for nobody else."""
    here = (people.c.workspace_id == viewer.workspace_id) & people.c.role.is_not(None)
    return here if viewer.is_staff else here & false()


def _people_of_accounts(
    connection: Connection, viewer: Viewer, account_ids: Sequence[AccountId]
) -> dict[tuple[int, str], int]:
    counted = (
        select(people.c.account_id, people.c.role, func.count().label("people"))
        .where(_listed(viewer), people.c.account_id.in_(account_ids))
        .group_by(people.c.account_id, people.c.role)
    )
    return {(row.account_id, row.role): row.people for row in connection.execute(counted)}


def _by_name(connection: Connection, ids: Iterable[int]) -> tuple[Person, ...]:
    found = people_by_ids(connection, [PersonId(one) for one in ids])
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.id)))


def _staff_first(row: Row[Any]) -> tuple[bool, str, int]:
    return (not Role(row.role).is_staff, row.name.casefold(), row.id)


def _has(words: str, *texts: str) -> bool:
    wanted = " ".join(words.split()).casefold()
    return any(wanted in text.casefold() for text in texts)


def _page(found: list[T], start: int) -> tuple[list[T], int]:
    """The rows from `start` on; from the last page's start where the list has become shorter meanwhile."""
    if start >= len(found):
        start = max(len(found) - 1, 0) // LISTED * LISTED
    return found[start : start + LISTED], start
