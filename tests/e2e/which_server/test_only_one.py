"""The only server there is, or that may be meant, is shown at once."""

from __future__ import annotations

import pytest

from tests.e2e.which_server.meant import BOTH
from tests.stage import Stage
from tests.world import World


@BOTH
async def test_somebody_with_one_server_is_shown_it_at_once(stage: Stage, world: World) -> None:
    dan = await stage.linked("dan", world.dan)

    seen = await dan.run("servers")

    assert seen.embed.title == "Solo"
    assert "203.0.113.9:25565" in seen.text
    assert "Other people's servers" not in seen.buttons
    assert [path.partition("?")[0] for path in stage.asked] == ["GET /", "GET /servers/5e000003"]


@pytest.mark.parametrize(
    ("command", "options", "title"),
    [
        ("allocations list", {}, "Survival"),
        ("allocations list", {"find": "voice"}, "Survival"),
        ("allocations history", {}, "Your changes · Survival"),
        ("allocations address", {}, "Players' address · Survival"),
    ],
)
async def test_one_server_is_shown_at_once_without_a_picker_of_one(
    stage: Stage, world: World, command: str, options: dict[str, str], title: str
) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run(command, server="survivl", **options)

    assert seen.embed.title == title
    assert "🔎 None of your servers has that name, identifier or UUID. This is the only one that might be" in seen.text
    assert not [label for label in seen.buttons if label.startswith("Go on with")]
    assert ("🔎 Found 1 of 2 ports with “voice”" in seen.text) is bool(options)


@pytest.mark.parametrize("command", ["allocations list", "allocations create"])
async def test_a_command_without_a_server_takes_the_only_one(stage: Stage, world: World, command: str) -> None:
    dan = await stage.linked("dan", world.dan)

    seen = await dan.run(command)

    assert seen.embed.title == "Solo"


async def test_the_way_back_to_the_servers_shows_the_only_one_too(stage: Stage, world: World) -> None:
    dan = await stage.linked("dan", world.dan)
    listed = await dan.run("servers")

    seen = await stage.forge(dan, f"v1:servers.list:{dan.id}:0", on=listed)

    assert seen.embed.title == "Solo"


async def test_an_administrator_with_one_own_server_is_shown_it_with_the_way_to_those_of_others(
    stage: Stage, world: World
) -> None:
    next(user for user in world.state.users.values() if user.username == "dan").admin = True
    dan = await stage.linked("dan", world.dan)

    shown = await dan.run("servers")
    title = shown.embed.title
    others = await dan.press("Other people's servers")
    options = list(others.options)
    back = await dan.press("My servers")

    assert title == "Solo"
    assert options == ["Survival", "Creative"]
    assert back.embed.title == "Solo"
    assert "Other people's servers" in back.buttons


async def test_the_only_server_of_others_is_shown_at_once_and_named_as_such(stage: Stage, world: World) -> None:
    world.state.users[1].admin = True
    ann = await stage.linked("ann", world.ann)
    await ann.run("servers")

    seen = await ann.press("Other people's servers")

    assert seen.embed.title == "Solo"
    assert "Of other people's servers, you see only this one as an administrator" in seen.text


async def test_one_server_beside_some_that_cannot_be_listed_is_not_the_only_one(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    world.creative.primary_id = None

    seen = await ann.run("servers")

    assert list(seen.options) in (["Survival"], ["Survival", "Creative"])
    assert seen.embed.title == "Your servers"


@pytest.mark.parametrize("typed", ["surv", "Nowhere", "urviva"], ids=["several", "none", "one is meant"])
async def test_the_picker_leads_to_all_ones_servers_too(stage: Stage, world: World, twins: str, typed: str) -> None:
    ann = await stage.linked("ann", world.ann)
    picker = await ann.run("allocations delete", server=typed, allocation="25566")

    seen = await ann.press("My servers")

    assert seen.message.id == picker.message.id
    assert "3 servers on your panel account" in seen.text
    assert stage.changes == []
