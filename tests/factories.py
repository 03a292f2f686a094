"""Values for tests of rules, and rows for tests of the store: all made through the store's own functions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.domain.cases import Case
from bot.domain.commands import Audience, Contact, Origin
from bot.domain.ids import (
    AccountId,
    CallKey,
    CaseId,
    CaseNumber,
    ChannelId,
    CommentId,
    PersonId,
    SlackUserId,
    TeamId,
    WorkspaceId,
)
from bot.domain.lifecycle import Status
from bot.domain.people import Person, Role, SuccessPlan, Team, TeamKind, Viewer
from bot.store import cases, people, records
from bot.store.work import Stamp, Work

WORKSPACE = WorkspaceId("T0DESK")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CASES_CHANNEL = "support-cases"

LEVEL_ONE = Team(id=TeamId(1), name="Level one", kind=TeamKind.LEVEL_ONE)
LEVEL_TWO = Team(id=TeamId(2), name="Level two", kind=TeamKind.LEVEL_TWO)
INTEGRATIONS = Team(
    id=TeamId(3), name="Integrations", kind=TeamKind.INTEGRATIONS, public_comments_locked=True
)
BILLING = Team(id=TeamId(4), name="Billing", kind=TeamKind.OTHER)
TEAMS = {team.kind: team for team in (LEVEL_ONE, LEVEL_TWO, INTEGRATIONS, BILLING)}

CLOUD_NINE = AccountId(7)
HARBOUR = AccountId(8)


def person(
    name: str, role: Role | None, *teams: Team, account: AccountId | None = None, number: int | None = None
) -> Person:
    """Somebody who stands in no database; people with different names are different people."""
    return Person(
        id=PersonId(number or 1 + sum(ord(letter) << 8 * place for place, letter in enumerate(name[:3]))),
        workspace_id=WORKSPACE,
        slack_user_id=SlackUserId(f"U0{name.upper()}"),
        name=name,
        role=role,
        account_id=account,
        teams=teams,
    )


def case(creator: Person, **values: Any) -> Case:
    """A new case of Cloud Nine that stands in no database, but for what `values` say."""
    plain = Case(
        id=CaseId(11),
        number=CaseNumber(1001),
        version=3,
        status=Status.NEW,
        severity=2,
        kind="problem",
        origin=Origin.SUPPORT if creator.is_staff else Origin.DSC,
        title="Printer on fire",
        description="Smoke comes out of it.",
        business_impact="orders_held",
        timezone="UTC",
        account_id=CLOUD_NINE,
        account_name="Cloud Nine Shoes",
        org_id_or_mid="MID-40017",
        contact=Contact(name="Lou", email="lou@example.com"),
        creator=creator.ref,
        opened_by_staff=creator.is_staff,
        created_at=NOON,
        updated_at=NOON,
    )
    return replace(plain, **values)


def stamp(
    key: str | None = None,
    *,
    now: datetime = NOON,
    real_now: datetime = NOON,
    workspace_id: WorkspaceId = WORKSPACE,
    policy_revision: int | None = 1,
) -> Stamp:
    return Stamp(
        workspace_id=workspace_id,
        now=now,
        real_now=real_now,
        key=CallKey(key) if key else None,
        policy_revision=policy_revision,
    )


def add_account(work: Work, name: str) -> AccountId:
    return people.insert_account(
        work, name=name, org_id_or_mid=f"MID-{name}", plan=SuccessPlan.PREMIER, timezone="UTC"
    )


def add_team(
    work: Work, kind: TeamKind, *, name: str | None = None, channel: str | None = None, locked: bool = False
) -> TeamId:
    return people.insert_team(
        work,
        name=name or kind.value,
        kind=kind,
        channel=ChannelId(channel) if channel else None,
        locked=locked,
    )


def add_person(
    work: Work, name: str, role: Role | None, *team_ids: TeamId, account: AccountId | None = None
) -> Person:
    slack_user_id = SlackUserId(f"U0{name.upper()}")
    person_id = people.insert_person(work, slack_user_id, name=name, timezone="UTC")
    people.set_up(work, person_id, role, account)
    people.set_teams(work, person_id, team_ids)
    made = people.person_by_id(work.connection, person_id)
    assert made is not None
    return made


def add_case(work: Work, creator: Person, account_id: AccountId, **values: Any) -> Case:
    """A case as a service would save it, but for what `values` say; by fields of `Case`."""
    cases.ensure_counter(work, 1001)
    if values.get("status") is Status.CLOSED:
        values = {"resolution": "solved", "closed_at": work.now, "closed_by": creator.ref} | values
    new = case(
        creator,
        number=cases.next_number(work),
        version=1,
        account_id=account_id,
        created_at=work.now,
        updated_at=work.now,
    )
    return load_case(work, cases.insert_case(work, replace(new, **values)).id)


def load_case(work: Work, case_id: CaseId) -> Case:
    """A case through the eyes of staff, who see all of a workspace."""
    eyes = Viewer(replace(person("eyes", Role.AGENT), workspace_id=work.workspace_id))
    found = cases.by_id(work.connection, eyes, case_id)
    assert found is not None
    return found


def add_comment(
    work: Work, case_id: CaseId, author: Person, text: str = "On it.", audience: Audience = Audience.PUBLIC
) -> CommentId:
    return records.insert_comment(work, case_id, author, audience, text)
