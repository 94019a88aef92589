"""The name that players type: who gives it, where it is shown, what is refused, and when it goes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

from bot.demo.panel import Flavour
from bot.demo.people import Person, Seen
from bot.settings import Settings
from tests.stage import Stage, open_stage
from tests.world import World

BOTH = pytest.mark.parametrize("stage", [Flavour.PTERODACTYL_1_11, Flavour.PELICAN], indirect=True)
VIEW = "GET /servers/5e000001"
NAME = "play.example.org"


async def named(person: Person, name: str = NAME, *, server: str = "Survival") -> Seen:
    """Give a server a name by the command."""
    return await person.run("allocations address", server=server, name=name)


# ------------------------------------------------------------------------------------------------- giving it


@BOTH
async def test_the_owner_says_under_which_name_players_join(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await named(ann)

    assert f"✅ Players type `{NAME}` from now on" in seen.text
    assert seen.ephemeral
    assert stage.changes == []


@BOTH
@pytest.mark.parametrize(
    ("permissions", "may"), [(["allocation.read", "allocation.update"], True), (["allocation.read"], False)]
)
async def test_who_has_allocation_update_says_it_and_who_has_not_is_refused_with_the_reason(
    stage: Stage, world: World, permissions: list[str], may: bool
) -> None:
    world.state.add_subuser(world.survival, world.state.users[2], permissions)
    ann, bob = await stage.linked("ann", world.ann), await stage.linked("bob", world.bob)

    seen = await named(bob)

    assert ("✅ Players type" in seen.text) is may
    assert ("grant you the panel permission `allocation.update`" in seen.text) is not may
    page = await ann.run("allocations address", server="Survival")
    assert (f"Players type `{NAME}`" in page.text) is may


async def test_an_administrator_who_reads_a_server_of_another_says_it_too(stage: Stage, world: World) -> None:
    world.state.users[4].admin = True
    dan = await stage.linked("dan", world.dan)

    seen = await named(dan, server="5e000001")

    assert "✅ Players type" in seen.text


async def test_it_belongs_to_the_server_and_everybody_who_reads_that_server_sees_it(stage: Stage, world: World) -> None:
    ann, bob = await stage.linked("ann", world.ann), await stage.linked("bob", world.bob)
    await bob.run("servers")
    await named(ann)

    page = (await bob.run("allocations address", server="Survival")).text
    listed = (await bob.run("allocations list", server="Survival")).text

    assert f"🌐 Players type `{NAME}`, as somebody else said <t:" in page
    assert f"🌐 Players type `{NAME}`" in listed


async def test_it_says_by_whom_it_was_given_to_that_person(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await named(ann)

    seen = await ann.run("allocations address", server="Survival")

    assert f"Players type `{NAME}`, as you said <t:" in seen.text
    assert "The primary is `play.example.com:25565`." in seen.text


async def test_a_button_on_the_primarys_page_leads_to_it_and_a_form_gives_it(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    await ann.choose("play.example.com:25565")

    page = await ann.press("Players' address")
    form = (await ann.press("Give a name…")).form
    seen = await ann.fill(name=f"  {NAME}:25577 ")

    assert form["title"] == "The name that players type"
    assert f"✅ Players type `{NAME}:25577` from now on" in seen.text
    assert page.message.id == seen.message.id == panel.message.id


async def test_only_the_primarys_page_has_the_button(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")

    seen = await ann.choose("203.0.113.7:25566")

    assert "Players' address" not in seen.buttons


async def test_the_form_shows_the_name_there_is_and_emptied_it_clears_it(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await named(ann, f"{NAME}:25577")
    await ann.run("allocations address", server="Survival")

    form = (await ann.press("Change name…")).form
    seen = await ann.fill(name="")

    field = form["components"][0]["component"]
    assert field["value"] == f"{NAME}:25577"
    assert not field.get("required", True)
    assert f"✅ Cleared the name.\nBefore: `{NAME}:25577`" in seen.text


async def test_the_form_opens_without_the_name_when_the_panel_does_not_tell_in_time(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await named(ann)
    page = await ann.run("allocations address", server="Survival")

    async with stage.slow_panel():
        waiting = await ann.press("Change name…", on=page)
        await stage.env.advance_time(1.9)

    field = ann.saw(waiting.result).form["components"][0]
    assert "value" not in field["component"]
    assert field["component"].get("required", True)
    assert field["description"] == "The panel did not tell in time what it is now."


async def test_a_new_name_takes_the_place_of_the_earlier_one_whoever_gave_that(stage: Stage, world: World) -> None:
    world.state.add_subuser(world.survival, world.state.users[2], ["allocation.read", "allocation.update"])
    ann, bob = await stage.linked("ann", world.ann), await stage.linked("bob", world.bob)
    await named(ann)

    seen = await named(bob, "mc.example.net")

    assert f"✅ Players type `mc.example.net` from now on, as everybody sees here.\nBefore: `{NAME}`" in seen.text


async def test_the_same_name_again_changes_nothing_and_says_so(stage: Stage, world: World) -> None:
    ann, bob = await stage.linked("ann", world.ann), await stage.linked("bob", world.bob)
    world.state.add_subuser(world.survival, world.state.users[2], ["allocation.read", "allocation.update"])
    await named(ann)

    seen = await named(bob, "PLAY.example.ORG.")

    assert "☑️ I had that name already. I changed nothing." in seen.text
    assert "as somebody else said" in seen.text


# ------------------------------------------------------------------------------------------------- clearing it


async def test_it_is_deleted_by_hand_with_an_empty_name_or_the_button(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await named(ann)
    by_name = (await named(ann, "")).text
    await named(ann)
    await ann.run("allocations address", server="Survival")

    by_button = await ann.press("Clear")

    assert by_name.startswith("Players' address · Survival\n✅ Cleared the name.")
    assert "✅ Cleared the name." in by_button.text
    assert "Clear" not in by_button.buttons
    assert (await named(ann, "")).text.count("There was no name to clear") == 1


async def test_who_gave_it_may_clear_it_without_the_permission_and_another_may_not(stage: Stage, world: World) -> None:
    world.state.add_subuser(world.survival, world.state.users[2], ["allocation.read", "allocation.update"])
    ann, bob = await stage.linked("ann", world.ann), await stage.linked("bob", world.bob)
    await named(bob)
    world.state.add_subuser(world.survival, world.state.users[2], ["allocation.read"])

    own = (await bob.run("allocations address", server="Survival")).buttons
    cleared = (await bob.press("Clear")).text
    await named(ann)
    others = await bob.run("allocations address", server="Survival")
    off = others.buttons["Clear"]
    refused = await stage.forge(bob, f"v1:join.clear:{bob.id}:5e000001", on=others)

    assert (own["Change name…"], own["Clear"]) == (False, True)
    assert "✅ Cleared the name" in cleared
    assert off is False
    assert "You may not change the name that players type" in refused.text


async def test_unlink_deletes_what_the_person_gave_and_nobody_sees_it_any_more(stage: Stage, world: World) -> None:
    world.state.add_subuser(world.survival, world.state.users[2], ["allocation.read", "allocation.update"])
    ann, bob = await stage.linked("ann", world.ann), await stage.linked("bob", world.bob)
    await named(bob)
    await named(ann, "creative.example.org", server="Creative")
    await ann.run("servers")
    await bob.run("unlink")
    await bob.press(next(label for label in bob.seen.buttons if label.startswith("Unlink")))

    servers = (await ann.run("servers")).text
    page = (await ann.run("allocations address", server="Survival")).text

    assert stage.stored_of(bob) == []
    assert NAME not in servers
    assert NAME not in page
    assert "creative.example.org" in servers


async def test_an_unlink_while_it_is_given_leaves_nothing(stage: Stage, world: World) -> None:
    ann, other = await stage.linked("ann", world.ann), stage.person("ann elsewhere")
    await other.link(world.ann)

    async with stage.slow_panel():
        giving = await named(ann)
        await stage.env.advance_time(1.6)
        unlinking = stage.bot.services.accounts.unlink(ann.id)
        await unlinking
    page = await other.run("allocations address", server="Survival")

    assert "✅" not in ann.saw(giving.result).text
    assert stage.stored_of(ann) == []
    assert NAME not in page.text


async def test_it_is_exported_to_who_gave_it_and_to_nobody_else(stage: Stage, world: World) -> None:
    ann, bob = await stage.linked("ann", world.ann), await stage.linked("bob", world.bob)
    await named(ann, f"{NAME}:25577")
    names = []
    for person in (ann, bob):
        await person.run("account")
        (file,) = (await person.press("Get it all as JSON")).message.attachments
        names.append(json.loads((await file.read()).decode())["names"])

    assert [(name["server"], name["name"]) for name in names[0]] == [("5e000001", f"{NAME}:25577")]
    assert names[0][0]["given_at"].endswith("+00:00")
    assert names[1] == []


async def test_it_is_kept_over_a_restart_and_a_panel_that_moves_to_https(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await named(ann)
    await stage.restart()

    seen = await ann.run("allocations list", server="Survival")

    assert f"🌐 Players type `{NAME}`" in seen.text


# ------------------------------------------------------------------------------------------------- shown first


@BOTH
async def test_the_list_shows_it_first_and_makes_one_call(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await named(ann)
    stage.panel.requests.clear()

    seen = await ann.run("allocations list", server="Survival")

    assert seen.embed.description is not None
    assert seen.embed.description.startswith(f"🌐 Players type `{NAME}`\n")
    assert "⭐ `play.example.com:25565` **Primary**" in seen.text
    assert stage.asked == [VIEW]


async def test_servers_shows_it_first(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await named(ann)

    seen = await ann.run("servers")

    assert f"`{NAME}` · `play.example.com:25565` · node" in seen.text
    option = next(
        o for part in seen.components if part["type"] == 3 for o in part["options"] if o["label"] == "Survival"
    )
    assert option["description"].startswith(NAME)


@pytest.mark.parametrize(("name", "copied"), [(NAME, NAME), ("münchen.example", "`münchen.example`")])
async def test_copy_address_says_it_alone(stage: Stage, world: World, name: str, copied: str) -> None:
    ann = await stage.linked("ann", world.ann)
    await named(ann, name)
    await ann.run("allocations list", server="Survival")
    of_server = (await ann.press("Copy address")).message.content
    await ann.run("allocations list", server="Survival")
    await ann.choose("203.0.113.7:25566")

    of_another = (await ann.press("Copy address")).message.content

    assert of_server == copied
    assert of_another == "203.0.113.7:25566"


async def test_post_address_here_shows_it_first(stage: Stage, world: World) -> None:
    ann, reader = await stage.linked("ann", world.ann), stage.person("reader")
    await named(ann)
    await ann.run("allocations list", server="Survival")
    await ann.press("Post address here")

    await ann.press("Post")

    posted = [message.content for message in stage.channel.history(viewer=reader.actor)]
    assert posted == [f"**Survival**: `{NAME}` · `play.example.com:25565`"]


async def test_a_name_that_changed_between_asking_and_posting_is_asked_about_again(stage: Stage, world: World) -> None:
    ann, reader = await stage.linked("ann", world.ann), stage.person("reader")
    await ann.run("allocations list", server="Survival")
    question = await ann.press("Post address here")
    await named(ann)

    seen = await ann.press("Post", on=question)

    assert "⚠️ The address or the name was changed since I asked" in seen.text
    assert f"`{NAME}` · `play.example.com:25565`" in seen.text
    assert [message.content for message in stage.channel.history(viewer=reader.actor)] == []


# ------------------------------------------------------------------------------------------------- the alias


@pytest.mark.parametrize(
    ("alias", "address", "says"),
    [
        ("play.example.com", "play.example.com:25565", "That is the panel's alias"),
        ("198.51.100.4", "198.51.100.4:25565", "Nobody gave a name"),
        ("play.example.com:25577", "play.example.com:25577", "That is the panel's alias"),
        ("198.51.100.4:25577", "198.51.100.4:25577", "Nobody gave a name"),
        ("2001:db8::7", "[2001:db8::7]:25565", "Nobody gave a name"),
        ("[2001:db8::7]:25577", "[2001:db8::7]:25577", "Nobody gave a name"),
        ("my server", "my server:25565", "Nobody gave a name"),
    ],
)
async def test_the_panels_alias_counts_where_nobody_gave_one_be_it_a_name_an_address_or_with_a_port(
    stage: Stage, world: World, alias: str, address: str, says: str
) -> None:
    world.state.allocations[1].ip_alias = alias
    ann = await stage.linked("ann", world.ann)

    page = (await ann.run("allocations address", server="Survival")).text
    listed = (await ann.run("allocations list", server="Survival")).text

    assert f"Players type `{address}`" in page
    assert says in page
    assert f"⭐ `{address}` **Primary**" in listed
    assert "🌐" not in listed


async def test_a_name_that_was_given_comes_before_the_alias(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await named(ann)

    seen = await ann.run("allocations address", server="Survival")

    assert f"Players type `{NAME}`" in seen.text
    assert "That is the panel's alias" not in seen.text


# ------------------------------------------------------------------------------------------------- refused

REFUSED = {
    "198.51.100.4": "It is an IP address, not a name.",
    "198.51.100.4:25565": "It is an IP address, not a name.",
    "[2001:db8::1]:25565": "It is an IP address, not a name.",
    "2001:db8::1": "It is an IP address, not a name.",
    "https://play.example.org": "It is the address of a web page",
    "localhost": "There is no dot in it",
    "play example.org": "There is a blank in it.",
    "my_host.example.org": "There is an underscore in it",
    "play..example.org": "two dots follow each other",
    "-play.example.org": "begins or ends with a hyphen",
    "play.example.org:": "What follows the colon is no port",
    "play.example.org:0": "What follows the colon is no port",
    "play.example.org:65536": "What follows the colon is no port",
    "play.example.org:mc": "What follows the colon is no port",
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

    assert "That is no name that players can type" in seen.text
    assert REFUSED[text] in seen.text
    assert stage.asked in (["GET /"], [])


async def test_a_key_pasted_in_its_place_is_not_said_again(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await named(ann, world.ann)

    assert "That is no name that players can type" in seen.text
    assert world.ann not in seen.text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("München.Example", "münchen.example"),
        ("例え.テスト", "例え.テスト"),
        ("xn--mnchen-3ya.example:25577", "münchen.example:25577"),
        ("faß.example", "faß.example"),
        ("PLAY.Example.org.", "play.example.org"),
    ],
)
async def test_letters_of_any_language_are_taken(stage: Stage, world: World, typed: str, shown: str) -> None:
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


# ------------------------------------------------------------------------------------------------- HIDE_IPS


@pytest.fixture(params=["off", "on"])
async def hiding(
    request: pytest.FixtureRequest, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Stage, bool]]:
    """Yield a stage whose operator has set HIDE_IPS, and whether to on."""
    plain = cast(property, Stage.settings).fget
    assert plain is not None

    def with_hiding(stage: Stage) -> Settings:
        return cast(Settings, plain(stage)).model_copy(update={"hide_ips": request.param})

    monkeypatch.setattr(Stage, "settings", property(with_hiding))
    async with open_stage(world.state, tmp_path) as stage:
        yield stage, request.param == "on"


async def _posted(stage: Stage, person: Person, server: str) -> tuple[str, list[str]]:
    """Post a server's address; return what the person saw when they pressed the button, and what the channel has."""
    await person.run("allocations list", server=server)
    asked = await person.press("Post address here")
    if "Post" in asked.buttons:
        await person.press("Post", on=asked)
    reader = stage.person("reader")
    return asked.text, [message.content or "" for message in stage.channel.history(viewer=reader.actor)]


