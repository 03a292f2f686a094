"""Credit memos and refunds for the finance system: put into files, each once; `services/finance.py` calls it.

What the shop of our own has documents of is here; a backend that writes memos has an export of its own.
"""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from bot.domain.commerce.finance import FinanceFile, FinanceLine, LineKind
from bot.domain.commerce.states import MEMO, MemoMove, MemoState, RefundState
from bot.domain.ids import HistoryId, PersonId, WorkspaceId
from bot.domain.people import Viewer
from bot.domain.permissions import Act, allowed
from bot.store.numbers import next_number
from bot.store.schema import history, people
from bot.store.schema_documents import credit_memos, finance_files, refunds
from bot.store.schema_shop import orders
from bot.store.work import Work

FINANCE_NUMBERS = "finance_file"


def make(
    work: Work,
    since: datetime | None,
    until: datetime,
    by_id: PersonId | None = None,
    token: str | None = None,
) -> FinanceFile | None:
    """Put what no file has yet of a period into a new one; None where there is nothing.

    Lines are claimed before they are read: what is written meanwhile, or claimed by another, is in neither.
    """
    file_id = _insert(
        work, {"since": since, "until": until, "by_id": by_id, "made_at": work.now, "token": token}
    )
    exported = MEMO.after(MemoState.NEW, MemoMove.EXPORT).value
    claimed = 0
    for table, state, at in _KINDS:
        due = (table.c.workspace_id == work.workspace_id) & (state == MemoState.NEW.value) & (at < until)
        if since is not None:
            due &= at >= since
        if table is refunds:  # what may still fail is not booked
            due &= table.c.state == RefundState.SETTLED.value
        marked = update(table).where(due).values({state.name: exported, "file_id": file_id})
        claimed += work.connection.execute(marked).rowcount
    if not claimed:
        work.connection.execute(finance_files.delete().where(finance_files.c.id == file_id))
        return None
    mine = finance_files.c.id == file_id
    return _whole(work.connection, work.connection.execute(select(finance_files).where(mine)).one())


def file_numbered(connection: Connection, workspace_id: WorkspaceId, number: int) -> FinanceFile | None:
    """A file that was made before, line by line as it was then."""
    row = connection.execute(select(finance_files).where(*_numbered(workspace_id, number))).first()
    return _whole(connection, row) if row is not None else None


def file_of(connection: Connection, viewer: Viewer, token: str) -> FinanceFile | None:
    """The file that a row of the outbox brings; None for who may not have it any more."""
    if not allowed(Act.EXPORT_CREDIT_MEMOS, viewer.person):
        return None
    mine = (finance_files.c.workspace_id == viewer.workspace_id) & (finance_files.c.token == token)
    row = connection.execute(select(finance_files).where(mine)).first()
    return _whole(connection, row) if row is not None else None


def listed(connection: Connection, viewer: Viewer, limit: int) -> tuple[FinanceFile, ...]:
    """The newest files, without their lines; none for who may not export them."""
    if not allowed(Act.EXPORT_CREDIT_MEMOS, viewer.person):
        return ()
    return files(connection, viewer.workspace_id, limit)


def told_of(connection: Connection, viewer: Viewer, history_id: HistoryId) -> FinanceFile | None:
    """The file that a row of history says was asked for again; None for who may not have it any more."""
    if not allowed(Act.EXPORT_CREDIT_MEMOS, viewer.person):
        return None
    mine = (history.c.workspace_id == viewer.workspace_id) & (history.c.id == history_id)
    changes = connection.execute(select(history.c.changes).where(mine)).scalar()
    told = (changes or {}).get("file")
    return file_numbered(connection, viewer.workspace_id, int(told[1])) if told else None


def files(connection: Connection, workspace_id: WorkspaceId, limit: int) -> tuple[FinanceFile, ...]:
    """The newest files, without their lines."""
    mine = select(finance_files).where(finance_files.c.workspace_id == workspace_id)
    rows = connection.execute(mine.order_by(finance_files.c.number.desc()).limit(limit))
    return tuple(_file(row) for row in rows)


def reconcile(work: Work, number: int) -> bool | None:
    """Keep that finance has found a file's lines in its books; whether that is news. None: no such file."""
    found = work.connection.execute(
        update(finance_files)
        .where(*_numbered(work.workspace_id, number), finance_files.c.reconciled_at.is_(None))
        .values(reconciled_at=work.now)
        .returning(finance_files.c.id)
    ).scalar()
    if found is None:
        known = select(finance_files.c.id).where(*_numbered(work.workspace_id, number))
        return False if work.connection.execute(known).first() is not None else None
    done = MEMO.after(MemoState.EXPORTED, MemoMove.RECONCILE).value
    for table, state, _ in _KINDS:
        mine = (table.c.file_id == found) & (state == MemoState.EXPORTED.value)
        work.connection.execute(update(table).where(mine).values({state.name: done}))
    return True


_KINDS: tuple[tuple[Any, Any, Any], ...] = (
    (credit_memos, credit_memos.c.state, credit_memos.c.at),
    (refunds, refunds.c.exported, refunds.c.paid_at),
)
"""Each table, what finance knows of its rows, and when a row counts."""


def _insert(work: Work, values: dict[str, Any]) -> int:
    row = values | {"workspace_id": work.workspace_id, "number": next_number(work, FINANCE_NUMBERS)}
    made: int = work.connection.execute(insert(finance_files).returning(finance_files.c.id), row).scalar_one()
    return made


def _numbered(workspace_id: WorkspaceId, number: int) -> list[Any]:
    return [finance_files.c.workspace_id == workspace_id, finance_files.c.number == number]


def _whole(connection: Connection, row: Row[Any]) -> FinanceFile:
    memos = [_memo_line(one) for one in connection.execute(_named(credit_memos, row.id))]
    paid = [_refund_line(one) for one in connection.execute(_named(refunds, row.id))]
    return _file(row, tuple(sorted([*memos, *paid], key=attrgetter("at", "kind", "number"))))


def _file(row: Row[Any], lines: tuple[FinanceLine, ...] = ()) -> FinanceFile:
    return FinanceFile(
        number=row.number,
        since=row.since,
        until=row.until,
        made_at=row.made_at,
        reconciled_at=row.reconciled_at,
        lines=lines,
    )


def _named(table: Any, file_id: int) -> Select[Any]:
    return (
        select(table, orders.c.number.label("order_no"), orders.c.currency, people.c.name.label("by_name"))
        .join(orders, orders.c.id == table.c.order_id)
        .outerjoin(people, people.c.id == table.c.by_id)
        .where(table.c.file_id == file_id)
    )


def _memo_line(row: Row[Any]) -> FinanceLine:
    return FinanceLine(
        kind=LineKind.CREDIT_MEMO,
        number=row.number,
        order_no=row.order_no,
        at=row.at,
        currency=row.currency,
        amount=row.amount,
        state=MemoState(row.state),
        changes=tuple(row.changes),
        by=row.by_name or "",
        case_id=row.case_id,
    )


def _refund_line(row: Row[Any]) -> FinanceLine:
    return FinanceLine(
        kind=LineKind.REFUND,
        number=row.number,
        order_no=row.order_no,
        at=row.paid_at,
        currency=row.currency,
        amount=row.amount,
        state=MemoState(row.exported),
        source=row.source,
        memo=row.memo,
        payment=row.payment_ref,
        provider_ref=row.provider_ref,
        reason=row.reason,
        by=row.by_name or "",
        case_id=row.case_id,
    )
