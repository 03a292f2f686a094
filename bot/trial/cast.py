"""Who is who in the trial: accounts, teams and roles of the sandbox's people; `filling.py` sets them up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.commands import AddAccount, AddTeam, SetUpPerson
from bot.domain.contacts import AccountContact
from bot.domain.ids import AccountId, CallKey, ChannelId, SlackUserId, TeamId
from bot.domain.people import Role, SuccessPlan, TeamKind
from bot.domain.phone_calls import PhoneSettings
from bot.domain.phones import PhoneHours
from bot.sandbox import SEED, SeedPerson
from bot.services import accounts as account_service
from bot.services import people, phones, playbooks
from bot.services.desk import Desk
from bot.store.contacts import upsert_contact

ADMINISTRATOR = "omar"
NEWCOMER = "sam"
"""Not set up, and recognised as a contact of Cloud Nine when Home is opened."""

_CHANNELS = {channel.name: ChannelId(channel.id) for channel in SEED.channels}

NAMES = PhoneSettings(
    desk="Northwind Support",
    support_admin="praise-or-blame@northwind.example",
    return_address="Northwind Returns\n14 Harbour Lane\nDover CT16 1AB",
    sales_address="sales@northwind.example",
    key_page="https://northwind.example/keys",
    hosting_page="https://northwind.example/hosting",
    developer_page="https://northwind.example/developers",
    help_page="https://northwind.example/help",
    bug_page="https://northwind.example/bugs",
    priority_page="https://northwind.example/priority",
    upgrade_page="https://northwind.example/upgrade",
    case_link="https://northwind.example/case",
)
"""What prompts and messages of the phone name, so that none lacks a value."""

ACCOUNTS = {
    account.name: account
    for account in (
        AddAccount(
            name="Cloud Nine Shoes",
            org_id_or_mid="MID-40017",
            success_plan=SuccessPlan.PREMIER,
            timezone="America/Los_Angeles",
        ),
        AddAccount(
            name="Harbour Optics",
            org_id_or_mid="MID-40362",
            success_plan=SuccessPlan.STANDARD,
            timezone="Europe/Prague",
        ),
    )
}
TEAMS = {
    team.name: team
    for team in (
        AddTeam(name="Level one", kind=TeamKind.LEVEL_ONE, channel=_CHANNELS["level-one"]),
        AddTeam(name="Level two", kind=TeamKind.LEVEL_TWO, channel=_CHANNELS["level-two"]),
        AddTeam(
            name="Integrations",
            kind=TeamKind.INTEGRATIONS,
            channel=_CHANNELS["integrations"],
            public_comments_locked=True,
        ),
    )
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """What somebody is to the desk."""

    role: Role
    team: str = ""
    account: str = ""
    named_by: str = ""
    named_ago: timedelta = timedelta()
    """How long before the desk was set up; the trial must make sense on any day."""


PARTS: Mapping[str, Part] = {
    "ana": Part(role=Role.AGENT, team="Level two"),
    "ben": Part(role=Role.AGENT, team="Level two"),
    "chloe": Part(role=Role.AGENT, team="Level one"),
    "ines": Part(role=Role.AGENT, team="Integrations"),
    "jun": Part(role=Role.AGENT, team="Integrations"),
    "maria": Part(role=Role.MANAGER),
    ADMINISTRATOR: Part(role=Role.ADMINISTRATOR),
    "linda": Part(
        role=Role.DSC,
        account="Cloud Nine Shoes",
        named_by="Grace Chen, head of operations",
        named_ago=timedelta(days=220),
    ),
    "raj": Part(
        role=Role.DSC,
        account="Cloud Nine Shoes",
        named_by="Grace Chen, head of operations",
        named_ago=timedelta(days=24),
    ),
    "tess": Part(role=Role.COMMUNITY, account="Cloud Nine Shoes"),
    "viktor": Part(
        role=Role.DSC,
        account="Harbour Optics",
        named_by="Petra Dvořák, managing director",
        named_ago=timedelta(days=101),
    ),
    "nadia": Part(role=Role.COMMUNITY, account="Harbour Optics"),
}
"""By handle. Sam stays nobody, so that one can see what the desk says to a stranger, and set him up."""

PEOPLE: Mapping[str, SeedPerson] = {person.handle: person for person in SEED.people}


def slack_id(handle: str) -> SlackUserId:
    """The Slack user id behind a handle."""
    return SlackUserId(PEOPLE[handle].id)


@dataclass(frozen=True, kw_only=True)
class Ids:
    """What the desk calls the accounts and teams, by their names."""

    accounts: Mapping[str, AccountId]
    teams: Mapping[str, TeamId]


async def set_up(desk: Desk) -> Ids:
    """Add accounts and teams and give everybody their part. For a desk that is empty."""
    by = slack_id(ADMINISTRATOR)
    accounts = {
        name: await account_service.add_account(desk, command, by) for name, command in ACCOUNTS.items()
    }
    teams = {name: await account_service.add_team(desk, command, by) for name, command in TEAMS.items()}
    for handle, part in PARTS.items():
        command = SetUpPerson(
            slack_user_id=slack_id(handle),
            role=part.role,
            account_id=accounts[part.account] if part.account else None,
            team_ids=(teams[part.team],) if part.team else (),
            named_by=part.named_by,
            named_on=(desk.clock.now() - part.named_ago).date() if part.named_by else None,
        )
        await people.set_up_person(desk, command, by, CallKey(f"trial {handle}"))
    await phones.set_hours(desk, PhoneHours(numbers=("+1 555 010 0199",)), by, CallKey("trial phones"))
    await playbooks.set_settings(desk, NAMES, by, CallKey("trial names"))
    newcomer = AccountContact(
        account_id=accounts["Cloud Nine Shoes"],
        name=PEOPLE[NEWCOMER].real_name,
        email=PEOPLE[NEWCOMER].email,
        named_by="Grace Chen, head of operations",
    )
    await desk.write(lambda work: upsert_contact(work, newcomer))
    return Ids(accounts=accounts, teams=teams)
