"""The workplace of the flow tests, for what goes wrong on the wire."""

from tests.flows.conftest import workplace

__all__ = ["workplace"]
