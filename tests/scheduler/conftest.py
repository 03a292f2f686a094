"""A desk with a database, a clock moved by hand, and the sandbox's Slack; no bot is connected."""

from __future__ import annotations

import asyncio
import atexit
import itertools
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection, select

from bot.clock import Clock
from bot.commerce import later
from bot.domain.commands import AddAccount, AddComment, Audience, Contact, EditCase, OpenCase, SetUpPerson
from bot.domain.ids import AccountId, CallKey, CaseId, SlackUserId, WorkspaceId
from bot.domain.people import Person, Role, SuccessPlan
from bot.policy_file import load_policy
from bot.sandbox import Message, Sandbox
from bot.scheduler.delivery import Delivery
from bot.services import accounts as account_service
from bot.services import cases, people
from bot.services.desk import Desk
from bot.slack.client import SlackClient
from bot.slack.pacing import Pacer
from bot.store import outbox, schema
from bot.store.migrate import upgrade
from bot.store.people import find_person
from bot.store.store import Store

MANIFEST = Path(__file__).parents[2] / "manifest.yml"
MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OMAR, ANA, BEN, LINDA = (SlackUserId(user) for user in ("U0OMAR", "U0ANA", "U0BEN", "U0LINDA"))


class HandClock(Clock):
    """Both clocks, and they stand still unless a test moves them."""

    def __init__(self) -> None:
        self.at = MONDAY_NOON
        self.offset = timedelta()

    def now(self) -> datetime:
        return self.at + self.offset

    def real_now(self) -> datetime:
        return self.at

    def passes(self, **span: float) -> None:
        """Real time goes by, and business time with it."""
        self.at += timedelta(**span)

    def jumps(self, **span: float) -> None:
        """Business time jumps, as in a trial; real time does not."""
        self.offset += timedelta(**span)


@cache
def migrated() -> Path:
    """An empty database, made once: the tests begin with a copy."""
    path = Path(mkdtemp(prefix="caseline-")) / "empty.db"
    atexit.register(shutil.rmtree, path.parent)
    upgrade(f"sqlite:///{path}")
    return path


@asynccontextmanager
async def desk_on(folder: Path, clock: Clock, team_id: str = "T0DESK") -> AsyncIterator[Desk]:
    """A desk of which Omar is the administrator."""
    path = folder / "caseline.db"
    path.write_bytes(migrated().read_bytes())
    store = Store(f"sqlite:///{path}")
    store.start()
    policy, digest = load_policy(None)
    desk = Desk(
        store=store,
        clock=clock,
        workspace_id=WorkspaceId(team_id),
        shop=later.embedded(store, clock, WorkspaceId(team_id)),
        policy=policy,
        policy_revision=1,
        cases_channel="C0CASES",
    )
    try:
        await people.ensure_desk(desk, (OMAR,), digest)
        yield desk
    finally:
        await store.stop()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def desk(tmp_path: Path, clock: HandClock) -> AsyncIterator[Desk]:
    async with desk_on(tmp_path, clock) as desk:
        yield desk


