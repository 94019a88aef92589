"""The simulated panel handles API keys as both real ones were recorded to."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from .keys_lab import HISTORY, SETUPS
from .playback import Seen, differences, replay
from .traces import KEYS, Trace, load

LEFT_OUT = "account activity"
"""What was done about an account, where most of it was not recorded; the swap's own log is compared."""
MADE_UP = {"timestamp", "created_at", "updated_at", "uuid"}


def _left_out(trace: Trace) -> bool:
    return LEFT_OUT in trace.name and trace.status == 200 and not trace.name.startswith("swap")


COVERED = [trace for trace in load(KEYS) if not _left_out(trace)]


@pytest.fixture(scope="module")
def seen() -> dict[str, dict[str, Seen]]:
    """Replay the recording of each panel once, in order, and return the answers by panel and trace name."""
    return {
        panel: asyncio.run(replay([trace for trace in COVERED if trace.panel == panel], SETUPS, HISTORY))
        for panel in SETUPS
    }


def comparable(trace: Trace, document: Any) -> Any:
    """Return what must be equal: everything but the moments, of which only that there is one."""
    if isinstance(document, list):
        return [comparable(trace, item) for item in document]
    if not isinstance(document, dict):
        return document
    shown = {key: comparable(trace, item) for key, item in document.items() if key not in MADE_UP}
    return shown | ({"last_used_at": shown["last_used_at"] is not None} if "last_used_at" in shown else {})


@pytest.mark.parametrize("trace", COVERED, ids=lambda trace: f"{trace.panel}: {trace.name}")
def test_the_answer_is_the_recorded_one(trace: Trace, seen: dict[str, dict[str, Seen]]) -> None:
    assert differences(trace, seen[trace.panel][trace.name], comparable) == []


def test_every_trace_is_covered_or_left_out_for_the_reason() -> None:
    left_out = [trace for trace in load(KEYS) if _left_out(trace)]

    assert (len(COVERED), len(left_out)) == (332, 11)
    assert {trace.path.partition("?")[0] for trace in left_out} == {"/api/client/account/activity"}
