"""`caseline try` as somebody meets it who looks around: what it says, keeps and forgets, how it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.trial import run
from bot.trial.folder import LONGEST_SOCKET_PATH, Folder, FolderInUse
from bot.trial.running import _prepare

ROOT = Path(__file__).parents[2]
SLOWEST = 60.0


@contextmanager
def caseline_try(folder: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "try", "--folder", str(folder), "--port", "0", *more],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(process: subprocess.Popen[str], words: str) -> str:
    """What it says up to the line with these words."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(f"it ended after saying {said!r} {process.communicate()[1]!r}")


def test_ctrl_c_ends_a_trial_cleanly(filled: Path) -> None:
    with caseline_try(filled) as process:
        said = until(process, "Ctrl-C ends the trial")
        assert "http://127.0.0.1:" in said
        assert "Act as Ana" in said
        pressed = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=SLOWEST)
    assert (process.returncode, complaints) == (0, "")
    assert time.monotonic() - pressed < 10  # on a busy machine; usually it is one


def test_ctrl_c_while_the_desk_is_being_made_ends_it_too(tmp_path: Path) -> None:
    with caseline_try(tmp_path) as process:
        until(process, "Making a desk")
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=SLOWEST)
    assert (process.returncode, complaints) == (0, "")


def test_a_port_that_is_taken_costs_nothing_and_is_told(filled: Path, tmp_path: Path) -> None:
    before = (filled / "caseline.db").read_bytes()
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SystemExit, match=f"Port {port} is in use .* --port"):
            run(filled, port, fresh=True)
        with pytest.raises(SystemExit):
            run(tmp_path / "new", port, fresh=False)
    assert (filled / "caseline.db").read_bytes() == before
    assert Folder(tmp_path / "new").is_empty


def test_two_trials_do_not_share_a_folder(tmp_path: Path) -> None:
    place = Folder(tmp_path)
    with place.locked():
        with pytest.raises(FolderInUse), Folder(tmp_path).locked():
            pass
        with pytest.raises(SystemExit, match="Another trial runs in"):
            run(tmp_path, 0, fresh=False)


def test_beginning_afresh_forgets_both_databases_and_nothing_else(tmp_path: Path) -> None:
    for name in ("sandbox.db", "sandbox.db-wal", "caseline.db", "caseline.db-shm", "notes.txt", "other.db"):
        (tmp_path / name).touch()
    _prepare(Folder(tmp_path), fresh=True)
    assert {path.name for path in tmp_path.iterdir()} == {"notes.txt", "other.db"}


@pytest.mark.parametrize("lost", ["sandbox.db", "caseline.db"])
def test_one_database_without_the_other_is_told_and_both_begin_afresh(
    tmp_path: Path, lost: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in {"sandbox.db", "caseline.db"} - {lost}:
        (tmp_path / name).touch()
    _prepare(Folder(tmp_path), fresh=False)
    assert capsys.readouterr().out.startswith(f"{lost} is missing")
    assert Folder(tmp_path).is_empty


def test_a_deep_folder_has_its_control_socket_elsewhere(tmp_path: Path) -> None:
    deep = Folder(tmp_path / ("deep" * 20) / ("deeper" * 10))
    with deep.control() as path:
        assert len(bytes(path)) <= LONGEST_SOCKET_PATH
        assert path.parent.is_dir()
        assert path.parent != deep.path
    assert not path.parent.exists()


def test_an_ordinary_folder_holds_its_control_socket(tmp_path: Path) -> None:
    place = Folder(tmp_path)
    with place.control() as path:
        assert (path.parent == place.path) == (len(bytes(place.path / "control.sock")) <= LONGEST_SOCKET_PATH)
