"""The manage panel: what it shows, which server is meant, and which controls are off and why."""

from __future__ import annotations

import pytest

from bot.demo.panel import Server
from tests.e2e.test_servers import add_servers
from tests.names import unnamed
from tests.stage import Stage
from tests.world import World


def fill_up(world: World, server: Server, number: int) -> None:
    """Give a server so many allocations in all, with ports from 26000 on."""
    server.limit = 100
    for port in range(26000, 26000 + number - len(world.state.allocations_of(server))):
        world.state.assign(server, port)


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


@pytest.mark.parametrize(
    "typed",
    ["5e000001", "5E000001", " 5e000001 ", "5e000001-0000-4000-8000-000000000001", "Survival", "survival", "SURV", "s"],
)
async def test_a_server_is_found_by_identifier_uuid_name_or_unique_prefix(
    stage: Stage, world: World, typed: str
) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server=typed)

    assert seen.embed.title == "Survival"


async def test_an_ambiguous_prefix_asks_which_one(stage: Stage, world: World) -> None:
    world.state.add_server(world.state.users[1], "Survival Two", ip="198.51.100.9")
    ann = await stage.linked("ann", world.ann)

    exact = (await ann.run("allocations list", server="survival")).text
    seen = await ann.run("allocations list", server="surv")

    assert "2 of 5 ports used" in exact
    assert "Which server do you mean?" in seen.text
    assert "2 of your servers match" in seen.text


async def test_an_unknown_server_name_says_so_and_offers_the_servers_there_are(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="Skyblock")

    assert "No such server" in seen.text
    assert list(seen.options) == ["Survival", "Creative"]
    assert stage.changes == []


async def test_a_server_newer_than_what_was_read_is_still_found(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    world.state.add_server(world.state.users[1], "Brand New", ip="198.51.100.9")

    seen = await ann.run("allocations list", server="brand")

    assert seen.embed.title == "Brand New"


async def test_a_mistyped_name_costs_one_look_at_the_panel(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Skyblock")
    warm = list(stage.asked)
    await stage.restart()
    stage.panel.requests.clear()

    await ann.run("allocations list", server="Skyblock")

    assert warm == ["GET /"]
    assert stage.asked == ["GET /"]


async def test_a_blank_server_counts_as_left_out(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    asked = (await ann.run("allocations list", server="  ")).text
    seen = await ann.run("allocations primary", server="  ", allocation="25566")

    assert "Which server?" in asked
    assert "No server was named." in seen.text
    assert stage.changes == []


async def test_somebody_elses_server_is_unknown_even_by_identifier(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server=world.solo.identifier)

    assert "no such server of yours" in seen.text
    assert "203.0.113.9" not in seen.text


async def test_a_name_that_looks_like_an_identifier_is_found_as_a_name(stage: Stage, world: World) -> None:
    named = world.state.add_server(world.state.users[1], "deadbeef", ip="198.51.100.9")
    ann = await stage.linked("ann", world.ann)
    await ann.run("servers")

    seen = await ann.run("allocations list", server="deadbeef")

    assert named.identifier in seen.text


async def test_a_person_with_one_server_gets_it(stage: Stage, world: World) -> None:
    dan = await stage.linked("dan", world.dan)

    seen = await dan.run("allocations list")

    assert seen.embed.title == "Solo"


async def test_a_person_with_several_servers_gets_a_picker_with_the_last_one_used_first(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Creative")

    seen = await ann.run("allocations list")

    assert "Which server?" in seen.text
    assert list(seen.options) == ["Creative", "Survival"]
    assert "✅ **Creative** · 2 of 2 ports used · last used" in seen.text


async def test_choosing_in_the_picker_opens_the_panel_in_place(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    picker = await ann.run("allocations list")

    seen = await ann.choose("Survival")

    assert seen.message.id == picker.message.id
    assert "2 of 5 ports used" in seen.text


async def test_the_picker_keeps_its_order_and_its_question_when_turned(stage: Stage, world: World) -> None:
    names = add_servers(world, 12)
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server=names[-1])

    first = await ann.run("allocations list")
    first_options = list(first.options)
    second = await ann.press("Next")
    second_title, second_options = second.embed.title, list(second.options)
    back = await ann.press("Previous")

    assert first_options == [names[-1], "Survival", "Creative", *names[:7]]
    assert second_options == names[7:-1]
    assert second_title == "Which server?"
    assert list(back.options) == first_options
    assert "last used" in back.text


async def test_a_person_without_servers_is_told_so(stage: Stage, world: World) -> None:
    eve = await stage.linked("eve", world.state.add_key(world.state.add_user("eve")))

    seen = await eve.run("allocations list")

    assert "has no servers" in seen.text


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


async def test_add_is_off_with_the_reason_when_the_limit_is_reached(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="Creative")

    assert seen.buttons["Add port"] is False
    assert "**Add port** is off until there is room: remove a port you no longer need" in seen.text


async def test_add_is_off_with_the_reason_when_no_limit_is_set(stage: Stage, world: World) -> None:
    world.survival.limit = None
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="Survival")

    assert "2 ports used\n" in seen.text
    assert seen.buttons["Add port"] is False
    assert "no allocation limit set, so none can be added. Ask your host to set one." in seen.text


async def test_add_is_off_with_the_permission_and_who_grants_it(stage: Stage, world: World) -> None:
    bob = await stage.linked("bob", world.bob)

    seen = await bob.run("allocations list", server="Survival")

    assert seen.buttons == {
        "Add port": False,
        "Add several…": False,
        "Refresh": True,
        "Copy address": True,
        "My servers": True,
        "Is it running?": True,
    }
    assert "You lack the panel permission `allocation.create`. Ask the server's owner to grant it" in seen.text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("suspended", "The server is suspended"),
        ("installing", "The server is installing"),
        ("install_failed", "The server is not installed"),
        ("restoring_backup", "The server is restoring a backup"),
    ],
)
async def test_add_is_off_with_the_state_of_the_server(stage: Stage, world: World, status: str, words: str) -> None:
    world.survival.status = status
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="Survival")

    assert f"⚠️ {words}" in seen.text
    assert seen.text.count(words) == 1
    assert seen.buttons["Add port"] is False


async def test_add_stays_on_after_a_failed_reinstallation(stage: Stage, world: World) -> None:
    world.survival.status = "reinstall_failed"
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="Survival")

    assert seen.buttons["Add port"] is True


async def test_add_is_off_once_the_panel_said_that_auto_allocation_is_off(stage: Stage, world: World) -> None:
    world.state.auto_allocation = False
    ann = await stage.linked("ann", world.ann)
    dan = await stage.linked("dan", world.dan)
    await ann.run("allocations list", server="Survival")

    refused = await ann.press("Add port")
    refused_words = refused.text
    seen = await ann.run("allocations list", server="Survival")
    other = await dan.run("allocations list")

    assert "❌ **{panel} lets nobody add ports by themselves**" in unnamed(refused_words)
    assert "Server auto\\-allocation is not enabled for this instance" in refused_words
    for panel in (seen, other):
        assert panel.buttons["Add port"] is False
        assert "lets nobody add ports by themselves. Your host can switch that on." in panel.text


async def test_add_is_on_again_once_a_creation_succeeded(stage: Stage, world: World) -> None:
    world.state.auto_allocation = False
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations create", server="Survival")
    world.state.auto_allocation = True

    await ann.run("allocations create", server="Survival")
    seen = await ann.run("allocations list", server="Survival")

    assert seen.buttons["Add port"] is True


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
