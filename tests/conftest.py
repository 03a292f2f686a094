"""For every test: no proxy between it and this machine. Sockets are held to loopback in pyproject.toml."""

from __future__ import annotations

import os

# The Slack SDK would send even loopback traffic through a proxy. Cleared before any client is made.
for _name in ("http_proxy", "https_proxy", "all_proxy", "ws_proxy", "wss_proxy", "no_proxy"):
    os.environ.pop(_name, None)
    os.environ.pop(_name.upper(), None)
