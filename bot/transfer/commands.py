"""`caseline import` and `caseline export`: which of the two ways is meant, and how it went."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bot import config, policy_file
from bot.clock import Clock
from bot.commerce import later
from bot.domain.ids import WorkspaceId
from bot.domain.imports import Numbered, Sheet, Tally, check
from bot.services import importing
from bot.services.desk import Desk
from bot.services.shop_importing import ActedOnMeanwhile
from bot.slack.faults import CannotServe
from bot.store.migrate import upgrade
from bot.store.store import Store
from bot.store.upkeep import workspaces
from bot.transfer import everything, shop
from bot.transfer.progress import progress
from bot.transfer.tables import UnreadableFile, read_files, write_files


def bring_in(paths: Sequence[Path], *, dry_run: bool, skip_wrong: bool, workspace: str) -> bool:
    """Read what `take_out` wrote, or CSV files. Whether all of it is in the desk now. Raises CannotServe."""
    storage = config.load_storage()
    try:
        if len(paths) == 1 and paths[0].is_dir():
            if shop.is_shop(paths[0]):
                wanted = _import_shop(
                    storage, paths[0], dry_run=dry_run, skip_wrong=skip_wrong, workspace=workspace
                )
                return asyncio.run(wanted)
            if dry_run:
                print(everything.look(paths[0]))
                return True
            print(everything.bring_in(storage.database_url, paths[0]))
            return True
        sheet = read_files(paths)
    except (UnreadableFile, everything.UnreadableFolder, ActedOnMeanwhile) as wrong:
        raise CannotServe(str(wrong)) from wrong
    return asyncio.run(_import(storage, sheet, dry_run=dry_run, skip_wrong=skip_wrong, workspace=workspace))


def take_out(folder: Path, *, tables: bool, workspace: str) -> None:
    """Write everything, or the CSV files, into a new folder. Raises CannotServe."""
    storage = config.load_storage()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise CannotServe(f"{folder} is not empty. Name a new folder, so that nothing is written over.")
        if tables:
            asyncio.run(_export_tables(storage, folder, workspace))
        else:
            print(everything.take_out(storage.database_url, folder))
    except OSError as error:
        raise CannotServe(f"{folder} cannot be written to: {error.strerror}.") from error


@asynccontextmanager
async def desk_of(storage: config.StorageSettings, workspace: str) -> AsyncIterator[Desk]:
    """The desk of this database, without Slack."""
    await asyncio.to_thread(upgrade, storage.database_url)
    store = Store(storage.database_url)
    store.start()
    try:
        found = await store.look(workspaces)
        chosen = [one for one in found if workspace in ("", one)]
        if not found:
            raise CannotServe("This desk has not been started yet. Run caseline run once, then import.")
        if len(chosen) != 1:
            raise CannotServe(f"Which workspace? Name one with --workspace: {', '.join(found)}.")
        clock, workspace_id = Clock(), WorkspaceId(chosen[0])
        yield Desk(
            store=store,
            clock=clock,
            workspace_id=workspace_id,
            shop=later.embedded(store, clock, workspace_id),
            policy=policy_file.load_policy(None)[0],
            policy_revision=found[chosen[0]],
            cases_channel=None,
        )
    finally:
        await store.stop()


async def _import(
    storage: config.StorageSettings, sheet: Sheet, *, dry_run: bool, skip_wrong: bool, workspace: str
) -> bool:
    """Check everything first: with anything wrong nothing is written, unless the wrong is to be left out."""
    async with desk_of(storage, workspace) as desk:
        checked = check(sheet, await importing.known(desk))
        rows = len(checked.accounts) + len(checked.people)
        for error in checked.errors:
            print(error)
        if checked.errors and not skip_wrong:
            print(
                f"Nothing is imported: {_count(len(checked.errors), 'line')} must be put right first. "
                f"--skip-wrong leaves them out and takes the other {rows}."
            )
            return False
        if dry_run:
            print(f"{_count(rows, 'line')} would be taken. Nothing is imported: this was a dry run.")
            return not checked.errors
        late = await _write(desk, "accounts", checked.accounts) + await _write(desk, "people", checked.people)
        return not checked.errors and not late


async def _import_shop(
    storage: config.StorageSettings,
    folder: Path,
    *,
    dry_run: bool,
    skip_wrong: bool,
    workspace: str,
) -> bool:
    async with desk_of(storage, workspace) as desk:
        return await shop.ShopImport(folder).run(desk, dry_run=dry_run, skip_wrong=skip_wrong)


async def _write(desk: Desk, what: str, rows: Sequence[Numbered]) -> int:
    """Batch by batch, each kept when it is done; how many the desk refused all the same."""
    tally, refused = Tally(), 0
    with progress(what, len(rows)) as advance:
        for start in range(0, len(rows), importing.BATCH):
            batch = rows[start : start + importing.BATCH]
            errors = await importing.take(desk, batch, tally)
            for error in errors:
                print(error)
            refused += len(errors)
            advance(len(batch))
    print(f"{what}: {tally}.")
    return refused


async def _export_tables(storage: config.StorageSettings, folder: Path, workspace: str) -> None:
    async with desk_of(storage, workspace) as desk:
        accounts, people = await importing.everybody(desk)
    write_files(folder, accounts, people)
    print(f"{folder} holds {_count(len(accounts), 'account')} and {_count(len(people), 'person', 'people')}.")


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
