"""The trial's folder: two databases, a lock against a second trial, and where the control socket goes."""

from __future__ import annotations

import contextlib
import fcntl
import tempfile
from collections.abc import Iterator
from pathlib import Path

LONGEST_SOCKET_PATH = 100
"""Bytes: Linux allows 107, macOS 103."""

_BESIDE = ("", "-wal", "-shm", "-journal")


class FolderInUse(Exception):
    """Another trial runs in this folder."""


class Folder:
    """Where a trial keeps its data. Nothing else in the folder is ever touched."""

    def __init__(self, path: Path) -> None:
        """Make the folder if need be; it is closed to other users of the machine."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = path.resolve()
        self.sandbox = self.path / "sandbox.db"
        self.caseline = self.path / "caseline.db"

    @property
    def is_empty(self) -> bool:
        """Whether there is neither of the two databases."""
        return not self.sandbox.exists() and not self.caseline.exists()

    @property
    def is_torn(self) -> bool:
        """Whether there is one without the other: message ids would point nowhere."""
        return self.sandbox.exists() != self.caseline.exists()

    def forget(self) -> None:
        """Remove both databases."""
        for database in (self.sandbox, self.caseline):
            for ending in _BESIDE:
                database.with_name(database.name + ending).unlink(missing_ok=True)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other trials out meanwhile. Raises FolderInUse."""
        with (self.path / "trial.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as taken:
                raise FolderInUse from taken
            yield

    @contextlib.contextmanager
    def control(self) -> Iterator[Path]:
        """A path for the control socket: in the folder, or in a temporary one where that path is too long."""
        inside = self.path / "control.sock"
        if len(bytes(inside)) <= LONGEST_SOCKET_PATH:
            yield inside
            return
        with tempfile.TemporaryDirectory(prefix="caseline-") as short:
            yield Path(short) / "control.sock"
