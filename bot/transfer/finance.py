"""`caseline finance`: credit memos and refunds for the finance system, as CSV and JSON, each line once."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from bot import config
from bot.domain.commerce.finance import FinanceFile, NoSuchFile, sums, written
from bot.domain.shop.money import plain
from bot.services import finance
from bot.services.desk import Desk
from bot.slack.faults import CannotServe
from bot.transfer.commands import desk_of


def run_finance(chosen: argparse.Namespace) -> None:
    """Do what the command line says (`cli.finance`). Raises CannotServe."""
    asyncio.run(_with_desk(chosen.workspace, lambda desk: _DONE[chosen.what](desk, chosen)))


async def _with_desk(workspace: str, work: Callable[[Desk], Coroutine[Any, Any, None]]) -> None:
    async with desk_of(config.load_storage(), workspace) as desk:
        try:
            await work(desk)
        except NoSuchFile as none:
            raise CannotServe(f"{none} caseline finance shows those that there are.") from none
        except OSError as error:
            raise CannotServe(
                f"The file cannot be written: {error.strerror}. caseline finance shows its number, and "
                "caseline finance again NUMBER FOLDER writes it elsewhere."
            ) from error


async def _export(desk: Desk, chosen: argparse.Namespace) -> None:
    # The folder is tried before any line counts as exported.
    chosen.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = await finance.make(desk, chosen.since, chosen.until)
    if made is None:
        print("Nothing to export: each credit memo and each paid refund of that time stands in a file.")
        return
    write(chosen.folder, made)
    print(_told(made))


async def _again(desk: Desk, chosen: argparse.Namespace) -> None:
    found = await finance.again(desk, chosen.number)
    chosen.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write(chosen.folder, found)
    print(_told(found))


async def _reconcile(desk: Desk, chosen: argparse.Namespace) -> None:
    await finance.reconcile(desk, chosen.number)
    print(f"File {chosen.number} is reconciled.")


async def _list(desk: Desk, _chosen: argparse.Namespace) -> None:
    found = await finance.files(desk)
    for one in found:
        state = f"reconciled {one.reconciled_at:%Y-%m-%d}" if one.reconciled_at else "exported"
        since = f"{one.since:%Y-%m-%d}" if one.since else "the first"
        print(f"{one.number:>5}  {one.made_at:%Y-%m-%d %H:%M}  from {since} to {one.until:%Y-%m-%d}  {state}")
    if not found:
        print("No file yet: caseline finance export FOLDER writes the first.")


_DONE: dict[str, Callable[[Desk, argparse.Namespace], Coroutine[Any, Any, None]]] = {
    "export": _export,
    "again": _again,
    "reconcile": _reconcile,
    "list": _list,
}


def write(folder: Path, made: FinanceFile) -> None:
    """Both files of a number; what stands there under their names is written over."""
    for ending, text in written(made).items():
        path = folder / f"finance-{made.number:05d}.{ending}"
        path.write_text(text, encoding="utf-8", newline="")


def _told(made: FinanceFile) -> str:
    count = len(made.lines)
    lines = [f"File {made.number}: {count} line{'' if count == 1 else 's'}."]
    for (kind, currency), minor in sorted(sums(made.lines).items()):
        lines.append(f"  {kind.value}: {plain(minor, currency)} {currency}")
    return "\n".join(lines)
