"""The bot as a process of its own: `python -m bot` in a clean environment, watched through its standard error."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.wire.discord_app import WireDiscord
from tests.wire.watch import Watch

ROOT = Path(__file__).resolve().parents[2]
NETWORK_WATCH = Path(__file__).parent / "network_watch"
HASTE = Path(__file__).parent / "haste"
ASLEEP = Path(__file__).parent / "asleep"
HUNG = Path(__file__).parent / "hung"
UNCAUGHT = Path(__file__).parent / "uncaught"
WITHOUT_POWERS = Path(__file__).parent / "without_powers.py"


class BotProcess:
    """`async with BotProcess(…) as bot`; ended the hard way if it still runs at the end of the block.

    `settings` are added to the environment, or taken out of it with None. The database is `berth.db` in `folder`,
    which is also the working directory, so that no `.env` of the machine is read. With `haste` its timers run that many
    times as fast, or as slow; `sleeps` is for how many seconds its machine does when it is told to, and one that
    `hangs`, or `fails` with an error of these words that nothing catches, does so when it is told to.
    """

    def __init__(
        self,
        discord: WireDiscord,
        panel_url: str,
        folder: Path,
        *arguments: str,
        watch_network: bool = False,
        bound_by_permissions: bool = False,
        haste: float = 1,
        sleeps: float = 0,
        hangs: bool = False,
        fails: str = "",
        **settings: str | None,
    ) -> None:
        self.folder = folder
        self.lines: list[str] = []
        """Standard error so far."""
        self.output: list[str] = []
        """Standard output so far."""
        self._contacts = folder / "contacts.txt"
        oddities = {NETWORK_WATCH: watch_network, HASTE: haste != 1, ASLEEP: sleeps, HUNG: hangs, UNCAUGHT: fails}
        path = [str(folder) for folder, wanted in oddities.items() if wanted][:1]
        environment: dict[str, str | None] = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.url,
            "PANEL_URL": panel_url,
            "DATABASE_URL": f"sqlite:///{self.database}",
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": ":".join([*path, str(ROOT)]),
            "TMPDIR": str(folder),
            "BERTH_TEST_HASTE": str(haste),
            "BERTH_TEST_SLEEP": str(sleeps),
            "BERTH_TEST_FAILURE": fails,
            "NETWORK_WATCH_FILE": str(self._contacts) if watch_network else None,
        }
        environment |= settings
        self._environment = {name: value for name, value in environment.items() if value is not None}
        wrapper = [sys.executable, "-I", str(WITHOUT_POWERS)] if bound_by_permissions else []
        self._command = [*wrapper, sys.executable, "-m", "bot", *arguments]
        self._watch = Watch()
        self._readers: Sequence[asyncio.Task[None]] = ()
        self._process: asyncio.subprocess.Process

    @property
    def database(self) -> Path:
        """The file of the database."""
        return self.folder / "berth.db"

    @property
    def contacts(self) -> set[str]:
        """Every `host:port` it has connected to and every name it has looked up, if the network was watched."""
        return set(self._contacts.read_text().split())

    @property
    def stderr(self) -> str:
        """Standard error so far."""
        return "\n".join(self.lines)

    def assert_content(self, since: int = 0) -> None:
        """Fail if it has logged an error or shown a traceback, from a line of standard error on."""
        said = "\n".join(self.lines[since:])
        assert "Traceback" not in said, said
        assert " ERROR " not in said, said

    @property
    def running(self) -> bool:
        """Whether the process still runs."""
        return self._process.returncode is None

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    async def start(self) -> Self:
        """Start the process; its output is read from now on."""
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            cwd=self.folder,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=1024 * 1024,
        )
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._readers = [
            asyncio.create_task(self._read(self._process.stdout, self.output)),
            asyncio.create_task(self._read(self._process.stderr, self.lines)),
        ]
        return self

    async def _read(self, stream: asyncio.StreamReader, lines: list[str]) -> None:
        async for line in stream:
            lines.append(line.decode(errors="replace").rstrip("\n"))
            self._watch.notify()

    async def until_line(self, words: str, *, within: float = 20.0) -> str:
        """Return the first line of standard error with these words, as soon as it is there."""

        def found() -> str | None:
            return next((line for line in self.lines if words in line), None)

        await self._watch.until(found, within=within, what=f"a line with {words!r}; there is:\n{self.stderr}")
        return str(found())

    async def ended(self, within: float = 20.0) -> int:
        """Return the exit code once the process has ended and everything it said is read."""
        try:
            async with asyncio.timeout(within):
                code = await self._process.wait()
                await asyncio.gather(*self._readers)
        except TimeoutError:
            raise AssertionError(f"still running after {within:g} s:\n{self.stderr}") from None
        return code

    def terminate(self) -> None:
        """Send SIGTERM, as a service manager does."""
        self._process.send_signal(signal.SIGTERM)

    def interrupt(self) -> None:
        """Send SIGINT, as Ctrl-C does."""
        self._process.send_signal(signal.SIGINT)

    def sleep(self) -> None:
        """Let its machine have slept, as a laptop does: only the clock that counts that goes on."""
        self._process.send_signal(signal.SIGUSR1)

    def hang(self) -> None:
        """Let its event loop hang until `go_on`; for one that `hangs`."""
        self._process.send_signal(signal.SIGUSR1)

    def go_on(self) -> None:
        """Let its event loop go on."""
        self._process.send_signal(signal.SIGUSR2)

    def fail(self) -> None:
        """Let errors meet it that nothing catches and that do not end it; for one that `fails`."""
        self._process.send_signal(signal.SIGUSR1)

    def fail_for_good(self) -> None:
        """Let an error meet it that nothing catches and that ends it; for one that `fails`."""
        self._process.send_signal(signal.SIGUSR2)

    async def kill(self) -> None:
        """Send SIGKILL and wait for the end."""
        if self.running:
            self._process.kill()
        await self.ended()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.kill()
