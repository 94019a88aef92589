"""What Discord is told of the commands: their definitions, and when they are sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import discord
import pytest
from discord import app_commands

from tests.e2e.definitions import COMMANDS, registered, syncs
from tests.stage import Stage
from tests.world import World


@app_commands.command()
async def extra(interaction: discord.Interaction) -> None:
    """Stand for a command that a newer version has."""
    await interaction.response.defer()


def options_of(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every option of a command, subcommands included."""
    for option in part.get("options", ()):
        yield option
        yield from options_of(option)


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
