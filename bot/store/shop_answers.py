"""What the shop of our own answered to a key: the same key does nothing twice. `commerce` calls it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select, update

from bot.domain.ids import WorkspaceId
from bot.store.at_once import insert_new
from bot.store.schema_documents import shop_answers
from bot.store.work import Work

Answer = Mapping[str, Any]


class KeyOfAnother(Exception):
    """The key was used to ask for something else: nothing is done, and no answer fits."""


def claim(work: Work, key: str, asked: str) -> Answer | None:
    """The answer that a key got; None where it is new, and from now on it is this transaction's.

    The same key at the same moment waits here for the first one. Raises KeyOfAnother.
    """
    row = {
        "workspace_id": work.workspace_id,
        "key": key,
        "asked": asked,
        "answer": {},
        "at": work.stamp.real_now,
    }
    if work.connection.execute(insert_new(work.connection, shop_answers), row).rowcount:
        return None
    mine = (shop_answers.c.workspace_id == work.workspace_id) & (shop_answers.c.key == key)
    found = work.connection.execute(select(shop_answers).where(mine)).one()
    if found.asked != asked:
        raise KeyOfAnother(key)
    given: Answer = found.answer
    return given


def answered(work: Work, key: str, answer: Answer) -> None:
    """Keep the answer to a key that this transaction claimed."""
    mine = (shop_answers.c.workspace_id == work.workspace_id) & (shop_answers.c.key == key)
    work.connection.execute(update(shop_answers).where(mine).values(answer=dict(answer)))


def answer_to(connection: Connection, workspace_id: WorkspaceId, key: str) -> Answer | None:
    """What a key was answered; None for one that never came."""
    mine = (shop_answers.c.workspace_id == workspace_id) & (shop_answers.c.key == key)
    found: Answer | None = connection.execute(select(shop_answers.c.answer).where(mine)).scalar()
    return found
