"""What a person may do with a server's allocations, and why not."""

from __future__ import annotations

import re

from bot.domain.models import NOTES_LIMIT, NOTES_ON_PTERODACTYL, Allocation, ApiKey, GameServer, ServerState
from bot.domain.room import no_room
from bot.errors import BotError, KeyInNotes

_SPOKEN = {
    ServerState.MAINTENANCE: "on a node in maintenance",
    ServerState.INSTALL_FAILED: "not installed (the installation failed)",
}
_KEY = re.compile(r"(?:ptl[ac]|pacc|papp|peli|plcn)_[0-9A-Za-z]{20,}")
_INVISIBLE = (
    r"\0\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2060-\u2065\u206a-\u206f\u2800\u3164\ufeff\uffa0"
    r"\U0001d159\U0001d173-\U0001d17a\U000e0020"
)
_ENDS = re.compile(rf"\A[\s{_INVISIBLE}]+|(?<![\s{_INVISIBLE}])[\s{_INVISIBLE}]+\Z")
"""What panels trim off both ends: blanks, and the characters their framework knows to be invisible.

Pterodactyl 1.11 trims fewer of them than newer ones do; what is trimmed before it is sent is the same on all.
"""
REINSTALL = "that does not end by itself: reinstall the server on {panel}, under Settings."
GRANTED_BY = "Ask the server's owner to grant it on {panel} under Users."


class NotesTooLong(BotError):
    """The notes exceed what the panel really stores."""

    title = "These notes are too long"
    advice = "Shorten them and try again; nothing was changed."
    limit: int = NOTES_LIMIT
    """How many characters are kept."""
    draft: tuple[str | int, ...] | None = None
    """What leads to the form with these notes, for a custom_id; None where they are not kept."""

    def edits(self, draft: tuple[str | int, ...]) -> None:
        """Advise to open the form with these notes again, to which this leads."""
        self.draft = draft
        self.advice = "Press **Edit again** and shorten them. Nothing was changed."


def missing_permission(server: GameServer, *permissions: str) -> str | None:
    """Say which of these panel permissions are missing and who grants them, or return None."""
    missing = [f"`{permission}`" for permission in permissions if not server.may(permission)]
    if not missing:
        return None
    if len(missing) == 1:
        return f"You lack the panel permission {missing[0]}. {GRANTED_BY}"
    return (
        f"You lack the panel permissions {', '.join(missing[:-1])} and {missing[-1]}. "
        "Ask the server's owner to grant them on {panel} under Users."
    )


def blocked(server: GameServer) -> str | None:
    """Say why the server's state blocks every change, or return None."""
    if not server.state.blocks_changes:
        return None
    if server.state.lasts:
        return f"The server is {state_words(server)}; {REINSTALL} Until then {{panel}} allows no changes."
    return f"The server is {state_words(server)}; {{panel}} allows no changes until that ends."


def state_words(server: GameServer) -> str:
    """Return the state as it reads after "The server is"."""
    return _SPOKEN.get(server.state, server.state.value)


def cannot_create(server: GameServer, *, auto_allocation_off: bool = False) -> str | None:
    """Say why no allocation can be added, and who can do something about it, or return None."""
    reason = blocked(server) or missing_permission(server, "allocation.create")
    if reason:
        return reason
    obstacle = no_room(server)
    if obstacle:
        return obstacle.words
    if auto_allocation_off:
        return "{panel} does not let members add ports. Your host can switch that on."
    return None


def cannot_create_in_short(server: GameServer) -> str | None:
    """Say in few words, as for an option, why no allocation can be added, or return None."""
    if blocked(server):
        return state_words(server)
    if missing_permission(server, "allocation.create"):
        return "you lack the permission allocation.create"
    obstacle = no_room(server)
    return obstacle.short if obstacle else None


def cannot_update(server: GameServer) -> str | None:
    """Say why notes and primary cannot be changed, or return None."""
    return blocked(server) or missing_permission(server, "allocation.update")


def cannot_delete(server: GameServer, allocation: Allocation) -> str | None:
    """Say why an allocation cannot be removed, or return None."""
    if allocation.is_primary:
        return "The primary cannot be removed; make another port the primary first."
    reason = blocked(server) or missing_permission(server, "allocation.delete")
    if reason:
        return reason
    if server.limit is None:
        return "This server has no allocation limit set, so {panel} removes none. Ask your host to set one."
    if server.limit <= 0:
        return "This server's allocation limit is 0, so {panel} removes none. Ask your host to raise it."
    return None


def notes_limit(key: ApiKey, server: GameServer | None) -> int:
    """Return how many characters of notes the panel keeps: by its answers, or where there is none yet by the key."""
    if server is not None and server.notes_limit != NOTES_ON_PTERODACTYL:
        return server.notes_limit
    return NOTES_LIMIT if key.is_pelican else NOTES_ON_PTERODACTYL


def check_notes(text: str, *, limit: int = NOTES_ON_PTERODACTYL) -> str | None:
    """Return the notes as the panel will store them (None clears).

    Raises NotesTooLong over the limit, KeyInNotes if somebody pasted a key into the wrong field.
    """
    cleaned = _ENDS.sub("", text)
    if len(cleaned) > limit:
        too_long = NotesTooLong(
            f"They have {len(cleaned)} characters; {{panel}} keeps {limit} and would cut the rest silently."
        )
        too_long.limit = limit
        raise too_long
    if holds_key(cleaned):
        raise KeyInNotes("Notes can be read by everybody who has access to the server, so I do not save a key there.")
    return cleaned or None


def holds_key(text: str) -> bool:
    """Tell whether a panel key is in a text, which is no place for one."""
    return _KEY.search(text) is not None


def check_sought(text: str) -> None:
    """Raise KeyInNotes for words to look for in which somebody pasted a key: they stand on the answer."""
    if holds_key(text):
        raise KeyInNotes("No port has a key in its address, and none should have one in its notes: I did not look.")


def same_notes(one: str | None, other: str | None) -> bool:
    """Tell whether two notes are the same to a panel, which trims both ends and keeps empty ones as none."""
    return _ENDS.sub("", one or "") == _ENDS.sub("", other or "")
