"""The benchmark itself works: every scenario, in a size that says nothing about speed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.bench.actions import Actions
from tests.bench.figures import Figure, Measure, against_itself, plain, table
from tests.bench.lab import PEOPLE, Options, open_lab
from tests.bench.load import closed
from tests.bench.processes import ROOT
from tests.bench.world import HOUSEHOLDS, Account, Person, bench_world, shared_key
from tests.postgres.server import MISSING, programs

SMALL = ("--rounds", "1", "--actions", "3", "--seconds", "0.2", "--people", "40", "--links", "60", "--guilds", "30")


def measured(scenario: str, folder: Path) -> list[dict[str, Any]]:
    """Run a scenario in a small size and return its figures."""
    report = folder / "figures.json"
    command = [sys.executable, "-m", "tests.bench", scenario, *SMALL, "--json", str(report)]

    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)  # noqa: S603

    # 1: a budget was missed, as it may be at such a size.
    assert ended.returncode in (0, 1), ended.stderr
    assert ended.stderr == ""
    figures: list[dict[str, Any]] = json.loads(report.read_text())["figures"]
    assert all(figure["what"] in ended.stdout for figure in figures)
    return figures


@pytest.mark.parametrize("account", Account)
def test_the_panel_knows_the_key_of_everybody(account: Account) -> None:
    known = {key.token for key in bench_world().keys}

    assert {shared_key(Person(number, account).key) for number in range(2 * HOUSEHOLDS)} <= known


@pytest.mark.parametrize("scenario", ["start", "guilds", "people", "connections", "cost", "node", "orjson", "scrape"])
def test_a_scenario_measures_and_writes_its_figures(scenario: str, tmp_path: Path) -> None:
    figures = measured(scenario, tmp_path)

    assert all(figure["rounds"] and figure["result"] >= 0 for figure in figures if figure["measure"] != "difference")
    assert figures or scenario == "orjson"


@pytest.mark.timeout(320)
@pytest.mark.skipif(programs() is None, reason=MISSING)
def test_the_scenario_of_several_processes_measures_each_of_them(tmp_path: Path) -> None:
    results = {figure["what"]: figure["result"] for figure in measured("scale", tmp_path)}

    for name in ("1 on SQLite", "1 on PostgreSQL", "2 on PostgreSQL", "4 on PostgreSQL"):
        assert results[f"{name}: lost"] == 0
        assert results[f"{name}: lists a second, 20 people at once"] > 0
    for processes in (2, 4):
        assert results[f"CPU a list, 100 a second, {processes} processes against 1"] > 0
    # The claim; and once a minute the link. What the bot asks now and then comes on top.
    assert 1 <= results["statements a list, within a minute"] < 1.5
    assert 2 <= results["statements a list, for the first time"] < 2.5
    assert 2 <= results["statements a list, by the name of another server"] < 2.5


def test_every_action_that_is_measured_is_done_and_makes_its_panel_calls(tmp_path: Path) -> None:
    results = {figure["what"]: figure["result"] for figure in measured("actions", tmp_path)}

    # A creation and a promotion are looked at once more a few seconds later.
    expected = {"list": 1, "button press (Refresh)": 1, "warm autocomplete": 0, "cold autocomplete": 1} | {
        "notes": 2, "primary": 4, "create": 4,
    }  # fmt: skip
    assert {name: results[f"{name}, panel calls each"] for name in expected} == expected
    assert results["actions lost or refused"] == 0


def test_the_way_to_a_running_game_is_gone_and_makes_its_panel_calls(tmp_path: Path) -> None:
    results = {figure["what"]: figure["result"] for figure in measured("ports", tmp_path)}

    expected = {"Restart…, the question": 3, "everyone's changes": 1, "four ports at once": 17} | {
        "find over 500 servers, just read": 0, "find over 500 servers, read anew": 5,
    }  # fmt: skip
    assert {name: results[f"{name}, panel at 50 ms, panel calls each"] for name in expected} == expected
    assert results["ports, panel at 50 ms, actions lost or refused"] == 0


async def test_a_refusal_is_not_measured_as_if_it_were_the_action(tmp_path: Path) -> None:
    async with open_lab(Options(), tmp_path) as lab:
        bot = await lab.bot(people=PEOPLE[:1])
        batch = await closed(bot, Actions(bot, PEOPLE[:2]).list, 2, 2)

        assert (len(batch.answered), batch.lost) == (1, 1)
        assert "First, link your account on" in batch.last_lost
        with pytest.raises(RuntimeError, match="Not one action was answered"):
            await closed(bot, Actions(bot, PEOPLE[1:2]).list, 1, 1)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (("nothing",), "no such scenario: nothing"),
        (("--rounds", "0"), "--rounds must be more than 0"),
        (("--json", "nowhere/at/all.json"), "there is no folder nowhere/at"),
        (("start", "--plot", "load.png"), "--plot "),
    ],
)
def test_what_would_be_in_vain_is_refused_before_it_is_measured(wrong: tuple[str, ...], words: str) -> None:
    command = [sys.executable, "-m", "tests.bench", *wrong]

    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603

    assert ended.returncode == 2
    assert words in ended.stderr.splitlines()[-1]


def test_a_figure_is_the_median_of_its_rounds_each_beside_its_base() -> None:
    ratio = Figure("list", "ms", (2.0, 9.0, 4.0), (1.0, 3.0, 4.0), budget=1.8)
    difference = Figure("start", "s", (1.5, 1.0), (1.0, 0.9), measure=Measure.DIFFERENCE, budget=0.3)

    assert (ratio.result, ratio.kept) == (2.0, False)
    assert (round(difference.result, 6), difference.kept) == (0.3, True)
    assert plain("lost", "", [0.0, 2.0, 1.0], budget=0).kept is False
    assert against_itself("list", "ms", [1.0], [1.0]).kept is None


def test_the_table_shows_budget_result_spread_and_verdict() -> None:
    row = table([Figure("list, CPU", "ms", (3.0, 4.0), (2.0, 2.0), budget=1.8)]).splitlines()[-1]

    assert [cell.strip() for cell in row.strip("|").split("|")] == [
        "list, CPU", "1.80 ×", "1.75 ×", "1.5–2", "3.5 ms", "2 ms (floor)", "kept",
    ]  # fmt: skip
