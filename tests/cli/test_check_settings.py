"""`python -m bot check` on the settings: every problem at once, and what looks misspelt or is open to others."""

from __future__ import annotations

import pytest

from bot.demo.panel import PanelState, SimulatedPanel
from bot.store.database import open_database
from bot.store.keyfile import load_or_create
from tests.cli.checked import ME, line
from tests.cli.terminal import Said, Terminal, answering


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
