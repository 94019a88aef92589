"""A change that waits for another's turn reads anew, and who may not change anything keeps nobody waiting."""

from __future__ import annotations

from bot.demo.people import Person
from tests.names import unnamed
from tests.stage import Stage, changing
from tests.world import World


async def test_who_has_no_access_keeps_nobody_waiting(stage: Stage, ann: Person, world: World) -> None:
    dan = await stage.linked("dan", world.dan)

    async with stage.slow_panel(lambda request: request.headers["Authorization"].endswith(world.dan)):
        refused = await dan.run("allocations create", server="5e000001")
        seen = await ann.run("allocations notes", server="Survival", allocation="25566", text="map")
        told = seen.text

    assert "✅ Noted `" in told
    assert "{panel} knows no such server of yours" in unnamed(dan.saw(refused.result).text)


async def test_a_change_that_waited_for_its_turn_reads_anew(stage: Stage, ann: Person, world: World) -> None:
    world.survival.subusers[2] = ["allocation.read", "allocation.update"]
    bob = await stage.linked("bob", world.bob)

    async with stage.slow_panel(changing):
        await bob.run("allocations primary", server="5e000001", allocation="25566")
        waiting = await ann.run("allocations primary", server="5e000001", allocation="25565")

    assert "`203.0.113.7:25566` → `play.example.com:25565`" in ann.saw(waiting.result).text
