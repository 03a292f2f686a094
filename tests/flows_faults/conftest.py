"""The workplace of the flow tests, for what goes wrong on the wire."""

from tests.flows.conftest import furnished, workplace

__all__ = ["furnished", "workplace"]
