"""`python -m bot check`: a line for each part, nothing changed on disk, whatever answers."""

from __future__ import annotations

import pytest

from bot.demo.panel import Flavour, Maintenance, PanelState, SimulatedPanel
from bot.store.database import open_database
from bot.store.keyfile import load_or_create
from tests.cli.terminal import Said, Terminal, answering
from tests.names import unnamed

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
    assert line(said, "panel") == (
        f"ok     panel: answers as the client API does; members are sent to {panel.url}/account/api for their keys"
    )
    assert line(said, "token") == "ok     token: belongs to berth"
    assert [found.split(": ")[1].strip() for found in said.out.splitlines()[-2:]] == [
        "https://discord.com/oauth2/authorize?client_id=1&scope=bot+applications.commands&permissions=0",
        "https://discord.com/oauth2/authorize?client_id=1&scope=applications.commands&integration_type=1",
    ]
    assert terminal.files == set()


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


def problems(said: Said) -> list[str]:
    """Return what is said to be wrong with the settings."""
    return [found.removeprefix("FAILED settings: ") for found in said.out.splitlines() if "FAILED settings" in found]


async def test_check_names_every_problem_at_once(terminal: Terminal) -> None:
    (terminal.folder / ".env").write_text("HISTORY_DAYS=0\nHISTORY_DAY=30\nLOG_LEVEL=LOUD\n")
    (terminal.folder / "data").mkdir()
    (terminal.folder / "data" / "encryption.key").write_text("half a ke")

    said = await terminal.run(
        "check",
        DISCORD_TOKEN=None,
        DISCORD_TOKN="x",
        PANEL_URL="https://one.example.com https://two.example.com",
        SUPPORT_URL="ask me",
        PANEL_CA_FILE="nowhere.pem",
        DISCORD_API_URL="discord",
    )

    found = {sentence.split()[0]: sentence for sentence in problems(said)}
    assert found["DISCORD_TOKEN"] == "DISCORD_TOKEN is not set"
    assert found["DISCORD_TOKN"] == "DISCORD_TOKN in the environment is no setting; is DISCORD_TOKEN meant?"
    assert found["HISTORY_DAY"] == "HISTORY_DAY in .env is no setting; is HISTORY_DAYS meant?"
    assert found["HISTORY_DAYS"] == "HISTORY_DAYS must be a whole number from 1 to 3650"
    assert found["LOG_LEVEL"] == "LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR"
    assert found["PANEL_URL"].startswith("PANEL_URL holds more than one address")
    assert found["PANEL_CA_FILE"] == "PANEL_CA_FILE names a file that cannot be read: No such file or directory"
    assert found["SUPPORT_URL"].startswith("SUPPORT_URL ")
    assert found["DISCORD_API_URL"].startswith("DISCORD_API_URL must start with https://")
    assert found["they"].startswith(f"they were read from {terminal.folder / '.env'}")
    assert line(said, "encryption key").startswith("FAILED encryption key: the key file")
    assert "is damaged" in line(said, "encryption key")
    assert (said.code, said.err) == (2, "")


async def test_check_says_in_which_folder_there_is_no_env_file(terminal: Terminal) -> None:
    wrong_folder = await terminal.run("check", DISCORD_TOKEN=None, PANEL_URL=None)
    by_environment = await terminal.run("check")

    nowhere = f"for there is no .env in {terminal.folder}"
    assert nowhere in problems(wrong_folder)[-1]
    assert nowhere in line(by_environment, "settings")
    assert line(by_environment, "settings").startswith("ok")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("HISTORY_DAY", "HISTORY_DAYS"),
        ("DISCORD_TOKN", "DISCORD_TOKEN"),
        ("DISCORDTOKEN", "DISCORD_TOKEN"),
        ("panel_ur", "PANEL_URL"),
        ("ENCRYPTION_KEYS", "ENCRYPTION_KEY"),
        ("SUPORT_URL", "SUPPORT_URL"),
    ],
)
@pytest.mark.parametrize("place", [".env", "the environment"])
async def test_check_names_a_setting_that_looks_misspelt(terminal: Terminal, name: str, meant: str, place: str) -> None:
    environment: dict[str, str | None] = {}
    if place == ".env":
        (terminal.folder / ".env").write_text(f"{name}=1\n")
    else:
        environment = {name: "1", meant: None}

    said = await terminal.run("check", **environment)

    assert f"{name.upper()} in {place} is no setting; is {meant} meant?" in problems(said)
    assert said.code == 2


async def test_check_takes_no_other_programs_variable_for_a_setting(terminal: Terminal) -> None:
    (terminal.folder / ".env").write_text("TZ=UTC\nCOMPOSE_PROJECT_NAME=berth\nPUID=1000\nexport LANG=C\n")
    foreign = [
        "HISTFILE",
        "HISTSIZE",
        "HISTCONTROL",
        "LOGNAME",
        "PAGER",
        "XDG_DATA_HOME",
        "INVOCATION_ID",
    ]
    foreign += [
        "DISCORD_WEBHOOK_URL",
        "DISCORD_CLIENT_ID",
        "DISCORD_GUILD_ID",
        "DATABASE_HOST",
        "POSTGRES_URL",
        "API_KEY",
    ]
    foreign += ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "HTTPS_PROXY", "REDIS_URL", "PANEL_VERSION", "SECRET_KEY", "TZ"]
    # Almost a setting, but the right one is there too.
    others: dict[str, str | None] = dict.fromkeys((*foreign, "PANEL_URI"), "1")

    said = await terminal.run("check", **others)

    assert line(said, "settings").startswith("ok     settings: panel http://127.0.0.1:9/, from ")


async def test_check_tells_the_client_secret_from_the_token(terminal: Terminal) -> None:
    secret = "aB3-dE6_gH9jK2mN5pQ8sT1vW4yZ7b0c"

    said = await terminal.run("check", DISCORD_TOKEN=secret)
    started = await terminal.run(DISCORD_TOKEN=secret)

    assert problems(said)[0].startswith("DISCORD_TOKEN looks like the application's client secret")
    assert started.complaint.startswith("berth: DISCORD_TOKEN looks like the application's client secret")
    assert secret not in said.out + started.err
    assert (said.code, started.code) == (2, 2)


@pytest.mark.parametrize("name", ["berth.db", "encryption.key"])
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
async def test_check_names_a_file_that_others_may_use(terminal: Terminal, name: str, mode: int) -> None:
    database = terminal.folder / "data" / "berth.db"
    await (await open_database(f"sqlite:///{database}")).close()
    load_or_create(database.with_name("encryption.key"))
    exposed = database.with_name(name)
    exposed.chmod(mode)

    async with SimulatedPanel(PanelState()) as panel, answering(200, ME) as discord:
        said = await terminal.run("check", PANEL_URL=panel.url, DISCORD_API_URL=discord)
        exposed.chmod(0o600)
        mended = await terminal.run("check", PANEL_URL=panel.url, DISCORD_API_URL=discord)

    assert line(said, "files") == (
        f"FAILED files: other users of this machine may use {exposed} (mode 0{mode:o}): run chmod 600 {exposed}"
    )
    assert (said.code, mended.code) == (2, 0)


async def test_check_of_an_env_file_that_cannot_be_read_ends_with_one_line(terminal: Terminal) -> None:
    (terminal.folder / ".env").write_bytes(b"SUPPORT_URL=\xff\n")

    said = await terminal.run("check")

    assert said.out == "FAILED settings: .env is not UTF-8 text\n"
    assert (said.code, said.err) == (2, "")
