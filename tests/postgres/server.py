"""A PostgreSQL server of the tests' own: from Debian's package, or from the one that PyPI carries (`pgserver`)."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

from tests.ports import free_port

MISSING = "no PostgreSQL here: install Debian's postgresql, or pip install pgserver"
_FAST = ("fsync=off", "full_page_writes=off", "max_connections=60", "log_min_messages=fatal")
_PORTS_TRIED = 5


@cache
def programs() -> Path | None:
    """Return the folder with initdb and the server, the newest there is; None where there is none."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    candidates = [path.parent for path in reversed(debian)]
    if (on_path := shutil.which("initdb")) is not None:
        candidates.append(Path(on_path).resolve().parent)
    spec = find_spec("pgserver")
    if spec is not None and spec.origin is not None:
        candidates.append(Path(spec.origin).parent / "pginstall" / "bin")
    return next(
        (folder for folder in candidates if (folder / "initdb").exists() and (folder / "pg_ctl").exists()), None
    )


def somebody() -> dict[str, Any]:
    """Return as whom the server runs: it refuses root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    return {}


class Server:
    """A cluster in a folder of its own, which listens on loopback and on a socket in that folder."""

    def __init__(self, folder: Path, bin_folder: Path) -> None:
        self._bin = bin_folder
        self.folder = folder
        self.data = folder / "data"
        self.port = 0
        self._count = 0

    def make(self) -> None:
        """Make the cluster; whoever comes from this machine is its superuser `berth`."""
        self.run("initdb", "-D", self.data, "-U", "berth", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")

    def give(self, name: str, content: str) -> Path:
        """Put a file into the cluster's folder, for the server's user alone; return it."""
        file = self.data / name
        file.write_text(content)
        file.chmod(0o600)
        user = somebody()
        if user:
            os.chown(file, user["user"], user["group"])
        return file

    def follow(self, folder: Path) -> Server:
        """Return a replica of this server, not yet started, which follows it."""
        replica = Server(folder, self._bin)
        self.run("pg_basebackup", "-D", replica.data, "-R", "-X", "stream", "-c", "fast", "-d", self.url())
        return replica

    def promote(self) -> None:
        """Let a replica take writes."""
        self.run("pg_ctl", "-D", self.data, "-w", "promote")

    def start(self, *settings: str) -> None:
        """Start the server and wait until it takes connections; a second start listens where the first did."""
        for left in reversed(range(_PORTS_TRIED)):
            port = self.port or free_port()
            given = ("listen_addresses=127.0.0.1", f"port={port}", f"unix_socket_directories={self.folder}")
            options = " ".join(f"-c {setting}" for setting in (*given, *_FAST, *settings))
            try:
                self.run("pg_ctl", "-D", self.data, "-w", "-l", self.folder / "log", "-o", options, "start")
            except subprocess.CalledProcessError:
                # Somebody else may have taken the port meanwhile.
                if self.port or not left:
                    raise
            else:
                self.port = port
                return

    def stop(self, mode: str = "fast") -> None:
        """Stop the server: `fast` ends every connection in order, `immediate` is a crash."""
        self.run("pg_ctl", "-D", self.data, "-w", "-m", mode, "stop")

    def run(self, program: str, *arguments: str | Path) -> str:
        """Run one of the server's programs as the server's user; return what it prints."""
        # Its output goes to a file: the server inherits it, and a pipe would stay open as long as that runs.
        with tempfile.TemporaryFile("w+") as said:
            command = [str(self._bin / program), *map(str, arguments)]
            subprocess.run(command, check=True, timeout=60, stdout=said, stderr=said, cwd="/", **somebody())  # noqa: S603
            said.seek(0)
            return said.read()

    def url(self, database: str = "postgres", *, port: int | None = None) -> str:
        """Return the address of one of its databases, by way of loopback or of what listens on another port."""
        return f"postgresql://berth@127.0.0.1:{port or self.port}/{database}"

    def execute(self, *statements: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run statements as somebody else than the bot; return what the last one finds."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def fresh(self, template: str = "template0", *, encoding: str = "UTF8") -> str:
        """Return the address of a new database."""
        self._count += 1
        name = f"berth_{self._count}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy ENCODING '{encoding}'")
        return self.url(name)


@contextmanager
def folder_of_servers() -> Iterator[Path]:
    """Yield a new folder of the server's user, deleted afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="berth-pg-"))
    try:
        user = somebody()
        if user:
            os.chown(folder, user["user"], user["group"])
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_server(*settings: str) -> Iterator[Server]:
    """Yield a new server that is running, stopped and deleted afterwards."""
    found = programs()
    assert found is not None, MISSING
    with folder_of_servers() as folder:
        server = Server(folder, found)
        server.make()
        server.start(*settings)
        try:
            yield server
        finally:
            server.stop("immediate")
