"""What `caseline doctor` looks at on this machine: policy, data folder, database and its migrations."""

from __future__ import annotations

import asyncio
import shutil
import stat
from collections.abc import AsyncIterator
from pathlib import Path

from bot import config, policy_file
from bot.doctor.findings import Finding, Level, fail, ok, safely, warn
from bot.store import checkup, migrate

LITTLE_SPACE = 500 * 1024 * 1024


async def of_the_machine(
    storage: config.StorageSettings, settings: config.Settings | None
) -> AsyncIterator[Finding]:
    if settings is not None:
        yield await safely("policy", lambda: asyncio.to_thread(_policy, settings))
    yield await safely("data folder", lambda: asyncio.to_thread(_folder, storage.data))
    found = await _tried_database(storage)
    yield found
    if found.level is not Level.FAIL:
        yield await safely("migrations", lambda: _migrations(storage))


def _policy(settings: config.Settings) -> Finding:
    try:
        policy_file.load_policy(settings.policy)
    except policy_file.PolicyProblems as problems:
        return fail("policy", " ".join(problems.found), "Mend the file, or leave CASELINE_POLICY out.")
    return ok("policy", f"{settings.policy or 'the packaged one'}.")


def _folder(folder: Path) -> Finding:
    about, there = "data folder", folder.absolute()
    if not folder.is_dir():
        parent = next(one for one in there.parents if one.exists())
        if folder.exists() or not checkup.is_writable(parent):
            return fail(about, f"{there} cannot be made.", "Set CASELINE_DATA to a folder that can.")
        return ok(about, f"{there} is made at the first start.")
    if not checkup.is_writable(folder):
        return fail(about, f"{there} cannot be written to.", "Give it to the user that Caseline runs as.")
    if shutil.disk_usage(folder).free < LITTLE_SPACE:
        return warn(about, f"{there} has less than 500 MB left.", "Make room: a full disk stops the desk.")
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        return warn(about, f"{there} is open to other users of this machine.", f"Close it: chmod 700 {there}")
    return ok(about, f"{there}.")


async def _tried_database(storage: config.StorageSettings) -> Finding:
    async def tried() -> Finding:
        found = await checkup.try_database(storage.database_url)
        if found.wrong is not None:
            return fail(
                "database",
                f"{found.kind} at {found.where} cannot be used: {found.wrong}.",
                "Check DATABASE_URL, that it runs, and that this user may write to it.",
            )
        return ok("database", f"{found.kind} at {found.where} can be read and written.")

    return await safely("database", tried)


async def _migrations(storage: config.StorageSettings) -> Finding:
    found, known = await checkup.try_database(storage.database_url), migrate.known_revisions()
    if found.revision == known[0]:
        return ok("migrations", f"current, revision {known[0]}.")
    if found.revision is None:
        return ok("migrations", f"nothing is there yet; the first start makes revision {known[0]}.")
    if found.revision in known:
        return warn(
            "migrations",
            f"the database is at revision {found.revision}, this version's is {known[0]}.",
            "Back it up, then start Caseline or run: caseline migrate",
        )
    return warn(
        "migrations",
        f"revision {found.revision} was made by a newer version than this.",
        "Run that version everywhere.",
    )
