"""A start that must not be: what it says, and what it leaves as it was."""

from __future__ import annotations

from pathlib import Path

from tests.wire import BotProcess

WRITABLE = (
    ", which is on this machine's side: let the bot's user write the file and its folder, or name another place in "
    "DATABASE_URL, and start again"
)


def files(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its content."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def refusal(bot: BotProcess, *, code: int = 2) -> str:
    """Run a bot that must not start; return the one line it ends with after checking that it is one."""
    async with bot:
        ended = await bot.ended()

    said = [line for line in bot.lines if line.startswith("berth: ")]
    assert ended == code, bot.stderr
    assert len(said) == 1, bot.stderr
    assert bot.lines[-1] == said[0]
    assert bot.output == []
    return said[0]
