"""Draws pictures of the playbook and brings them to who asked: `drawing` calls it for a row of the outbox.

Each is drawn by a process of its own: to draw one takes up to a second, in which people want to be answered.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.blocks import made_files
from bot.domain.people import Person, Viewer
from bot.domain.refusals import Refusal
from bot.scheduler.about import NothingToSay
from bot.services import pictures
from bot.services.desk import Desk
from bot.services.pictures import Picture
from bot.slack.client import SlackClient
from bot.store.outbox import OutboxRow

HOME = Path(__file__).parents[2]
"""Where the process finds the package, wherever the bot was started."""

PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "LANG", "SYSTEMROOT")
"""Of the bot's environment; its secrets are no business of a picture."""

DRAWING = 60.0
"""Seconds that one picture may take."""


async def carry_out_pictures(
    desk: Desk,
    slack: SlackClient,
    row: OutboxRow,
    person_of: Callable[[Desk, OutboxRow], Awaitable[Person]],
    direct_message: Callable[[Desk, SlackClient, Person], Awaitable[str]],
) -> None:
    """The pictures, into a direct message, once. Raises the client's errors and NothingToSay."""
    person = await person_of(desk, row)
    channel = await direct_message(desk, slack, person)
    mark = row.token[:8]
    if row.maybe_sent and await slack.find_file(channel, f"-{mark}.png"):
        return
    try:
        found = await desk.store.read(
            lambda c, eyes: pictures.wanted(desk, c, eyes, row.phone_call_id), Viewer(person)
        )
    except Refusal as refusal:
        raise NothingToSay(f"it is not for them to see: {refusal}") from refusal
    with tempfile.TemporaryDirectory(prefix="caseline-") as folder:  # only its owner may enter it
        files: dict[Path, str] = {}
        for one in found:
            path = Path(folder, f"{one.script}-revision-{one.revision}-{mark}.png")
            await asyncio.to_thread(path.write_bytes, await draw(one))
            files[path] = made_files.seen(one.in_words)
        await slack.upload(channel, files, made_files.picture(found[0].label, found[0].taken))


async def draw(picture: Picture) -> bytes:
    """A PNG. Raises RuntimeError where it could not be drawn."""
    asked = {"texts": dict(picture.texts), "script": picture.script, "taken": picture.taken}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.playbook_png",
        cwd=HOME,
        env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(DRAWING):
            made, wrong = await process.communicate(json.dumps(asked).encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise RuntimeError(f"a picture could not be drawn: {wrong.decode(errors='replace')[-500:]}")
    return made
