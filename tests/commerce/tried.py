"""The shops that the contract is tried on, each with a way to put an order in.

A new adapter adds itself to SHOPS. What a shop does not promise is not asked of it: tests are made for those
alone that promise it, so that none is skipped.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.commerce.embedded import CAPABILITIES, EmbeddedShop
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.port import Ask, Capabilities, Capability, CommercePort, OrderRead, Promise, Write
from bot.domain.ids import PersonId, SlackUserId
from bot.domain.people import PersonRef, Role
from bot.store.store import Store
from tests.commerce.shops import MemoryShop, UnfriendlyShop
from tests.factories import WORKSPACE, add_person, stamp
from tests.store.conftest import Upgraded
from tests.store.order_making import a_customer, placed

ANA = PersonRef(id=PersonId(1), slack_user_id=SlackUserId("U0ANA"), name="Ana")
ASK = Ask(by=ANA)


def write(key: str = "K1", version: str = "1") -> Write:
    return Write(by=ANA, key=key, version=version)


@dataclass(frozen=True)
class Tried:
    """A shop, and how a customer's order gets into it."""

    shop: CommercePort
    place: Callable[[OrderBooks], Awaitable[None]]

    async def read(self, number: str = "1042") -> OrderRead:
        found = await self.shop.order(ASK, number)
        assert found is not None
        return found

    async def books(self, number: str = "1042") -> OrderBooks:
        return (await self.read(number)).books


Opening = Callable[[pytest.FixtureRequest, Path], AbstractAsyncContextManager[Tried]]


@dataclass(frozen=True)
class Known:
    """A shop before it is opened: what it says of itself never changes."""

    says: Capabilities
    open: Opening


def _in_memory(kind: type[MemoryShop]) -> Known:
    @asynccontextmanager
    async def open_(_request: pytest.FixtureRequest, _folder: Path) -> AsyncIterator[Tried]:
        shop = kind()

        async def place(books: OrderBooks) -> None:
            shop.place(books)

        yield Tried(shop, place)

    return Known(kind().capabilities(), open_)


def _embedded(database: str) -> Known:
    @asynccontextmanager
    async def open_(request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[Tried]:
        upgraded: Upgraded = request.getfixturevalue(f"upgraded_{database}")
        with upgraded.copy(folder) as url:
            store = Store(url)
            store.start()
            made = await store.write(lambda work: add_person(work, "Ana", Role.AGENT), stamp())
            assert made.ref == ANA
            customer = await store.write(a_customer, stamp())

            async def place(books: OrderBooks) -> None:
                number = books.order.number
                await store.write(lambda work: placed(work, books, customer, number), stamp())

            yield Tried(EmbeddedShop(store=store, clock=Clock(), workspace_id=WORKSPACE), place)
            await store.stop()

    return Known(CAPABILITIES, open_)


SHOPS: dict[str, Known] = {
    "memory": _in_memory(MemoryShop),
    "unfriendly": _in_memory(UnfriendlyShop),
    "embedded-sqlite": _embedded("sqlite"),
    "embedded-postgres": _embedded("postgres"),
}


def _only(names: list[str]) -> pytest.MarkDecorator:
    assert names, "no shop is left to ask this of"
    return pytest.mark.parametrize("tried", names, indirect=True)


def promising(promise: Promise) -> pytest.MarkDecorator:
    """For the shops that promise it."""
    return _only([name for name, one in SHOPS.items() if promise in one.says.promises])


def able(capability: Capability) -> pytest.MarkDecorator:
    """For the shops that can do it."""
    return _only([name for name, one in SHOPS.items() if capability in one.says.can])


def unable(capability: Capability) -> list[str]:
    """The shops that say that they cannot."""
    return [name for name, one in SHOPS.items() if capability not in one.says.can]
