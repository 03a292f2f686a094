"""A desk on a real database without Slack: people set up by the services, and what each act has written."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, select, update

from bot.clock import Clock
from bot.commerce import later
from bot.domain.cases import Case
from bot.domain.commands import AddAccount, AddTeam, Contact, OpenCase, SetUpPerson
from bot.domain.ids import AccountId, CallKey, CaseId, ChannelId, SlackUserId, TeamId
from bot.domain.people import Role, SuccessPlan, TeamKind, channel_viewer
from bot.policy_file import load_policy
from bot.services import accounts as account_service
from bot.services import cases, people
from bot.services.desk import Desk
from bot.store import cases as case_store
from bot.store.outbox import Kind, State
from bot.store.schema import IS_WAITING, calls, comments, history, metadata, outbox
from bot.store.schema import people as people_table
from bot.store.store import Store
from tests.databases import with_tables
from tests.factories import CASES_CHANNEL, NOON, WORKSPACE

OMAR = SlackUserId("U0OMAR")
REVISION = 7


class StoppedClock(Clock):
    """Noon, whatever the test takes."""

    def now(self) -> datetime:
        return NOON

    def real_now(self) -> datetime:
        return NOON


@dataclass
class Office:
    """A desk and its database. `news` is what the latest acts wrote into history and outbox."""

    desk: Desk
    cloud: AccountId
    harbour: AccountId
    level_two: TeamId
    integrations: TeamId
    _history_seen: int = 0
    _outbox_seen: int = 0
    _keys: int = 0

    def key(self) -> CallKey:
        """The key of a call that was never made before."""
        self._keys += 1
        return CallKey(f"call:{self._keys}")

    async def opened(self, by: str = "U0LINDA", **values: Any) -> Case:
        """A case opened by the service, and its news heard."""
        receipt = await cases.open_case(self.desk, self.form(**values), SlackUserId(by), self.key())
        assert receipt.case_id is not None
        await self.news()
        return await self.case(receipt.case_id)

    def form(self, **values: Any) -> OpenCase:
        given: dict[str, Any] = {
            "account_id": self.cloud,
            "org_id_or_mid": "MID-OWN",
            "title": "Printer on fire",
            "description": "Smoke comes out of it.",
            "business_impact": "orders_held",
            "timezone": "Europe/Lisbon",
            "severity": 2,
            "kind": "problem",
            "contact": Contact(name="Lou Reyes", email="lou@example.com", phone="555"),
        }
        return OpenCase(**given | values)

    async def case(self, case_id: CaseId) -> Case:
        viewer = channel_viewer(self.desk.workspace_id)
        found = await self.desk.store.read(lambda c, v: case_store.by_id(c, v, case_id), viewer)
        assert found is not None
        return found

    async def news(self) -> tuple[list[dict[str, Any]], list[tuple[str, str, str]]]:
        """New history rows, whole, and new outbox rows as (kind, conversation, audience), in their order."""

        def query(connection: Connection) -> tuple[list[dict[str, Any]], list[tuple[str, str, str]]]:
            named = select(history, people_table.c.slack_user_id.label("actor")).outerjoin(
                people_table, people_table.c.id == history.c.actor_id
            )
            told = connection.execute(named.where(history.c.id > self._history_seen).order_by(history.c.id))
            rows = [dict(row) for row in told.mappings()]
            sent = connection.execute(
                select(outbox).where(outbox.c.id > self._outbox_seen).order_by(outbox.c.id)
            ).all()
            self._history_seen = max([self._history_seen, *(row["id"] for row in rows)])
            self._outbox_seen = max([self._outbox_seen, *(row.id for row in sent)])
            return rows, [(row.kind, row.conversation, row.audience) for row in sent]

        return await self.desk.store.look(query)

    async def delivered(self) -> None:
        """What waits in the outbox has been sent."""
        sent = update(outbox).where(IS_WAITING).values(state=State.SENT.value)
        await self.desk.write(lambda work: work.connection.execute(sent) and None)

    async def cards_announced(self) -> list[CaseId]:
        """The case of every card that is or was in the outbox, in order."""
        cards = select(outbox.c.case_id).where(outbox.c.kind == Kind.CARD.value).order_by(outbox.c.id)
        return await self.desk.store.look(lambda c: list(c.execute(cards).scalars()))

    async def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table."""

        def query(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
            return {
                table.name: sorted(map(tuple, connection.execute(select(table)).all()), key=repr)
                for table in metadata.sorted_tables
            }

        return await self.desk.store.look(query)

    async def said(self) -> list[tuple[str, str]]:
        """Every comment as (audience, text)."""
        rows = select(comments.c.audience, comments.c.text).order_by(comments.c.id)
        return await self.desk.store.look(lambda c: [tuple(row) for row in c.execute(rows)])

    async def words_kept_with_changes(self) -> str:
        """All that stands in history, outbox and call keys: no text of people may be among it."""
        kept = await self.everything()
        return repr([kept[table.name] for table in (history, outbox, calls)])

    def statements(self) -> list[str]:
        """A list that fills with the statements that units run from now on, without those of transactions."""
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
                seen.append(" ".join(statement.split())[:70])

        event.listen(self.desk.store.database.writing, "before_cursor_execute", note)
        return seen


def _desk(store: Store) -> Desk:
    return Desk(
        store=store,
        clock=StoppedClock(),
        workspace_id=WORKSPACE,
        shop=later.embedded(store, StoppedClock(), WORKSPACE),
        policy=load_policy(None)[0],
        policy_revision=REVISION,
        cases_channel=CASES_CHANNEL,
    )


@pytest.fixture(scope="session")
def furnished(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, Office]:
    """A folder with a desk whose people are set up; each test works on a copy."""
    folder = tmp_path_factory.mktemp("office")

    async def furnish() -> Office:
        url = with_tables("sqlite", folder)
        store = Store(url)
        store.start()
        try:
            office = await _set_up(_desk(store))
            await office.news()
            return office
        finally:
            await store.stop()

    return folder, asyncio.run(furnish())


@pytest.fixture
async def office(furnished: tuple[Path, Office], tmp_path: Path) -> AsyncIterator[Office]:
    folder, model = furnished
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    store = Store(f"sqlite:///{tmp_path / 'caseline.db'}")
    store.start()
    yield replace(model, desk=_desk(store))
    await store.stop()


async def _set_up(desk: Desk) -> Office:
    await people.ensure_desk(desk, [OMAR], "digest")
    cloud, harbour = [
        await account_service.add_account(
            desk,
            AddAccount(
                name=name,
                org_id_or_mid=f"MID-{name}",
                success_plan=SuccessPlan.PREMIER,
                timezone="Europe/Lisbon",
            ),
            OMAR,
        )
        for name in ("Cloud Nine", "Harbour")
    ]
    kinds = ((TeamKind.LEVEL_ONE, None), (TeamKind.LEVEL_TWO, None), (TeamKind.INTEGRATIONS, "C0INTEGR"))
    one, two, integrations = [
        await account_service.add_team(
            desk,
            AddTeam(
                name=kind.value,
                kind=kind,
                channel=ChannelId(channel) if channel else None,
                public_comments_locked=kind is TeamKind.INTEGRATIONS,
            ),
            OMAR,
        )
        for kind, channel in kinds
    ]
    roles: dict[str, tuple[Role, AccountId | None, tuple[TeamId, ...]]] = {
        "U0ANA": (Role.AGENT, None, (two,)),
        "U0BEN": (Role.AGENT, None, (two,)),
        "U0CHLOE": (Role.AGENT, None, (one,)),
        "U0INES": (Role.AGENT, None, (integrations,)),
        "U0MARIA": (Role.MANAGER, None, ()),
        "U0LINDA": (Role.DSC, cloud, ()),
        "U0TESS": (Role.COMMUNITY, cloud, ()),
        "U0VIKTOR": (Role.DSC, harbour, ()),
    }
    for user, (role, account_id, team_ids) in roles.items():
        command = SetUpPerson(
            slack_user_id=SlackUserId(user), role=role, account_id=account_id, team_ids=team_ids
        )
        await people.set_up_person(desk, command, OMAR, CallKey(f"set-up:{user}"))
    return Office(desk, cloud, harbour, two, integrations)
