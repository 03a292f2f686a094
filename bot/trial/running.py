"""Runs a trial: the local workspace and the bot in one process, over the wire, until Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr

import bot as package
from bot.app import Bot, build
from bot.clock import TravellingClock
from bot.config import Settings
from bot.policy_file import load_policy
from bot.sandbox import Sandbox
from bot.sandbox.post import ADDRESS, PASSWORD, USER
from bot.slack.pacing import Pacer
from bot.trial.cast import ADMINISTRATOR, slack_id
from bot.trial.filling import BEGINNING, fill
from bot.trial.folder import Folder, FolderInUse
from bot.trial.stories import Story, load

ANSWERS_EVERY = 2.0
"""Seconds between two looks into the mailbox: nobody who tries it out waits longer."""

WELCOME = """\
Caseline is running:  {url}

  Act as Ana (level two support), as Linda (a customer's support contact) or as
  Omar (the desk's administrator): choose who you are at the top of the page.

  Try first: as Ana, open #level-two, press Take on a card and answer in its thread.
  Then, as Linda, open Caseline's Home, or type /case open.
  As Omar, type /desk people and give Sam something to do.

  What you do is kept. `caseline try --fresh` begins again. Ctrl-C ends the trial."""


def say(sentence: str) -> None:
    """Print at once, also into a pipe."""
    print(sentence, flush=True)


def run(folder: Path, page_port: int, fresh: bool) -> None:
    """Serve the trial until Ctrl-C. Raises SystemExit with a sentence where it cannot start."""
    place = Folder(folder)
    try:
        with place.locked(), place.control() as control:
            _claim(page_port)  # before anything is forgotten
            _prepare(place, fresh)
            asyncio.run(_until_interrupted(place, page_port, control))
    except FolderInUse:
        raise SystemExit(f"Another trial runs in {place.path}: end it, or choose another --folder.") from None
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise SystemExit(
            f"Port {page_port} is in use by another program: end that, or choose another with --port "
            "(--port 0 picks a free one)."
        ) from None


def _claim(page_port: int) -> None:
    """Raises OSError if the port cannot be had."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", page_port))


def _prepare(place: Folder, fresh: bool) -> None:
    if fresh:
        place.forget()
    elif place.is_torn:
        lost = place.caseline if place.sandbox.exists() else place.sandbox
        say(f"{lost.name} is missing, and its other half is of no use without it: both begin afresh.")
        place.forget()


async def _until_interrupted(place: Folder, page_port: int, control: Path) -> None:
    interrupted = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, interrupted.set)
    serving = asyncio.create_task(_serve(place, page_port, control))
    waiting = asyncio.create_task(interrupted.wait())
    await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    serving.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await serving


async def _serve(place: Folder, page_port: int, control: Path) -> None:
    policy, _ = load_policy(None)
    async with trial(place, page_port, control, load(policy), say) as (sandbox, _):
        say(WELCOME.format(url=sandbox.page_url))
        await asyncio.Event().wait()


@contextlib.asynccontextmanager
async def trial(
    place: Folder,
    page_port: int,
    control: Path,
    stories: tuple[Story, ...],
    say: Callable[[str], None],
) -> AsyncIterator[tuple[Sandbox, Bot]]:
    """Workspace and bot at work on the folder's databases, filled where they are new. For tests too."""
    is_new = place.is_empty
    sandbox = _sandbox(place, page_port)
    if _is_unfinished(sandbox) and not is_new:
        say("The last start was interrupted before the desk was ready: it begins afresh.")
        await sandbox.stop()
        place.forget()
        sandbox = _sandbox(place, page_port)
    sandbox.control = control
    async with sandbox:
        pacer = Pacer(enabled=False)
        clock = TravellingClock(sandbox.clock.offset)
        bot = build(_settings(place, sandbox), clock=clock, pacer=pacer, control=control)
        try:
            await bot.start()
            await sandbox.bot_connected()
            if bot.mail_in is not None:
                bot.mail_in.every = ANSWERS_EVERY
            if _is_unfinished(sandbox):
                say(f"Making a desk with {len(stories)} cases of the last weeks, this once ...")
                await fill(
                    replace(bot.desk, email_ready=False), sandbox, stories
                )  # what is long past is not mailed
            pacer.enabled = True
            sandbox.faults.turn("limits")  # as Slack keeps them; what filled the desk was exempt
            yield sandbox, bot
        finally:
            await bot.stop()


def _sandbox(place: Folder, page_port: int) -> Sandbox:
    return Sandbox(
        manifest=_manifest(),
        state=place.sandbox,
        port=page_port,
        clock=TravellingClock(-BEGINNING),
        mail=True,
    )


def _is_unfinished(sandbox: Sandbox) -> bool:
    """Whether the workspace's clock has not arrived in the present: the stories are not all told."""
    return sandbox.clock.offset < timedelta()


def _free_port() -> int:
    """Where the form for customers without Slack is served: its links are in the trial's e-mails."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _settings(place: Folder, sandbox: Sandbox) -> Settings:
    assert sandbox.post is not None  # `_sandbox` asked for one
    port = _free_port()
    return Settings(
        slack_bot_token=SecretStr(sandbox.bot_token),
        slack_app_token=SecretStr(sandbox.app_token),
        slack_api_url=sandbox.api_url,
        admins=(slack_id(ADMINISTRATOR),),
        cases_channel="support-cases",
        host="127.0.0.1",
        port=port,
        public_url=f"http://127.0.0.1:{port}",
        form_secret=SecretStr(secrets.token_hex(32)),
        data=place.path,
        database_url=f"sqlite:///{place.caseline}",
        smtp_host="127.0.0.1",
        smtp_port=sandbox.post.smtp_port,
        smtp_tls="none",
        smtp_sender=f"Northwind Support <{ADDRESS}>",
        imap_host="127.0.0.1",
        imap_port=sandbox.post.imap_port,
        imap_tls="none",
        imap_user=USER,
        imap_password=SecretStr(PASSWORD),
    )


def _manifest() -> Path:
    """The app's manifest: beside the package in a checkout, inside it where it is installed."""
    inside = Path(package.__file__).parent / "manifest.yml"
    return inside if inside.exists() else inside.parents[1] / "manifest.yml"
