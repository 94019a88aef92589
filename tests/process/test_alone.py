"""Processes that meet on one folder: first starts at the same moment, a second bot, a rotation beside a first start.

A round or a few by default; `BERTH_LONG=1 python -m pytest tests/process/test_alone.py` plays a hundred.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.store.keyfile import read_keys
from tests.names import unnamed
from tests.process.harbour import Harbour
from tests.process.start.refused import files, refusal
from tests.wire.process import ROOT

LONG = bool(os.environ.get("BERTH_LONG"))
ROUNDS = 100 if LONG else 1
AT_ONCE = 4
NOWHERE = "http://127.0.0.1:9/api/v10"
FINDS_KEYS = """
import sys
from pathlib import Path
from bot.store.keyfile import load_or_create
for line in sys.stdin:
    print(load_or_create(Path(line.strip()))[0].hex(), flush=True)
"""


async def test_of_first_starts_at_one_moment_all_use_the_one_key_in_the_file(tmp_path: Path) -> None:
    starters = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", FINDS_KEYS),
            env={"PYTHONPATH": str(ROOT)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        for _ in range(AT_ONCE)
    ]
    told: list[set[str]] = []
    kept: list[set[str]] = []
    for number in range(ROUNDS * 8):
        path = tmp_path / f"{number}.key"
        for starter in starters:
            assert starter.stdin is not None
            starter.stdin.write(f"{path}\n".encode())
        lines = [await starter.stdout.readline() for starter in starters if starter.stdout is not None]
        told.append({line.decode().strip() for line in lines})
        kept.append({key.hex() for key in read_keys(path)})
    for starter in starters:
        await starter.communicate(b"")

    assert told == kept
    assert {Path(name).suffix for name in files(tmp_path)} == {".key"}


async def test_two_bots_started_first_at_once_in_one_folder_lose_nobodys_link(harbour: Harbour) -> None:
    for number in range(ROUNDS):
        folder = harbour.folder / str(number)
        urls = [f"sqlite:///{folder / name}.db" for name in ("one", "two")]
        async with harbour.bot(DATABASE_URL=urls[0]) as one, harbour.bot(DATABASE_URL=urls[1]) as two:
            await asyncio.gather(one.until_line("Ready as"), two.until_line("Ready as"))
            member = await harbour.linked()
        seen = []
        for url in urls:
            async with harbour.bot(DATABASE_URL=url) as again:
                await again.until_line("Ready as")
                seen.append((await (await harbour.discord.slash(member.id, "servers")).wait_for_answer()).text)

        # Discord gave the link to one of the two; the other never heard of this member.
        assert sorted(unnamed(text.splitlines()[0]) for text in seen) == [
            member.server.name,
            "🔗 First, link your account on {panel}",
        ]


async def test_a_rotation_beside_a_first_start_loses_no_link(harbour: Harbour) -> None:
    for number in range(ROUNDS):
        url = f"sqlite:///{harbour.folder / str(number) / 'berth.db'}"
        async with harbour.bot(DATABASE_URL=url) as bot:
            while await _rotate(harbour, url) != 0:
                assert bot.running
            await bot.until_line("Ready as")
            member = await harbour.linked()
            assert await _rotate(harbour, url, "--drop-old") == 0
            bot.terminate()
            await bot.ended()
        async with harbour.bot(DATABASE_URL=url) as again:
            await again.until_line("Ready as")
            seen = await (await harbour.discord.slash(member.id, "servers")).wait_for_answer()

        assert "25566" in seen.text


async def _rotate(harbour: Harbour, url: str, *options: str) -> int:
    async with harbour.bot("rotate-key", *options, DATABASE_URL=url) as rotation:
        return await rotation.ended()


async def test_of_two_rotations_at_once_one_is_told_to_wait_and_no_link_is_lost(harbour: Harbour) -> None:
    async with harbour.bot():
        await harbour.discord.until_ready()
        member = await harbour.linked()
        for _ in range(ROUNDS):
            rotations = [harbour.bot("rotate-key") for _ in range(2)]
            async with rotations[0], rotations[1]:
                codes = {await rotation.ended() for rotation in rotations}
            complaints = [line for rotation in rotations for line in rotation.lines]
            assert codes <= {0, 2}, complaints
            assert all("another rotate-key is under way" in line for line in complaints)
            async with harbour.bot("rotate-key", "--drop-old") as last:
                assert await last.ended() == 0

            seen = await (await harbour.discord.slash(member.id, "servers")).wait_for_answer()

            assert "25566" in seen.text


async def test_a_second_bot_on_the_same_database_ends_with_one_line_and_code_2(harbour: Harbour) -> None:
    async with harbour.bot() as first:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        locked = (harbour.folder / "berth.db.lock").stat()

        said = await refusal(harbour.bot())

        seen = await (await harbour.discord.slash(member.id, "servers")).wait_for_answer()
        assert first.running
        assert (harbour.folder / "berth.db.lock").stat() == locked

    assert f"another bot runs on {harbour.folder / 'berth.db'}" in said
    assert "stop it first" in said
    assert harbour.discord.gateway.identifies == 1
    assert "25566" in seen.text


@pytest.mark.parametrize(
    "command", [["check"], ["backup", "copy.db"], ["rotate-key"], ["rotate-key", "--drop-old"]], ids=" ".join
)
async def test_what_an_operator_runs_beside_the_bot_is_welcome(harbour: Harbour, command: list[str]) -> None:
    async with harbour.bot():
        await harbour.discord.until_ready()
        if "--drop-old" in command:
            assert await _rotate(harbour, f"sqlite:///{harbour.folder / 'berth.db'}") == 0

        async with harbour.bot(*command) as beside:
            code = await beside.ended()

    assert code == 0, beside.output + beside.lines


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
async def test_a_bot_that_has_ended_in_any_way_keeps_no_other_from_starting(
    harbour: Harbour, end: signal.Signals
) -> None:
    async with harbour.bot() as first:
        await harbour.discord.until_ready()
        if end is signal.SIGKILL:
            await first.kill()
        else:
            first.terminate()
            await first.ended()

    async with harbour.bot() as second:
        await second.until_line("Ready as")

        assert (harbour.folder / "berth.db.lock").stat().st_mode & 0o777 == 0o600
        second.terminate()
        await second.ended()
    assert not (harbour.folder / "berth.db.lock").exists()


async def test_of_bots_started_at_one_moment_one_runs(harbour: Harbour) -> None:
    for _ in range(ROUNDS):
        bots = [harbour.bot(DISCORD_API_URL=NOWHERE) for _ in range(AT_ONCE)]
        for bot in bots:
            await bot.start()
        codes = [await bot.ended() for bot in bots]

        assert set(codes) <= {1, 2}
        assert 1 in codes
        assert all("another bot runs on" in bot.lines[-1] for bot, code in zip(bots, codes, strict=True) if code == 2)


async def test_two_bots_in_memory_do_not_meet(harbour: Harbour) -> None:
    settings: Any = {"DATABASE_URL": "sqlite://", "ENCRYPTION_KEY": "A" * 43 + "="}

    async with harbour.bot(**settings) as one, harbour.bot(**settings) as two:
        await asyncio.gather(one.until_line("Ready as"), two.until_line("Ready as"))

    assert files(harbour.folder) == {}


async def test_a_lock_file_that_is_a_link_is_not_followed(harbour: Harbour) -> None:
    target = harbour.folder / "somebody's file"
    (harbour.folder / "berth.db.lock").symlink_to(target)

    said = await refusal(harbour.bot())

    assert "berth.db.lock cannot be used" in said
    assert not target.exists()
