"""The simulated panel tells and tells on what a server's process does, as both real ones were recorded to."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest

from .playback import Seen, differences, replay
from .power_lab import COURSE, SETUPS
from .traces import POWER, Trace, load

COVERED = load(POWER)
FOLLOWED = [trace for trace in COVERED if re.search(r"resources \d+ s after the command", trace.name)]
_HOW_MUCH = ("memory_bytes", "cpu_absolute", "disk_bytes", "network_rx_bytes", "network_tx_bytes", "uptime")


@pytest.fixture(scope="module")
def seen() -> dict[str, dict[str, Seen]]:
    """Replay the recording of each panel once, in order, and return the answers by panel and trace name."""
    return {
        panel: asyncio.run(replay([trace for trace in COVERED if trace.panel == panel], SETUPS, COURSE))
        for panel in SETUPS
    }


def comparable(trace: Trace, document: Any) -> Any:
    """Return what must be equal: everything but how much, of which only whether there is any."""
    if isinstance(document, list):
        return [comparable(trace, item) for item in document]
    if not isinstance(document, dict):
        return document
    return {key: item > 0 if key in _HOW_MUCH else comparable(trace, item) for key, item in document.items()}


def _named(traces: tuple[Trace, ...] | list[Trace]) -> dict[str, Any]:
    return {"argvalues": traces, "ids": [f"{trace.panel}: {trace.name}" for trace in traces]}


@pytest.mark.parametrize("trace", **_named(COVERED))
def test_the_answer_is_the_recorded_one(trace: Trace, seen: dict[str, dict[str, Seen]]) -> None:
    assert differences(trace, seen[trace.panel][trace.name], comparable) == []


@pytest.mark.parametrize("trace", **_named(FOLLOWED))
def test_after_a_command_the_uptime_goes_by_as_recorded(trace: Trace, seen: dict[str, dict[str, Seen]]) -> None:
    told = json.loads(seen[trace.panel][trace.name].text)["attributes"]["resources"]["uptime"]
    recorded = trace.document["attributes"]["resources"]["uptime"]

    # Real requests come a little late; the recording asked every two to four seconds.
    assert abs(told - recorded) <= 1_500


def test_every_recorded_exchange_is_replayed() -> None:
    assert (len(COVERED), len(FOLLOWED)) == (473, 77)
