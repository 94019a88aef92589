"""Fixtures: a folder with a past, and a machine on which permissions bind."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import pytest_asyncio

from tests.process.harbour import Harbour, open_harbour
from tests.wire.process import WITHOUT_POWERS


@pytest.fixture
def permissions_bind() -> None:
    """Skip where root may not give up its right to ignore file permissions."""
    if subprocess.run([sys.executable, "-I", WITHOUT_POWERS, sys.executable, "-c", ""], check=False).returncode:  # noqa: S603
        pytest.skip("this is root, and it may not give up its right to ignore permissions")


@pytest_asyncio.fixture(scope="module", loop_scope="module", name="first_run")
async def first_run_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder as the first start and a clean end leave it: with a database and a key."""
    folder = tmp_path_factory.mktemp("first_run")
    async with open_harbour(folder) as harbour, harbour.bot() as bot:
        await harbour.discord.until_ready()
        bot.terminate()
        assert await bot.ended() == 0
    return folder


@pytest.fixture
def lived_in(harbour: Harbour, first_run: Path) -> Harbour:
    """Return the harbour with the files of a first run in its folder."""
    shutil.copytree(first_run, harbour.folder, dirs_exist_ok=True)
    return harbour
