"""The demo as a process of its own, started as the README says."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
STARTS_WITHIN = 60
ENDS_WITHIN = 20


def find_chromium() -> str | None:
    """Return the path of a Chromium, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@dataclass
class Demo:
    """A running `python -m bot demo`, and what it printed."""

    process: asyncio.subprocess.Process
    welcome: str
    folder: Path
    """Where it keeps its temporary files."""

    @property
    def url(self) -> str:
        """The address of the page."""
        found = re.search(r"http://127\.0\.0\.1:\S+", self.welcome)
        assert found, self.welcome
        return found.group()

    def key(self, name: str) -> str:
        """Return the panel key printed below a person's name."""
        found = re.search(rf"^  {name}\b.*\n +(ptlc_\w+)$", self.welcome, re.MULTILINE)
        assert found, self.welcome
        return found.group(1)

    async def interrupt(self) -> tuple[int, str]:
        """Press Ctrl-C; return the exit code and what it printed last, errors included."""
        self.process.send_signal(signal.SIGINT)
        return await self.ended()

    async def ended(self) -> tuple[int, str]:
        """Wait until it has ended; return the exit code and what it printed last, errors included."""
        async with asyncio.timeout(ENDS_WITHIN):
            last, _ = await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode, last.decode()


@asynccontextmanager
async def running_demo(folder: Path) -> AsyncIterator[Demo]:
    """Yield the demo once it has printed its welcome; it keeps its temporary files in this folder."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo"),
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(STARTS_WITHIN):
            welcome = (await process.stdout.readuntil(b"Ctrl-C ends the demo.")).decode()
        yield Demo(process, welcome, folder)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
