"""The processes of a run: the panel, and the contenders whose time and memory are taken from outside."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.wire import WireDiscord

ROOT = Path(__file__).resolve().parents[2]


class PanelProcess:
    """The simulated panel, started on a free port."""

    url: str
    _process: Process

    async def start(self) -> None:
        """Start it and wait for its address."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bench.panel", cwd=ROOT, stdin=PIPE, stdout=PIPE
        )
        assert self._process.stdout is not None
        self.url = (await self._process.stdout.readline()).decode().strip() + "/"

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    async def tell(self, **order: Any) -> dict[str, Any]:
        """Change its delays or reset its state; return what there was since it was last told anything."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        answer: dict[str, Any] = json.loads(await self._process.stdout.readline())
        return answer

    async def stop(self) -> None:
        """End it."""
        self._process.kill()
        await self._process.wait()


def _hiding(packages: Sequence[str], folder: Path) -> list[str]:
    """Return a folder to be searched first, in which the packages look as if they were not installed."""
    if not packages:
        return []
    (folder / "hidden").mkdir()
    for package in packages:
        (folder / "hidden" / f"{package}.py").write_text("raise ModuleNotFoundError('hidden by the benchmark')\n")
    return [str(folder / "hidden")]


class Contender:
    """The bot or the floor: a process of its own with a Discord of its own."""

    def __init__(
        self,
        name: str,
        discord: WireDiscord,
        folder: Path,
        arguments: Sequence[str],
        *,
        hidden: Sequence[str] = (),
        **environment: str,
    ) -> None:
        self.name = name
        self.discord = discord
        self.folder = folder
        self.batches = 0
        """Loads it is under."""
        self._arguments = arguments
        self._environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": os.pathsep.join([*_hiding(hidden, folder), str(ROOT)]),
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.url,
            "TMPDIR": str(folder),
            **environment,
        }
        self._process: Process | None = None

    async def start(self, *more: str) -> float:
        """Start the process; return the seconds until Discord had told it that it is ready."""
        await self.discord.until(lambda: not self.discord.gateway.ready, what="the one before has left")
        began = time.perf_counter()
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", *self._arguments, *more,
                cwd=self.folder, env=self._environment, stdin=DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        await self.discord.until_ready(within=60)
        return time.perf_counter() - began

    async def stop(self) -> None:
        """End the process."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()
        self._process = None

    @property
    def running(self) -> bool:
        """Whether it was started and not stopped."""
        return self._process is not None

    @property
    def pid(self) -> int:
        """The number of the process."""
        if self._process is None:
            raise LookupError(f"{self.name} is not running")
        return self._process.pid

    @property
    def cpu(self) -> float:
        """Seconds of processor time so far, of all its threads."""
        # The process's own CPU clock, as clock_getcpuclockid(3) numbers it: exact to the nanosecond, unlike /proc.
        return time.clock_gettime((~self.pid << 3) | 2)

    @property
    def memory(self) -> float:
        """Resident memory in MB (of 1,000,000 bytes)."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024 / 1e6
        raise LookupError("no VmRSS")
