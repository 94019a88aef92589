"""The simulated panel tells and tells on what a server's process does, as both real ones were recorded to."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from .playback import Answers, differences, rebuilt, replayed
from .power_lab import COURSE, SETUPS
from .traces import POWER, Trace, each, load

COVERED = load(POWER)
FOLLOWED = [trace for trace in COVERED if re.search(r"resources \d+ s after the command", trace.name)]
_HOW_MUCH = ("memory_bytes", "cpu_absolute", "disk_bytes", "network_rx_bytes", "network_tx_bytes", "uptime")


@pytest.fixture(scope="module")
def answers() -> Answers:
    """Return what the simulated panels answer to the whole recording."""
    return replayed(COVERED, SETUPS, COURSE)


def comparable(_: Trace, document: Any) -> Any:
    """Return what must be equal: everything but how much, of which only whether there is any."""
    return rebuilt(document, lambda told: {key: item > 0 if key in _HOW_MUCH else item for key, item in told.items()})


@each(COVERED)
def test_the_answer_is_the_recorded_one(trace: Trace, answers: Answers) -> None:
    assert differences(trace, answers, comparable) == []


@each(FOLLOWED)
def test_after_a_command_the_uptime_goes_by_as_recorded(trace: Trace, answers: Answers) -> None:
    told = json.loads(answers[trace.panel, trace.name].text)["attributes"]["resources"]["uptime"]
    recorded = trace.document["attributes"]["resources"]["uptime"]

    # Real requests come a little late; the recording asked every two to four seconds.
    assert abs(told - recorded) <= 1_500


def test_every_recorded_exchange_is_replayed() -> None:
    assert (len(COVERED), len(FOLLOWED)) == (473, 77)
