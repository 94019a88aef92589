"""What the documents and the image promise agrees with the code."""

from __future__ import annotations

import configparser
import json
import os
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import bot.panel.errors
from bot import __main__ as command_line
from bot.errors import BotError
from bot.settings import Settings
from tests.stage import Stage
from tests.tables import read_tables, tables

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
PRIVACY = (ROOT / "PRIVACY.md").read_text()
DISCORDS_OWN = "The application did not respond"


def section(title: str, text: str = README) -> str:
    """Return a section of a document."""
    return re.split(r"^## ", text.split(f"\n## {title}\n")[1], flags=re.MULTILINE)[0]


def rows(title: str, *, head: str) -> list[list[str]]:
    """Return the cells of the table in a section of the README whose first column has this head."""
    table = section(title).split(f"| {head} |")[1].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table]


def shell(marker: str) -> str:
    """Return the one command after a marker in the README."""
    found = re.search(rf"<!-- {marker} -->\n```sh\n(.+)\n```\n", README)
    assert found, f"no single command after {marker}"
    return found.group(1)


def defaults() -> dict[str, str]:
    """Return every setting with its default as the README writes it."""
    return {
        name.upper(): "required" if field.is_required() else "none" if field.default is None else str(field.default)
        for name, field in Settings.model_fields.items()
    }


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
    assert codes == {command_line.OK, command_line.FAILED, command_line.MISCONFIGURED}


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
        if re.search("whoever runs this bot", kind.advice, re.IGNORECASE)
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


def test_the_privacy_page_speaks_of_every_column_about_a_person() -> None:
    speaks_of = {
        "links.user_id": "Your Discord user id",
        "links.panel_origin": "Which panel the key belongs to",
        "links.panel_user_id": "user id",
        "links.panel_username": "Your panel user name",
        "links.sealed_key": "Your panel API key, encrypted",
        "links.masked_key": "The key's masked form",
        "links.linked_at": "When you linked",
        "links.last_used_at": "last used",
        "links.last_server": "The identifier of the server you used last",
        "links.own_description": "its name on the panel, which has your Discord name in it",
        "links.own_allowed_ips": "the addresses it works from",
        "links.pasted_masked": "The masked form of the key you pasted before that",
        "links.pasted_mark": "a mark by which the panel's list tells it from others",
        "intents.user_id": "Your Discord user id",
        "intents.panel_origin": "Which panel the key belongs to",
        "intents.description": "the name of that key",
        "intents.begun_at": "since when",
        "intents.sealed_key": "the key with which it can do so, encrypted",
        "links.is_admin": "whether you are an administrator of the panel",
        "changes.id": "A record of your changes",
        "changes.user_id": "Your Discord user id",
        "changes.at": "when",
        "changes.server": "identifier",
        "changes.server_name": "name",
        "changes.verb": "A record of your changes",
        "changes.allocation_id": "which allocation (id",
        "changes.address": "address",
        "changes.before": "what was there before",
        "changes.after": "after (notes, primary)",
        "changes.outcome": "the outcome",
        "names.panel": "which panel and server",
        "names.server": "which panel and server",
        "names.host": "the name with its port",
        "names.port": "the name with its port",
        "names.user_id": "The names that you gave servers for players to type",
        "names.at": "and when",
        "plans.id": "Several ports that you asked for at once",
        "plans.user_id": "Your Discord user id",
        "plans.at": "when",
        "plans.server": "identifier",
        "plans.server_name": "name",
        "plans.items": "their notes, and of each whether it was added, its id and address",
    }
    about_people = {
        f"{table}.{column}" for table, columns in tables().items() if "user_id" in columns for column in columns
    }

    assert about_people == set(speaks_of)
    for words in speaks_of.values():
        assert words in PRIVACY
    assert f"{Settings.model_fields['history_days'].default} days" in PRIVACY


IN_SHORT = {
    r"links\.user_id": r"Discord id",
    r"links\.panel_origin": r"\bpanel, panel user name|address of \S+,",
    r"links\.panel_(?:user_id|username)": r"user name and id",
    r"links\.is_admin": r"administ(?:rator|er)",
    r"links\.sealed_key": r"API key \(encrypted",
    r"links\.masked_key": r"its masked form|its first and last characters",
    r"links\.(?:linked_at|last_used_at)": r"when it was linked and last used|when you linked, when and for which",
    r"links\.last_server": r"the server last used|for which server you used me last",
    r"links\.own_description": r"what it is called",
    r"links\.own_allowed_ips": r"which addresses it works from",
    r"links\.pasted_\w+": r"pasted before it(?:: its|, the first).* and a mark to find it by",
    r"intents\.\w+": r"until it is deleted there also since when, and a key to delete it with \(encrypted\)",
    r"names\.\w+": r"the names (?:you gave|given) for players to type",
    r"changes\.\w+": r"For a limited time.* a record of",
    r"plans\.\w+": r"For a limited time.* several ports asked for at once",
    r"texts\.\w+": r"For a limited time.* texts",
}
"""How the two shorter accounts of what is stored of a person speak of the columns, by the names of these."""


async def test_what_is_stored_is_told_in_short_without_leaving_anything_out(stage: Stage) -> None:
    readme = " ".join(README.split("**What is stored**")[1].split("\n\n")[0].split())
    ours = (await stage.person("ann").run("help")).text.split("**Privacy**")[1]
    about_people = [
        f"{table}.{column}"
        for table, columns in (await read_tables()).items()
        if "user_id" in columns
        for column in columns
    ]

    for column in about_people:
        (words,) = [words for name, words in IN_SHORT.items() if re.fullmatch(name, column)]
        assert re.search(words, readme), column
        assert re.search(words, ours), column


def pins() -> dict[str, Version]:
    """Return the packages that the image installs, with their versions."""
    lock = (ROOT / "requirements.lock").read_text()
    found = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", lock, re.MULTILINE)
    return {canonicalize_name(name): Version(version) for name, version in found}


def test_the_image_installs_every_dependency_in_its_range() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    speed = project["optional-dependencies"]["speed"]
    wanted = [Requirement(line) for line in (*project["dependencies"], *speed)]

    locked = pins()

    assert wanted
    for requirement in wanted:
        version = locked[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"{requirement} is locked at {version}"


def test_every_package_of_the_image_is_pinned_by_hash_and_from_nowhere_in_particular() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    entries = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)[1:]

    assert len(entries) == len(pins())
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in lock
    assert not re.search(r"^-", lock, re.MULTILINE)


def dockerfile() -> list[tuple[str, str]]:
    """Return the instructions of the Dockerfile with their arguments."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines]


def test_the_image_runs_the_bot_itself_as_nobody_special() -> None:
    image = dict(dockerfile())
    health = image["HEALTHCHECK"].partition("CMD ")[2]

    assert json.loads(image["ENTRYPOINT"]) == ["python", "-m", "bot"]
    assert json.loads(health) == ["python", "-m", "bot", "health"]
    assert image["STOPSIGNAL"] == "SIGTERM"
    assert image["USER"] == "berth"
    assert image["VOLUME"] == "/data"
    assert "DATABASE_URL=sqlite:////data/" in image["ENV"]


def test_the_image_holds_no_secret_and_only_what_it_is_made_of() -> None:
    copied = {source.split()[0] for name, source in dockerfile() if name == "COPY" and "--from" not in source}
    admitted = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    set_in_image = " ".join(value for name, value in dockerfile() if name in ("ENV", "ARG"))

    assert copied == admitted
    assert not re.search("TOKEN|KEY|SECRET|PASSWORD", set_in_image)


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
