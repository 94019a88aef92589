"""Changes on a panel that is slow, was killed or is asked for two servers at once: found when they come."""

from __future__ import annotations

from bot.demo.people import Person
from tests.e2e.crowd import without_waiting
from tests.e2e.trouble import TroubledStage
from tests.names import unnamed
from tests.world import SURVIVAL, World

# ----------------------------------------------------------------------------------- a slow or a killed panel


async def test_on_a_panel_that_takes_14_seconds_a_creation_is_found_when_it_comes(
    stage: TroubledStage, bob: Person, world: World
) -> None:
    hold = stage.panel.faults.hold(method="POST")
    stage.watch_requests()
    async with stage.waiting_for("POST"):
        waiting = await bob.run("allocations create", server=SURVIVAL)
        await hold.arrived.wait()
    await stage.env.advance_time(12.5)
    await stage.env.advance_time(1.5)
    early = bob.saw(waiting.result).text
    hold.release()
    await stage.panel.idle()
    for _ in range(4):
        await stage.env.advance_time(1)

    text = bob.saw(waiting.result).text

    assert "❌" not in early
    assert "❔ Very likely added" in text
    assert len(world.state.allocations_of(world.survival)) == 3


async def test_a_list_asked_for_after_a_change_is_not_one_that_is_being_read_since_before_it(
    stage: TroubledStage, ann: Person
) -> None:
    hold = stage.panel.faults.hold(method="GET", path="/api/client", before_apply=False)
    stage.watch_requests()
    async with stage.waiting_for("GET"):
        await ann.run("servers")
        await hold.arrived.wait()
    await ann.run("allocations create", server=SURVIVAL)

    seen = await ann.run("servers")
    text = seen.text if seen.answered else ""
    hold.release()
    await stage.env.settle()

    assert "3 of 5 ports used" in text


async def test_while_it_looks_the_bot_says_so_and_offers_nothing_to_press(stage: TroubledStage, bob: Person) -> None:
    stage.panel.faults.reset_before(method="POST")

    seen = await bob.run("allocations notes", server=SURVIVAL, allocation="25566", text="map")

    assert "⏳ The answer from {panel} was lost" in unnamed(seen.text)
    assert "For up to 10 seconds" in seen.text
    assert seen.components == []


async def test_a_promotion_on_a_panel_that_was_killed_is_found_once_it_is_back(
    stage: TroubledStage, bob: Person, world: World
) -> None:
    stage.panel.faults.reset_after(method="POST")
    stage.panel.faults.hold(method="GET").release()
    stage.panel.faults.html_bad_gateway(method="GET", times=3)

    seen = await stage.looked(await bob.run("allocations primary", server=SURVIVAL, allocation="25566"), bob)

    assert "✅ Made primary" in seen.text
    assert "so I looked: this is what the server has now" in seen.text


async def test_a_slow_promotion_is_found_when_it_comes_by_one_who_sees_the_primary_only(
    stage: TroubledStage, world: World
) -> None:
    world.survival.subusers[3] = ["allocation.update"]
    cid = await stage.linked("cid", world.cid)
    await cid.run("allocations primary", server=SURVIVAL, allocation="#2")
    stage.panel.faults.reset_before(method="POST")

    early = (await cid.press("Make #2 the primary")).text
    await stage.env.advance_time(1)
    world.survival.primary_id = 2
    for _ in range(3):
        await stage.env.advance_time(1)
    text = cid.saw(cid.seen.result).text

    assert "For up to 10 seconds" in early
    assert "✅ Made primary `play.example.com:25565` → `203.0.113.7:25566`." in text


# ------------------------------------------------------------------------------------------- one node, one IP


async def test_two_creations_on_two_servers_of_one_node_are_not_told_the_same_address(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    user = next(user for user in world.state.users.values() if user.username == "dan")
    neighbour = world.state.add_server(user, "Neighbour", limit=5, ip="203.0.113.7", ports=(25700,), free_ports=())
    dan = await stage.linked("dan", world.dan)
    stage.panel.database.takes(0.08)
    stage.panel.chance.row = lambda rows: min(rows, key=lambda row: row.id)

    with without_waiting(stage):
        first = await ann.run("allocations create", server=SURVIVAL)
        second = await dan.run("allocations create", server=neighbour.identifier)
    await stage.env.settle()

    (mine,) = (row for row in world.state.allocations_of(world.survival) if row.id > 2)
    (others,) = (row for row in world.state.allocations_of(neighbour) if row.port != 25700)
    assert mine.id != others.id
    assert f"✅ Added `203.0.113.7:{mine.port}`" in ann.saw(first.result).text
    assert f"✅ Added `203.0.113.7:{others.port}`" in dan.saw(second.result).text


async def test_a_creation_holds_others_on_its_node_up_only_until_the_panel_has_answered_it(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    user = next(user for user in world.state.users.values() if user.username == "dan")
    neighbour = world.state.add_server(user, "Neighbour", limit=5, ip="203.0.113.7", ports=(25700,), free_ports=())
    dan = await stage.linked("dan", world.dan)

    async with stage.slow_panel(lambda request: request.method == "POST" and request.url.name.isdigit()):
        mine = await ann.run("allocations create", server=SURVIVAL, notes="voice")
        others = await dan.run("allocations create", server=neighbour.identifier)

    assert "✅ Added" in others.text
    assert "✅ Added" in ann.saw(mine.result).text
