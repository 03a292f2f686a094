"""Rows of accounts and people as an operator brings them: read, checked, told with their lines. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.commands import AddAccount
from bot.domain.contacts import email_key, is_email
from bot.domain.people import Role, SuccessPlan

ACCOUNT_COLUMNS = ("org_id_or_mid", "name", "success_plan", "timezone")
PERSON_COLUMNS = ("email", "name", "phone", "role", "account", "named_by", "slack_user_id", "teams")
NEEDED = {"accounts": frozenset(ACCOUNT_COLUMNS), "people": frozenset({"role"})}
BETWEEN_TEAMS = ";"

LONGEST = 200
Row = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class RowError:
    """What is wrong with one line of a file, and what to do."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.what}"


class WrongRow(ValueError):
    """A row that cannot be taken; says what to do."""


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """One person of a file. `account` is an org id or MID; `teams` is None where the file says nothing."""

    role: Role
    email: str = ""
    name: str = ""
    phone: str = ""
    account: str = ""
    named_by: str = ""
    slack_user_id: str = ""
    teams: tuple[str, ...] | None = None

    @property
    def key(self) -> str:
        """By which a person stands in the desk once: the e-mail address, else the Slack user id."""
        return email_key(self.email) or self.slack_user_id


def read_account(row: Row, known_zones: frozenset[str]) -> AddAccount:
    """The account that a row describes. Raises WrongRow."""
    _not_too_long(row)
    for column in ("org_id_or_mid", "name"):
        if not row.get(column):
            raise WrongRow(f"{column} is empty. Write the customer's.")
    plan = next((one for one in SuccessPlan if one.value.casefold() == row["success_plan"].casefold()), None)
    if plan is None:
        plans = ", ".join(SuccessPlan)
        raise WrongRow(f'success_plan "{row["success_plan"]}" is unknown. Write one of {plans}.')
    if row["timezone"] not in known_zones:
        raise WrongRow(f'timezone "{row["timezone"]}" is unknown. Write an IANA name, like Europe/Lisbon.')
    return AddAccount(
        name=row["name"], org_id_or_mid=row["org_id_or_mid"], success_plan=plan, timezone=row["timezone"]
    )


def read_person(row: Row) -> PersonRow:
    """The person that a row describes. Raises WrongRow."""
    _not_too_long(row)
    role = row.get("role", "").casefold()
    if role not in set(Role):
        raise WrongRow(f'role "{row.get("role", "")}" is unknown. Write one of {", ".join(Role)}.')
    person = PersonRow(
        role=Role(role),
        email=row.get("email", ""),
        name=row.get("name", ""),
        phone=row.get("phone", ""),
        account=row.get("account", ""),
        named_by=row.get("named_by", ""),
        slack_user_id=row.get("slack_user_id", ""),
        teams=_teams(row),
    )
    if person.email and not is_email(person.email):
        raise WrongRow(f'email "{person.email}" is no address. Correct it, like ana@example.com.')
    slack = person.slack_user_id
    if slack and not (slack[0] in "UW" and slack.isalnum() and slack.isascii() and slack == slack.upper()):
        raise WrongRow(f'slack_user_id "{slack}" is none. Copy the member ID from their profile.')
    _check_side(person)
    return person


def _check_side(person: PersonRow) -> None:
    if person.role.is_staff:
        if not person.slack_user_id:
            raise WrongRow("Staff need a slack_user_id. Copy the member ID from their profile.")
        if person.account:
            raise WrongRow("Staff have no account. Leave it empty, or write the role dsc or community.")
        return
    if not person.email and not person.slack_user_id:
        raise WrongRow("email is empty. Write it, so that they are recognised when they come.")
    if not person.account:
        raise WrongRow("account is empty. Write the org id or MID of their account.")
    if person.email and not person.name:
        raise WrongRow("name is empty. Write what the customer calls them.")
    if person.teams:
        raise WrongRow("Only staff are in teams. Leave teams empty.")


def _teams(row: Row) -> tuple[str, ...] | None:
    if "teams" not in row:
        return None
    return tuple(one.strip() for one in row["teams"].split(BETWEEN_TEAMS) if one.strip())


def _not_too_long(row: Row) -> None:
    for column, value in row.items():
        if len(value) > LONGEST:
            raise WrongRow(f"{column} has {len(value)} characters. Shorten it to {LONGEST}.")
        if "\x00" in value or "\n" in value or "\r" in value:
            raise WrongRow(f"{column} has a line break or a control character. Write it in one line.")


@dataclass(kw_only=True)
class Tally:
    """How many rows of one kind did what."""

    added: int = 0
    changed: int = 0
    same: int = 0

    def __str__(self) -> str:
        return f"{self.added} added, {self.changed} changed, {self.same} unchanged"

    def count(self, became: str) -> None:
        setattr(self, became, getattr(self, became) + 1)

    @property
    def all_rows(self) -> int:
        return self.added + self.changed + self.same


@dataclass(frozen=True, kw_only=True)
class Numbered:
    """A row that is well, and where it stands."""

    file: str
    line: int
    row: AddAccount | PersonRow


@dataclass(kw_only=True)
class Sheet:
    """All that the files say: rows that are well, and what is wrong with the others."""

    accounts: list[Numbered] = field(default_factory=list)
    people: list[Numbered] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the desk has already, by natural keys."""

    accounts: frozenset[str]  # org ids and MIDs, casefolded
    teams: frozenset[str]  # names, casefolded


def check(sheet: Sheet, known: Known) -> Sheet:
    """The sheet without what cannot be taken: keys that stand twice, accounts and teams that nobody has."""
    errors = list(sheet.errors)
    accounts = _once(sheet.accounts, errors)
    there = known.accounts | {_key(one) for one in accounts}
    people = []
    for one in _once(sheet.people, errors):
        person = one.row
        assert isinstance(person, PersonRow)
        missing = [team for team in person.teams or () if team.casefold() not in known.teams]
        if person.account and person.account.casefold() not in there:
            what = f'no account has the org id or MID "{person.account}". Import it, or correct the id.'
            errors.append(RowError(file=one.file, line=one.line, what=what))
        elif missing:
            what = f'there is no team "{missing[0]}". Add it with /desk teams, or correct the name.'
            errors.append(RowError(file=one.file, line=one.line, what=what))
        else:
            people.append(one)
    return Sheet(accounts=accounts, people=people, errors=errors)


def _once(rows: list[Numbered], errors: list[RowError]) -> list[Numbered]:
    """The rows whose key stood in no row above."""
    first: dict[str, Numbered] = {}
    kept = []
    for one in rows:
        other = first.setdefault(_key(one), one)
        if other is one:
            kept.append(one)
        else:
            what = f"the same stands in {other.file}, line {other.line}. Keep one of them."
            errors.append(RowError(file=one.file, line=one.line, what=what))
    return kept


def _key(one: Numbered) -> str:
    row = one.row
    return row.key if isinstance(row, PersonRow) else row.org_id_or_mid.casefold()
