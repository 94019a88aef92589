"""An update as the documents have it, run as it is written: of one process, and of two that go on meanwhile."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.documents import README, ROOT

PROCESSES = (ROOT / "docs" / "operations" / "processes.md").read_text(encoding="utf-8")


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, Path]:
    """Return a clone of a repository that has moved on since the bot was installed from it, and the installation."""
    upstream, clone, installed, programs = (tmp_path / name for name in ("upstream", "clone", "opt", "programs"))
    shutil.copytree(ROOT / "bot", upstream / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    for name in (".env.example", "requirements.lock", ".gitignore"):
        shutil.copy(ROOT / name, upstream)
    (upstream / "bot" / "gone.py").write_text("# in the earlier version only\n")
    _git(upstream, "init", "-q", "-b", "main")
    _commit(upstream)
    _git(tmp_path, "clone", "-q", str(upstream), str(clone))
    shutil.copytree(clone, installed, ignore=shutil.ignore_patterns(".git"))
    (upstream / "bot" / "gone.py").unlink()
    (upstream / "bot" / "news.py").write_text("# in the new version only\n")
    (upstream / ".env.example").write_text("# of the new version\n")
    _commit(upstream)

    (installed / ".env").write_text("DISCORD_TOKEN=filled in\nPANEL_URL=http://127.0.0.1:9/\n")
    (clone / ".env").write_text("DISCORD_TOKEN=of the clone\n")
    (installed / ".venv" / "bin").mkdir(parents=True)
    _program(installed / ".venv" / "bin" / "pip", f'echo "pip $*" >> {tmp_path}/done')
    _program(installed / ".venv" / "bin" / "python", f'exec {sys.executable} "$@"')
    programs.mkdir()
    _program(programs / "systemctl", f'echo "systemctl $*" >> {tmp_path}/done')
    _program(programs / "pg_dump", f'echo "pg_dump $1 $2 $3 $4 $5" >> {tmp_path}/done; : > "${{6#--file=}}"')
    _program(programs / "sudo", 'if [ "$1" = -u ]; then shift 2; fi; exec "$@"')
    return {"clone": clone, "installed": installed, "programs": programs, "backups": tmp_path / "backups"}


def _program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def _git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Tests", "-c", "user.email=tests@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)  # noqa: S603, S607


def _commit(folder: Path) -> None:
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "-m", "A version")


def _recipe(document: str, marker: str, machine: dict[str, Path]) -> str:
    """Return the commands below a marker of a document, for this machine's installation."""
    found = re.search(rf"<!-- {marker} -->\n```sh\n(.+?)```\n", document, re.DOTALL)
    assert found
    script = found.group(1).replace("/opt/berth", str(machine["installed"]))
    return script.replace("/etc/", f"{machine['installed'].parent}/etc/")


def _update(machine: dict[str, Path]) -> str:
    """Return the README's commands for an update, with a folder for its backups."""
    machine["backups"].mkdir()
    script = _recipe(README, "update", machine).replace("/var/backups/", f"{machine['backups']}/")
    # Without Discord and a panel `check` fails, and then nothing is started.
    return script.replace("-m bot check", "-m bot --help >/dev/null")


def _done(script: str, machine: dict[str, Path], home: Path) -> int:
    """Run commands in the clone as somebody who pastes them; return the exit code."""
    environment = {"PATH": f"{machine['programs']}:{os.environ['PATH']}", "HOME": str(home)}
    run = ["/bin/sh", "-c", f"umask 022\n{script}"]
    return subprocess.run(run, cwd=machine["clone"], env=environment, check=False).returncode  # noqa: S603


@pytest.mark.skipif(shutil.which("git") is None, reason="git is needed")
def test_an_update_as_written_brings_the_new_version_and_overwrites_nothing_that_was_filled_in(
    machine: dict[str, Path], tmp_path: Path
) -> None:
    installed, kept = machine["installed"], machine["backups"]
    _run(installed, "await (await o('sqlite:///data/berth.db')).close()")
    database = (installed / "data" / "berth.db").read_bytes()

    assert _done(_update(machine), machine, tmp_path) == 0

    assert (installed / ".env").read_text() == "DISCORD_TOKEN=filled in\nPANEL_URL=http://127.0.0.1:9/\n"
    assert (installed / "data" / "berth.db").read_bytes() == database
    assert (installed / "bot" / "news.py").exists()
    assert not (installed / "bot" / "gone.py").exists()
    assert not (installed / ".git").exists()
    assert [path.suffix for path in kept.iterdir()] == [".db"]
    assert (tmp_path / "done").read_text().splitlines() == [
        "systemctl stop berth",
        "pip install -q --require-hashes -r requirements.lock",
        "systemctl start berth",
    ]


