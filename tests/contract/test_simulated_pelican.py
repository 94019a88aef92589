"""The simulated Pelican answers what a real one was recorded to answer, on SQLite and on MariaDB."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from bot.demo.panel import Engine, Flavour

from .pelican_history import HISTORY
from .pelican_lab import pelican_state
from .playback import Answers, Setup, differences, rebuilt, replayed
from .traces import PELICAN, Trace, each, load

SETUPS = {
    "pelican-sqlite": Setup(Flavour.PELICAN, partial(pelican_state, Engine.SQLITE)),
    "pelican-mariadb": Setup(Flavour.PELICAN, partial(pelican_state, Engine.MARIADB)),
}
LEFT_OUT: dict[str, str] = {
    "debug on: ": "APP_DEBUG adds file names and traces of the real code",
    "auth: client key on the application API": "the application API is another one, and not simulated",
    "route: home page": "the recorded panel had no web pages, its home page was a stub",
}
MADE_UP = {"timestamp", "created_at", "updated_at", "last_used_at", "secret_token"}


def _left_out(trace: Trace) -> bool:
    return any(trace.name.startswith(prefix) for prefix in LEFT_OUT)


COVERED = [trace for trace in load(PELICAN) if not _left_out(trace)]


@pytest.fixture(scope="module")
def answers() -> Answers:
    """Return what the simulated panels answer to the whole recording."""
    return replayed(COVERED, SETUPS, HISTORY)


def comparable(_: Trace, document: Any) -> Any:
    """Return what must be equal: everything, but for what a real panel makes up."""
    return rebuilt(document, _without_what_is_made_up)


def _without_what_is_made_up(told: dict[str, Any]) -> dict[str, Any]:
    made_up = MADE_UP | ({"uuid"} if "username" in told else set())
    made_up |= {"identifier"} if "allowed_ips" in told else set()
    return {key: item for key, item in told.items() if key not in made_up}


@each(COVERED)
def test_the_answer_is_the_recorded_one(trace: Trace, answers: Answers) -> None:
    assert differences(trace, answers, comparable) == []


def test_every_trace_is_covered_or_left_out_for_a_reason() -> None:
    traces = load(PELICAN)
    left_out = [trace for trace in traces if _left_out(trace)]

    assert (len(traces), len(COVERED) + len(left_out)) == (470, 470)
    assert len(COVERED) == 466
    for prefix, reason in LEFT_OUT.items():
        assert reason
        assert any(trace.name.startswith(prefix) for trace in left_out), prefix
