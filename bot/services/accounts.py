"""Administrators set up what people belong to: accounts of customers and teams of staff."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.commands import AddAccount, AddTeam, Audience, EditAccount, EditTeam
from bot.domain.ids import AccountId, CallKey, SlackUserId, TeamId
from bot.domain.people import Account, Person, Team, Viewer
from bot.domain.permissions import Act, require
from bot.domain.policy import choice_of
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.services import windows
from bot.services.announcing import draw_cards_of
from bot.services.changes import differences
from bot.services.desk import Desk, actor
from bot.services.look import look_again
from bot.store import people as store
from bot.store import records, set_up
from bot.store.work import Work


async def add_account(
    desk: Desk, command: AddAccount, by: SlackUserId, key: CallKey | None = None
) -> AccountId:
    """Add an account. Raises NOT_YOUR_ROLE, ACCOUNT_EXISTS, NO_SUCH_CHOICE."""

    def unit(work: Work) -> Receipt:
        administrator = actor(work, by)
        require(Act.SET_UP_DESK, administrator)
        store.hold_set_up(work)
        _check_account(desk, work, administrator, command)
        account_id = store.insert_account(
            work,
            name=command.name,
            org_id_or_mid=command.org_id_or_mid,
            plan=command.success_plan,
            timezone=command.timezone,
        )
        _record(work, "account_added", administrator, {}, _told(command), account_id=account_id)
        return Receipt(account_id=account_id)

    receipt = await desk.write(unit, key)
    assert receipt.account_id is not None  # the unit says so
    return receipt.account_id


async def edit_account(desk: Desk, command: EditAccount, by: SlackUserId, key: CallKey) -> Receipt:
    """Change an account. Raises SET_UP_MEANWHILE, NOTHING_CHANGED, and what `add_account` raises."""

    def unit(work: Work) -> Receipt:
        administrator = actor(work, by)
        require(Act.SET_UP_DESK, administrator)
        store.hold_set_up(work)
        before = store.find_account(work.connection, Viewer(administrator), command.account_id)
        if before is None:
            raise Refusal(Reason.NO_SUCH_ACCOUNT)
        if before.version != command.version:
            raise Refusal(Reason.SET_UP_MEANWHILE)
        _check_account(desk, work, administrator, command, before)
        set_up.save_account(work, command)
        _record(work, "account_edited", administrator, _told(before), _told(command), account_id=before.id)
        if command.name != before.name:
            draw_cards_of(work, before.id, "account_id")
        if command.success_plan is not before.success_plan:
            windows.replan(work, desk.policy.escalation, before.id, administrator)
        return Receipt(account_id=before.id, version=command.version + 1)

    return await desk.write(unit, key)


def _told(account: Account | AddAccount) -> dict[str, object]:
    """What the history keeps of an account: facts that administrators set, not words of customers."""
    return {
        "name": account.name,
        "org_id_or_mid": account.org_id_or_mid,
        "success_plan": account.success_plan,
        "timezone": account.timezone,
    }


def _check_account(
    desk: Desk, work: Work, administrator: Person, command: AddAccount, before: Account | None = None
) -> None:
    """One account for each org id or MID, in a zone of the policy's list or the one that it has already."""
    viewer = Viewer(administrator)
    holder = set_up.account_with(work, viewer, command.org_id_or_mid)
    if holder is not None and holder != (before.id if before else None):
        other = store.find_account(work.connection, viewer, holder)
        raise Refusal(Reason.ACCOUNT_EXISTS, {"name": other.name if other else ""})
    own = before.timezone if before else ""
    if command.timezone != own and choice_of(desk.policy.time_zones, command.timezone) is None:
        raise Refusal(Reason.NO_SUCH_CHOICE, {"field": "timezone"})


async def add_team(desk: Desk, command: AddTeam, by: SlackUserId, key: CallKey | None = None) -> TeamId:
    """Add a team. Raises NOT_YOUR_ROLE or TEAM_EXISTS."""

    def unit(work: Work) -> Receipt:
        administrator = actor(work, by)
        require(Act.SET_UP_DESK, administrator)
        store.hold_set_up(work)
        _check_team(work, administrator, command)
        team_id = store.insert_team(
            work,
            name=command.name,
            kind=command.kind,
            channel=command.channel,
            locked=command.public_comments_locked,
        )
        _record(work, "team_added", administrator, {}, _told_of_team(command), team_id=team_id)
        look_again(work)
        return Receipt(team_id=team_id)

    receipt = await desk.write(unit, key)
    assert receipt.team_id is not None  # the unit says so
    return receipt.team_id


async def edit_team(desk: Desk, command: EditTeam, by: SlackUserId, key: CallKey) -> Receipt:
    """Change a team. Raises NOT_YOUR_ROLE, NO_SUCH_TEAM, SET_UP_MEANWHILE, TEAM_EXISTS, NOTHING_CHANGED."""

    def unit(work: Work) -> Receipt:
        administrator = actor(work, by)
        require(Act.SET_UP_DESK, administrator)
        store.hold_set_up(work)
        before = store.find_team(work.connection, Viewer(administrator), command.team_id)
        if before is None:
            raise Refusal(Reason.NO_SUCH_TEAM)
        if before.version != command.version:
            raise Refusal(Reason.SET_UP_MEANWHILE)
        _check_team(work, administrator, command, before)
        set_up.save_team(work, command)
        told = _told_of_team(before), _told_of_team(command)
        _record(work, "team_edited", administrator, *told, team_id=before.id)
        if command.name != before.name:
            draw_cards_of(work, before.id, "team_id")
        look_again(work)
        return Receipt(team_id=before.id, version=command.version + 1)

    return await desk.write(unit, key)


def _told_of_team(team: Team | AddTeam) -> dict[str, object]:
    return {
        "name": team.name,
        "kind": team.kind,
        "channel": team.channel,
        "public_comments_locked": team.public_comments_locked,
    }


def _check_team(work: Work, administrator: Person, command: AddTeam, before: Team | None = None) -> None:
    """One team for each name: people choose teams by it."""
    for team in store.list_teams(work.connection, Viewer(administrator)):
        if team.name.casefold() == command.name.casefold() and team.id != (before.id if before else None):
            raise Refusal(Reason.TEAM_EXISTS)


def _record(
    work: Work,
    kind: str,
    administrator: Person,
    before: Mapping[str, object],
    after: Mapping[str, object],
    *,
    account_id: AccountId | None = None,
    team_id: TeamId | None = None,
) -> None:
    """Keep who changed what from what to what. Raises NOTHING_CHANGED, and then nothing is saved."""
    changes = differences(before, after)
    if not changes:
        raise Refusal(Reason.NOTHING_CHANGED)
    records.insert_history(
        work,
        kind,
        actor_id=administrator.id,
        audience=Audience.INTERNAL,
        changes=changes,
        account_id=account_id,
        team_id=team_id,
    )
