"""How far an import of a shop has come, kept in the transaction of each batch, so that it can go on there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select, update

from bot.domain.ids import WorkspaceId
from bot.domain.shop.sheets import Sheet
from bot.store.at_once import insert_new
from bot.store.schema_shop import shop_imports
from bot.store.work import Work


@dataclass(frozen=True, kw_only=True)
class Position:
    """The last row of these files that is in the desk, and what became of all rows up to it."""

    digest: str
    sheet: Sheet
    after_key: str
    report: dict[str, Any]


def found(connection: Connection, workspace_id: WorkspaceId, digest: str) -> Position | None:
    """Where an import of the same files broke off; None where there was none, or it came to its end."""
    mine = (shop_imports.c.workspace_id == workspace_id) & (shop_imports.c.digest == digest)
    row = connection.execute(select(shop_imports).where(mine)).first()
    if row is None:
        return None
    return Position(digest=digest, sheet=Sheet(row.sheet), after_key=row.after_key, report=row.report)


def keep(work: Work, position: Position) -> None:
    """Keep how far an import is, in the transaction that brings it there."""
    values = {
        "sheet": position.sheet.value,
        "after_key": position.after_key,
        "report": position.report,
        "at": work.now,
    }
    if work.connection.execute(
        update(shop_imports).where(_mine(work, position.digest)).values(values)
    ).rowcount:
        return
    row = {"workspace_id": work.workspace_id, "digest": position.digest, **values}
    work.connection.execute(insert_new(work.connection, shop_imports), row)


def drop(work: Work, digest: str) -> None:
    """An import has come to its end: the next one of these files compares all rows."""
    work.connection.execute(delete(shop_imports).where(_mine(work, digest)))


def _mine(work: Work, digest: str) -> Any:
    return (shop_imports.c.workspace_id == work.workspace_id) & (shop_imports.c.digest == digest)
