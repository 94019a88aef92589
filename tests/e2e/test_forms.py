"""Forms as Discord's clients keep them: by custom_id, so every opening has ids of its own; earlier ones still work."""

from __future__ import annotations

import pytest

from bot.demo.panel import Flavour
from bot.demo.people import Person, Seen
from tests.architecture.source import modules
from tests.e2e.scene_ways import KEY
from tests.e2e.scenes import SCENES, furnish
from tests.stage import Stage
from tests.world import World


def ids_of(form: Seen) -> set[str]:
    """Return the custom_ids of a form and of its fields."""
    return {str(form.form["custom_id"]), *form.wire_fields}


async def _opened(person: Person, kind: str) -> Seen:
    if kind == "link":
        return await person.run("link")
    if kind == "link button":
        await person.run("account")
        return await person.press("Replace the key")
    if kind == "notes":
        return await person.run("allocations notes", server="Survival", allocation="25566")
    await person.run("allocations list", server="Survival")
    await person.choose("203.0.113.7:25566")
    return await person.press("Edit notes")


@pytest.mark.parametrize("kind", ["link", "link button", "notes", "notes button"])
async def test_a_form_opened_again_shares_no_id_with_the_earlier_one(stage: Stage, world: World, kind: str) -> None:
    ann = await stage.linked("ann", world.ann)

    first, second = ids_of(await _opened(ann, kind)), ids_of(await _opened(ann, kind))

    assert len(first) == len(second) == 2
    assert not first & second


async def test_the_forms_of_an_earlier_version_still_work(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    world.state.allocations[2].notes = None

    noted = await stage.forge_form(ann, f"v1:notes.submit:{ann.id}:5e000001:2", notes="from before the update")
    typed = await stage.forge_form(ann, f"v1:notes.typed:{ann.id}:5e000001:25565", notes="this one too")
    linked = await stage.forge_form(ann, f"v1:link.submit:{ann.id}", key=KEY)

    assert "`: from before the update" in noted.text
    assert "`: this one too" in typed.text
    assert "✅ Linked" in linked.text
    assert [world.state.allocations[row].notes for row in (2, 1)] == ["from before the update", "this one too"]


@pytest.mark.parametrize("verb", ["link.submit", "notes.submit", "notes.typed"])
async def test_a_form_whose_field_is_not_known_is_outdated_and_changes_nothing(
    stage: Stage, world: World, verb: str
) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await stage.forge_form(ann, f"v1:{verb}:{ann.id}:5e000001:2", text="from a form that was never mine")

    assert "This message is from an earlier version of me" in seen.text
    assert stage.changes == []


FORMS = [verb for verb, scene in SCENES.items() if scene.use.startswith("form:")]
"""By what comes back: every form there is, for every component the bot answers has a scene."""


@pytest.mark.parametrize("stage", [Flavour.PTERODACTYL_1_11, Flavour.PELICAN], indirect=True)
@pytest.mark.parametrize("verb", FORMS)
async def test_a_forms_placeholder_is_an_example(stage: Stage, world: World, verb: str) -> None:
    furnish(world)
    ann = await stage.linked("ann", world.ann)
    if verb == "notes.submit":
        world.state.allocations[2].notes = None

    form = (await SCENES[verb].way(stage, ann)).form

    fields = [part["component"] for part in form["components"] if part.get("component", {}).get("type") == 4]
    assert fields
    for field in fields:
        placeholder = field["placeholder"]
        assert placeholder.startswith("For example:")
        assert len(placeholder) > len("For example: ")
        assert len(placeholder) <= 100


def test_there_are_no_forms_but_these() -> None:
    fields = sum(module.path.read_text().count("discord.ui.TextInput(") for module in modules())

    assert len(FORMS) == fields + 1  # the notes come back in two ways
