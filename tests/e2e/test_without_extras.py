"""With neither the extra `address` nor `check` installed: the bot works as before, without their controls."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

VISIT = """
import asyncio, sys
from pathlib import Path

EXTRAS = ("dns", "mcstatus", "a2s", "asyncio_dgram")

class Missing:
    def find_spec(self, name, *_):
        if name.partition(".")[0] in EXTRAS:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())

from bot.net.lookups import open_resolver
from tests.stage import Stage, open_stage
from tests.world import small_world

async def visit():
    world = small_world()
    async with open_stage(world.state, Path(sys.argv[1])) as stage:
        ann = await stage.linked("ann", world.ann)
        def tell(name, seen):
            print(name, "|", *seen.buttons, "|", seen.text.replace("\\n", " / "))

        tell("page", await ann.run("allocations address", server="Survival", name="play.example.org"))
        tell("changed", await ann.run("allocations primary", server="Survival", allocation="25566"))
        tell("listed", await ann.run("allocations list", server="Survival"))
        tell("own", await ann.choose("203.0.113.7:25566"))
        print("resolver", open_resolver())
        print("games", stage.bot.services.checking.probing.games)
        print("loaded", *[name for name in sys.modules if name.partition(".")[0] in EXTRAS])

asyncio.run(visit())
"""


def test_with_both_extras_missing_the_bot_works_without_their_controls_and_imports_nothing_of_them(
    tmp_path: Path,
) -> None:
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", VISIT, str(tmp_path)], capture_output=True, text=True, timeout=100, check=False
    )

    assert done.returncode == 0, done.stderr
    said = {line.partition(" ")[0]: line.partition(" ")[2] for line in done.stdout.splitlines()}
    assert "✅ Players type `play.example.org` from now on" in said["page"]
    assert "✅ Made primary" in said["changed"]
    assert "🌐 Players type `play.example.org`" in said["listed"]
    assert "Edit notes" in said["own"]
    for what in ("page", "changed", "listed", "own"):
        assert "Check" not in said[what]
        assert "Look again" not in said[what]
        assert "look up" not in said[what]
        assert "DNS leads" not in said[what]
    assert (said["resolver"], said["games"], said["loaded"]) == ("None", "None", "")
