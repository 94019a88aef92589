"""`/help`, and what Discord is told of the commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import discord
import pytest
from discord import app_commands

from bot import __version__
from tests.stage import Stage
from tests.world import World

COMMANDS = {
    "link",
    "unlink",
    "account",
    "servers",
    "help",
    "allocations list",
    "allocations find",
    "allocations create",
    "allocations notes",
    "allocations primary",
    "allocations delete",
    "allocations history",
    "allocations address",
}


@app_commands.command()
async def extra(interaction: discord.Interaction) -> None:
    """Stand for a command that a newer version has."""
    await interaction.response.defer()


def registered(stage: Stage) -> list[dict[str, Any]]:
    """Return the commands Discord knows globally."""
    return list(stage.env.backend.commands[None].values())


def options_of(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every option of a command, subcommands included."""
    for option in part.get("options", ()):
        yield option
        yield from options_of(option)


def syncs(stage: Stage) -> int:
    """Count how often the bot sent its command definitions."""
    return sum(call.method == "PUT" and call.path.endswith("/commands") for call in stage.env.http_requests)


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
    assert "**You are linked** as ann" in said
    assert said.index("You are linked") < said.index("**Commands**")
    assert "**Ports of Survival** the server you used last" in said
    assert offered == ["Ports of Survival", "My servers", "My account", "Privacy policy", "Support"]
    assert opened.embed.title == "Survival"


async def test_help_leads_who_has_linked_and_used_nothing_yet_to_their_servers(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("help")

    assert "**You are linked** as ann" in seen.text
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


async def test_all_commands_are_registered_globally(stage: Stage) -> None:
    ann = stage.person("ann")

    known = ann.actor.available_commands(stage.channel)

    assert set(known) == COMMANDS
    assert set(stage.env.backend.commands) == {None}


async def test_commands_are_for_servers_direct_messages_and_private_channels_and_both_installs(
    stage: Stage,
) -> None:
    commands = registered(stage)

    assert all(command["integration_types"] == [0, 1] for command in commands)
    assert all(command["contexts"] == [0, 1, 2] for command in commands)
    assert all(command["default_member_permissions"] is None for command in commands)


async def test_the_descriptions_of_allocations_say_both_port_and_allocation(stage: Stage) -> None:
    (group,) = [command for command in registered(stage) if command["name"] == "allocations"]
    said = {part["name"]: part["description"] for part in group["options"]}

    assert group["description"] == "Ports (allocations) of your game servers: list, add, name, remove."
    for name in ("list", "find", "create", "notes", "primary", "delete"):
        assert re.search(r"ports? \(allocations?\)", said[name]), name
    assert set(said) - {"list", "find", "create", "notes", "primary", "delete"} == {"history", "address"}
    # What is no port is not called one: changes, and the name that players type.
    assert said["history"].startswith("See your own changes")
    assert said["address"].startswith("See or say under which name players join")


async def test_no_option_asks_for_a_secret(stage: Stage) -> None:
    names = {option["name"] for command in registered(stage) for option in options_of(command)}

    assert not [name for name in names if re.search(r"key|token|secret|password|api", name)]


async def test_every_description_fits_and_says_something(stage: Stage) -> None:
    parts = [part for command in registered(stage) for part in (command, *options_of(command))]

    assert all(10 <= len(part["description"]) <= 100 for part in parts if part["name"] != "server")
    assert all(part["description"] != "…" for part in parts)


async def test_every_option_that_names_a_server_or_allocation_autocompletes(stage: Stage) -> None:
    named = [
        option
        for command in registered(stage)
        for option in options_of(command)
        if option["name"] in ("server", "allocation")
    ]

    assert len(named) == 10
    assert all(option["autocomplete"] for option in named)


async def test_notes_stop_at_191_in_the_definition_too(stage: Stage) -> None:
    texts = [o for command in registered(stage) for o in options_of(command) if o["name"] in ("notes", "text")]

    # The third is what `find` looks for.
    assert sorted(option["max_length"] for option in texts if option["type"] == 3) == [100, 255, 255]


async def test_definitions_are_sent_at_the_first_start_only(stage: Stage) -> None:
    first = syncs(stage)

    await stage.restart()
    await stage.restart()

    assert first == 1
    assert syncs(stage) == 1


async def test_changed_definitions_are_sent_at_the_next_start(stage: Stage) -> None:
    bot = await stage.build()
    bot.tree.add_command(extra)

    await stage.env.restart_bot(bot)

    assert syncs(stage) == 2
    assert "extra" in {command["name"] for command in registered(stage)}


async def test_definitions_are_sent_anew_where_the_same_database_serves_another_application(stage: Stage) -> None:
    stage.env.backend.application_id += 1

    await stage.restart()
    await stage.restart()

    assert syncs(stage) == 2


@pytest.mark.parametrize("command", sorted(COMMANDS))
async def test_every_command_works_in_direct_messages_and_answers_privately(
    stage: Stage, world: World, command: str
) -> None:
    options = {"server": "Survival", "allocation": "25566"}
    named = options if command.rpartition(" ")[2] in ("notes", "primary", "delete") else {}
    named |= {"text": "25566"} if command == "allocations find" else {}
    named |= {"server": "Survival"} if command == "allocations address" else {}
    ann = stage.in_direct_messages("ann")
    await ann.link(world.ann)

    seen = await ann.run(command, **named)

    if command in ("link", "allocations notes"):
        assert seen.form
    else:
        assert seen.ephemeral
        assert "❌" not in seen.text


@pytest.mark.expects_bug
@pytest.mark.parametrize(
    "data",
    [
        {"name": "gone", "options": []},
        {"name": "allocations", "options": [{"name": "gone", "type": 1, "options": []}]},
        {"name": "allocations", "options": [{"name": "primary", "type": 1, "options": []}]},
    ],
    ids=["no such command", "no such subcommand", "other options"],
)
async def test_a_command_from_an_earlier_version_says_what_to_do(
    stage: Stage, world: World, data: dict[str, Any]
) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await stage.forge_command(ann, data)

    assert "This command has changed since your Discord loaded it." in seen.text
    assert "Restart Discord" in seen.text
    assert seen.ephemeral
    assert stage.asked == []


async def test_help_links_the_privacy_policy(stage: Stage) -> None:
    ann = stage.person("ann")

    seen = await ann.run("help")

    links = {part["label"]: part["url"] for part in seen.components if "url" in part}
    assert links["Privacy policy"] == stage.settings.privacy_url
