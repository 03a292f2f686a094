"""What all parts of the embedded shop share: the database, keys that act once, and how a write ends."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.clock import Clock
from bot.domain.commerce.port import Ask, Changed, Declined, Done, NoAnswer, NotSent, Write
from bot.domain.ids import WorkspaceId
from bot.store import shop_answers
from bot.store.faults import DatabaseAway, StillSaving, TransactionLost
from bot.store.order_saving import VersionMoved
from bot.store.store import Store
from bot.store.work import Connection, Query, Stamp, Work

R = TypeVar("R")
Answer = Done | Declined


@dataclass(frozen=True, kw_only=True)
class EmbeddedBase:
    """A workspace's shop in the desk's own tables."""

    store: Store
    clock: Clock
    workspace_id: WorkspaceId

    async def _once(self, write: Write, key: str, asked: object, unit: Callable[[Work], Answer]) -> Answer:
        """Do something once for a key, in one transaction; again it gets the answer that it got.

        Raises what the port says a write ends with.
        """
        digest = hashlib.sha256(repr(asked).encode()).hexdigest()

        def run(work: Work) -> Answer:
            known = shop_answers.claim(work, key, digest)
            if known is not None:
                return _answer_in(known)
            answer = unit(work)
            shop_answers.answered(work, key, _record(answer))
            return answer

        now = Stamp(workspace_id=self.workspace_id, now=self.clock.now(), real_now=self.clock.real_now())
        try:
            return await self.store.write(run, now, write.seconds)
        except VersionMoved as moved:
            raise Changed(str(moved)) from moved
        except shop_answers.KeyOfAnother:
            return Declined(said=f"The key {key} was used to ask for something else.")
        except (StillSaving, TransactionLost) as late:
            raise NotSent from late
        except DatabaseAway as away:
            raise NoAnswer from away

    async def _look(self, query: Callable[[Connection], R]) -> R:
        """Read as the shop: rights stand above its port. Raises NotSent.

        Never on the loop's own thread: an order of two hundred lines takes longer than a page.
        """
        try:
            return await self.store.look(query)
        except DatabaseAway as away:
            raise NotSent from away

    async def _read(self, ask: Ask, query: Query[R]) -> R:
        """Read through the eyes of whoever asks, where the desk has a read of that kind. Raises NotSent."""
        try:
            return await self.store.read_as(self.workspace_id, ask.by.slack_user_id, query, brief=True)
        except DatabaseAway as away:
            raise NotSent from away


def _record(answer: Answer) -> dict[str, Any]:
    if isinstance(answer, Declined):
        return {"declined": answer.said}
    return {"ref": answer.ref, "version": answer.version}


def _answer_in(record: Mapping[str, Any]) -> Answer:
    if "declined" in record:
        return Declined(said=record["declined"])
    return Done(ref=record["ref"], version=record["version"])
