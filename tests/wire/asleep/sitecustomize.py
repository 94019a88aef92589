"""Let a process believe after SIGUSR1 that its machine slept: of all its clocks, one counts that, as on Linux."""

import os
import signal
import time
from typing import Any

SLEPT = float(os.environ["BERTH_TEST_SLEEP"])
_clock_gettime = time.clock_gettime
_slept: list[float] = []


def _sleep(*_: Any) -> None:
    _slept.append(SLEPT)


def _told(clock: int) -> float:
    return _clock_gettime(clock) + (sum(_slept) if clock == time.CLOCK_BOOTTIME else 0.0)


time.clock_gettime = _told
signal.signal(signal.SIGUSR1, _sleep)
