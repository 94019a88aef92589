"""Exchanges recorded from real panels, as the files of `data` keep them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

RECORDED_URL = "http://panel.test"
PTERODACTYL, PELICAN = "traces.json", "traces-pelican.json"
ACTIVITY, KEYS, POWER = "traces-activity.json", "traces-keys.json", "traces-power.json"
_FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Trace:
    """One recorded request and the real panel's answer to it."""

    name: str
    panel: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    status: int
    answer_headers: dict[str, str]
    answer: str

    @property
    def document(self) -> Any:
        """The answer's JSON; None when it was HTML or empty."""
        return json.loads(self.answer) if self.answer.startswith("{") else None

    @property
    def group(self) -> str:
        """The first part of the name, which the exchanges of one recording session share."""
        return self.name.split("]")[0] if self.name.startswith("[") else self.name.split(":")[0]


@cache
def load(file: str = PTERODACTYL) -> tuple[Trace, ...]:
    """Read the exchanges recorded from a panel, in the order of the recording."""
    return tuple(
        Trace(
            name=row["name"],
            panel=row["panel"],
            method=row["method"],
            path=row["path"],
            headers=row["headers"],
            body=_body(row["body"]),
            status=row["status"],
            answer_headers=row["answer_headers"],
            answer=row["answer"],
        )
        for row in json.loads((_FOLDER / file).read_text())
    )


def recorded(file: str, panel: str, name: str) -> Trace:
    """Return the exchange of one panel whose name begins like this."""
    return next(trace for trace in load(file) if trace.panel == panel and trace.name.startswith(name))


def each(traces: Iterable[Trace]) -> pytest.MarkDecorator:
    """Run a test for each of these exchanges, under its panel and name."""
    rows = list(traces)
    return pytest.mark.parametrize("trace", rows, ids=[f"{trace.panel}: {trace.name}" for trace in rows])


def _body(recorded: dict[str, Any] | None) -> bytes | None:
    if recorded is None:
        return None
    if "json" in recorded:
        return json.dumps(recorded["json"]).encode()
    if "base64" in recorded:
        return base64.b64decode(recorded["base64"])
    if "repeat" in recorded:
        before, filler, times, after = recorded["repeat"]
        return f"{before}{filler * times}{after}".encode()
    return str(recorded["text"]).encode()
