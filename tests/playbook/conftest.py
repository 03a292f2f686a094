"""The packaged playbook, and copies of it with something broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.playbook.script import Playbook
from bot.playbook_file import load_playbook, read_texts


@pytest.fixture(scope="session")
def playbook() -> Playbook:
    return load_playbook()


def changed(file: str, old: str, new: str) -> dict[str, str]:
    """The packaged texts with one place of one file changed; that place has to be there."""
    texts = read_texts(None)
    assert old in texts[file], f"{file} has no {old!r}"
    return {**texts, file: texts[file].replace(old, new, 1)}


def ours(folder: Path, file: str, old: str, new: str) -> Path:
    """A folder with such a changed file alone."""
    folder.mkdir(exist_ok=True)
    (folder / file).write_text(changed(file, old, new)[file], encoding="utf-8")
    return folder
