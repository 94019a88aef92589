"""Fixtures: a harbour for each test, with processes that may not complain."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.process.harbour import Harbour, open_harbour


@pytest.fixture
async def harbour(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Harbour]:
    """Yield a harbour in which no process may complain.

    `@pytest.mark.parametrize("harbour", [{"shards": 2}], indirect=True)` passes options to the Discord.
    """
    async with open_harbour(tmp_path, **getattr(request, "param", {})) as opened:
        yield opened
        for process in opened.processes:
            process.assert_content()
