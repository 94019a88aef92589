"""Every error carries the button that does what it says to do, whatever is known around it."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest

from bot.domain.ownkeys import PastedKey
from bot.domain.site import PanelSite
from bot.errors import BotError, OwnDatabaseFailed, OwnDatabaseSilent, OwnDatabaseUnreadable
from bot.panel.errors import PanelError
from bot.services.keys.keyring import Tidied
from bot.services.keys.swap_errors import PastedInDoubt, PastedNotDeleted, Refused, SwapFailed
from bot.store.errors import Cause, DatabaseInDoubt, DatabaseUnusable
from bot.store.telling import read_or_told, written_or_told
from bot.ui.errors import Around, way_on
from bot.ui.keys.keyspage import server_page_button
from bot.ui.keys.swap import failed, pasted_not_deleted
from bot.ui.parts.screen import Item
from tests.architecture.source import Module, modules
from tests.property.strategies import error as constructed

SITE = PanelSite("https://panel.example.com/")
SERVER = "5e000001"
AGAIN = "v1:servers.list:1:0"
AROUND = {
    "both": Around(1, SITE, again=AGAIN, server=SERVER),
    "no repetition": Around(1, SITE, server=SERVER),
    "no server": Around(1, SITE, again=AGAIN),
    "neither": Around(1, SITE),
}
ON_SCREENS_OF_THEIR_OWN = {
    # In the message of several ports, with **Go on**.
    *("Lost", "NotAdded", "Unclear", "NotesNotKept"),
}
AGAIN_LABEL, LIST, PAGE = "Try again", "Show allocations", server_page_button(SERVER).payload["url"]
DOES = {
    r"\{/servers\}|\*\*My servers\*\*": "My servers",
    r"\{/account\}": "My account",
    r"\{/(?:un)?link\}": "I have my key",
    r"\{/allocations history\}": "My changes",
    r"\{/allocations list\}|\b(?:in|from) the list\b": LIST,
    r"\b(?:[Tt]ry|check) again\b(?! and)": AGAIN_LABEL,
    r"\{keys\}": SITE.keys_page,
    r"\bTwo-Step Verification\b": SITE.account_page,
    r"\b[Oo]pen the server on \{panel\}": PAGE,
}
"""What a text tells to do, and the label or the address of the button that does it."""


def nearest(what: str, around: Around) -> str:
    """Return what leads as near as one gets: a change is looked at and not repeated, a server is among the servers."""
    if what == AGAIN_LABEL and around.again is None:
        what = LIST
    return "My servers" if what in (LIST, PAGE) and around.server is None else what


def missing(text: str, buttons: list[Item], around: Around) -> list[str]:
    """Return what a text tells to do for which there is no button."""
    does = {str(item.payload.get(key)) for item in buttons for key in ("label", "url")}
    told = [nearest(what, around) for words, what in DOES.items() if re.search(words, text)]
    return [what for what in told if what not in does]


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


@dataclass(frozen=True)
class Told:
    """A text of an error, with the name of its kind."""

    name: str
    text: str


@cache
def constants(module: Module) -> dict[str, str]:
    """Return the texts that a module has a name for."""
    return {
        target.id: text
        for node in module.tree.body
        if isinstance(node, ast.Assign) and (text := written(node.value)) is not None
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def written(node: ast.expr, module: Module | None = None) -> str | None:
    """Return a text as it stands in the source; None where it is put together from elsewhere."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return ast.unparse(node).replace("{{", "{").replace("}}", "}")
    if isinstance(node, ast.Name) and module is not None:
        return constants(module).get(node.id)
    return None


