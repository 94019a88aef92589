"""What operators load into their own tools speaks of numbers that the bot tells, and every alert is explained."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.watch.numbers import Numbers
from bot.watch.watching import watch_bot
from bot.watchsettings import PlaceSetting
from tests.architecture.source import ROOT

OPERATIONS = ROOT / "docs" / "operations"
PROMTOOL = shutil.which("promtool")
_NAMES = re.compile(r"\b(?:berth|process)_\w+|\bup\b")
_LABELS = re.compile(r"[{(,]\s*([a-z]+)\s*(?:=|!)[=~]?\"|by \(([^)]*)\)")


class _Connected:
    is_whole = True
    connected = True
    shards_up = 1


def _numbers() -> dict[str, set[str]]:
    """Return every number that a bot under way tells, with its labels."""
    numbers = Numbers()
    numbers.interaction("allocations list", "done", acknowledged=0.1, seconds=0.1)
    numbers.panel_request("GET", "api/client", "200", 0.1)
    numbers.held_back("account", 1)
    numbers.database("look", 0.1)
    watch_bot(numbers, _Connected(), lambda: 0, lambda: 0, lambda: 0.0)
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(numbers.told().decode()):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


NUMBERS = {**_numbers(), "up": {"job"}}
"""With what Prometheus itself tells of everything that it asks."""


def _rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load((OPERATIONS / "alerts.yml").read_text())["groups"]
    rules: list[dict[str, Any]] = group["rules"]
    return rules


def _panels() -> list[dict[str, Any]]:
    panels: list[dict[str, Any]] = json.loads((OPERATIONS / "dashboard.json").read_text())["panels"]
    return panels


EXPRESSIONS = [rule["expr"] for rule in _rules()] + [
    target["expr"] for panel in _panels() for target in panel["targets"]
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_expression_speaks_of_numbers_and_labels_that_there_are(expression: str) -> None:
    names = _NAMES.findall(expression)
    labels = {
        label.strip() for one, more in _LABELS.findall(expression) for label in (one, *more.split(",")) if label.strip()
    }

    assert names
    assert set(names) <= NUMBERS.keys()
    assert labels - {"instance", "job"} <= set().union(*(NUMBERS[name] for name in names))
    assert expression.count("(") == expression.count(")")


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_a_number_that_others_tell_too_is_asked_of_the_bot_alone(expression: str) -> None:
    others = [found for found in re.finditer(_NAMES, expression) if not found[0].startswith("berth_")]

    assert [found[0] for found in others if not expression.startswith('{job="berth"}', found.end())] == []


def test_bugs_are_told_from_the_start_for_else_no_alert_sees_the_first() -> None:
    (rule,) = [rule for rule in _rules() if rule["alert"] == "BerthBugs"]
    (name,) = set(_NAMES.findall(rule["expr"]))

    assert f"\n{name} 0.0\n" in Numbers().told().decode()


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed")
@pytest.mark.parametrize(
    ("alert", "number", "values"),
    [
        ("BerthBugs", "berth_bugs_total", "0x10 1x10"),
        ("BerthDatabaseFails", "berth_database_write_age_seconds", "20+0x5 20+60x15"),
    ],
)
def test_the_first_bug_and_a_database_that_stays_away_raise_their_alerts(
    tmp_path: Path, alert: str, number: str, values: str
) -> None:
    series = {"series": f'{number}{{job="berth",instance="one"}}', "values": values}
    (rule,) = [rule for rule in _rules() if rule["alert"] == alert]
    fires = {"exp_labels": {**rule["labels"], "instance": "one"}, "exp_annotations": rule["annotations"]}
    looks = [
        {"alertname": alert, "eval_time": "9m", "exp_alerts": []},
        {"alertname": alert, "eval_time": "12m", "exp_alerts": [fires]},
    ]
    case = {"interval": "1m", "input_series": [series], "alert_rule_test": looks}
    file = tmp_path / "bugs.yml"
    file.write_text(yaml.safe_dump({"rule_files": [str(OPERATIONS / "alerts.yml")], "tests": [case]}))

    said = subprocess.run([str(PROMTOOL), "test", "rules", str(file)], capture_output=True, text=True, check=False)  # noqa: S603

    assert said.returncode == 0, said.stdout + said.stderr


def test_there_are_five_alerts_and_each_is_explained_in_two_lines() -> None:
    said = (OPERATIONS / "alerts.md").read_text()
    explained = dict(re.findall(r"\*\*(\w+)\.\*\* (.+?)(?:\n\n|\Z)", said, re.DOTALL))

    assert len(_rules()) == 5
    assert [rule["alert"] for rule in _rules()] == list(explained)
    assert [name for name, words in explained.items() if words.strip().count("\n") != 1 or words.count(".") < 2] == []


def test_what_is_to_be_put_into_prometheus_loads_the_rules_and_asks_each_process_by_the_name_they_go_by() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", (OPERATIONS / "alerts.md").read_text(), re.DOTALL)
    settings = yaml.safe_load(text)
    (job,) = settings["scrape_configs"]
    (asked,) = job["static_configs"]
    places = [PlaceSetting(metrics=target).metrics_place for target in asked["targets"]]

    assert set(settings) == {"rule_files", "scrape_configs"}
    assert [(OPERATIONS / name).exists() for name in settings["rule_files"]] == [True]
    assert {found for rule in _rules() for found in re.findall(r'job="(\w+)"', rule["expr"])} == {job["job_name"]}
    assert job.keys() == {"job_name", "scrape_interval", "static_configs"}  # by default it asks for /metrics
    assert places == [("127.0.0.1", 9464), ("127.0.0.1", 9465)]


def test_every_number_of_the_bot_is_on_the_dashboard() -> None:
    shown = {name for expression in EXPRESSIONS for name in _NAMES.findall(expression)}
    told = [name for name in NUMBERS if name.startswith("berth_")]
    ours = {re.sub(r"_(?:total|bucket|count|sum|created|info)$", "", name) for name in told}

    missing = {name for name in ours if not any(seen.startswith(name) for seen in shown)}
    assert missing == {"berth_build"}


def test_every_job_of_the_hosted_checks_is_of_the_form_that_is_read_there() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())

    # YAML takes the word `on` for a truth value; those who read workflows know that.
    assert set(workflow) == {"name", True, "permissions", "jobs"}
    assert set(workflow[True]) == {"push", "pull_request"}
    for job in workflow["jobs"].values():
        assert job["runs-on"] == "ubuntu-latest"
        assert job["timeout-minutes"] > 0
        assert job["steps"][0] == {"uses": "actions/checkout@v4"}
        assert all(
            set(step) <= {"uses", "with", "run"} and len({"uses", "run"} & set(step)) == 1 for step in job["steps"]
        )


def test_the_hosted_checks_run_what_is_run_here_on_every_python_that_is_supported() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
    steps = [step.get("run", "") for step in workflow["jobs"]["checks"]["steps"]]

    assert "bash .ci/run" in steps
    assert workflow["jobs"]["checks"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13", "3.14"]
    assert any("docker build" in step.get("run", "") for step in workflow["jobs"]["image"]["steps"])
