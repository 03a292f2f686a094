"""For every test: no proxy between it and this machine, and no hurry. Sockets: see pyproject.toml."""

from __future__ import annotations

import os
import shutil
import tempfile
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.databases import KINDS

pytest_plugins = ["tests.transport"]

HALVES = ("first", "second")
FLOWS = Path(__file__).parent / "flows"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=KINDS,
        default="sqlite",
        help="for flow tests; the store is always tested on both",
    )
    parser.addoption(
        "--half",
        choices=HALVES,
        help="only this half of the flow tests, told by their names; without it all of them",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the other half of `tests/flows`: `make test` runs it the other way, `make flows` all."""
    half = config.getoption("--half")
    left_out = [one for one in items if half and FLOWS in one.path.parents and _half_of(one) != half]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [one for one in items if one not in set(left_out)]


def _half_of(item: pytest.Item) -> str:
    return HALVES[zlib.crc32(item.nodeid.encode()) % 2]


# Tests make and drop thousands of databases: in memory, where there is room, that takes a tenth of the time.
_MEMORY, _ROOM = Path("/dev/shm"), 4 * 1024**3  # noqa: S108  folders in it are made by tempfile
if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))
    tempfile.tempdir = str(_MEMORY)

# The Slack SDK would send even loopback traffic through a proxy. Cleared before any client is made.
for _name in ("http_proxy", "https_proxy", "all_proxy", "ws_proxy", "wss_proxy", "no_proxy"):
    os.environ.pop(_name, None)
    os.environ.pop(_name.upper(), None)

# A busy machine breaks no rule: how long an example takes says nothing about what it shows.
settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("desk")
