"""Before and after a link: what is stored of whom, what a new key replaces, and the way on to what was asked for."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.names import buttons_on, unnamed
from tests.stage import Stage
from tests.world import World, fill_up


@pytest.mark.parametrize("command", ["account", "unlink"])
async def test_who_is_not_linked_is_told_that_nothing_is_stored_about_them(
    stage: Stage, world: World, command: str
) -> None:
    ann = stage.person("ann")

    never = (await ann.run(command)).text
    await ann.link(world.ann)
    await ann.run("unlink")
    await ann.press(next(label for label in ann.seen.buttons if label.startswith("Unlink ")))
    after = (await ann.run(command)).text

    for said in (never, after):
        assert "You are not linked, and I store nothing about you." in said
    assert "store nothing" not in (await ann.run("servers")).text


async def test_the_form_says_which_key_the_new_one_replaces(stage: Stage, world: World) -> None:
    ann = stage.person("ann")
    first = str((await ann.run("link")).form)
    await ann.link(world.ann)

    again = str((await ann.run("link")).form)

    assert "takes the place of" not in first
    masked = re.search(r"The key you enter takes the place of `(ptlc_[^`]+)`, which I use now\.", again)
    assert masked is not None
    assert world.ann not in again


async def test_each_wrong_key_is_told_with_the_time_at_which_it_was_entered(stage: Stage) -> None:
    ann = stage.person("ann")
    await ann.run("link")
    times = []

    for key in ("ptlc_" + "x" * 43, "ptlc_" + "y" * 43, "no key at all"):
        await stage.env.advance_time(7)
        seen = await ann.fill(key=key)
        found = re.search(r"This is about the key you entered at <t:(\d+):T>\.", seen.text)
        assert found is not None
        times.append(int(found[1]))
        await ann.press("I have my key")

    assert len(set(times)) == 3


async def test_five_wrong_keys_by_the_button_leave_one_message_whichever_process_is_asked(stage: Stage) -> None:
    ann = stage.person("ann")
    await ann.run("link")
    refused = await ann.fill(key="ptlc_" + "x" * 43)

    for number in range(4):
        await stage.restart()  # another one, which knows nothing of the refusal
        await ann.press("I have my key")
        again = await ann.fill(key=f"ptlc_{number}" + "y" * 42)

        assert "refused your key" in again.text
        assert again.message.id == refused.message.id


async def test_after_linking_a_button_goes_on_with_the_command_that_was_asked_for(stage: Stage, world: World) -> None:
    ann = stage.person("ann")
    await ann.run("allocations list", server="Survival")
    await ann.press("I have my key")
    linked = await ann.fill(key=world.ann)
    assert buttons_on(linked)[0] == "Go on with /allocations list"

    shown = await ann.press("Go on with /allocations list")

    assert shown.embed.title == "Survival"
    assert "`203.0.113.7:25566`" in shown.text


async def test_what_was_asked_for_is_gone_on_with_whichever_process_gets_the_form(stage: Stage, world: World) -> None:
    ann = stage.person("ann")
    await ann.run("allocations list", server="Survival")
    await stage.restart()  # another one, which was never asked
    await ann.press("I have my key")
    await stage.restart()
    await ann.fill(key="ptlc_" + "x" * 43)
    await stage.restart()
    await ann.press("I have my key")
    await stage.restart()
    await ann.fill(key=world.ann)

    shown = await ann.press("Go on with /allocations list")

    assert shown.embed.title == "Survival"
    assert "`203.0.113.7:25566`" in shown.text


async def test_what_needed_a_key_that_still_works_is_gone_on_with_in_another_process_too(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    world.state.revoke(world.ann)
    await ann.press("Refresh", on=panel)
    await stage.restart()
    await ann.press("I have my key")
    await ann.fill(key=world.state.add_key(world.state.users[1]))

    shown = await ann.press("Go on where I stopped")

    assert "2 of 5 ports used" in shown.text


async def test_a_button_in_the_place_of_a_choice_leads_on_to_its_server_in_another_process_too(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations delete", server="Survvival", allocation="25566")
    world.state.revoke(world.ann)
    await ann.press("Go on with Survival")
    await stage.restart()
    await ann.press("I have my key")
    await ann.fill(key=world.state.add_key(world.state.users[1]))

    shown = await ann.press("Go on where I stopped")

    assert shown.embed.title == "Survival"
    # This process alone knows nothing of what was typed; those on a server's database can ask each other.
    assert "I no longer know which port you named" in shown.text


async def test_what_is_too_long_to_go_along_is_gone_on_with_by_the_process_that_was_asked(
    stage: Stage, world: World
) -> None:
    world.survival.name = "Survival of the very fittest"
    ann = stage.person("ann")
    await ann.run("allocations list", server=world.survival.name)
    await ann.press("I have my key")
    await ann.fill(key=world.ann)

    shown = await ann.press("Go on with /allocations list")

    assert "2 of 5 ports used" in shown.text


async def test_after_linking_a_button_goes_on_with_the_press_that_was_made(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    await ann.run("unlink")
    await ann.press(next(label for label in ann.seen.buttons if label.startswith("Unlink ")))
    await ann.press("Refresh", on=panel)
    await ann.press("I have my key")
    await ann.fill(key=world.ann)

    shown = await ann.press("Go on where I stopped")

    assert "2 of 5 ports used" in shown.text


@pytest.mark.parametrize("command", ["account", "unlink", "servers"])
async def test_after_linking_nothing_leads_back_to_what_was_about_the_key(
    stage: Stage, world: World, command: str
) -> None:
    ann = stage.person("ann")
    await ann.run(command)
    await ann.press("I have my key")

    linked = await ann.fill(key=world.ann)

    assert not [label for label in buttons_on(linked) if label.startswith("Go on")]


async def test_a_change_that_needed_a_link_is_not_made_by_going_on(stage: Stage, world: World) -> None:
    ann = stage.person("ann")
    await ann.run("allocations create", server="Survival")
    await ann.press("I have my key")

    linked = await ann.fill(key=world.ann)

    assert not [label for label in buttons_on(linked) if label.startswith("Go on")]
    assert stage.changes == []


async def test_a_change_that_was_put_into_the_form_by_no_honest_client_is_not_gone_on_with(
    stage: Stage, world: World
) -> None:
    ann = stage.person("ann")
    form = (await ann.run("link")).form
    assert form is not None
    (field,) = [part["component"]["custom_id"] for part in form["components"] if "component" in part]

    for carried in ("unlink-confirm", "alloc-delete:00000001:2:x", "no-verb", "nonsense"):
        linked = await stage.forge_form(ann, f"{form['custom_id']}:{carried}", **{field: world.ann})

        assert "Linked" in linked.text
        assert not [label for label in buttons_on(linked) if label.startswith("Go on")]


def _full(_: Stage, world: World) -> None:
    world.survival.limit = 60


def _no_primary(_: Stage, world: World) -> None:
    world.survival.primary_id = None


@pytest.mark.parametrize(("label", "meanwhile"), [("Add port", _full), ("Copy address", _no_primary)])
async def test_an_error_pressed_from_the_second_page_keeps_that_page(
    stage: Stage, world: World, label: str, meanwhile: Callable[[Stage, World], None]
) -> None:
    fill_up(world, world.survival, 60)
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    second = await ann.press("Next")
    assert "Page 2 of 3" in second.text
    meanwhile(stage, world)

    seen = await ann.press(label, on=second)

    assert "❌" in unnamed(seen.text)
    assert "Page 2 of 3" in seen.text
