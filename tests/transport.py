"""How Slack reaches the bot in flow tests: `pytest tests/flows --transport=http` runs them by signed HTTP.

A plugin of pytest, loaded by `tests/conftest.py`.
"""

from __future__ import annotations

import errno
import random
import socket
from typing import Any

import pytest
from pydantic import SecretStr

from bot.sandbox import Sandbox
from bot.sandbox.post import ADDRESS, PASSWORD, USER

HOST = "127.0.0.1"
_chosen = "socket"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--transport",
        choices=("socket", "http"),
        default="socket",
        help="how the sandbox reaches the bot in flow tests (%(default)s)",
    )


def pytest_configure(config: pytest.Config) -> None:
    global _chosen
    _chosen = config.getoption("--transport")


def request_url() -> str | None:
    """What a sandbox is to be told: where the bot will listen, or nothing for Socket Mode."""
    return f"http://{HOST}:{free_port()}/slack/events" if _chosen == "http" else None


def ways_in(sandbox: Sandbox) -> dict[str, Any]:
    """The settings by which a bot meets this sandbox."""
    mail = mail_ways(sandbox) if sandbox.post is not None else {}
    if sandbox.request_url is None:
        return {"slack_app_token": SecretStr(sandbox.app_token), **mail}
    port = int(sandbox.request_url.rpartition(":")[2].partition("/")[0])
    return {"host": HOST, "port": port, "slack_signing_secret": SecretStr(sandbox.signing_secret), **mail}


def served_by(ways: dict[str, Any]) -> dict[str, Any]:
    """The same settings, and the form for customers without Slack on their port, or on one of its own."""
    port = ways.get("port") or free_port()
    secret = SecretStr("a secret of thirty-two characters")
    form = {"public_url": f"http://{HOST}:{port}", "form_secret": secret, "form_days": 1}
    return {"host": HOST, **ways, "port": port, **form}


def mail_ways(sandbox: Sandbox) -> dict[str, Any]:
    """The settings of e-mail, both ways, for a sandbox that has a post office."""
    assert sandbox.post is not None
    return {
        "smtp_host": HOST,
        "smtp_port": sandbox.post.smtp_port,
        "smtp_tls": "none",
        "smtp_sender": f"Northwind Support <{ADDRESS}>",
        "imap_host": HOST,
        "imap_port": sandbox.post.imap_port,
        "imap_tls": "none",
        "imap_user": USER,
        "imap_password": SecretStr(PASSWORD),
    }


def mail_environment(sandbox: Sandbox) -> dict[str, str]:
    """The same for a bot in a process of its own."""
    found = {}
    for name, value in mail_ways(sandbox).items():
        found[name.upper()] = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    return found


def free_port() -> int:
    """A port below those that the system gives to outgoing connections: nobody takes it before we do."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as taken:
                if taken.errno != errno.EADDRINUSE:
                    raise
                continue
        return port
