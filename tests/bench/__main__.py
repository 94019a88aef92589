"""The command line: `python -m tests.bench [SCENARIO …] [--rounds N] [--people N] [--json FILE] [--plot FILE]`."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
from contextlib import AsyncExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure, table
from tests.bench.lab import Options, open_lab
from tests.bench.plot import draw
from tests.bench.scenarios import SCENARIOS
from tests.postgres.server import MISSING, programs


def _parser() -> argparse.ArgumentParser:
    plain = Options()
    what = "\n".join(f"  {name:12} {(run.__doc__ or '').splitlines()[0]}" for name, run in SCENARIOS.items())
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Measure the real bot against the smallest honest one, in turn, in one run.",
        epilog=f"scenarios, all by default:\n{what}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="what to measure, see below")
    parser.add_argument("--rounds", type=int, default=plain.rounds, help="how often each figure is taken (%(default)s)")
    parser.add_argument("--actions", type=int, default=plain.actions, help="actions in a batch (%(default)s)")
    parser.add_argument(
        "--seconds", type=float, default=plain.seconds, help="length of a batch with a rate (%(default)s)"
    )
    parser.add_argument(
        "--people", type=int, default=plain.people, help="distinct people in the scenario people (%(default)s)"
    )
    parser.add_argument(
        "--links", type=int, default=plain.links, help="links stored in the scenario links (%(default)s)"
    )
    parser.add_argument("--guilds", type=int, default=plain.guilds, help="guilds in the scenario guilds (%(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure of every round there")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the scenario load as PNG (extra: bench)")
    return parser


async def _run(chosen: argparse.Namespace) -> list[Figure]:
    options = Options(
        rounds=chosen.rounds,
        actions=chosen.actions,
        seconds=chosen.seconds,
        people=chosen.people,
        links=chosen.links,
        guilds=chosen.guilds,
    )
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="berth-bench-") as folder:
        async with open_lab(options, Path(folder)) as lab:
            for name in chosen.scenarios or SCENARIOS:
                _say(f"{name} …")
                async with AsyncExitStack() as stack:
                    found = await SCENARIOS[name](lab.within(stack))
                figures += found
                _say(table(found))
    return figures


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def _machine() -> dict[str, Any]:
    return {"python": platform.python_version(), "system": platform.platform(), "processors": os.cpu_count()}


def _refusal(chosen: argparse.Namespace) -> str | None:
    """Say before anything is measured what would make it be in vain."""
    unknown = set(chosen.scenarios) - set(SCENARIOS)
    if unknown:
        return f"no such scenario: {', '.join(sorted(unknown))}"
    for name in ("rounds", "actions", "seconds", "people", "links", "guilds"):
        if getattr(chosen, name) <= 0:
            return f"--{name} must be more than 0"
    for path in (chosen.json, chosen.plot):
        if path and not path.parent.is_dir():
            return f"there is no folder {path.parent}"
    if "scale" in (chosen.scenarios or SCENARIOS) and programs() is None:
        return f"the scenario scale needs a database server, and there is {MISSING}"
    if chosen.plot and find_spec("matplotlib") is None:
        return "--plot needs an extra: pip install '.[dev,bench]'"
    if chosen.plot and chosen.scenarios and "load" not in chosen.scenarios:
        return "--plot draws the scenario load; name it too"
    return None


def main() -> int:
    """Measure, print the table, and return 1 if a budget was missed."""
    parser = _parser()
    chosen = parser.parse_args()
    refusal = _refusal(chosen)
    if refusal:
        parser.error(refusal)
    figures = asyncio.run(_run(chosen))
    bound = [figure for figure in figures if figure.budget is not None]
    missed = [figure for figure in bound if not figure.kept]
    if bound:
        _say(f"\nBudgets\n{table(bound)}\n{len(bound) - len(missed)} of {len(bound)} budgets kept.")
    if chosen.json:
        report = {"machine": _machine(), "figures": [figure.as_json() for figure in figures]}
        chosen.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    if chosen.plot:
        draw(figures, chosen.plot)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
