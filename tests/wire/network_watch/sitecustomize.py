"""Loaded by Python at the start of a watched process: writes down every address it connects to or looks up."""

import os
import sys
from typing import Any


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        _write(f"{address[0]}:{address[1]}" if isinstance(address, tuple) else str(address))
    elif event == "socket.getaddrinfo":
        _write(f"{arguments[0]}:{arguments[1]}")


def _write(line: str) -> None:
    # Unbuffered, so that nothing is lost when the process is killed.
    os.write(_file, f"{line}\n".encode())


_file = os.open(os.environ["NETWORK_WATCH_FILE"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
sys.addaudithook(_watch)
