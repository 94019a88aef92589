"""`/allocations find`: which of my servers has this port, this address or this note; one answer over all of them."""

from __future__ import annotations

import itertools

import aiohttp
import pytest

from bot.demo.panel import Flavour, User
from bot.demo.people import Person, Seen
from tests.e2e.naming.given import named
from tests.e2e.test_servers import add_servers
from tests.stage import Stage
from tests.world import World

FIND = "allocations find"
VIEW = "GET /servers/5e000001"
AGED = "some of it may have changed since"
OTHERS = "Other people's servers"


def user(world: World, name: str) -> User:
    return next(found for found in world.state.users.values() if found.username == name)


def found(seen: Seen) -> list[str]:
    """Return the ports that are seen as found, each with its server."""
    text = seen.embed.description or ""
    lines = text.splitlines()
    return [
        f"{line[line.index('`') :]} @ {after.strip().removeprefix('on ')}"
        for line, after in itertools.pairwise(lines)
        if line.startswith(("⭐", "▫️")) and after.startswith("\u2003on ")
    ]


async def linked(stage: Stage, name: str, key: str) -> Person:
    """Return somebody who has linked a key, with nothing of theirs known any more."""
    person = await stage.linked(name, key)
    await stage.restart()
    return person


@pytest.fixture
async def ann(stage: Stage, world: World) -> Person:
    """Return the owner of Survival and Creative."""
    return await linked(stage, "ann", world.ann)


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


@pytest.mark.parametrize("text", ["play.example.org", "PLAY.example.org:25577", "example.org", "org survival?"])
async def test_the_name_that_somebody_gave_is_found_on_the_primary(
    stage: Stage, world: World, ann: Person, text: str
) -> None:
    world.state.allocations[1].notes = "survival?"
    await named(ann, "play.example.org:25577")
    await stage.restart()
    stage.panel.requests.clear()

    seen = await ann.run(FIND, text=text)

    assert found(seen) == ["`play.example.com:25565` **Primary** · survival? @ **Survival** `5e000001`"]
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


async def test_choosing_one_opens_its_server_on_the_page_with_it_in_one_call(
    stage: Stage, world: World, ann: Person
) -> None:
    world.survival.limit = 100
    for port in range(30000, 30040):
        world.state.assign(world.survival, port)
    world.state.assign(world.survival, 30040, notes="the one")
    search = await ann.run(FIND, text="the one")
    stage.panel.requests.clear()

    seen = await ann.choose(next(iter(search.options)))

    assert stage.asked == [VIEW]
    assert seen.message.id == search.message.id
    assert seen.embed.title == "Survival"
    assert "🔎 ▫️ `203.0.113.7:30040` · the one" in seen.text
    assert "203.0.113.7:30040" in seen.options
    assert "play.example.com:25565" not in seen.options


async def test_choosing_one_that_is_gone_meanwhile_says_so_above_what_is_there(world: World, ann: Person) -> None:
    await ann.run(FIND, text="voice")
    world.state.release(world.state.allocations[2])

    seen = await ann.choose(next(iter(ann.seen.options)))

    assert "⚠️ The port that I found is no longer on this server." in seen.text
    assert "play.example.com:25565" in seen.options


async def test_many_results_come_in_pages_that_cost_no_further_call(stage: Stage, world: World, ann: Person) -> None:
    add_servers(world, 12)

    first = found(await ann.run(FIND, text="25565"))
    second = found(await ann.press("Next"))

    assert (len(first), len(second)) == (10, 4)
    assert not set(first) & set(second)
    assert ann.seen.buttons["Next"] is False
    assert stage.asked == ["GET /"]


async def test_buttons_of_a_search_work_after_a_restart(stage: Stage, world: World, ann: Person) -> None:
    add_servers(world, 12)
    await ann.run(FIND, text="25565")
    await stage.restart()

    seen = await ann.press("Next")

    assert len(found(seen)) == 4


