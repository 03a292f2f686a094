"""The same desk at work as in `tests/flows`."""

from tests.flows.conftest import furnished, workplace  # noqa: F401 - fixtures
