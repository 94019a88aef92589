"""A TCP proxy before a PostgreSQL server, which reads what the bot sends and cuts or swallows where it is told to."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum, auto
from typing import BinaryIO

UNENCRYPTED = "?sslmode=disable&gssencmode=disable"
_STATEMENT = {b"Q", b"P", b"B", b"E"}
_EXECUTES = {b"Q", b"E"}
_LENGTH = 4
"""Bytes before what a message says."""


class Fault(Enum):
    """What becomes of a message."""

    CUT_BEFORE = auto()
    """It does not arrive, and the connection is reset."""
    CUT_AFTER = auto()
    """It arrives and is done, and the connection is reset before the answer."""
    PASSES = auto()
    """It arrives, and is counted."""
    SILENCE = auto()
    """It does not arrive, and nobody says so."""


class Proxy:
    """Listens on loopback, and lets through what is not to meet with a fault."""

    def __init__(self, port: int) -> None:
        self._behind = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.executed = 0
        """How many statements the bot has asked to be executed."""
        self.faults = 0
        """How many messages have met with a fault."""
        self.takes = 0.0
        """Seconds until a statement arrives."""
        self._at: bytes | None = None
        self._fault = Fault.SILENCE
        self._left = 0
        self._connections: list[_Connection] = []
        self._refusing = False
        threading.Thread(target=self._serve, daemon=True).start()

    def meet(self, at: bytes, fault: Fault, *, times: int = 1_000) -> None:
        """Let the next messages that hold these bytes meet with a fault."""
        self._at, self._fault, self._left = at, fault, times

    def mend(self) -> None:
        """Let everything through from now on."""
        self._at = None

    def fault_for(self, kind: bytes, body: bytes) -> Fault | None:
        """Count a message, and return what it meets with."""
        self.executed += kind in _EXECUTES
        # What a new connection is set up with, and a look whether it is there, are no part of what is done on it.
        self.executed -= (kind in b"PQ" and b"set_config" in body) or (kind == b"Q" and body.endswith(b"SELECT 1\0"))
        if self._at is None or kind not in _STATEMENT or self._at not in body or not self._left:
            return None
        self._left -= 1
        self.faults += 1
        return self._fault

    def refuse(self, refusing: bool = True) -> None:
        """Let nobody connect any more, or again."""
        self._refusing = refusing

    def lead_to(self, port: int) -> None:
        """Let the address lead to another server from now on, and end every connection to the one before."""
        self._behind = port
        for connection in self._connections:
            connection.end()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self._refusing:
                    client.close()
                    continue
                try:
                    server = socket.create_connection(("127.0.0.1", self._behind))
                except OSError:
                    client.close()
                    continue
                self._connections.append(_Connection(self, client, server))

    def close(self) -> None:
        """End every connection and listen no more."""
        _end(self._listener)
        for connection in self._connections:
            connection.end()


class _Connection:
    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy = proxy
        self._client = client
        self._server = server
        self._loses_the_answer = False
        for end in (client, server):
            # One message after the other, each at once: else every statement waits for an acknowledgement.
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for work in (self._up, self._down):
            threading.Thread(target=work, daemon=True).start()

    def end(self) -> None:
        """Reset both ends."""
        _end(self._client)
        _end(self._server)

    def _up(self) -> None:
        prepared: dict[bytes, bytes] = {}
        silent = False
        with suppress(OSError), self._client.makefile("rb") as stream:
            self._server.sendall(_message(stream))
            while kind := stream.read(1):
                body = _message(stream)
                if silent:  # up to its end, or the server would answer what is left of it
                    silent = kind != b"S"
                    continue
                fault = self._proxy.fault_for(kind, _statement(kind, body, prepared))
                if fault is Fault.SILENCE:
                    silent = kind != b"Q"
                    continue
                if fault is Fault.CUT_BEFORE:
                    break
                if kind in _EXECUTES:
                    time.sleep(self._proxy.takes)
                self._loses_the_answer = self._loses_the_answer or fault is Fault.CUT_AFTER
                self._server.sendall(kind + body)
        self.end()

    def _down(self) -> None:
        with suppress(OSError):
            while data := self._server.recv(65536):
                if self._loses_the_answer:
                    break
                self._client.sendall(data)
        self.end()


def _statement(kind: bytes, body: bytes, prepared: dict[bytes, bytes]) -> bytes:
    """Return a message with its statement: what is asked often is prepared under a name once, and only named then."""
    if kind == b"P":
        name, statement, _ = body[_LENGTH:].split(b"\0", 2)
        if name:
            prepared[name] = statement
            return b""
    if kind == b"B":
        return body + prepared.get(body[_LENGTH:].split(b"\0", 2)[1], b"")
    return body


def _message(stream: BinaryIO) -> bytes:
    """One message behind its length, which counts itself; ConnectionError where the connection ends inside it."""
    length = stream.read(_LENGTH)
    rest = max(0, int.from_bytes(length) - _LENGTH)
    body = stream.read(rest)
    if len(length) < _LENGTH or len(body) < rest:
        raise ConnectionError
    return length + body


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextmanager
def proxy_before(port: int) -> Iterator[Proxy]:
    """Yield a proxy before the server on this port."""
    proxy = Proxy(port)
    try:
        yield proxy
    finally:
        proxy.close()