async def test_a_text_too_long_for_a_button_waits_in_memory_and_is_asked_for_when_that_is_gone(
    stage: Stage, world: World, ann: Person
) -> None:
    if stage.texts_stay:
        pytest.skip("a database of a server keeps it")
    world.state.allocations[2].notes = "ä" * 60
    await ann.run(FIND, text="ä" * 60)
    again = found(await ann.press("Search again"))
    await stage.restart()

    seen = await ann.press("Search again")

    assert len(again) == 1
    assert "I no longer know what you searched for" in seen.text
    assert "</allocations find:" in seen.text
    assert list(seen.buttons) == ["My servers"]
    assert "2 servers" in (await ann.press("My servers")).text


# What could not be searched


async def test_servers_that_show_one_port_at_most_are_named_with_the_permission_and_who_grants_it(
    stage: Stage, world: World
) -> None:
    cid = await linked(stage, "cid", world.cid)

    seen = await cid.run(FIND, text="voice")

    assert "No port, address or note on 1 server of yours fits" in seen.text
    assert "On 1 server that others own, I see at most one port: **Survival** `5e000001`" in seen.text
    assert "you lack the panel permission `allocation.read` there, and I could not search them, nor any notes" in (
        seen.text
    )
    assert "Ask the owner to grant it on" in seen.text


async def test_a_server_on_which_one_may_read_is_searched_whole_and_not_called_hidden(
    stage: Stage, world: World
) -> None:
    bob = await linked(stage, "bob", world.bob)
    world.state.add_subuser(world.solo, user(world, "bob"), ["allocation.read"])
    unsure = (await bob.run(FIND, text="voice")).text
    await bob.run("allocations list", server="Solo")

    seen = await bob.run(FIND, text="voice")

    assert "On 1 server that others own, I see at most one port: **Solo**" in unsure
    assert len(found(seen)) == 1
    assert "allocation.read" not in seen.text


@pytest.mark.parametrize("stage", [Flavour.PELICAN], indirect=True, ids=str)
async def test_a_server_at_which_the_panel_fails_is_said_to_be_missing(stage: Stage, world: World) -> None:
    cid = await linked(stage, "cid", world.cid)
    world.state.add_subuser(world.solo, user(world, "cid"), ["allocation.create"])
    world.survival.primary_id = None

    seen = await cid.run(FIND, text="25565")

    assert found(seen) == ["`203.0.113.9:25565` **Primary** @ **Solo** `5e000003`"]
    assert "⚠️ One server you are a member of cannot be listed" in seen.text


async def test_somebody_without_servers_is_told_that_there_is_nothing_to_search(stage: Stage, world: World) -> None:
    eve = await linked(stage, "eve", world.state.add_key(world.state.add_user("eve")))

    seen = await eve.run(FIND, text="25565")

    assert "shows me no servers of yours, so there is nothing to search for `25565`" in seen.text


# Administrators


async def test_an_administrator_searches_their_own_first_and_those_of_others_by_a_button(
    stage: Stage, world: World
) -> None:
    admin = world.state.add_user("ada", admin=True)
    world.state.add_server(admin, "Office", ip="203.0.113.20", ports=(25565,))
    ada = await linked(stage, "ada", world.state.add_key(admin))

    own = found(await ada.run(FIND, text="25565"))
    asked = list(stage.asked)
    theirs = await ada.press(OTHERS)
    others, words = found(theirs), theirs.text
    back = await ada.press("Search yours")

    assert own == ["`203.0.113.20:25565` **Primary** @ **Office** `5e000004`"]
    assert asked == ["GET /"]
    assert [line.partition("@ ")[2] for line in others] == [
        "**Survival** `5e000001`",
        "**Creative** `5e000002`",
        "**Solo** `5e000003`",
    ]
    assert "I searched 3 servers of other people" in words
    assert "allocation.read" not in words  # an administrator sees everything
    assert found(back) == own
    assert stage.asked == ["GET /", "GET /"]


