"""Where the numbers are told: a place that is taken or an extra that is missing ends the start, with words."""

from __future__ import annotations

import socket
from contextlib import closing
from pathlib import Path

import pytest

from tests.process.harbour import Harbour
from tests.wire.process import ROOT


async def test_a_place_that_is_taken_ends_the_start_with_one_line(harbour: Harbour) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        async with harbour.bot(METRICS=place) as bot:
            assert await bot.ended() == 2

    assert bot.lines[-1] == f"berth: METRICS: {place} cannot be listened at: Address already in use"


async def test_the_place_of_a_bot_that_runs_is_fine_for_a_check_of_it_and_not_for_one_of_another(
    harbour: Harbour, tmp_path: Path, port: int
) -> None:
    place = f"127.0.0.1:{port}"
    async with harbour.bot(METRICS=place):
        await harbour.discord.until_ready()
        async with harbour.bot("check", METRICS=place) as same:
            codes = [await same.ended()]
        async with harbour.bot("check", METRICS=place, DATABASE_URL=f"sqlite:///{tmp_path / 'other.db'}") as other:
            codes.append(await other.ended())

    assert f"ok     metrics: the bot runs already, and tells its numbers at {place}" in same.output
    assert (
        f"FAILED metrics: METRICS: {place} cannot be listened at: Address already in use, by another process of Berth: "
        "give each a port of its own, or end that one"
    ) in other.output
    assert codes == [0, 2]


@pytest.fixture
def without_the_extra(tmp_path: Path) -> str:
    """Return a search path on which the library of the extra looks as if it were not installed."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "prometheus_client.py").write_text("raise ModuleNotFoundError('hidden by the test')\n")
    return f"{hidden}:{ROOT}"


async def test_without_the_extra_the_bot_works_and_imports_nothing_of_it(
    harbour: Harbour, without_the_extra: str
) -> None:
    async with harbour.bot(PYTHONPATH=without_the_extra) as bot:
        await harbour.discord.until_ready()
        await harbour.open_panel(await harbour.linked())
        bot.assert_content()


async def test_numbers_without_the_extra_end_the_start_with_what_to_install(
    harbour: Harbour, without_the_extra: str, port: int
) -> None:
    async with harbour.bot(PYTHONPATH=without_the_extra, METRICS=f"127.0.0.1:{port}") as bot:
        assert await bot.ended() == 2

    assert bot.lines == ["berth: METRICS needs its extra: pip install '.[metrics]'"]
