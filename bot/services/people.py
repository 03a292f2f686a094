"""Setting people up: roles, accounts, teams, and learning from Slack what somebody is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from bot.domain.commands import AddAccount, AddTeam, Audience, EditAccount, EditTeam, SetUpPerson
from bot.domain.ids import AccountId, CallKey, PersonId, SlackUserId, TeamId
from bot.domain.mail import address_of
from bot.domain.people import Account, Person, Role, Team, Viewer
from bot.domain.permissions import Act, require
from bot.domain.policy import choice_of
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.services.announcing import draw_cards_of, home_of
from bot.services.desk import Desk, actor
from bot.store import people as store
from bot.store import records, set_up
from bot.store.cases import ensure_counter
from bot.store.outbox import Announcement, Kind, announce
from bot.store.records import Changes
from bot.store.upkeep import policy_revision
from bot.store.work import Work

FIRST_CASE_NUMBER = 1001
"""Low enough to say on the phone, high enough not to look like the first case ever."""


async def set_up_person(desk: Desk, command: SetUpPerson, by: SlackUserId, key: CallKey) -> Receipt:
    """Give somebody a role, an account, teams. Raises NOT_YOUR_ROLE, ROLE_NEEDS_ACCOUNT and its kin.

    SET_UP_MEANWHILE when they are no longer what the administrator was looking at.
    """

    def unit(work: Work) -> Receipt:
        administrator = actor(work, by)
        require(Act.SET_UP_DESK, administrator)
        store.hold_set_up(work)
        _check(work, administrator, command)
        before = store.find_person(work.connection, work.workspace_id, command.slack_user_id)
        if command.version is not None and command.version != (before.version if before else 0):
            raise Refusal(Reason.SET_UP_MEANWHILE)
        person = before or _known(work, command.slack_user_id)
        _check_last_administrator(work, person, command.role)
        named_by, named_on = _naming(work, command)
        store.set_up(
            work,
            person.id,
            command.role,
            command.account_id,
            named_by=named_by,
            named_on=named_on,
            version=person.version,
        )
        store.set_teams(work, person.id, command.team_ids)
        records.insert_history(
            work,
            "person_set_up",
            actor_id=administrator.id,
            audience=Audience.INTERNAL,
            changes=_set_up_changes(person, command, named_by, named_on),
            person_id=person.id,
        )
        announce(work, home_of(person))
        return Receipt()

    return await desk.write(unit, key)


FURTHEST_AHEAD = timedelta(hours=14)
"""In some zone of the earth it is later than in UTC, but nowhere by more than this."""


def _naming(work: Work, command: SetUpPerson) -> tuple[str, date | None]:
    """Who at the customer named this support contact, and when: today unless it is said."""
    if command.role is not Role.DSC:
        return "", None
    if command.named_on is not None and command.named_on > (work.now + FURTHEST_AHEAD).date():
        raise Refusal(Reason.NAMED_IN_THE_FUTURE)
    named_by = command.named_by.strip()
    return named_by, command.named_on or (work.now.date() if named_by else None)


def _set_up_changes(person: Person, command: SetUpPerson, named_by: str, named_on: date | None) -> Changes:
    """Role, account, naming and teams before and after, by id, where they differ (domain.md 1.4)."""
    return _differences(
        {
            "role": person.role,
            "account": person.account_id,
            "named_by": person.named_by or None,
            "named_on": person.named_on,
            "teams": [team.id for team in person.teams],
        },
        {
            "role": command.role,
            "account": command.account_id,
            "named_by": named_by or None,
            "named_on": named_on,
            "teams": list(command.team_ids),
        },
    )


def _differences(before: Mapping[str, object], after: Mapping[str, object]) -> Changes:
    told = {name: (_plainly(before.get(name)), _plainly(new)) for name, new in after.items()}
    return {name: (old, new) for name, (old, new) in told.items() if old != new}


def _plainly(value: object) -> str | None:
    if isinstance(value, list):
        return ", ".join(str(one) for one in sorted(value)) or None
    return str(value) if value is not None else None


def _check(work: Work, administrator: Person, command: SetUpPerson) -> None:
    staff = command.role is not None and command.role.is_staff
    if command.role is not None and not staff and command.account_id is None:
        raise Refusal(Reason.ROLE_NEEDS_ACCOUNT, {"role": command.role.value})
    if command.account_id is not None and (staff or command.role is None):
        raise Refusal(Reason.ROLE_NEEDS_NO_ACCOUNT, {"role": command.role.value if command.role else ""})
    viewer = Viewer(administrator)
    account_id = command.account_id
    if account_id is not None and store.find_account(work.connection, viewer, account_id) is None:
        raise Refusal(Reason.NO_SUCH_CHOICE, {"field": "account"})
    known = {team.id for team in store.list_teams(work.connection, viewer)}
    if not known.issuperset(command.team_ids) or (command.team_ids and not staff):
        raise Refusal(Reason.NO_SUCH_CHOICE, {"field": "teams"})


def _check_last_administrator(work: Work, person: Person, role: Role | None) -> None:
    """Somebody must be left who can set people up."""
    steps_down = person.role is Role.ADMINISTRATOR and role is not Role.ADMINISTRATOR
    if steps_down and store.count_administrators(work) == 1:
        raise Refusal(Reason.LAST_ADMINISTRATOR, {"name": person.name})


def _known(work: Work, slack_user_id: SlackUserId) -> Person:
    """The person, made if the desk has never heard of them; their name is then learnt from Slack."""
    person = store.find_person(work.connection, work.workspace_id, slack_user_id)
    if person is not None:
        return person
    person_id = store.insert_person(work, slack_user_id, name=slack_user_id, timezone="UTC")
    announce(work, Announcement(kind=Kind.PROFILE, conversation=slack_user_id, person_id=person_id))
    made = store.person_by_id(work.connection, person_id)
    assert made is not None  # inserted a line above
    return made


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
    changes = _differences(before, after)
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


async def learn_profile(
    desk: Desk, person_id: PersonId, name: str, timezone: str, email: str | None = None
) -> None:
    """Keep what Slack says of somebody; `timezone` is an IANA name. Their cards then show the new name.

    An `email` of None was not told, which takes none away.
    """

    def unit(work: Work) -> None:
        before = store.person_by_id(work.connection, person_id)
        store.set_profile(work, person_id, name, timezone, address_of(email) if email else None)
        if before is not None and before.name != name:
            draw_cards_of(work, person_id, "owner_id", "creator_id")

    await desk.write(unit)


async def home_was_opened(desk: Desk, person: Person) -> None:
    """Remember that somebody uses Home, so that their own acts publish it again."""
    if person.role is not None and not person.home_seen:
        await desk.write(lambda work: store.set_home_seen(work, person.id))


async def ensure_desk(desk: Desk, administrators: Iterable[SlackUserId], policy_digest: str) -> int:
    """At every start: the case counter, the administrators of the settings, and the policy's revision."""

    def unit(work: Work) -> int:
        ensure_counter(work, FIRST_CASE_NUMBER)
        for slack_user_id in administrators:
            person = _known(work, slack_user_id)
            if person.role is not Role.ADMINISTRATOR:
                store.set_up(work, person.id, Role.ADMINISTRATOR, None)
                records.insert_history(
                    work,
                    "person_set_up",
                    actor_id=None,
                    audience=Audience.INTERNAL,
                    changes={"role": (person.role, Role.ADMINISTRATOR)},
                    person_id=person.id,
                )
        return policy_revision(work, policy_digest)

    return await desk.write(unit)
