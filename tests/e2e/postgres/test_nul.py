"""A name of the panel's with U+0000, which PostgreSQL keeps in no text."""

from __future__ import annotations

from tests.e2e.postgres.counted import Counted
from tests.world import SURVIVAL, World


async def test_a_server_whose_name_holds_what_nobody_sees_is_changed_as_any_other(
    on_server: Counted, world: World
) -> None:
    world.survival.name = "Sur\0vival"
    world.state.allocations_of(world.survival)[1].notes = "red\0 lobby"
    ann = await on_server.stage.linked("ann", world.ann)

    changed = (await ann.run("allocations notes", server=SURVIVAL, allocation="25566", text="blue lobby")).text
    history = (await ann.run("allocations history")).text

    assert "✅" in changed
    assert "Survival" in history
    assert on_server.found("SELECT server_name, outcome FROM changes") == [("Survival", "done")]
