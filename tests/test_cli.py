"""The command line as an operator meets it: words instead of tracebacks, and honest exit codes."""

from __future__ import annotations

import json
import logging
import os
import stat
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from bot import __version__
from bot.cli import main
from bot.clock import Clock
from bot.config import Settings, settings_table

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _a_place_without_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for row in settings_table():
        monkeypatch.delenv(row.variable, raising=False)
    monkeypatch.chdir(tmp_path)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def _settings(monkeypatch: pytest.MonkeyPatch, **more: str) -> None:
    sound = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "CASELINE_ADMINS": "U012AB3CD"}
    for name, value in (sound | more).items():
        monkeypatch.setenv(name, value)


class _App(ModuleType):
    """Stands in for `bot.app`: remembers what it was built with."""

    def __init__(self) -> None:
        super().__init__("bot.app")
        self.built: list[tuple[Settings, Clock]] = []
        self.ran = 0

    def build(self, settings: Settings, *, clock: Clock) -> _App:
        self.built.append((settings, clock))
        return self

    async def run(self) -> None:
        self.ran += 1
        logging.getLogger("caseline").warning("ready for %s", "work")


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> _App:
    module = _App()
    monkeypatch.setitem(sys.modules, "bot.app", module)
    return module


def test_the_help_shows_every_command_and_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    shown = capsys.readouterr().out
    assert ended.value.code == 0
    assert all(
        f"  {command} " in shown for command in ("run", "try", "doctor", "migrate", "backup", "playbook")
    )
    assert all(row.variable in shown and row.example in shown for row in settings_table())


def test_the_version_is_the_one_that_is_packaged(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert capsys.readouterr().out == f"caseline {__version__}\n"
    assert project["version"] == __version__


@pytest.mark.parametrize("wrong", [[], ["serve"], ["try", "--port", "many"], ["try", "--port", "65536"]])
def test_a_mistyped_command_is_answered_with_usage(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(wrong)
    assert ended.value.code == 2
    assert "usage: caseline" in capsys.readouterr().err


def test_wrong_settings_are_told_all_at_once_without_a_traceback(tmp_path: Path) -> None:
    mentioned = {row.variable for row in settings_table()}
    environment = {name: value for name, value in os.environ.items() if name not in mentioned}
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(ROOT), "SLACK_BOT_TOKEN": "xapp-wrong-one"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert "3 settings need attention" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "wrong-one" not in ended.stderr


def test_run_starts_the_bot_on_wall_time(monkeypatch: pytest.MonkeyPatch, app: _App, tmp_path: Path) -> None:
    _settings(monkeypatch, CASELINE_DATA="desk/data")
    assert main(["run"]) == 0
    [(settings, clock)] = app.built
    assert app.ran == 1
    assert type(clock) is Clock
    assert settings.database_url == "sqlite:///desk/data/caseline.db"
    assert stat.S_IMODE((tmp_path / "desk/data").stat().st_mode) == 0o700


def test_run_logs_lines_that_a_machine_can_read(
    monkeypatch: pytest.MonkeyPatch, app: _App, capsys: pytest.CaptureFixture[str]
) -> None:
    _settings(monkeypatch, CASELINE_LOG_FORMAT="json")
    assert main(["run"]) == 0
    line = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert (line["level"], line["logger"], line["message"]) == ("WARNING", "caseline", "ready for work")


def test_run_keeps_the_libraries_quiet_that_would_log_what_people_wrote(
    monkeypatch: pytest.MonkeyPatch, app: _App
) -> None:
    _settings(monkeypatch, CASELINE_LOG_LEVEL="DEBUG")
    assert main(["run"]) == 0
    assert logging.getLogger("caseline").getEffectiveLevel() == logging.DEBUG
    for library in ("slack_sdk.web.async_client", "slack_bolt.App", "aiosqlite"):
        assert not logging.getLogger(library).isEnabledFor(logging.DEBUG), library


def test_run_refuses_a_wrong_policy_before_it_talks_to_slack(
    monkeypatch: pytest.MonkeyPatch, app: _App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "policy.toml").write_text("kinds = []\nresolutions = []\n", encoding="utf-8")
    _settings(monkeypatch, CASELINE_POLICY="policy.toml")
    assert main(["run"]) == 2
    told = capsys.readouterr().err
    assert "kinds is empty" in told
    assert "resolutions is empty" in told
    assert not app.built


def test_run_says_when_it_cannot_have_its_folder(
    monkeypatch: pytest.MonkeyPatch, app: _App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    _settings(monkeypatch, CASELINE_DATA="file/data")
    assert main(["run"]) == 2
    assert "CASELINE_DATA cannot be used: Not a directory." in capsys.readouterr().err
    assert not app.built


def test_migrate_needs_no_slack_and_names_the_revision(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module, asked = ModuleType("bot.store.migrate"), list[str]()
    module.upgrade = lambda url: asked.append(url) or "0001"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "bot.store.migrate", module)
    assert main(["migrate"]) == 0
    assert asked == ["sqlite:///.data/caseline.db"]
    assert capsys.readouterr().out == "The database is at revision 0001.\n"


def test_migrate_says_when_the_database_is_away_without_traceback_or_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgresql://ana:pw-secret@127.0.0.1:9/desk")
    assert main(["migrate"]) == 1
    told = capsys.readouterr()
    assert told.err.startswith("The database cannot be reached")
    assert "secret" not in told.err + told.out
    assert "Traceback" not in told.err


def test_try_needs_no_settings_and_leaves_proxies_out(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[object, ...]] = []

    def trial(folder: Path, page_port: int, fresh: bool) -> None:
        seen.append((folder, page_port, fresh, "HTTPS_PROXY" in os.environ, "http_proxy" in os.environ))
        raise KeyboardInterrupt  # Ctrl-C is how a trial ends

    module = ModuleType("bot.trial")
    module.run = trial  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "bot.trial", module)
    monkeypatch.setenv("HTTPS_PROXY", "http://192.0.2.1:3128")
    monkeypatch.setenv("http_proxy", "http://192.0.2.1:3128")
    assert main(["try"]) == 0
    assert main(["try", "--folder", "elsewhere", "--port", "0", "--fresh"]) == 0
    assert seen == [
        (Path(".data/try"), 8765, False, False, False),
        (Path("elsewhere"), 0, True, False, False),
    ]
