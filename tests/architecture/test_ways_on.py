"""Every error carries the button that does its advice."""

from __future__ import annotations

import ast
import importlib
import re

import pytest

from bot.domain.site import PanelSite
from bot.errors import BotError
from bot.ui.errors import Around, way_on
from bot.ui.screen import Item
from tests.architecture.source import modules

SITE = PanelSite("https://panel.example.com/")
SERVER = "5e000001"
AROUND = Around(1, SITE, again="v1:servers.list:1:0", server=SERVER)
ON_SCREENS_OF_THEIR_OWN = {
    # In the message of several ports, with **Go on**.
    *("Lost", "NotAdded", "Unclear", "NotesNotKept"),
    # Below a swap, with the answers to its question, **Try again** and the page for keys.
    *("SwapFailed", "PastedNotDeleted", "KeyLimitReached"),
}
DOES = {
    r"\{/servers\}|\*\*My servers\*\*": "My servers",
    r"\{/account\}": "My account",
    r"\{/allocations history\}": "My changes",
    r"\{/allocations list\}|\b(?:in|from) the list\b": "Show allocations",
    r"\b(?:[Tt]ry|check) again\b(?! and)": "Try again",
    r"\{keys\}": SITE.keys_page,
    r"\bTwo-Step Verification\b": SITE.account_page,
    r"\b[Oo]pen the server on \{panel\}": SITE.server_page(SERVER),
}
"""What an advice tells to do, and the label or the address of the button that does it."""


def _kinds() -> dict[str, type[BotError]]:
    for module in modules():
        if not module.name.endswith("__main__") and ".migrations" not in module.name:
            importlib.import_module(module.name)
    found: dict[str, type[BotError]] = {}
    below = [BotError]
    while below:
        kind = below.pop()
        found[kind.__name__] = kind
        below += kind.__subclasses__()
    return {name: kind for name, kind in found.items() if kind.__module__.startswith("bot.")}


KINDS = _kinds()


def _advised() -> list[tuple[str, str]]:
    """Return every advice with the name of its error: that of the class, and what is given where one is raised."""
    own = [(name, kind.advice) for name, kind in KINDS.items() if "advice" in vars(kind)]
    given = [
        (ast.unparse(call.func).split(".")[-1], ast.unparse(word.value).replace("{{", "{").replace("}}", "}"))
        for module in modules()
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call)
        for word in call.keywords
        if word.arg == "advice" and isinstance(word.value, ast.Constant | ast.JoinedStr)
    ]
    # What is said of an installation goes with a step of its own: `failures/test_server_states` presses its button.
    return [*own, *((name, advice) for name, advice in given if name in KINDS and "reinstall" not in advice)]


def _buttons(name: str) -> list[Item]:
    kind = KINDS[name]
    return way_on(kind.__new__(kind), AROUND)


@pytest.mark.parametrize("name", KINDS)
def test_every_error_has_a_button(name: str) -> None:
    assert _buttons(name)


@pytest.mark.parametrize(("name", "advice"), _advised())
def test_every_error_carries_the_button_that_does_its_advice(name: str, advice: str) -> None:
    buttons = [] if name in ON_SCREENS_OF_THEIR_OWN else _buttons(name)
    does = {str(item.payload.get(key)) for item in buttons for key in ("label", "url")}
    missing = [what for told, what in DOES.items() if re.search(told, advice) and what not in does]

    assert name in ON_SCREENS_OF_THEIR_OWN or missing == []


def test_what_is_on_screens_of_its_own_exists() -> None:
    assert KINDS.keys() >= ON_SCREENS_OF_THEIR_OWN
    assert len(_advised()) > 70
