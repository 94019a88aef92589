"""Where this process sends something, as a test sees it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest


@contextmanager
def connections() -> Iterator[list[str]]:
    """Yield the addresses to which this process connects a socket, or sends a datagram, inside the block."""
    found: list[str] = []

    def noting(send: Any) -> Any:
        def noted(self: socket.socket, *sent: Any) -> Any:
            found.append(str(sent[-1][0]))
            return send(self, *sent)

        return noted

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, noting(getattr(socket.socket, name)))
        yield found
