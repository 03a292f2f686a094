"""The command line: run, try, doctor, migrate, backup, import, export, playbook; operators call it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import sqlite3
import sys
import textwrap
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path

from bot import __version__, config, logs, playbook_tool, policy_file
from bot.clock import Clock
from bot.loading import all_of_it_stays
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
  caseline doctor                  say what is wrong with the set-up, and what to do
  caseline doctor --send           the same, and send a test message to an administrator
  caseline migrate                 make or upgrade the database, and stop
  caseline policy load FILE        make a policy file count, instead of what /desk policy set
  caseline backup FILE             copy the SQLite database, also while Caseline runs
  caseline import --dry-run accounts.csv people.csv
  caseline export --csv FOLDER     accounts and people for a spreadsheet; import reads them
  caseline export FOLDER           everything, as JSON lines; import reads it into an empty desk
  caseline finance export FOLDER   credit memos and refunds that no file has yet, as CSV and JSON
  caseline playbook check FOLDER   say what is wrong with a phone script, and what to do
  caseline playbook --help         draw, try and compare them
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 done, 1 no Slack or database, 2 wrong settings, 130 stopped."""
    chosen = _parser().parse_args(arguments)
    try:
        return int(chosen.command(chosen))
    except (config.SettingsProblems, policy_file.PolicyProblems) as problems:
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
    policy_file.load_policy(settings.policy)  # told now, all at once, and not halfway through the start
    _make_folder(settings)
    logs.set_up(settings.log_level, settings.log_format)
    with all_of_it_stays():
        from bot.app import build

    asyncio.run(build(settings, clock=Clock()).run())
    return 0


def try_(chosen: argparse.Namespace) -> int:
    """Serve a local workspace with made-up people, in a browser, until Ctrl-C."""
    for name in PROXIES:  # the Slack SDK would send even loopback traffic through them
        os.environ.pop(name, None)
        os.environ.pop(name.upper(), None)
    logs.set_up("WARNING", "text")
    with all_of_it_stays():
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


def doctor(chosen: argparse.Namespace) -> int:
    """Look at settings, database and Slack, and say what is wrong and what to do next."""
    from bot.doctor import Level, examine

    async def told() -> bool:
        failed = False
        try:
            async for finding in examine(chosen.send):
                print(finding, flush=True)
                failed = failed or finding.level is Level.FAIL
        except BrokenPipeError:  # whoever read along has seen enough: `caseline doctor | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except Exception as fault:
            print(f"FAIL  doctor: it broke off ({type(fault).__name__}). The lines above still count.")
            return True
        return failed

    logging.disable(logging.CRITICAL)  # what the libraries would log is said in our words
    try:
        return REFUSED if asyncio.run(told()) else 0
    finally:
        logging.disable(logging.NOTSET)


def backup(chosen: argparse.Namespace) -> int:
    """Copy the SQLite database to a new file, also while Caseline runs on it."""
    storage = config.load_storage()
    from bot.store.checkup import back_up, is_server

    target: Path = chosen.file
    if is_server(storage.database_url):
        raise CannotServe("PostgreSQL brings its own tool: pg_dump --format=custom --file=FILE DATABASE")
    if target.exists():
        raise CannotServe(f"{target} exists already: name a new file, so that no older backup is lost.")
    try:
        count = back_up(storage.database_url, target)
    except (OSError, sqlite3.Error) as error:
        raise CannotServe(f"The database could not be copied to {target}: {error}.") from error
    print(f"{target} holds {count} cases and is sound.")
    return 0


def import_(chosen: argparse.Namespace) -> int:
    """Bring in accounts and people (CSV files), a shop (a folder of CSV or JSON), or a whole desk.

    Every line is checked first, and with one wrong line nothing is imported. What is there already is found
    by its org id or MID, its e-mail address or its Slack id: run an import that broke off again.
    """
    from bot.transfer import bring_in

    whole = bring_in(
        chosen.paths, dry_run=chosen.dry_run, skip_wrong=chosen.skip_wrong, workspace=chosen.workspace
    )
    return 0 if whole else REFUSED


