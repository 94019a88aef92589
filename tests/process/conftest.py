"""Fixtures: a harbour for each test, with processes that listen to Ctrl-C and may not complain."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.process.harbour import Harbour, open_harbour


@pytest.fixture(scope="session", autouse=True)
def listens_to_ctrl_c() -> Iterator[None]:
    """Let the processes listen to SIGINT where the tests do not: begun in a shell's background they inherit that."""
    before = signal.getsignal(signal.SIGINT)
    if before == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
async def harbour(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Harbour]:
    """Yield a harbour in which no process may complain.

    `@pytest.mark.parametrize("harbour", [{"shards": 2}], indirect=True)` passes options to the Discord.
    """
    async with open_harbour(tmp_path, **getattr(request, "param", {})) as opened:
        yield opened
        for process in opened.processes:
            process.assert_content()
