"""The workplace of the flow tests, for what goes wrong on the wire."""

from tests.flows.conftest import database_url, furnished, take_back, workplace

__all__ = ["database_url", "furnished", "take_back", "workplace"]
