"""How many panel calls it makes to link, to look and to ask, and which."""

from __future__ import annotations

from pathlib import Path

from bot.demo import stage as demo
from bot.demo.games import JavaGame
from tests.e2e.checks import CheckingStage, place
from tests.e2e.panel_calls.requests import VIEW
from tests.ports import free_port
from tests.stage import Stage
from tests.world import World, fill_up


async def test_link_makes_two_calls(stage: Stage, world: World) -> None:
    await stage.person("ann").link(world.ann)

    assert stage.asked == ["GET /account", "GET /"]


async def test_servers_makes_one_call(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("servers")

    assert stage.asked == ["GET /"]


async def test_list_and_refresh_make_one_call_each(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations list", server="Survival")
    await ann.press("Refresh")

    assert stage.asked == [VIEW, VIEW]


async def test_list_with_an_identifier_and_nothing_known_makes_one_call(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()

    await ann.run("allocations list", server="5e000001")

    assert stage.asked == [VIEW]


async def test_list_with_a_name_and_nothing_known_makes_two_calls(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()

    await ann.run("allocations list", server="Survival")

    assert stage.asked == ["GET /", VIEW]


async def test_an_allocations_own_page_and_its_notes_form_make_one_call_each(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    stage.panel.requests.clear()

    await ann.choose("203.0.113.7:25566")
    shown = list(stage.asked)
    await ann.press("Edit notes")

    assert shown == [VIEW]
    assert stage.asked == [VIEW, VIEW]


async def test_the_address_players_type_makes_one_call_shown_given_or_cleared(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations address", server="Survival")
    await ann.run("allocations address", server="Survival", name="play.example.org")
    await ann.press("Clear")

    # The second finds its server in the list as it was just read; giving it a name has that read anew.
    assert stage.asked == [VIEW, VIEW, VIEW]


async def test_posting_an_address_makes_one_call_to_ask_and_one_to_post(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    stage.panel.requests.clear()

    await ann.press("Post address here")
    asked = list(stage.asked)
    await ann.press("Post")

    assert asked == [VIEW]
    assert stage.asked == [VIEW, VIEW]


async def test_finding_a_port_by_option_or_form_and_copying_an_address_make_one_call_each(
    stage: Stage, world: World
) -> None:
    fill_up(world, world.survival, 30)
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations list", server="Survival", find="voice")
    by_option = list(stage.asked)
    form = await ann.press("Find")
    opened = list(stage.asked)
    await ann.fill(on=form, words="25566")
    by_form = list(stage.asked)
    await ann.press("Copy address")

    assert by_option == opened == [VIEW]
    assert by_form == [VIEW, VIEW]
    assert stage.asked == [VIEW, VIEW, VIEW]


async def test_suggestions_for_somebody_whose_servers_were_just_read_make_no_call(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.suggest("allocations list", "server", "Sur")
    await ann.suggest("allocations primary", "allocation", "255", server="5e000001")

    assert stage.asked == []


async def test_account_unlink_help_and_link_form_make_no_calls(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    for command in ("account", "unlink", "help", "link"):
        await ann.run(command)

    assert stage.asked == []


async def test_every_request_carries_the_acting_persons_key_and_no_cookie(stage: Stage, world: World) -> None:
    people = {name: await stage.linked(name, getattr(world, name)) for name in ("ann", "bob", "dan")}

    for name, person in people.items():
        stage.panel.requests.clear()
        await person.run("servers")
        await person.run("allocations list", server="Survival" if name != "dan" else "Solo")
        await person.press("Refresh")

        assert {request.key for request in stage.panel.requests} == {getattr(world, name)}
        assert all("Cookie" not in request.headers for request in stage.panel.requests)
        assert all(request.headers["Accept"] == "application/json" for request in stage.panel.requests)


async def test_a_check_that_is_answered_or_refused_makes_one_call_and_one_that_is_not_three(
    world: World, tmp_path: Path
) -> None:
    async with demo.open_stage(world.state, tmp_path, kind=CheckingStage) as stage, JavaGame() as game:
        ann = await stage.linked("ann", world.ann)
        asked = []
        for port, ip in ((game.port, "127.0.0.1"), (free_port(), "127.0.0.1"), (80, "169.254.169.254")):
            place(world, world.survival, port, ip=ip)
            await ann.run("allocations list", server="Survival")
            await ann.choose(f"{ip}:{port}")
            stage.panel.requests.clear()
            await ann.press("Check")
            asked.append(list(stage.asked))

    assert asked == [[VIEW], [VIEW, f"{VIEW}/resources", f"{VIEW}/activity"], [VIEW]]