@dataclass
class PostRoom:
    """The outbox, its senders, and the Slack that they send to."""

    sandbox: Sandbox
    desk: Desk
    clock: HandClock
    slack: SlackClient
    account: AccountId
    senders: list[Delivery] = field(default_factory=list)
    _keys: itertools.count[int] = field(default_factory=itertools.count)

    def begins(self) -> Delivery:
        """One more bot sends from now on."""
        sender = Delivery(self.desk, self.slack)
        self.desk.store.on_write(sender.wake)
        sender.start()
        self.senders.append(sender)
        return sender

    async def rests(self) -> None:
        """Wait until all is sent that may be sent now."""
        for sender in self.senders:
            sender.wake()
        # Asked twice: what was ready is leased, and so not ready, once it is being sent.
        while self.busy or await self._ready() or self.busy:  # noqa: ASYNC110  the outbox has no event
            await asyncio.sleep(0.002)

    @property
    def busy(self) -> bool:
        return any(sender.busy for sender in self.senders)

    async def _ready(self) -> list[str]:
        now, workspace_id = self.clock.real_now(), self.desk.workspace_id
        return await self.desk.store.look(lambda c: outbox.ready_conversations(c, workspace_id, now, "?"))

    async def rows(self, kind: str = "card") -> list[Any]:
        """What stands in the outbox, oldest first."""
        query = select(schema.outbox).where(schema.outbox.c.kind == kind).order_by(schema.outbox.c.id)
        return await self.desk.store.look(lambda c: list(c.execute(query)))

    async def states(self, kind: str = "card") -> list[str]:
        return [row.state for row in await self.rows(kind)]

    def calls(self, method: str) -> int:
        """How often Slack was asked for something."""
        return sum(request.method == method for request in self.sandbox.requests)

    def interferes(self, when: str, method: str, act: Callable[[], Awaitable[Any]]) -> None:
        """Let `act` decide what Slack answers to a method, before or after the effect."""

        async def hook(moment: str, called: str, _: dict[str, Any]) -> Any:
            return await act() if (moment, called) == (when, method) else None

        self.sandbox.interfere = hook

    # What people do and see

    def key(self) -> CallKey:
        return CallKey(f"test:{next(self._keys)}")

    async def opens(self, by: SlackUserId = ANA, title: str = "Printer on fire") -> CaseId:
        command = OpenCase(
            account_id=self.account,
            org_id_or_mid="",
            title=title,
            description="Smoke.",
            business_impact="orders_held",
            timezone="UTC",
            severity=2,
            kind="problem",
            contact=Contact(),
        )
        receipt = await cases.open_case(self.desk, command, by, self.key())
        assert receipt.case_id is not None
        return receipt.case_id

    async def comments(
        self, case_id: CaseId, text: str, by: SlackUserId = ANA, audience: Audience = Audience.PUBLIC
    ) -> None:
        command = AddComment(case_id=case_id, text=text, audience=audience)
        await cases.comment(self.desk, command, by, self.key())

    async def retitles(self, case_id: CaseId, title: str, version: int) -> None:
        command = EditCase(case_id=case_id, version=version, title=title)
        await cases.edit(self.desk, command, ANA, self.key())

    async def sets_up(self, user: SlackUserId, role: Role | None, account: AccountId | None = None) -> None:
        command = SetUpPerson(slack_user_id=user, role=role, account_id=account)
        await people.set_up_person(self.desk, command, OMAR, self.key())

    async def knows_their_names(self) -> None:
        """What Slack would tell the desk of everybody: a card that shows a new name would be drawn again."""
        for user in (OMAR, ANA, BEN, LINDA):
            person = await self.desk.store.look(partial(_person, self.desk.workspace_id, user))
            member = self.sandbox.workspace.person(user)
            assert member is not None
            await people.learn_profile(self.desk, person.id, member.real_name, person.timezone)

    def cards(self, channel: str = "support-cases") -> list[Message]:
        return self.sandbox.act_as("omar").messages(channel)

    def told(self, handle: str) -> list[str]:
        return [message.all_text for message in self.sandbox.act_as(handle).dms]


def _person(workspace_id: WorkspaceId, user: SlackUserId, connection: Connection) -> Person:
    found = find_person(connection, workspace_id, user)
    assert found is not None
    return found


@pytest.fixture
async def room(tmp_path: Path, clock: HandClock) -> AsyncIterator[PostRoom]:
    """Ana and Ben of staff, Linda of Cloud Nine Shoes; nobody sends yet."""
    async with Sandbox(manifest=MANIFEST) as sandbox, desk_on(tmp_path, clock, sandbox.team_id) as desk:
        web = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])
        pacer = Pacer(enabled=False, now=lambda: clock.at.timestamp())
        account = AddAccount(
            name="Cloud Nine Shoes",
            org_id_or_mid="MID-1",
            success_plan=SuccessPlan.PREMIER,
            timezone="UTC",
        )
        account_id = await account_service.add_account(desk, account, OMAR)
        room = PostRoom(sandbox, desk, clock, SlackClient(web, pacer), account_id)
        await room.sets_up(ANA, Role.AGENT)
        await room.sets_up(BEN, Role.AGENT)
        await room.sets_up(LINDA, Role.DSC, room.account)
        await room.knows_their_names()
        try:
            yield room
        finally:
            for sender in room.senders:
                await sender.stop(patience=1.0)
