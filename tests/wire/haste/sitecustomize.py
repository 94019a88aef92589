"""Let time pass faster for a process: its event loop waits a part of the seconds it is told, and its clock agrees.

Slower works as well: then the process has patience, as a test on a busy machine needs it to have. The clock by which
it tells how late something comes is slower then too.
"""

import asyncio
import os
import selectors
import time
from typing import Any

HASTE = float(os.environ["BERTH_TEST_HASTE"])


class _HastySelector(selectors.DefaultSelector):
    def select(self, timeout: float | None = None) -> Any:
        return super().select(None if timeout is None else timeout / HASTE)


class _HastyLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        super().__init__(_HastySelector())

    def time(self) -> float:
        return super().time() * HASTE


class _HastyPolicy(asyncio.DefaultEventLoopPolicy):
    _loop_factory = _HastyLoop


asyncio.set_event_loop_policy(_HastyPolicy())
if HASTE < 1:
    _clock_gettime = time.clock_gettime
    time.clock_gettime = lambda clock: _clock_gettime(clock) * HASTE
