"""Where a text tells somebody to go to whoever runs the bot, a button opens the page that these have set for that."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.demo.panel import Maintenance
from bot.demo.people import Person, Seen
from bot.settings import Settings
from tests.e2e.other_programs import written_by_another
from tests.names import links
from tests.stage import Stage, open_stage
from tests.world import World

SUPPORT = {"Support": "https://support.example.com"}


class UnsupportedStage(Stage):
    """A stage whose operator has set no such page."""

    @property
    def settings(self) -> Settings:
        """The settings without it."""
        return super().settings.model_copy(update={"support_url": None})


async def _no_panel(stage: Stage, ann: Person) -> Seen:
    stage.panel.state.maintenance = Maintenance(redirect="/")
    return await ann.run("servers")


async def _no_database(stage: Stage, ann: Person) -> Seen:
    listed = await ann.run("allocations list", server="Survival")
    with written_by_another(stage):
        return await ann.press("Add port", on=listed)


WAYS = [_no_panel, _no_database]


@pytest.mark.parametrize("way", WAYS)
async def test_who_is_told_to_tell_the_operator_has_the_button_to_them(stage: Stage, world: World, way: object) -> None:
    assert callable(way)
    ann = await stage.linked("ann", world.ann)

    seen: Seen = await way(stage, ann)

    assert "ell whoever runs this bot" in seen.text
    assert links(seen) == SUPPORT


async def test_where_the_operator_has_set_no_page_there_is_none(world: World, tmp_path: Path) -> None:
    async with open_stage(world.state, tmp_path, kind=UnsupportedStage) as stage:
        ann = await stage.linked("ann", world.ann)

        seen = await _no_panel(stage, ann)

        assert "Tell whoever runs this bot" in seen.text
        assert links(seen) == {}


async def test_who_has_not_linked_yet_has_the_way_to_the_operator_beside_the_two_steps(stage: Stage) -> None:
    seen = await stage.person("newcomer").run("servers")

    assert "First, link your account" in seen.text
    assert [label for label in seen.buttons if label == "I have my key"]
    assert links(seen)["Support"] == SUPPORT["Support"]


async def test_words_of_the_panels_that_sound_like_it_bring_no_such_button(stage: Stage, world: World) -> None:
    world.state.allocations[2].notes = "Tell whoever runs this bot {operator}"
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="Survival")

    assert "whoever runs this bot" in seen.text
    assert links(seen) == {}


async def test_what_is_the_hosts_to_mend_has_no_such_button(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.state.maintenance = Maintenance()

    assert links(await ann.run("servers")) == {}
