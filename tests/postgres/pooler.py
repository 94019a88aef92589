"""PgBouncer before a PostgreSQL server, where Debian's package of it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.ports import free_port
from tests.postgres.server import Server, folder_of_servers, somebody

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
_SETTINGS = """
[databases]
* = host=127.0.0.1 port={behind}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
application_name_add_host = 1
"""


@contextmanager
def pooler_before(server: Server, mode: str) -> Iterator[int]:
    """Yield the port of a pooler before a server, which pools by `session` or by `transaction`; skip without one."""
    if PROGRAM is None:
        pytest.skip("no PgBouncer here: install Debian's pgbouncer")
    port = free_port()
    with folder_of_servers() as folder:
        settings = folder / "pgbouncer.ini"
        # Whoever is let in is the server's superuser, as the test's own connections are.
        settings.write_text(_SETTINGS.format(behind=f"{server.port} user=berth", port=port, mode=mode))
        settings.chmod(0o644)
        pooler = subprocess.Popen([PROGRAM, "-q", settings], cwd="/", **somebody())  # noqa: S603
        try:
            _wait_for(pooler, port)
            yield port
        finally:
            pooler.kill()
            pooler.wait()


def _wait_for(pooler: subprocess.Popen[bytes], port: int) -> None:
    while pooler.poll() is None:
        try:
            psycopg.connect(f"postgresql://berth@127.0.0.1:{port}/postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return
    pytest.fail("PgBouncer ended by itself")
