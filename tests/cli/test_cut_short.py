"""A command that is cut short, by Ctrl-C or by who no longer reads it: that is nobody's bug, and not told as one."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest

from tests.cli.terminal import Terminal, coming_first

_CTRL_C = (
    "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\nsignal.raise_signal(signal.SIGINT)\n"
)


@pytest.mark.parametrize(
    ("command", "while_it_reads"), [("check", "pydantic_settings"), ("run", "discord"), ("demo", "simcord")]
)
async def test_ctrl_c_during_the_start_ends_it_without_a_word(
    terminal: Terminal, command: str, while_it_reads: str
) -> None:
    said = await terminal.run(command, PYTHONPATH=coming_first(terminal.folder, while_it_reads, _CTRL_C))

    assert (said.code, said.out, said.err) == (130, "", "")


@pytest.mark.parametrize("unbuffered", ["", "1"])
async def test_a_command_whose_lines_nobody_reads_any_more_says_nothing_about_that(
    terminal: Terminal, unbuffered: str
) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "check"),
            cwd=terminal.folder,
            env=terminal.environment(PYTHONUNBUFFERED=unbuffered),
            stdout=writes,
            stderr=asyncio.subprocess.PIPE,
        )
    finally:
        os.close(writes)
    _, told = await process.communicate()

    assert (process.returncode, told.decode()) == (1, "")
