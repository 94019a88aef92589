"""What each person sees while others act: their own answer, with their own key, as it is now."""

from __future__ import annotations

import json

from bot.demo.people import Person
from tests.stage import Stage
from tests.world import World


async def test_overlapping_actions_of_several_people_each_carry_their_own_key(
    stage: Stage, world: World, ann: Person, bob: Person
) -> None:
    dan = await stage.linked("dan", world.dan)
    await dan.run("allocations list")
    stage.panel.requests.clear()

    async with stage.slow_panel():
        for number in range(2):
            for name, person, server in (("ann", ann, "Survival"), ("bob", bob, "Survival"), ("dan", dan, "Solo")):
                await person.run("allocations notes", server=server, allocation="25565", text=f"{name} {number}")
                await person.run("allocations list", server=server)

    written = [(json.loads(r.body)["notes"].split()[0], r.key) for r in stage.panel.requests if r.method == "POST"]
    assert len(written) == 6
    assert {key for name, key in written if name == "ann"} == {world.ann}
    assert {key for name, key in written if name == "bob"} == {world.bob}
    assert {key for name, key in written if name == "dan"} == {world.dan}
    solo = [r.key for r in stage.panel.requests if world.solo.identifier in r.path]
    assert set(solo) == {world.dan}


async def test_nobody_sees_anothers_answer(stage: Stage, world: World, ann: Person) -> None:
    dan = await stage.linked("dan", world.dan)

    async with stage.slow_panel():
        first = await ann.run("allocations list", server="5e000001")
        second = await dan.run("allocations list", server="5e000003")

    assert ann.saw(first.result).embed.title == "Survival"
    assert dan.saw(second.result).embed.title == "Solo"
    seen_by_dan = [embed.title for message in stage.channel.history(viewer=dan.actor) for embed in message.embeds]
    assert "Solo" in seen_by_dan
    assert "Survival" not in seen_by_dan


async def test_an_address_is_shared_as_it_is_after_anothers_promotion(
    stage: Stage, world: World, ann: Person, bob: Person
) -> None:
    panel = bob.seen
    await ann.run("allocations primary", server="Survival", allocation="25566")

    await bob.press("Post address here", on=panel)
    seen = await bob.press("Post")

    assert seen.message.content == "**Survival**: `203.0.113.7:25566`"


async def test_suggestions_and_forms_show_what_another_just_changed(
    stage: Stage, world: World, ann: Person, bob: Person
) -> None:
    await ann.run("allocations notes", server="Survival", allocation="25566", text="by ann")

    found = await bob.suggest("allocations notes", "allocation", "", server="Survival")
    form = await bob.run("allocations notes", server="Survival", allocation="25566")

    assert "203.0.113.7:25566 · by ann" in found
    assert "by ann" in str(form.form)


async def test_an_allocation_another_just_deleted_cannot_be_opened(
    stage: Stage, world: World, ann: Person, bob: Person
) -> None:
    panel = bob.seen
    await ann.run("allocations delete", server="Survival", allocation="25566")
    await ann.press("Remove 203.0.113.7:25566")

    seen = await bob.choose("203.0.113.7:25566", on=panel)

    assert "That port is no longer there" in seen.text
