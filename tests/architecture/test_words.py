"""Every error a person can meet has a title, an advice, and nothing of the inside in either."""

from __future__ import annotations

import ast
import inspect
import re
from functools import cache

import pytest

from bot.domain import room
from bot.domain.rules import GRANTED_BY
from bot.errors import BotError
from bot.panel import daemon_errors, key_errors
from bot.panel.errors import PanelError, PanelTrouble
from bot.ui.parts.text import DESCRIPTION, TITLE
from tests.architecture.source import modules
from tests.architecture.texts import spoken

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


def test_nobody_raises_or_returns_the_error_without_a_title_of_its_own() -> None:
    bare = []
    for module in modules():
        for node in ast.walk(module.tree):
            said = node.func if isinstance(node, ast.Call) else node.exc if isinstance(node, ast.Raise) else None
            if said is not None and ast.unparse(said) == "BotError":
                bare.append(module.name)

    assert bare == []


@pytest.mark.parametrize("kind", LEAVES, ids=lambda kind: kind.__name__)
def test_every_error_has_an_advice_that_is_a_sentence(kind: type[BotError]) -> None:
    advice = kind.advice

    assert advice.endswith(".")
    assert advice[0].isupper()
    assert 10 <= len(advice) <= DESCRIPTION // 4
    assert not _INSIDES.search(re.sub(r"`[^`]*`", "", advice))
    assert "please" not in advice.lower()
    assert kind.advice != BotError.advice or kind in (BotError, PanelTrouble) or _advises_itself(kind)


VERBS = {
    *("Add", "Ask", "Choose", "Copy", "Create", "Delete", "Do", "Give", "Go", "Join", "Leave", "Look", "Make"),
    *(
        "Name",
        "Open",
        "Paste",
        "Pick",
        "Point",
        "Press",
        "Remove",
        "Restart",
        "Revoke",
        "Run",
        "Shorten",
        "Switch",
        "Tell",
    ),
    *("Try", "Type", "Wait", "Write"),
}
"""What an advice begins with: something to do, before any fact."""


def _beginning(node: ast.expr) -> str | None:
    """Return the text with which an expression begins; None where that is another's, which is looked at by itself."""
    if isinstance(node, ast.JoinedStr):
        return _beginning(node.values[0])
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def test_every_advice_begins_with_what_to_do() -> None:
    given = [word.value for call in _calls() for word in call.keywords if word.arg == "advice"]
    set_later = [
        node.value
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Assign) and any(ast.unparse(target).endswith("advice") for target in node.targets)
    ]
    texts = [*(kind.advice for kind in KINDS), *filter(None, map(_beginning, [*given, *set_later])), GRANTED_BY]
    facts = [text for text in texts if text.split(maxsplit=1)[0] not in VERBS]

    assert len(texts) > len(KINDS) + 5
    assert facts == []


def test_every_way_to_make_room_begins_with_what_to_do() -> None:
    tree = ast.parse(inspect.getsource(room))
    remedies = [call.args[1] for call in ast.walk(tree) if isinstance(call, ast.Call) and len(call.args) == 3]
    ways = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "making_room")
    remedies += [node.value for node in ast.walk(ways) if isinstance(node, ast.Return) and node.value]
    texts = [text for remedy in remedies if (text := _beginning(remedy))]

    assert len(texts) > 6
    assert [text for text in texts if text.split(maxsplit=1)[0] not in VERBS] == []


@cache
def _calls() -> list[ast.Call]:
    return [node for module in modules() for node in ast.walk(module.tree) if isinstance(node, ast.Call)]


def _advises_itself(kind: type[BotError]) -> bool:
    """Tell whether every place that raises this error, or its own constructor, gives an advice."""
    raised = [call for call in _calls() if ast.unparse(call.func).split(".")[-1] == kind.__name__]
    kinds = [base for base in kind.__mro__ if issubclass(base, BotError) and base not in (BotError, PanelError)]
    own = any("advice=" in inspect.getsource(base) for base in kinds)
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


def test_keys_and_what_is_stored_are_deleted_and_a_port_is_removed() -> None:
    ours = [(place, text) for place, text in spoken() if "{/allocations delete}" not in text]
    deleted = [(place, text) for place, text in ours if re.search(r"\b[Dd]elet(?:e|es|ed|ing|ion)\b", text)]
    of_ports = [
        (place, text)
        for place, text in deleted
        if re.search(r"\b(?:port|allocation|primary)", text.lower().replace("reports", ""))
        or text in ("Delete", "Delete…")
    ]

    assert len(deleted) > 20
    # The panel's own words, which are compared, and the name of the command, which it keeps.
    assert {place.partition(":")[0] for place, _ in of_ports} <= {"bot.panel.answers", "bot.front.again", "bot.ui.help"}


