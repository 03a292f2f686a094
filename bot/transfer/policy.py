"""`caseline policy`: the revision that counts, and a file made the policy, without what the desk set."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot import config, policy_file
from bot.services import policies
from bot.store import policies as store
from bot.transfer.commands import desk_of


def load(file: Path, workspace: str) -> str:
    """Make a file the policy; what came of it, a sentence.

    Bots that run go by it within a second. Raises PolicyProblems and CannotServe.
    """
    storage = config.load_storage()
    policy, digest = policy_file.load_policy(file)

    async def loaded() -> str:
        async with desk_of(storage, workspace) as desk:
            before = await desk.store.look(lambda c: store.newest_number(c, desk.workspace_id))
            number = await desk.write(lambda work: policies.load(work, policy, digest))
        if number == before:
            return f"Revision {number} says this already; nothing has changed."
        return f"Revision {number} counts from now on. Open cases are counted anew."

    return asyncio.run(loaded())


def show(workspace: str) -> str:
    """The revision that counts, as lines."""
    storage = config.load_storage()

    async def found() -> str:
        async with desk_of(storage, workspace) as desk:
            one = await desk.store.look(lambda c: store.newest(c, desk.workspace_id))
        assert one is not None  # the desk has been started
        by = f" by {one.by} with /desk policy" if one.source == store.DESK else " from a policy file"
        lines = [f"Revision {one.number}, made {one.at:%Y-%m-%d %H:%M} UTC{by}."]
        lines += [
            f"  {table}.{name} = {value}" for table, own in one.own.items() for name, value in own.items()
        ]
        return "\n".join(lines)

    return asyncio.run(found())
