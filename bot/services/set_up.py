"""What the windows of `/desk` are drawn from, each read in one trip; for administrators only."""

from __future__ import annotations

from bot.domain.ids import AccountId, SlackUserId, TeamId
from bot.domain.people import Role, Viewer
from bot.domain.permissions import Act, require
from bot.domain.refusals import Reason, Refusal
from bot.domain.set_up import (
    AccountForm,
    AccountNow,
    AccountRow,
    Listing,
    PersonForm,
    PersonRow,
    PersonSaved,
    TeamForm,
    TeamRow,
)
from bot.services.desk import Desk
from bot.store import people, set_up
from bot.store.work import Connection


async def account_list(desk: Desk, by: SlackUserId, start: int = 0, words: str = "") -> Listing[AccountRow]:
    """A page of the accounts. Raises NOT_YOUR_ROLE."""

    def query(connection: Connection, viewer: Viewer) -> Listing[AccountRow]:
        require(Act.SET_UP_DESK, viewer.person)
        return set_up.account_page(connection, viewer, start, words)

    return await desk.read(query, by)


async def account_form(desk: Desk, by: SlackUserId, account_id: AccountId | None) -> AccountForm:
    """An account with its people, or the empty form. Raises NOT_YOUR_ROLE or NO_SUCH_ACCOUNT."""

    def query(connection: Connection, viewer: Viewer) -> AccountForm:
        require(Act.SET_UP_DESK, viewer.person)
        if account_id is None:
            return AccountForm(policy=desk.policy)
        account = people.find_account(connection, viewer, account_id)
        if account is None:
            raise Refusal(Reason.NO_SUCH_ACCOUNT)
        theirs = set_up.people_of_account(connection, viewer, account_id)
        return AccountForm(
            policy=desk.policy,
            account=account,
            contacts=tuple(one for one in theirs if one.role is Role.DSC),
            community=tuple(one for one in theirs if one.role is Role.COMMUNITY),
        )

    return await desk.read(query, by)


async def team_list(desk: Desk, by: SlackUserId, start: int = 0, words: str = "") -> Listing[TeamRow]:
    """A page of the teams. Raises NOT_YOUR_ROLE."""

    def query(connection: Connection, viewer: Viewer) -> Listing[TeamRow]:
        require(Act.SET_UP_DESK, viewer.person)
        return set_up.team_page(connection, viewer, start, words)

    return await desk.read(query, by)


async def team_form(desk: Desk, by: SlackUserId, team_id: TeamId | None) -> TeamForm:
    """A team with its people, or the empty form. Raises NOT_YOUR_ROLE or NO_SUCH_TEAM."""

    def query(connection: Connection, viewer: Viewer) -> TeamForm:
        require(Act.SET_UP_DESK, viewer.person)
        if team_id is None:
            return TeamForm()
        team = people.find_team(connection, viewer, team_id)
        if team is None:
            raise Refusal(Reason.NO_SUCH_TEAM)
        return TeamForm(team=team, members=set_up.people_of_team(connection, viewer, team_id))

    return await desk.read(query, by)


async def people_list(desk: Desk, by: SlackUserId, start: int = 0, words: str = "") -> Listing[PersonRow]:
    """A page of the people who have a role. Raises NOT_YOUR_ROLE."""

    def query(connection: Connection, viewer: Viewer) -> Listing[PersonRow]:
        require(Act.SET_UP_DESK, viewer.person)
        return set_up.people_page(connection, viewer, start, words)

    return await desk.read(query, by)


async def person_form(
    desk: Desk, by: SlackUserId, picked: SlackUserId | None = None, suggested: AccountId | None = None
) -> PersonForm:
    """What somebody is to the desk, or nobody yet. Raises NOT_YOUR_ROLE."""

    def query(connection: Connection, viewer: Viewer) -> PersonForm:
        require(Act.SET_UP_DESK, viewer.person)
        person = people.find_person(connection, viewer.workspace_id, picked) if picked else None
        return PersonForm(
            accounts=people.list_accounts(connection, viewer),
            teams=people.list_teams(connection, viewer),
            slack_user_id=picked,
            person=person,
            suggested=suggested,
        )

    return await desk.read(query, by)


async def person_saved(
    desk: Desk, by: SlackUserId, who: SlackUserId, former: AccountId | None = None
) -> PersonSaved:
    """What somebody is now, and the accounts whose support contacts may have become too few or too many.

    `former` is the account that they were of before. Raises NOT_YOUR_ROLE for an administrator who has just
    stepped down.
    """

    def query(connection: Connection, viewer: Viewer) -> PersonSaved:
        require(Act.SET_UP_DESK, viewer.person)
        person = people.find_person(connection, viewer.workspace_id, who)
        assert person is not None  # somebody has just set them up
        now = [person.account_id, former] if person.role is Role.DSC else [former]
        found = [
            people.find_account(connection, viewer, one) for one in dict.fromkeys(now) if one is not None
        ]
        own = people.find_account(connection, viewer, person.account_id) if person.account_id else None
        return PersonSaved(
            person=person,
            account_name=own.name if own else "",
            affected=tuple(
                AccountNow(account=one, contacts=set_up.count_contacts(connection, viewer, one.id))
                for one in found
                if one is not None
            ),
        )

    return await desk.read(query, by)
