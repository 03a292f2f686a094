"""The operator brings accounts and people from files, and takes them out again; `bot/transfer` calls it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.domain.commands import AddAccount, Audience, EditAccount, SetUpPerson
from bot.domain.contacts import AccountContact
from bot.domain.ids import AccountId, SlackUserId, TeamId
from bot.domain.imports import Known, Numbered, PersonRow, RowError, Tally
from bot.domain.people import Account, Person, Role, channel_viewer
from bot.domain.refusals import Refusal
from bot.services import people
from bot.services.announcing import draw_cards_of
from bot.services.changes import differences
from bot.services.desk import Desk
from bot.services.proposing import propose
from bot.store import contacts, records, set_up
from bot.store import people as store
from bot.store.work import Connection, Work

BATCH = 100
"""Rows of one transaction: a bot at work waits for a batch, and not for the file."""

Became = Literal["added", "changed", "same"]


async def known(desk: Desk) -> Known:
    """What the desk has, for the check before anything is written."""
    viewer = channel_viewer(desk.workspace_id)

    def query(connection: Connection) -> Known:
        return Known(
            accounts=frozenset(
                one.org_id_or_mid.casefold() for one in store.list_accounts(connection, viewer)
            ),
            teams=frozenset(one.name.casefold() for one in store.list_teams(connection, viewer)),
        )

    return await desk.store.look(query)


async def take(desk: Desk, rows: Sequence[Numbered], tally: Tally) -> list[RowError]:
    """Write one batch, each row whole. Running it again changes nothing: rows are found by their keys."""

    def unit(work: Work) -> list[tuple[Became | None, RowError | None]]:
        store.hold_set_up(work)
        there = _There.load(work)
        return [_took(work, there, one) for one in rows]

    outcomes = await desk.write(unit)
    for became, _ in outcomes:
        if became is not None:
            tally.count(became)
    return [error for _, error in outcomes if error is not None]


@dataclass(frozen=True, kw_only=True)
class _There:
    """Accounts and teams by their keys, as they stand in this transaction."""

    accounts: dict[str, Account]
    teams: dict[str, TeamId]

    @classmethod
    def load(cls, work: Work) -> _There:
        viewer = channel_viewer(work.workspace_id)
        return cls(
            accounts={
                one.org_id_or_mid.casefold(): one for one in store.list_accounts(work.connection, viewer)
            },
            teams={one.name.casefold(): one.id for one in store.list_teams(work.connection, viewer)},
        )


def _took(work: Work, there: _There, one: Numbered) -> tuple[Became | None, RowError | None]:
    """What became of a row; one that the desk refuses meanwhile is told, and the others go on."""
    try:
        with work.connection.begin_nested():
            if isinstance(one.row, PersonRow):
                return _take_person(work, there, one.row), None
            return _take_account(work, there, one.row), None
    except Refusal as refusal:
        what = (
            f"the desk refuses it ({refusal.reason.value.replace('_', ' ')}). Look at it with /desk people."
        )
        return None, RowError(file=one.file, line=one.line, what=what)


def _take_account(work: Work, there: _There, row: AddAccount) -> Became:
    before = there.accounts.get(row.org_id_or_mid.casefold())
    changes = differences(_told(before) if before else {}, _told(row))
    if not changes:
        return "same"
    if before is None:
        account_id = store.insert_account(
            work,
            name=row.name,
            org_id_or_mid=row.org_id_or_mid,
            plan=row.success_plan,
            timezone=row.timezone,
        )
    else:
        account_id = before.id
        set_up.save_account(work, EditAccount(**vars(row), account_id=before.id, version=before.version))
        if before.name != row.name:
            draw_cards_of(work, before.id, "account_id")
    records.insert_history(
        work,
        "account_edited" if before else "account_added",
        actor_id=None,
        audience=Audience.INTERNAL,
        changes=changes,
        account_id=account_id,
        source="import",
    )
    return "changed" if before else "added"


def _told(account: Account | AddAccount) -> dict[str, object]:
    return {
        "name": account.name,
        "org_id_or_mid": account.org_id_or_mid,
        "success_plan": account.success_plan,
        "timezone": account.timezone,
    }


def _take_person(work: Work, there: _There, row: PersonRow) -> Became:
    """A contact where there is an e-mail address of the customer side, a role where there is a Slack id."""
    account = there.accounts[row.account.casefold()].id if row.account else None
    became: Became = "same"
    if row.email and account is not None:
        became = contacts.upsert_contact(work, _contact(row, account))
    if row.slack_user_id:
        before = store.find_person(work.connection, work.workspace_id, SlackUserId(row.slack_user_id))
        if people.set_up_in(work, None, _set_up(there, row, account, before)):
            became = "added" if before is None or before.role is None else "changed"
        now = store.find_person(work.connection, work.workspace_id, SlackUserId(row.slack_user_id))
        if now is not None and row.email and not contacts.email_of(work.connection, now.id):
            contacts.set_email(work, now.id, row.email)
    elif became != "same":
        for person_id in contacts.unplaced_with(work, row.email):
            person = store.person_by_id(work.connection, person_id)
            assert person is not None  # found a line above
            propose(work, person, row.email)
    return became


def _contact(row: PersonRow, account_id: AccountId) -> AccountContact:
    return AccountContact(
        account_id=account_id,
        name=row.name,
        email=row.email,
        phone=row.phone,
        role=row.role,
        named_by=row.named_by,
    )


def _set_up(
    there: _There, row: PersonRow, account_id: AccountId | None, before: Person | None
) -> SetUpPerson:
    """What the row says; of what it says nothing of, everything stays."""
    kept = tuple(team.id for team in before.teams) if before and row.role.is_staff else ()
    teams = kept if row.teams is None else tuple(there.teams[one.casefold()] for one in row.teams)
    named_by = (row.named_by or (before.named_by if before else "")) if row.role is Role.DSC else ""
    as_before = before is not None and before.named_by == named_by
    return SetUpPerson(
        slack_user_id=SlackUserId(row.slack_user_id),
        role=row.role,
        account_id=account_id,
        team_ids=tuple(sorted(teams)),
        named_by=named_by,
        named_on=before.named_on if before and as_before else None,
    )


async def everybody(desk: Desk) -> tuple[list[AddAccount], list[PersonRow]]:
    """Accounts and people as rows: contacts first, who of them is set up with their Slack id."""
    viewer = channel_viewer(desk.workspace_id)

    def query(connection: Connection) -> tuple[list[AddAccount], list[PersonRow]]:
        accounts = store.list_accounts(connection, viewer)
        org_ids = {one.id: one.org_id_or_mid for one in accounts}
        set_up_people = contacts.placed(connection, desk.workspace_id)
        rows = [
            AddAccount(
                name=one.name,
                org_id_or_mid=one.org_id_or_mid,
                success_plan=one.success_plan,
                timezone=one.timezone,
            )
            for one in accounts
        ]
        named = {one.email_key: one for one in contacts.list_contacts(connection, desk.workspace_id)}
        return rows, _people_rows(org_ids, named, set_up_people)

    return await desk.store.look(query)


def _people_rows(
    org_ids: dict[AccountId, str],
    named: dict[str, AccountContact],
    placed: Sequence[tuple[Person, str]],
) -> list[PersonRow]:
    found = {}
    for person, email in placed:
        contact = named.get(email)
        if contact is not None and (contact.account_id, contact.role) == (person.account_id, person.role):
            found[email] = person
    rows = [
        PersonRow(
            role=one.role,
            email=one.email,
            name=one.name,
            phone=one.phone,
            account=org_ids[one.account_id],
            named_by=one.named_by,
            slack_user_id=found[key].slack_user_id if key in found else "",
            teams=(),
        )
        for key, one in named.items()
    ]
    both = {person.id for person in found.values()}
    return rows + [_placed_row(org_ids, person) for person, _ in placed if person.id not in both]


def _placed_row(org_ids: dict[AccountId, str], person: Person) -> PersonRow:
    assert person.role is not None  # that is what placed means
    return PersonRow(
        role=person.role,
        name=person.name,
        account=org_ids[person.account_id] if person.account_id else "",
        named_by=person.named_by,
        slack_user_id=person.slack_user_id,
        teams=tuple(team.name for team in person.teams),
    )
