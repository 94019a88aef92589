"""Which server's list is shown: the one that is named, the only one, or the one chosen in the picker."""

from __future__ import annotations

import pytest

from tests.stage import Stage
from tests.world import World, add_servers


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
