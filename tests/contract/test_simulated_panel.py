"""The simulated panel answers what a real Pterodactyl was recorded to answer."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.panel import Flavour

from .playback import Answers, Setup, differences, replayed, shape
from .pterodactyl_history import HISTORY
from .pterodactyl_lab import pterodactyl_state
from .traces import Trace, each, load

SETUPS = {
    "1.11": Setup(Flavour.PTERODACTYL_1_11, pterodactyl_state),
    "1.12": Setup(Flavour.PTERODACTYL_1_12, pterodactyl_state),
}
LEFT_OUT: dict[str, str] = {
    "debug on: ": "APP_DEBUG adds file names and traces of the real code",
    "auth: key with trailing space": "the HTTP parser under the simulated panel strips it from the header",
    "[nginx+fpm] 2 MB body over client_max_body_size": "a limit of the web server in front, not of the panel",
    "apikeys: list": "this one is not rebuilt; test_simulated_keys compares such lists",
}


def _left_out(trace: Trace) -> bool:
    return any(trace.name.startswith(prefix) for prefix in LEFT_OUT)


COVERED = [trace for trace in load() if not _left_out(trace)]


@pytest.fixture(scope="module")
def answers() -> Answers:
    """Return what the simulated panels answer to the whole recording."""
    return replayed(COVERED, SETUPS, HISTORY)


def comparable(trace: Trace, document: Any) -> Any:
    """Return what must be equal: everything, but for what a real panel makes up."""
    if trace.name in {"permissions", "apikeys: create one"}:
        return shape(_without_texts(document))
    return _without_texts(document)


def _kind(value: Any) -> Any:
    return value.get("object") if isinstance(value, dict) else None


def _without_texts(value: Any) -> Any:
    """Leave out egg variables, whose long texts the recording lost, and when something happened."""
    if isinstance(value, dict):
        return {key: _without_texts(item) for key, item in value.items() if key != "timestamp"}
    if isinstance(value, list):
        return [_without_texts(item) for item in value if _kind(item) != "egg_variable"]
    return value


@each(COVERED)
def test_the_answer_is_the_recorded_one(trace: Trace, answers: Answers) -> None:
    assert differences(trace, answers, comparable) == []


def test_every_trace_is_covered_or_left_out_for_a_reason() -> None:
    traces = load()
    left_out = [trace for trace in traces if _left_out(trace)]

    assert len(COVERED) + len(left_out) == len(traces)
    assert len(COVERED) >= 200
    for prefix, reason in LEFT_OUT.items():
        assert reason
        assert any(trace.name.startswith(prefix) for trace in left_out), prefix
