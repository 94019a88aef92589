"""`python -m bot check`: a line for each part, nothing changed on disk, whatever answers."""

from __future__ import annotations

import pytest

from bot.demo.panel import Flavour, Maintenance, PanelState, SimulatedPanel
from bot.store.database import open_database
from tests.cli.checked import ME, line
from tests.cli.terminal import Terminal, answering
from tests.names import unnamed


async def test_check_is_content_with_a_good_setup_before_the_first_start(terminal: Terminal) -> None:
    async with SimulatedPanel(PanelState()) as panel, answering(200, ME) as discord:
        said = await terminal.run("check", PANEL_URL=panel.url, DISCORD_API_URL=discord)

    assert (said.code, said.err) == (0, "")
    assert line(said, "encryption key").startswith("ok     encryption key: none yet; the first start makes one in ")
    assert line(said, "database").startswith("ok     database: none yet; the first start makes ")
    assert line(said, "panel") == (
        f"ok     panel: answers as the client API does; members are sent to {panel.url}/account/api for their keys"
    )
    assert line(said, "token") == "ok     token: belongs to berth"
    assert [found.split(": ")[1].strip() for found in said.out.splitlines()[-2:]] == [
        "https://discord.com/oauth2/authorize?client_id=1&scope=bot+applications.commands&permissions=0",
        "https://discord.com/oauth2/authorize?client_id=1&scope=applications.commands&integration_type=1",
    ]
    assert terminal.files == set()


async def test_an_encryption_key_in_a_file_of_its_own_is_said_to_be_there(terminal: Terminal) -> None:
    file = terminal.folder / "key"
    file.write_text("A" * 43 + "=")
    file.chmod(0o600)

    said = await terminal.run("check", ENCRYPTION_KEY_FILE=str(file))

    assert line(said, "encryption key") == "ok     encryption key: the file that ENCRYPTION_KEY_FILE names holds 1 key"


async def test_several_encryption_keys_in_the_setting_are_counted_whatever_the_other_setting_names(
    terminal: Terminal,
) -> None:
    keys = ",".join(letter * 43 + "=" for letter in "AE")

    said = await terminal.run("check", ENCRYPTION_KEY=keys, ENCRYPTION_KEY_FILE=str(terminal.folder / "none"))

    assert line(said, "encryption key") == "ok     encryption key: ENCRYPTION_KEY holds 2 keys"


async def test_check_knows_a_pelican_by_itself(terminal: Terminal) -> None:
    async with SimulatedPanel(PanelState(), flavour=Flavour.PELICAN) as panel, answering(200, ME) as discord:
        said = await terminal.run("check", PANEL_URL=panel.url, DISCORD_API_URL=discord)

    assert line(said, "panel").endswith(f"members are sent to {panel.url}/profile for their keys")
    assert said.code == 0


async def test_check_says_what_to_set_where_it_does_not_show_which_panel_it_is(terminal: Terminal) -> None:
    async with SimulatedPanel(PanelState(), flavour=Flavour.PELICAN) as panel, answering(200, ME) as discord:
        settings = {"PANEL_URL": panel.url, "DISCORD_API_URL": discord}
        for _ in range(2):
            # As behind something that signs people in itself, before what a browser asks for.
            panel.faults.answer(401, '{"errors":[{"code":"AuthenticationException","status":"401","detail":"x"}]}')
            panel.faults.answer(302, "", headers={"Location": "https://sso.example.com/login"})
            said = await terminal.run("check", **settings)
            if "PANEL_KEY_URL" not in settings:
                told = line(said, "panel")
            settings["PANEL_KEY_URL"] = f"{panel.url}/profile"

    assert f"members are sent to {panel.url}/account/api for their keys, but whether it is a Pelican does not" in told
    assert told.endswith(f"if so, set PANEL_KEY_URL to {panel.url}/profile")
    assert line(said, "panel").endswith(f"; members are sent to {panel.url}/profile for their keys")


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
        (500, "", "not verified: Discord answers with HTTP 500", 1),
        (302, "", "what answers at DISCORD_API_URL is not Discord's API: a login page", 1),
        (429, '{"retry_after": 1}', "not verified: Discord answers with HTTP 429", 1),
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
    assert unnamed(line(said, "panel")).startswith("ok")
    assert (said.code, said.err) == (code, "")


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, "<html>Welcome</html>", "What answers at {panel} is not its API"),
        (
            404,
            '{"errors":[{"detail":"The route api/x could not be found."}]}',
            "What answers at {panel} is not its API",
        ),
        (302, "", "What answers at {panel} is not its API. It redirects me elsewhere"),
        (200, '{"object":"user","attributes":{"id":1,"username":"x"}}', "it accepted a key that cannot exist"),
    ],
)
async def test_check_tells_when_something_else_answers_than_the_panel(
    terminal: Terminal, status: int, body: str, words: str
) -> None:
    async with answering(status, body) as somewhere, answering(200, ME) as discord:
        said = await terminal.run("check", PANEL_URL=somewhere, DISCORD_API_URL=discord)

    assert unnamed(line(said, "panel")).startswith(f"FAILED panel: {words}")
    assert line(said, "token").startswith("ok")
    assert said.code == 1


async def test_check_tells_that_the_panel_is_in_maintenance(terminal: Terminal) -> None:
    state = PanelState(maintenance=Maintenance())

    async with SimulatedPanel(state) as panel, answering(200, ME) as discord:
        said = await terminal.run("check", PANEL_URL=panel.url, DISCORD_API_URL=discord)

    assert unnamed(line(said, "panel")).startswith("FAILED panel: {panel} is in maintenance")
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
    assert unnamed(line(said, "panel")) == "FAILED panel: I cannot reach {panel}. It refuses connections."
    assert (
        line(said, "token") == "FAILED token: not verified: Discord cannot be reached: look at network, DNS and proxy"
    )
    assert (said.code, said.err) == (1, "")
    assert terminal.files == set()


async def test_a_password_file_that_is_set_before_a_move_to_a_server_is_no_reason_to_stop(terminal: Terminal) -> None:
    idle = "DATABASE_PASSWORD_FILE counts for nothing here: it is for a PostgreSQL server"
    before = await terminal.run("check", DATABASE_PASSWORD_FILE="/nowhere/password")
    await (await open_database(f"sqlite:///{terminal.folder / 'data' / 'berth.db'}")).close()

    after = await terminal.run("check", DATABASE_PASSWORD_FILE="/nowhere/password")
    ran = await terminal.run("run", DATABASE_PASSWORD_FILE="/nowhere/password")
    backed_up = await terminal.run("backup", "copy.db", DATABASE_PASSWORD_FILE="/nowhere/password")

    assert line(before, "database").startswith("ok     database: none yet; the first start makes ")
    assert line(before, "database").endswith(f"; {idle}")
    assert line(after, "database") == f"ok     database: opens; {idle}"
    assert f"WARNING bot.operator.needed: {idle}" in ran.err
    assert "DATABASE_URL" not in ran.err
    assert (backed_up.code, backed_up.err) == (0, "")
