"""Whether the panel is being asked for somebody right now: what they are told while they wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Asked:
    """The requests to the panel of one action that have not been answered yet, whatever task sends them."""

    def __init__(self) -> None:
        self.under_way = 0


_ASKED: ContextVar[Asked] = ContextVar("asked")


def counting() -> Asked:
    """Return what counts the requests of this task, and of those it begins, from here on."""
    asked = Asked()
    _ASKED.set(asked)
    return asked


@contextmanager
def asking() -> Iterator[None]:
    """Count a request to the panel as under way inside the block."""
    asked = _ASKED.get(None)
    if asked is None:
        yield
        return
    asked.under_way += 1
    try:
        yield
    finally:
        asked.under_way -= 1
