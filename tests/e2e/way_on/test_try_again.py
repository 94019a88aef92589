"""What is to be done after an error is a button: the same once more where that only reads, else a look."""

from __future__ import annotations

import pytest

from bot.demo.panel import Maintenance
from bot.front import again
from tests.e2e.scene_ways import running
from tests.e2e.scenes import SCENES
from tests.names import buttons_on, unnamed
from tests.stage import Stage
from tests.world import World

COMMANDS = {
    "servers": ({}, "2 servers"),
    "allocations list": ({"server": "Survival"}, "2 of 5 ports used"),
    "allocations delete": ({"server": "5e000001", "allocation": "25566"}, "Remove"),
    "allocations notes": ({"server": "5e000001", "allocation": "25566"}, "voice lobby"),
}
KEPT_HERE = {
    *("link.submit", "unlink.confirm", "swap.start", "pasted.delete", "pasted.keep", "left.gone"),
    *("join.submit", "join.clear", "named.join", "find.submit", "share.post"),
    *("several.pick", "several.named", "several.stop"),
}
"""What changes nothing of a server, but what the bot keeps or shows others, or has something typed in it."""


@pytest.mark.parametrize("command", COMMANDS)
async def test_try_again_runs_the_same_command_in_the_place_of_its_error_after_a_restart_too(
    stage: Stage, world: World, command: str
) -> None:
    options, shows = COMMANDS[command]
    ann = await stage.linked("ann", world.ann)
    world.state.maintenance = Maintenance()
    failed = await ann.run(command, **options)
    offered = buttons_on(failed)
    world.state.maintenance = None
    await stage.restart()

    seen = await ann.press("Try again", on=failed)

    assert offered == ["Try again"]
    assert shows in (seen.text if seen.answered else str(seen.form))
    assert not seen.answered or seen.message.id == failed.message.id
    assert stage.changes == []


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("allocations create", {"server": "5e000001"}),
        ("allocations notes", {"server": "5e000001", "allocation": "#2", "text": "map"}),
        ("allocations primary", {"server": "5e000001", "allocation": "#2"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_change_that_failed_is_never_repeated_by_a_button_but_shown(
    stage: Stage, world: World, command: str, options: dict[str, str]
) -> None:
    ann = await stage.linked("ann", world.ann)
    world.state.maintenance = Maintenance()
    offered = buttons_on(await ann.run(command, **options))
    world.state.maintenance = None

    seen = await ann.press("Show allocations")

    assert offered == ["Show allocations"]
    assert "2 of 5 ports used" in seen.text
    assert stage.changes == []


@pytest.mark.parametrize(
    ("server", "title"), [("Nowhere", "No such server"), ("ffffffff", "{panel} knows no such server of yours")]
)
async def test_an_error_that_sends_to_the_servers_opens_them(
    stage: Stage, world: World, server: str, title: str
) -> None:
    ann = await stage.linked("ann", world.ann)

    failed = await ann.run("allocations list", server=server)
    words = unnamed(failed.text)
    seen = await ann.press("My servers")

    assert title in words
    assert "Survival" in seen.text
    assert seen.message.id == failed.message.id


async def test_no_button_that_repeats_belongs_to_a_change_and_all_that_only_reads_has_one(stage: Stage) -> None:
    changing = {verb for verb, scene in SCENES.items() if scene.changes}

    assert set(SCENES) - changing - KEPT_HERE == again.PRESSES | again.CHOICES
    assert stage.bot.router.verbs >= again.PRESSES | again.CHOICES
    assert set(again.COMMANDS) <= set(stage.bot.mentions)


@pytest.mark.parametrize(
    "forged",
    [
        "again.run:{me}:allocations-create:server:NWUwMDAwMDE",
        "again.run:{me}:allocations-notes:server:NWUwMDAwMDE:allocation:IzI:text:bWFw",
        "again.run:{me}:allocations-list:server:%",
        "again.run:{me}:allocations-delete:server:NWUwMDAwMDE",
        "again.run:{me}:allocations-list:colour:NWUwMDAwMDE",
        "again.run:{me}:allocations-list:server",
        "again.run:{me}:no-command",
        "again.run:{me}",
        "again.choose:{me}:pick-primary:5e000001:none:2",
        "again.choose:{me}:alloc-delete:5e000001:2:0:00000000",
        "again.choose:{me}:alloc-pick",
    ],
)
async def test_a_forged_repetition_changes_nothing(stage: Stage, world: World, forged: str) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await running("help")(stage, ann)

    seen = await stage.forge(ann, "v1:" + forged.format(me=ann.id), on=panel)

    assert "This message is from an earlier version of me" in seen.text
    assert stage.changes == []