def _of_calls(name: str, tree: ast.AST, module: Module, *, place: int | str) -> Iterator[Told]:
    """Yield the text in one place, by number or by name, of each call of errors by their names, or of `name`'s own."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        called = name or ast.unparse(call.func).split(".")[-1]
        if called not in KINDS or (name and ast.unparse(call.func) != "super().__init__"):
            continue
        given = call.args[place : place + 1] if isinstance(place, int) else []
        given += [word.value for word in call.keywords if word.arg == (place if isinstance(place, str) else "detail")]
        for value in given:
            for one in (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,):
                if (text := written(one, module)) is not None:
                    yield Told(called, text)


def _given(place: int | str) -> list[Told]:
    found: list[Told] = []
    for module in modules():
        found += _of_calls("", module.tree, module, place=place)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef) and node.name in KINDS:
                found += _of_calls(node.name, node, module, place=place)
    return list(dict.fromkeys(found))


def _advised() -> list[Told]:
    """Return every advice with the name of its error: that of the class, and what is given where one is raised."""
    own = [Told(name, kind.advice) for name, kind in KINDS.items() if "advice" in vars(kind)]
    # What is said of an installation goes with a step of its own: `failures/test_server_states` presses its button.
    # What the database does not tell has its own as well, and is raised below.
    given = [told for told in _given("advice") if "reinstall" not in told.text and told.name != "OwnDatabaseSilent"]
    return [*own, *given]


def _detailed() -> list[Told]:
    """Return every text that says what happened."""
    return _given(0)


def _buttons(name: str, around: Around) -> list[Item]:
    kind = KINDS[name]
    return way_on(kind.__new__(kind), around)


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("name", KINDS)
def test_every_error_has_a_button(name: str, around: str) -> None:
    assert _buttons(name, AROUND[around])


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("told", _advised(), ids=lambda told: told.name)
def test_every_error_carries_the_button_that_does_its_advice(told: Told, around: str) -> None:
    ways = _buttons(told.name, AROUND[around])

    assert told.name in ON_SCREENS_OF_THEIR_OWN or missing(told.text, ways, AROUND[around]) == []


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("told", _detailed(), ids=lambda told: told.name)
def test_whatever_an_error_says_of_what_happened_has_a_button_where_it_tells_to_do_something(
    told: Told, around: str
) -> None:
    ways = _buttons(told.name, AROUND[around])

    assert told.name in ON_SCREENS_OF_THEIR_OWN or missing(told.text, ways, AROUND[around]) == []


def test_what_is_on_screens_of_its_own_exists() -> None:
    assert KINDS.keys() >= ON_SCREENS_OF_THEIR_OWN
    assert len(_advised()) > 70
    assert len(_detailed()) > 60


# ------------------------------------------------------------------------------------------ the bot's own database


def _of_the_database() -> dict[str, BotError]:
    """Return what is raised for every cause, in writing, in doubt and in reading."""
    found: dict[str, BotError] = {}
    for cause in Cause:
        with pytest.raises(OwnDatabaseFailed) as unwritten, written_or_told("Nothing was done.", in_doubt=""):
            raise DatabaseUnusable("it fails", cause=cause)
        with pytest.raises(OwnDatabaseUnreadable) as unread, read_or_told():
            raise DatabaseUnusable("it fails", cause=cause)
        found |= {f"not written, {cause.name}": unwritten.value, f"not read, {cause.name}": unread.value}
    for of_person in (False, True):
        with (
            pytest.raises(OwnDatabaseSilent) as silent,
            written_or_told("", in_doubt="I do not know.", of_person=of_person),
        ):
            raise DatabaseInDoubt("it says nothing")
        found["of a person" if of_person else "of a server"] = silent.value
    return found


OF_THE_DATABASE = _of_the_database()
_NO_TRY_HELPS = re.compile(r"trying again does not help")


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("which", OF_THE_DATABASE)
def test_what_the_database_fails_at_has_the_button_of_its_advice(which: str, around: str) -> None:
    error, there = OF_THE_DATABASE[which], AROUND[around]
    ways = way_on(error, there)
    labels = [item.payload["label"] for item in ways]

    assert missing(f"{error.detail} {error.advice}", ways, there) == []
    assert not (_NO_TRY_HELPS.search(error.advice) and AGAIN_LABEL in labels)
    assert ("My account" in labels) == (which == "of a person")


def test_what_is_in_doubt_of_a_person_is_said_to_be_looked_at() -> None:
    """Each place where what is stored of a person may or may not have been written says so."""
    in_doubt = [
        (module.name, words["in_doubt"], "of_person" in words)
        for module in modules()
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "written_or_told"
        for words in [{str(word.arg): word.value for word in call.keywords}]
    ]

    assert [of_person for module, _, of_person in in_doubt if module == "bot.store.links"] == [True] * 4
    assert not [
        (module, text)
        for module, value, of_person in in_doubt
        if (text := written(value))
        and missing(text, way_on(OF_THE_DATABASE["of a server"], AROUND["both"]), AROUND["both"])
        and not of_person
    ]


# ------------------------------------------------------------------------------------------------------- the swap


CAUSES: dict[str, BotError | Refused] = {
    name: constructed(kind, "words")
    for name, kind in KINDS.items()
    if issubclass(kind, PanelError) and kind.advice != BotError.advice
}
CAUSES |= {kind.__name__: kind() if "__init__" in vars(kind) else kind("Why.") for kind in Refused.__subclasses__()}
CAUSES |= {"Refused": Refused("Why."), **{f"the database, {name}": error for name, error in OF_THE_DATABASE.items()}}


@pytest.mark.parametrize("name", CAUSES)
def test_a_failed_swap_has_the_button_of_its_causes_advice(name: str) -> None:
    error = SwapFailed(CAUSES[name], tidied=Tidied())

    ways = list(failed(error, owner=1, site=SITE).items)

    assert missing(f"{error.detail} {error.advice}", ways, AROUND["no server"]) == []
    offered = AGAIN_LABEL in [item.payload["label"] for item in ways]
    # No try is offered that no text speaks of; the panel may be behind a login page for a while.
    assert offered == ("ry again" in error.advice) or name == "NotThePanelApi"


@pytest.mark.parametrize("kind", [PastedNotDeleted, PastedInDoubt])
@pytest.mark.parametrize("name", [name for name, cause in CAUSES.items() if isinstance(cause, PanelError)])
def test_a_pasted_key_that_is_not_deleted_has_the_button_of_its_causes_advice(
    name: str, kind: type[PastedNotDeleted]
) -> None:
    cause = CAUSES[name]
    assert isinstance(cause, PanelError)
    error = kind(cause, PastedKey("ptlc_…4f2a", "0" * 32))

    ways = list(pasted_not_deleted(error, owner=1, site=SITE).items)
    lacking = missing(f"{error.detail} {error.advice}", ways, AROUND["no server"])

    # What tries again here is the question itself, asked once more.
    assert [what for what in lacking if what != AGAIN_LABEL] == []
    assert "Delete the key I pasted" in [item.payload["label"] for item in ways]
