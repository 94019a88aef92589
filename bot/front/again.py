"""Doing the same once more: which actions only read, and the custom_id that repeats one of them.

A change is never repeated from here. What somebody typed for a command stands in the custom_id itself, so that the
button works after a restart; what does not fit there is not offered again.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

import discord

from bot.errors import Outdated
from bot.ui.parts import ids

RUN = "again.run"
"""Runs a command once more."""
FORM = "again.form"
"""Runs one that opens a form."""
CHOOSE = "again.choose"
"""Chooses in a select once more."""
COMMANDS = {
    **dict.fromkeys(("servers", "account", "unlink", "help"), RUN),
    **dict.fromkeys(("allocations list", "allocations find", "allocations delete", "allocations history"), RUN),
    "link": FORM,
    "allocations notes": FORM,
    "allocations address": RUN,
}
"""The commands that change nothing by themselves; the last two only without what is in their option."""
_ASKS_FOR = {"allocations notes": "text", "allocations address": "name"}
"""The option with which such a command changes something at once."""
PRESSES = frozenset(
    {
        *("alloc.list", "alloc.show", "alloc.ask", "alloc.notes", "alloc.copy", "alloc.share", "find.form"),
        *("servers.list", "servers.others", "servers.turn", "history.list", "everyone.list"),
        *("search.list", "power.ask", "check.ask", "join.show", "join.form", "several.ask"),
        *("account.show", "account.export", "unlink.ask", "link.open", "notes.edit", RUN, FORM, "account.names"),
    }
)
"""The buttons that only read."""
CHOICES = frozenset(
    {
        *("alloc.pick", "servers.open", "servers.pick", "history.pick", "pick.delete", "pick.form", "find.pick"),
        *("named.delete", "named.form", "named.history", "named.address", "search.open"),
    }
)
"""The selects that only read, and the buttons that take the place of one where there is nothing to choose from."""
_ASKED_BY = {
    "unlink.confirm": "unlink.ask",
    **dict.fromkeys(("swap.start", "pasted.delete", "pasted.keep", "left.gone"), "account.show"),
}
"""What asks again for what changes something of a person's link, and only reads: form, question, account."""


def of_command(interaction: discord.Interaction) -> str | None:
    """Return the custom_id of the button that runs the command once more; None if it may change something."""
    command = interaction.command
    name = command.qualified_name if command else ""
    if name not in COMMANDS:
        return None
    options = dict(iter(interaction.namespace))
    if _ASKS_FOR.get(name) in options:
        return None
    typed = [part for option, value in options.items() for part in (option, _packed(str(value)))]
    return _made(COMMANDS[name], interaction.user.id, name.replace(" ", "-"), *typed)


def of_press(component: ids.ComponentId, values: tuple[str, ...], fields: Mapping[str, str]) -> str | None:
    """Return the custom_id of the button that does the same as a press; None if that changed something.

    Of what was typed into a form, in its `fields`, only words to find are kept.
    """
    verb, owner, args = component.verb, component.owner, component.args
    if verb == "link.submit":
        return ids.make("link.open", owner, *args[1:])
    if verb in _ASKED_BY:
        return ids.make(_ASKED_BY[verb], owner)
    if verb == "notes.submit" and len(args) > 1:
        return _made("alloc.notes", owner, args[0], args[1], "0")
    if verb == "join.submit" and args:
        return _made("join.form", owner, args[0])
    if verb == "find.submit" and args:
        sought = ids.packable(fields.get("words", ""))
        return _made("alloc.list", owner, args[0], "0", *([ids.pack(sought)] if sought else []))
    if verb in CHOICES and values:
        return _made(CHOOSE, owner, verb.replace(".", "-"), *args, values[0])
    return str(component) if verb in PRESSES | CHOICES else None


def only_reads(component: ids.ComponentId) -> bool:
    """Tell whether a button does nothing but read, or asks before it does more."""
    return component.verb in PRESSES | CHOICES | {CHOOSE}


def unfolded(custom_id: str, values: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Return what was chosen before where a button chooses it once more, and what was pressed as it is otherwise."""
    start, _, rest = custom_id.partition(f"v1:{CHOOSE}:")
    parts = rest.split(":")
    if start or len(parts) < 3 or parts[1].replace("-", ".") not in CHOICES:
        return custom_id, values
    owner, verb, *args = parts
    return ":".join((ids.VERSION, verb.replace("-", "."), owner, *args[:-1])), (args[-1],)


def typed_in(component: ids.ComponentId) -> tuple[str, dict[str, str]]:
    """Return the command that a button runs once more, with its options; raise Outdated if it may change something."""
    name, options = component.text(0).replace("-", " "), component.args[1:]
    if name not in COMMANDS or _ASKS_FOR.get(name) in options[::2] or len(options) % 2:
        raise Outdated
    return name, dict(zip(options[::2], map(_unpacked, options[1::2]), strict=True))


def _made(verb: str, owner: int, *args: str) -> str | None:
    try:
        return ids.make(verb, owner, *args)
    except ValueError:  # what was typed does not fit
        return None


def _packed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _unpacked(text: str) -> str:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise Outdated from None
