"""What the recorded refusals of a panel mean to the client."""

from __future__ import annotations

from collections.abc import Iterable

from bot.panel.errors import PanelError

from .traces import Trace

Meanings = Iterable[tuple[int, str, str, type[PanelError]]]
"""Exceptions by status, code and a part of the detail; an empty one fits all, and the first row that fits decides."""


def meaning_of(trace: Trace, meanings: Meanings) -> type[PanelError]:
    """Return the exception that a recorded refusal in the panel's own form must become."""
    first = trace.document["errors"][0]
    for status, code, part, kind in meanings:
        if (trace.status, code or first["code"]) == (status, first["code"]) and part in first["detail"]:
            return kind
    raise LookupError(f"no meaning is written down for {trace.status} {first}")
