"""Fixtures: the running demo, and a Chromium that shows its page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.browser.demo import BROWSERS, Demo, find_chromium, running_demo


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    """Yield the demo with a folder of its own for temporary files."""
    async with running_demo(tmp_path) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of a Chromium; skip the test where there is none."""
    found = find_chromium()
    if found is None:
        pytest.skip(f"no Chromium on PATH (looked for {', '.join(BROWSERS)})")
    return found
