"""`/help`: what can be done here and now, every command, privacy and support."""

from __future__ import annotations

import re

from bot import __version__
from tests.e2e.definitions import COMMANDS, registered, syncs
from tests.stage import Stage
from tests.world import World


async def test_help_gives_three_steps_every_command_privacy_support_and_version(stage: Stage) -> None:
    ann = stage.person("ann")

    seen = await ann.run("help")

    assert seen.ephemeral
    assert len(re.findall(r"^\d\. ", seen.text, re.MULTILINE)) == 3
    assert "**Privacy**" in seen.text
    assert __version__ in seen.text
    assert seen.buttons["I have my key"] is True
    support = next(part for part in seen.components if part["label"] == "Support")
    assert support["url"] == "https://support.example.com"


async def test_help_names_every_command_with_a_clickable_mention(stage: Stage) -> None:
    ann = stage.person("ann")
    ids = {command["name"]: command["id"] for command in registered(stage)}

    seen = await ann.run("help")

    mentioned = dict(re.findall(r"</([a-z ]+):(\d+)>", seen.text))
    assert set(mentioned) == COMMANDS - {"help"}
    assert all(mentioned[name] == ids[name.split()[0]] for name in mentioned)
    assert "{/" not in seen.text


async def test_mentions_stay_clickable_after_a_restart_without_a_new_sync(stage: Stage) -> None:
    ann = stage.person("ann")
    await stage.restart()

    seen = await ann.run("help")

    assert "</allocations list:" in seen.text
    assert syncs(stage) == 1


async def test_help_asks_the_panel_nothing_and_needs_no_link(stage: Stage) -> None:
    ann = stage.person("ann")

    await ann.run("help")

    assert stage.asked == []


async def test_help_begins_for_who_has_linked_with_what_they_can_do_now_and_asks_the_panel_nothing(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    stage.panel.requests.clear()

    seen = await ann.run("help")
    said, asked, offered = seen.text, stage.asked, list(seen.buttons)
    opened = await ann.press("Ports of Survival")

    assert asked == []
    assert "Start in three steps" not in said
    assert "**You are linked** as ann." in said
    assert "Under **My account** you replace the key or unlink." in said
    assert said.index("You are linked") < said.index("**Commands**")
    assert "**Ports of Survival** the server you used last" in said
    assert offered == ["Ports of Survival", "My servers", "My account", "Privacy policy", "Support"]
    assert opened.embed.title == "Survival"


async def test_help_leads_who_has_linked_and_used_nothing_yet_to_their_servers(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("help")

    assert "**You are linked** as ann." in seen.text
    assert "used last" not in seen.text
    assert next(iter(seen.buttons)) == "My servers"


async def test_help_tells_after_a_restart_which_server_was_the_last_by_its_identifier(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    await stage.restart()

    seen = await ann.run("help")

    assert "**Ports of 5e000001** the server you used last" in seen.text


async def test_what_help_says_has_a_button_on_the_list_has_one(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    said = (await ann.run("help")).text
    listed = (await ann.run("allocations list", server="Survival")).buttons
    port = (await ann.choose("203.0.113.7:25566")).buttons
    await ann.press("Back")
    history = await ann.press("History")

    assert "a server's ports (allocations), with buttons to add, name, promote and remove them" in said
    assert "your own changes (**History** on the list)" in said
    assert "everything below" not in said
    assert listed["Add port"]
    assert port["Edit notes"]
    assert port["Make primary"]
    assert port["Remove…"]
    assert history.embed.title == "Your changes · Survival"


async def test_help_works_in_direct_messages(stage: Stage) -> None:
    ann = stage.in_direct_messages("ann")

    seen = await ann.run("help")

    assert "Start in three steps" in seen.text


async def test_help_links_the_privacy_policy(stage: Stage) -> None:
    ann = stage.person("ann")

    seen = await ann.run("help")

    links = {part["label"]: part["url"] for part in seen.components if "url" in part}
    assert links["Privacy policy"] == stage.settings.privacy_url
