"""Cases in the database: loading one through a viewer's eyes, saving it under its version, lists by key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, Row, Select, Table, bindparam, false, insert, select, union, update

from bot.domain.cases import Case
from bot.domain.commands import Audience, Contact, Origin
from bot.domain.ids import (
    AccountId,
    CaseId,
    CaseNumber,
    ChannelId,
    MessageTs,
    PersonId,
    SlackUserId,
    TeamId,
    WorkspaceId,
)
from bot.domain.lifecycle import Status
from bot.domain.people import PersonRef, SuccessPlan, Viewer, channel_viewer
from bot.domain.permissions import RIGHTS, Act, Reach
from bot.domain.refusals import Reason, Refusal
from bot.domain.threads import CapturedThread, ThreadPlace
from bot.domain.turns import Turns
from bot.domain.windows import Escalation
from bot.store import turns
from bot.store.at_once import insert_new, keep
from bot.store.schema import (
    IS_OPEN,
    IS_OWED,
    accounts,
    call_backs,
    cases,
    counters,
    escalations,
    people,
    teams,
    threads,
)
from bot.store.search_index import index_case
from bot.store.work import Work

CASE_NUMBERS = "case_number"
CardRole = Literal["owner_id", "creator_id", "account_id", "team_id"]


class CardPlace(NamedTuple):
    """Where the card of a case is meant to be: a channel's id or name, as configured."""

    case_id: CaseId
    place: str


_INSERT = insert(cases).returning(cases.c.id)
_COUNT = (
    update(counters)
    .where(counters.c.workspace_id == bindparam("workspace"), counters.c.name == CASE_NUMBERS)
    .values(value=counters.c.value + 1)
    .returning(counters.c.value)
)

_creator = people.alias("creator")
_owner = people.alias("owner")
_closer = people.alias("closer")
_escalator = people.alias("escalator")


def visible(viewer: Viewer, *, by_index: bool = True) -> Any:
    """The cases that a viewer may see at all, as SQL (domain.md 2, row "read cases").

    Without `by_index` the workspace tempts no database to an index that only names it.
    """
    return _seen(reach_of(viewer), viewer.workspace_id, viewer.account_id, by_index=by_index)


def visible_to(reach: Reach, *, by_index: bool = True) -> Any:
    """The same for a statement that is built once and run with the `eyes` of whoever has this reach."""
    return _seen(reach, bindparam("viewer_workspace"), bindparam("viewer_account"), by_index=by_index)


def reach_of(viewer: Viewer) -> Reach:
    """How far a viewer sees among cases."""
    return RIGHTS[Act.READ_CASE].reach(viewer.role)


def eyes(viewer: Viewer) -> dict[str, Any]:
    """The viewer's own parameters in statements that are built once."""
    return {
        "viewer_workspace": viewer.workspace_id,
        "viewer_account": viewer.account_id,
        "viewer_person": viewer.person_id,
    }


def _seen(reach: Reach, workspace: Any, account: Any, *, by_index: bool) -> Any:
    here = (cases.c.workspace_id if by_index else cases.c.workspace_id.concat("")) == workspace
    own = cases.c.account_id == account
    match reach:
        case Reach.ALL:
            return here
        case Reach.OWN_ACCOUNT:
            return here & own
        case Reach.OWN_ACCOUNT_OPEN:
            return here & own & IS_OPEN
        case _:
            return here & false()


def hold(work: Work, case_id: CaseId) -> None:
    """Keep a case from others until this transaction ends. Load it after this and not before.

    Who waits here then sees what the faster one did and is told so by the rules. It also puts what is
    announced of a case into the order in which it happened.
    """
    mine = (cases.c.workspace_id == work.workspace_id) & (cases.c.id == case_id)
    keep(work.connection, select(cases.c.id).where(mine))


def by_id(connection: Connection, viewer: Viewer, case_id: CaseId) -> Case | None:
    row = connection.execute(_whole().where(visible(viewer), cases.c.id == case_id)).first()
    return _case(row) if row else None


def by_number(connection: Connection, viewer: Viewer, number: CaseNumber) -> Case | None:
    row = connection.execute(_whole().where(visible(viewer), cases.c.number == number)).first()
    return _case(row) if row else None


def by_ids(connection: Connection, viewer: Viewer, case_ids: Sequence[CaseId]) -> dict[CaseId, Case]:
    """Several cases whole, as far as the viewer may see them."""
    if not case_ids:
        return {}
    found = connection.execute(_whole().where(visible(viewer), cases.c.id.in_(case_ids)))
    return {CaseId(row.id): _case(row) for row in found}


def by_thread(
    connection: Connection, workspace_id: WorkspaceId, channel: ChannelId, thread_ts: MessageTs
) -> CaseId | None:
    """Which case's card a thread hangs on. No viewer: it only says that there is one, and nothing of it."""
    here = (cases.c.card_channel == channel) & (cases.c.card_ts == thread_ts)
    found = connection.execute(
        select(cases.c.id).where(cases.c.workspace_id == workspace_id, here)
    ).scalar_one_or_none()
    return CaseId(found) if found is not None else None


