"""The same desk at work as in `tests/flows`."""

from tests.flows.conftest import database_url, furnished, workplace

__all__ = ["database_url", "furnished", "workplace"]
