"""One connection to the server, used by one thread and ended by another."""

from __future__ import annotations

import select
import socket
import struct
import threading

from bot.store.postgres.session import Session
from tests.postgres.proxy import UNENCRYPTED
from tests.postgres.server import Server


def relay(listener: socket.socket, port: int, reset: threading.Event) -> None:
    """Lead one connection to the server, and reset it when told to."""
    one, _ = listener.accept()
    with one, socket.create_connection(("127.0.0.1", port)) as other:
        while not reset.is_set():
            for ready in select.select([one, other], [], [], 0.02)[0]:
                (other if ready is one else one).sendall(ready.recv(65_536))
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_hanging_up_on_a_connection_that_was_reset_or_closed_meanwhile_is_no_error(postgres: Server) -> None:
    database, reset = postgres.fresh().rpartition("/")[2], threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        between = threading.Thread(target=relay, args=(listener, postgres.port, reset), daemon=True)
        between.start()
        session = Session(postgres.url(database, port=listener.getsockname()[1]) + UNENCRYPTED, waits=1, works=2)
        reset.set()
        between.join()

        session.hang_up()
        session.close()
        session.hang_up()

    assert session.lost