def export(chosen: argparse.Namespace) -> int:
    """Write everything that the desk has, as JSON lines, into a new folder; import reads it again."""
    from bot.transfer import take_out

    take_out(chosen.folder, tables=chosen.csv, workspace=chosen.workspace)
    return 0


def finance(chosen: argparse.Namespace) -> int:
    """Write credit memos and paid refunds for the finance system, as CSV and JSON; alone, show the files.

    Each line comes once. A file that got lost is written again by its number; reconcile keeps that finance
    has its lines in its books.
    """
    from bot.transfer.finance import run_finance

    run_finance(chosen)
    return 0


def policy(chosen: argparse.Namespace) -> int:
    """Say which revision of the policy counts, or load one from a file.

    What was set in /desk policy stays over a changed file at a start; loading a file puts it aside.
    """
    from bot.transfer import policy as policies

    file = chosen.load
    print(policies.show(chosen.workspace) if file is None else policies.load(file, chosen.workspace))
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
        "run", help="serve your Slack workspace (Socket Mode or signed HTTP)", description=run.__doc__
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
    look_over = commands.add_parser(
        "doctor", help="say what is wrong with the set-up, and what to do", description=doctor.__doc__
    )
    look_over.add_argument(
        "--send", action="store_true", help="also send a test message to the first administrator"
    )
    look_over.set_defaults(command=doctor)

    copy = commands.add_parser(
        "backup", help="copy the SQLite database, also while Caseline runs", description=backup.__doc__
    )
    copy.add_argument("file", metavar="FILE", type=Path, help="the copy; must not exist yet")
    copy.set_defaults(command=backup)
    _add_transfers(commands)
    playbook_tool.add_to(commands)
    return parser


def _add_transfers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    take = commands.add_parser(
        "import",
        help="bring in accounts and people, a shop, or a whole desk",
        description=import_.__doc__,
    )
    take.add_argument("paths", metavar="FILE", type=Path, nargs="+", help="CSV files, or one folder")
    take.add_argument("--dry-run", action="store_true", help="check everything and write nothing")
    take.add_argument("--skip-wrong", action="store_true", help="leave out wrong lines and take the others")
    take.set_defaults(command=import_)

    give = commands.add_parser(
        "export", help="write everything that the desk has into a folder", description=export.__doc__
    )
    give.add_argument("folder", metavar="FOLDER", type=Path, help="a new or an empty folder")
    give.add_argument(
        "--csv", action="store_true", help="only accounts.csv and people.csv, for a spreadsheet"
    )
    give.set_defaults(command=export)
    hours = commands.add_parser(
        "policy", help="show the policy's revision, or load a policy file", description=policy.__doc__
    )
    hours.set_defaults(command=policy, load=None)
    ways = hours.add_subparsers(metavar="COMMAND")
    loading = ways.add_parser("load", help="make a policy file count, instead of what /desk policy set")
    loading.add_argument("load", metavar="FILE", type=Path, help="the file")
    for one in (take, give, hours, _add_finance(commands)):
        one.add_argument("--workspace", default="", metavar="ID", help="where the database serves several")


def _add_finance(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    books = commands.add_parser(
        "finance", help="credit memos and refunds for the finance system", description=finance.__doc__
    )
    books.set_defaults(command=finance, what="list")
    ways = books.add_subparsers(metavar="COMMAND")
    export = ways.add_parser("export", help="write what no file has yet")
    export.add_argument("--since", type=_day, metavar="DAY", help="from this day on, e.g. 2026-11-01 (UTC)")
    export.add_argument("--until", type=_day, metavar="DAY", help="what is before this day (before now)")
    again = ways.add_parser("again", help="write a file once more")
    settle = ways.add_parser("reconcile", help="say that finance has a file in its books")
    for one in (again, settle):
        one.add_argument("number", metavar="NUMBER", type=int, help="the file's number")
    for one in (export, again):
        one.add_argument("folder", metavar="FOLDER", type=Path, help="where the files go")
    for one, what in ((export, "export"), (again, "again"), (settle, "reconcile")):
        one.set_defaults(what=what)
    return books


def _day(text: str) -> datetime:
    return datetime.combine(date.fromisoformat(text), time(), UTC)


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
