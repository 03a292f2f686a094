"""What ends a row of the outbox without a word; whoever carries one out raises it."""

from __future__ import annotations


class NothingToSay(Exception):
    """What the row is about is not there (any more), or not for its reader: it is dropped, not retried."""
