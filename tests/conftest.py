"""For every test: no proxy between it and this machine, and no hurry. Sockets: see pyproject.toml."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.databases import KINDS

pytest_plugins = ["tests.transport"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=KINDS,
        default="sqlite",
        help="for flow tests; the store is always tested on both",
    )


# The Slack SDK would send even loopback traffic through a proxy. Cleared before any client is made.
for _name in ("http_proxy", "https_proxy", "all_proxy", "ws_proxy", "wss_proxy", "no_proxy"):
    os.environ.pop(_name, None)
    os.environ.pop(_name.upper(), None)

# A busy machine breaks no rule: how long an example takes says nothing about what it shows.
settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("desk")
