"""Ending a connection to the server from outside of whatever waits on it, which then fails at once."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg


def end(connection: psycopg.Connection[Any] | psycopg.AsyncConnection[Any]) -> None:
    """End a connection that somebody else uses, or has closed by now, or that the server has reset."""
    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as own:
        own.shutdown(socket.SHUT_RDWR)


@contextmanager
def hung_up_on(connection: psycopg.AsyncConnection[Any], *, at: float) -> Iterator[None]:
    """Raise TimeoutError where what is asked is not answered at a time of the loop's; the connection is lost then.

    psycopg, where it is cancelled, has the server end the statement and waits ten seconds more for one that is silent.
    """
    late = False

    def hang_up() -> None:
        nonlocal late
        late = True
        end(connection)

    timer = asyncio.get_running_loop().call_at(at, hang_up)
    try:
        yield
    except psycopg.Error:
        if late:
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()
