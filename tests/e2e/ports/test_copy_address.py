"""Copy address: the bare address as a private message's own text."""

from __future__ import annotations

from tests.stage import Stage
from tests.world import World


async def test_copy_address_answers_privately_with_the_bare_address_as_text(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")

    seen = await ann.press("Copy address")

    assert seen.message.content == "play.example.com:25565"
    assert seen.message.embeds == []
    assert seen.message.components == []
    assert seen.ephemeral
    assert seen.message.id != panel.message.id
    assert "2 of 5 ports used" in panel.text


async def test_copy_address_on_an_allocations_page_says_that_ones(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    await ann.choose("203.0.113.7:25566")

    seen = await ann.press("Copy address")

    assert seen.message.content == "203.0.113.7:25566"


async def test_copy_address_says_the_primary_as_it_is_now(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    world.survival.primary_id = 2

    seen = await ann.press("Copy address")

    assert seen.message.content == "203.0.113.7:25566"


async def test_copy_address_answers_a_slow_panel_privately_too(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")

    async with stage.slow_panel():
        waiting = await ann.press("Copy address")
        await stage.env.advance_time(1.6)

    seen = ann.saw(waiting.result)
    assert seen.message.content == "play.example.com:25565"
    assert seen.ephemeral
    assert seen.message.id != panel.message.id


async def test_an_address_that_discord_would_draw_otherwise_is_given_as_code(stage: Stage, world: World) -> None:
    world.state.assign(world.survival, 25565, "2001:db8:a::16")
    world.state.allocations[2].ip_alias = "my_cool_host.example.com"
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    shown = []
    for option in ("[2001:db8:a::16]:25565", "my_cool_host.example.com:25566"):
        await ann.choose(panel.options.get(option, option), on=panel)
        shown.append((await ann.press("Copy address")).message.content)
        panel = await ann.run("allocations list", server="Survival")

    assert shown == ["`[2001:db8:a::16]:25565`", "`my_cool_host.example.com:25566`"]


async def test_an_address_that_is_gone_or_that_there_is_none_of_says_what_to_do(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    page = await ann.choose("203.0.113.7:25566")
    world.state.release(world.state.allocations[2])
    gone = (await ann.press("Copy address", on=page)).text
    world.survival.primary_id = 99

    seen = await stage.forge(ann, f"v1:alloc.copy:{ann.id}:5e000001", on=panel)

    assert "That port is no longer there" in gone
    assert "There is no address to copy" in seen.text
    assert "make it the primary" in seen.text
