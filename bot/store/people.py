"""People, accounts and teams in the database: rows in, domain values out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import (
    Boolean,
    Connection,
    Row,
    Select,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)

from bot.domain.ids import AccountId, ChannelId, PersonId, SlackUserId, TeamId, WorkspaceId
from bot.domain.mail import address_of
from bot.domain.people import Account, Identity, Person, Role, SuccessPlan, Team, TeamKind, Viewer
from bot.domain.permissions import RIGHTS, Act, Reach
from bot.domain.refusals import Reason, Refusal
from bot.store.at_once import insert_new, keep
from bot.store.schema import accounts, people, team_members, teams
from bot.store.schema_shop import customers
from bot.store.stretches import lines_of
from bot.store.work import Work


def find_person(
    connection: Connection, workspace_id: WorkspaceId, slack_user_id: SlackUserId
) -> Person | None:
    """Who a Slack user is to the desk, with their teams; None for somebody never heard of."""
    return _one(connection.execute(_BY_SLACK_ID, {"workspace": workspace_id, "who": slack_user_id}).all())


def person_by_id(connection: Connection, person_id: PersonId) -> Person | None:
    return _one(connection.execute(_BY_ID, {"person": person_id}).all())


def people_by_ids(connection: Connection, person_ids: Sequence[PersonId]) -> tuple[Person, ...]:
    """People with their teams, in no particular order: for lists whose own query has a viewer."""
    rows = connection.execute(_BY_IDS, {"people": list(person_ids)}).all()
    theirs: dict[int, list[Row[Any]]] = {}
    for row in rows:
        theirs.setdefault(row.id, []).append(row)
    found = [_one(theirs.get(person_id, ())) for person_id in person_ids]
    return tuple(one for one in found if one is not None)


def identities(connection: Connection, person_ids: Collection[PersonId]) -> dict[PersonId, Identity]:
    """What tells who people are, by their ids: for lists whose own query has a viewer."""
    if not person_ids:
        return {}
    asked = sorted(person_ids)
    asked += asked[-1:] * (_as_many(len(asked)) - len(asked))
    return {row[0]: identity(*row) for row in lines_of(connection, _IDENTITIES, asked)}


def identity(person_id: int, slack_user_id: str, email: str) -> Identity:
    """What these three columns tell of somebody."""
    return Identity(PersonId(person_id), SlackUserId(slack_user_id), address_of(email) or "")


def _as_many(size: int) -> int:
    """A power of two that is not below: so there are few statements."""
    return 1 << (size - 1).bit_length()


def people_of_role(connection: Connection, workspace_id: WorkspaceId, role: Role) -> tuple[Person, ...]:
    """Everybody of a role with their teams, in the order of their ids; whom rules tell."""
    rows = connection.execute(_OF_ROLE, {"workspace": workspace_id, "role": role.value}).all()
    found = (_one(theirs) for _, theirs in groupby(rows, key=lambda row: row.id))
    return tuple(one for one in found if one is not None)


def _people() -> Select[Any]:
    return (
        select(
            people,
            teams.c.id.label("team_id"),
            teams.c.name.label("team_name"),
            teams.c.kind.label("team_kind"),
            teams.c.channel.label("team_channel"),
            teams.c.public_comments_locked.label("team_locked"),
            teams.c.version.label("team_version"),
        )
        .select_from(people)
        .outerjoin(team_members, team_members.c.person_id == people.c.id)
        .outerjoin(teams, teams.c.id == team_members.c.team_id)
        .order_by(teams.c.name)
    )


_IDENTITIES = select(people.c.id, people.c.slack_user_id, people.c.email)
_BY_SLACK_ID = _people().where(
    people.c.workspace_id == bindparam("workspace"), people.c.slack_user_id == bindparam("who")
)
_BY_ID = _people().where(people.c.id == bindparam("person"))
_BY_IDS = _people().where(people.c.id.in_(bindparam("people", expanding=True)))
_OF_ROLE = (
    _people()
    .where(people.c.workspace_id == bindparam("workspace"), people.c.role == bindparam("role"))
    .order_by(None)
    .order_by(people.c.id, teams.c.name)
)


def _one(rows: Iterable[Row[Any]]) -> Person | None:
    found = list(rows)
    if not found:
        return None
    first = found[0]
    return Person(
        id=PersonId(first.id),
        workspace_id=WorkspaceId(first.workspace_id),
        slack_user_id=SlackUserId(first.slack_user_id),
        name=first.name,
        timezone=first.timezone,
        role=Role(first.role) if first.role else None,
        account_id=AccountId(first.account_id) if first.account_id else None,
        home_seen=first.home_seen,
        named_by=first.named_by,
        named_on=first.named_on,
        version=first.version,
        email=address_of(first.email) or "",
        teams=tuple(
            Team(
                id=TeamId(row.team_id),
                name=row.team_name,
                kind=TeamKind(row.team_kind),
                channel=ChannelId(row.team_channel) if row.team_channel else None,
                public_comments_locked=row.team_locked,
                version=row.team_version,
            )
            for row in found
            if row.team_id is not None
        ),
    )


def names(connection: Connection, workspace_id: WorkspaceId, slack_user_ids: Iterable[str]) -> dict[str, str]:
    """Names by Slack user id, of those whom the desk knows; no query when nobody is asked for."""
    wanted = tuple(slack_user_ids)
    if not wanted:
        return {}
    mine = (people.c.workspace_id == workspace_id) & people.c.slack_user_id.in_(wanted)
    found = connection.execute(select(people.c.slack_user_id, people.c.name).where(mine))
    return {row.slack_user_id: row.name for row in found}


def insert_person(work: Work, slack_user_id: SlackUserId, name: str, timezone: str) -> PersonId:
    """A new person without a role; the one that there is, when somebody else was faster."""
    row = insert_new(work.connection, people).values(
        workspace_id=work.workspace_id,
        slack_user_id=slack_user_id,
        name=name,
        timezone=timezone,
        home_seen=False,
        created_at=work.now,
    )
    made = work.connection.execute(row.returning(people.c.id)).scalar_one_or_none()
    if made is None:
        mine = (people.c.workspace_id == work.workspace_id) & (people.c.slack_user_id == slack_user_id)
        made = work.connection.execute(select(people.c.id).where(mine)).scalar_one()
    return PersonId(made)


def set_up(
    work: Work,
    person_id: PersonId,
    role: Role | None,
    account_id: AccountId | None,
    *,
    named_by: str = "",
    named_on: date | None = None,
    version: int | None = None,
) -> None:
    """Make somebody what they are from now on. Raises SET_UP_MEANWHILE when `version` is no longer theirs."""
    mine = people.c.id == person_id
    if version is not None:
        mine &= people.c.version == version
    change = update(people).where(mine)
    done = work.connection.execute(
        change.values(
            role=role.value if role else None,
            account_id=account_id,
            named_by=named_by,
            named_on=named_on,
            version=people.c.version + 1,
        )
    )
    if done.rowcount != 1:
        raise Refusal(Reason.SET_UP_MEANWHILE)


def set_teams(work: Work, person_id: PersonId, team_ids: Iterable[TeamId]) -> None:
    work.connection.execute(delete(team_members).where(team_members.c.person_id == person_id))
    rows = [{"team_id": team_id, "person_id": person_id} for team_id in team_ids]
    if rows:
        work.connection.execute(insert(team_members), rows)


def set_profile(work: Work, person_id: PersonId, name: str, timezone: str, email: str | None = None) -> None:
    """What Slack says of somebody; an `email` of None leaves the one that is known."""
    change = update(people).where(people.c.id == person_id).values(name=name, timezone=timezone)
    work.connection.execute(change.values(email=email) if email is not None else change)


def set_home_seen(work: Work, person_id: PersonId) -> None:
    work.connection.execute(update(people).where(people.c.id == person_id).values(home_seen=True))


def dm_channel(connection: Connection, person_id: PersonId) -> ChannelId | None:
    """The direct message channel with a person, once Slack has told it."""
    found = connection.execute(select(people.c.dm_channel).where(people.c.id == person_id)).scalar()
    return ChannelId(found) if found else None


def set_dm_channel(work: Work, person_id: PersonId, channel: ChannelId) -> None:
    work.connection.execute(update(people).where(people.c.id == person_id).values(dm_channel=channel))


def hold_set_up(work: Work) -> None:
    """Let other administrators wait until this transaction ends: what it has checked stays true meanwhile."""
    mine = (people.c.workspace_id == work.workspace_id) & (people.c.role == Role.ADMINISTRATOR.value)
    keep(work.connection, select(people.c.id).where(mine).order_by(people.c.id))


def count_administrators(work: Work) -> int:
    """How many there are; none of them changes before this transaction ends, so that two cannot both go."""
    mine = (people.c.workspace_id == work.workspace_id) & (people.c.role == Role.ADMINISTRATOR.value)
    held = select(people.c.id).where(mine).order_by(people.c.id).with_for_update(key_share=True)
    return len(work.connection.execute(held).all())


def list_accounts(connection: Connection, viewer: Viewer, most: int | None = None) -> tuple[Account, ...]:
    """The accounts that the viewer may open cases for or read: all for staff, their own for the others."""
    found = connection.execute(_ACCOUNTS if most is None else _ACCOUNTS.limit(most), _eyes(viewer))
    return tuple(_account(row) for row in found)


def find_account(connection: Connection, viewer: Viewer, account_id: AccountId) -> Account | None:
    row = connection.execute(_ACCOUNT, {**_eyes(viewer), "account": account_id}).first()
    return _account(row, buys=bool(row.buys)) if row else None


def _eyes(viewer: Viewer) -> dict[str, object]:
    """Whose cases the viewer may read (domain.md 2, row "read cases"): all accounts', or their own's."""
    sees_all = RIGHTS[Act.READ_CASE].reach(viewer.role) is Reach.ALL
    return {"workspace": viewer.workspace_id, "sees_all": sees_all, "own": viewer.account_id}


_ACCOUNTS = (
    select(accounts)
    .where(accounts.c.workspace_id == bindparam("workspace"))
    .where(or_(bindparam("sees_all", type_=Boolean), accounts.c.id == bindparam("own")))
    .order_by(accounts.c.name)
)
_BUYS = exists().where(customers.c.account_id == accounts.c.id)
_ACCOUNT = _ACCOUNTS.add_columns(_BUYS.label("buys")).where(accounts.c.id == bindparam("account"))


def _account(row: Row[Any], *, buys: bool = False) -> Account:
    return Account(
        id=AccountId(row.id),
        name=row.name,
        org_id_or_mid=row.org_id_or_mid,
        success_plan=SuccessPlan(row.success_plan),
        timezone=row.timezone,
        version=row.version,
        buys=buys,
    )


def insert_account(
    work: Work, *, name: str, org_id_or_mid: str, plan: SuccessPlan, timezone: str
) -> AccountId:
    row = insert(accounts).values(
        workspace_id=work.workspace_id,
        name=name,
        org_id_or_mid=org_id_or_mid,
        success_plan=plan.value,
        timezone=timezone,
        created_at=work.now,
    )
    return AccountId(work.connection.execute(row.returning(accounts.c.id)).scalar_one())


def list_teams(connection: Connection, viewer: Viewer) -> tuple[Team, ...]:
    """The teams of the desk, by name; the customer side sees none."""
    if not viewer.is_staff:
        return ()
    found = connection.execute(
        select(teams).where(teams.c.workspace_id == viewer.workspace_id).order_by(teams.c.name)
    )
    return tuple(_team(row) for row in found)


def find_team(connection: Connection, viewer: Viewer, team_id: TeamId) -> Team | None:
    return next((team for team in list_teams(connection, viewer) if team.id == team_id), None)


def _team(row: Row[Any]) -> Team:
    return Team(
        id=TeamId(row.id),
        name=row.name,
        kind=TeamKind(row.kind),
        channel=ChannelId(row.channel) if row.channel else None,
        public_comments_locked=row.public_comments_locked,
        version=row.version,
    )


def insert_team(work: Work, *, name: str, kind: TeamKind, channel: ChannelId | None, locked: bool) -> TeamId:
    row = insert(teams).values(
        workspace_id=work.workspace_id,
        name=name,
        kind=kind.value,
        channel=channel,
        public_comments_locked=locked,
    )
    return TeamId(work.connection.execute(row.returning(teams.c.id)).scalar_one())
