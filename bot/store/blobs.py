"""What files hold, in the data folder, named by their hash; `scheduler/fetching.py` fills and empties it."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path
from typing import BinaryIO


class Blobs:
    """A folder of contents. The same content is kept once, whoever brought it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self) -> BlobWriter:
        """Begin to write a content whose hash is not known yet."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return BlobWriter(self._folder / f"partial-{secrets.token_hex(8)}", self)

    def path(self, sha256: str) -> Path:
        """Where a content is."""
        return self._folder / sha256[:2] / sha256

    def remove(self, sha256: str) -> None:
        """Erase a content; one that is not there is erased already."""
        self.path(sha256).unlink(missing_ok=True)


class BlobWriter:
    """One content on its way into the folder. `keep` or `forget` ends it."""

    def __init__(self, place: Path, blobs: Blobs) -> None:
        self._place = place
        self._blobs = blobs
        self._file: BinaryIO = place.open("xb")
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, piece: bytes) -> None:
        self._file.write(piece)
        self._hash.update(piece)
        self.size += len(piece)

    def keep(self) -> str:
        """Put it where it belongs, durably; the hash by which it is found."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        sha256 = self._hash.hexdigest()
        there = self._blobs.path(sha256)
        there.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._place.replace(there)
        return sha256

    def forget(self) -> None:
        self._file.close()
        self._place.unlink(missing_ok=True)
