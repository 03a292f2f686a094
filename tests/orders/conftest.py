"""A desk with a shop behind it, on a database of each kind; its clock goes on when a test says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clock import Clock
from bot.domain.commerce.acts import CancelItems, OrderAct, RefundMoney, ReturnItems
from bot.domain.commerce.documents import RefundSource
from bot.domain.commerce.removal import Item
from bot.domain.commerce.requests import OrderAsk, Request, Submitted
from bot.domain.ids import CallKey, CaseId, OrderRequestId, SlackUserId
from bot.services import order_acts
from bot.services.desk import Desk
from bot.services.order_sweep import sweep
from bot.store import order_requests
from bot.store.schema import outbox
from bot.store.schema_requests import order_holds
from bot.store.store import Store
from tests.commerce.shops import MemoryShop
from tests.databases import KINDS, Kind, kind, with_tables
from tests.domain.commerce.books import worked
from tests.factories import NOON
from tests.services.conftest import Office, _desk, _set_up

ANA, BEN, CHLOE = SlackUserId("U0ANA"), SlackUserId("U0BEN"), SlackUserId("U0CHLOE")
MARIA, OMAR, LINDA = SlackUserId("U0MARIA"), SlackUserId("U0OMAR"), SlackUserId("U0LINDA")
ORDER = "1042"


@dataclass
class MovingClock(Clock):
    """Noon, until it is moved."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def real_now(self) -> datetime:
        return self.at

    def moves(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Counter:
    """A desk, its shop, and what people do at it."""

    office: Office
    desk: Desk
    shop: MemoryShop
    clock: MovingClock
    url: str = ""
    _keys: list[int] = field(default_factory=lambda: [0])

    def key(self) -> CallKey:
        self._keys[0] += 1
        return CallKey(f"press:{self._keys[0]}")

    def ask(self, act: OrderAct, case_id: CaseId | None = None, **said: str) -> OrderAsk:
        return OrderAsk(order_number=ORDER, act=act, case_id=case_id, said=said)

    async def does(self, by: SlackUserId, act: OrderAct, **said: str) -> Submitted:
        """Rehearse and submit, as a person does who is content with what they see."""
        ask = self.ask(act, **said)
        shown = await order_acts.rehearse(self.desk, by, ask)
        return await order_acts.submit(self.desk, by, ask, shown.token, self.key())

    async def request(self, request_id: OrderRequestId) -> Request:
        found = await self.desk.store.look(
            lambda c: order_requests.itself(c, self.desk.workspace_id, request_id)
        )
        assert found is not None
        return found

    async def told(self) -> list[tuple[str, str]]:
        """All that was announced of requests, as (kind, conversation)."""
        rows = select(outbox.c.kind, outbox.c.conversation).where(outbox.c.order_request_id.is_not(None))
        return await self.desk.store.look(
            lambda c: [tuple(row) for row in c.execute(rows.order_by(outbox.c.id))]
        )

    async def held(self) -> list[str]:
        """The orders that are held."""
        return await self.desk.store.look(
            lambda c: list(c.execute(select(order_holds.c.order_number)).scalars())
        )

    async def time_passes(self, **by: float) -> None:
        """The clock goes on, and the sweep looks as it does every few seconds."""
        self.clock.moves(**by)
        await sweep(self.desk)

    def another_bot(self) -> Desk:
        """A second bot on the same database and shop."""
        return replace(self.desk, doing=type(self.desk.doing)())

    @property
    def off(self) -> int:
        """What has come off the order in the shop, in cents."""
        return sum(one.comes_off for one in self.shop.orders[ORDER].changes)


def cancel(quantity: int = 1, line_no: int = 1, reason: str = "Too slow") -> CancelItems:
    return CancelItems(items=(Item(line_no=line_no, quantity=quantity, reason=reason),))


def give_back(quantity: int = 1, line_no: int = 1) -> ReturnItems:
    return ReturnItems(items=(Item(line_no=line_no, quantity=quantity, reason="Damaged"),))


def by_hand(amount: int, reason: str = "Goodwill") -> RefundMoney:
    return RefundMoney(source=RefundSource.MANUAL, amount=amount, payment="P1", reason=reason)


@dataclass(frozen=True)
class Furnished:
    kind: Kind
    template: str
    office: Office


def _furnished(name: str, folder: Path) -> Furnished:
    chosen = kind(name)
    url = with_tables(name, folder)

    async def furnish() -> Office:
        store = Store(url)
        store.start()
        try:
            return await _set_up(_desk(store))
        finally:
            await store.stop()

    return Furnished(chosen, url, asyncio.run(furnish()))


@pytest.fixture(scope="session")
def furnished_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    return _furnished("sqlite", tmp_path_factory.mktemp("orders"))


@pytest.fixture(scope="session")
def furnished_postgres(tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    return _furnished("postgres", tmp_path_factory.mktemp("orders"))


@pytest.fixture(scope="session", params=KINDS)
def furnished_kind(request: pytest.FixtureRequest) -> Furnished:
    found: Furnished = request.getfixturevalue(f"furnished_{request.param}")
    return found


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine breaks no rule: whoever presses waits for the end, but where a test says otherwise."""
    monkeypatch.setattr(order_acts, "WAIT", 30.0)


@pytest.fixture
def shop() -> MemoryShop:
    """The shop behind the desk; a module with another one says so by a fixture of this name."""
    return MemoryShop()


@pytest.fixture
async def counter(furnished_kind: Furnished, shop: MemoryShop, tmp_path: Path) -> AsyncIterator[Counter]:
    url = furnished_kind.kind.copy(furnished_kind.template, tmp_path)
    store = Store(url)
    store.start()
    clock = MovingClock()
    shop.place(worked())
    desk = replace(_desk(store), clock=clock, shop=shop)
    yield Counter(replace(furnished_kind.office, desk=desk), desk, shop, clock)
    await desk.doing.stop(5)
    await store.stop()
    furnished_kind.kind.drop(url)
