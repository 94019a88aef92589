"""What the documents promise agrees with the code."""

from __future__ import annotations

import configparser
import os
import re
import subprocess
from collections.abc import Iterator

import pytest

import bot.panel.errors
from bot import __main__ as command_line
from bot.errors import BotError
from tests.documents import PRIVACY, README, ROOT, defaults, rows, section, shell
from tests.stage import Stage

DISCORDS_OWN = "The application did not respond"


def all_kinds(kind: type[BotError]) -> Iterator[type[BotError]]:
    """Yield an error and all that are derived from it."""
    yield kind
    for derived in kind.__subclasses__():
        yield from all_kinds(derived)


async def test_the_readme_names_every_command_and_no_other(stage: Stage) -> None:
    named = {command for command, _ in rows("Commands", head="Command")}

    assert named == {f"/{name}" for name in stage.bot.mentions}


def test_the_readme_lists_every_setting_with_its_default() -> None:
    assert {name: default for name, default, _ in rows("Settings", head="Setting")} == defaults()


def test_the_example_environment_has_every_setting_with_its_default() -> None:
    example = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert set(example) == set(defaults())
    for name, default in defaults().items():
        if default not in ("required", "none"):
            assert example[name] == default


def test_the_readme_lists_every_subcommand_and_exit_code() -> None:
    commands = {
        command.removeprefix("python -m bot").partition("FILE")[0].strip()
        for command, _ in rows("For the operator", head="Command")
    }
    usage = command_line._parser().format_help()
    codes = {int(code) for code, _ in rows("For the operator", head="Exit code")}

    assert commands == {"", *re.findall(r"^    ([a-z-]+)\b", usage, re.MULTILINE)} - {"run"}
    assert codes == {command_line.OK, command_line.FAILED, command_line.MISCONFIGURED, command_line.INTERRUPTED}


def test_the_readme_quotes_titles_that_people_really_see() -> None:
    assert issubclass(bot.panel.errors.PanelError, BotError)
    quoted = {
        title for symptom, _ in rows("Troubleshooting", head="What you see") for title in re.findall("“(.+?)”", symptom)
    }

    titles = {kind.title.replace("{panel}", "panel.example.com") for kind in all_kinds(BotError)}
    assert quoted - titles == {DISCORDS_OWN}


def test_whatever_sends_a_member_to_the_operator_stands_in_troubleshooting() -> None:
    """Those are the messages that the operator is asked about, and has to find."""
    quoted = {
        title for symptom, _ in rows("Troubleshooting", head="What you see") for title in re.findall("“(.+?)”", symptom)
    }
    sending = {
        kind.title.replace("{panel}", "panel.example.com")
        for kind in all_kinds(BotError)
        if "{operator}" in kind.advice
    }

    assert len(sending) > 4
    assert sending - quoted == set()


def test_the_messages_that_people_meet_most_stand_in_troubleshooting() -> None:
    symptoms = section("Troubleshooting")

    for title in (
        "You lack a permission on this server",
        "panel.example.com did not answer in time",
        "I cannot write to my own database",
        "Posting addresses is switched off",
        "I made a mistake",
    ):
        assert title in symptoms


def test_how_fast_is_one_figure_and_the_rest_in_a_document_of_its_own() -> None:
    short = section("How fast")
    speed = (ROOT / "docs" / "speed.md").read_text()

    assert len(re.findall(r"\b[\d.]+ m?s\b", short)) == 2  # what the panel takes, and what one waits
    assert len(short.split()) < 80
    assert "docs/speed.md" in short
    assert "| What | Budget | Measured | Absolute |" in speed
    assert (ROOT / "docs" / "load.png").exists()


def test_every_file_the_documents_point_to_exists() -> None:
    linked = re.findall(r"\]\((?!http)([^)#]+)\)", README + PRIVACY)
    tree = [path for where, _ in rows("For contributors", head="Where") for path in where.split("`, `")]

    assert "docs/demo.png" in linked
    assert [path for path in (*linked, *tree) if not (ROOT / path).exists()] == []


def test_every_document_is_found_from_the_readme_and_points_to_files_that_exist() -> None:
    found, unread = set(), [ROOT / "README.md"]
    while unread:
        document = unread.pop()
        for path in re.findall(r"\]\((?!http)([^)#]+)", document.read_text()):
            linked = (document.parent / path).resolve()
            assert linked.exists(), f"{document.name} points to {path}"
            if linked not in found and linked.suffix == ".md":
                found.add(linked)
                unread.append(linked)

    assert {path.resolve() for path in (ROOT / "docs").rglob("*.md")} - found == set()


async def test_who_may_use_it_says_what_holds(stage: Stage) -> None:
    (said,) = re.findall(r"\n### Who may use it\n(.+?)\n## ", README, re.DOTALL)
    said = " ".join(said.split())
    registered = list(stage.env.backend.commands[None].values())

    assert "*Server Settings, Integrations*, your application: roles, members and channels" in said
    assert "for all commands or for one of them. All of `/allocations` counts as one." in said
    assert "with *Public Bot* off (Developer Portal, *Bot*) you alone, or your team" in said
    # One of those that Discord lists there is the whole group, and none is kept from anybody before that.
    assert [command["name"] for command in registered if command["name"].startswith("allocations")] == ["allocations"]
    assert {command.get("default_member_permissions") for command in registered} == {None}
    assert "SHARE" in defaults()
    assert "`SHARE` says who may post" in said


def test_the_service_is_not_restarted_while_a_setting_is_wrong() -> None:
    found = re.search(r"```ini\n(.+?)```", README, re.DOTALL)
    assert found
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # as configparser's documentation says
    unit.read_string(found.group(1))

    assert unit["Service"]["RestartPreventExitStatus"] == str(command_line.MISCONFIGURED)
    assert unit["Service"]["Restart"] == "on-failure"


@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell is needed")
@pytest.mark.parametrize("marker", ["demo", "tests"])
def test_the_commands_of_the_readme_are_one_line_a_shell_understands(marker: str) -> None:
    parse = ["/bin/sh", "-n", "-c", shell(marker)]

    checked = subprocess.run(parse, check=False, capture_output=True, text=True)  # noqa: S603 - only parsed, not run

    assert checked.returncode == 0, checked.stderr


def test_what_is_checked_before_a_merge_is_the_command_of_the_readme() -> None:
    script = ROOT / ".ci" / "run"
    show = [str(script), "--show-test-command"]

    shown = subprocess.run(show, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own script

    assert os.access(script, os.X_OK)
    assert shown.strip() == shell("tests")
