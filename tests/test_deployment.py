"""How the README has the bot deployed and updated agrees with the bot: compose.yaml, and an update as it is written."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.front.client import DRAIN, GOODBYE, HANDOVER, TELL
from bot.settings import Settings
from tests.documents import README, ROOT, dockerfile

PROCESSES = (ROOT / "docs" / "operations" / "processes.md").read_text(encoding="utf-8")

Line = tuple[int, str]
_ENTRY = re.compile(r"([\w./-]+):(?: (.+))?")


def read_yaml(text: str) -> dict[str, Any]:
    """Return what a text in the little of YAML that compose.yaml needs says; fails at anything else."""
    lines = [line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    assert not [line for line in lines if "\t" in line or line != line.rstrip() or " #" in line]
    read, rest = _block([(len(line) - len(line.lstrip()), line.strip()) for line in lines], 0)
    assert rest == []
    assert isinstance(read, dict)
    return read


def _block(lines: list[Line], depth: int) -> tuple[Any, list[Line]]:
    """Return the list or mapping with which the lines begin, and the lines after it."""
    if lines[0][1].startswith("- "):
        items = []
        while lines and lines[0][0] == depth:
            assert lines[0][1].startswith("- "), lines[0]
            items.append(_scalar(lines.pop(0)[1][2:]))
        return items, lines
    found: dict[str, Any] = {}
    while lines and lines[0][0] == depth:
        entry = _ENTRY.fullmatch(lines.pop(0)[1])
        assert entry, lines
        name, value = entry.groups()
        assert name not in found
        if value is None:
            assert lines[0][0] == depth + (0 if lines[0][1].startswith("- ") else 2) or lines[0][0] == depth + 2
            found[name], lines = _block(lines, lines[0][0])
        else:
            found[name] = _scalar(value)
    assert not lines or lines[0][0] < depth, lines[0]
    return found, lines


def _scalar(text: str) -> Any:
    if text.startswith("["):
        return json.loads(text)
    assert not re.search(r"""[{}\[\]&*!|>'"%@`]|: |^- """, text), text
    return {"true": True, "false": False}.get(text, text)


COMPOSE = read_yaml((ROOT / "compose.yaml").read_text())
SERVICE = COMPOSE["services"]["berth"]


def seconds(text: str) -> int:
    """Return how long a duration of whole seconds is."""
    found = re.fullmatch(r"(\d+)s", text)
    assert found, text
    return int(found.group(1))


def test_the_container_may_write_to_its_volume_alone_and_gains_no_privileges() -> None:
    volume = dict(dockerfile())["VOLUME"]

    assert SERVICE["read_only"] is True
    assert SERVICE["volumes"] == [f"data:{volume}"]
    assert SERVICE["tmpfs"] == ["/tmp"]  # noqa: S108 - the container's own
    assert COMPOSE["volumes"] == {"data": {"name": "berth-data"}}
    assert SERVICE["security_opt"] == ["no-new-privileges:true"]
    assert SERVICE["cap_drop"] == ["ALL"]
    assert not {"privileged", "cap_add", "user", "ports", "network_mode", "pid", "devices"} & set(SERVICE)


def test_its_secrets_are_files_that_get_neither_into_git_nor_into_the_image() -> None:
    for name, file in COMPOSE["secrets"].items():
        setting = f"{name}_file"
        assert setting in Settings.model_fields
        assert SERVICE["environment"][setting.upper()] == f"/run/secrets/{name}"
        assert file == {"file": f"./secrets/{name}"}
        assert f"secrets/{name}" in README
    assert set(SERVICE["secrets"]) == set(COMPOSE["secrets"]) == {"discord_token", "encryption_key"}
    assert set(SERVICE["environment"]) == {"DISCORD_TOKEN_FILE", "ENCRYPTION_KEY_FILE"}
    assert "/secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    assert "!secrets" not in (ROOT / ".dockerignore").read_text()
    assert SERVICE["env_file"] == ".env"


def test_it_is_given_the_time_that_the_bot_takes_to_end() -> None:
    (of_systemd,) = re.findall(r"^TimeoutStopSec=(\d+)$", README, re.MULTILINE)

    assert seconds(SERVICE["stop_grace_period"]) == int(of_systemd)
    assert int(of_systemd) >= 2 * (DRAIN + TELL + GOODBYE)
    assert int(of_systemd) > HANDOVER + TELL + 2 * GOODBYE + 5


def test_what_is_written_of_the_time_that_it_takes_to_end_is_so() -> None:
    compose = re.findall(r"within (\d+) seconds; within (\d+) where another", (ROOT / "compose.yaml").read_text())
    processes = (ROOT / "docs" / "operations" / "processes.md").read_text()
    ((handed_over, grace, of_docker),) = re.findall(
        r"at most (\d+) seconds later.+?Let it have (\d+) seconds \(`docker stop -t (\d+)`", processes, re.DOTALL
    )

    ((alone, with_another),) = compose
    assert DRAIN + TELL + GOODBYE < int(alone) <= 10  # what Docker gives where it is told nothing
    assert HANDOVER + TELL + 2 * GOODBYE < int(with_another) == int(handed_over)
    assert int(grace) == int(of_docker) == seconds(SERVICE["stop_grace_period"]) > int(with_another)


def test_the_unit_waits_until_it_is_ready_and_restarts_it_where_it_hangs() -> None:
    unit = dict(re.findall(r"^(\w+)=(\S+)$", README, re.MULTILINE))

    assert unit["Type"] == "notify"
    assert unit["TimeoutStartSec"] == "infinity"
    # It gives a sign of life at least twice in that time; the loop hangs for seconds at most where all is well.
    assert int(unit["WatchdogSec"]) >= 30
    assert unit["Restart"] == "on-failure"


def test_its_health_check_is_that_of_the_image() -> None:
    options, _, command = dict(dockerfile())["HEALTHCHECK"].partition("CMD ")
    of_image = {name.replace("-", "_"): value for name, value in re.findall(r"--([\w-]+)=(\S+)", options)}

    assert SERVICE["healthcheck"] == {"test": ["CMD", *json.loads(command)], **of_image}


def test_it_comes_back_by_itself_after_an_outage_and_a_reboot_as_the_unit_does() -> None:
    assert SERVICE["restart"] == "unless-stopped"
    assert "enable --now berth" in README


# The update


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
    return found.group(1).replace("/opt/berth", str(machine["installed"]))


def _done(script: str, machine: dict[str, Path], home: Path) -> int:
    """Run commands in the clone as somebody who pastes them; return the exit code."""
    environment = {"PATH": f"{machine['programs']}:{os.environ['PATH']}", "HOME": str(home)}
    run = ["/bin/sh", "-c", script]
    return subprocess.run(run, cwd=machine["clone"], env=environment, check=False).returncode  # noqa: S603


@pytest.mark.skipif(shutil.which("git") is None, reason="git is needed")
def test_an_update_as_written_brings_the_new_version_and_overwrites_nothing_that_was_filled_in(
    machine: dict[str, Path], tmp_path: Path
) -> None:
    installed, kept = machine["installed"], machine["backups"]
    kept.mkdir()
    script = _recipe(README, "update", machine).replace("/var/backups/", f"{kept}/")
    made = "from bot.store.database import open_database as o; import asyncio as a; a.run(a.wait_for(_(), 60))"
    program = f"async def _(): await (await o('sqlite:///data/berth.db')).close()\n{made}"
    subprocess.run([sys.executable, "-c", program], cwd=installed, check=True)  # noqa: S603 - a database to update
    database = (installed / "data" / "berth.db").read_bytes()
    # Without Discord and a panel `check` fails, and then nothing is started.
    script = script.replace("-m bot check", "-m bot --help >/dev/null")

    assert _done(script, machine, tmp_path) == 0

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
def test_an_update_as_written_ends_where_the_backup_fails_and_leaves_the_bot_as_it_was(
    machine: dict[str, Path], tmp_path: Path
) -> None:
    script = _recipe(README, "update", machine).replace("/var/backups/", f"{tmp_path}/missing/")

    assert _done(script, machine, tmp_path) != 0

    assert (machine["installed"] / "bot" / "gone.py").exists()
    assert not (tmp_path / "done").exists()


def _at_noon(machine: dict[str, Path], tmp_path: Path, *, check: str) -> tuple[Path, Path, int]:
    """Update as written for a bot that goes on meanwhile; return the old folder, the new one and the exit code."""
    clone, old = machine["clone"], machine["installed"].rename(tmp_path / "opt-1a2b3c4")
    _program(machine["programs"] / "install", 'for last; do :; done; mkdir "$last"')
    _program(machine["programs"] / "python3", f'mkdir -p "$3/bin" && cp {old}/.venv/bin/* "$3/bin/"')
    _git(clone, "pull", "-q")
    code = _done(_recipe(PROCESSES, "noon", machine).replace("-m bot check", check), machine, tmp_path)
    name = subprocess.check_output(["git", "rev-parse", "--short", "HEAD"], cwd=clone, text=True).strip()  # noqa: S607
    return old, tmp_path / f"opt-{name}", code


@pytest.mark.skipif(shutil.which("git") is None, reason="git is needed")
def test_an_update_at_noon_as_written_starts_the_new_version_before_it_ends_the_old_one(
    machine: dict[str, Path], tmp_path: Path
) -> None:
    before = {path.name: path.read_bytes() for path in machine["installed"].rglob("*.*") if path.is_file()}

    # Without Discord and a panel `check` itself fails.
    old, new, code = _at_noon(machine, tmp_path, check="-m bot --help >/dev/null")

    assert code == 0
    assert {path.name: path.read_bytes() for path in old.rglob("*.*") if path.is_file()} == before
    assert (new / ".env").read_bytes() == before[".env"]
    assert (new / "bot" / "news.py").exists()
    assert not (new / "bot" / "gone.py").exists()
    assert (tmp_path / "done").read_text().splitlines() == [
        "pip install -q --require-hashes -r requirements.lock",
        f"systemctl enable --now berth@{new.name.removeprefix('opt-')}",
        "systemctl disable --now berth@1a2b3c4",
    ]


@pytest.mark.skipif(shutil.which("git") is None, reason="git is needed")
def test_an_update_at_noon_leaves_the_old_version_alone_where_something_is_wrong(
    machine: dict[str, Path], tmp_path: Path
) -> None:
    _, _, code = _at_noon(machine, tmp_path, check="-m bot no-such-command")

    assert code != 0
    assert "systemctl" not in (tmp_path / "done").read_text()
