"""The list of a server's ports: what it shows, its pages, and the ways on from it."""

from __future__ import annotations

from tests.stage import Stage
from tests.world import World, fill_up


async def test_the_panel_shows_identifier_usage_addresses_primary_and_notes(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="Survival")

    assert seen.ephemeral
    assert seen.embed.title == "Survival"
    assert seen.text.splitlines() == [
        "Survival",
        "2 of 5 ports used",
        "\u200b",
        "⭐ `play.example.com:25565` **Primary**",
        "▫️ `203.0.113.7:25566` · voice lobby",
        f"Node node1 · Server {world.survival.identifier}",
    ]
    assert seen.buttons == {
        "Add port": True,
        "Add several…": True,
        "History": True,
        "Refresh": True,
        "Copy address": True,
        "Post address here": True,
        "My servers": True,
        "Restart…": True,
    }
    assert seen.options == {"play.example.com:25565": "1", "203.0.113.7:25566": "2"}


async def test_there_is_one_embed_and_nothing_else(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="Survival")

    assert len(seen.message.embeds) == 1
    assert seen.message.content == ""


async def test_ipv6_is_shown_in_brackets(stage: Stage, world: World) -> None:
    world.state.assign(world.survival, 25565, "2001:db8::16")
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="Survival")

    assert "`[2001:db8::16]:25565`" in seen.text


async def test_the_primary_comes_first_and_is_marked_with_icon_and_word(stage: Stage, world: World) -> None:
    world.survival.primary_id = 2
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="Survival")

    rows = [line for line in seen.text.splitlines() if line.startswith(("⭐", "▫️"))]
    assert rows[0] == "⭐ `203.0.113.7:25566` **Primary** · voice lobby"
    assert len([row for row in rows if "Primary" in row]) == 1


async def test_more_than_twenty_five_allocations_come_in_pages(stage: Stage, world: World) -> None:
    fill_up(world, world.survival, 60)
    ann = await stage.linked("ann", world.ann)

    first = await ann.run("allocations list", server="Survival")
    first_words, first_buttons, first_options = first.text, first.buttons, first.options
    second = await ann.press("Next")
    second_words, second_buttons, second_options = second.text, second.buttons, second.options
    last = await ann.press("Next")

    assert "60 of 100 ports used" in first_words
    assert "Page 1 of 3" in first_words
    assert (first_buttons["Previous"], first_buttons["Next"]) == (False, True)
    assert len(first_options) == first_words.count("\n▫️ `") + 1 == 25
    assert "Page 2 of 3" in second_words
    assert (second_buttons["Previous"], second_buttons["Next"]) == (True, True)
    assert len(second_options) == second_words.count("\n▫️ `") == 25
    assert not set(first_options) & set(second_options)
    assert "Page 3 of 3" in last.text
    assert (last.buttons["Previous"], last.buttons["Next"]) == (True, False)
    assert len(last.options) == 10
    assert last.message.id == first.message.id


async def test_twenty_five_allocations_need_no_pages(stage: Stage, world: World) -> None:
    fill_up(world, world.survival, 25)
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="Survival")

    assert "Page" not in seen.text
    assert "Next" not in seen.buttons
    assert len(seen.options) == 25


async def test_refresh_keeps_the_page_and_shows_what_is_there_now(stage: Stage, world: World) -> None:
    fill_up(world, world.survival, 60)
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    await ann.press("Next")
    world.state.allocations_of(world.survival)[27].notes = "written by somebody else"

    seen = await ann.press("Refresh")

    assert "Page 2 of 3" in seen.text
    assert "written by somebody else" in seen.text


async def test_refresh_on_a_page_that_is_gone_shows_the_last_one(stage: Stage, world: World) -> None:
    fill_up(world, world.survival, 26)
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    await ann.press("Next")
    world.state.release(world.state.allocations_of(world.survival)[-1])

    seen = await ann.press("Refresh")

    assert "25 of 100 ports used" in seen.text
    assert len(seen.options) == 25


async def test_without_read_permission_the_view_says_it_is_restricted(stage: Stage, world: World) -> None:
    cid = await stage.linked("cid", world.cid)

    seen = await cid.run("allocations list", server="Survival")

    assert "You see the primary only. You lack the panel permission `allocation.read`" in seen.text
    assert "At least 1 of 5 ports used" in seen.text
    assert "25566" not in seen.text
    assert "voice lobby" not in seen.text
    assert seen.buttons["Add port"] is True


async def test_a_server_without_a_primary_says_so_and_shares_nothing(stage: Stage, world: World) -> None:
    world.survival.primary_id = 3
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="Survival")

    assert "No port is the primary" in seen.text
    assert "Post address here" not in seen.buttons


async def test_my_servers_leads_from_every_list_to_the_servers_in_place(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")

    seen = await ann.press("My servers")

    assert seen.message.id == panel.message.id
    assert seen.embed.title == "Your servers"


async def test_a_panel_that_can_no_longer_be_edited_is_answered_with_a_fresh_one(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    old = await ann.run("allocations list", server="Survival")
    stage.env.inject_error("POST", "/interactions/*/callback", status=404, code=10008, message="Unknown Message")

    seen = await ann.press("Refresh")

    assert seen.message.id != old.message.id
    assert seen.ephemeral
    assert "2 of 5 ports used" in seen.text


async def test_a_panel_deleted_while_the_bot_was_waiting_is_answered_with_a_fresh_one(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    old = await ann.run("allocations list", server="Survival")
    stage.env.inject_error("PATCH", "/webhooks/*/@original", status=404, code=10008, message="Unknown Message")

    async with stage.slow_panel():
        waiting = await ann.press("Refresh")
        await stage.env.advance_time(2)

    seen = ann.saw(waiting.result)
    assert seen.message.id != old.message.id
    assert seen.ephemeral
    assert "2 of 5 ports used" in seen.text


async def test_the_panel_works_in_direct_messages(stage: Stage, world: World) -> None:
    ann = stage.in_direct_messages("ann")
    await ann.link(world.ann)

    assert list((await ann.suggest("allocations list", "server", "sur")).values()) == [world.survival.identifier]
    await ann.run("allocations list", server="Survival")
    added = await ann.press("Add port")

    assert added.ephemeral
    assert "3 of 5 ports used" in added.text