def _whole() -> Select[Any]:
    """A case with the names around it, in one statement."""
    return (
        select(
            cases,
            accounts.c.name.label("account_name"),
            teams.c.name.label("team_name"),
            _creator.c.name.label("creator_name"),
            _creator.c.slack_user_id.label("creator_slack"),
            _owner.c.name.label("owner_name"),
            _owner.c.slack_user_id.label("owner_slack"),
            _closer.c.name.label("closer_name"),
            _closer.c.slack_user_id.label("closer_slack"),
            accounts.c.success_plan,
            escalations.c.by_id.label("escalator_id"),
            escalations.c.reason.label("escalation_reason"),
            _escalator.c.name.label("escalator_name"),
            _escalator.c.slack_user_id.label("escalator_slack"),
            call_backs.c.due_at.label("call_back_due"),
            *(threads.c[name].label(f"thread_{name}") for name in _OF_THREAD),
        )
        .join(accounts, accounts.c.id == cases.c.account_id)
        .join(_creator, _creator.c.id == cases.c.creator_id)
        .outerjoin(teams, teams.c.id == cases.c.team_id)
        .outerjoin(_owner, _owner.c.id == cases.c.owner_id)
        .outerjoin(_closer, _closer.c.id == cases.c.closed_by_id)
        .outerjoin(escalations, of_case(escalations))
        .outerjoin(_escalator, _escalator.c.id == escalations.c.by_id)
        .outerjoin(call_backs, of_case(call_backs) & IS_OWED)
        .outerjoin(threads, threads.c.case_id == cases.c.id)
    )


def of_case(table: Table) -> Any:
    """What joins a table to the case that its rows are about."""
    return (table.c.workspace_id == cases.c.workspace_id) & (table.c.case_id == cases.c.id)


def ref(person_id: int | None, slack_user_id: str | None, name: str | None) -> PersonRef | None:
    if person_id is None or slack_user_id is None or name is None:
        return None
    return PersonRef(id=PersonId(person_id), slack_user_id=SlackUserId(slack_user_id), name=name)


def _case(row: Row[Any]) -> Case:
    creator = ref(row.creator_id, row.creator_slack, row.creator_name)
    assert creator is not None  # the join and NOT NULL say so
    return Case(
        id=CaseId(row.id),
        number=CaseNumber(row.number),
        version=row.version,
        status=Status(row.status),
        severity=row.severity,
        kind=row.kind,
        origin=Origin(row.origin),
        title=row.title,
        description=row.description,
        business_impact=row.business_impact,
        timezone=row.timezone,
        account_id=AccountId(row.account_id),
        account_name=row.account_name,
        org_id_or_mid=row.org_id_or_mid,
        contact=Contact(name=row.contact_name, email=row.contact_email, phone=row.contact_phone),
        creator=creator,
        opened_by_staff=row.opened_by_staff,
        created_at=row.created_at,
        updated_at=row.updated_at,
        team_id=TeamId(row.team_id) if row.team_id is not None else None,
        team_name=row.team_name or "",
        owner=ref(row.owner_id, row.owner_slack, row.owner_name),
        resolution=row.resolution,
        closed_at=row.closed_at,
        closed_by=ref(row.closed_by_id, row.closer_slack, row.closer_name),
        card_place=row.card_place,
        card_channel=ChannelId(row.card_channel) if row.card_channel else None,
        card_ts=MessageTs(row.card_ts) if row.card_ts else None,
        permalink=row.card_permalink,
        plan=SuccessPlan(row.success_plan),
        escalation=Escalation(
            opens_at=row.escalation_opens_at,
            at=row.escalated_at,
            by=ref(row.escalator_id, row.escalator_slack, row.escalator_name),
            reason=row.escalation_reason or "",
            expedite_asked_at=row.expedite_asked_at,
            call_back_due=row.call_back_due,
        ),
        first_answered_at=row.first_answered_at,
        thread=_thread(row),
        turns=turns.read(row.turns),
    )


_OF_THREAD = (
    "channel",
    "root_ts",
    "total",
    "captured",
    "unreadable",
    "trouble",
    "read_at",
    "permalink",
    "audience",
)


def _thread(row: Row[Any]) -> CapturedThread | None:
    if row.thread_channel is None:
        return None
    return CapturedThread(
        place=ThreadPlace(channel=ChannelId(row.thread_channel), ts=MessageTs(row.thread_root_ts)),
        total=row.thread_total,
        captured=row.thread_captured,
        unreadable=row.thread_unreadable,
        trouble=row.thread_trouble,
        read_at=row.thread_read_at,
        permalink=row.thread_permalink,
        is_public=row.thread_audience == Audience.PUBLIC.value,
    )


def next_number(work: Work) -> CaseNumber:
    """The next case number; it never comes again, also when the case that asked for it is not saved."""
    return CaseNumber(work.connection.execute(_COUNT, {"workspace": work.workspace_id}).scalar_one())


