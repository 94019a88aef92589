"""`python -m bot check`: a line for each part, nothing changed on disk, whatever answers."""

from __future__ import annotations

import pytest

from bot.demo.panel import Maintenance, PanelState, SimulatedPanel
from bot.store.database import open_database
from tests.cli.terminal import Said, Terminal, answering

ME = '{"id": "1", "username": "berth"}'


def line(said: Said, part: str) -> str:
    """Return the line about a part."""
    [found] = [line for line in said.out.splitlines() if line[7:].startswith(f"{part}:")]
    return found


async def test_check_is_content_with_a_good_setup_before_the_first_start(terminal: Terminal) -> None:
    async with SimulatedPanel(PanelState()) as panel, answering(200, ME) as discord:
        said = await terminal.run("check", PANEL_URL=panel.url, DISCORD_API_URL=discord)

    assert (said.code, said.err) == (0, "")
    assert line(said, "encryption key").startswith("ok     encryption key: none yet; the first start makes one in ")
    assert line(said, "database").startswith("ok     database: none yet; the first start makes ")
    assert line(said, "panel") == "ok     panel: answers as the client API does"
    assert line(said, "token") == "ok     token: belongs to berth"
    assert terminal.files == set()


async def test_check_leaves_a_database_as_it_is(terminal: Terminal) -> None:
    database = terminal.folder / "data" / "berth.db"
    await (await open_database(f"sqlite:///{database}")).close()
    before, content = terminal.files, database.read_bytes()

    async with SimulatedPanel(PanelState()) as panel, answering(200, ME) as discord:
        said = await terminal.run("check", PANEL_URL=panel.url, DISCORD_API_URL=discord)

    assert line(said, "database") == "ok     database: opens"
    assert (terminal.files, database.read_bytes()) == (before, content)


@pytest.mark.parametrize(
    ("status", "body", "words", "code"),
    [
        (401, '{"message": "401: Unauthorized", "code": 0}', "Discord refuses DISCORD_TOKEN", 2),
        (500, "", "Discord answers with HTTP 500", 1),
        (302, "", "Discord answers with HTTP 302", 1),
        (429, '{"retry_after": 1}', "Discord answers with HTTP 429", 1),
        (200, "not json", "what answers at DISCORD_API_URL is not Discord's API", 1),
        (200, "[1, 2]", "what answers at DISCORD_API_URL is not Discord's API", 1),
        (200, '{"username": 5}', "what answers at DISCORD_API_URL is not Discord's API", 1),
    ],
)
async def test_check_tells_what_is_wrong_with_discord(
    terminal: Terminal, status: int, body: str, words: str, code: int
) -> None:
    async with SimulatedPanel(PanelState()) as panel, answering(status, body) as discord:
        said = await terminal.run("check", PANEL_URL=panel.url, DISCORD_API_URL=discord)

    assert line(said, "token").startswith(f"FAILED token: {words}")
    assert line(said, "panel").startswith("ok")
    assert (said.code, said.err) == (code, "")


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, "<html>Welcome</html>", "What answered is not the panel's API"),
        (404, '{"errors":[{"detail":"The route api/x could not be found."}]}', "What answered is not the panel's API"),
        (302, "", "What answered is not the panel's API. It redirects me elsewhere"),
        (200, '{"object":"user","attributes":{"id":1,"username":"x"}}', "it accepted a key that cannot exist"),
    ],
)
async def test_check_tells_when_something_else_answers_than_the_panel(
    terminal: Terminal, status: int, body: str, words: str
) -> None:
    async with answering(status, body) as somewhere, answering(200, ME) as discord:
        said = await terminal.run("check", PANEL_URL=somewhere, DISCORD_API_URL=discord)

    assert line(said, "panel").startswith(f"FAILED panel: {words}")
    assert line(said, "token").startswith("ok")
    assert said.code == 1


async def test_check_tells_that_the_panel_is_in_maintenance(terminal: Terminal) -> None:
    state = PanelState(maintenance=Maintenance())

    async with SimulatedPanel(state) as panel, answering(200, ME) as discord:
        said = await terminal.run("check", PANEL_URL=panel.url, DISCORD_API_URL=discord)

    assert line(said, "panel").startswith("FAILED panel: The panel is in maintenance")
    assert said.code == 1


async def test_check_names_a_file_of_authorities_that_holds_none(terminal: Terminal) -> None:
    (terminal.folder / "ca.pem").write_text("this is no certificate")

    async with SimulatedPanel(PanelState()) as panel, answering(200, ME) as discord:
        said = await terminal.run("check", PANEL_URL=panel.url, DISCORD_API_URL=discord, PANEL_CA_FILE="ca.pem")

    assert "PANEL_CA_FILE holds no certificates" in said.out
    assert (said.code, said.err) == (2, "")


async def test_check_names_a_file_that_is_no_database(terminal: Terminal) -> None:
    (terminal.folder / "data").mkdir()
    (terminal.folder / "data" / "berth.db").write_text("this is no database, " * 100)

    async with SimulatedPanel(PanelState()) as panel, answering(200, ME) as discord:
        said = await terminal.run("check", PANEL_URL=panel.url, DISCORD_API_URL=discord)

    assert line(said, "database").startswith("FAILED database: the database cannot be opened")
    assert said.code == 2
    assert terminal.files == {"data", "data/berth.db"}


async def test_check_without_anything_to_reach_ends_with_one_line_for_each_part(terminal: Terminal) -> None:
    said = await terminal.run("check")

    assert [found[:7] for found in said.out.splitlines()] == ["ok     ", "ok     ", "ok     ", "FAILED ", "FAILED "]
    assert line(said, "panel") == "FAILED panel: I cannot reach the panel. It refuses connections."
    assert (
        line(said, "token")
        == "FAILED token: not verified, for Discord cannot be reached: look at network, DNS and proxy"
    )
    assert (said.code, said.err) == (1, "")
    assert terminal.files == set()
