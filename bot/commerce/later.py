"""A shop that is loaded when somebody first asks it for something; `app.py` makes the desk's own so.

What can be done with orders is a tenth of a second of loading, and a desk that starts has people waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from bot.clock import Clock
from bot.domain.ids import WorkspaceId
from bot.store.store import Store

if TYPE_CHECKING:
    from bot.domain.commerce.port import CommercePort


SOON = 2.0
"""Seconds after a start until the shop is opened, where nobody has asked it for anything before."""


class ShopLater:
    """Any shop, opened by its first use or by whoever has the time."""

    def __init__(self, opening: Callable[[], CommercePort]) -> None:
        self._opening = opening

    @cached_property
    def opened(self) -> CommercePort:
        return self._opening()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.opened, name)


async def open_soon(shop: CommercePort) -> None:
    """Load what orders need while nobody waits for it, beside what people do."""
    await asyncio.sleep(SOON)
    await asyncio.to_thread(shop.capabilities)


def embedded(store: Store, clock: Clock, workspace_id: WorkspaceId) -> CommercePort:
    """The shop in the desk's own tables."""

    def opening() -> CommercePort:
        from bot.commerce.embedded import EmbeddedShop

        return EmbeddedShop(store=store, clock=clock, workspace_id=workspace_id)

    return cast("CommercePort", ShopLater(opening))