@pytest.mark.skipif(shutil.which("git") is None, reason="git is needed")
def test_the_way_back_as_written_brings_the_version_and_the_database_from_before_the_update(
    machine: dict[str, Path], tmp_path: Path
) -> None:
    installed, kept = machine["installed"], machine["backups"]
    before, there = _version(machine), _update(machine)
    back, put_back = re.findall(r"`(git checkout [^`]+&&|\(cd [^`]+ restore [^`]+&&)`", README)
    database = installed / "data" / "berth.db"
    _run(installed, "await (await o('sqlite:///data/berth.db')).close()")
    assert _done(there, machine, tmp_path) == 0
    (backup,) = kept.iterdir()
    with closing(sqlite3.connect(database)) as newer, newer:
        newer.execute("INSERT INTO settings (name, value) VALUES ('of the new version', '1')")

    lines = there.splitlines()
    assert lines[1] == "git pull -q &&"
    lines[0] = lines[0].replace("/berth-", "/again-")  # which may be made within the same second
    lines[1] = back.replace("COMMIT", before)
    lines.insert(-1, put_back.replace("/opt/berth", str(installed)).replace("/var/backups/berth-….db", str(backup)))
    code = _done("\n".join(lines), machine, tmp_path)

    assert code == 0
    assert (installed / "bot" / "gone.py").exists()
    assert not (installed / "bot" / "news.py").exists()
    with closing(sqlite3.connect(database)) as restored:
        assert restored.execute("SELECT * FROM settings WHERE name = 'of the new version'").fetchall() == []


def _run(folder: Path, work: str) -> None:
    """Run a line of asynchronous Python with the bot's way to open a database, here called o."""
    made = "from bot.store.database import open_database as o; import asyncio as a; a.run(a.wait_for(_(), 60))"
    subprocess.run([sys.executable, "-c", f"async def _(): {work}\n{made}"], cwd=folder, check=True)  # noqa: S603


@pytest.mark.skipif(shutil.which("git") is None, reason="git is needed")
def test_an_update_as_written_ends_where_the_backup_fails_and_leaves_the_bot_as_it_was(
    machine: dict[str, Path], tmp_path: Path
) -> None:
    script = _recipe(README, "update", machine).replace("/var/backups/", f"{tmp_path}/missing/")

    assert _done(script, machine, tmp_path) != 0

    assert (machine["installed"] / "bot" / "gone.py").exists()
    assert not (tmp_path / "done").exists()


@pytest.mark.skipif(shutil.which("git") is None, reason="git is needed")
@pytest.mark.parametrize("dumps", [True, False])
def test_an_update_on_a_server_dumps_its_database_first_and_ends_where_that_fails(
    machine: dict[str, Path], tmp_path: Path, dumps: bool
) -> None:
    dump = _recipe(README, "update-postgresql", machine)
    script = dump + _recipe(README, "update", machine).partition("\n")[2].replace(
        "-m bot check", "-m bot --help >/dev/null"
    )
    if not dumps:
        _program(machine["programs"] / "pg_dump", "exit 1")

    code = _done(script, machine, tmp_path)

    assert (code == 0) is dumps
    assert dump in PROCESSES
    if dumps:
        assert [file.stat().st_mode & 0o777 for file in tmp_path.glob("berth-*.dump")] == [0o600]
        assert (tmp_path / "done").read_text().splitlines()[0] == "pg_dump -h db.example.com -U berth --format=custom"
        assert (tmp_path / "done").read_text().splitlines()[-1] == "systemctl start berth"
    else:
        assert not (tmp_path / "done").exists()
        assert (machine["installed"] / "bot" / "gone.py").exists()


# Two processes, each version in a folder of its own


@pytest.fixture
def harbour(machine: dict[str, Path], tmp_path: Path) -> dict[str, Path]:
    """Return the machine on which two processes of the version 1a2b3c4 run, from a folder of its own."""
    units = tmp_path / "etc" / "systemd" / "system"
    units.mkdir(parents=True)
    (unit,) = re.findall(r"```ini\n(.+?)```", README, re.DOTALL)
    (units / "berth.service").write_text(unit.replace("/opt/berth", str(machine["installed"])))
    _program(machine["programs"] / "python3", f'mkdir -p "$3/bin" && cp {tmp_path}/venv/bin/* "$3/bin/"')
    (tmp_path / "running").write_text("1a2b3c4")
    # As of one process that was watched.
    with (machine["installed"] / ".env").open("a") as settings:
        settings.write("METRICS=127.0.0.1:9464\n#METRICS=0.0.0.0:9464\n")
    asked = f'r=$(cat {tmp_path}/running); [ "$*" = "is-active berth-1@$r berth-2@$r" ]; exit'
    active = f'if [ "$1" = is-active ]; then {asked}; fi'
    _program(machine["programs"] / "systemctl", f'{active}\necho "systemctl $*" >> {tmp_path}/done')
    # It would give what it makes to the bot's user, whom this machine need not have.
    _program(machine["programs"] / "install", 'for last; do :; done; mkdir -p "$last"')
    shutil.move(machine["installed"] / ".venv", tmp_path / "venv")
    assert _done(_recipe(PROCESSES, "shares", machine), machine, tmp_path) == 0
    return {**machine, "units": units}


