"""Let errors that nothing catches meet a process: on SIGUSR1 where it survives them, on SIGUSR2 where it does not."""

import asyncio
import logging
import os
import signal
import threading
import warnings
from typing import Any


def _fail(*_: Any) -> None:
    raise ValueError(f"{os.environ['BERTH_TEST_FAILURE']} {os.environ['DISCORD_TOKEN']}")


class _FailsAtItsEnd:
    def __del__(self) -> None:
        _fail()


async def _task() -> None:
    _fail()


def _everywhere(*_: Any) -> None:
    loop = asyncio.get_running_loop()
    threading.Thread(target=_fail, name="of the test").start()
    _FailsAtItsEnd()
    warnings.warn(f"{os.environ['BERTH_TEST_FAILURE']} {os.environ['DISCORD_TOKEN']}", RuntimeWarning, stacklevel=1)
    logging.getLogger("discord").error("%d", os.environ["DISCORD_TOKEN"])
    loop.call_soon_threadsafe(_fail)
    loop.call_soon_threadsafe(lambda: loop.create_task(_task()) and None)


def _out_of_the_loop(*_: Any) -> None:
    selector: Any = asyncio.get_running_loop()._selector  # type: ignore[attr-defined]

    def select(_: float | None) -> None:
        del selector.select
        _fail()

    selector.select = select


signal.signal(signal.SIGUSR1, _everywhere)
signal.signal(signal.SIGUSR2, _out_of_the_loop)
