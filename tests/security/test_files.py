"""The files the bot makes, the files it takes secrets from, and what gets into its image."""

from __future__ import annotations

import asyncio
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

import pytest
from aiohttp import web

from bot.demo import stage as demo
from bot.operator.health import beat, heartbeat_file
from bot.store.keyfile import parse_keys
from bot.store.vault import Vault
from tests.security.evidence import run_sql
from tests.security.process import ROOT, Ended, run_bot
from tests.stage import Stage
from tests.world import World

TOKEN = "token-that-opens-nothing-at-all"
KEY_A, KEY_B = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=", "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI="
NOWHERE = "http://127.0.0.1:9"


@contextmanager
def umask(mask: int) -> Iterator[None]:
    """Set the umask of this process and of those it starts."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    """Return the permissions of everything in a folder."""
    return {str(path.relative_to(folder)): stat.filemode(path.stat().st_mode) for path in sorted(folder.rglob("*"))}


async def start_in(folder: Path, **settings: str) -> Ended:
    """Start the bot where Discord cannot be reached, so that it makes its files and ends."""
    settings = {"DISCORD_TOKEN": TOKEN, "PANEL_URL": "https://panel.example.com", "DISCORD_API_URL": NOWHERE} | settings
    return await run_bot(folder, "run", **{name: value for name, value in settings.items() if value})


# What the bot makes


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
async def test_files_are_0600_and_folders_0700_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    with umask(mask):
        ended = await start_in(tmp_path, DATABASE_URL="sqlite:///data/of/berth/berth.db")

    assert "Discord cannot be reached" in ended.output
    assert modes(tmp_path) == {
        "data": "drwx------",
        "data/of": "drwx------",
        "data/of/berth": "drwx------",
        "data/of/berth/berth.db": "-rw-------",
        "data/of/berth/encryption.key": "-rw-------",
    }


async def test_the_write_ahead_log_of_a_running_bot_is_0600_too(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with umask(0):
        async with demo.open_stage(world.state, folder, kind=Stage) as stage:
            await stage.linked("ann", world.ann)

            found = modes(folder)

    assert {"berth.db", "berth.db-wal", "berth.db-shm", "encryption.key"} == set(found)
    assert set(found.values()) == {"-rw-------"}


async def test_a_rotation_keeps_the_key_file_to_its_owner(tmp_path: Path) -> None:
    with umask(0):
        await start_in(tmp_path)
        for options in ((), ("--drop-old",)):
            await run_bot(tmp_path, "rotate-key", *options, DISCORD_TOKEN=TOKEN, PANEL_URL="https://panel.example.com")

            assert modes(tmp_path / "data") == {"berth.db": "-rw-------", "encryption.key": "-rw-------"}


async def test_the_heartbeat_file_is_0600_and_never_written_through_a_link(tmp_path: Path) -> None:
    database = tmp_path / "berth.db"
    heartbeat = heartbeat_file(database)
    with umask(0):
        beating = asyncio.create_task(beat(lambda: True, database))
        await asyncio.sleep(0)
        mode = modes(tmp_path)[heartbeat.name]
        beating.cancel()
        await asyncio.wait([beating])
    target = tmp_path / "somebody's file"
    target.write_text("kept")
    before = target.stat().st_mtime_ns
    connected = False
    refused = asyncio.create_task(beat(lambda: connected, database))
    await asyncio.sleep(0)
    heartbeat.symlink_to(target)

    connected = True
    await asyncio.wait([refused], timeout=1.2)
    refused.cancel()
    await asyncio.wait([refused])

    assert mode == "-rw-------"
    assert target.read_text() == "kept"
    assert target.stat().st_mtime_ns == before


# Secrets from files


async def test_the_token_is_read_from_discord_token_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    used = []

    async def refuse(request: web.BaseRequest) -> web.Response:
        used.append(request.headers.get("Authorization"))
        return web.json_response({"message": "401: Unauthorized", "code": 0}, status=401)

    runner = web.ServerRunner(web.Server(refuse))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    discord = f"http://127.0.0.1:{runner.addresses[0][1]}"

    ended = await start_in(
        tmp_path, DISCORD_TOKEN="", DISCORD_TOKEN_FILE=str(tmp_path / "token"), DISCORD_API_URL=discord
    )
    await runner.cleanup()

    assert used == [f"Bot {TOKEN}"]
    assert "Discord refused DISCORD_TOKEN" in ended.output


@pytest.mark.parametrize("content", [f"{KEY_A}\n", f"{KEY_B},{KEY_A}", f"{KEY_B}\n{KEY_A}\n"])
async def test_the_encryption_keys_are_read_from_encryption_key_file(tmp_path: Path, content: str) -> None:
    (tmp_path / "keys").write_text(content)

    await start_in(tmp_path, ENCRYPTION_KEY_FILE=str(tmp_path / "keys"))

    ((names,),) = run_sql(tmp_path / "data/berth.db", "SELECT value FROM settings WHERE name LIKE 'encryption keys%'")
    assert re.findall(r"[0-9a-f]{8}", names) == Vault(parse_keys(content)).key_names
    assert not (tmp_path / "data/encryption.key").exists()


@pytest.mark.parametrize("name", ["DISCORD_TOKEN_FILE", "ENCRYPTION_KEY_FILE"])
@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00binary", b"", b"short"])
async def test_a_secret_file_that_cannot_be_used_is_named_in_one_line(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)

    ended = await start_in(tmp_path, DISCORD_TOKEN="" if name.startswith("DISCORD") else TOKEN, **{name: str(file)})

    assert ended.code == 2
    assert ended.output.startswith("berth: ")
    assert ended.output.count("\n") == 1
    assert name.removesuffix("_FILE") in ended.output
    assert not (tmp_path / "data").exists()


async def test_a_secret_given_directly_wins_over_its_file(tmp_path: Path) -> None:
    await start_in(tmp_path, ENCRYPTION_KEY=KEY_B, ENCRYPTION_KEY_FILE=str(tmp_path / "missing"))

    ((names,),) = run_sql(tmp_path / "data/berth.db", "SELECT value FROM settings WHERE name LIKE 'encryption keys%'")
    assert re.findall(r"[0-9a-f]{8}", names) == Vault(parse_keys(KEY_B)).key_names


# The image

DOCKERFILE = (ROOT / "Dockerfile").read_text()
SECRET_FILES = (
    ".env",
    ".env.production",
    "data/berth.db",
    "data/berth.db-wal",
    "data/encryption.key",
    "encryption.key",
    "bot/.env",
    "bot/.env.local",
    "bot/data/berth.db",
    "bot/data/encryption.key",
    ".git/config",
    "secrets/discord_token",
)


def instructions(*names: str) -> list[str]:
    """Return the arguments of the Dockerfile's instructions of these names."""
    joined = re.sub(r"\\\n\s*", " ", DOCKERFILE)
    return re.findall(rf"^(?:{'|'.join(names)})\s+(.+)$", joined, re.MULTILINE)


