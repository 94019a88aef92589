"""What the tests of a new encryption key do again and again: run `rotate-key`, and see who still gets in."""

from __future__ import annotations

from pathlib import Path

from bot.demo.people import Person
from tests.security.evidence import database_file
from tests.security.process import Ended, run_bot
from tests.stage import Stage

DONE = "Links sealed again under the first key: {}; already so: {}."


async def rotate(stage: Stage, *options: str, **settings: str) -> Ended:
    """Run `rotate-key` as a process of its own, on the database of the bot on the stage."""
    return await run_bot(
        database_file(stage).parent,
        "rotate-key",
        *options,
        DISCORD_TOKEN="token-that-opens-nothing",
        PANEL_URL=stage.panel.url,
        DATABASE_URL=stage.settings.database_url,
        **settings,
    )


def key_file(stage: Stage) -> Path:
    """Return the key file of the stage's bot."""
    return database_file(stage).parent / "encryption.key"


async def works(*people: Person) -> bool:
    """Tell whether each of these people sees their servers with their stored key."""
    return all(["ports used" in (await person.run("servers")).text for person in people])