def _version(machine: dict[str, Path]) -> str:
    name = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.check_output(name, cwd=machine["clone"], text=True).strip()  # noqa: S603


@pytest.mark.skipif(shutil.which("git") is None, reason="git is needed")
def test_each_process_has_a_unit_as_the_readme_has_it_with_its_share_its_numbers_and_its_versions_folder(
    harbour: dict[str, Path],
) -> None:
    first, second = ((harbour["units"] / f"berth-{n}@.service").read_text() for n in (1, 2))
    own = first.splitlines()[(first.splitlines().index("User=berth")) - 1]

    assert own == "Environment=PROCESS=1/2 METRICS=127.0.0.1:9464"
    assert second == first.replace(own, "Environment=PROCESS=2/2 METRICS=127.0.0.1:9465")
    unit = first.replace(f"{own}\n", "").replace(f"{harbour['installed']}-%i", str(harbour["installed"]))
    assert unit == (harbour["units"] / "berth.service").read_text()


@pytest.mark.skipif(shutil.which("git") is None, reason="git is needed")
def test_the_settings_of_both_are_those_of_the_one_but_for_the_address_of_its_numbers(
    harbour: dict[str, Path], tmp_path: Path
) -> None:
    """For `check`, which is told nothing of the shares, would find another process there, and the update end."""
    before, shared = harbour["installed"] / ".env", tmp_path / "etc" / "berth" / ".env"

    assert shared.read_text() == before.read_text().replace("\nMETRICS=127.0.0.1:9464\n", "\n")
    assert shared.stat().st_mode == before.stat().st_mode


@pytest.mark.skipif(shutil.which("git") is None, reason="git is needed")
def test_an_update_at_noon_as_written_starts_the_new_version_before_it_ends_the_old_one(
    harbour: dict[str, Path], tmp_path: Path
) -> None:
    script = _recipe(PROCESSES, "noon", harbour).replace("-m bot check", "-m bot --help >/dev/null")

    code = _done(script, harbour, tmp_path)

    version = _version(harbour)
    new = tmp_path / f"opt-{version}"
    assert code == 0
    assert (new / ".env").resolve() == tmp_path / "etc" / "berth" / ".env"
    assert (new / "bot" / "news.py").exists()
    assert not (new / "bot" / "gone.py").exists()
    assert (tmp_path / "done").read_text().splitlines() == [
        "systemctl daemon-reload",
        "pg_dump -h db.example.com -U berth --format=custom",
        "pip install -q --require-hashes -r requirements.lock",
        f"systemctl enable --now berth-1@{version} berth-2@{version}",
        "systemctl disable --now berth-1@1a2b3c4 berth-2@1a2b3c4",
    ]


@pytest.mark.skipif(shutil.which("git") is None, reason="git is needed")
@pytest.mark.parametrize("wrong", ["nothing is new", "another version runs", "the dump fails", "the check fails"])
def test_an_update_at_noon_leaves_the_old_version_alone_where_something_is_wrong(
    harbour: dict[str, Path], tmp_path: Path, wrong: str
) -> None:
    script = _recipe(PROCESSES, "noon", harbour)
    if wrong == "nothing is new":
        _git(harbour["clone"], "pull", "-q")
        (tmp_path / "running").write_text(_version(harbour))
        script = script.replace("1a2b3c4", _version(harbour))
    if wrong == "another version runs":
        (tmp_path / "running").write_text("5e6f7a8")
    if wrong == "the dump fails":
        _program(harbour["programs"] / "pg_dump", "exit 1")
    check = "-m bot no-such-command" if wrong == "the check fails" else "-m bot --help >/dev/null"

    assert _done(script.replace("-m bot check", check), harbour, tmp_path) != 0

    done = (tmp_path / "done").read_text()
    assert "berth-1@" not in done
    assert wrong == "the check fails" or not (tmp_path / f"opt-{_version(harbour)}").exists()


@pytest.mark.skipif(shutil.which("git") is None, reason="git is needed")
def test_the_first_update_of_two_processes_ends_the_one_that_was_alone(
    harbour: dict[str, Path], tmp_path: Path
) -> None:
    lines = _recipe(PROCESSES, "noon", harbour).replace("1a2b3c4", "none").splitlines(keepends=True)
    assert "is-active" in lines[1]
    script = "".join((lines[0], *lines[2:-1])) + _recipe(PROCESSES, "noon-first", harbour)

    code = _done(script.replace("-m bot check", "-m bot --help >/dev/null"), harbour, tmp_path)

    version = _version(harbour)
    assert code == 0
    assert (tmp_path / "done").read_text().splitlines()[-2:] == [
        "systemctl disable --now berth",
        f"systemctl enable --now berth-1@{version} berth-2@{version}",
    ]
