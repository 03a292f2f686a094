"""The command line: run, try, migrate. The operator's shell and the Makefile call it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import os
import sys
import textwrap
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from bot import __version__, config
from bot.clock import Clock
from bot.slack.faults import CannotServe
from bot.store.faults import DatabaseAway

REFUSED = 1
WRONG_SETTINGS = 2
INTERRUPTED = 130
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "ws_proxy", "wss_proxy")

EXAMPLES = """\
examples:
  caseline try                     look around with made-up people; no Slack needed
  caseline try --fresh             the same, from an empty desk
  caseline run                     serve your Slack workspace, settings from .env
  CASELINE_LOG_FORMAT=json caseline run
  caseline migrate                 make or upgrade the database, and stop
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give the exit code: 0 done, 1 refused, 2 wrong settings, 130 stopped."""
    chosen = _parser().parse_args(arguments)
    try:
        return int(chosen.command(chosen))
    except (config.SettingsProblems, config.PolicyProblems) as problems:
        print(problems, file=sys.stderr)
        return WRONG_SETTINGS
    except (CannotServe, DatabaseAway) as refusal:
        print(refusal, file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED


def run(chosen: argparse.Namespace) -> int:
    """Serve a Slack workspace until SIGTERM or SIGINT."""
    settings = config.load()
    config.load_policy(settings.policy)  # told now, all at once, and not halfway through the start
    _make_folder(settings)
    _log(settings.log_level, settings.log_format)
    from bot.app import build

    asyncio.run(build(settings, clock=Clock()).run())
    return 0


def try_(chosen: argparse.Namespace) -> int:
    """Serve a local workspace with made-up people, in a browser, until Ctrl-C."""
    for name in PROXIES:  # the Slack SDK would send even loopback traffic through them
        os.environ.pop(name, None)
        os.environ.pop(name.upper(), None)
    _log("WARNING", "text")
    from bot.trial import run as run_trial

    with contextlib.suppress(KeyboardInterrupt):  # that is how a trial ends
        run_trial(chosen.folder, chosen.port, chosen.fresh)
    return 0


def migrate(chosen: argparse.Namespace) -> int:
    """Bring the database to this version's form; nothing happens when it has it already."""
    storage = config.load_storage()
    _make_folder(storage)
    from bot.store.migrate import upgrade

    print(f"The database is at revision {upgrade(storage.database_url)}.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="caseline",
        description="Caseline, a support desk that lives in Slack.",
        epilog=f"{EXAMPLES}\n{_settings_text()}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"caseline {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    serve = commands.add_parser(
        "run", help="serve your Slack workspace (Socket Mode)", description=run.__doc__
    )
    serve.set_defaults(command=run)

    look = commands.add_parser(
        "try", help="look around in a local workspace, without Slack", description=try_.__doc__
    )
    look.add_argument(
        "--folder", type=Path, default=Path(".data/try"), help="where the trial keeps its data (%(default)s)"
    )
    look.add_argument(
        "--port", type=_port, default=8765, help="the page's port; 0 picks a free one (%(default)s)"
    )
    look.add_argument("--fresh", action="store_true", help="begin again: forget what was tried before")
    look.set_defaults(command=try_)

    make = commands.add_parser(
        "migrate", help="make or upgrade the database, and stop", description=migrate.__doc__
    )
    make.set_defaults(command=migrate)
    return parser


def _settings_text() -> str:
    lines = ["settings (from the environment, or from .env in the current folder):"]
    for row in config.settings_table():
        lines += [
            f"  {row.variable} ({row.default})",
            textwrap.indent(textwrap.fill(row.meaning, 84), " " * 6),
        ]
        lines += [f"      e.g. {row.variable}={row.example}"]
    return "\n".join(lines)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port: a number from 0 to 65535")
    return int(text)


def _make_folder(storage: config.StorageSettings) -> None:
    """The data folder, closed to other users of the machine: it holds what customers wrote."""
    try:
        storage.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise config.unusable_folder(error) from error


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def _log(level: str, form: Literal["text", "json"]) -> None:
    handler = logging.StreamHandler()
    plain = logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    handler.setFormatter(_JsonLines() if form == "json" else plain)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for talkative in (
        "slack_sdk",
        "slack_bolt",
        "aiosqlite",
        "asyncpg",
    ):  # at DEBUG they log what people wrote
        logging.getLogger(talkative).setLevel(max(logging.INFO, logging.getLevelName(level)))
    for chatty in ("alembic.runtime.plugins", "apscheduler"):  # a line for every plugin and every beat
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLevelName(level)))