@pytest.mark.parametrize("alias", [None, "198.51.100.4", "198.51.100.4:25577", "at 203.0.113.8"])
async def test_with_hide_ips_public_posts_never_show_a_bare_ip_and_that_is_said(
    hiding: tuple[Stage, bool], world: World, alias: str | None
) -> None:
    stage, hides = hiding
    primary = next(row for row in world.state.allocations.values() if row.id == world.creative.primary_id)
    primary.ip_alias = alias
    ann = await stage.linked("ann", world.ann)

    said, posts = await _posted(stage, ann, "Creative")

    assert ("This server has no name to post" in said) is hides
    assert ("no IP address. Nothing was posted." in said) is hides
    assert len(posts) == (0 if hides else 1)


async def test_with_hide_ips_the_name_is_posted_without_the_address(hiding: tuple[Stage, bool], world: World) -> None:
    stage, hides = hiding
    world.creative.name = "Creative 203.0.113.8:25565 [2001:db8::1] v1.21.4"
    ann = await stage.linked("ann", world.ann)
    await named(ann, server="5e000002")

    _, posts = await _posted(stage, ann, "5e000002")

    assert len(posts) == 1
    assert ("203.0.113.8" in posts[0]) is not hides
    assert ("2001:db8" in posts[0].replace("\\", "")) is not hides
    assert "1.21.4" in posts[0]
    assert f"`{NAME}`" in posts[0]


