"""Searching by the name that somebody gave a server for its players to type."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from tests.e2e.naming.given import named
from tests.e2e.search.searching import FIND, found
from tests.stage import Stage
from tests.world import World


@pytest.mark.parametrize("text", ["play.example.org", "PLAY.example.org:25577", "example.org", "org survival?"])
async def test_the_name_that_somebody_gave_is_found_on_the_primary(
    stage: Stage, world: World, ann: Person, text: str
) -> None:
    world.state.allocations[1].notes = "survival?"
    await named(ann, "play.example.org:25577")
    await stage.restart()
    stage.panel.requests.clear()

    seen = await ann.run(FIND, text=text)

    assert found(seen) == [
        "`play.example.com:25565` **Primary** · survival? @ **Survival** `5e000001` · 🌐 `play.example.org:25577`"
    ]
    assert stage.asked == ["GET /"]


@pytest.mark.parametrize("text", ["münchen.example", "xn--mnchen-3ya.example"])
async def test_a_name_is_found_as_people_write_it_and_as_dns_knows_it(ann: Person, text: str) -> None:
    await named(ann, "München.Example")

    assert len(found(await ann.run(FIND, text=text))) == 1


async def test_the_very_name_comes_before_what_only_has_it_in_its_notes(world: World, ann: Person) -> None:
    world.state.allocations[2].notes = "was play.example.org"
    await named(ann)

    seen = await ann.run(FIND, text="play.example.org")

    assert [line.partition("`")[2].partition("`")[0] for line in found(seen)] == [
        "play.example.com:25565",
        "203.0.113.7:25566",
    ]


async def test_what_was_read_before_a_name_was_given_shows_it_to_whoever_gave_it_and_to_others(
    stage: Stage, world: World, ann: Person
) -> None:
    world.state.add_subuser(world.survival, world.state.users[2], ["allocation.read"])
    bob = await stage.linked("bob", world.bob)
    for person in (ann, bob):
        await person.run(FIND, text="25565")
    await named(ann)

    seen = [found(await person.run(FIND, text="25565"))[0] for person in (ann, bob)]

    assert [line.endswith("**Survival** `5e000001` · 🌐 `play.example.org`") for line in seen] == [True, True]


@pytest.mark.parametrize(
    ("given", "text", "address"),
    [
        ("play.example.org", "PLAY.example.org:25565", "play.example.com:25565"),
        ("play.example.org", " play.example.org:25566 ", "203.0.113.7:25566"),
        ("München.Example", "xn--mnchen-3ya.example:25565", "play.example.com:25565"),
        ("play.example.org:25577", "play.example.org:25565", "play.example.com:25565"),
        ("play.example.org", "play.example.org:25599", None),
        ("play.example.org", "play.example.org:2556", None),
        ("play.example.org", "play.example.net:25565", None),
        ("play.example.org", "example.org:25565", None),
    ],
)
async def test_a_port_typed_after_the_name_finds_that_port_of_the_server_with_the_name(
    stage: Stage, ann: Person, given: str, text: str, address: str | None
) -> None:
    await named(ann, given)
    await stage.restart()

    hits = found(await ann.run(FIND, text=text))
    narrowed = await ann.run("allocations list", server="Survival", find=text)

    shown = [] if address is None else [address]
    assert [hit.partition("`")[2].partition("`")[0] for hit in hits] == shown
    assert list(narrowed.options) == shown


async def test_a_server_is_meant_by_its_name_with_a_port_of_its_own_and_suggested_by_it(ann: Person) -> None:
    await named(ann)

    suggested = await ann.suggest("allocations list", "server", "play.example.org:25565")
    seen = await ann.run("allocations list", server="Play.example.org:25565")

    assert list(suggested.values()) == ["5e000001"]
    assert seen.embed.title == "Survival"
    assert "2 of 5 ports used" in seen.text


async def test_a_list_is_narrowed_by_the_name_that_stands_on_top_of_it(stage: Stage, ann: Person) -> None:
    await named(ann)
    await ann.run("allocations list", server="Survival", find="play.example.org")

    assert list(ann.seen.options) == ["play.example.com:25565"]


async def test_a_server_is_meant_by_the_name_that_players_type(ann: Person) -> None:
    await named(ann)

    seen = await ann.run("allocations list", server="Play.example.org")

    assert seen.embed.title == "Survival"
    assert "2 of 5 ports used" in seen.text
