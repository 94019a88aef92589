"""The bot as a process of its own, in a folder of its own and with nothing of this machine's settings."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


HEARING = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.executable, [sys.executable, "-m", "bot", *sys.argv[1:]])
"""


@dataclass(frozen=True)
class Ended:
    """What a process printed and how it ended."""

    code: int
    output: str


async def start_bot(folder: Path, *arguments: str, **settings: str) -> asyncio.subprocess.Process:
    """Start `python -m bot` with these settings alone; the database is in `data/` below the folder.

    It hears Ctrl-C even where the tests run in the background of a shell, which has them ignore it.
    """
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        HEARING,
        *arguments,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TMPDIR": str(folder), **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def run_bot(folder: Path, *arguments: str, **settings: str) -> Ended:
    """Run `python -m bot` to its end."""
    process = await start_bot(folder, *arguments, **settings)
    output, _ = await process.communicate()
    assert process.returncode is not None
    return Ended(process.returncode, output.decode())
