"""The simulated panel handles API keys as both real ones were recorded to."""

from __future__ import annotations

from typing import Any

import pytest

from .keys_lab import HISTORY, SETUPS
from .playback import Answers, differences, rebuilt, replayed
from .traces import KEYS, Trace, each, load

LEFT_OUT = "account activity"
"""What was done about an account, where most of it was not recorded; the swap's own log is compared."""
MADE_UP = {"timestamp", "created_at", "updated_at", "uuid"}


def _left_out(trace: Trace) -> bool:
    return LEFT_OUT in trace.name and trace.status == 200 and not trace.name.startswith("swap")


COVERED = [trace for trace in load(KEYS) if not _left_out(trace)]


@pytest.fixture(scope="module")
def answers() -> Answers:
    """Return what the simulated panels answer to the whole recording."""
    return replayed(COVERED, SETUPS, HISTORY)


def comparable(_: Trace, document: Any) -> Any:
    """Return what must be equal: everything but the moments, of which only that there is one."""
    return rebuilt(document, _without_moments)


def _without_moments(told: dict[str, Any]) -> dict[str, Any]:
    shown = {key: item for key, item in told.items() if key not in MADE_UP}
    return shown | ({"last_used_at": shown["last_used_at"] is not None} if "last_used_at" in shown else {})


@each(COVERED)
def test_the_answer_is_the_recorded_one(trace: Trace, answers: Answers) -> None:
    assert differences(trace, answers, comparable) == []


def test_every_trace_is_covered_or_left_out_for_the_reason() -> None:
    left_out = [trace for trace in load(KEYS) if _left_out(trace)]

    assert (len(COVERED), len(left_out)) == (332, 11)
    assert {trace.path.partition("?")[0] for trace in left_out} == {"/api/client/account/activity"}
