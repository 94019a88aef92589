"""The picture: answer time against load, the floor and the bot in one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median

from tests.bench.figures import Figure

_STYLES = {50: ("-", "half of the answers"), 99: (":", "99 of 100 answers")}
_COLOURS = {"Berth": "#5865f2", "floor": "#8a8f98"}


def draw(figures: Sequence[Figure], path: Path) -> None:
    """Draw the figures of the scenario `load` into a PNG file; raises ImportError without Matplotlib."""
    # Needed only here, and an extra: the benchmark itself runs without it.
    from matplotlib import use
    from matplotlib.figure import Figure as Picture

    use("Agg")
    picture = Picture(figsize=(8, 4.5), layout="constrained")
    axes = picture.subplots()
    for percent, (line, words) in _STYLES.items():
        points = sorted((figure.at[0], figure) for figure in figures if figure.at and figure.at[1] == percent)
        rates = [rate for rate, _ in points]
        for name, colour in _COLOURS.items():
            times = [median(figure.rounds if name == "Berth" else figure.base) for _, figure in points]
            axes.plot(rates, times, line, color=colour, marker="o", markersize=4, label=f"{name}, {words}")
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="lists a second, on one core (panel at 0 ms)",
        ylabel="milliseconds to the final answer",
        title="Answer time against load: Berth and the smallest discord.py bot",
    )
    ticks = sorted({figure.at[0] for figure in figures if figure.at})
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.grid(visible=True, alpha=0.3)
    axes.legend(loc="upper center")
    picture.savefig(path, dpi=110)
