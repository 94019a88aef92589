"""What the image installs and runs: what the project asks for, pinned, and nothing that is secret."""

from __future__ import annotations

import json
import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.documents import ROOT, dockerfile


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
