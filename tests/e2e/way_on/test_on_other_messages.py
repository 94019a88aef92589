"""An error on what was found, on what is copied, or on a restart leads on from there."""

from __future__ import annotations

import pytest

from bot.demo.panel import Maintenance
from bot.ui.parts.text import clean, clip
from tests.e2e.way_on.messages import a_list, a_port
from tests.names import buttons_on
from tests.stage import Stage
from tests.world import World, fill_up


async def test_an_error_on_what_was_found_keeps_to_what_was_found(stage: Stage, world: World) -> None:
    fill_up(world, world.survival, 60)
    rows = world.state.allocations_of(world.survival)
    for row in rows[30:40]:
        row.notes = "web map"
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival", find="web map")
    world.state.release(rows[33])

    seen = await ann.choose(str(rows[33].id))

    assert seen.message.id == panel.message.id
    assert "That port is no longer there" in seen.text
    assert "🔎 Found 9 of 59 ports with “web map”" in seen.text
    assert len(seen.options) == 9


async def test_words_to_find_are_not_lost_with_the_panel_and_found_by_try_again(stage: Stage, world: World) -> None:
    fill_up(world, world.survival, 60)
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    form = await ann.press("Find")
    world.state.maintenance = Maintenance()
    failed = await ann.fill(on=form, words="26031")
    offered = buttons_on(failed)
    world.state.maintenance = None
    await stage.restart()

    seen = await ann.press("Try again")

    assert offered == ["Try again"]
    assert seen.message.id == panel.message.id
    assert "🔎 Found 1 of 60 ports with “26031”" in seen.text


def _refuses_once(stage: Stage, path: str) -> None:
    stage.panel.faults.answer(400, '{"errors":[{"code":"X","status":"400","detail":"no"}]}', path=path, times=1)


async def test_an_error_of_copy_on_a_ports_page_keeps_that_page(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await a_port(stage, ann)
    _refuses_once(stage, "/api/client/servers/5e000001")

    seen = await ann.press("Copy address")

    assert seen.message.id == panel.message.id
    assert "refused the request" in seen.text
    assert seen.embed.title == "Port 25566 · Survival"


async def test_an_error_of_restart_redraws_the_list_it_was_pressed_on(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await a_list(stage, ann)
    _refuses_once(stage, "/api/client/servers/5e000001/resources")

    seen = await ann.press("Restart…")

    assert seen.message.id == panel.message.id
    assert "refused the request" in (seen.embed.description or "").splitlines()[0]
    assert "2 of 5 ports used" in seen.text
    assert stage.changes == []


async def test_what_a_server_does_is_asked_again_by_try_again_and_nothing_is_sent(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await a_list(stage, ann)
    world.state.maintenance = Maintenance()
    offered = buttons_on(await ann.press("Restart…"))
    world.state.maintenance = None

    seen = await ann.press("Try again")

    assert offered == ["Try again", "Show allocations"]
    assert "Restart Survival?" in seen.text
    assert stage.changes == []


@pytest.mark.parametrize("several", [True, False], ids=["several are meant", "one is meant"])
async def test_a_server_that_was_meant_is_chosen_again_by_try_again(
    stage: Stage, world: World, *, several: bool
) -> None:
    if several:
        world.state.add_server(world.state.users[1], "Survival Two", ip="198.51.100.9", free_ports=())
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations delete", server="surv" if several else "urviva", allocation="25566")
    world.state.maintenance = Maintenance()
    failed = await (ann.choose("5e000001") if several else ann.press("Go on with Survival"))
    offered = buttons_on(failed)
    world.state.maintenance = None

    seen = await ann.press("Try again")

    assert offered == ["Try again", "Show allocations"]
    assert seen.message.id == failed.message.id
    assert "Remove port 25566 of Survival?" in seen.text
    assert stage.changes == []


async def test_where_nothing_can_be_posted_nothing_is_offered_to_be_tried_again(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await a_list(stage, ann)
    world.survival.primary_id = 3

    seen = await ann.press("Post address here")

    assert seen.message.id == panel.message.id
    assert "Choose a port in the list and make it the primary first." in seen.text
    assert "Try again" not in seen.buttons


@pytest.mark.parametrize("name", ["Survi\nval\u202e", "\u200b", "x" * 191])
async def test_a_button_that_names_a_server_shows_one_line_of_it(stage: Stage, world: World, name: str) -> None:
    world.survival.name = name
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="5e000001")

    seen = await ann.press("Restart…")

    label = next(label for label in seen.buttons if label.startswith("Restart"))
    assert label == clip(clean(f"Restart {name}"), 80)
