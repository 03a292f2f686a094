"""What can go wrong between a unit of work and its database; callers of the store meet these."""

from __future__ import annotations


class StillSaving(Exception):
    """The unit got no turn in time, or waited too long for somebody else's, and nothing of it was kept.

    Press again: the call key makes that safe.
    """


class TransactionLost(Exception):
    """SQLite gave up the shared transaction (disk full, I/O error): nothing of the batch was kept."""


class DatabaseAway(Exception):
    """The database cannot be reached, or was lost on the way; it is tried anew with the next call.

    Whether a unit was kept may be unknown then. Press again: the call key makes that safe.
    """
