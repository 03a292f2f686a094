"""Managers take credit memos and refunds out for the finance system: `/order export`."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.blocks import made_files, usage
from bot.dialogs import finance_files
from bot.handlers.call import Call
from bot.handlers.reply import Open, Replace, Reply, Say, said
from bot.handlers.spoken import as_typed
from bot.handlers.targets import numbers_in
from bot.services import finance
from bot.services.desk import Desk


async def export(desk: Desk, call: Call) -> Reply:
    """`/order export [2026-11]`: what no file has yet, of a month (UTC) or of all time; `list`: the files."""
    text = as_typed(call.text).strip()
    if text.casefold() == "list":
        return Open(finance_files.view(await finance.listed(desk, call.by)))
    if text and (month := _month(text)) is None:
        return Say(usage.order_help(f"export {text}"))
    since, until = month if text and month else (None, None)
    receipt = await finance.ask(desk, call.by, call.key, since, until)
    return said(made_files.finance_begun(receipt.version or 0))


async def again(desk: Desk, call: Call) -> Reply:
    """*Send it again*."""
    number, turn = numbers_in(call.value, 2)
    await finance.ask_again(desk, call.by, number, call.key)
    return await _listed(desk, call, made_files.finance_begun(number), turn)


async def has_it(desk: Desk, call: Call) -> Reply:
    """*Finance has it*."""
    number, turn = numbers_in(call.value, 2)
    await finance.has_it(desk, call.by, number, call.key)
    return await _listed(desk, call, finance_files.has_it(number), turn)


async def _listed(desk: Desk, call: Call, said: str, turn: int) -> Reply:
    return Replace(finance_files.view(await finance.listed(desk, call.by), said, turn + 1))


def _month(text: str) -> tuple[datetime, datetime] | None:
    """The first moment of a month, and that of the next one."""
    try:
        first = datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        return None
    return first, first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
