"""A shop of each kind, opened for a test; the embedded one on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.commerce.tried import SHOPS, Tried
from tests.domain.commerce.books import worked
from tests.store.conftest import upgraded_postgres as upgraded_postgres
from tests.store.conftest import upgraded_sqlite as upgraded_sqlite


@pytest.fixture(params=list(SHOPS))
async def tried(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Tried]:
    """A shop with the worked order in it."""
    async with SHOPS[request.param].open(request, tmp_path) as one:
        await one.place(worked())
        yield one
