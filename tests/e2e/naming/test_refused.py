"""What is no name that players can type, and which servers are given none."""

from __future__ import annotations

import pytest

from tests.e2e.naming.given import BOTH, NAME, VIEW, named
from tests.stage import Stage
from tests.world import World

REFUSED = {
    "198.51.100.4": "It is an IP address, not a name.",
    "198.51.100.4:25565": "It is an IP address, not a name.",
    "[2001:db8::1]:25565": "It is an IP address, not a name.",
    "2001:db8::1": "It is an IP address, not a name.",
    "https://play.example.org": "It is the address of a web page",
    "localhost": "There is no dot in it",
    "play example.org": "There is a space in it.",
    "my_host.example.org": "There is an underscore in it",
    "play..example.org": "two dots follow each other",
    "-play.example.org": "begins or ends with a hyphen",
    "play.example.org:": "What follows the colon is not a port",
    "play.example.org:0": "What follows the colon is not a port",
    "play.example.org:65536": "What follows the colon is not a port",
    "play.example.org:mc": "What follows the colon is not a port",
    "play.example.org:1:2": "There is more than one colon in it.",
    ":25565": "There is no name in it.",
    "1.2.3": "Its last part is a number",
    f"{'a' * 64}.example.org": "has more than 63 characters",
    ".".join(["abcdefgh"] * 32): "It has more than the 253 characters",
    "play!.example.org": "There is a character in it that no name can have",
    "*.example.org": "There is a character in it that no name can have",
    "@everyone.example.org": "There is a character in it that no name can have",
    "play.\u202eexample.org": "There is a character in it that no name can have",
}


@pytest.mark.parametrize("text", REFUSED)
async def test_a_text_that_is_no_host_name_is_refused_with_the_reason(stage: Stage, world: World, text: str) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await named(ann, text)

    assert "That is not a name that players can type" in seen.text
    assert REFUSED[text] in seen.text
    assert {"Give a name…", "Show allocations"} == set(seen.buttons)
    assert stage.asked in (["GET /", VIEW], [VIEW])


async def test_who_may_not_give_a_name_is_not_asked_for_a_better_one(stage: Stage, world: World) -> None:
    world.state.add_subuser(world.survival, world.state.users[2], ["allocation.read"])
    bob = await stage.linked("bob", world.bob)

    seen = await named(bob, "not a name")

    assert "You may not change the name that players type" in seen.text
    assert "Give a name…" not in seen.buttons


async def test_a_key_pasted_in_its_place_is_not_said_again(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await named(ann, world.ann)

    assert "That is not a name that players can type" in seen.text
    assert world.ann not in seen.text


async def test_a_refused_name_of_the_form_is_given_back_on_the_page_with_the_form(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    page = await named(ann)
    form = await ann.press("Change name…")

    seen = await ann.fill(on=form, name="play_example.org")

    assert seen.message.id == page.message.id
    assert seen.embed.title == "Players' address · Survival"
    assert "❌ **That is not a name that players can type**" in seen.text
    assert "There is an underscore in it" in seen.text
    assert "**Yours, as you typed it**\n> play_example.org" in seen.text.replace("\\", "")
    assert f"🌐 Players type `{NAME}`" in seen.text
    assert {"Change name…", "Clear", "Show allocations"} <= set(seen.buttons)


async def test_a_key_pasted_into_the_form_is_not_said_again(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations address", server="Survival")
    form = await ann.press("Give a name…")

    seen = await ann.fill(on=form, name=world.ann)

    assert "That is not a name that players can type" in seen.text
    assert "as you typed it" not in seen.text
    assert world.ann not in seen.text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("München.Example", "münchen.example"),
        ("例え.テスト", "例え.テスト"),
        ("xn--mnchen-3ya.example:25577", "münchen.example:25577"),
        ("faß.example", "faß.example"),
        ("PLAY.Example.org.", "play.example.org"),
        ("play.example.org:1", "play.example.org:1"),
        ("play.example.org:65535", "play.example.org:65535"),
    ],
)
async def test_letters_of_any_language_and_any_port_are_taken(
    stage: Stage, world: World, typed: str, shown: str
) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await named(ann, typed)

    assert f"✅ Players type `{shown}` from now on" in seen.text


@BOTH
async def test_a_server_without_a_port_in_use_is_given_no_name(stage: Stage, world: World) -> None:
    for row in list(world.state.allocations.values()):
        if row.server_id == world.survival.id:
            world.state.release(row)
    world.survival.primary_id = 99
    ann = await stage.linked("ann", world.ann)

    seen = await named(ann, server="5e000001")

    assert "This server has no port that a name could lead to" in seen.text


async def test_a_server_that_is_not_the_persons_is_given_no_name_and_shows_none(stage: Stage, world: World) -> None:
    ann, dan = await stage.linked("ann", world.ann), await stage.linked("dan", world.dan)
    await named(ann)
    page = await dan.run("help")

    tried = (await named(dan, "mine.example.org", server="5e000001")).text
    shown = (await stage.forge(dan, f"v1:join.show:{dan.id}:5e000001", on=page)).text
    form = (await stage.forge(dan, f"v1:join.form:{dan.id}:5e000001", on=page)).text

    assert "✅" not in tried
    assert all(NAME not in words for words in (tried, shown, form))
    assert "knows no such server of yours" in shown
    assert f"`{NAME}`" in (await ann.run("allocations address", server="Survival")).text


@pytest.mark.parametrize("fits", ["none", "several"])
async def test_a_refused_name_of_the_command_is_given_back_on_the_page_of_the_server_that_was_chosen(
    stage: Stage, world: World, fits: str
) -> None:
    if fits == "several":
        world.state.add_server(world.state.users[1], "Survival Two", ip="198.51.100.9", free_ports=())
    ann = await stage.linked("ann", world.ann)
    picker = await named(ann, "play_example.org", server="surv" if fits == "several" else "Survvival")

    seen = await (ann.choose("5e000001") if fits == "several" else ann.press("Go on with Survival"))

    assert seen.message.id == picker.message.id
    assert seen.embed.title == "Players' address · Survival"
    assert "❌ **That is not a name that players can type**" in seen.text
    assert "**Yours, as you typed it**\n> play_example.org" in seen.text.replace("\\", "")
    assert {"Give a name…", "Show allocations"} <= set(seen.buttons)


async def test_a_key_of_the_command_is_not_said_again_once_the_server_is_chosen(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await named(ann, world.ann, server="Survvival")

    seen = await ann.press("Go on with Survival")

    assert seen.embed.title == "Players' address · Survival"
    assert "as you typed it" not in seen.text
    assert world.ann not in seen.text
