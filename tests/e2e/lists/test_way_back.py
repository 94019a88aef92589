"""The way back to one's own servers, from every list there is."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from tests.e2e.scenes import SCENES, furnish
from tests.stage import Stage
from tests.world import World

SERVERS = "servers.list"
HISTORY, FIND, OTHERS = "allocations history", "allocations find", "Other people's servers"
PAGES: dict[str, list[tuple[str, dict[str, str], tuple[str, ...]]]] = {
    "alloc.list": [("allocations list", {"server": "5e000001"}, ())],
    "history.list": [(HISTORY, {}, ()), (HISTORY, {"server": "5e000004"}, ())],
    "everyone.list": [(HISTORY, {"server": "5e000004"}, ("Everyone's changes", "Starts and stops"))],
    "search.list": [(FIND, {"text": "25565"}, (OTHERS,)), (FIND, {"text": "nonsense"}, ())],
    "servers.others": [("servers", {}, (OTHERS,))],
}
"""For each list, by the verb that shows it: a command, its options, and what is pressed from there on."""


@pytest.fixture
async def ada(stage: Stage, world: World) -> Person:
    """Return an administrator with two servers of her own and one change on record."""
    admin = world.state.add_user("ada", admin=True)
    for name in ("Office", "Annex"):
        world.state.add_server(admin, name, limit=3, ip="203.0.113.20", ports=(25565,), free_ports=())
    ada = await stage.linked("ada", world.state.add_key(admin))
    await ada.run("allocations notes", server="5e000004", allocation="25565", text="lobby")
    return ada


@pytest.mark.parametrize("verb", PAGES)
async def test_my_servers_is_on_every_list_and_leads_there(ada: Person, verb: str) -> None:
    for command, options, pressed in PAGES[verb]:
        seen = await ada.run(command, **options)
        for label in pressed:
            seen = await ada.press(label)

        assert seen.buttons.get("My servers"), seen.text
        assert (await ada.press("My servers")).embed.title == "Your servers"


def test_there_is_no_list_but_these(stage: Stage) -> None:
    lists = {verb for verb in stage.bot.router.verbs if verb.endswith((".list", ".others"))}

    assert lists - {SERVERS} == set(PAGES)


CHOOSING = [verb for verb, scene in SCENES.items() if scene.use.startswith("select:")]
"""What is chosen from a select: of servers, ports, changes, or what was found."""
ONE_BELOW = {"several.pick"}
"""What is no list of what there is, but a step below one, and has Back."""


@pytest.mark.parametrize("verb", CHOOSING)
async def test_my_servers_is_on_every_message_from_which_one_chooses(stage: Stage, world: World, verb: str) -> None:
    furnish(world)
    ann = await stage.linked("ann", world.ann)

    seen = await SCENES[verb].way(stage, ann)
    buttons, title = seen.buttons, seen.embed.title

    assert seen.options
    if verb in ONE_BELOW:
        assert buttons["Back"]
    elif title != "Your servers":
        assert buttons.get("My servers"), title
        assert (await ann.press("My servers")).embed.title == "Your servers"


@pytest.mark.parametrize("verb", ["servers.pick", "find.pick", "create.pick"])
async def test_my_servers_is_on_every_page_of_the_picker_of_a_command_that_left_the_server_out(
    stage: Stage, world: World, verb: str
) -> None:
    furnish(world)
    ann = await stage.linked("ann", world.ann)
    await SCENES[verb].way(stage, ann)

    turned = await ann.press("Next")
    title, buttons = turned.embed.title, turned.buttons
    seen = await ann.press("My servers")

    assert title == "Which server?"
    assert buttons == {"Previous": True, "Next": False, "My servers": True}
    assert seen.message.id == turned.message.id
    assert seen.embed.title == "Your servers"
