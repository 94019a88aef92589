"""`python -m bot check` on METRICS: what would end the start is said, and the place is let go of again."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest

from bot.demo.panel import PanelState, SimulatedPanel
from tests.cli.checked import ME, line
from tests.cli.terminal import Terminal, answering, coming_first
from tests.ports import free_port


async def test_a_place_that_is_free_is_good(terminal: Terminal) -> None:
    place = f"127.0.0.1:{free_port()}"
    async with SimulatedPanel(PanelState()) as panel, answering(200, ME) as discord:
        said = await terminal.run("check", PANEL_URL=panel.url, DISCORD_API_URL=discord, METRICS=place)

    assert line(said, "metrics") == f"ok     metrics: {place} is free"
    assert said.code == 0


async def test_nothing_is_said_of_a_place_that_is_not_asked_for(terminal: Terminal) -> None:
    assert "metrics" not in (await terminal.run("check")).out


async def test_a_place_that_another_program_has_is_named(terminal: Terminal) -> None:
    async with answering(200, "ready", "text/plain") as stranger:
        place = stranger.removeprefix("http://")
        said = await terminal.run("check", METRICS=place)

    assert line(said, "metrics") == (f"FAILED metrics: METRICS: {place} cannot be listened at: Address already in use")
    assert said.code == 2


async def test_a_place_where_something_listens_and_says_nothing_is_named(terminal: Terminal) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        said = await terminal.run("check", METRICS=f"127.0.0.1:{taken.getsockname()[1]}")

    assert line(said, "metrics").endswith("cannot be listened at: Address already in use")


async def test_an_address_of_another_machine_is_named(terminal: Terminal) -> None:
    said = await terminal.run("check", METRICS="192.0.2.1:9464")

    assert line(said, "metrics").endswith("192.0.2.1:9464 cannot be listened at: Cannot assign requested address")
    assert said.code == 2


async def test_the_extra_that_is_missing_is_named(terminal: Terminal) -> None:
    hidden = coming_first(terminal.folder, "prometheus_client", "raise ModuleNotFoundError('hidden by the test')\n")
    said = await terminal.run("check", METRICS=f"127.0.0.1:{free_port()}", PYTHONPATH=hidden)

    assert line(said, "metrics") == "FAILED metrics: METRICS needs its extra: pip install '.[metrics]'"
    assert said.code == 2


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:9464",
        "127.0.0.1:9464/metrics",
        "me@127.0.0.1:9464",
        "::1:9464",
        "[zz]:9464",
        "127.0.0.1:99999",
    ],
)
@pytest.mark.parametrize("command", ["check", "run", "health"])
async def test_what_is_no_address_and_port_is_named_as_that(terminal: Terminal, text: str, command: str) -> None:
    said = await terminal.run(command, METRICS=text)

    assert (
        "METRICS must be an address and a port of this machine, without http:// or a path, as 127.0.0.1:9464 or "
        "[::1]:9464"
    ) in said.out + said.err
    assert said.code == 2
