"""Asking a game of this machine as the bot does, and how long that takes."""

from __future__ import annotations

import time

from bot.demo.games.datagrams import LOOPBACK
from bot.domain.probe import Probe
from bot.net.asking import Asker
from bot.net.guard import Guard

SLACK = 0.7
"""Seconds that a busy machine may add."""


async def ask(port: int, *, host: str = LOOPBACK) -> Probe:
    """Ask what answers at a port of this machine, as the bot does."""
    return await Asker(Guard(private=True, never=())).ask(host, port)


async def timed(port: int) -> tuple[Probe, float]:
    """Ask, and return how long it took."""
    began = time.monotonic()
    return await ask(port), time.monotonic() - began