async def test_with_hide_ips_the_panels_alias_is_posted_where_it_is_a_name(
    hiding: tuple[Stage, bool], world: World
) -> None:
    stage, _ = hiding
    ann = await stage.linked("ann", world.ann)

    _, posts = await _posted(stage, ann, "Survival")

    assert posts == ["**Survival**: `play.example.com:25565`"]


# ------------------------------------------------------------------------------------------------- the page


@pytest.mark.parametrize("name", [None, NAME])
async def test_the_page_and_a_change_make_one_call_each_with_an_identifier(
    stage: Stage, world: World, name: str | None
) -> None:
    ann = await stage.linked("ann", world.ann)
    options = {} if name is None else {"name": name}

    await ann.run("allocations address", server="5e000001", **options)

    assert stage.asked == [VIEW]


async def test_without_the_permission_the_page_shows_the_name_and_says_who_may_change_it(
    stage: Stage, world: World
) -> None:
    bob = await stage.linked("bob", world.bob)

    seen = await bob.run("allocations address", server="Survival")

    assert seen.buttons == {"Give a name…": False, "Show allocations": True}
    assert "**Give a name…** is off. You lack the panel permission `allocation.update`." in seen.text


async def test_without_the_extra_nothing_is_looked_up_and_nothing_offers_it(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await named(ann)

    assert stage.bot.services.joining.resolver is None
    assert "Look again" not in seen.buttons
    assert "DNS leads" not in seen.text


async def test_show_allocations_leads_back_to_the_list(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    page = await ann.run("allocations address", server="Survival")

    seen = await ann.press("Show allocations")

    assert seen.message.id == page.message.id
    assert "2 of 5 ports used" in seen.text
