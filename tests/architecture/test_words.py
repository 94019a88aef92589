"""Every error a person can meet has a title, an advice, and nothing of the inside in either."""

from __future__ import annotations

import ast
import inspect
import re
from functools import cache

import pytest

from bot.errors import BotError
from bot.panel import daemon_errors, key_errors
from bot.panel.errors import PanelError, PanelTrouble
from bot.ui.text import DESCRIPTION, TITLE
from tests.architecture.source import modules

BESIDES = (daemon_errors, key_errors)
"""Where there are more errors than in the two large modules: imported, so that their kinds are found."""


def _kinds(root: type[BotError]) -> list[type[BotError]]:
    return [root, *(kind for below in root.__subclasses__() for kind in _kinds(below))]


KINDS = sorted({*_kinds(BotError), *_kinds(PanelError)}, key=lambda kind: kind.__name__)
LEAVES = [kind for kind in KINDS if not kind.__subclasses__()]
_INSIDES = re.compile(r"\b(?:HTTP|JSON|[Ee]xception|[Tt]raceback|None|null|int|str)\b|_[a-z]+_|\w+Error\b")
COMMANDS = {
    *("link", "unlink", "account", "servers", "help"),
    *(f"allocations {verb}" for verb in ("list", "find", "create", "notes", "primary", "delete", "history", "address")),
}


@pytest.mark.parametrize("kind", LEAVES, ids=lambda kind: kind.__name__)
def test_every_error_has_a_title_of_its_own(kind: type[BotError]) -> None:
    titles = [other.title for other in LEAVES if other.title == kind.title]

    assert "title" in vars(kind)
    assert 1 <= len(kind.title) <= min(TITLE, 70)
    assert kind.title[0].isupper() or kind.title.startswith("{panel} ")
    assert not kind.title.endswith((".", "!", "…"))
    assert not _INSIDES.search(kind.title)
    assert len(titles) == 1 or {other.__name__ for other in LEAVES if other.title == kind.title} == {
        "PrimaryAllocation",
        "PrimaryRefused",
    }


@pytest.mark.parametrize("kind", LEAVES, ids=lambda kind: kind.__name__)
def test_every_error_has_an_advice_that_is_a_sentence(kind: type[BotError]) -> None:
    advice = kind.advice

    assert advice.endswith(".")
    assert advice[0].isupper()
    assert 10 <= len(advice) <= DESCRIPTION // 4
    assert not _INSIDES.search(re.sub(r"`[^`]*`", "", advice))
    assert "please" not in advice.lower()
    assert kind.advice != BotError.advice or kind in (BotError, PanelTrouble) or _advises_itself(kind)


@cache
def _calls() -> list[ast.Call]:
    return [node for module in modules() for node in ast.walk(module.tree) if isinstance(node, ast.Call)]


def _advises_itself(kind: type[BotError]) -> bool:
    """Tell whether every place that raises this error, or its own constructor, gives an advice."""
    raised = [call for call in _calls() if ast.unparse(call.func).split(".")[-1] == kind.__name__]
    own = "advice=" in inspect.getsource(kind)
    return own or (bool(raised) and all(any(word.arg == "advice" for word in call.keywords) for call in raised))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_says_when_it_happens(kind: type[BotError]) -> None:
    assert (inspect.getdoc(kind) or "").rstrip().endswith(".")
    assert kind.__doc__


def test_every_command_that_a_text_names_exists() -> None:
    named = {
        found
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for found in re.findall(r"\{/([a-z ]+)\}", node.value)
    }

    assert named - {"name", "command"} <= COMMANDS
    assert {"link", "unlink", "servers", "allocations list"} <= named


def test_trouble_of_the_panel_says_whose_side_it_is_on() -> None:
    for kind in _kinds(PanelTrouble)[1:]:
        assert "on the panel's side" in kind.advice or "Nothing of yours is wrong" in kind.advice, kind.__name__


def test_only_what_may_have_happened_is_looked_up_again() -> None:
    uncertain = {kind.__name__ for kind in KINDS if issubclass(kind, PanelError) and kind.may_have_happened}
    late = {kind.__name__ for kind in KINDS if issubclass(kind, PanelError) and kind.may_come_later}

    assert late == {"ConnectionLost", "PanelSlow", "GatewayFailed", "PanelUnavailable", "NotThePanelApi", "DaemonAway"}
    assert uncertain == {*late, "PanelFailed"}
