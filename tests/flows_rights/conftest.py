"""The same desk at work as in `tests/flows`."""

from tests.flows.conftest import database_url, furnished, take_back, workplace

__all__ = ["database_url", "furnished", "take_back", "workplace"]
