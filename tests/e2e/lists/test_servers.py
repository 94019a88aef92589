"""`/servers`: the list of a person's servers, and the step from there to a server's allocations."""

from __future__ import annotations

from typing import Any

from tests.stage import Stage
from tests.wire.payloads import BOT
from tests.world import World, add_servers


async def test_servers_shows_name_identifier_node_state_address_and_usage(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("servers")

    assert seen.ephemeral
    assert "2 servers on your panel account" in seen.text
    identifier = world.survival.identifier
    assert (
        f"✅ **Survival** · 2 of 5 ports used\n\u2003`play.example.com:25565` · node node1 · `{identifier}`"
        in seen.text
    )
    assert "✅ **Creative** · 2 of 2 ports used\n\u2003`203.0.113.8:25565`" in seen.text
    assert list(seen.options) == ["Survival", "Creative"]


async def test_servers_asks_the_panel_once_each_time(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("servers")
    await ann.run("servers")

    assert stage.asked == ["GET /", "GET /"]


async def test_servers_tells_the_state_in_icon_and_words(stage: Stage, world: World) -> None:
    world.creative.status = "suspended"
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("servers")

    assert "⚠️ **Creative** · suspended · 2 of 2 ports used" in seen.text


async def test_servers_says_where_no_limit_is_set(stage: Stage, world: World) -> None:
    world.creative.limit = None
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("servers")

    assert "2 ports used, and none can be added: its limit is not set" in seen.text


async def test_choosing_a_server_opens_its_allocations_in_place(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    listed = await ann.run("servers")
    stage.panel.requests.clear()

    seen = await ann.choose("Survival")

    assert seen.message.id == listed.message.id
    assert "2 of 5 ports used" in seen.text
    assert "Add port" in seen.buttons
    assert stage.asked == [f"GET /servers/{world.survival.identifier}"]


async def test_a_subusers_servers_are_listed_too(stage: Stage, world: World) -> None:
    world.state.add_subuser(world.solo, world.state.users[2], ["allocation.read"])
    bob = await stage.linked("bob", world.bob)

    seen = await bob.run("servers")

    assert "2 servers on your panel account" in seen.text
    assert list(seen.options) == ["Survival", "Solo"]


async def test_more_than_ten_servers_come_in_pages(stage: Stage, world: World) -> None:
    names = add_servers(world, 21)
    ann = await stage.linked("ann", world.ann)

    first = await ann.run("servers")
    first_words, first_options, first_buttons = first.text, list(first.options), first.buttons
    second = await ann.press("Next")
    second_words, second_options, second_buttons = second.text, list(second.options), second.buttons
    third = await ann.press("Next")

    assert "Page 1 of 3" in first_words
    assert first_options == ["Survival", "Creative", *names[:8]]
    assert first_buttons == {"Previous": False, "Next": True}
    assert "Page 2 of 3" in second_words
    assert second_options == names[8:18]
    assert second_buttons == {"Previous": True, "Next": True}
    assert "Page 3 of 3" in third.text
    assert list(third.options) == names[18:]
    assert third.buttons == {"Previous": True, "Next": False}
    assert third.message.id == first.message.id


async def test_turning_pages_does_not_ask_the_panel_again(stage: Stage, world: World) -> None:
    add_servers(world, 11)
    ann = await stage.linked("ann", world.ann)
    await ann.run("servers")
    stage.panel.requests.clear()

    await ann.press("Next")
    seen = await ann.press("Previous")

    assert "Page 1 of 2" in seen.text
    assert stage.asked == []


async def test_all_pages_of_the_panels_own_list_are_read(stage: Stage, world: World) -> None:
    add_servers(world, 118)
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("servers")

    assert "120 servers" in seen.text
    assert "Page 1 of 12" in seen.text
    assert stage.asked == ["GET /", "GET /"]


async def test_somebody_without_servers_is_told_how_they_appear(stage: Stage, world: World) -> None:
    eve = await stage.linked("eve", world.state.add_key(world.state.add_user("eve")))

    seen = await eve.run("servers")

    assert "has no servers" in seen.text
    assert "adds you under Users" in seen.text
    assert list(seen.buttons) == ["Look again"]
    world.state.add_server(world.state.users[max(world.state.users)], "Given at last", ip="203.0.113.99")
    assert "Given at last" in (await eve.press("Look again")).text


async def test_servers_works_in_direct_messages(stage: Stage, world: World) -> None:
    ann = stage.in_direct_messages("ann")
    await ann.link(world.ann)

    await ann.run("servers")
    seen = await ann.choose("Creative")

    assert seen.ephemeral
    assert "2 of 2 ports used" in seen.text


async def test_two_servers_of_the_same_name_can_be_told_apart(stage: Stage, world: World) -> None:
    twin = world.state.add_server(world.state.users[1], "Survival", ip="198.51.100.9", free_ports=())
    ann = await stage.linked("ann", world.ann)

    listed = (await ann.run("servers")).text
    opened = await ann.choose(twin.identifier)

    assert listed.count("**Survival**") == 2
    assert f"· `{world.survival.identifier}`" in listed
    assert f"`198.51.100.9:25565` · node node1 · `{twin.identifier}`" in listed
    assert "198.51.100.9" in opened.text


async def test_the_discord_servers_that_ready_lists_are_not_kept_in_memory(stage: Stage) -> None:
    listed = [{"id": str(number), "unavailable": True} for number in range(1, 2_501)]
    ready: Any = {"user": BOT, "guilds": listed, "shard": [0, 1], "session_id": "s"}
    state = stage.bot._connection

    state.parse_ready(ready)
    for task in state._ready_tasks.values():
        task.cancel()

    assert list(stage.bot.guilds) == []
