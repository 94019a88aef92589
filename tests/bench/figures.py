"""What was measured: figures with a budget or without, as ratios, differences or plain numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Any

from tests.bench.load import Batch


class Measure(StrEnum):
    """How a figure is compared with its base."""

    RATIO = "×"
    DIFFERENCE = "+"
    PLAIN = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured in several rounds, in each of them beside its base: the floor, or the bot itself."""

    what: str
    unit: str
    rounds: tuple[float, ...]
    base: tuple[float, ...] = ()
    against: str = "floor"
    measure: Measure = Measure.RATIO
    budget: float | None = None
    at: tuple[int, int] | None = None
    """For a point of the plot: how many a second, and which percentile."""

    @property
    def compared(self) -> list[float]:
        """Each round's figure in relation to its base in the same round."""
        if self.measure is Measure.PLAIN:
            return list(self.rounds)
        pairs = zip(self.rounds, self.base, strict=True)
        return [a / b if self.measure is Measure.RATIO else a - b for a, b in pairs]

    @property
    def result(self) -> float:
        """The median over the rounds."""
        return median(self.compared)

    @property
    def kept(self) -> bool | None:
        """Whether the budget is kept; None where there is none."""
        return None if self.budget is None else self.result <= self.budget

    def as_json(self) -> dict[str, Any]:
        """Return everything about it as plain values."""
        return {
            "what": self.what,
            "unit": self.unit,
            "against": self.against if self.base else None,
            "measure": self.measure.name.lower(),
            "result": round(self.result, 4),
            "spread": [round(min(self.compared), 4), round(max(self.compared), 4)],
            "budget": self.budget,
            "kept": self.kept,
            "at": self.at,
            "rounds": [round(value, 4) for value in self.rounds],
            "base": [round(value, 4) for value in self.base],
        }


def against_itself(
    what: str, unit: str, rounds: Iterable[float], base: Iterable[float], budget: float | None = None
) -> Figure:
    """Return a figure of the bot in relation to the bot under other circumstances."""
    return Figure(what, unit, tuple(rounds), tuple(base), against="itself", budget=budget)


def plain(what: str, unit: str, rounds: Iterable[float], budget: float | None = None) -> Figure:
    """Return a figure that is compared with nothing."""
    return Figure(what, unit, tuple(rounds), measure=Measure.PLAIN, budget=budget)


def cpus(batches: Iterable[Batch]) -> list[float]:
    """Return the milliseconds of processor time an action took, batch by batch."""
    return [batch.cpu_each for batch in batches]


def medians(batches: Iterable[Batch]) -> list[float]:
    """Return the median milliseconds to the final answer, batch by batch."""
    return [batch.answer(50) for batch in batches]


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a table in Markdown, which reads as plain text too."""
    rows: list[tuple[str, ...]] = [("what", "budget", "measured", "spread", "absolute", "base", "")]
    rows += [_row(figure) for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _row(figure: Figure) -> tuple[str, ...]:
    compared = figure.compared
    return (
        figure.what,
        "" if figure.budget is None else _relative(figure, figure.budget),
        _relative(figure, figure.result),
        f"{_short(min(compared))}–{_short(max(compared))}" if len(compared) > 1 else "",
        f"{_short(median(figure.rounds))} {figure.unit}".rstrip(),
        f"{_short(median(figure.base))} {figure.unit} ({figure.against})" if figure.base else "",
        {True: "kept", False: "MISSED", None: ""}[figure.kept],
    )


def _relative(figure: Figure, value: float) -> str:
    match figure.measure:
        case Measure.RATIO:
            return f"{value:.2f} ×"
        case Measure.DIFFERENCE:
            return f"+ {_short(value)} {figure.unit}"
        case _:
            return f"{_short(value)} {figure.unit}".rstrip()


def _short(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
