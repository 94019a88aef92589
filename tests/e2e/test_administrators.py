"""An administrator of the panel: their own servers as ever, those of others apart, and nobody else asks for those."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.demo.people import Person
from tests.e2e.trouble import TroubledStage, open_troubled_stage
from tests.names import unnamed
from tests.stage import Stage
from tests.world import World, add_servers

OWN, OTHERS = "per_page=100&page=1", "per_page=100&page=1&type=admin"


def queries(stage: Stage) -> list[str]:
    """Return what was asked of the list of servers, by query."""
    paths = [call.path.partition("?") for call in stage.panel.requests]
    return [query for path, _, query in paths if path.rstrip("/") == "/api/client"]


@pytest.fixture
async def ada(stage: Stage, world: World) -> Person:
    """Return an administrator with one server of her own, beside the three of others."""
    user = world.state.add_user("ada", admin=True)
    world.state.add_server(user, "Office", limit=3, ip="203.0.113.20", ports=(25565,), free_ports=range(25570, 25573))
    return await stage.linked("ada", world.state.add_key(user))


async def test_an_administrators_own_list_is_one_call_and_holds_only_their_own(
    stage: Stage, world: World, ada: Person
) -> None:
    user = next(user for user in world.state.users.values() if user.username == "ada")
    world.state.add_server(user, "Annex", limit=3, ip="203.0.113.21", ports=(25565,), free_ports=())

    seen = await ada.run("servers")

    assert "2 servers on your panel account" in seen.text
    assert list(seen.options) == ["Office", "Annex"]
    assert seen.buttons == {"Other people's servers": True}
    assert (stage.asked, queries(stage)) == (["GET /"], [OWN])


async def test_the_servers_of_others_are_named_as_such_and_not_mixed_with_ones_own(stage: Stage, ada: Person) -> None:
    own = await ada.run("servers")
    stage.panel.requests.clear()

    seen = await ada.press("Other people's servers")

    assert seen.message.id == own.message.id
    assert "3 servers of other people, which you see as an administrator of {panel}" in unnamed(seen.text)
    assert list(seen.options) == ["Survival", "Creative", "Solo"]
    assert queries(stage) == [OTHERS]
    back = await ada.press("My servers")
    assert back.embed.title == "Office"


async def test_a_server_of_somebody_else_is_opened_and_changed_with_the_administrators_own_key(
    stage: Stage, world: World, ada: Person
) -> None:
    await ada.run("servers")
    await ada.press("Other people's servers")
    opened = (await ada.choose("Solo")).text
    stage.panel.requests.clear()

    seen = await ada.press("Add port")

    assert "1 of 3 ports used" in opened
    assert "✅ Added" in seen.text
    assert len(world.state.allocations_of(world.solo)) == 2
    keys = {world.state.key(str(call.key)).user_id for call in stage.panel.requests}
    assert [world.state.users[number].username for number in keys] == ["ada"]


async def test_the_servers_of_others_come_in_pages_that_are_read_once(stage: Stage, world: World, ada: Person) -> None:
    add_servers(world, 12)
    await ada.run("servers")
    stage.panel.requests.clear()

    first = (await ada.press("Other people's servers")).text
    seen = await ada.press("Next")

    assert "15 servers of other people" in first
    assert "Page 2 of 2" in seen.text
    assert list(seen.options) == [f"Extra {number:03d}" for number in range(7, 12)]
    assert queries(stage) == [OTHERS]


async def test_an_administrator_without_own_servers_is_shown_the_way_to_those_of_others(
    stage: Stage, world: World
) -> None:
    key = world.state.add_key(world.state.add_user("eve", admin=True))
    eve = stage.person("eve")

    linked = (await eve.link(key)).text
    listed = await eve.run("servers")
    words = listed.text
    seen = await eve.press("Other people's servers")

    assert "the key sees no servers of your own, and as an administrator other people's servers" in linked
    assert "has no servers" in words
    assert "**Other people's servers** lists those" in words
    assert "3 servers of other people" in seen.text


async def test_a_command_without_a_server_leads_an_administrator_without_own_ones_there_too(
    stage: Stage, world: World
) -> None:
    eve = await stage.linked("eve", world.state.add_key(world.state.add_user("eve", admin=True)))

    await eve.run("allocations list")
    seen = await eve.press("Other people's servers")

    assert "3 servers of other people" in seen.text


async def test_a_name_that_none_of_the_own_has_is_looked_for_among_those_of_others(stage: Stage, ada: Person) -> None:
    found = await ada.run("allocations list", server="solo")

    assert found.embed.title == "Solo"
    assert queries(stage) == [OWN, OTHERS]


async def test_a_name_of_ones_own_server_never_asks_for_those_of_others(stage: Stage, ada: Person) -> None:
    await ada.run("allocations list", server="office")

    assert OTHERS not in queries(stage)


async def test_ones_own_server_is_meant_where_others_have_one_of_the_same_name(
    stage: Stage, world: World, ada: Person
) -> None:
    world.solo.name = "Office"

    seen = await ada.run("allocations list", server="Office")

    assert "203.0.113.20:25565" in seen.text
    assert OTHERS not in queries(stage)


async def test_a_name_that_nobodys_server_has_is_told_so(ada: Person) -> None:
    seen = await ada.run("allocations list", server="nonsense")

    assert seen.embed.title == "Office"
    assert "None of your own or other people's servers has that name" in seen.text


async def test_suggestions_offer_those_of_others_marked_where_none_of_the_own_match(stage: Stage, ada: Person) -> None:
    own = await ada.suggest("allocations list", "server", "")
    before = queries(stage)
    others = await ada.suggest("allocations list", "server", "s")
    mixed = await ada.suggest("allocations list", "server", "")

    assert own == {"Office · 5e000004": "5e000004"}
    assert before == []
    assert others == {"Survival · 5e000001 · of others": "5e000001", "Solo · 5e000003 · of others": "5e000003"}
    assert queries(stage) == [OTHERS]
    assert next(iter(mixed)) == "Office · 5e000004"
    assert all(name.endswith(" · of others") for name in list(mixed)[1:])


async def test_allocations_of_a_server_of_somebody_else_are_suggested(stage: Stage, ada: Person) -> None:
    server = (await ada.suggest("allocations notes", "server", "surv"))["Survival · 5e000001 · of others"]

    found = await ada.suggest("allocations notes", "allocation", "voice", server=server)

    assert list(found) == ["203.0.113.7:25566 · voice lobby"]


async def test_who_is_no_administrator_never_causes_the_call(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    listed = await ann.run("servers")
    await ann.suggest("allocations list", "server", "Solo")
    refused = (await ann.run("allocations list", server="Solo")).text
    forged = await stage.forge(ann, f"v1:servers.others:{ann.id}:0", on=listed)

    assert "Other people's servers" not in listed.buttons
    assert "None of your servers has that name" in refused
    assert "only to its administrators" in forged.text
    assert OTHERS not in queries(stage)


async def test_one_who_is_an_administrator_no_more_is_told_that_the_panel_shows_none(
    stage: Stage, world: World, ada: Person
) -> None:
    await ada.run("servers")
    next(user for user in world.state.users.values() if user.username == "ada").admin = False

    seen = await ada.press("Other people's servers")

    assert "{panel} shows you no servers of other people." in unnamed(seen.text)


async def test_account_and_export_say_that_one_is_an_administrator(ada: Person) -> None:
    account = (await ada.run("account")).text
    exported = await ada.press("Get it all as JSON")

    data: dict[str, Any] = json.loads(await exported.message.attachments[0].read())
    assert "**Panel account**: ada (id 5), an administrator of {panel}" in unnamed(account)
    assert data["panel_account"] == {"id": 5, "username": "ada", "administrator": True}


# ----------------------------------------------------------------------------------------- links from before


async def from_before(stage: TroubledStage, name: str, key: str) -> Person:
    """Return somebody who linked when it was not kept whether they are an administrator."""
    person = await stage.linked(name, key)
    stage.execute("UPDATE links SET is_admin = NULL")
    await stage.restart()
    stage.panel.requests.clear()
    return person


async def test_a_link_from_before_is_asked_about_once(world: World, tmp_path: Any) -> None:
    key = world.state.add_key(world.state.add_user("eve", admin=True))
    async with open_troubled_stage(world.state, tmp_path) as stage:
        eve = await from_before(stage, "eve", key)

        await eve.run("servers")
        first = sorted(stage.asked)
        await stage.restart()
        await eve.run("servers")
        seen = await eve.press("Other people's servers")

        assert first == ["GET /", "GET /account"]
        assert stage.asked.count("GET /account") == 1
        assert "3 servers of other people" in seen.text


async def test_a_link_from_before_of_somebody_else_is_asked_about_once_too(world: World, tmp_path: Any) -> None:
    async with open_troubled_stage(world.state, tmp_path) as stage:
        ann = await from_before(stage, "ann", world.ann)

        await ann.run("servers")
        await ann.run("allocations list", server="Solo")
        seen = await ann.run("servers")

        assert stage.asked.count("GET /account") == 1
        assert "Other people's servers" not in seen.buttons


async def test_a_panel_that_does_not_tell_the_account_still_lists_the_servers(world: World, tmp_path: Any) -> None:
    async with open_troubled_stage(world.state, tmp_path) as stage:
        ann = await from_before(stage, "ann", world.ann)
        stage.panel.faults.answer(500, "", path="*/account", times=None)

        seen = await ann.run("servers")

        assert list(seen.options) == ["Survival", "Creative"]
