"""Who claims a slot, and for whom where there is nobody; whatever claims one writes it into the ledger."""

from __future__ import annotations

import os
import socket

NOBODY = "nobody"


def name_of_bot() -> str:
    """Which bot this is, for the ledger."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}"
