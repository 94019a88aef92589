"""How the README has the bot deployed agrees with the bot: compose.yaml, and the unit of systemd."""

from __future__ import annotations

import json
import re
from typing import Any

from bot.front.client import DRAIN, GOODBYE, HANDOVER, TELL
from bot.settings import Settings
from tests.documents import README, ROOT, dockerfile

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
