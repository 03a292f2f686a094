"""Setting people up: roles, account, teams, and learning from Slack what somebody is called."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from bot.domain.commands import Audience, SetUpPerson
from bot.domain.ids import CallKey, PersonId, SlackUserId
from bot.domain.mail import address_of
from bot.domain.people import Person, Role, Viewer, channel_viewer
from bot.domain.permissions import Act, require
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.services import playbooks, policies
from bot.services.announcing import draw_cards_of, home_of
from bot.services.changes import differences
from bot.services.desk import Desk, actor
from bot.services.look import look_again
from bot.services.proposing import propose
from bot.store import people as store
from bot.store import records
from bot.store.cases import ensure_counter
from bot.store.outbox import Announcement, Kind, announce
from bot.store.records import Changes
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
        set_up_in(work, administrator, command)
        return Receipt()

    return await desk.write(unit, key)


def set_up_in(work: Work, by: Person | None, command: SetUpPerson) -> bool:
    """`set_up_person` within a transaction that holds the set-up, and whose right is checked already.

    `by` is None for the operator's import, which leaves alone what is so already. Says whether it changed.
    """
    _check(work, by, command)
    before = store.find_person(work.connection, work.workspace_id, command.slack_user_id)
    if command.version is not None and command.version != (before.version if before else 0):
        raise Refusal(Reason.SET_UP_MEANWHILE)
    person = before or known(work, command.slack_user_id)
    _check_last_administrator(work, person, command.role)
    named_by, named_on = _naming(work, command)
    changes = _set_up_changes(person, command, named_by, named_on)
    if by is None and not changes:
        return False
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
        actor_id=by.id if by else None,
        audience=Audience.INTERNAL,
        changes=changes,
        person_id=person.id,
        source=None if by else "import",
    )
    announce(work, home_of(person))
    look_again(work)  # who is of staff, and of which team, has a review in the morning
    return True


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
    return differences(
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


def _check(work: Work, by: Person | None, command: SetUpPerson) -> None:
    staff = command.role is not None and command.role.is_staff
    if command.role is not None and not staff and command.account_id is None:
        raise Refusal(Reason.ROLE_NEEDS_ACCOUNT, {"role": command.role.value})
    if command.account_id is not None and (staff or command.role is None):
        raise Refusal(Reason.ROLE_NEEDS_NO_ACCOUNT, {"role": command.role.value if command.role else ""})
    viewer = Viewer(by) if by else channel_viewer(work.workspace_id)
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


def known(work: Work, slack_user_id: SlackUserId) -> Person:
    """The person, made if the desk has never heard of them; their name is then learnt from Slack."""
    person = store.find_person(work.connection, work.workspace_id, slack_user_id)
    if person is not None:
        return person
    person_id = store.insert_person(work, slack_user_id, name=slack_user_id, timezone="UTC")
    announce(work, Announcement(kind=Kind.PROFILE, conversation=slack_user_id, person_id=person_id))
    made = store.person_by_id(work.connection, person_id)
    assert made is not None  # inserted a line above
    return made


async def learn_profile(
    desk: Desk, person_id: PersonId, name: str, timezone: str, email: str | None = None
) -> None:
    """Keep what Slack says of somebody; `timezone` is an IANA name. Their cards then show the new name.

    Whoever has no role, and the `email` of a contact, is proposed to administrators and managers.
    An `email` of None was not told, which takes none away.
    """

    def unit(work: Work) -> None:
        before = store.person_by_id(work.connection, person_id)
        store.set_profile(work, person_id, name, timezone, address_of(email) if email else None)
        if before is not None:
            propose(work, before, email or "")
        if before is not None and before.is_staff and before.timezone != timezone:
            look_again(work)  # where most of a team live, its report comes
        if before is not None and before.name != name:
            draw_cards_of(work, person_id, "owner_id", "creator_id")

    await desk.write(unit)


async def home_was_opened(desk: Desk, person: Person) -> None:
    """Remember that somebody uses Home, so that their own acts publish it again."""
    if person.role is not None and not person.home_seen:
        await desk.write(lambda work: store.set_home_seen(work, person.id))


async def ensure_desk(desk: Desk, administrators: Iterable[SlackUserId], policy_digest: str) -> int:
    """At every start: the case counter, the administrators of the settings, policy and playbook."""

    def unit(work: Work) -> int:
        ensure_counter(work, FIRST_CASE_NUMBER)
        for slack_user_id in administrators:
            person = known(work, slack_user_id)
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
        playbooks.counting(desk, work)
        return policies.ensure_revision(work, desk.policy, policy_digest)

    return await desk.write(unit)