def ignored(path: str) -> bool:
    """Tell whether .dockerignore keeps a file out of what the image can be made of; the last line that matches wins."""
    out = False
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.strip().removeprefix("!").strip("/")
        if pattern and not pattern.startswith("#") and _matches(path, pattern):
            out = not line.strip().startswith("!")
    return out


def _matches(path: str, pattern: str) -> bool:
    parts = PurePosixPath(path).parts
    tails = range(len(parts)) if pattern.startswith("**/") else range(1)
    wanted = pattern.removeprefix("**/").split("/")
    return any(
        len(parts) - start >= len(wanted)
        and all(fnmatchcase(part, glob) for part, glob in zip(parts[start:], wanted, strict=False))
        for start in tails
    )


@pytest.mark.parametrize("path", SECRET_FILES)
def test_no_secret_of_the_folder_can_get_into_the_image(path: str) -> None:
    assert ignored(path)


def test_the_image_is_made_of_what_it_needs() -> None:
    copied = [argument.split()[:-1] for argument in instructions("COPY", "ADD") if "--from=" not in argument]

    assert {source for sources in copied for source in sources} == {"requirements.lock", "bot", "LICENSE"}
    assert not ignored("bot/app.py")
    assert not ignored("requirements.lock")


def test_the_image_sets_no_secret_and_runs_without_privileges() -> None:
    assert not re.search("TOKEN|KEY|SECRET|PASSWORD", " ".join(instructions("ENV", "ARG")), re.IGNORECASE)
    assert instructions("USER") == ["berth"]
    assert "-m 0700 /data" in DOCKERFILE


def test_the_example_environment_holds_no_secret() -> None:
    example = (ROOT / ".env.example").read_text()

    assert re.findall(r"^#?(?:DISCORD_TOKEN|ENCRYPTION_KEY)=(.*)$", example, re.MULTILINE) == ["", ""]