async def test_an_administrator_opens_what_was_found_on_a_server_of_somebody_else(stage: Stage, world: World) -> None:
    ada = await linked(stage, "ada", world.state.add_key(world.state.add_user("ada", admin=True)))
    nothing = (await ada.run(FIND, text="voice")).text
    await ada.press(OTHERS)

    seen = await ada.choose("5e000001-2")

    assert "shows me no servers of yours" in nothing
    assert f"**{OTHERS}** searches those" in nothing
    assert "🔎 ▫️ `203.0.113.7:25566` · voice lobby" in seen.text


async def test_who_is_no_administrator_is_not_shown_others_even_by_a_forged_button(
    stage: Stage, world: World, ann: Person
) -> None:
    seen = await ann.run(FIND, text="25565")
    assert OTHERS not in seen.buttons
    stage.panel.requests.clear()

    forged = await stage.forge(ann, f"v1:search.list:{ann.id}:others:0:known:tMjU1NjU", on=seen)

    assert "shows other people's servers only to its administrators" in forged.text
    assert stage.asked == []


# Five hundred servers


async def test_five_hundred_servers_are_searched_in_one_call_a_page_and_no_more(stage: Stage, world: World) -> None:
    ann = await linked(stage, "ann", world.ann)
    add_servers(world, 498)
    world.state.allocations_of(list(world.state.servers.values())[-1])[0].notes = "needle"

    seen = await ann.run(FIND, text="needle")

    assert "I searched 500 servers of yours" in seen.text
    assert len(found(seen)) == 1
    assert stage.asked == ["GET /"] * 5
    assert {call.path.partition("page=1")[0].partition("?")[0] for call in stage.panel.requests} == {"/api/client"}


async def test_a_long_search_is_answered_in_time_and_tells_how_far_it_is(stage: Stage, world: World) -> None:
    ann = await linked(stage, "ann", world.ann)
    add_servers(world, 498)

    def third(request: aiohttp.TraceRequestStartParams) -> bool:
        return request.url.query.get("page") == "3"

    async with stage.slow_panel(third):
        waiting = await ann.run(FIND, text="voice")
        assert not waiting.result.acknowledged
        await stage.env.advance_time(1.6)
        assert waiting.result.acknowledged
        await stage.env.advance_time(0.6)
        meanwhile = ann.saw(waiting.result).text

    assert "I have read 200 of 500 servers so far" in meanwhile
    seen = ann.saw(waiting.result)
    assert len(found(seen)) == 1
    assert "I searched 500 servers of yours" in seen.text


async def test_before_the_first_page_has_come_it_says_whom_it_asks(stage: Stage, world: World, ann: Person) -> None:
    async with stage.slow_panel():
        waiting = await ann.run(FIND, text="voice")
        await stage.env.advance_time(2.1)
        meanwhile = ann.saw(waiting.result).text

    assert "🔎 Searching" in meanwhile
    assert "for the servers" in meanwhile
    assert len(found(ann.saw(waiting.result))) == 1


async def test_two_searches_at_once_share_one_reading(stage: Stage, world: World, ann: Person) -> None:
    async with stage.slow_panel():
        first = await ann.run(FIND, text="voice")
        second = await ann.run(FIND, text="25565")
        await stage.env.advance_time(2)

    assert stage.asked == ["GET /"]
    assert len(found(ann.saw(first.result))) == 1
    assert len(found(ann.saw(second.result))) == 2


async def test_a_panel_that_fails_is_told_with_a_button_that_searches_again(stage: Stage, ann: Person) -> None:
    stage.panel.faults.maintenance(times=1)

    refused = (await ann.run(FIND, text="voice")).text
    seen = await ann.press("Try again")

    assert "is in maintenance" in refused
    assert len(found(seen)) == 1


# Hostile texts


async def test_hostile_names_notes_and_texts_break_nothing(world: World, ann: Person) -> None:
    world.survival.name = "@everyone **x**\n⭐ `1.2.3.4:1` **Primary**"
    world.state.allocations[2].notes = "`voice` <@1> {/link} [a](https://x.example)\n▫️ `9.9.9.9:9`"

    seen = await ann.run(FIND, text="voice` <@1>")

    assert len(found(seen)) == 1
    assert "@everyone" not in seen.text
    assert "</link" not in seen.text
    assert "[a](" not in seen.text