def test_every_text_calls_the_panel_by_its_name() -> None:
    """In general one speaks of a panel permission or a panel account; the panel itself is `{panel}`."""
    general = re.compile(
        r"\b(?:the|this|that|a|an? \w+) panel\b(?!(?:'s)? (?:permissions?|accounts?)\b)", re.IGNORECASE
    )
    texts = [(place, text) for place, text in spoken() if not _is_regular(text)]

    assert sum("{panel}" in text or "{site.name}" in text for _, text in texts) > 100
    assert [(place, text) for place, text in texts if general.search(text)] == []


_NEEDED = re.compile(
    r"`[^`]*`|\{[^}]*\}|allocation limit|Automatic Allocation Creation|Show allocations|allocation\.\w+"
    r"|^allocations \w+$|ports? \(allocations?\)"
)
"""Where the word cannot be done without: commands, permissions, the panel's own settings, and what explains it."""


def test_people_read_port_where_allocation_is_not_needed() -> None:
    texts = [(place, _NEEDED.sub("", text)) for place, text in spoken() if not place.startswith("bot.panel.answers:2")]

    assert [(place, text) for place, text in texts if re.search(r"\ballocations?\b", text, re.IGNORECASE)] == []


_MARKED_BY_A_TEACHER = (
    *(r"\bis (?:not )?of (?:no|this|that)\b", r"\b(?:is|are) on [^.:;]*\byet\b", r"\bis running since\b"),
    *(r"\bonce in \S+ (?:seconds|minutes)\b", r"\blook(?:ing)? for up to\b", r"\bthere still\b", r"\basks to slow\b"),
    *(r"\bservers? of (?:others|somebody)\b", r"\bis the primary already\b", r"[Pp]ress the button below\b"),
    *(r"\bthose of others\b", r"\bfor nobody\b"),
    *(r"\bNobody named\b", r"\btell its players\b", r"^(?:Remove|Clear) .*\bagain\b"),
    *(r"\bas (?:\{who\}|you|somebody else) said\b", r"\bport of that number\b", r"\banswer no stranger\b"),
    *(r"\byou can remove it\b", r"\bon /unlink\b", r"\bdid not tell in time\b", r"\bone port at most\b"),
    *(r"\bmade until then\b", r"\bgive another one\b", r"\badds \S+ at a time\b", r"\bno limit set\b"),
    *(
        r"(?<!nyone )\b[Ww]ho (?:types|is led|connects)\b",
        r"\btell as an\b",
        r"\bseconds at most\b",
        r"\bnothing twice\b",
    ),
    *(r"\b[Aa]s a rule\b", r"\bby themselves\b", r"\*\*What to do\*\*: [a-z]"),
    *(r"\bis no (?:name|port|key) that\b", r"\btells what\b", r"\bwhat it does now\b"),
)


@pytest.mark.parametrize("fault", _MARKED_BY_A_TEACHER)
def test_no_text_says_what_an_english_teacher_has_marked(fault: str) -> None:
    texts = [(place, text) for place, text in spoken() if not _is_regular(text)]

    assert [(place, text) for place, text in texts if re.search(fault, text)] == []


def _is_regular(text: str) -> bool:
    """Tell whether a text is a regular expression, which nobody reads."""
    return "\\" in text or "(?" in text


def test_trouble_of_the_panel_says_whose_side_it_is_on() -> None:
    for kind in _kinds(PanelTrouble)[1:]:
        assert "on {panel}'s side" in kind.advice or "Nothing of yours is wrong" in kind.advice, kind.__name__


def test_only_what_may_have_happened_is_looked_up_again() -> None:
    uncertain = {kind.__name__ for kind in KINDS if issubclass(kind, PanelError) and kind.may_have_happened}
    late = {kind.__name__ for kind in KINDS if issubclass(kind, PanelError) and kind.may_come_later}

    assert late == {"ConnectionLost", "PanelSlow", "GatewayFailed", "PanelUnavailable", "NotThePanelApi", "DaemonAway"}
    assert uncertain == {*late, "PanelFailed"}
