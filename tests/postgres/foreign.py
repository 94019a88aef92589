"""A PostgreSQL server that speaks another language and lets nobody in, as one with `lc_messages` of its own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_ASKS_FOR_ENCRYPTION = (80877103, 80877104)
"""TLS, or that of Kerberos: what libpq may ask for before it says who comes."""


@contextmanager
def refusing_server(severity: str, code: str, words: str) -> Iterator[int]:
    """Yield the port of a server that answers whoever comes with this error and hangs up."""
    fields = {"S": severity, "V": "FATAL", "C": code, "M": words}
    body = b"".join(kind.encode() + text.encode() + b"\0" for kind, text in fields.items()) + b"\0"
    answer = b"E" + (len(body) + 4).to_bytes(4) + body

    def serve(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, suppress(OSError):
                    while _asks_for_encryption(connection):
                        connection.sendall(b"N")
                    connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def _asks_for_encryption(connection: socket.socket) -> bool:
    """Read what libpq begins with, all of it."""
    length = int.from_bytes(connection.recv(4, socket.MSG_WAITALL))
    said = connection.recv(length - 4, socket.MSG_WAITALL) if length > 4 else b""
    return int.from_bytes(said[:4]) in _ASKS_FOR_ENCRYPTION
