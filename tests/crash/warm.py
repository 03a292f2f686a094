"""A process that has loaded Caseline and forks bots from it: `caseline run` without the second of loading.

Run as a program. A line on its input is a request, a line on its output the answer:
{"do": "start", "env": {...}, "log": path} -> pid;  {"do": "bury", "pid": n} -> "gone". A start with "days",
the path of a file, has a clock that is ahead by as many days as it says; it jumps when the file changes.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import tempfile
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from slack_bolt.app.async_app import AsyncApp

import bot.app
import bot.cli
import bot.mail.smtp
import bot.scheduler.metronome
import bot.store.migrate
from bot.clock import Clock
from bot.scheduler import mail_in
from bot.scheduler.mail_in import MailIn
from bot.slack.pacing import Pacer


class JumpingClock(Clock):
    """Business time that jumps for all bots at once: days ahead, in a file."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def now(self) -> datetime:
        return super().now() + timedelta(days=float(self._path.read_text()))


async def _nobody() -> None:
    """Nobody calls this app."""


def main() -> None:
    """Serve until the input ends."""
    with tempfile.TemporaryDirectory() as folder:  # what a first start loads and compiles
        bot.store.migrate.upgrade(f"sqlite:///{folder}/warm.db")
    AsyncApp(authorize=_nobody)  # it walks through all modules that are loaded, once
    gc.freeze()
    for line in sys.stdin:
        request = json.loads(line)
        match request["do"]:
            case "start":
                pid = os.fork()
                if pid == 0:
                    become(request)
                answer = pid
            case "bury":
                os.waitpid(request["pid"], 0)
                answer = "gone"
        print(json.dumps(answer), flush=True)  # noqa: T201 - that is how it answers


def become(request: dict[str, Any]) -> None:
    """Be a bot, by the same road as `python -m bot run`. It never returns."""
    try:
        log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.environ.clear()
        os.environ.update(request["env"])
        os.chdir(request["env"]["CASELINE_DATA"])
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        bot.app.Pacer = partial(Pacer, enabled=False)  # type: ignore[assignment,misc]  # the sandbox keeps no rates
        # What the run waits for comes sooner: a beat of the clock, a look at the mailbox, another attempt.
        bot.scheduler.metronome.BEAT = 0.1
        bot.scheduler.mail_in.AWAY = bot.mail.smtp.LEFT_ALONE = 0.05
        mail_in.MailIn = partial(MailIn, every=0.1)  # type: ignore[assignment,misc]
        if "days" in request:
            bot.cli.Clock = partial(JumpingClock, request["days"])  # type: ignore[assignment,misc]
        code = bot.cli.main(["run"])
    except BaseException:
        import traceback

        traceback.print_exc()
        code = 70
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
