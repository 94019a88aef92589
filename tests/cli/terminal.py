"""A terminal in a folder of its own, with nothing in the environment but what is said."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

ROOT = Path(__file__).parents[2]
TOKEN = "MTA5MDAwMDAwMDAwMDAwMDAx.GwIrE0.the-secret-part-of-a-bot-token-for-tests"
SECRET_PART = "the-secret-part"


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line on standard error; fails if there are more, or fewer, or a traceback."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert self.out == ""
        return lines[0]


class Terminal:
    """Runs commands of the bot in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def environment(self, **settings: str | None) -> dict[str, str]:
        """Return a complete and harmless set of settings, with these changed, or left out where None."""
        complete: dict[str, str | None] = {
            "DISCORD_TOKEN": TOKEN,
            "PANEL_URL": "http://127.0.0.1:9/",
            "DISCORD_API_URL": "http://127.0.0.1:9/api/v10",
            "PYTHONPATH": str(ROOT),
            "TMPDIR": str(self.folder),
        }
        return {name: value for name, value in (complete | settings).items() if value is not None}

    async def start(self, *arguments: str, **settings: str | None) -> asyncio.subprocess.Process:
        """Start `python -m bot` with these arguments."""
        return await asyncio.create_subprocess_exec(
            *(sys.executable, *(arguments if arguments[:1] == ("-c",) else ("-m", "bot", *arguments))),
            cwd=self.folder,
            env=self.environment(**settings),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def run(self, *arguments: str, **settings: str | None) -> Said:
        """Run it to its end; nothing it prints may hold the token."""
        process = await self.start(*arguments, **settings)
        async with asyncio.timeout(60):
            out, err = await process.communicate()
        said = Said(process.returncode or 0, out.decode(), err.decode())
        assert SECRET_PART not in said.out + said.err
        return said

    @property
    def files(self) -> set[str]:
        """Everything there is in the folder."""
        return {str(path.relative_to(self.folder)) for path in self.folder.rglob("*")}


def coming_first(folder: Path, module: str, text: str) -> str:
    """Return a search path on which this module comes first."""
    (folder / "before").mkdir()
    (folder / "before" / f"{module}.py").write_text(text)
    return f"{folder / 'before'}:{ROOT}"


@asynccontextmanager
async def answering(status: int, body: str, content_type: str = "application/json") -> AsyncIterator[str]:
    """Yield the address of a web server that gives one answer to everything."""

    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=status, text=body, content_type=content_type, headers={"Location": "/elsewhere"})

    runner = web.ServerRunner(web.Server(answer), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
