"""What a search finds: ports, addresses, names and notes, the best of it first."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from tests.e2e.search.searching import AGED, FIND, found, user
from tests.stage import Stage
from tests.world import World


@pytest.mark.parametrize("text", ["25566", ":25566", " 25566 "])
async def test_a_port_is_found_on_every_server_that_has_it(stage: Stage, ann: Person, text: str) -> None:
    seen = await ann.run(FIND, text=text)

    assert seen.ephemeral
    assert "2 ports on 2 servers fit" in seen.text
    assert "I searched 2 servers of yours" in seen.text
    assert found(seen) == [
        "`203.0.113.7:25566` · voice lobby @ **Survival** `5e000001`",
        "`203.0.113.8:25566` @ **Creative** `5e000002`",
    ]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("play.example.com", "play.example.com:25565"),
        ("PLAY.example.com:25565", "play.example.com:25565"),
        ("203.0.113.7:25565", "play.example.com:25565"),
        ("example", "play.example.com:25565"),
        ("voice", "203.0.113.7:25566"),
        ("VOICE lobby", "203.0.113.7:25566"),
    ],
)
async def test_an_alias_an_ip_address_and_words_of_the_notes_are_found(ann: Person, text: str, address: str) -> None:
    seen = await ann.run(FIND, text=text)

    assert len(found(seen)) == 1
    assert found(seen)[0].startswith(f"`{address}`")
    assert "1 port on 1 server fits" in seen.text


@pytest.mark.parametrize("text", ["[2001:db8::10]:25570", "2001:DB8::10", "2001:db8"])
async def test_an_ipv6_address_is_found_with_and_without_its_brackets(
    stage: Stage, world: World, ann: Person, text: str
) -> None:
    world.state.add_server(user(world, "ann"), "Six", ip="2001:db8::10", ports=(25570,))

    seen = await ann.run(FIND, text=text)

    assert found(seen)[0].startswith("`[2001:db8::10]:25570`")


async def test_the_very_port_comes_before_what_only_contains_the_number(world: World, ann: Person) -> None:
    world.state.allocations[2].notes = "was 8123"
    world.state.assign(world.creative, 18123)
    world.state.assign(world.creative, 8123)

    seen = await ann.run(FIND, text="8123")

    assert [line.partition("`")[2].partition("`")[0] for line in found(seen)] == [
        "203.0.113.8:8123",
        "203.0.113.8:18123",
        "203.0.113.7:25566",
    ]


async def test_what_is_newer_than_what_was_read_is_looked_for_before_saying_no(
    stage: Stage, world: World, ann: Person
) -> None:
    await ann.run(FIND, text="25565")
    world.state.assign(world.creative, 31000)

    seen = await ann.run(FIND, text="31000")

    assert len(found(seen)) == 1
    assert AGED not in seen.text
    assert stage.asked == ["GET /", "GET /"]


async def test_nothing_that_fits_is_said_with_how_many_servers_were_searched(ann: Person) -> None:
    seen = await ann.run(FIND, text="nonsense")

    assert "No port, address or note on 2 servers of yours fits `nonsense`." in seen.text
    assert list(seen.buttons) == ["Search again", "My servers"]


async def test_a_blank_text_asks_for_something_and_nobody(stage: Stage, ann: Person) -> None:
    seen = await ann.run(FIND, text="  ")

    assert "There is nothing to look for" in seen.text
    assert list(seen.buttons) == ["My servers"]  # to try the same again helps nobody
    assert stage.asked == []


async def test_it_answers_from_what_is_known_and_says_how_old_that_is(stage: Stage, ann: Person) -> None:
    first = (await ann.run(FIND, text="25565")).text
    again = (await ann.run(FIND, text="voice")).text
    asked = list(stage.asked)
    anew = (await ann.press("Search again")).text

    assert AGED not in first
    assert AGED in again
    assert asked == ["GET /"]
    assert AGED not in anew
    assert stage.asked == ["GET /", "GET /"]


async def test_what_was_changed_through_the_bot_is_found_as_it_is_now(stage: Stage, ann: Person) -> None:
    await ann.run("allocations notes", server="Survival", allocation="25566", text="dynmap")

    assert found(await ann.run(FIND, text="voice")) == []
    assert len(found(await ann.run(FIND, text="dynmap"))) == 1


# Hostile texts
async def test_hostile_names_notes_and_texts_break_nothing(world: World, ann: Person) -> None:
    world.survival.name = "@everyone **x**\n⭐ `1.2.3.4:1` **Primary**"
    world.state.allocations[2].notes = "`voice` <@1> {/link} [a](https://x.example)\n▫️ `9.9.9.9:9`"

    seen = await ann.run(FIND, text="voice` <@1>")

    assert len(found(seen)) == 1
    assert "@everyone" not in seen.text
    assert "</link" not in seen.text
    assert "[a](" not in seen.text