def insert_case(work: Work, case: Case) -> Case:
    """Save a new case; the same with the id that it has now."""
    row = {
        "workspace_id": work.workspace_id,
        "number": case.number,
        "version": case.version,
        "origin": case.origin.value,
        "account_id": case.account_id,
        "team_id": case.team_id,
        "creator_id": case.creator.id,
        "opened_by_staff": case.opened_by_staff,
        "created_at": case.created_at,
        "card_place": case.card_place,
        **_columns(case),
    }
    case_id = work.connection.execute(_INSERT, row).scalar_one()
    saved = replace(case, id=CaseId(case_id))
    index_case(work, saved)
    return saved


def save(work: Work, case: Case) -> int:
    """Write a changed case under its version and return the new one.

    Raises CHANGED_MEANWHILE when somebody else's change was saved since it was loaded.
    """
    mine = (cases.c.id == case.id) & (cases.c.version == case.version)
    changed = update(cases).where(mine).values(version=case.version + 1, **_columns(case))
    if work.connection.execute(changed).rowcount != 1:
        raise Refusal(Reason.CHANGED_MEANWHILE, {"number": case.number})
    return case.version + 1


def _columns(case: Case) -> dict[str, Any]:
    """The columns that an act may change."""
    return {
        "status": case.status.value,
        "severity": case.severity,
        "kind": case.kind,
        "title": case.title,
        "description": case.description,
        "business_impact": case.business_impact,
        "timezone": case.timezone,
        "org_id_or_mid": case.org_id_or_mid,
        "contact_name": case.contact.name,
        "contact_email": case.contact.email,
        "contact_phone": case.contact.phone,
        "owner_id": case.owner_id,
        "resolution": case.resolution,
        "updated_at": case.updated_at,
        "closed_at": case.closed_at,
        "closed_by_id": case.closed_by.id if case.closed_by else None,
        "escalation_opens_at": case.escalation.opens_at,
        "escalated_at": case.escalation.at,
        "expedite_asked_at": case.escalation.expedite_asked_at,
        **turns.columns(case),
    }


def set_team(work: Work, case_id: CaseId, team_id: TeamId) -> None:
    """Give a case to another team, as a new version; the case is held."""
    mine = (cases.c.workspace_id == work.workspace_id) & (cases.c.id == case_id)
    changed = update(cases).where(mine)
    work.connection.execute(changed.values(team_id=team_id, version=cases.c.version + 1, updated_at=work.now))


def touch(work: Work, case: Case, *, heard: bool = False) -> None:
    """Note that something happened to a case that makes no new version of it (a comment).

    `heard` that it may be somebody else's turn now; the case was held before it was loaded then.
    """
    news = turns.columns(case) if heard else {}
    work.connection.execute(update(cases).where(cases.c.id == case.id).values(updated_at=work.now, **news))


def time_turns(work: Work, case_id: CaseId, change: Callable[[Turns], Turns]) -> None:
    """What the timed rules say of whose turn it is, where it is not what the row says; no new version."""
    case = by_id(work.connection, channel_viewer(work.workspace_id), case_id)
    if case is None or (after := change(case.turns)) == case.turns:
        return
    news = turns.columns(replace(case, turns=after))
    work.connection.execute(update(cases).where(cases.c.id == case_id).values(**news))


def set_card(work: Work, case_id: CaseId, channel: ChannelId, ts: MessageTs, permalink: str | None) -> None:
    """Remember where Slack has put the card of a case."""
    posted = update(cases).where(cases.c.id == case_id)
    work.connection.execute(posted.values(card_channel=channel, card_ts=ts, card_permalink=permalink))


def open_cards_of(
    work: Work, who_or_what: PersonId | AccountId | TeamId, *roles: CardRole
) -> list[CardPlace]:
    """The open cases whose cards name somebody or something in one of these roles, in the order of cases."""
    carded = (cases.c.workspace_id == work.workspace_id) & IS_OPEN & cases.c.card_place.is_not(None)
    # Each role has its index: an OR of them would read every open case.
    named = (
        select(cases.c.id, cases.c.card_place).where(carded, cases.c[role] == who_or_what) for role in roles
    )
    rows = work.connection.execute(union(*named).order_by("id"))
    return [CardPlace(CaseId(row.id), row.card_place) for row in rows]


def ensure_counter(work: Work, start: int) -> None:
    """Make the counter of case numbers if it is missing; the first number is `start`.

    It is held until this transaction ends, so that two bots that start at once set the desk up in turn.
    """
    missing = insert_new(work.connection, counters)
    work.connection.execute(
        missing.values(workspace_id=work.workspace_id, name=CASE_NUMBERS, value=start - 1)
    )
    mine = (counters.c.workspace_id == work.workspace_id) & (counters.c.name == CASE_NUMBERS)
    keep(work.connection, select(counters.c.value).where(mine))
