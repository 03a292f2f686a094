"""`caseline doctor` says in a line each what is wrong and what to do; `caseline backup` copies soundly."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.clock import Clock
from bot.config import settings_table
from bot.doctor import Finding, Level, examine
from bot.sandbox import Sandbox
from bot.store.checkup import try_database
from bot.store.migrate import known_revisions, upgrade
from bot.store.store import Store
from bot.web.forms import FormPages
from bot.web.probes import Probes
from bot.web.server import WebServer
from tests.databases import Postgres, kind, with_tables
from tests.transport import free_port

MANIFEST = Path(__file__).parents[1] / "manifest.yml"


@pytest.fixture(autouse=True)
def _a_place_without_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for row in settings_table():
        monkeypatch.delenv(row.variable, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
async def sandbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[Sandbox]:
    """A workspace, and a set-up in which nothing is wrong."""
    async with Sandbox(manifest=MANIFEST) as sandbox:
        _set(
            monkeypatch,
            SLACK_BOT_TOKEN=sandbox.bot_token,
            SLACK_APP_TOKEN=sandbox.app_token,
            SLACK_API_URL=sandbox.api_url,
            CASELINE_ADMINS="U0OMAR",
            CASELINE_DATA=str(tmp_path / "desk"),
        )
        (tmp_path / "desk").mkdir(mode=0o700)
        with_tables("sqlite", tmp_path / "desk")
        yield sandbox


def _set(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


async def found(**how: Any) -> dict[str, list[Finding]]:
    """What doctor finds, by what it is about."""
    told: dict[str, list[Finding]] = {}
    async for finding in examine(**how):
        assert re.fullmatch(r"(ok   |warn |FAIL ) [\w ]+: .+[^ ]", str(finding)), str(finding)
        if finding.level is not Level.OK:
            assert finding.remedy, f"what is to be done? {finding}"
        told.setdefault(finding.about, []).append(finding)
    return told


def wrong(told: dict[str, list[Finding]]) -> list[tuple[str, str]]:
    findings = [one for ones in told.values() for one in ones]
    return [(one.level.value, one.about) for one in findings if one.level is not Level.OK]


async def test_a_sound_set_up_has_nothing_wrong(sandbox: Sandbox) -> None:
    told = await found()
    assert wrong(told) == []
    assert list(told) == [
        "settings",
        "policy",
        "data folder",
        "database",
        "migrations",
        "SMTP",
        "IMAP",
        "web form",
        "bot token",
        "app token",
        "scopes",
        "clock",
        "cases channel",
        "administrator",
    ]
    assert "#support-cases (C0CASES)" in told["cases channel"][0].what
    assert sandbox.act_as("omar").dms == []


async def test_a_test_message_is_sent_when_asked_for(sandbox: Sandbox) -> None:
    told = await found(send=True)
    assert wrong(told) == []
    [message] = sandbox.act_as("omar").dms
    assert "This is a test message of caseline doctor." in message.all_text


async def test_settings_that_are_missing_are_told_one_by_one_and_the_rest_is_still_looked_at(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _set(monkeypatch, SLACK_BOT_TOKEN="xapp-mixed-up", CASELINE_DATA=str(tmp_path))
    told = await found()
    assert [one.level for one in told["settings"]] == [Level.FAIL] * 3
    assert "mixed-up" not in " ".join(map(str, told["settings"]))
    assert told["database"][0].level is Level.OK
    assert "bot token" not in told


async def test_a_bot_token_of_another_app(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, SLACK_BOT_TOKEN="xoxb-of-another-app")
    told = await found()
    assert wrong(told) == [("FAIL", "bot token")]
    assert "Slack does not know the token. Install the app again" in str(told["bot token"][0])


async def test_an_app_token_that_opens_no_socket(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, SLACK_APP_TOKEN="xapp-of-another-app")
    told = await found()
    assert wrong(told) == [("FAIL", "app token")]
    assert "connections:write" in told["app token"][0].remedy


async def test_a_slack_that_gives_no_answer_ends_the_questions(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set(monkeypatch, SLACK_API_URL="http://127.0.0.1:9/api/")
    told = await found()
    assert wrong(told) == [("FAIL", "Slack")]
    assert list(told)[-1] == "Slack"


@pytest.mark.parametrize(
    ("scope", "level"), [("chat:write", "FAIL"), ("im:history", "warn"), ("users:read", "warn")]
)
async def test_a_missing_scope_is_named_with_what_it_switches_off(
    sandbox: Sandbox, scope: str, level: str
) -> None:
    sandbox.manifest.withdrawn.add(scope)
    told = await found()
    assert (level, "scopes") in wrong(told)
    assert f"{scope} is missing. Without it: " in told["scopes"][0].what


async def test_a_scope_too_many_is_named(sandbox: Sandbox) -> None:
    object.__setattr__(sandbox.manifest, "declared", sandbox.manifest.declared | {"pins:read"})
    assert "pins:read: not needed." in (await found())["scopes"][0].what


class WrongClock(Clock):
    """A machine whose clock nobody sets."""

    def __init__(self, **wrong: float) -> None:
        self.wrong = timedelta(**wrong)

    def real_now(self) -> datetime:
        return super().real_now() + self.wrong


@pytest.mark.parametrize(
    ("seconds", "level", "words"),
    [
        (0, "ok", "as Slack's"),
        (-3, "ok", "as Slack's"),
        (30, "warn", "30 seconds ahead of Slack's"),
        (-600, "FAIL", "600 seconds behind Slack's"),
    ],
)
async def test_a_clock_that_goes_wrong(sandbox: Sandbox, seconds: float, level: str, words: str) -> None:
    [clock] = (await found(clock=WrongClock(seconds=seconds)))["clock"]
    assert clock.level == level
    assert re.sub(r"\d+", "N", clock.what).startswith(re.sub(r"\d+", "N", words))


async def test_a_cases_channel_that_is_archived(sandbox: Sandbox) -> None:
    sandbox.interfere = _says("conversations.info", {"ok": True, "channel": _channel(is_archived=True)})
    told = await found()
    assert wrong(told) == [("FAIL", "cases channel")]
    assert str(told["cases channel"][0]).endswith("is archived. Unarchive it, or choose another one.")


async def test_a_cases_channel_that_others_read_too(sandbox: Sandbox) -> None:
    sandbox.interfere = _says("conversations.info", {"ok": True, "channel": _channel(is_ext_shared=True)})
    assert wrong(await found()) == [("warn", "cases channel")]


def _channel(**more: bool) -> dict[str, Any]:
    return {"id": "C0CASES", "name": "support-cases", "is_member": True, **more}


def _says(method: str, answer: dict[str, Any]) -> Any:
    async def hook(moment: str, called: str, _: dict[str, Any]) -> Any:
        return answer if (moment, called) == ("before", method) else None

    return hook


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("no-such-channel", "Caseline is in no channel #no-such-channel."),
        ("C0NOWHERE", "Slack knows no such channel"),
    ],
)
async def test_a_cases_channel_that_is_not_there(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, named: str, words: str
) -> None:
    _set(monkeypatch, CASELINE_CASES_CHANNEL=named)
    [channel] = (await found())["cases channel"]
    assert (channel.level, words in channel.what) == (Level.FAIL, True)
    assert "/invite @Caseline" in channel.remedy


async def test_a_bot_that_nobody_invited(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, CASELINE_CASES_CHANNEL="C0CASES")
    channel = sandbox.workspace.channels["C0CASES"]
    channel.members.remove(sandbox.bot_user_id)
    channel.is_private = False
    [finding] = (await found())["cases channel"]
    assert str(finding) == (
        "FAIL  cases channel: Caseline is not in #support-cases. Type /invite @Caseline there."
    )


async def test_administrators_whom_slack_does_not_know(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set(monkeypatch, CASELINE_ADMINS="U0OMAR,U0NOBODY")
    told = await found()
    assert [one.level for one in told["administrator"]] == [Level.OK, Level.FAIL]


async def test_a_database_in_a_place_where_none_can_be(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set(monkeypatch, DATABASE_URL="sqlite:////dev/null/caseline.db")
    told = await found()
    assert wrong(told) == [("FAIL", "database")]
    assert "bot token" in told, "Slack is looked at all the same"


async def test_a_file_that_is_no_database(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "desk/caseline.db").write_text("something else" * 1000)
    told = await found()
    assert wrong(told) == [("FAIL", "database")]
    assert "file is not a database" in told["database"][0].what


async def test_a_database_that_somebody_else_holds(sandbox: Sandbox, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "desk/caseline.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert wrong(await found()) == [("FAIL", "database")]
    finally:
        other.close()


@pytest.mark.parametrize(
    ("revision", "words"), [("0001", "the database is at revision 0001"), ("9999", "made by a newer version")]
)
async def test_a_database_of_another_version(
    sandbox: Sandbox, tmp_path: Path, revision: str, words: str
) -> None:
    database = sqlite3.connect(tmp_path / "desk/caseline.db")
    database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    database.commit()
    database.close()
    told = await found()
    assert wrong(told) == [("warn", "migrations")]
    assert words in told["migrations"][0].what


async def test_a_desk_before_its_first_start_is_no_trouble_and_nothing_is_made(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _set(monkeypatch, CASELINE_DATA=str(tmp_path / "later"))
    assert wrong(await found()) == []
    assert not (tmp_path / "later").exists()


async def test_a_folder_that_is_open_to_others_and_a_policy_that_is_wrong(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "desk").chmod(0o755)
    (tmp_path / "policy.toml").write_text("kinds = []\n")
    _set(monkeypatch, CASELINE_POLICY="policy.toml")
    assert sorted(wrong(await found())) == [("FAIL", "policy"), ("warn", "data folder")]


async def test_no_finding_shows_a_secret(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = [sandbox.bot_token, sandbox.app_token, sandbox.signing_secret, "hunter2"]
    _set(monkeypatch, SLACK_SIGNING_SECRET=sandbox.signing_secret, PORT="hunter2")
    lines = " ".join(str(one) for ones in (await found(send=True)).values() for one in ones)
    assert not [secret for secret in secrets if secret in lines]


async def test_whatever_breaks_is_a_finding_and_no_traceback(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(*_: object) -> None:
        raise KeyError("channel")

    monkeypatch.setattr("bot.slack.client.SlackClient.channel", breaks)
    told = await found()
    assert wrong(told) == [("FAIL", "cases channel")]
    assert "KeyError" in told["cases channel"][0].what


def test_the_command_prints_a_line_each_and_ends_with_1_when_something_is_wrong(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["doctor"]) == 1
    shown = capsys.readouterr()
    assert shown.err == ""
    lines = shown.out.splitlines()
    assert lines[0].startswith("FAIL  settings: ")
    assert lines[-1].startswith("ok    migrations: nothing is there yet")


# PostgreSQL


async def test_a_server_is_tried_like_a_file() -> None:
    server = kind("postgres")
    assert isinstance(server, Postgres)
    url = server.empty(Path())
    found = await try_database(url)
    assert (found.kind, found.wrong, found.revision) == ("PostgreSQL", None, None)
    await asyncio.to_thread(upgrade, url)
    assert (await try_database(url)).revision == known_revisions()[0]
    server.drop(url)
    assert "does not exist" in ((await try_database(url)).wrong or "")


async def test_a_server_that_is_away_is_named_without_its_password() -> None:
    found = await try_database("postgresql+asyncpg://caseline:hunter2@127.0.0.1:9/desk?sslmode=disable")
    assert found.wrong is not None
    assert "hunter2" not in f"{found.wrong} {found.where}"
    assert found.where == "127.0.0.1/desk"


# Backup


def _waiting(path: Path) -> None:
    """A row that waits to be sent."""
    database = sqlite3.connect(path)
    at = "2026-11-23 12:00:00"
    database.execute(
        "INSERT INTO outbox (workspace_id, conversation, kind, audience, token, state, attempts, not_before, "
        "created_at) VALUES ('T0DESK', 'C0CASES', 'card', 'internal', 'token', 'pending', 0, ?, ?)",
        (at, at),
    )
    database.commit()
    database.close()


def test_a_backup_is_a_sound_copy_whose_unsent_rows_are_looked_up_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _set(monkeypatch, CASELINE_DATA=str(tmp_path))
    upgrade(f"sqlite:///{tmp_path}/caseline.db")
    _waiting(tmp_path / "caseline.db")
    working = sqlite3.connect(tmp_path / "caseline.db")  # a bot has it open
    copy = tmp_path / "monday.db"
    assert main(["backup", str(copy)]) == 0
    assert capsys.readouterr().out == f"{copy} holds 0 cases and is sound.\n"
    assert working.execute("SELECT state FROM outbox").fetchall() == [("pending",)]
    working.close()
    assert copy.stat().st_mode & 0o077 == 0
    restored = sqlite3.connect(copy)
    assert restored.execute("SELECT state FROM outbox").fetchall() == [("sending",)]
    restored.close()
    assert sorted(one.name for one in tmp_path.glob("monday*")) == ["monday.db"]
    assert upgrade(f"sqlite:///{copy}")


def test_a_backup_overwrites_nothing_and_says_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _set(monkeypatch, CASELINE_DATA=str(tmp_path))
    assert main(["backup", str(tmp_path / "copy.db")]) == 1
    assert "could not be copied" in capsys.readouterr().err
    assert list(tmp_path.glob("copy*")) == []
    (tmp_path / "copy.db").write_text("older")
    assert main(["backup", str(tmp_path / "copy.db")]) == 1
    assert "exists already" in capsys.readouterr().err
    assert (tmp_path / "copy.db").read_text() == "older"


async def test_doctor_asks_the_form_where_customers_would_come(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    (unset,) = (await found())["web form"]
    assert (unset.level, "no form is served" in str(unset)) == (Level.OK, True)
    port = free_port()
    _set(
        monkeypatch,
        PORT=str(port),
        CASELINE_PUBLIC_URL=f"http://127.0.0.1:{port}",
        CASELINE_FORM_SECRET="0123456789abcdef" * 2,
    )
    (no_mail,) = (await found())["web form"]
    assert "Set SMTP_HOST" in str(no_mail)
    _set(monkeypatch, SMTP_HOST="127.0.0.1", SMTP_PORT=str(free_port()), SMTP_TLS="none")
    _set(monkeypatch, SMTP_SENDER="Support <support@example.com>")
    (away,) = (await found())["web form"]
    assert (away.level, "cannot be reached from here" in str(away)) == (Level.WARN, True)
    forms = FormPages(())
    server = WebServer("127.0.0.1", port, Probes(store=Store("sqlite:///nothing.db")), None, forms)
    await server.start()
    try:
        (closed,) = (await found())["web form"]
        assert "something else answers" in str(closed)
    finally:
        await server.stop()
