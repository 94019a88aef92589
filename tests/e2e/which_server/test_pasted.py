"""A pasted address of a server's page on the panel is that server, for every command."""

from __future__ import annotations

import pytest

from tests.e2e.which_server.meant import BOTH, COMMANDS, VIEW, went_on
from tests.stage import Stage
from tests.world import World


def forms(host: str) -> list[str]:
    """Return the ways in which the address of Survival's page comes out of a browser or a chat."""
    return [
        f"https://{host}/server/5e000001",
        f"http://{host}:8443/server/5E000001/network",
        f"https://{host}/server/5e000001/files?dir=%2F#edit",
        f"{host}/server/5e000001",
        f"<https://{host}/server/5e000001>",
        f"https://{host}/server/5e000001-0000-4000-8000-000000000001/console",
        f"https://{host}/panel/server/5e000001",
        "/server/5e000001",
        "server/5e000001/backups",
        f"https://{host}/server/5e000001/{'long/' * 30}",
    ]


@BOTH
@pytest.mark.parametrize("number", range(len(forms("x"))))
async def test_a_pasted_panel_address_is_a_server_and_costs_one_call(stage: Stage, world: World, number: int) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()

    seen = await ann.run("allocations list", server=forms("127.0.0.1")[number])

    assert seen.embed.title == "Survival"
    assert stage.asked == [VIEW]


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_pasted_panel_address_is_a_server_for_every_command(stage: Stage, world: World, command: str) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run(command, server=f"{stage.panel.url}/server/5e000001/network", **COMMANDS[command])

    assert await went_on(stage, world, command, seen, ann)


@BOTH
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("https://panel.other.example/server/5e000001", "panel.other.example"),
        ("panel.other.example/server/5e000001", "panel.other.example"),
        ("https://127.0.0.1@panel.other.example/server/5e000001", "panel.other.example"),
        ("https://127.0.0.1.other.example/server/5e000001", "127.0.0.1.other.example"),
    ],
)
async def test_an_address_of_another_host_is_refused_and_nothing_is_asked(
    stage: Stage, world: World, command: str, typed: str, host: str
) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run(command, server=typed, **COMMANDS[command])

    assert "That address leads to another site" in seen.text
    assert f"It leads to `{host}`, and I work with 127.0.0.1" in seen.text
    assert stage.asked == []


async def test_an_address_of_the_panel_that_is_of_no_server_says_what_to_copy(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server=f"{stage.panel.url}/account/api")

    assert "That address does not lead to a server" in seen.text
    assert "Copy the address of the server's own page on" in seen.text
    assert stage.asked == []


async def test_a_name_with_a_slash_is_still_a_name(stage: Stage, world: World) -> None:
    world.survival.name = "SMP/Hard server/Two"
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="smp/hard server/two")

    assert seen.embed.title == "SMP/Hard server/Two"


async def test_a_pasted_address_is_suggested_as_the_server_it_is(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    address = f"{stage.panel.url}/server/5e000001"

    servers = await ann.suggest("allocations list", "server", address)
    rows = await ann.suggest("allocations primary", "allocation", "voice", server=address)
    foreign = await ann.suggest("allocations list", "server", "https://other.example/server/5e000001")

    assert list(servers.values()) == ["5e000001"]
    assert list(rows.values()) == ["#2"]
    assert foreign == {}
    assert stage.asked == []
