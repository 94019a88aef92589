"""After a change of the primary, where no game runs, or nobody can tell whether one does."""

from __future__ import annotations

from bot.demo.nameserver import NameServer
from bot.demo.panel.daemon import Process
from bot.demo.people import Person
from tests.e2e.checks import CheckingStage
from tests.e2e.naming.given import SRV, named
from tests.e2e.starts.back_again.primaries import LISTENS
from tests.world import SURVIVAL, World


async def test_a_server_that_is_offline_listens_nowhere_and_nothing_is_said_of_it(
    stage: CheckingStage, ann: Person, world: World, names: NameServer
) -> None:
    names.zone[SRV] = ["0 5 25566 node.example.org."]
    await named(ann)
    world.state.processes[world.survival.id] = Process.offline(stage.panel.now())

    seen = await ann.run("allocations primary", server=SURVIVAL, allocation="25566")

    assert "✅ No port needed: its DNS leads to `:25566`, the primary." in seen.text
    assert "listens on" not in seen.text


async def test_a_panel_that_cannot_tell_whether_it_runs_leaves_it_open(
    stage: CheckingStage, ann: Person, names: NameServer
) -> None:
    names.zone[SRV] = ["0 5 25566 node.example.org."]
    await named(ann)
    stage.panel.faults.answer(500, "{}", path="*/resources", times=None)

    seen = await ann.run("allocations primary", server=SURVIVAL, allocation="25566")

    assert f"{LISTENS} what was the primary when it was started, until it restarts" in seen.text


async def test_a_machine_that_is_away_leaves_it_open_too(
    stage: CheckingStage, ann: Person, world: World, names: NameServer
) -> None:
    names.zone[SRV] = ["0 5 25566 node.example.org."]
    await named(ann)
    world.state.nodes[world.survival.node_id].daemon.connects = False

    seen = await ann.run("allocations primary", server=SURVIVAL, allocation="25566")

    assert f"{LISTENS} what was the primary when it was started, until it restarts" in seen.text
